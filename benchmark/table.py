"""Writes what was measured as tables for people: ratios first."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from .goals import Goal, goals, name_of, peer_ratio, ratio, slope
from .meter import Cost
from .results import Piece, Result

MISSED = "✗"
NOTHING = "–"
ORDER = ("kempower", "ev_energy", "beenergised_cpo", "beenergised_driver", "nexblue")

type Row = Sequence[str]


def tables(results: Mapping[Piece, Result]) -> str:
    """Return all tables in Markdown."""
    accounts = sorted(
        (it for it in results.values() if it.case == "account"),
        key=lambda it: (ORDER.index(it.key), it.n),
    )
    peers = sorted(
        (it for it in results.values() if it.case == "nexblue"), key=lambda it: it.n
    )
    past = [it for it in results.values() if it.case == "sessions"]
    wanted = goals(results)
    parts = [
        *_part("Ratios", _ratios(accounts, results, wanted)),
        *_part("What it costs", _costs([*accounts, *peers])),
        *_part(
            "The same entities, plain, and as many that do nothing", _least(accounts)
        ),
        *_part("Sessions", _past(past)),
        *_goals(wanted),
    ]
    return "\n\n".join(parts)


def _part(title: str, rows: Iterable[Row]) -> Iterator[str]:
    heads, *body = rows
    if not body:
        return
    lines = [
        f"| {' | '.join(heads)} |",
        f"|{' --- |' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in body),
    ]
    yield f"### {title}"
    yield "\n".join(lines)


def _ratios(
    accounts: Iterable[Result], results: Mapping[Piece, Result], wanted: Iterable[Goal]
) -> Iterator[Row]:
    missed = {(goal.what, goal.of) for goal in wanted if not goal.is_reached}
    columns: Mapping[str, Callable[[Result], float | None]] = {
        "idle poll ÷ fetch": lambda it: ratio(it, "idle", "fetch"),
        "idle poll ÷ fetch and decode": lambda it: ratio(it, "idle", "decode"),
        "nexblue's idle poll ÷ ours": lambda it: peer_ratio(it, results),
        "plain entities' idle poll ÷ ours": lambda it: ratio(it, "plain_idle", "idle"),
        "set-up ÷ bare entities with classes and units": lambda it: ratio(
            it, "set_up", "bare_classes_set_up"
        ),
        "restart ÷ bare entities with classes and units": lambda it: ratio(
            it, "restart", "bare_classes_restart"
        ),
        "set-up ÷ those with a device": lambda it: ratio(
            it, "set_up", "bare_devices_set_up"
        ),
        "restart ÷ those with a device": lambda it: ratio(
            it, "restart", "bare_devices_restart"
        ),
        "set-up ÷ plain entities'": lambda it: ratio(it, "set_up", "plain_set_up"),
    }
    yield ("account, stations", *columns)
    for result in accounts:
        of = name_of(result)
        yield (
            of,
            *(
                _number(value) + (f" {MISSED}" if (what, of) in missed else "")
                if (value := read(result)) is not None
                else NOTHING
                for what, read in columns.items()
            ),
        )


def _costs(accounts: Iterable[Result]) -> Iterator[Row]:
    yield (
        *("account, stations", "entities (of all)", "set-up, stall", "restart, stall"),
        *("idle poll", "1 % changed, each", "all changed", "outage", "recovery"),
        *("unload", "requests", "callbacks, writes, saves idle"),
        *("memory", "after 100 polls"),
    )
    for it in accounts:
        spans, idle = it.spans, it.spans["idle"]
        each = slope(it)
        yield (
            name_of(it),
            f"{it.enabled:,} ({it.registered:,})",
            *(_seconds(spans.get(span)) for span in ("set_up", "restart")),
            _milliseconds(idle),
            f"{_milliseconds(spans.get('one_percent'))}, "
            + (NOTHING if each is None else f"{each * 1000:.2f}"),
            *(
                _milliseconds(spans.get(span))
                for span in ("all_changed", "outage", "recovery", "unload")
            ),
            f"{idle.requests:,}",
            f"{idle.callbacks:,}, {idle.writes:,}, {idle.saves}",
            *(_megabytes(spans.get(span)) for span in ("set_up", "many_polls")),
        )


def _least(accounts: Iterable[Result]) -> Iterator[Row]:
    yield (
        *("account, stations", "fetch", "fetch and decode"),
        *("bare: set-up, restart", "with classes and units", "with a device as well"),
        *("plain: set-up, stall", "restart, stall"),
        *("plain: idle poll", "1 % changed", "all changed"),
    )
    for it in accounts:
        spans = it.spans
        yield (
            name_of(it),
            *(_milliseconds(spans.get(span)) for span in ("fetch", "decode")),
            *(
                f"{_cpu(spans.get(f'{kind}_set_up'))}, {_cpu(spans.get(f'{kind}_restart'))}"
                for kind in ("bare", "bare_classes", "bare_devices")
            ),
            *(_seconds(spans.get(span)) for span in ("plain_set_up", "plain_restart")),
            *(
                _milliseconds(spans.get(span))
                for span in ("plain_idle", "plain_one_percent", "plain_all_changed")
            ),
        )


def _past(past: Iterable[Result]) -> Iterator[Row]:
    yield (
        "sessions",
        "taken in: clock, processor, stall",
        "a month by the action",
        "a month of the calendar",
    )
    for it in past:
        taken = it.spans["back_fill"]
        yield (
            f"{it.n:,}",
            f"{taken.wall:.1f} s, {taken.cpu:.1f} s, {taken.stall * 1000:.0f} ms",
            *(
                f"{_milliseconds(cost)}, stall {cost.stall * 1000:.0f} ms"
                for cost in (it.spans["month"], it.spans["calendar"])
            ),
        )


def _goals(wanted: Sequence[Goal]) -> Iterator[str]:
    """Yield what misses; and of what is reached how much there is."""
    if not wanted:
        return
    missed = [goal for goal in wanted if not goal.is_reached]
    yield "### Goals"
    yield f"{len(wanted) - len(missed)} of {len(wanted)} are reached."
    if missed:
        yield "\n".join(
            [
                "| what misses | of | wanted | measured |",
                "| --- | --- | --- | --- |",
                *(
                    f"| {it.what} | {it.of} | {it.wanted} | {_number(it.value)}{it.unit} |"
                    for it in missed
                ),
            ]
        )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _cpu(cost: Cost | None) -> str:
    return NOTHING if cost is None else f"{cost.cpu:.2f}"


def _seconds(cost: Cost | None) -> str:
    return NOTHING if cost is None else f"{cost.cpu:.2f} s, {cost.stall:.2f}"


def _milliseconds(cost: Cost | None) -> str:
    return NOTHING if cost is None else f"{cost.cpu * 1000:.1f} ms"


def _megabytes(cost: Cost | None) -> str:
    return NOTHING if cost is None else f"{cost.memory / 2**20:.1f} MB"
