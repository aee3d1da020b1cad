"""How be.ENERGISED's stations, connectors and locations become ours.

Source: the CPO API's quickstart guide and reference for what is documented, and
:mod:`.names` for what is only recognised.

* A station's own words are those of the product's pages: online, pending (silent for
  half an hour), offline (for an hour), no communication. Whether a pending station can
  be reached is not known.
* A connector is called by its label, else by its number; its id is a UUID.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import Struct

from ..model import Connector, Location, Station, StationDetails
from ..reading import bounds, values, words
from ..reading.lenient import Reader
from ..reading.report import ReadingReport
from ..reading.words import Words
from . import names, wire
from .names import NameTable, Told

WATTS = Reader[float](bounds.Watts)
MOST_WATTS = Reader[float](bounds.MostWatts)
LATITUDE = Reader[float](bounds.Latitude)
LONGITUDE = Reader[float](bounds.Longitude)
STATION_TYPES = frozenset({"chargingstations", "chargingstation", "cps", "cp"})
LOCATION_TYPES = frozenset({"locations", "location"})


class LocationRead(Struct, frozen=True, gc=False):
    """A location, and the stations that it says are its own."""

    location: Location
    station_ids: tuple[str, ...]


class CpoMapping:
    """Makes our objects of the vendor's; what nobody knows is reported."""

    def __init__(self, report: ReadingReport) -> None:
        """Let unknown names and words be reported."""
        self._stations = NameTable("station", names.STATION, report)
        self._connectors = NameTable("connector", names.CONNECTOR, report)
        self._positions = NameTable("station position", names.POSITION, report)
        self._addresses = NameTable("station address", names.ADDRESS, report)
        self._locations = NameTable("location", names.LOCATION, report)
        self._online = Words("station connection", words.ONLINE, report)
        self._station_status = Words("station status", words.STATION_STATUSES, report)
        self._connector_status = Words(
            "connector status", words.CONNECTOR_STATUSES, report
        )
        self._connector_type = Words("connector type", words.CONNECTOR_TYPES, report)

    def station(self, item: wire.Item) -> Station:
        """Return a station; its connectors are in a list of their own."""
        told = _Reading(self._stations, values.mapping(item.attributes) or {})
        id_ = str(item.id)
        identity = told.read("ocpp_identity", values.text)
        public_name = told.read("public_name", values.text)
        communication, status = self._station_words(told)
        online = told.read("online", values.flag)
        firmware = told.read("firmware", values.text)
        position = _Reading(
            self._positions, told.read("geolocation", values.mapping) or {}
        )
        return Station(
            id=id_,
            name=told.read("name", values.text)
            or public_name
            or identity
            or id_.split("-", maxsplit=1)[0],
            manufacturer=told.read("manufacturer", values.text),
            model=told.read("model", values.text),
            model_id=told.read("model_id", values.text),
            serial_number=told.read("serial_number", values.text),
            ocpp_identity=identity,
            iccid=told.read("iccid", values.text),
            imsi=told.read("imsi", values.text),
            public_name=public_name,
            time_zone=told.read("time_zone", values.text),
            company=told.read("company", values.identifier),
            technician=told.read("technician", values.identifier),
            address=told.read("address", self._address),
            latitude=position.read("latitude", LATITUDE.convert),
            longitude=position.read("longitude", LONGITUDE.convert),
            location_id=told.read("location", values.identifier)
            or next(_related(item, LOCATION_TYPES), None),
            online=self._online.read(communication) if online is None else online,
            status=self._station_status.read(status),
            power=told.read_power("power"),
            max_power=told.read_power("max_power", MOST_WATTS),
            reported_at=told.read("reported_at", values.moment),
            details=StationDetails(firmware=firmware) if firmware else None,
        )

    def connector(self, item: wire.Item) -> Connector:
        """Return a connector; without a station, if its object does not name it."""
        told = _Reading(self._connectors, values.mapping(item.attributes) or {})
        status = self._connector_status.read(told.read("status", values.text))
        return Connector(
            station_id=told.read("station", values.identifier)
            or next(_related(item, STATION_TYPES), ""),
            id=str(item.id),
            name=told.read("name", values.text) or told.read("number", values.text),
            evse_id=told.read("evse_id", values.text),
            type=self._connector_type.read(told.read("type", values.text)),
            status=status,
            plugged_in=words.is_plugged_in(status),
            power=told.read_power("power"),
            max_power=told.read_power("max_power", MOST_WATTS),
        )

    def location(self, item: wire.Item) -> LocationRead:
        """Return a location and the stations that it names."""
        attributes = values.mapping(item.attributes) or {}
        whole = _Reading(self._locations, attributes)
        told = _Reading(
            self._locations,
            {
                **attributes,
                **(whole.read("geolocation", values.mapping) or {}),
            },
        )
        return LocationRead(
            Location(
                id=str(item.id),
                name=told.read("name", values.text),
                latitude=told.read("latitude", LATITUDE.convert),
                longitude=told.read("longitude", LONGITUDE.convert),
            ),
            told.read("stations", values.identifiers)
            or tuple(_related(item, STATION_TYPES)),
        )

    def _address(self, value: object) -> str | None:
        """Return an address in one line, whether it comes so or in parts."""
        parts = values.mapping(value)
        if parts is None:
            return values.text(value)
        told = _Reading(self._addresses, parts)
        lines = (
            ("street", "house_number"),
            ("postal_code", "city"),
            ("country",),
        )
        shown = (
            " ".join(filter(None, (told.read(it, values.text) for it in line)))
            for line in lines
        )
        return ", ".join(filter(None, shown)) or None

    @staticmethod
    def _station_words(told: _Reading) -> tuple[str | None, str | None]:
        """Return how a station communicates and what it can do; one word can be either."""
        communication, status = (
            told.read("communication", values.text),
            told.read("status", values.text),
        )
        if communication is None and words.plain(status or "") in words.ONLINE:
            return status, None
        return communication, status


class _Reading:
    """Reads the recognised attributes of one object."""

    def __init__(self, table: NameTable, attributes: Mapping[str, object]) -> None:
        self._table = table
        self._told = table.find(attributes)

    def read[ValueT](
        self, field: str, reader: Callable[[object], ValueT | None]
    ) -> ValueT | None:
        """Return the value of a field; one of another type is reported."""
        for told in self._told.get(field, ()):
            if (value := reader(told.value)) is not None:
                return value
            self._table.unreadable(told)
        return None

    def read_power(self, field: str, watts: Reader[float] = WATTS) -> float | None:
        """Return a power in W."""
        for told in self._told.get(field, ()):
            if (value := _watts(told, watts)) is not None:
                return value
            self._table.unreadable(told)
        return None


def _watts(told: Told, watts: Reader[float]) -> float | None:
    number = values.number(told.value)
    return None if number is None else watts.convert(round(number * told.factor, 3))


class _Resource(Struct, frozen=True, gc=False):
    """What a relationship of jsonapi.org points at."""

    type: str
    id: str | int


class _Relationship(Struct, frozen=True, gc=False):
    """A relationship of jsonapi.org: to one object, or to several."""

    data: _Resource | list[_Resource] | None = None


def _related(item: wire.Item, types: frozenset[str]) -> Iterator[str]:
    """Yield the ids of related objects of some type."""
    for value in (values.mapping(item.relationships) or {}).values():
        try:
            data = msgspec.convert(value, _Relationship).data
        except msgspec.ValidationError:
            continue
        for resource in data if isinstance(data, list) else (data,):
            if resource is not None and words.plain(resource.type) in types:
                yield str(resource.id)
