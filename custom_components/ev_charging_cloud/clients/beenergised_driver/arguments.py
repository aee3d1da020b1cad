"""Which stations or sessions are wanted, as arguments that a list has.

Source: ``PaginationFilter`` (documented), Relay's connections, and nothing but the
getting-started page's "stations within a 5-kilometer radius". So arguments are recognised
by their names, wherever they stand: directly, or in objects.

The unit of a radius is told by its name or a description. Without one it is sent as
metres: if it means kilometres, there are too many stations, and never none. Which of them
are within the radius is decided by our own distance in any case.
"""

from collections.abc import Iterator, Mapping
import math

from msgspec import Struct

from ..reading.words import plain
from ..search import Around, Favourites, Listed, StationChoice
from ..transport.graphql import Literal, Word
from .recognise import LENGTH, unit_of
from .schema import LEAVES, Field, Schema
from .words import RUNNING

MAX_DEPTH = 5
NUMBERS = "Float Decimal Latitude Longitude"
# How an argument may be called, and of what type it must be.
WANTED: Mapping[str, tuple[str, str]] = {
    "limit": ("limit first", "Int"),
    "offset": ("offset", "Int"),
    "after": ("after", "String ID"),
    "latitude": ("latitude lat", NUMBERS),
    "longitude": ("longitude lng lon", NUMBERS),
    "radius": ("radius radiuskm radiusm radiusinkm radiusinm", f"{NUMBERS} Int"),
    "favourites": ("favourites onlyfavourites onlyfavorites", "Boolean"),
    "text": ("search", "String"),
}
type Path = tuple[str, ...]
type Values = Mapping[str, Literal]


class Page(Struct, frozen=True, kw_only=True):
    """Which part of a list is wanted; ``after`` is where the one before it ended."""

    limit: int
    offset: int = 0
    after: str | None = None


class Leaf(Struct, frozen=True):
    """An argument that is no object, the names that lead to it, and what is said of it."""

    path: Path
    field: Field
    texts: tuple[str | None, ...]

    @property
    def place(self) -> str:
        """Return the names that lead to it, for people."""
        return ".".join(self.path)


class ListArguments:
    """The arguments of a list, as far as they are recognised."""

    def __init__(self, schema: Schema, field: Field) -> None:
        """Look for what is wanted among the arguments of a field."""
        self._schema = schema
        self.leaves = tuple(self._walk(field.args, (field.description,)))
        self.known = {
            wanted: leaf
            for wanted, (names, types) in WANTED.items()
            if (leaf := self._find(names.split(), types.split()))
        }
        self._status = next(filter(self._tells_running, self.leaves), None)
        place = [self.known.get(name) for name in ("latitude", "longitude")]
        if None in place or len({leaf.path[:-1] for leaf in place if leaf}) > 1:
            for name in ("latitude", "longitude", "radius"):
                self.known.pop(name, None)

    def _walk(
        self, fields: tuple[Field, ...], texts: tuple[str | None, ...], path: Path = ()
    ) -> Iterator[Leaf]:
        for it in fields:
            here, said = (*path, it.name), (it.description, *texts)
            found = self._schema.types.get(it.type_name)
            if it.kind in LEAVES:
                yield Leaf(here, it, said)
            elif found and not it.is_list and len(here) < MAX_DEPTH:
                inner = found.input_fields or ()
                yield from self._walk(inner, (found.description, *said), here)

    def _find(self, names: list[str], types: list[str]) -> Leaf | None:
        """Return the uppermost leaf of a name; none where there are two, as of corners."""
        for name in names:
            found = [
                leaf
                for leaf in self.leaves
                if plain(leaf.path[-1]) == name
                and leaf.field.type_name in types
                and not leaf.field.is_list
            ]
            found.sort(key=lambda leaf: len(leaf.path))
            if found and (len(found) == 1 or len(found[0].path) < len(found[1].path)):
                return found[0]
        return None

    def _tells_running(self, leaf: Leaf) -> bool:
        words = self._schema.words(leaf.field.type_name)
        return plain(leaf.path[-1]) in {"status", "statuses"} and "started" in words

    @property
    def radius_unit(self) -> str | None:
        """The unit of the radius, nothing where it is not told; None without a radius."""
        if (leaf := self.known.get("radius")) is None:
            return None
        name = plain(leaf.path[-1]).removeprefix("radius").removeprefix("in")
        return unit_of((name, *leaf.texts), LENGTH)

    @property
    def is_paged(self) -> bool:
        """Whether more than the first page can be asked for."""
        return "limit" in self.known and bool({"offset", "after"} & self.known.keys())

    def running(self) -> Iterator[tuple[Path, Literal]]:
        """Yield what asks for sessions that are not over, each for a query of its own."""
        if self._status is not None:
            has = self._schema.words(self._status.field.type_name)
            words = [Word(word) for word in RUNNING if word in has]
            whole: list[Literal] = [words] if self._status.field.is_list else [*words]
            yield from ((self._status.path, value) for value in whole)

    def stations(self, choice: StationChoice, page: Page) -> Values | None:
        """Return the arguments that ask for a choice; None if they cannot be given."""
        values: dict[str, Literal] = {}
        match choice:
            case Around():
                values = self._around(choice)
            case Favourites() if "favourites" in self.known:
                values = {"favourites": True}
            case Listed(around=around, text=text):
                values = self._around(around) if around else {}
                if text and "text" in self.known:
                    values["text"] = text
        return self.page(page, values) if values else None

    def _around(self, around: Around) -> dict[str, Literal]:
        radius = around.radius / (1000 if self.radius_unit == "Km" else 1)
        values: dict[str, Literal] = {
            "latitude": around.latitude,
            "longitude": around.longitude,
        }
        if "latitude" not in self.known:
            return {}
        if (leaf := self.known.get("radius")) is not None:
            is_whole = leaf.field.type_name == "Int"
            values["radius"] = math.ceil(radius) if is_whole else radius
        return values

    def page(
        self, page: Page, values: Values | None = None, *more: tuple[Path, Literal]
    ) -> Values | None:
        """Return the arguments that ask for a page of what some values ask for.

        None if an argument is demanded that is not known.
        """
        wanted = {"limit": page.limit, **(values or {})}
        if "offset" in self.known:
            wanted["offset"] = page.offset
        elif page.after:
            wanted["after"] = page.after
        known = {self.known[it].path: wanted[it] for it in wanted if it in self.known}
        return self.tree(known | dict(more))

    def tree(self, given: Mapping[Path, Literal]) -> Values | None:
        """Return arguments as objects; None if one is demanded that is not given."""
        parents = {path[:end] for path in given for end in range(len(path))}
        for leaf in self.leaves:
            if leaf.field.is_required and leaf.path not in given:
                if leaf.path[:-1] in {(), *parents}:
                    return None
        return _tree(given)


def _tree(values: Mapping[Path, Literal]) -> dict[str, Literal]:
    """Return values as objects inside each other, by the names that lead to them."""
    tree: dict[str, Literal] = {}
    for name in dict.fromkeys(path[0] for path in values):
        below = {path[1:]: it for path, it in values.items() if path[0] == name}
        tree[name] = below[()] if () in below else _tree(below)
    return tree
