"""What the integration must reach, and whether it does: ratios within one run."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from .clouds import CASES
from .results import Piece, Result

IDLE_TO_DECODE, IDLE_TO_FETCH = 1.0, 1.5
PEER_TO_IDLE, PEER_AT = 150, 1_000
SLOPE, SLOPE_FROM, SLOPE_TO = 1.5, 1_000, 10_000
SET_UP_TO_BARE, SET_UP_AT = 1.2, 1_000
LONGEST_STALL: Mapping[int, float] = {1_000: 0.2, 10_000: 0.3}
LONGEST_SET_UP: Mapping[int, float] = {10_000: 5.0}


class Goal(Struct, frozen=True, kw_only=True):
    """What is wanted of one thing that was measured; times in seconds."""

    what: str
    of: str
    wanted: str
    value: float
    unit: str
    is_reached: bool


def ratio(result: Result, span: str, other: str) -> float | None:
    """Return how many times the processor time of one span is that of another."""
    cost, least = result.cpu(span), result.cpu(other)
    return cost / least if cost is not None and least else None


def peer_ratio(result: Result, results: Mapping[Piece, Result]) -> float | None:
    """Return how many times an idle poll of NexBlue with as many chargers is ours."""
    peer = results.get(("nexblue", "nexblue", result.n))
    idle = result.cpu("idle")
    if peer is None or not idle or (theirs := peer.cpu("idle")) is None:
        return None
    # Where fewer are listed than there are, so many are compared.
    return theirs / idle if result.listed == result.n else None


def slope(result: Result) -> float | None:
    """Return what each of one percent of the stations costs that changed, in seconds."""
    changed, idle = result.cpu("one_percent"), result.cpu("idle")
    if changed is None or idle is None or result.listed != result.n:
        return None
    return (changed - idle) / max(1, result.n // 100)


def goals(results: Mapping[Piece, Result]) -> list[Goal]:
    """Return all that is wanted of what was measured."""
    accounts = [it for it in results.values() if it.case == "account"]
    return [
        *(goal for it in accounts for goal in _polls(it, results)),
        *(goal for it in accounts for goal in _set_up(it)),
        *_slopes(accounts),
    ]


def _polls(result: Result, results: Mapping[Piece, Result]) -> Iterator[Goal]:
    of = name_of(result)
    for what, other, most in (
        ("idle poll ÷ fetch and decode", "decode", IDLE_TO_DECODE),
        ("idle poll ÷ fetch", "fetch", IDLE_TO_FETCH),
    ):
        if (value := ratio(result, "idle", other)) is not None:
            yield _at_most(what, of, value, most)
    value = peer_ratio(result, results)
    if value is not None and result.n == PEER_AT:
        yield Goal(
            what="nexblue's idle poll ÷ ours",
            of=of,
            wanted=f"≥ {PEER_TO_IDLE}",
            value=value,
            unit="",
            is_reached=value >= PEER_TO_IDLE,
        )
    idle = result.spans["idle"]
    yield _at_most(
        "callbacks, writes and saves of an idle poll",
        of,
        idle.callbacks + idle.writes + idle.saves,
        0,
    )


def _set_up(result: Result) -> Iterator[Goal]:
    of = name_of(result)
    for span, name in (("set_up", "set-up"), ("restart", "restart")):
        cost = result.spans[span]
        value = ratio(result, span, f"bare_classes_{span}")
        if result.n == SET_UP_AT and value is not None:
            what = f"{name} ÷ bare entities with classes and units"
            yield _at_most(what, of, value, SET_UP_TO_BARE)
        if (most := LONGEST_STALL.get(result.n)) is not None:
            yield _at_most(f"longest stall, {name}", of, cost.stall, most, " s")
        if (most := LONGEST_SET_UP.get(result.n)) is not None:
            yield _at_most(name, of, cost.wall, most, " s")
    yield _at_most("entities that Home Assistant dropped", of, result.dropped, 0)


def _slopes(accounts: Iterable[Result]) -> Iterator[Goal]:
    by_piece = {(it.key, it.n): it for it in accounts}
    for key in CASES:
        small = by_piece.get((key, SLOPE_FROM))
        large = by_piece.get((key, SLOPE_TO))
        few, many = small and slope(small), large and slope(large)
        if few and many:
            yield _at_most(
                f"cost of one change, of {SLOPE_TO:,} ÷ of {SLOPE_FROM:,}",
                key,
                many / few,
                SLOPE,
            )


def name_of(result: Result) -> str:
    """Return what a row of a table is about."""
    listed = "" if result.listed == result.n else f" ({result.listed:,} listed)"
    return f"{result.key}, {result.n:,}{listed}"


def _at_most(what: str, of: str, value: float, most: float, unit: str = "") -> Goal:
    return Goal(
        what=what,
        of=of,
        wanted=f"≤ {most:g}{unit}",
        value=value,
        unit=unit,
        is_reached=value <= most,
    )
