"""Tests of how ev.energy's objects become ours, whole ones and odd ones."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import json
import logging
import math
from typing import Any

from hypothesis import given, strategies as st
import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    ControlPilot,
    CurrentType,
    Lifecycle,
    LinkState,
    LockMode,
    SessionMode,
    SessionStatus,
    SolarMode,
    StationMode,
    VehicleState,
)
from custom_components.ev_charging_cloud.clients.ev_energy import wire
from custom_components.ev_charging_cloud.clients.ev_energy.api import read_problem
from custom_components.ev_charging_cloud.clients.ev_energy.mapping import (
    EvEnergyMapping,
    KnownDetails,
)
from custom_components.ev_charging_cloud.clients.ev_energy.sessions import (
    SessionMapping,
    checked,
)
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Money,
    Station,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.reading.items import ItemReader
from custom_components.ev_charging_cloud.clients.reading.lenient import Reader
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport

NOW = datetime(2026, 9, 16, 18, 25, tzinfo=UTC)
SAMPLED = "2026-09-16T18:24:31.402117Z"
EVSE_ID = "evse01K3ZQ7TQKP2RF2AV6HGWV46M3"
VEHICLE_ID = "vhcl01K3ZQ7TDPJ8DSK5T9VR9861T4"

EVSE_LOG: dict[str, Any] = {
    "sampled_at": SAMPLED,
    "is_plugged_in": True,
    "is_charging": True,
    "charge_rate_watts": 7140,
    "control_pilot_status": "C",
    "meter_reading_watt_hours": 4185320,
    "is_enabled": True,
    "max_current_rating_milliamps": 32000,
    "cable_current_rating_milliamps": 32000,
    "signal_strength_rssi_dbm": -67,
    "export_power_watts": 0,
    "inlet_power_watts": 7920,
    "voltage_millivolts": 238400,
    "mode": "Load match",
}
VEHICLE_LOG: dict[str, Any] = {
    "sampled_at": SAMPLED,
    "state_of_charge_percentage": 46,
    "is_charging": True,
    "is_plugged_in": True,
    "charge_rate_watts": 7000,
    "estimated_charge_rate_watts": 6900,
    "charge_level_watt_hours": 34500,
    "target_charge_level_percentage": 80,
    "charge_energy_added_watt_hours": 1600,
    "minutes_to_full_charge": 219,
    "current_type": "AC - Typically home chargers",
    "is_complete": False,
    "odometer_meters": 28411000,
    "state": "PLUGGED_IN_CHARGING",
}
PART: dict[str, Any] = {
    "id": "csub1",
    "end": None,
    "mode": "SMART",
    "energy_delivered_watt_hours": 1700,
    "grid_energy_delivered_watt_hours": 1500,
    "solar_energy_delivered_watt_hours": 200,
    "cost": 46,
    "savings_cost": 12,
    "currency": "GBP",
    "total_co2_grams": 240,
    "savings_co2_grams": 30,
    "incentive_earned": 5,
    "total_points": 17,
    "cost_per_kilowatt_hour": 27,
    "duration_minutes": 14,
    "percentage_added": 2.5,
    "solar_mode_type": "SOLAR_SMART",
}


def _evse(log: Any = None, **changes: Any) -> dict[str, Any]:
    return {
        "id": EVSE_ID,
        "cpid": "EXC204417",
        "model": {
            "name": "EXW-7",
            "display_name": "Wall Charger 2",
            "make": {"name": "Example Charge", "display_name": None},
        },
        "latest_status_log": EVSE_LOG if log is None else log,
        "lock_mode": "UNLOCKED",
        "lifecycle_state": "COMMISSIONED",
    } | changes


def _vehicle(log: Any = None, **changes: Any) -> dict[str, Any]:
    return {
        "id": VEHICLE_ID,
        "trim": {
            "name": "Long Range",
            "model": {"name": "Model E", "make": {"name": "Example Motors"}},
        },
        "latest_status_log": VEHICLE_LOG if log is None else log,
        "integrated": "ACTIVE",
        "battery_size_watt_hours": 75000,
        "maximum_charge_limit_percentage": 80,
        "description": "Family car",
        "disabled": False,
        "smart_charging_enabled": True,
    } | changes


def _session(*parts: Any, **changes: Any) -> dict[str, Any]:
    return {
        "id": "cses1",
        "start": "2026-09-16T17:45:30Z",
        "end": None,
        "vehicle": f"https://api.ev.energy/v2/vehicles/{VEHICLE_ID}/",
        "evse": f"https://api.ev.energy/v2/evses/{EVSE_ID}",
        "sub_sessions": list(parts) or [PART],
    } | changes


class Account:
    """Reads objects as the client does."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self.report = ReadingReport("ev.energy")
        self.mapping = EvEnergyMapping(self.report)
        self.sessions = SessionMapping(self.report)

    def wire[WireT](self, reader: Reader[WireT], raw: object) -> WireT:
        """Return the vendor's object, which must be readable."""
        items = ItemReader("object", "id", reader, lambda it: it, self.report)
        data = msgspec.Raw(raw if isinstance(raw, bytes) else json.dumps(raw).encode())
        found = items.read([data])
        assert not found.skipped
        return found.read[0]

    def charger(
        self, raw: object, session: ChargingSession | None = None
    ) -> tuple[Station, Connector]:
        """Return a charger's station and connector."""
        found = self.wire(wire.EVSE, raw)
        sessions = {found.id: session} if session else {}
        stations, connectors = self.mapping.chargers(
            [found], sessions, KnownDetails(), NOW
        )
        return stations[0], connectors[0]

    def vehicle(self, raw: object) -> Vehicle:
        """Return a vehicle."""
        found = self.wire(wire.VEHICLE, raw)
        return self.mapping.vehicles([found], {}, KnownDetails(), NOW)[0]

    def session(self, raw: object, *schedules: Any) -> ChargingSession:
        """Return a session, with schedules of its first part."""
        planned = msgspec.json.encode({"schedules": schedules})
        by_part = {"csub1": Reader(wire.Schedules).read(planned)}
        found = checked(self.wire(wire.SESSION, raw), self.report)
        return self.sessions.read(found, by_part, NOW)


