"""Which stations are wanted, as arguments that a schema has.

Source: nothing but the getting-started page's "stations within a 5-kilometer radius". So
arguments are recognised by their names, wherever they stand: directly, or in objects.

A radius is in the unit that its name tells; else a whole number is taken for metres and
any other for kilometres, which is an assumption and noted as one.
"""

from collections.abc import Iterator, Mapping
import math

from msgspec import Struct

from ..reading.words import plain
from ..search import Around, Favourites, Listed, StationChoice
from ..transport.graphql import Literal
from .schema import LEAVES, Argument, Field, Schema

MAX_DEPTH = 5


class Leaf(Struct, frozen=True):
    """An argument that is no object, and the names that lead to it."""

    path: tuple[str, ...]
    type_name: str
    is_list: bool

    @property
    def name(self) -> str:
        """Return its own name, as names are compared."""
        return plain(self.path[-1])


WANTED: Mapping[str, str] = {
    "limit": "limit first take pagesize perpage",
    "offset": "offset skip",
    "latitude": "latitude lat",
    "longitude": "longitude lng lon long",
    "radius_m": "radiusm radiusinm radiusmeters radiusinmeters radiusmetres distancem",
    "radius_km": "radiuskm radiusinkm radiuskilometers distancekm maxdistancekm",
    "radius": "radius distance maxdistance searchradius",
    "favourites": (
        "favourites favorites onlyfavourites onlyfavorites favouritesonly favoritesonly"
        " isfavourite isfavorite favourite favorite"
    ),
    "text": (
        "search searchtext searchterm searchquery searchstring fulltext term text q"
    ),
    "ids": "ids uuids stationids chargepointids cpids",
}
# A corner of a rectangle is no middle of a circle, and not like this is the opposite.
NOT_BELOW = frozenset(
    {
        *("northeast", "northwest", "southeast", "southwest", "ne", "nw", "se", "sw"),
        *("topleft", "topright", "bottomleft", "bottomright", "min", "max"),
        *("from", "to", "bounds", "boundingbox", "bbox", "viewport", "not", "exclude"),
    }
)
PLACE = frozenset({"latitude", "longitude", "radius_m", "radius_km", "radius"})


