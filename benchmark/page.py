"""Writes the tables into the page about performance."""

from collections.abc import Iterable, Mapping

from .clouds import REPOSITORY
from .results import Piece, Result
from .table import tables

PAGE = REPOSITORY / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
# One piece after the other is a load of one by itself, as the minute before it has it.
BUSY = 1.5


def write(results: Mapping[Piece, Result]) -> None:
    """Put what was measured where it belongs.

    Raises:
        ValueError: the page has no such place.
    """
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"{PAGE.name} has no place for what was measured")
    text = f"{before}{BEGIN}\n\n{where(results.values())}\n\n{tables(results)}\n\n{END}{after}"
    PAGE.write_text(text, encoding="utf-8")


def where(results: Iterable[Result]) -> str:
    """Return when and where it was measured."""
    all_ = list(results)
    dates = sorted({it.at.partition(" ")[0] for it in all_})
    machines = ", ".join(sorted({it.machine for it in all_}))
    cores = ", ".join(sorted({it.core for it in all_}))
    busy = sum(it.load > BUSY for it in all_)
    also = (
        f" Others were at work on the machine before {busy} of the {len(all_)} pieces."
        if busy
        else " Nothing else was at work on the machine."
    )
    return (
        f"Measured on {' and '.join((dates[0], dates[-1]) if len(dates) > 1 else dates)}:"
        f" {machines}, Home Assistant {cores}.{also}"
    )