@pytest.fixture
def account() -> Account:
    """Return an account of which nothing is known yet."""
    return Account()


def test_documented_charger(account: Account) -> None:
    """All that is documented of a charger is there, in SI units."""
    station, connector = account.charger(_evse())
    assert station == Station(
        id=EVSE_ID,
        name="Wall Charger 2",
        manufacturer="Example Charge",
        model="Wall Charger 2",
        serial_number="EXC204417",
        connectors_identified=False,
        online=True,
        energy=4185320,
        supply_power=7920,
        voltage=238.4,
        export_power=0,
        max_current=32,
        cable_current=32,
        free_vend=True,
        lifecycle=Lifecycle.COMMISSIONED,
        signal_strength=-67,
        mode=StationMode.LOAD_MATCH,
        lock_mode=LockMode.UNLOCKED,
        control_pilot=ControlPilot.CHARGING,
        reported_at=datetime(2026, 9, 16, 18, 24, 31, 402117, UTC),
    )
    assert connector.status is ConnectorStatus.CHARGING
    assert (connector.power, connector.plugged_in) == (7140, True)
    assert not account.report.odd_values


def test_documented_vehicle(account: Account) -> None:
    """All that is documented of a vehicle is there, in SI units."""
    vehicle = account.vehicle(_vehicle())
    assert (vehicle.name, vehicle.model) == ("Family car", "Model E Long Range")
    assert (vehicle.manufacturer, vehicle.link) == ("Example Motors", LinkState.ACTIVE)
    assert (vehicle.state_of_charge, vehicle.charge_limit) == (46, 80)
    assert (vehicle.power, vehicle.charging, vehicle.odometer) == (7000, True, 28411000)
    assert vehicle.full_at == datetime(2026, 9, 16, 22, 3, tzinfo=UTC)
    assert (vehicle.battery_energy, vehicle.battery_size) == (34500, 75000)
    assert (vehicle.current_type, vehicle.state) == (
        CurrentType.AC,
        VehicleState.CHARGING,
    )
    assert (vehicle.charging_complete, vehicle.disabled) == (False, False)
    assert not account.report.odd_values


