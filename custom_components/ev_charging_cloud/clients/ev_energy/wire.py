"""ev.energy's objects as the vendor documents them.

Source: the OpenAPI file of version 2 of the API (components). Fields that the file does
not list as required may be missing, and nearly all may be null. A resource that is not
expanded is the address of it, so such a field is a string or an object. Units are in
the names. Fields that nothing here reads are left out.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.json import Decoder

type Id = Annotated[str, Meta(min_length=1)]


class TokenAnswer(Struct, frozen=True):
    """Answer of the token endpoint (onboarding page, OAuth 2)."""

    access_token: Id
    expires_in: float | None = None
    refresh_token: str | None = None


class OAuthError(Struct, frozen=True):
    """Error of the token endpoint (RFC 6749, 5.2)."""

    error: str | None = None
    error_description: str | None = None


class Problem(Struct, frozen=True):
    """Body of an error (``application/problem+json``)."""

    title: str | None = None
    detail: str | None = None
    field_errors: dict[str, list[str]] | None = None


class Make(Struct, frozen=True):
    """Maker of a charger or a vehicle."""

    name: str | None = None
    display_name: str | None = None


class Model(Struct, frozen=True):
    """Model of a charger or a vehicle."""

    name: str | None = None
    display_name: str | None = None
    make: Make | str | None = None


class Trim(Struct, frozen=True):
    """Trim of a vehicle's model."""

    name: str | None = None
    model: Model | str | None = None


class EvseStatusLog(Struct, frozen=True):
    """What a charger last reported (``EVSEStatusLog``); no field is required."""

    sampled_at: datetime | None = None
    is_plugged_in: bool | None = None
    is_charging: bool | None = None
    charge_rate_watts: float | None = None
    control_pilot_status: str | None = None
    meter_reading_watt_hours: float | None = None
    max_current_rating_milliamps: float | None = None
    inlet_power_watts: float | None = None
    voltage_millivolts: float | None = None
    mode: str | None = None


class Evse(Struct, frozen=True):
    """A charger (``EVSE``)."""

    id: Id
    cpid: str | None = None
    model: Model | str | None = None
    latest_status_log: EvseStatusLog | str | None = None
    lock_mode: str | None = None


class EvseConnectivity(Struct, frozen=True):
    """How well a charger is connected (``EVSEConnectivity``)."""

    signal_strength_rssi_dbm: float | None = None
    connection_reliability_30d: float | None = None
    firmware_version: str | None = None


class VehicleStatusLog(Struct, frozen=True):
    """What a vehicle last reported (``VehicleStatusLog``); no field is required."""

    sampled_at: datetime | None = None
    state_of_charge_percentage: float | None = None
    is_charging: bool | None = None
    is_plugged_in: bool | None = None
    charge_rate_watts: float | None = None
    estimated_charge_rate_watts: float | None = None
    target_charge_level_percentage: float | None = None
    charge_energy_added_watt_hours: float | None = None
    minutes_to_full_charge: float | None = None
    odometer_meters: float | None = None


class Vehicle(Struct, frozen=True):
    """A vehicle (``Vehicle``)."""

    id: Id
    trim: Trim | str | None = None
    latest_status_log: VehicleStatusLog | str | None = None
    integrated: str | None = None
    battery_size_watt_hours: float | None = None
    maximum_charge_limit_percentage: float | None = None
    description: str | None = None
    smart_charging_enabled: bool | None = None


class VehicleStateOfCharge(Struct, frozen=True):
    """How full a vehicle is, as a person or the vehicle said."""

    state_of_charge_percentage: float | None = None


class VehicleLocationLog(Struct, frozen=True):
    """Where a vehicle is, as far as the vendor tells: at home or not."""

    at_home: bool | None = None


class Reference(Struct, frozen=True):
    """Any resource of which only the id is of interest."""

    id: Id


class ScheduleInterval(Struct, frozen=True):
    """A part of a schedule; without a length it has no end (boost)."""

    started_at: datetime
    interval_seconds: float | None = None
    current_milliamps: float | None = None


class Schedules(Struct, frozen=True):
    """The schedules of a sub-session, in no stated order."""

    schedules: list[ScheduleInterval] = []


class SubSession(Struct, frozen=True):
    """A part of a session in one mode (``ChargingSubSession``)."""

    id: Id
    end: datetime | None = None
    mode: str | None = None
    energy_delivered_watt_hours: float | None = None
    grid_energy_delivered_watt_hours: float | None = None
    solar_energy_delivered_watt_hours: float | None = None
    cost: float | None = None
    savings_cost: float | None = None
    currency: str | None = None
    total_co2_grams: float | None = None
    schedules: Schedules | str | None = None


class Session(Struct, frozen=True):
    """A plug-in episode (``ChargingSession``), its parts newest first."""

    id: Id
    start: datetime | None = None
    end: datetime | None = None
    vehicle: Reference | str | None = None
    evse: Reference | str | None = None
    sub_sessions: list[SubSession | str] = []


class DefaultLocation(Struct, frozen=True):
    """A user's home; the carbon intensity is in the single-user form only."""

    tariff: Reference | str | None = None
    current_carbon_intensity_grams_per_kilowatt_hour: float | None = None


class User(Struct, frozen=True):
    """A user; names and addresses are not read."""

    id: Id
    email: str | None = None
    default_location: DefaultLocation | None = None


class Tariff(Struct, frozen=True):
    """A tariff in the single form, which has the price now in minor units per kWh."""

    name: str | None = None
    currency: str | None = None
    current_price: float | None = None


class Reconnect(Struct, frozen=True):
    """Where a person links a vehicle anew."""

    url: Id


RECONNECT = Decoder(Reconnect)
TOKEN = Decoder(TokenAnswer)
OAUTH_ERROR = Decoder(OAuthError)
PROBLEM = Decoder(Problem)
EVSE = Decoder(Evse)
EVSE_CONNECTIVITY = Decoder(EvseConnectivity)
VEHICLE = Decoder(Vehicle)
VEHICLE_STATE_OF_CHARGE = Decoder(VehicleStateOfCharge)
VEHICLE_LOCATION_LOGS = Decoder(list[VehicleLocationLog])
SESSION = Decoder(Session)
SUB_SESSION = Decoder(SubSession)
USER = Decoder(User)
USERS = Decoder(list[User])
TARIFF = Decoder(Tariff)
REFERENCE = Decoder(Reference)


def id_of(reference: Struct | str | None) -> str | None:
    """Return the id of a resource, whether it was expanded or is an address.

    Addresses vary in the vendor's own examples; their last segment does not.
    """
    if isinstance(reference, str):
        return reference.rstrip("/").rsplit("/", 1)[-1] or None
    return getattr(reference, "id", None)
