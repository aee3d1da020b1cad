"""Tests of what is made of the vendor's values, at each edge."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    SessionMode,
    SessionStatus,
)
from custom_components.ev_charging_cloud.clients.ev_energy import wire
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Money,
    StationDetails,
)

from .making import NOW, Account

SECOND = timedelta(seconds=1)


@pytest.fixture
def account() -> Account:
    """Return an account of which nothing is known yet."""
    return Account()


SMART = ChargingSession(id="s", mode=SessionMode.SMART, status=SessionStatus.ACTIVE)
OVER = ChargingSession(id="s", mode=SessionMode.SMART, status=SessionStatus.COMPLETED)
BOOST = ChargingSession(id="s", mode=SessionMode.BOOST, status=SessionStatus.ACTIVE)


@pytest.mark.parametrize(
    ("pilot", "charging", "plugged", "session", "status"),
    [
        ("F", True, True, SMART, ConnectorStatus.FAULTED),
        ("E", True, True, SMART, ConnectorStatus.UNAVAILABLE),
        ("C", True, True, SMART, ConnectorStatus.CHARGING),
        (None, True, None, None, ConnectorStatus.CHARGING),
        ("B", False, None, SMART, None),
        ("A", False, False, SMART, ConnectorStatus.AVAILABLE),
        ("B", False, True, SMART, ConnectorStatus.SUSPENDED_EVSE),
        ("B", None, True, SMART, ConnectorStatus.SUSPENDED_EVSE),
        ("B", False, True, OVER, ConnectorStatus.SUSPENDED_EV),
        ("B", False, True, BOOST, ConnectorStatus.SUSPENDED_EV),
        ("B", False, True, None, ConnectorStatus.SUSPENDED_EV),
    ],
)
def test_connector_status(
    account: Account,
    pilot: str | None,
    charging: bool | None,
    plugged: bool | None,
    session: ChargingSession | None,
    status: ConnectorStatus | None,
) -> None:
    """What the control pilot says comes before what flows, and that before the plug."""
    _, connector = account.charger(
        session,
        control_pilot_status=pilot,
        is_charging=charging,
        is_plugged_in=plugged,
    )
    assert connector.status is status
    assert connector.session is session


@pytest.mark.parametrize(
    ("charging", "rate", "power"),
    [
        (True, 7000, 7000),
        (True, 0, 0),
        (True, None, None),
        (False, 7000, 0),
        (False, None, 0),
        (None, 7000, None),
    ],
)
def test_power(
    account: Account, charging: bool | None, rate: float | None, power: float | None
) -> None:
    """What does not charge has none, and of what is not known nothing is."""
    _, connector = account.charger(is_charging=charging, charge_rate_watts=rate)
    vehicle = account.vehicle(is_charging=charging, charge_rate_watts=rate)
    assert connector.power == vehicle.power == power


@pytest.mark.parametrize(
    ("age", "online"),
    [
        (timedelta(minutes=15), True),
        (timedelta(minutes=15) + SECOND, False),
        (timedelta(minutes=-15), True),
        (timedelta(minutes=-15) - SECOND, None),
    ],
)
def test_how_old_a_chargers_log_may_be(
    account: Account, age: timedelta, online: bool | None
) -> None:
    """A quarter of an hour by the vendor's clock, before or after it."""
    station, connector = account.charger(now=NOW, sampled_at=NOW - age)
    assert (station.online, connector.online) == (online, online)
    assert station.reported_at == NOW - age