def test_documented_session(account: Account) -> None:
    """A session is the sum of its parts, and runs until it has an end."""
    boost = PART | {"id": "csub2", "mode": "BOOST", "end": None, "cost": 4}
    smart = PART | {"end": "2026-09-16T18:10:02Z"}
    session = account.session(_session(boost, smart))
    assert session.status is SessionStatus.ACTIVE
    assert session.mode is SessionMode.BOOST
    assert (session.station_id, session.vehicle_id) == (EVSE_ID, VEHICLE_ID)
    assert (session.energy, session.grid_energy, session.co2) == (3400, 3000, 480)
    assert (session.cost, session.savings) == (Money(50, "GBP"), Money(24, "GBP"))
    assert (session.co2_savings, session.points) == (60, 34)
    assert (session.reward, session.average_price) == (
        Money(10, "GBP"),
        Money(27, "GBP"),
    )
    assert (session.charging_time, session.state_of_charge_added) == (28 * 60, 5)
    assert session.solar_mode is SolarMode.SOLAR_SMART
    assert not account.report.odd_values


@pytest.mark.parametrize(
    ("parts", "price"),
    [
        ([{"cost_per_kilowatt_hour": None}], None),
        ([{}, {"cost_per_kilowatt_hour": None}], Money(27, "GBP")),
        # A third of the energy at 27, two thirds at 12.
        (
            [{}, {"cost_per_kilowatt_hour": 12, "energy_delivered_watt_hours": 3400}],
            Money(17, "GBP"),
        ),
        ([{"energy_delivered_watt_hours": 0}], Money(27, "GBP")),
        ([{}, {"currency": "EUR"}], None),
        ([{"currency": "gbp"}, {}], Money(27, "GBP")),
    ],
)
def test_average_price(
    account: Account, parts: list[dict[str, Any]], price: Money | None
) -> None:
    """What a kWh cost is weighed by energy, in one currency."""
    raw = _session(*(PART | {"id": f"csub{n}"} | p for n, p in enumerate(parts)))
    assert account.session(raw).average_price == price


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DC - Typically OTG chargers", CurrentType.DC),
        (" dc", CurrentType.DC),
        ("ac", CurrentType.AC),
        ("three-phase", None),
        ("", None),
        (7, None),
    ],
)
def test_current_type(
    account: Account, text: object, expected: CurrentType | None
) -> None:
    """The first two letters of the vendor's long text count."""
    log = VEHICLE_LOG | {"current_type": text}
    assert account.vehicle(_vehicle(log)).current_type is expected


@pytest.mark.parametrize(
    ("log", "read", "expected"),
    [
        ({"charge_rate_watts": "7140"}, lambda s, c: c.power, 7140),
        ({"charge_rate_watts": "7.1e3"}, lambda s, c: c.power, 7100),
        ({"charge_rate_watts": "n/a"}, lambda s, c: c.power, None),
        ({"charge_rate_watts": ""}, lambda s, c: c.power, None),
        ({"charge_rate_watts": 1e308}, lambda s, c: c.power, None),
        ({"charge_rate_watts": "Infinity"}, lambda s, c: c.power, None),
        ({"charge_rate_watts": True}, lambda s, c: c.power, None),
        ({"voltage_millivolts": "238400"}, lambda s, c: s.voltage, 238.4),
        ({"voltage_millivolts": -1}, lambda s, c: s.voltage, None),
        ({"meter_reading_watt_hours": -20}, lambda s, c: s.energy, None),
        ({"meter_reading_watt_hours": 1e13}, lambda s, c: s.energy, None),
        ({"meter_reading_watt_hours": [1]}, lambda s, c: s.energy, None),
        ({"max_current_rating_milliamps": {}}, lambda s, c: s.max_current, None),
        ({"inlet_power_watts": "7920.5"}, lambda s, c: s.supply_power, 7920.5),
        ({"is_plugged_in": 1}, lambda s, c: c.plugged_in, True),
        ({"is_plugged_in": "false"}, lambda s, c: c.plugged_in, False),
        ({"is_plugged_in": "perhaps"}, lambda s, c: c.plugged_in, None),
        ({"is_charging": "true"}, lambda s, c: c.status, ConnectorStatus.CHARGING),
        ({"is_charging": 2}, lambda s, c: c.status, ConnectorStatus.SUSPENDED_EV),
        ({"mode": "LOAD MATCH"}, lambda s, c: s.mode, StationMode.LOAD_MATCH),
        ({"mode": "load_match"}, lambda s, c: s.mode, StationMode.LOAD_MATCH),
        ({"mode": "Unknown"}, lambda s, c: s.mode, None),
        ({"mode": 5}, lambda s, c: s.mode, None),
        ({"control_pilot_status": "f"}, lambda s, c: c.status, ConnectorStatus.FAULTED),
        (
            {"control_pilot_status": " E "},
            lambda s, c: c.status,
            ConnectorStatus.UNAVAILABLE,
        ),
        ({"control_pilot_status": "F1"}, lambda s, c: s.control_pilot, None),
    ],
)
def test_odd_value_of_a_chargers_log(
    account: Account,
    log: dict[str, Any],
    read: Callable[[Station, Connector], object],
    expected: object,
) -> None:
    """An odd value is read if it is certain, else unknown; all beside it stands."""
    station, connector = account.charger(_evse(EVSE_LOG | log))
    assert read(station, connector) == expected
    assert station.online is True
    assert station.serial_number == "EXC204417"
    if "charge_rate_watts" not in log:
        assert connector.power == 7140 or "is_charging" in log


