"""ev.energy's objects as the vendor documents them.

Source: the OpenAPI file of version 2 of the API (components). Fields that the file does
not list as required may be missing, and nearly all may be null. A resource that is not
expanded is the address of it, so such a field is a string or an object. Units are in
the names. Fields that nothing here reads are left out.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Raw, Struct

from ..reading.bounds import (
    Amount,
    CarbonIntensity,
    Currency,
    Grams,
    HalfHourWattHours,
    Id,
    Metres,
    Milliamperes,
    Millivolts,
    Minutes,
    MostMilliamperes,
    MostWatts,
    Percent,
    Points,
    Seconds,
    SignalStrength,
    WattHours,
    Watts,
)
from ..reading.lenient import Reader

# A person opens it in a browser.
type WebAddress = Annotated[str, Meta(pattern="^https?://")]


class Problem(Struct, frozen=True, gc=False):
    """Body of an error (``application/problem+json``).

    ``field_errors`` are lists of texts by field, which can be nested.
    """

    title: str | None = None
    detail: str | None = None
    field_errors: Raw = Raw(b"null")


class Make(Struct, frozen=True, gc=False):
    """Maker of a charger or a vehicle."""

    name: str | None = None
    display_name: str | None = None


class Model(Struct, frozen=True, gc=False):
    """Model of a charger or a vehicle."""

    name: str | None = None
    display_name: str | None = None
    make: Make | str | None = None


class Trim(Struct, frozen=True, gc=False):
    """Trim of a vehicle's model."""

    name: str | None = None
    model: Model | str | None = None


class Reference(Struct, frozen=True, gc=False):
    """Any resource of which only the id is of interest."""

    id: Id


class EvseStatusLog(Struct, frozen=True, gc=False):
    """What a charger last reported (``EVSEStatusLog``); no field is required."""

    sampled_at: datetime | None = None
    is_plugged_in: bool | None = None
    is_charging: bool | None = None
    charge_rate_watts: Watts | None = None
    export_power_watts: Watts | None = None
    control_pilot_status: str | None = None
    meter_reading_watt_hours: WattHours | None = None
    is_enabled: bool | None = None
    max_current_rating_milliamps: MostMilliamperes | None = None
    cable_current_rating_milliamps: MostMilliamperes | None = None
    signal_strength_rssi_dbm: SignalStrength | None = None
    inlet_power_watts: Watts | None = None
    voltage_millivolts: Millivolts | None = None
    mode: str | None = None


class Evse(Struct, frozen=True, gc=False):
    """A charger (``EVSE``)."""

    id: Id
    cpid: str | None = None
    user: Reference | str | None = None
    model: Model | str | None = None
    latest_status_log: EvseStatusLog | str | None = ""
    lock_mode: str | None = None
    lifecycle_state: str | None = None


class EvseConnectivity(Struct, frozen=True, gc=False):
    """How well a charger is connected (``EVSEConnectivity``)."""

    signal_strength_rssi_dbm: SignalStrength | None = None
    connection_reliability_30d: Percent | None = None
    firmware_version: str | None = None


class VehicleStatusLog(Struct, frozen=True, gc=False):
    """What a vehicle last reported (``VehicleStatusLog``); no field is required."""

    sampled_at: datetime | None = None
    state_of_charge_percentage: Percent | None = None
    is_charging: bool | None = None
    is_plugged_in: bool | None = None
    charge_rate_watts: Watts | None = None
    estimated_charge_rate_watts: Watts | None = None
    charge_level_watt_hours: WattHours | None = None
    target_charge_level_percentage: Percent | None = None
    charge_energy_added_watt_hours: WattHours | None = None
    minutes_to_full_charge: Minutes | None = None
    current_type: str | None = None
    is_complete: bool | None = None
    odometer_meters: Metres | None = None
    state: str | None = None


class Vehicle(Struct, frozen=True, gc=False):
    """A vehicle (``Vehicle``)."""

    id: Id
    user: Reference | str | None = None
    trim: Trim | str | None = None
    latest_status_log: VehicleStatusLog | str | None = None
    integrated: str | None = None
    battery_size_watt_hours: WattHours | None = None
    maximum_charge_limit_percentage: Percent | None = None
    description: str | None = None
    disabled: bool | None = None
    smart_charging_enabled: bool | None = None


class VehicleStateOfCharge(Struct, frozen=True, gc=False):
    """How full a vehicle is, as a person or the vehicle said."""

    state_of_charge_percentage: Percent | None = None


class VehicleLocationLog(Struct, frozen=True, gc=False):
    """Where a vehicle is, as far as the vendor tells: at home or not."""

    at_home: bool | None = None


class ScheduleInterval(Struct, frozen=True, gc=False):
    """A part of a schedule; without a length it has no end (boost)."""

    started_at: datetime
    interval_seconds: Seconds | None = None
    current_milliamps: Milliamperes | None = None


class Schedules(Struct, frozen=True, gc=False):
    """The schedules of a sub-session, in no stated order."""

    schedules: list[ScheduleInterval] = []


class EnergyInterval(Struct, frozen=True, gc=False):
    """The energy of some time."""

    started_at: datetime
    interval_seconds: Seconds
    total_energy_delivered_watt_hours: WattHours


class EnergyUsage(Struct, frozen=True, gc=False):
    """When a sub-session's energy was delivered, in no stated order (``EnergyUsage``)."""

    intervals: list[EnergyInterval] = []


