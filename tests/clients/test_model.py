"""Tests of the neutral model: what nobody told is nothing, and what objects say of themselves."""

from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import FieldInfo, fields
import pytest

from custom_components.ev_charging_cloud.clients import (
    documents,
    forecast,
    history,
    home_energy,
    model,
    search,
    snapshot,
    totals,
)
from custom_components.ev_charging_cloud.clients.client import SWITCHED_ON
from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    ConnectorType,
    SessionStatus,
)
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    MaintenanceWindow,
    Money,
)
from custom_components.ev_charging_cloud.clients.money import from_major, to_major

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MODULES = (
    documents,
    forecast,
    history,
    home_energy,
    model,
    search,
    snapshot,
    totals,
)
# What is so unless a vendor says otherwise. All else that is not told is None, or empty.
USUAL = {
    "Station.connectors_identified": True,
    "Connector.has_own_id": True,
    "Vehicle.is_fleet": False,
    "Driver.waiting": False,
    "Driver.has_sessions": True,
    "HistoryPage.is_ordered": True,
    "MaintenanceDraft.comment": "",
    "MaintenanceWindow.comment": "",
    "Poll.requests_last_hour": 0,
    "Poll.skipped": 0,
    "Poll.parts_failing": 0,
    "LiveState.is_steady": False,
    "LiveState.is_fresh": True,
    "LiveState.is_empty_by_choice": False,
    "Snapshot.is_fresh": True,
    "Snapshot.is_empty_by_choice": False,
}


def _default(field: FieldInfo) -> object:
    return (
        field.default_factory()
        if field.required is False and callable(field.default_factory)
        else field.default
    )


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_what_was_not_told(module: object) -> None:
    """It is None and no zero, or none of a list, and only a few things go without saying."""
    found = {
        f"{name}.{field.name}": _default(field)
        for name, kind in vars(module).items()
        if isinstance(kind, type)
        and issubclass(kind, Struct)
        and kind.__module__ == getattr(module, "__name__", None)
        for field in fields(kind)
        if not field.required
    }
    names = {name.partition(".")[0] for name in found}
    told = {
        name: value
        for name, value in found.items()
        if value is not None and value not in ((), {}, frozenset())
    }
    assert told == {
        name: value for name, value in USUAL.items() if name.partition(".")[0] in names
    }


@pytest.mark.parametrize(
    ("moment", "is_active"),
    [
        (NOW - TICK, False),
        (NOW, True),
        (NOW + timedelta(hours=1) - TICK, True),
        (NOW + timedelta(hours=1), False),
    ],
)
def test_when_a_window_is_active(moment: datetime, is_active: bool) -> None:
    """From its start on, and no more at its end."""
    window = MaintenanceWindow(
        id="w", station_id="s", start=NOW, end=NOW + timedelta(hours=1)
    )
    assert window.is_active(moment) is is_active


@pytest.mark.parametrize(
    ("status", "is_running"),
    [
        (None, False),
        (SessionStatus.PENDING, True),
        (SessionStatus.ACTIVE, True),
        (SessionStatus.COMPLETED, False),
    ],
)
def test_which_sessions_run(status: SessionStatus | None, is_running: bool) -> None:
    """One that waits to begin runs as well."""
    assert ChargingSession(id="s", status=status).is_running is is_running


def test_since_when_sums_count() -> None:
    """From the start, or from the one that was told first."""
    told = NOW - TICK
    assert ChargingSession(id="s").sums_since is None
    assert ChargingSession(id="s", started_at=NOW).sums_since == NOW
    session = ChargingSession(id="s", started_at=NOW, counted_from=told)
    assert session.sums_since == told


def test_which_connectors_charge() -> None:
    """Only the status tells; without one nobody knows."""
    charging = {
        status: Connector(station_id="s", id="c", status=status).is_charging
        for status in (*ConnectorStatus, None)
    }
    assert charging == {
        ConnectorStatus.AVAILABLE: False,
        ConnectorStatus.PREPARING: False,
        ConnectorStatus.CHARGING: True,
        ConnectorStatus.SUSPENDED_EV: False,
        ConnectorStatus.SUSPENDED_EVSE: False,
        ConnectorStatus.FINISHING: False,
        ConnectorStatus.RESERVED: False,
        ConnectorStatus.UNAVAILABLE: False,
        ConnectorStatus.FAULTED: False,
        None: None,
    }


def test_which_plugs_tell_the_state_of_charge() -> None:
    """Those of direct current."""
    assert {kind: kind.is_direct_current for kind in ConnectorType} == {
        ConnectorType.AC: False,
        ConnectorType.TYPE_2: False,
        ConnectorType.CCS: True,
        ConnectorType.CHADEMO: True,
        ConnectorType.OPPCHARGE: True,
    }


def test_what_a_person_switches_on() -> None:
    """The commands of an operator: no cloud tells of them, so none is taken for granted."""
    assert {capability.name for capability in SWITCHED_ON} == {
        "OPERATOR_START",
        "OPERATOR_STOP",
        "CONNECTOR_AVAILABILITY",
        "STATION_RESTART",
        "STATION_LIMIT",
        "CONNECTOR_LIMIT",
        "SESSION_LIMIT",
    }


@pytest.mark.parametrize(
    ("currency", "minor"),
    [
        ("EUR", 1234.5),
        ("GBP", 1234.5),
        ("XXX", 1234.5),
        *((currency, 12345) for currency in ("BHD", "JOD", "KWD", "OMR", "TND")),
        *((currency, 12.345) for currency in ("CLP", "ISK", "JPY", "KRW", "VND")),
    ],
)
def test_minor_units(currency: str, minor: float) -> None:
    """Money counts in cents, and where ISO 4217 has other ones, in those."""
    money = from_major(12.345, currency)
    assert money == Money(minor, currency)
    assert to_major(money) == 12.345
    assert to_major(None) is None


def test_noise_of_binary_fractions() -> None:
    """An amount is no longer than it was told, and a millionth of a cent is kept."""
    assert from_major(0.29, "EUR").minor == 29
    assert from_major(0.123456789, "EUR").minor == 12.345679
    assert from_major(0.000001, "JPY").minor == 0.000001
    assert from_major(0.0000001, "JPY").minor == 0
