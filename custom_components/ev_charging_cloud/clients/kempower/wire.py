"""Kempower ChargEye's objects as the vendor documents them.

Source: the ChargEye REST API reference (Charging Stations, Locations) and the types in
``tkk2018/node-kempower-api-types``, which correct it by real answers. Only ids are
demanded; everything else may be missing or null. Field names are the vendor's, in the
spelling of the wire; powers are kW, energies kWh, states of charge per cent, times
ISO 8601 (UTC where no zone is given).

Left out on purpose: ``authorizationToken``, the card or tag of a person; tenant ids;
``updateTime``, ``updatedAt`` and ``triggerReason``, which differ at every poll and say
nothing about the charging; and what a session repeats of its connector.
"""

from datetime import datetime

from msgspec import Raw, Struct, field

from ..reading.bounds import (
    Amount,
    Amperes,
    Consumption,
    Currency,
    Id,
    KilowattHours,
    Kilowatts,
    Latitude,
    Longitude,
    MostAmperes,
    MostKilowatts,
    Percent,
    Ratio,
)
from ..reading.lenient import Reader


class RefreshedToken(Struct, frozen=True, gc=False):
    """Answer of ``GET /auth/refreshAccessToken`` (quickstart guide)."""

    token: Id
    valid_until: datetime | None = field(name="validUntil", default=None)


class ErrorBody(Struct, frozen=True, gc=False):
    """Body of every documented error (quickstart guide, Error Handling)."""

    error_message: str | None = field(name="errorMessage", default=None)


class StationsAnswer(Struct, frozen=True, gc=False):
    """Answer of ``GET /stations``."""

    stations: list[Raw]


class LocationsAnswer(Struct, frozen=True, gc=False):
    """Answer of ``GET /locations``."""

    locations: list[Raw]


class Operator(Struct, frozen=True, gc=False):
    """Operator of a location."""

    name: str | None = None


class CeLocation(Struct, frozen=True, gc=False):
    """A location (``CeLocation``)."""

    id: Id
    name: str | None = None
    lat: Latitude | None = None
    lng: Longitude | None = None
    operator: Operator | None = None


class StationLocation(Struct, frozen=True, gc=False):
    """What a station says of its location."""

    name: str | None = None
    lat: Latitude | None = None
    lng: Longitude | None = None


class SchedulePlan(Struct, frozen=True, gc=False):
    """The plan a session charges by (``schedulePlan``)."""

    ev_id: str | None = field(name="evId", default=None)
    power_kw: Kilowatts | None = field(name="powerkW", default=None)
    planned_departure_time: datetime | None = field(
        name="plannedDepartureTime", default=None
    )
    target_soc: Percent | None = field(name="targetSoC", default=None)


class TxInfo(Struct, frozen=True, rename="camel", gc=False):
    """A connector's latest transaction (``TxInfo``)."""

    tx_id: Id
    status: str | None = None
    start_time: datetime | None = None
    start_reason: str | None = None
    charging_start_time: datetime | None = None
    charging_start_reason: str | None = None
    charging_end_time: datetime | None = None
    charging_end_reason: str | None = None
    end_time: datetime | None = None
    end_reason: str | None = None
    charged_energy_kwh: KilowattHours | None = None
    power_kw: Kilowatts | None = None
    power_kw_avg: Kilowatts | None = None
    power_kw_max: Kilowatts | None = None
    soc: Percent | None = None
    soc_initial: Percent | None = None
    soc_limit: Percent | None = None
    power_limitation: str | None = None
    schedule_plan: SchedulePlan | None = None


class ConnectorInfo(Struct, frozen=True, rename="camel", gc=False):
    """A connector; ``connectorId`` is a string and unique only in its station.

    The vendor's example names the session ``latestTransaction``, the types name it
    ``lastTransaction``: the former is read first.
    """

    connector_id: Id
    name: str | None = None
    status: str | None = None
    type: str | None = None
    max_power_kw: MostKilowatts | None = None
    max_power_kw_actual: MostKilowatts | None = None
    latest_transaction: TxInfo | None = None
    last_transaction: TxInfo | None = None

    @property
    def transaction(self) -> TxInfo | None:
        """The running session, or the previous one when the connector is idle."""
        return self.latest_transaction or self.last_transaction