@pytest.mark.parametrize(
    ("changes", "read", "expected"),
    [
        ({"cpid": 204417}, lambda s: s.serial_number, "204417"),
        ({"cpid": "  "}, lambda s: s.serial_number, None),
        ({"cpid": ["x"]}, lambda s: s.serial_number, None),
        ({"model": []}, lambda s: s.model, None),
        (
            {"model": "https://api.ev.energy/v2/evse_models/emod1"},
            lambda s: s.name,
            None,
        ),
        ({"model": {"display_name": " ", "name": 7}}, lambda s: s.name, "7"),
        ({"model": {"name": "X", "make": []}}, lambda s: s.manufacturer, None),
        ({"model": {"name": "X", "make": []}}, lambda s: s.model, "X"),
        ({"lock_mode": "unlocked"}, lambda s: s.lock_mode, LockMode.UNLOCKED),
        ({"lock_mode": "HOLIDAY"}, lambda s: s.lock_mode, None),
        ({"lock_mode": None}, lambda s: s.lock_mode, None),
        ({"id": 17}, lambda s: s.id, "17"),
        ({"user": {"id": None}}, lambda s: s.serial_number, "EXC204417"),
    ],
)
def test_odd_value_of_a_charger(
    account: Account,
    changes: dict[str, Any],
    read: Callable[[Station], object],
    expected: object,
) -> None:
    """Names and ids come as numbers, blanks or something else."""
    station, connector = account.charger(_evse(**changes))
    assert read(station) == expected
    assert connector.power == 7140


@pytest.mark.parametrize(
    ("log", "online"),
    [
        (EVSE_LOG, True),
        (EVSE_LOG | {"sampled_at": "2026-09-16T18:09:59Z"}, False),
        (EVSE_LOG | {"sampled_at": "2026-09-16T18:10Z"}, True),
        (EVSE_LOG | {"sampled_at": "2026-09-16T18:24:31.1111"}, True),
        (EVSE_LOG | {"sampled_at": "2026-09-16 20:24:31+02:00"}, True),
        (EVSE_LOG | {"sampled_at": 1789583071}, True),
        (EVSE_LOG | {"sampled_at": "1789583071000"}, True),
        (EVSE_LOG | {"sampled_at": "2026-09-16T18:39:00Z"}, True),
        (EVSE_LOG | {"sampled_at": "2031-01-01T00:00:00Z"}, None),
        (EVSE_LOG | {"sampled_at": ""}, None),
        (EVSE_LOG | {"sampled_at": "27.03.2025 07:36"}, None),
        (EVSE_LOG | {"sampled_at": "0001-01-01T00:00:00+02:00"}, None),
        (EVSE_LOG | {"sampled_at": "9999-12-31T23:59:59-05:00"}, None),
        (EVSE_LOG | {"sampled_at": None}, None),
        ("https://api.ev.energy/v2/evses/e/status_logs/x/", None),
        ([], None),
        (False, None),
    ],
)
def test_age_of_a_chargers_log(account: Account, log: Any, online: bool | None) -> None:
    """Offline is who reported long ago; where the time is odd, nothing is known."""
    station, connector = account.charger(_evse(log))
    assert station.online is connector.online is online


def test_a_charger_that_never_reported_is_offline(account: Account) -> None:
    """The vendor writes null for a log that does not exist."""
    station, connector = account.charger(_evse(latest_status_log=None))
    assert station.online is False
    assert (connector.status, connector.power, connector.plugged_in) == (None,) * 3