@pytest.mark.parametrize(
    ("age", "charging"),
    [
        (timedelta(hours=1), True),
        (timedelta(hours=1) + SECOND, None),
        (timedelta(minutes=-15), True),
        (timedelta(minutes=-15) - SECOND, None),
    ],
)
def test_how_old_a_vehicles_log_may_be(
    account: Account, age: timedelta, charging: bool | None
) -> None:
    """An hour; after that nobody knows whether it still charges, nor until when."""
    found = account.vehicle(
        sampled_at=NOW - age,
        is_charging=True,
        charge_rate_watts=5,
        minutes_to_full_charge=10.5,
        state_of_charge_percentage=40,
    )
    assert found.charging is charging
    assert found.power == (5 if charging else None)
    full = (NOW - age + timedelta(minutes=10)).replace(second=0)
    assert found.full_at == (full if charging else None)
    assert (found.state_of_charge, found.reported_at) == (40, NOW - age)


@pytest.mark.parametrize(
    ("log", "full_at"),
    [
        ({"minutes_to_full_charge": 0}, NOW),
        ({"minutes_to_full_charge": None}, None),
        ({"is_charging": False}, None),
        ({"is_charging": None}, None),
        ({"sampled_at": None}, None),
        ({"sampled_at": NOW + timedelta(seconds=59, microseconds=5)}, NOW),
    ],
)
def test_when_a_vehicle_is_full(
    account: Account, log: dict[str, Any], full_at: datetime | None
) -> None:
    """To the minute, of a vehicle that charges."""
    usual = {"is_charging": True, "minutes_to_full_charge": 0}
    assert account.vehicle(**(usual | log)).full_at == full_at


@pytest.mark.parametrize(
    ("log", "details", "signal"),
    [
        (-60, StationDetails(signal_strength=-70), -60),
        (0, StationDetails(signal_strength=-70), 0),
        (None, StationDetails(signal_strength=-70), -70),
        (None, StationDetails(), None),
        (None, None, None),
    ],
)
def test_signal(
    account: Account,
    log: float | None,
    details: StationDetails | None,
    signal: float | None,
) -> None:
    """The log's comes first."""
    station, _ = account.charger(None, details, signal_strength_rssi_dbm=log)
    assert station.signal_strength == signal
    assert station.details is details


@pytest.mark.parametrize(
    ("reference", "id_"),
    [
        ("https://api.ev.energy/v2/evses/e1", "e1"),
        ("https://api.ev.energy/evse/e1//", "e1"),
        ("https://api.ev.energy/v2/evses/e1/?a=/b", "e1"),
        ("https://api.ev.energy/v2/evses/e1#/c?d", "e1"),
        (" https://api.ev.energy/v2/evses/e1 ", "e1"),
        ("e1", "e1"),
        ("/", None),
        ("?e1", None),
        (wire.Reference(id="e1"), "e1"),
        (None, None),
    ],
)
def test_id_of(reference: Any, id_: str | None) -> None:
    """It is the last segment of the address."""
    assert wire.id_of(reference) == id_


@pytest.mark.parametrize(
    ("parts", "energy", "cost", "price"),
    [
        ([], None, None, None),
        ([{"energy_delivered_watt_hours": 0}], 0, None, None),
        ([{"energy_delivered_watt_hours": 5}, {}], None, None, None),
        ([{"energy_delivered_watt_hours": 5}, "https://x/csub"], None, None, None),
        ([{"cost": 0, "currency": "gbp"}], None, Money(0, "GBP"), None),
        ([{"cost": 3, "currency": None}], None, None, None),
        (
            [{"cost": 3, "currency": "GBP"}, {"cost": None, "currency": "EUR"}],
            None,
            Money(3, "GBP"),
            None,
        ),
        (
            [{"cost": 3, "currency": "GBP"}, {"cost": 0, "currency": "EUR"}],
            None,
            None,
            None,
        ),
        (
            [{"cost_per_kilowatt_hour": 0, "currency": "GBP"}],
            None,
            None,
            Money(0, "GBP"),
        ),
        ([{"cost_per_kilowatt_hour": 9}], None, None, None),
        # Parts without energy weigh nothing, unless there are no others.
        (
            [
                {"cost_per_kilowatt_hour": 9, "currency": "GBP"},
                {"cost_per_kilowatt_hour": 3, "currency": "gbp"},
            ],
            None,
            None,
            Money(6, "GBP"),
        ),
        (
            [
                {"cost_per_kilowatt_hour": 9, "currency": "GBP"},
                {
                    "cost_per_kilowatt_hour": 3,
                    "currency": "GBP",
                    "energy_delivered_watt_hours": 1,
                },
            ],
            None,
            None,
            Money(3, "GBP"),
        ),
    ],
)
def test_sums(
    account: Account,
    parts: list[Any],
    energy: float | None,
    cost: Money | None,
    price: Money | None,
) -> None:
    """What is told of all parts is summed up, money in one currency."""
    found = account.session(*parts)
    assert (found.energy, found.cost, found.average_price) == (energy, cost, price)


