"""The neutral model that every vendor's answers are mapped to.

Terms are OCPI's and OCPP's: a location has stations, a station has connectors, a
charging session runs on a connector. All objects are immutable and compare by value.

Units are SI base units: W, Wh, A; states of charge are per cent; times are aware and
in UTC. ``None`` always means that the vendor did not tell, never "zero" or "no".

None of them can be part of a circle, so that the garbage collector has nothing to look
for in the many thousands of them (``gc=False``).
"""

from datetime import datetime

from msgspec import Struct

from .enums import (
    ConnectorStatus,
    ConnectorType,
    ControlPilot,
    CurrentType,
    Lifecycle,
    LinkState,
    LockMode,
    PowerLimitation,
    SessionMode,
    SessionStatus,
    SolarMode,
    StartReason,
    StationMode,
    StationStatus,
    StopReason,
    VehicleState,
)


class Money(Struct, frozen=True, gc=False):
    """An amount in minor units (cents, pence) of an ISO 4217 currency."""

    minor: float
    currency: str


class Location(Struct, frozen=True, kw_only=True, gc=False):
    """A site with stations. Coordinates are in degrees (WGS 84)."""

    id: str
    name: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    operator: str | None = None


class MaintenanceDraft(Struct, frozen=True, kw_only=True, gc=False):
    """A time in which a station is worked on; of one connector, or of all of them."""

    station_id: str
    connector_id: str | None = None
    start: datetime
    end: datetime
    comment: str = ""


class MaintenanceWindow(MaintenanceDraft, frozen=True, kw_only=True, gc=False):
    """A planned maintenance window, by the id that the vendor gave it."""

    id: str

    def is_active(self, moment: datetime) -> bool:
        """Tell whether a moment is inside."""
        return self.start <= moment < self.end


class Card(Struct, frozen=True, kw_only=True, gc=False):
    """A driver's card or contract; ``tag`` is what a station is shown."""

    id: str
    tag: str
    name: str | None = None


class StationDetails(Struct, frozen=True, kw_only=True, gc=False):
    """What is read of a station now and then: dBm, per cent of 30 days, a version."""

    signal_strength: float | None = None
    reliability: float | None = None
    firmware: str | None = None