@pytest.mark.parametrize(
    ("log", "read", "expected"),
    [
        ({"minutes_to_full_charge": 10**12}, lambda v: v.full_at, None),
        ({"minutes_to_full_charge": -3}, lambda v: v.full_at, None),
        (
            {"minutes_to_full_charge": "219"},
            lambda v: v.full_at,
            datetime(2026, 9, 16, 22, 3, tzinfo=UTC),
        ),
        ({"state_of_charge_percentage": 101}, lambda v: v.state_of_charge, None),
        ({"state_of_charge_percentage": "46.5"}, lambda v: v.state_of_charge, 46.5),
        ({"charge_rate_watts": None}, lambda v: v.power, 6900),
        ({"charge_rate_watts": "?"}, lambda v: v.power, 6900),
        ({"odometer_meters": 1e300}, lambda v: v.odometer, None),
        ({"odometer_meters": "28411000"}, lambda v: v.odometer, 28411000),
        ({"is_charging": 0}, lambda v: v.power, 0),
        ({"sampled_at": "2026-09-16T17:24:00Z"}, lambda v: v.charging, None),
        ({"sampled_at": "soon"}, lambda v: v.charging, None),
        ({"sampled_at": "soon"}, lambda v: v.state_of_charge, 46),
        ({"sampled_at": "2026-09-17T18:24:31Z"}, lambda v: v.charging, None),
    ],
)
def test_odd_value_of_a_vehicles_log(
    account: Account,
    log: dict[str, Any],
    read: Callable[[Vehicle], object],
    expected: object,
) -> None:
    """An odd value of a vehicle costs itself only."""
    vehicle = account.vehicle(_vehicle(VEHICLE_LOG | log))
    assert read(vehicle) == expected
    assert vehicle.target_state_of_charge == 80
    assert vehicle.name == "Family car"


@pytest.mark.parametrize(
    ("changes", "read", "expected"),
    [
        ({"description": "  "}, lambda v: v.name, "Model E"),
        ({"description": 5}, lambda v: v.name, "5"),
        ({"integrated": "unintegrated"}, lambda v: v.link, LinkState.NONE),
        ({"integrated": "Inactive"}, lambda v: v.link, LinkState.INACTIVE),
        ({"integrated": {}}, lambda v: v.link, None),
        ({"maximum_charge_limit_percentage": None}, lambda v: v.charge_limit, None),
        ({"maximum_charge_limit_percentage": "80"}, lambda v: v.charge_limit, 80),
        ({"maximum_charge_limit_percentage": 800}, lambda v: v.charge_limit, None),
        ({"smart_charging_enabled": "TRUE"}, lambda v: v.smart_charging, True),
        ({"smart_charging_enabled": 3}, lambda v: v.smart_charging, None),
        ({"trim": {"name": None, "model": "https://x/vmod"}}, lambda v: v.model, None),
        ({"trim": []}, lambda v: v.manufacturer, None),
        ({"latest_status_log": "https://x/1"}, lambda v: v.charging, None),
        ({"latest_status_log": []}, lambda v: v.battery_size, 75000),
        ({"latest_status_log": None}, lambda v: v.plugged_in, None),
    ],
)
def test_odd_value_of_a_vehicle(
    account: Account,
    changes: dict[str, Any],
    read: Callable[[Vehicle], object],
    expected: object,
) -> None:
    """Whatever is odd is unknown, and nothing else is."""
    vehicle = account.vehicle(_vehicle(**changes))
    assert read(vehicle) == expected
    assert vehicle.battery_size == 75000


@pytest.mark.parametrize(
    ("changes", "status", "ended_at"),
    [
        ({"end": None}, SessionStatus.ACTIVE, None),
        ({"end": ""}, SessionStatus.ACTIVE, None),
        (
            {"end": "2026-09-16T18:00Z"},
            SessionStatus.COMPLETED,
            datetime(2026, 9, 16, 18, tzinfo=UTC),
        ),
        (
            {"end": 1789581600},
            SessionStatus.COMPLETED,
            datetime(2026, 9, 16, 18, tzinfo=UTC),
        ),
        ({"end": "27.03.2025 07:36"}, SessionStatus.COMPLETED, None),
        ({"end": "0001-01-01T00:00:00Z"}, SessionStatus.COMPLETED, None),
    ],
)
def test_end_of_a_session(
    account: Account,
    changes: dict[str, Any],
    status: SessionStatus,
    ended_at: datetime | None,
) -> None:
    """A session with an end is over, even if nobody can read when."""
    session = account.session(_session(**changes))
    assert (session.status, session.ended_at) == (status, ended_at)
    odd = {"session.end": 1} if changes["end"] and ended_at is None else {}
    assert account.report.odd_values == odd