def test_sums_that_are_not_told(account: Account) -> None:
    """Nothing is known of a session without parts but what it says itself."""
    found = account.session(end="2026-11-24T10:00:00Z")
    assert found == ChargingSession(
        id="cses1",
        status=SessionStatus.COMPLETED,
        ended_at=datetime(2026, 11, 24, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("parts", "mode"),
    [
        ([{"mode": "SMART", "end": "x"}, {"mode": "BOOST", "end": "x"}], "smart"),
        ([{"mode": "SMART", "end": "x"}, {"mode": "BOOST", "end": None}], "boost"),
        ([{"mode": "SMART", "end": " "}, {"mode": "BOOST", "end": None}], "smart"),
        (["https://x/csub", {"mode": "BOOST", "end": "x"}], "boost"),
    ],
)
def test_the_part_that_counts(account: Account, parts: list[Any], mode: str) -> None:
    """It is the one that runs, else the newest."""
    assert account.session(*parts).mode == mode


def block(minutes: float, length: float | None = 30, current: Any = 9) -> Any:
    """Return a planned time, so many minutes from now."""
    start = NOW + timedelta(minutes=minutes)
    return {
        "started_at": start,
        "interval_seconds": length and length * 60,
        "current_milliamps": current,
    }


@pytest.mark.parametrize(
    ("planned", "start", "end"),
    [
        # The one that runs, those that follow at once, and nothing after a gap.
        ([block(-10), block(20), block(60)], -10, 50),
        ([block(60), block(20), block(-10)], -10, 50),
        ([block(20), block(40), block(70.1)], 20, 70),
        ([block(20), block(49)], 20, 79),
        # One that ends now is over; one that ends a second later is not.
        ([block(-30), block(10)], 10, 40),
        ([block(-30, 31), block(10)], -30, 1),
        ([block(-60), block(-40), block(10)], 10, 40),
        # Without a current nothing charges; without a length there is no end.
        ([block(0, 30, 0), block(30)], 30, 60),
        ([block(0, 30, None), block(30)], 30, 60),
        ([block(0, 30, 1)], 0, 30),
        ([block(-90, None)], -90, None),
        ([block(0), block(30, None)], 0, None),
        ([block(0), block(31, None)], 0, 30),
        ([block(-30), block(30, None)], 30, None),
    ],
)
def test_the_next_time(
    account: Account, planned: list[Any], start: float, end: float | None
) -> None:
    """What is planned and not over, as one time without gaps."""
    found = account.session({}, planned=tuple(planned))
    assert found.next_start == NOW + timedelta(minutes=start)
    assert found.next_end == (None if end is None else NOW + timedelta(minutes=end))


@pytest.mark.parametrize(
    ("session", "part"),
    [({"end": "2026-11-24T10:00:00Z"}, {}), ({}, {"id": None}), ({}, {"id": "other"})],
)
def test_nothing_is_planned(
    account: Account, session: dict[str, Any], part: dict[str, Any]
) -> None:
    """Of a session that is over, or of another part, nothing is."""
    found = account.session(part, planned=(block(0),), **session)
    assert (found.next_start, found.next_end) == (None, None)