class StationInfo(Struct, frozen=True, rename="camel", gc=False):
    """A charging station (``StationInfo``); ``currentPowerA`` is input current in A."""

    station_id: Id
    name: str | None = None
    status: str | None = None
    online_status: str | None = None
    connectors: list[ConnectorInfo] | None = None
    location: StationLocation | None = None
    location_uid: str | None = None
    max_power_kw: MostKilowatts | None = None
    current_power_kw: Kilowatts | None = None
    current_power_a: Amperes | None = None
    max_power_a: MostAmperes | None = None
    ac_dc_power_ratio: Ratio | None = None
    power_group_parent_path: list[str] | None = None


class Transaction(Struct, frozen=True, rename="camel", gc=False):
    """A full transaction (``Transaction``); ``evseId`` is the connector's id.

    Costs are in hundredths of the currency. Left out besides what :class:`TxInfo` leaves
    out: card and token, the vehicle's address, and measurements of a moment.
    """

    tx_id: Id
    station_id: str | None = None
    evse_id: str | None = None
    evse_name: str | None = None
    status: str | None = None
    start_time: datetime | None = None
    start_reason: str | None = None
    charging_start_time: datetime | None = None
    charging_end_time: datetime | None = None
    charging_end_reason: str | None = None
    end_time: datetime | None = None
    end_reason: str | None = None
    charged_energy_kwh: KilowattHours | None = None
    avg_power_kw: Kilowatts | None = None
    max_power_kw: Kilowatts | None = None
    soc: Percent | None = None
    soc_start: Percent | None = None
    soc_end: Percent | None = None
    soc_limit: Percent | None = None
    payment_currency: Currency | None = None
    total_cost_cents: Amount | None = None


class ManufacturingInfo(Struct, frozen=True, rename="camel", gc=False):
    """How a station was made (``manufacturingInfo``)."""

    product_id: str | None = None
    product_name: str | None = None
    serial_number: str | None = None


class LocationChargingStation(Struct, frozen=True, rename="camel", gc=False):
    """A station of the inventory (``LocationChargingStation``)."""

    station_id: Id
    model: str | None = None
    vendor_name: str | None = None
    firmware_version: str | None = None
    manufacturing_info: ManufacturingInfo | None = None


class Vehicle(Struct, frozen=True, gc=False):
    """A vehicle of the fleet (``Vehicle``); ``consumption`` is in Wh/km.

    Left out: its number plate and its network address.
    """

    id: Id
    name: str | None = None
    model: str | None = field(name="evModel", default=None)
    battery_kwh: KilowattHours | None = field(name="fullChargeEnergykWh", default=None)
    max_power_kw: MostKilowatts | None = field(name="maxChargePowerkW", default=None)
    consumption: Consumption | None = None
    is_scheduled: bool | None = field(name="enableChargeScheduling", default=None)


class EvSchedule(Struct, frozen=True, gc=False):
    """When a vehicle comes and goes (``EvSchedule``).

    The reference shows the ids and says in prose what else there is; its names are taken
    from a session's ``schedulePlan``.
    """

    ev_id: Id = field(name="evId")
    arrival: datetime | None = field(name="plannedArrivalTime", default=None)
    departure: datetime | None = field(name="plannedDepartureTime", default=None)
    target_soc: Percent | None = field(name="targetSoC", default=None)


class PowerGroup(Struct, frozen=True, rename="camel", gc=False):
    """What shares a supply (API reference, List top-level Power Groups)."""

    group_id: Id
    max_current_a: MostAmperes | None = None


# What a file names the list in an answer is known only at run time.
ENVELOPE = Reader(dict[str, Raw])
RAWS = Reader(list[Raw])
TRANSACTION = Reader(Transaction)
INVENTORY = Reader(LocationChargingStation)
VEHICLE = Reader(Vehicle)
SCHEDULE = Reader(EvSchedule)
POWER_GROUP = Reader(PowerGroup)
TOKEN = Reader(RefreshedToken)
ERROR = Reader(ErrorBody)
STATIONS = Reader(StationsAnswer)
STATION = Reader(StationInfo)
LOCATIONS = Reader(LocationsAnswer)
LOCATION = Reader(CeLocation)
