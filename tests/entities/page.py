"""The tables on a vendor's page: read, and written anew with what they say in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
import re

from .rows import Row, Rows

DOCS = Path(__file__).parent.parent.parent / "docs"
HEADS = ("Entity", "Platform", "Unit", "Default", "There", "What it shows")
TABLE = re.compile(
    r"(?P<begin><!-- entities: (?P<kind>\w+) -->\n)(?P<table>.*?)(?P<end><!-- entities: end -->)",
    re.DOTALL,
)
# What an entity is called does not hold these.
SEPARATORS = re.compile(r", | and |; ")

type Words = Mapping[tuple[str, str, str], str]


def page_of(key: str) -> Path:
    """Return a vendor's page."""
    return DOCS / f"{key}.md"


def words_of(page: str) -> Words:
    """Return what a page says in words, by the kind of device, the name and the platform.

    A line of another form, which names several entities or no platform, counts for all
    that it names; the platform is empty then.
    """
    words: dict[tuple[str, str, str], str] = {}
    for found in TABLE.finditer(page):
        for name, platform, text in _cells(found["table"]):
            words[found["kind"], name, platform] = text
    return words


def _cells(table: str) -> Iterator[tuple[str, str, str]]:
    for line in table.splitlines():
        if not line.startswith("|") or line.startswith("| ---"):
            continue
        name, *others, text = (cell.strip() for cell in line.strip("|").split("|"))
        if name == HEADS[0]:
            continue
        if len(others) == len(HEADS) - 2:
            yield name, others[0], text
            continue
        for each in SEPARATORS.split(name):
            yield f"{each[:1].upper()}{each[1:]}", "", text


def kinds_on(page: str) -> list[str]:
    """Return the kinds of devices that a page has a table of, in its order."""
    return [found["kind"] for found in TABLE.finditer(page)]


def render(rows: Sequence[Row], kind: str, words: Callable[[str, Row], str]) -> str:
    """Return a table of a kind of device; what has no words yet stays without."""
    lines = [HEADS, tuple("---" for _ in HEADS)]
    lines += [
        (row.name, row.platform, row.unit, row.default, row.where, words(kind, row))
        for row in rows
    ]
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in lines)


def written(page: str, rows: Rows, others: Words) -> str:
    """Return a page with its tables as they are now.

    Args:
        page: as it is.
        rows: what the vendor's accounts have.
        others: what pages of other vendors say of the same entities, for what is new.
    """
    own = words_of(page)

    def words(kind: str, row: Row) -> str:
        known = (own.get((kind, *row.key)), own.get((kind, row.name, "")))
        return next(filter(None, known), "") or others.get((kind, *row.key), "")

    return TABLE.sub(
        lambda found: (
            found["begin"]
            + render(rows.get(found["kind"], ()), found["kind"], words)
            + found["end"]
        ),
        page,
    )