class ListArguments:
    """The arguments of a list, as far as they are recognised."""

    def __init__(self, schema: Schema, field: Field) -> None:
        """Look for what is wanted among the arguments of a field."""
        self._schema = schema
        self._args = field.args
        self.leaves = tuple(self._walk(field.args, (), frozenset()))
        self.known = {
            wanted: leaf
            for wanted, names in WANTED.items()
            if (leaf := self._find(wanted, names.split())) is not None
        }
        self._drop_strays()
        self.assumptions = tuple(self._assume())

    def _walk(
        self,
        arguments: tuple[Argument, ...],
        path: tuple[str, ...],
        seen: frozenset[str],
    ) -> Iterator[Leaf]:
        for argument in arguments:
            here = (*path, argument.name)
            inner = argument.type.named
            name = argument.type.type_name
            if inner.kind in LEAVES:
                yield Leaf(here, name, argument.type.is_list)
            elif (
                (found := self._schema.type(name)) is not None
                and name not in seen
                and len(here) < MAX_DEPTH
                and not argument.type.is_list
                and plain(argument.name) not in NOT_BELOW
            ):
                yield from self._walk(found.input_fields or (), here, seen | {name})

    def _find(self, wanted: str, names: list[str]) -> Leaf | None:
        for name in names:
            for leaf in sorted(self.leaves, key=lambda leaf: len(leaf.path)):
                if leaf.name == name and _fits(wanted, leaf):
                    return leaf
        return None

    def _drop_strays(self) -> None:
        """Forget parts of a place that do not belong together."""
        parents = {
            self.known[name].path[:-1]
            for name in ("latitude", "longitude")
            if name in self.known
        }
        both = {"latitude", "longitude"} <= self.known.keys()
        parent = parents.pop() if both and len(parents) == 1 else None
        for name in PLACE & self.known.keys():
            above = self.known[name].path[:-1]
            if parent is None or parent[: len(above)] != above:
                del self.known[name]

    def _assume(self) -> Iterator[str]:
        if (leaf := self._radius()) and "radius" in self.known:
            if leaf is self.known["radius"]:
                unit = "m" if leaf.type_name == "Int" else "km"
                yield f"{'.'.join(leaf.path)} is in {unit}"

    def _radius(self) -> Leaf | None:
        return next(
            (
                self.known[name]
                for name in ("radius_m", "radius_km", "radius")
                if name in self.known
            ),
            None,
        )

    def build(
        self, choice: StationChoice, *, limit: int, offset: int
    ) -> Mapping[str, Literal] | None:
        """Return the arguments that ask for a choice; None if they cannot be given.

        Where a page's size cannot be given, one request brings what it brings.
        """
        values = self._choice(choice)
        return None if values is None else self._build(values, limit, offset)

    def page(self, *, limit: int, offset: int) -> Mapping[str, Literal] | None:
        """Return the arguments that ask for a page of everything."""
        return self._build({}, limit, offset)

    def _build(
        self, values: Mapping[str, Literal], limit: int, offset: int
    ) -> Mapping[str, Literal] | None:
        if self.is_paged:
            values = {"limit": limit, "offset": offset, **values}
        tree = _tree({self.known[name].path: value for name, value in values.items()})
        return tree if self._is_complete(self._args, tree) else None

    @property
    def is_paged(self) -> bool:
        """Tell whether pages can be asked for."""
        return {"limit", "offset"} <= self.known.keys()

    def _choice(self, choice: StationChoice) -> dict[str, Literal] | None:
        match choice:
            case Around():
                return self._around(choice)
            case Favourites():
                return {"favourites": True} if "favourites" in self.known else None
            case Listed(station_ids=ids) if ids and "ids" in self.known:
                return {"ids": list(ids)}
            case Listed(around=around, text=text):
                found: dict[str, Literal] | None = None
                if text and "text" in self.known:
                    found = {"text": text}
                if around and (place := self._around(around)) is not None:
                    found = {**(found or {}), **place}
                return found

    def _around(self, around: Around) -> dict[str, Literal] | None:
        if "latitude" not in self.known:
            return None
        values: dict[str, float] = {
            "latitude": around.latitude,
            "longitude": around.longitude,
        }
        if "radius_m" in self.known:
            values["radius_m"] = around.radius
        elif "radius_km" in self.known:
            values["radius_km"] = around.radius / 1000
        elif "radius" in self.known:
            whole = self.known["radius"].type_name == "Int"
            values["radius"] = around.radius if whole else around.radius / 1000
        return {
            name: _number(self.known[name].type_name, value)
            for name, value in values.items()
        }

    def _is_complete(
        self, arguments: tuple[Argument, ...], values: Mapping[str, Literal]
    ) -> bool:
        """Tell whether everything is given that must be."""
        for argument in arguments:
            value = values.get(argument.name)
            if value is None:
                if argument.is_required:
                    return False
            elif isinstance(value, Mapping):
                found = self._schema.type(argument.type.type_name)
                if not self._is_complete(
                    (found.input_fields if found else None) or (), value
                ):
                    return False
        return True


def _fits(wanted: str, leaf: Leaf) -> bool:
    kind = leaf.type_name
    if wanted == "ids":
        return leaf.is_list and kind not in {"Int", "Float", "Boolean"}
    if leaf.is_list:
        return False
    match wanted:
        case "limit" | "offset":
            return kind == "Int"
        case "favourites":
            return kind == "Boolean"
        case "text":
            return kind == "String"
        case "latitude" | "longitude":
            return kind not in {"Boolean", "ID", "Int"}
        case _:
            return kind not in {"Boolean", "ID"}


def _number(type_name: str, value: float) -> Literal:
    """Return a number as a scalar takes it; a whole one is rounded up, never to 0."""
    if type_name == "Int":
        return math.ceil(value)
    return str(value) if type_name == "String" else value


def _tree(values: Mapping[tuple[str, ...], Literal]) -> dict[str, Literal]:
    """Return values as objects inside each other, by the names that lead to them."""
    tree: dict[str, Literal] = {}
    below: dict[str, dict[tuple[str, ...], Literal]] = {}
    for (name, *rest), value in values.items():
        if rest:
            below.setdefault(name, {})[tuple(rest)] = value
        else:
            tree[name] = value
    return tree | {name: _tree(inner) for name, inner in below.items()}
