"""How be.ENERGISED's stations and connectors become ours.

Source: see :mod:`.names`; nothing of a station is documented.

* A station's status is either about its connection (the words of the vendor's own
  backend: online, pending, offline, no communication) or about what it can do.
* A connector's status word counts more than whether it is "available"; not available
  is unavailable. The driver's own session on it counts more than both, but for faults.
* "Occupied" is somebody else's car, charging or not: preparing, as with all vendors.
* A power without a unit in its name is in kW below 1,000 and in W from there on: no
  connector gives less than 1 kW or more than 1 MW.
* Prices and costs are in whole currency; one without a currency is not told.
* A distance is worked out where the position is known: the unit of one that is told is
  not.
"""

from collections.abc import Iterable, Iterator, Mapping
import math

from msgspec import Struct, structs

from ..enums import ConnectorStatus, SessionStatus, StationStatus
from ..model import ChargingSession, Connector, Money, Station
from ..money import from_major
from ..reading.report import ReadingReport
from ..reading.values import flag, kilo, number, text
from ..reading.words import (
    CONNECTOR_TYPES,
    ONLINE,
    STATION_STATUSES,
    Words,
    is_plugged_in,
)
from ..search import Around
from . import wire
from .words import CONNECTORS, MAY_BE_USED, OF_CONNECTORS

EARTH_RADIUS = 6_371_000.0
LEAST_POWER_IN_W = 1000
SYMBOLS = {"€": "EUR", "£": "GBP", "Fr.": "CHF"}


class Read(Struct, frozen=True, kw_only=True):
    """A station and its connectors."""

    station: Station
    connectors: tuple[Connector, ...]


class StationMapping:
    """Makes our stations of the vendor's; words nobody knows are counted.

    ``around`` is where the account looks for stations.
    """

    def __init__(self, report: ReadingReport, around: Around | None) -> None:
        """Let unknown words be counted in the report."""
        self._around = around
        self._connector = Words(
            "connector status",
            {**CONNECTORS, **dict.fromkeys(MAY_BE_USED)},
            report,
        )
        self._plug = Words("plug type", CONNECTOR_TYPES, report)
        states: Mapping[str, tuple[StationStatus | None, bool | None]] = {
            **{word: (status, None) for word, status in STATION_STATUSES.items()},
            **{word: (None, online) for word, online in ONLINE.items()},
            **dict.fromkeys(OF_CONNECTORS, (None, None)),
        }
        self._station = Words("station status", states, report)

    def read(self, found: wire.Station) -> Read:
        """Return a station and its connectors, as the vendor sent them."""
        status, online = self._station.read(told(found.status)) or (None, None)
        if (said := flag(found.online)) is not None:
            online = said
        site = _site(found)
        station = Station(
            id=found.id,
            name=told(found.display_name) or told(found.label),
            status=status,
            online=online,
            latitude=site.latitude,
            longitude=site.longitude,
            address=site.address,
            distance=_distance(found, site, self._around),
            operator=told(found.operator),
            is_roaming=flag(found.is_roaming),
            is_favourite=flag(found.is_favourite),
        )
        connectors = tuple(
            self._read_connector(station, index, each)
            for index, each in enumerate(_flat(found.connectors or ()))
        )
        return Read(station=station, connectors=connectors)

    def _read_connector(
        self, station: Station, index: int, found: wire.Connector
    ) -> Connector:
        evse_id = text(found.evse_id)
        id_ = text(found.id) or evse_id or str(index + 1)
        status = self._status(found)
        price = found.price or found
        currency = text(price.currency) or told(found.currency)
        return Connector(
            station_id=station.id,
            id=id_,
            name=told(found.label),
            type=self._plug.read(told(found.plug_type)),
            status=status,
            online=station.online,
            plugged_in=is_plugged_in(status),
            max_power=_power(found),
            evse_id=evse_id,
            price=money(price.per_kwh, currency),
            price_per_minute=money(price.per_minute, currency),
            price_per_session=money(price.per_session, currency),
            price_text=told(price.price_text) or told(found.price_text),
        )

    def _status(self, found: wire.Connector) -> ConnectorStatus | None:
        status = self._connector.read(told(found.status))
        if status is not None:
            return status
        said = found.available if found.available is not None else found.availability
        free = flag(said)
        if free is not None:
            return ConnectorStatus.AVAILABLE if free else ConnectorStatus.UNAVAILABLE
        return self._connector.read(told(said))


