"""Marking a driver's favourites, where the operator's schema has a way.

Source: the operator's own schema. No public page names a mutation, so one is used only if
its name says that it is about favourites, its arguments name one station, and everything
else that it demands is understood. What came of it is read: the list of stations tells
which are marked, and without that nothing is offered.
"""

from collections.abc import Iterator
import re

from msgspec import Struct

from ..reading.words import plain
from ..transport.graphql import Literal
from .arguments import Leaf, ListArguments, Path, Values
from .schema import LEAVES, Field, Schema

FAVOURITES = "favourites"
THING = "cp|chargepoint|chargingstation|station"
MARKING, UNMARKING = "add|mark|create|save", "remove|unmark|delete|unsave"
# Their names without capitals and dashes.
NAME = re.compile(
    rf"(?P<verb>set|{MARKING}|{UNMARKING})(?P<thing>{THING})?(to|as|from)?"
    rf"(my)?favou?rites?(as|of)?(?P<other>{THING})?"
)
ID = re.compile(rf"(?P<thing>{THING})?(id|uuid)")
FLAG = re.compile(r"(is)?favou?rite")
NO_IDS = frozenset({"Boolean", "Float", "Int"})


class Mutation(Struct, frozen=True, kw_only=True):
    """A mutation, and where in its arguments the station and yes or no go."""

    field: Field
    arguments: ListArguments
    station: Path
    flag: Path | None

    @property
    def is_leaf(self) -> bool:
        """Whether its answer has nothing inside that could be selected."""
        return self.field.kind in LEAVES

    def values(self, station_id: str, *, on: bool) -> Values | None:
        """Return its arguments; None if it demands one that is not known."""
        given: dict[Path, Literal] = {self.station: station_id}
        if self.flag is not None:
            given[self.flag] = on
        return self.arguments.tree(given)


def is_about_favourites(name: str) -> bool:
    """Tell whether a field of the schema's roots may be looked at for favourites."""
    return NAME.fullmatch(plain(name)) is not None


def find_mutations(schema: Schema) -> dict[bool, Mutation]:
    """Return what marks (True) and what unmarks (False); empty without the two."""
    owner = schema.types.get(schema.mutation) if schema.mutation else None
    found: dict[bool, Mutation] = {}
    doubtful: set[bool] = set()
    for field in (owner and owner.fields) or ():
        for on, mutation in _read(schema, field):
            if on in found:
                doubtful.add(on)
            found[on] = mutation
    is_sure = found.keys() == {True, False} and not doubtful
    return found if is_sure else {}


def _read(schema: Schema, field: Field) -> Iterator[tuple[bool, Mutation]]:
    """Yield what a mutation does, if all of it is understood."""
    name = NAME.fullmatch(plain(field.name))
    if name is None or field.is_deprecated or field.is_list:
        return
    arguments = ListArguments(schema, field)
    has_thing = bool(name["thing"] or name["other"])
    stations = [it for it in arguments.leaves if _is_station(it, has_thing=has_thing)]
    flags = [it for it in arguments.leaves if _is_flag(it)]
    if len(stations) != 1 or len(flags) > 1:
        return
    flag = flags[0].path if flags else None
    mutation = Mutation(
        field=field, arguments=arguments, station=stations[0].path, flag=flag
    )
    if mutation.values("", on=True) is None:
        return
    if name["verb"] == "set":
        # Without yes or no it could only be set, and never taken back.
        yield from ((on, mutation) for on in (True, False) if flag is not None)
    elif flag is None:
        yield name["verb"] in MARKING.split("|"), mutation


def _is_station(leaf: Leaf, *, has_thing: bool) -> bool:
    """Tell whether an argument names a station: an id alone may be a favourite's own."""
    found = ID.fullmatch(plain(leaf.path[-1]))
    return (
        found is not None
        and bool(found["thing"] or has_thing)
        and leaf.field.kind == "SCALAR"
        and not leaf.field.is_list
        and leaf.field.type_name not in NO_IDS
    )


def _is_flag(leaf: Leaf) -> bool:
    return (
        FLAG.fullmatch(plain(leaf.path[-1])) is not None
        and leaf.field.type_name == "Boolean"
        and not leaf.field.is_list
    )