class SubSession(Struct, frozen=True, gc=False):
    """A part of a session in one mode (``ChargingSubSession``).

    What it adds to its session counts even where its id is missing.
    """

    id: Id | None = None
    start: datetime | None = None
    end: str | float | None = None
    mode: str | None = None
    energy_delivered_watt_hours: WattHours | None = None
    grid_energy_delivered_watt_hours: WattHours | None = None
    solar_energy_delivered_watt_hours: WattHours | None = None
    cost: Amount | None = None
    cost_per_kilowatt_hour: Amount | None = None
    savings_cost: Amount | None = None
    incentive_earned: Amount | None = None
    currency: Currency | None = None
    total_co2_grams: Grams | None = None
    savings_co2_grams: Grams | None = None
    total_points: Points | None = None
    duration_minutes: Minutes | None = None
    percentage_added: Percent | None = None
    solar_mode_type: str | None = None
    vehicle: Reference | str | None = None
    evse: Reference | str | None = None
    carbon_feed: Reference | str | None = None
    schedules: Schedules | str | None = None
    energy_usage: EnergyUsage | str | None = None


class Session(Struct, frozen=True, gc=False):
    """A plug-in episode (``ChargingSession``), its parts newest first.

    ``end`` is read later: a time that makes no sense says all the same that it is over.
    """

    id: Id
    start: datetime | None = None
    end: str | float | None = None
    vehicle: Reference | str | None = None
    evse: Reference | str | None = None
    sub_sessions: list[SubSession | str] = []


class DefaultLocation(Struct, frozen=True, gc=False):
    """A user's home; the carbon intensity is in the single-user form only."""

    tariff: Reference | str | None = None
    current_carbon_intensity_grams_per_kilowatt_hour: CarbonIntensity | None = None


class User(Struct, frozen=True, gc=False):
    """A user; names and addresses are not read."""

    id: Id
    email: str | None = None
    default_location: DefaultLocation | None = None


class Tariff(Struct, frozen=True, gc=False):
    """A tariff in the single form, which has the price now in minor units per kWh."""

    name: str | None = None
    currency: Currency | None = None
    current_price: Amount | None = None


class Reconnect(Struct, frozen=True, gc=False):
    """Where a person links a vehicle anew."""

    url: WebAddress


class Price(Struct, frozen=True, gc=False):
    """What energy costs per kWh in some time, in minor units."""

    started_at: datetime
    interval_seconds: Seconds
    price_minor_units: Amount


class Carbon(Struct, frozen=True, gc=False):
    """How much carbon energy brings in some time (``CarbonIntensity``)."""

    started_at: datetime
    interval_seconds: Seconds
    co2_intensity_grams_per_kilowatt_hour: CarbonIntensity


class Notification(Struct, frozen=True, gc=False):
    """A message to the user (``Notification``); read and resolved ones have a time."""

    id: Id
    category: str | None = None
    short_text_title: str | None = None
    short_text_body: str | None = None
    detail_page_title: str | None = None
    detail_page_body: str | None = None
    external_link: WebAddress | None = None
    read_at: str | None = None
    resolved_at: str | None = None


class LivePower(Struct, frozen=True, gc=False):
    """What flows in a home now (live power of a home energy system)."""

    sampled_at: datetime | None = None
    generation_watts: MostWatts | None = None
    consumption_watts: MostWatts | None = None
    import_watts: MostWatts | None = None
    export_watts: MostWatts | None = None
    charge_watts: MostWatts | None = None
    discharge_watts: MostWatts | None = None
    battery_state_of_charge_percentage: Percent | None = None


class EnergyBucket(Struct, frozen=True, gc=False):
    """What flowed in a home in one period."""

    period_start: datetime
    period_end: datetime
    generation_wh: HalfHourWattHours | None = None
    consumption_wh: HalfHourWattHours | None = None
    import_wh: HalfHourWattHours | None = None
    export_wh: HalfHourWattHours | None = None
    charge_wh: HalfHourWattHours | None = None
    discharge_wh: HalfHourWattHours | None = None


class EnergyStats(Struct, frozen=True, gc=False):
    """What flowed in a home in each period of some time, in no stated order."""

    buckets: list[EnergyBucket]


LIVE_POWER = Reader(LivePower)
ENERGY_STATS = Reader(EnergyStats)
REFERENCE = Reader(Reference)
PRICE = Reader(Price)
CARBON = Reader(Carbon)
NOTIFICATION = Reader(Notification)
RECONNECT = Reader(Reconnect)
PROBLEM = Reader(Problem)
EVSE = Reader(Evse)
EVSE_CONNECTIVITY = Reader(EvseConnectivity)
VEHICLE = Reader(Vehicle)
VEHICLE_STATE_OF_CHARGE = Reader(VehicleStateOfCharge)
VEHICLE_LOCATION_LOGS = Reader(list[VehicleLocationLog])
SESSION = Reader(Session)
SUB_SESSION = Reader(SubSession)
USER = Reader(User)
TARIFF = Reader(Tariff)


def id_of(reference: Reference | str | None) -> str | None:
    """Return the id of a resource, whether it was expanded or is an address.

    Addresses vary in the vendor's own examples; the last segment of their path does not.
    """
    if isinstance(reference, str):
        path = reference.partition("?")[0].partition("#")[0]
        return path.strip().rstrip("/").rsplit("/", 1)[-1] or None
    return reference.id if reference else None