@pytest.mark.parametrize(
    ("parts", "read", "expected"),
    [
        ([PART | {"mode": "smart"}], lambda s: s.mode, SessionMode.SMART),
        (
            [PART | {"mode": "unmanaged-home"}],
            lambda s: s.mode,
            SessionMode.UNMANAGED_HOME,
        ),
        ([PART | {"mode": "V2G"}], lambda s: s.mode, None),
        ([PART | {"energy_delivered_watt_hours": "1700"}], lambda s: s.energy, 1700),
        ([PART | {"energy_delivered_watt_hours": -20}], lambda s: s.energy, None),
        ([PART, PART | {"energy_delivered_watt_hours": "?"}], lambda s: s.energy, None),
        ([PART, "https://x/csub2"], lambda s: s.energy, None),
        ([PART, 7], lambda s: s.co2, 240),
        ([PART | {"id": None}], lambda s: s.energy, 1700),
        ([PART | {"currency": "gbp"}], lambda s: s.cost, Money(46, "GBP")),
        ([PART | {"currency": "£"}], lambda s: s.cost, None),
        ([PART, PART | {"currency": "EUR"}], lambda s: s.cost, None),
        ([PART | {"cost": 1e200}], lambda s: s.cost, None),
        ([PART | {"cost": "46"}], lambda s: s.cost, Money(46, "GBP")),
        ([PART | {"cost": None}], lambda s: s.savings, Money(12, "GBP")),
        (
            [PART | {"end": "2026-09-16T18:10:02Z"}, PART | {"mode": "BOOST"}],
            lambda s: s.mode,
            SessionMode.BOOST,
        ),
    ],
)
def test_odd_part_of_a_session(
    account: Account,
    parts: list[Any],
    read: Callable[[ChargingSession], object],
    expected: object,
) -> None:
    """A sum of which a part is missing is no sum; all else stands."""
    session = account.session(_session(*parts))
    assert read(session) == expected
    assert session.station_id == EVSE_ID
    assert session.status is SessionStatus.ACTIVE


@pytest.mark.parametrize("parts", [{}, "", None, 5])
def test_session_without_parts(account: Account, parts: Any) -> None:
    """What is no list of parts tells nothing of them."""
    session = account.session(_session(sub_sessions=parts))
    assert (session.mode, session.energy, session.cost) == (None, None, None)
    assert session.started_at == datetime(2026, 9, 16, 17, 45, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("https://api.ev.energy/v2/evses/e1", "e1"),
        ("https://api.ev.energy/evse/e1/?expand=model", "e1"),
        ({"id": "e1", "url": "x"}, "e1"),
        ({"id": 17}, "17"),
        (17, "17"),
        ({}, None),
        ([], None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_session_belongs_to(
    account: Account, reference: Any, expected: str | None
) -> None:
    """A reference is an address or an object; its id tells what it is."""
    assert account.session(_session(evse=reference)).station_id == expected


HOUR = timedelta(hours=1)
HALF_HOUR = {"interval_seconds": 1800, "current_milliamps": 32000}


@pytest.mark.parametrize(
    ("schedules", "start", "end"),
    [
        (
            [
                {"started_at": "2026-09-17T01:30:00", **HALF_HOUR},
                {"started_at": "2026-09-17T01:00:00Z", **HALF_HOUR},
                {"started_at": "2026-09-17T05:00:00+02:00", **HALF_HOUR},
            ],
            datetime(2026, 9, 17, 1, tzinfo=UTC),
            datetime(2026, 9, 17, 2, tzinfo=UTC),
        ),
        (
            [
                {"started_at": "soon", **HALF_HOUR},
                {"started_at": 1789606800, **HALF_HOUR},
                7,
            ],
            datetime(2026, 9, 17, 1, tzinfo=UTC),
            datetime(2026, 9, 17, 1, 30, tzinfo=UTC),
        ),
        (
            [{"started_at": "2026-09-16T18:20:00Z", "current_milliamps": 32000}],
            datetime(2026, 9, 16, 18, 20, tzinfo=UTC),
            None,
        ),
        ([{"started_at": "2026-09-17T01:00:00Z", "current_milliamps": 0}], None, None),
        (
            [{"started_at": "2026-09-17T01:00:00Z", "current_milliamps": -9000}],
            None,
            None,
        ),
        ([{"started_at": "2026-09-16T12:00:00Z", **HALF_HOUR}], None, None),
        ([], None, None),
    ],
)
def test_planned_charging(
    account: Account,
    schedules: list[Any],
    start: datetime | None,
    end: datetime | None,
) -> None:
    """Schedules come in any order, with and without zone, and some are odd."""
    session = account.session(_session(), *schedules)
    assert (session.next_start, session.next_end) == (start, end)


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ({"a": ["Too much."]}, "Failed: a: Too much."),
        ({"a": ["Too much.", "Odd."]}, "Failed: a: Too much. Odd."),
        ({"a": "Too much."}, "Failed: a: Too much."),
        (
            {"a": {"b": ["Deep."], "c": [{"d": ["Deeper."]}]}},
            "Failed: a.b: Deep.; a.c.d: Deeper.",
        ),
        ([["Plain."]], "Failed: Plain."),
        ({"a": []}, "Failed"),
        ({"a": 5, "b": None}, "Failed"),
        (None, "Failed"),
        ("Words.", "Failed: Words."),
    ],
)
def test_errors_of_fields(errors: Any, words: str) -> None:
    """However errors of fields are nested, a person sees the vendor's words."""
    body = {"title": "Bad", "detail": "Failed", "field_errors": errors}
    assert read_problem(json.dumps(body).encode()) == words


