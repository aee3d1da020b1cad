"""Writes what was measured as a table for people: ratios first."""

from collections.abc import Iterator, Sequence

from .measure import Result

SIZE = "| vendor, stations | entities (of all) |"
HEADS = (
    "set-up ÷ bare with classes",
    "restart ÷ the same",
    "idle poll ÷ fetch",
    "idle poll ÷ fetch and decode",
    "set-up, stall",
    "restart, stall",
    "idle poll",
    "1 % changed",
    "all changed",
    "requests",
    "callbacks, writes, saves idle",
    "fetch",
    "fetch and decode",
    "bare, with classes",
)


def table(results: Sequence[Result]) -> str:
    """Return a table in Markdown."""
    lines = [
        f"{SIZE} {' | '.join(HEADS)} |",
        f"| --- | --- |{' --- |' * len(HEADS)}",
        *map(_row, results),
    ]
    return "\n".join(lines)


def _row(result: Result) -> str:
    cells = (
        f"{result.key}, {result.stations:,}",
        f"{result.enabled:,} ({result.registered:,})",
        *_cells(result),
    )
    return f"| {' | '.join(cells)} |"


def _cells(result: Result) -> Iterator[str]:
    idle = result.idle
    yield f"{result.set_up.cpu / result.bare_classes.cpu:.2f}"
    yield f"{result.restart.cpu / result.bare_classes.cpu:.2f}"
    yield f"{idle.cpu / result.fetch.cpu:.2f}"
    yield f"{idle.cpu / result.decode.cpu:.2f}"
    for cost in (result.set_up, result.restart):
        yield f"{cost.cpu:.2f} s, {cost.stall:.2f}"
    for cost in (idle, result.one_percent, result.all_changed):
        yield _milliseconds(cost.cpu)
    yield str(idle.requests)
    yield f"{idle.callbacks}, {idle.writes}, {idle.saves}"
    for cost in (result.fetch, result.decode):
        yield _milliseconds(cost.cpu)
    yield f"{result.bare.cpu:.2f}, {result.bare_classes.cpu:.2f} s"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