class Station(Struct, frozen=True, kw_only=True, gc=False):
    """A charging station: one connection to the cloud, one or more connectors.

    ``power`` is the output in W, ``current`` the input in A, ``export_power`` in W what a
    car feeds back, ``cable_current`` in A what the cable can carry; ``max_power`` and
    ``max_current`` are what the station can do with its present configuration.
    ``group_current`` is what its power group may draw, in A.
    ``efficiency`` is what of the input becomes output, from 0 to 1. ``energy``
    is the reading of its meter in Wh. ``connectors_identified`` tells whether the vendor
    knows its connectors apart; if not, station and connector are one device.
    ``ocpp_identity`` is what it calls itself in OCPP (charge box identity), ``iccid``
    and ``imsi`` are its SIM card's numbers.
    ``free_vend`` tells that it charges whoever plugs in, ``signal_strength`` is in dBm.
    ``maintenance`` are the windows of it and of its connectors that were not over when
    it was read, the earliest first.
    ``latitude`` and ``longitude`` are in degrees (WGS 84), ``distance`` in m from where
    the account looks for stations. ``public_name`` is what drivers get to see,
    ``company`` and ``technician`` are ids of the operator's own. ``is_roaming`` tells that it is another operator's.
    """

    id: str
    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    model_id: str | None = None
    serial_number: str | None = None
    connectors_identified: bool = True
    location_id: str | None = None
    status: StationStatus | None = None
    online: bool | None = None
    power: float | None = None
    max_power: float | None = None
    current: float | None = None
    max_current: float | None = None
    export_power: float | None = None
    cable_current: float | None = None
    efficiency: float | None = None
    group_current: float | None = None
    energy: float | None = None
    supply_power: float | None = None
    voltage: float | None = None
    mode: StationMode | None = None
    lock_mode: LockMode | None = None
    control_pilot: ControlPilot | None = None
    free_vend: bool | None = None
    lifecycle: Lifecycle | None = None
    signal_strength: float | None = None
    reported_at: datetime | None = None
    details: StationDetails | None = None
    ocpp_identity: str | None = None
    iccid: str | None = None
    imsi: str | None = None
    maintenance: tuple[MaintenanceWindow, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    address: str | None = None
    distance: float | None = None
    public_name: str | None = None
    time_zone: str | None = None
    company: str | None = None
    technician: str | None = None
    operator: str | None = None
    is_roaming: bool | None = None
    is_favourite: bool | None = None


class ChargingPlan(Struct, frozen=True, kw_only=True, gc=False):
    """What a session is meant to reach: ``state_of_charge`` at ``departure``.

    ``power`` is in W.
    """

    departure: datetime | None = None
    state_of_charge: float | None = None
    power: float | None = None


class Interval(Struct, frozen=True, gc=False):
    """The energy in Wh that flowed from ``start`` until ``end``."""

    start: datetime
    end: datetime
    energy: float


class ChargingSession(Struct, frozen=True, kw_only=True, gc=False):
    """A charging session, running or over.

    ``energy`` is in Wh, the powers in W, the states of charge in per cent. ``state_of_charge_limit``
    is where the session stops by itself. ``co2`` is in g; ``next_start`` and ``next_end`` bound the next time that it is meant to charge.
    ``co2_savings`` in g is what was avoided by charging when it was, ``reward`` and ``points`` are what the vendor gives for it.
    ``average_price`` is per kWh, ``charging_time`` in s how long energy flowed, ``state_of_charge_added`` in percentage points.
    ``cost`` is what is paid, so with tax; ``net_cost`` is what it is without.
    ``counted_from`` is the start that was first told where the vendor has corrected it
    since: what was counted is not to be counted again.
    ``meter_start`` and ``meter_stop`` are the station's readings in Wh. ``intervals``
    say when the energy flowed, in any order; None where the vendor does not.
    """

    id: str
    status: SessionStatus | None = None
    mode: SessionMode | None = None
    station_id: str | None = None
    connector_id: str | None = None
    connector_name: str | None = None
    vehicle_id: str | None = None
    start_reason: StartReason | None = None
    stop_reason: StopReason | None = None
    started_at: datetime | None = None
    charging_started_at: datetime | None = None
    charging_ended_at: datetime | None = None
    ended_at: datetime | None = None
    energy: float | None = None
    average_power: float | None = None
    peak_power: float | None = None
    state_of_charge: float | None = None
    initial_state_of_charge: float | None = None
    state_of_charge_limit: float | None = None
    power_limitation: PowerLimitation | None = None
    plan: ChargingPlan | None = None
    grid_energy: float | None = None
    solar_energy: float | None = None
    tariff: str | None = None
    cost: Money | None = None
    net_cost: Money | None = None
    savings: Money | None = None
    co2: float | None = None
    co2_savings: float | None = None
    reward: Money | None = None
    points: float | None = None
    average_price: Money | None = None
    charging_time: float | None = None
    state_of_charge_added: float | None = None
    solar_mode: SolarMode | None = None
    next_start: datetime | None = None
    next_end: datetime | None = None
    counted_from: datetime | None = None
    meter_start: float | None = None
    meter_stop: float | None = None
    intervals: tuple[Interval, ...] | None = None

    @property
    def sums_since(self) -> datetime | None:
        """Since when energy and money are summed up; it stays the same."""
        return self.counted_from or self.started_at

    @property
    def is_running(self) -> bool:
        """Tell whether the vendor counts the session as not yet over."""
        return self.status in {SessionStatus.PENDING, SessionStatus.ACTIVE}


class Connector(Struct, frozen=True, kw_only=True, gc=False):
    """A connector of a station, with its latest session.

    ``id`` is unique only inside the station; without ``has_own_id`` it is not the vendor's,
    so that the connector can be shown, and commanded by nobody. ``online`` is its station's: the other
    values of a connector whose station is offline are the last ones known. ``power``
    is in W and is 0 when nothing charges, whatever an old session last reported.
    ``maintenance`` are the windows of it and of its whole station.
    ``price`` is per kWh; ``price_text`` is the price in words. ``evse_id`` is eMI3's.
    """

    station_id: str
    id: str
    name: str | None = None
    type: ConnectorType | None = None
    status: ConnectorStatus | None = None
    online: bool | None = None
    plugged_in: bool | None = None
    power: float | None = None
    max_power: float | None = None
    session: ChargingSession | None = None
    maintenance: tuple[MaintenanceWindow, ...] = ()
    has_own_id: bool = True
    evse_id: str | None = None
    price: Money | None = None
    price_per_minute: Money | None = None
    price_per_session: Money | None = None
    price_text: str | None = None

    @property
    def is_charging(self) -> bool | None:
        """Tell whether energy flows; None where the status is not known."""
        if self.status is None:
            return None
        return self.status is ConnectorStatus.CHARGING


class Vehicle(Struct, frozen=True, kw_only=True, gc=False):
    """A vehicle.

    ``is_fleet`` tells that it is an operator's: known by its plans and by the stations
    where it charges, and not read itself. ``max_power`` is in W, ``consumption`` in Wh/km.
    Energies are in Wh, ``power`` in W, ``odometer`` in m; states of charge and limits
    are per cent. ``battery_size`` is the whole battery's, ``battery_energy`` what is in it.
    ``disabled`` tells that the vendor does not charge it, ``charging_complete`` that it
    has what it should. ``full_at`` is when it is expected to be full. ``stated_charge`` is
    what a person said of a vehicle without a link (``LinkState.NONE``).
    """

    id: str
    name: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    battery_size: float | None = None
    battery_energy: float | None = None
    plugged_in: bool | None = None
    charging: bool | None = None
    power: float | None = None
    state_of_charge: float | None = None
    stated_charge: float | None = None
    target_state_of_charge: float | None = None
    charge_limit: float | None = None
    max_power: float | None = None
    consumption: float | None = None
    next_arrival: datetime | None = None
    next_departure: datetime | None = None
    is_fleet: bool = False
    energy_added: float | None = None
    current_type: CurrentType | None = None
    charging_complete: bool | None = None
    state: VehicleState | None = None
    full_at: datetime | None = None
    odometer: float | None = None
    at_home: bool | None = None
    smart_charging: bool | None = None
    link: LinkState | None = None
    disabled: bool | None = None
    reported_at: datetime | None = None
    session: ChargingSession | None = None


class Driver(Struct, frozen=True, kw_only=True, gc=False):
    """What an account of a driver says of the driver: the own sessions and documents.

    ``running`` is the newest session that is not over, ``last`` the one that ended
    last; their places are in words. ``waiting`` tells whether a session waits for its station. ``sessions`` are
    the newest ones, the newest first; without ``has_sessions``
    they could not be read, and nothing of them is known. ``invoices`` is how many there are, and
    ``latest_invoice`` the date of the newest.
    """

    running: ChargingSession | None = None
    running_place: str | None = None
    last: ChargingSession | None = None
    last_place: str | None = None
    waiting: bool | None = False
    sessions: tuple[ChargingSession, ...] = ()
    has_sessions: bool = True
    invoices: int | None = None
    latest_invoice: datetime | None = None


class Notification(Struct, frozen=True, kw_only=True, gc=False):
    """A message of the vendor that asks the person for something.

    ``url`` is where it is done; it opens in a browser.
    """

    id: str
    title: str
    text: str | None = None
    url: str | None = None


class Supply(Struct, frozen=True, kw_only=True, gc=False):
    """What energy costs now, per kWh, and how much carbon it brings, in g/kWh."""

    tariff: str | None = None
    price: Money | None = None
    carbon_intensity: float | None = None
