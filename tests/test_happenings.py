"""Tests of what is told of two looks at a connector or a vehicle."""

from typing import Any

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    LinkState,
    SessionStatus,
    StationStatus,
    StopReason,
)
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Station,
    Vehicle,
)
from custom_components.ev_charging_cloud.happenings import Seen, happened, look

FREE = Connector(
    station_id="s",
    id="1",
    status=ConnectorStatus.AVAILABLE,
    plugged_in=False,
    online=True,
)
TAKEN = replace(FREE, status=ConnectorStatus.CHARGING, plugged_in=True)
UNKNOWN = replace(FREE, status=None, plugged_in=None, online=None)
OFFLINE = replace(TAKEN, status=ConnectorStatus.UNAVAILABLE, online=False)
CAR = Vehicle(
    id="v",
    plugged_in=True,
    state_of_charge=79.0,
    charge_limit=80.0,
    link=LinkState.ACTIVE,
)


def _told(*looks: Station | Connector | Vehicle) -> list[str]:
    """Return what is told of one look after the other."""
    seen: Seen | None = None
    told: list[str] = []
    for found in looks:
        before, seen = seen, look(found, seen)
        if before is not None:
            told += [happening.value for happening in happened(before, seen)]
    return told


def _at(connector: Connector, charge: float, limit: float = 80.0, **more: Any) -> Any:
    """Return a connector whose session has a limit."""
    session = ChargingSession(
        **{"id": "s1", "status": SessionStatus.ACTIVE} | more,
        state_of_charge=charge,
        state_of_charge_limit=limit,
    )
    return replace(connector, session=session)


def test_what_is_not_told_proves_nothing() -> None:
    """A look that lacks values changes nothing; what comes after is compared with before."""
    assert _told(TAKEN, UNKNOWN, TAKEN) == []
    assert _told(TAKEN, UNKNOWN, FREE) == ["unplugged", "became_free"]
    assert _told(UNKNOWN, FREE) == []


def test_what_an_offline_station_says_is_old() -> None:
    """Its connectors are neither free nor unplugged until it is back and says so."""
    gone = replace(OFFLINE, plugged_in=False)
    assert _told(TAKEN, gone, TAKEN) == ["offline", "back_online"]
    assert _told(TAKEN, gone, FREE) == [
        "offline",
        "back_online",
        "unplugged",
        "became_free",
    ]


@pytest.mark.parametrize(
    ("looks", "told"),
    [
        ([_at(TAKEN, 79), _at(TAKEN, 80), _at(TAKEN, 81)], ["limit_reached"]),
        ([_at(TAKEN, 79, id="s0"), _at(TAKEN, 80)], []),
        ([_at(TAKEN, 80), _at(TAKEN, 81)], []),
        (
            [
                _at(TAKEN, 70),
                _at(
                    TAKEN,
                    79,
                    status=SessionStatus.COMPLETED,
                    stop_reason=StopReason.SOC_LIMIT_REACHED,
                ),
            ],
            ["limit_reached"],
        ),
        (
            [_at(TAKEN, 79), replace(TAKEN, session=None), _at(TAKEN, 80)],
            ["limit_reached"],
        ),
    ],
    ids=["once", "another session", "at first", "by its reason", "with a gap"],
)
def test_limit_of_a_session(looks: list[Connector], told: list[str]) -> None:
    """A session comes to its limit once; one that was there at first did so before."""
    assert _told(*looks) == told


def test_limit_of_a_car() -> None:
    """A car that drops a little below its limit comes to it no second time."""
    full = replace(CAR, state_of_charge=80.0)
    assert _told(CAR, full, CAR, full) == ["limit_reached"]
    driven = replace(CAR, state_of_charge=60.0)
    assert _told(full, driven, full) == ["limit_reached"]
    assert _told(CAR, replace(CAR, charge_limit=70.0)) == []


def test_a_station() -> None:
    """A station is faulted once; what it was before it went offline, it still is."""
    well = Station(id="s", status=StationStatus.OPERATIVE, online=True)
    faulted = replace(well, status=StationStatus.FAULTED)
    out = replace(well, status=StationStatus.UNAVAILABLE)
    assert _told(well, out, faulted, faulted, out) == ["faulted", "recovered"]
    assert _told(faulted, replace(well, status=None), faulted) == []
    gone = replace(faulted, online=False)
    assert _told(well, gone, well) == ["offline", "back_online"]
    assert _told(well, gone, faulted) == ["offline", "back_online", "faulted"]


def test_link_of_a_car() -> None:
    """A car whose link is lost and found is told of; one that has none is not."""
    lost = replace(CAR, link=LinkState.INACTIVE)
    assert _told(CAR, lost, CAR) == ["offline", "back_online"]
    assert _told(CAR, replace(CAR, link=LinkState.NONE), CAR) == []
