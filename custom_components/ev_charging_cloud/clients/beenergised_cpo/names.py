"""What the attributes of be.ENERGISED's stations, connectors and locations are taken for.

Few of them are documented. Tenants may send more; what they call as OCPI or OCPP call it
is recognised, by the names in these tables, whatever its case. Nothing else is used, but
every name (never a value) is reported, so that users can tell us of it.

A power whose name tells no unit is in W, as in OCPI and OCPP.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from operator import itemgetter

from msgspec import Struct

from ..reading.report import MOST_FIELDS, ReadingReport
from ..reading.words import plain

# So many ways to have attributes are remembered of one kind of object.
MOST_KINDS = 64


class Source(StrEnum):
    """On which ground a name is in a table."""

    SAMPLE = "documented"
    CREATE = "documented for writing"
    LIKENESS = "recognised"
    UNREADABLE = "recognised, but of another type than expected"
    UNKNOWN = "unknown"


class Name(Struct, frozen=True, gc=False):
    """A name of the vendor's for a field of ours; ``factor`` makes it our unit."""

    field: str
    spelling: str
    source: Source
    factor: float = 1


def _names(field: str, source: Source, *spellings: str) -> tuple[Name, ...]:
    return tuple(Name(field, spelling, source) for spelling in spellings)


def _powers(field: str, *stems: str) -> tuple[Name, ...]:
    return tuple(
        Name(field, f"{stem}{unit}", Source.LIKENESS, factor)
        for stem in stems
        for unit, factor in (("", 1), ("W", 1), ("Kw", 1000))
    )


STATION: tuple[Name, ...] = (
    *_names("name", Source.SAMPLE, "label"),
    *_names("ocpp_identity", Source.SAMPLE, "chargeBoxIdentity"),
    *_names("iccid", Source.SAMPLE, "iccid"),
    *_names("imsi", Source.SAMPLE, "imsi"),
    *_names("serial_number", Source.SAMPLE, "serialnumber"),
    *_names("firmware", Source.SAMPLE, "firmwareVersion"),
    *_names("model_id", Source.CREATE, "modelId"),
    *_names("public_name", Source.CREATE, "publicDisplayName"),
    *_names("time_zone", Source.CREATE, "timeZone"),
    *_names("company", Source.CREATE, "companyUuid"),
    *_names("technician", Source.CREATE, "technicianUserId"),
    # What is inside of these two is not documented.
    *_names("address", Source.CREATE, "address"),
    *_names("geolocation", Source.CREATE, "geolocation"),
    *_names("model", Source.LIKENESS, "modelName", "chargePointModel", "model"),
    *_names(
        "manufacturer",
        Source.LIKENESS,
        "vendorName",
        "chargePointVendor",
        "manufacturer",
        "vendor",
    ),
    *_names(
        "location",
        Source.LIKENESS,
        "locationUuid",
        "locationId",
        "location",
    ),
    *_names("online", Source.LIKENESS, "isOnline", "online", "connected"),
    *_names(
        "communication",
        Source.LIKENESS,
        "connectionStatus",
        "connectivityStatus",
        "communicationStatus",
        "onlineStatus",
    ),
    *_names("status", Source.LIKENESS, "status", "state", "operationalStatus"),
    *_names(
        "reported_at",
        Source.LIKENESS,
        "lastContact",
        "lastCommunication",
        "lastHeartbeat",
        "lastSeen",
    ),
    *_powers("power", "power", "currentPower", "activePower"),
    *_powers("max_power", "maxPower", "maxElectricPower", "ratedPower"),
)

POSITION: tuple[Name, ...] = (
    *_names("latitude", Source.LIKENESS, "latitude", "lat"),
    *_names("longitude", Source.LIKENESS, "longitude", "lng", "lon"),
)
# Inside of a station's place, as OCPI and the vendor's other APIs have it.
ADDRESS: tuple[Name, ...] = (
    *_names("street", Source.LIKENESS, "street", "address", "street1"),
    *_names("house_number", Source.LIKENESS, "houseNumber"),
    *_names("postal_code", Source.LIKENESS, "zip", "postalCode", "zipCode"),
    *_names("city", Source.LIKENESS, "city"),
    *_names("country", Source.LIKENESS, "country", "countryCode"),
)