def told(leaf: object) -> str | None:
    """Read a text, also one that stands in an object of its own."""
    return text(leaf.get("value") if isinstance(leaf, dict) else leaf)


def with_session(connector: Connector, session: ChargingSession | None) -> Connector:
    """Return a connector with the driver's own latest session on it."""
    if session is None:
        return connector
    status = _own_status(connector.status, session)
    return structs.replace(
        connector, session=session, status=status, plugged_in=is_plugged_in(status)
    )


def _own_status(
    status: ConnectorStatus | None, session: ChargingSession
) -> ConnectorStatus | None:
    """Return a connector's status, given the driver's own session on it."""
    if status in {
        ConnectorStatus.FAULTED,
        ConnectorStatus.SUSPENDED_EV,
        ConnectorStatus.SUSPENDED_EVSE,
        ConnectorStatus.FINISHING,
    }:
        return status
    if session.status is SessionStatus.ACTIVE:
        return ConnectorStatus.CHARGING
    return ConnectorStatus.PREPARING if session.is_running else status


def money(amount: object, currency: str | None) -> Money | None:
    """Return an amount of whole currency in minor units."""
    if (value := number(amount)) is None or currency is None:
        return None
    code = SYMBOLS.get(currency, currency.upper())
    if len(code) != 3 or not code.isalpha():
        return None
    return from_major(value, code)


def distance_between(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Return how far two places are apart, in m, on a sphere."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    east = math.radians(other_longitude - longitude)
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half)))


class _Where(Struct, frozen=True, kw_only=True):
    latitude: float | None = None
    longitude: float | None = None
    address: str | None = None


def _site(found: wire.Station) -> _Where:
    """Return where a station is, from whichever part tells it."""
    inner = found.location
    places: list[wire.Place] = [
        place
        for place in (
            found.address,
            found.position,
            found,
            inner.address if inner else None,
            inner.position if inner else None,
            inner,
        )
        if place is not None
    ]
    latitude, longitude = next(
        (
            (north, east)
            for place in places
            if (north := number(place.latitude)) is not None
            and (east := number(place.longitude)) is not None
        ),
        (None, None),
    )
    return _Where(
        latitude=latitude,
        longitude=longitude,
        address=next(filter(None, map(_address, places)), None),
    )


def _address(place: wire.Place) -> str | None:
    """Return an address in one line."""
    if (full := told(place.full_address)) is not None:
        return full
    parts = (
        " ".join(filter(None, (told(place.street), told(place.house_number)))),
        " ".join(filter(None, (told(place.postal_code), told(place.city)))),
        told(place.country),
    )
    return ", ".join(filter(None, parts)) or None


def _distance(found: wire.Station, site: _Where, around: Around | None) -> float | None:
    if around and site.latitude is not None and site.longitude is not None:
        return round(
            distance_between(
                around.latitude, around.longitude, site.latitude, site.longitude
            )
        )
    if (metres := number(found.distance_m)) is not None:
        return metres
    return kilo(number(found.distance_km))


def _power(found: wire.Connector) -> float | None:
    if (watts := number(found.max_power_w)) is not None:
        return watts
    if (kilowatts := number(found.max_power_kw)) is not None:
        return kilo(kilowatts)
    power = number(found.max_power)
    if power is not None and power < LEAST_POWER_IN_W:
        return kilo(power)
    return power


def _flat(
    found: Iterable[wire.Connector | None], above: wire.Connector | None = None
) -> Iterator[wire.Connector]:
    """Yield connectors; those of an EVSE have its values where they have none."""
    for each in found:
        if each is None:
            continue
        whole = _merge(each, above) if above else each
        if each.connectors:
            yield from _flat(each.connectors, whole)
        else:
            yield whole


def _merge(inner: wire.Connector, outer: wire.Connector) -> wire.Connector:
    return wire.Connector(
        **{
            name: getattr(outer if getattr(inner, name) is None else inner, name)
            for name in inner.__struct_fields__
            if name != "connectors"
        }
    )