@pytest.mark.parametrize(
    "body", [b"", b"Forbidden", b"<html>", b"[]", b"7", b"null", b"\xff"]
)
def test_what_is_no_problem(body: bytes) -> None:
    """What comes from someone before the vendor has no words of the vendor's."""
    assert read_problem(body) is None


def test_new_words_are_named_once(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """A word that nobody knows is unknown, counted, and a line in the log."""
    caplog.set_level(logging.WARNING)
    for number in range(50):
        station, _ = account.charger(_evse(lock_mode=f"LOCKED BY {number}"))
        assert station.lock_mode is None
    assert len(caplog.records) == 1
    assert sum(account.report.unknown_values.values()) == 50
    assert len(account.report.unknown_values) <= 21


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", " ", "n/a", "1", "true", "9999-12-31T23:59:59-05:00", SAMPLED]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "end", "make"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


def _changed(base: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return an object with up to three of its fields replaced or missing."""
    fields = st.sampled_from([name for name in base if name != "id"])

    def change(changes: dict[str, Any], missing: set[str]) -> dict[str, Any]:
        changed = base | changes
        return {name: value for name, value in changed.items() if name not in missing}

    return st.builds(
        change, st.dictionaries(fields, JSON, max_size=3), st.sets(fields, max_size=2)
    )


@given(
    st.builds(
        lambda evse, log: evse | {"latest_status_log": log},
        _changed(_evse()),
        _changed(EVSE_LOG),
    )
    | _changed(_evse()),
    st.builds(
        lambda car, log: car | {"latest_status_log": log},
        _changed(_vehicle()),
        _changed(VEHICLE_LOG),
    )
    | _changed(_vehicle()),
    st.builds(
        lambda session, part: session | {"sub_sessions": [part]},
        _changed(_session()),
        _changed(PART),
    )
    | _changed(_session()),
    st.lists(_changed({"started_at": SAMPLED, **HALF_HOUR}), max_size=3),
)
def test_whatever_comes_is_read(
    evse: dict[str, Any],
    vehicle: dict[str, Any],
    session: dict[str, Any],
    schedules: list[Any],
) -> None:
    """Nothing that a field may hold breaks its object; numbers are ones that can be meant."""
    account = Account()
    found = account.session(session, *schedules)
    station, connector = account.charger(evse, found)
    car = account.vehicle(vehicle)
    assert (station.id, car.id, found.id) == (EVSE_ID, VEHICLE_ID, "cses1")
    for number in (station.energy, connector.power, car.odometer, found.energy):
        assert number is None or math.isfinite(number)
    for moment in (station.reported_at, car.full_at, found.ended_at, found.next_end):
        assert moment is None or moment.tzinfo is UTC
