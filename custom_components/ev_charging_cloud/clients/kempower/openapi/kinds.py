"""The operations that are looked for, and how the vendor names them.

The titles are those of the API reference (Charger Operations, Transactions,
Locations, Vehicles, Load Balancing), the ids those of the types in ``tkk2018/node-kempower-api-types`` and, for
want of others, the titles in OpenAPI's usual spelling. A title is compared without case
and without articles. How the three levels of the power limit are titled could not be
read: these are spelt in the vendor's manner.
"""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
import re

from msgspec import Struct

ARTICLES = frozenset({"a", "an", "the"})
WORD = re.compile(r"[a-z0-9]+")


class Kind(StrEnum):
    """What an operation is for; it names it in options, texts and diagnostics."""

    START = "start"
    STOP = "stop"
    AVAILABILITY = "availability"
    RESTART = "restart"
    STATION_LIMIT = "station_limit"
    CONNECTOR_LIMIT = "connector_limit"
    SESSION_LIMIT = "session_limit"
    TRANSACTIONS = "transactions"
    STATION_TRANSACTIONS = "station_transactions"
    LOCATION_STATIONS = "location_stations"
    VEHICLES = "vehicles"
    SCHEDULES = "schedules"
    POWER_GROUPS = "power_groups"


class Meaning(StrEnum):
    """What a parameter or a field stands for; where it is an id, also in a path."""

    STATION = "station"
    CONNECTOR = "connector"
    SESSION = "session"
    LOCATION = "location"
    AVAILABLE = "available"
    RESTART = "restart"
    LIMIT = "limit"
    UNIT = "unit"
    PAGE = "page"


class Sought(Struct, frozen=True, kw_only=True):
    """An operation that is looked for.

    ``targets`` are the sets of meanings by which it can be said what is meant, the best
    first; one of them has to be whole. ``may_have`` is what else can be filled in.
    """

    titles: frozenset[str]
    ids: frozenset[str]
    targets: tuple[frozenset[Meaning], ...]
    may_have: frozenset[Meaning] = frozenset()
    is_read: bool = False

    @property
    def meanings(self) -> frozenset[Meaning]:
        """All that can be filled in."""
        return self.may_have.union(*self.targets)


def plain_title(title: str) -> str:
    """Return the words of a title without case, articles and what is between them."""
    return " ".join(w for w in WORD.findall(title.lower()) if w not in ARTICLES)


def _titles(*titles: str) -> frozenset[str]:
    return frozenset(map(plain_title, titles))


def _limit(
    *targets: frozenset[Meaning],
    of: tuple[str, ...],
    may_have: frozenset[Meaning] = frozenset(),
) -> Sought:
    verbs, parts = ("Set", "Update", "Change"), ("for", "of", "on", "to")
    titles = [
        f"{verb} Power Limit {part} {thing}"
        for verb, part, thing in product(verbs, parts, of)
    ]
    titles += [f"{verb} {thing} Power Limit" for verb, thing in product(verbs, of)]
    titles += [f"Power Limit {part} {thing}" for part, thing in product(parts, of)]
    titles += [f"{thing} Power Limit" for thing in of]
    return Sought(
        titles=_titles(*titles),
        ids=frozenset(map(_as_id, titles)),
        targets=tuple(target | {Meaning.LIMIT} for target in targets),
        may_have=may_have | {Meaning.UNIT},
    )


def _as_id(title: str) -> str:
    """Return a title in the usual spelling of an operation's id."""
    first, *others = plain_title(title).split()
    return first + "".join(map(str.capitalize, others))


def _reading(
    title: str,
    *targets: frozenset[Meaning],
    ids: tuple[str, ...] = (),
    may_have: frozenset[Meaning] = frozenset(),
) -> Sought:
    return Sought(
        titles=_titles(title),
        ids=frozenset({*ids, _as_id(title)}),
        targets=targets,
        may_have=may_have,
        is_read=True,
    )


_STATION = frozenset({Meaning.STATION})
_CONNECTOR = _STATION | {Meaning.CONNECTOR}
_SESSION = frozenset({Meaning.SESSION})
_LOCATION = frozenset({Meaning.LOCATION})
_PAGE = frozenset({Meaning.PAGE})
_NOTHING: frozenset[Meaning] = frozenset()

SOUGHT: Mapping[Kind, Sought] = {
    Kind.START: Sought(
        titles=_titles("Start Transaction"),
        ids=frozenset({"startTransaction"}),
        targets=(_CONNECTOR, _SESSION),
    ),
    Kind.STOP: Sought(
        titles=_titles("Stop Transaction"),
        ids=frozenset({"stopTransaction"}),
        targets=(_SESSION, _CONNECTOR),
    ),
    Kind.AVAILABILITY: Sought(
        titles=_titles("Change Availability of Connector"),
        ids=frozenset(
            {
                "changeAvailability",
                "changeAvailabilityOfConnector",
                "changeConnectorAvailability",
            }
        ),
        targets=(_CONNECTOR | {Meaning.AVAILABLE},),
    ),
    Kind.RESTART: Sought(
        titles=_titles("Restart Charging Station"),
        ids=frozenset({"restartChargingStation", "restartStation"}),
        targets=(_STATION,),
        may_have=frozenset({Meaning.RESTART}),
    ),
    Kind.STATION_LIMIT: _limit(_STATION, of=("Charging Station", "Station")),
    Kind.CONNECTOR_LIMIT: _limit(_CONNECTOR, of=("Connector",)),
    Kind.SESSION_LIMIT: _limit(_SESSION, of=("Transaction",), may_have=_CONNECTOR),
    Kind.TRANSACTIONS: _reading(
        "List Transactions", _NOTHING, ids=("getTransactions2",), may_have=_PAGE
    ),
    Kind.STATION_TRANSACTIONS: _reading(
        "List Transactions for a Charging Station",
        _STATION,
        ids=("getTransactions",),
        may_have=_PAGE,
    ),
    Kind.LOCATION_STATIONS: _reading(
        "List Charging Stations of a Location", _LOCATION, ids=("getLocationStations",)
    ),
    # Whether it can be asked for all of them at once, or by location, the file says.
    Kind.VEHICLES: _reading("List Vehicles", _NOTHING, _LOCATION, ids=("getVehicles",)),
    Kind.SCHEDULES: _reading("Get Schedules for a Location", _LOCATION),
    Kind.POWER_GROUPS: _reading("List top-level Power Groups", _NOTHING),
}
COMMANDS = tuple(kind for kind, sought in SOUGHT.items() if not sought.is_read)
