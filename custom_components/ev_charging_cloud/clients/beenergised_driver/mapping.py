"""How be.ENERGISED's stations and connectors become ours.

Source: see :mod:`.names`; nothing of a station is documented.

* A station's status is either about its connection (the words of the vendor's own
  backend: online, pending, offline, no communication) or about what it can do.
* A connector's status word counts more than whether it is "available"; not available
  is unavailable. The driver's own session on it counts more than both, but for faults.
* "Occupied" is somebody else's car, charging or not: preparing, as with all vendors.
* A connector is commanded by its id. Without one of its own it is shown all the same, by
  its EVSE's id or its number in the station, and has no command.
* A price is in whole currency; one without a currency is not told.
"""

from collections.abc import Iterable, Iterator
import math

from msgspec import Struct, structs

from ..enums import ConnectorStatus, SessionStatus
from ..model import ChargingSession, Connector, Money, Station
from ..money import from_major
from ..reading.report import ReadingReport
from ..reading.values import kilo, text
from ..reading.words import CONNECTOR_TYPES, Words, is_plugged_in
from ..search import Around
from . import wire
from .words import CONNECTORS, STATIONS

EARTH_RADIUS = 6_371_000.0
NOWHERE: tuple[None, None] = (None, None)
SYMBOLS = {"€": "EUR", "£": "GBP", "Fr.": "CHF"}


class Read(Struct, frozen=True, kw_only=True, gc=False):
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
        self._connector = Words("connector status", CONNECTORS, report)
        self._plug = Words("plug type", CONNECTOR_TYPES, report)
        self._station = Words("station status", STATIONS, report)

    def read(self, found: wire.Station) -> Read:
        """Return a station and its connectors, as the vendor sent them."""
        status, online = self._station.read(found.status) or (None, None)
        latitude, longitude = next(
            filter(None, map(_position, _places(found))), NOWHERE
        )
        operator = found.operator_details or wire.Operator()
        station = Station(
            id=found.id,
            name=text(found.display_name) or text(found.label),
            status=status,
            online=online,
            latitude=latitude,
            longitude=longitude,
            address=next(filter(None, map(_address, _places(found))), None),
            distance=_distance(latitude, longitude, self._around),
            operator=text(found.operator) or text(operator.name),
            is_roaming=found.is_roaming,
            is_favourite=found.is_favourite,
        )
        connectors = tuple(
            self._read_connector(station, index, each)
            for index, each in enumerate(_flat(_connectors(found)))
        )
        return Read(station=station, connectors=connectors)

    def _read_connector(
        self, station: Station, index: int, found: wire.Connector
    ) -> Connector:
        id_, evse_id = text(found.id), text(found.evse_id)
        status = self._connector.read(found.status)
        if status is None and found.available is not None:
            status = (
                ConnectorStatus.AVAILABLE
                if found.available
                else ConnectorStatus.UNAVAILABLE
            )
        price = found.price or found
        return Connector(
            station_id=station.id,
            id=id_ or evse_id or str(index + 1),
            has_own_id=id_ is not None,
            name=text(found.label),
            type=self._plug.read(found.plug_type),
            status=status,
            online=station.online,
            plugged_in=is_plugged_in(status),
            max_power=kilo(found.max_power_kw) or found.max_power_w or None,
            evse_id=evse_id,
            price=money(price.per_kwh, price.currency),
            price_per_minute=money(price.per_minute, price.currency),
            price_per_session=money(price.per_session, price.currency),
            price_text=text(found.price_text),
        )


def _connectors(found: wire.Station) -> Iterator[wire.Connector | None]:
    """Yield what a station lists, in whatever form."""
    yield from found.connectors or ()
    edges = found.connection.edges if found.connection else None
    yield from (edge.node for edge in edges or () if edge)


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


def money(amount: float | None, currency: str | None) -> Money | None:
    """Return an amount of whole currency in minor units."""
    if amount is None or currency is None:
        return None
    code = SYMBOLS.get(currency.strip(), currency.strip().upper())
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        return None
    return from_major(amount, code)


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


def _places(found: wire.Station) -> Iterator[wire.Place]:
    """Yield the parts that may say where a station is, the best first."""
    for site in filter(None, (found, found.location)):
        yield from filter(None, (site.address, site.position, site))


def _position(place: wire.Place) -> tuple[float, float] | None:
    """Return latitude and longitude.

    GeoJSON has them the other way round, perhaps with an altitude (RFC 7946, 3.1.1).
    """
    if place.latitude is not None and place.longitude is not None:
        return place.latitude, place.longitude
    if place.coordinates is None or len(place.coordinates) < 2:
        return None
    longitude, latitude = place.coordinates[:2]
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude


def _address(place: wire.Place) -> str | None:
    """Return an address in one line."""
    parts = (
        " ".join(filter(None, map(text, (place.street, place.house_number)))),
        " ".join(filter(None, map(text, (place.postal_code, place.city)))),
        text(place.country),
    )
    return ", ".join(filter(None, parts)) or None


def _distance(
    latitude: float | None, longitude: float | None, around: Around | None
) -> float | None:
    if around is None or latitude is None or longitude is None:
        return None
    return round(
        distance_between(around.latitude, around.longitude, latitude, longitude)
    )


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
        }
    )