CONNECTOR: tuple[Name, ...] = (
    *_names(
        "station",
        Source.LIKENESS,
        "cpId",
        "cpUuid",
        "chargingStationUuid",
        "chargingStationId",
        "chargingStation",
        "stationUuid",
        "stationId",
        "chargePointUuid",
        "chargePointId",
    ),
    *_names("name", Source.LIKENESS, "label", "name"),
    *_names(
        "number", Source.LIKENESS, "connectorId", "connectorNumber", "ocppConnectorId"
    ),
    *_names("evse_id", Source.LIKENESS, "evseId"),
    *_names("status", Source.LIKENESS, "status", "state", "connectorStatus"),
    *_names("type", Source.LIKENESS, "plugType", "connectorType", "standard"),
    *_powers("power", "power", "currentPower", "activePower"),
    *_powers("max_power", "maxPower", "maxElectricPower", "ratedPower"),
)

LOCATION: tuple[Name, ...] = (
    *_names("name", Source.LIKENESS, "label", "name", "publicDisplayName"),
    *_names("stations", Source.LIKENESS, "chargingStations", "stations", "cps"),
    *_names("geolocation", Source.LIKENESS, "geolocation", "coordinates"),
    *POSITION,
)


class Told(Struct, frozen=True, gc=False):
    """An attribute that was recognised: what it is called, its unit, its value."""

    name: str
    factor: float
    value: object


class NameTable:
    """Finds our fields in a vendor's attributes, and reports every name."""

    def __init__(self, kind: str, names: Iterable[Name], report: ReadingReport) -> None:
        """Prepare a table for one kind of object."""
        self._kind = kind
        self._names = {plain(name.spelling): name for name in names}
        self._order = {name: place for place, name in enumerate(self._names)}
        self._report = report
        self._sources = report.attributes.setdefault(kind, {})
        # By all names that an object has, as they come: most have the same ones.
        self._recognised: dict[tuple[str, ...], tuple[tuple[str, Name], ...]] = {}

    def find(self, attributes: Mapping[str, object]) -> dict[str, list[Told]]:
        """Return what was told of our fields, as the table prefers the names."""
        spellings = (*attributes,)
        recognised = self._recognised.get(spellings)
        if recognised is None:
            recognised = self._recognise(spellings)
        found: dict[str, list[Told]] = {}
        for spelling, name in recognised:
            value = attributes[spelling]
            if not _is_empty(value):
                told = Told(spelling, name.factor, value)
                if name.field in found:
                    found[name.field].append(told)
                else:
                    found[name.field] = [told]
        return found

    def unreadable(self, told: Told) -> None:
        """Report that a value is not of the type that its name promises."""
        self._sources[told.name] = Source.UNREADABLE
        self._report.odd_value(f"{self._kind}.{told.name}", "not what its name says")

    def _recognise(self, spellings: tuple[str, ...]) -> tuple[tuple[str, Name], ...]:
        """Return which of some names the table has, in its order; all are reported."""
        places: list[tuple[int, str, Name]] = []
        for spelling in spellings:
            bare = plain(spelling)
            name = self._names.get(bare)
            self._note(spelling, name.source if name else Source.UNKNOWN)
            if name is not None:
                places.append((self._order[bare], spelling, name))
        places.sort(key=itemgetter(0))
        recognised = tuple((spelling, name) for _, spelling, name in places)
        if len(self._recognised) < MOST_KINDS and len(spellings) <= MOST_FIELDS:
            self._recognised[spellings] = recognised
        return recognised

    def _note(self, spelling: str, source: Source) -> None:
        if spelling not in self._sources and len(self._sources) < MOST_FIELDS:
            self._sources[spelling] = source


def _is_empty(value: object) -> bool:
    """Tell whether a value says that there is none."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value in ([], {})
