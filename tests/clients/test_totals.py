"""Tests of counts and sums over stations and connectors."""

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    SessionStatus,
)
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Driver,
    Station,
)
from custom_components.ev_charging_cloud.clients.totals import (
    Fleet,
    Share,
    Sum,
    Totals,
    share_of,
)

RUNNING = ChargingSession(id="1", status=SessionStatus.ACTIVE)
WAITING = ChargingSession(id="2", status=SessionStatus.PENDING)
OVER = ChargingSession(id="3", status=SessionStatus.COMPLETED)
EMPTY = Share(
    connectors=0, available=0, charging=0, faulted=0, running=0, milliwatts=None
)


def _connector(id_: str = "1", **told: object) -> Connector:
    return replace(Connector(station_id="s", id=id_), **told)


COUNTED = {
    ConnectorStatus.AVAILABLE: {"available": 1},
    ConnectorStatus.CHARGING: {"charging": 1},
    ConnectorStatus.FAULTED: {"faulted": 1},
}


@pytest.mark.parametrize("online", [True, None, False])
@pytest.mark.parametrize("status", [*ConnectorStatus, None])
def test_how_a_connector_counts(
    status: ConnectorStatus | None, online: bool | None
) -> None:
    """By its status; one whose station is offline only if it is faulted."""
    counted = COUNTED.get(status, {}) if status else {}
    if online is False and status is not ConnectorStatus.FAULTED:
        counted = {}
    found = share_of(Station(id="s"), [_connector(status=status, online=online)])
    assert found == replace(EMPTY, connectors=1, **counted)


def test_connectors_count_each_for_itself() -> None:
    """One that is offline is no obstacle to those after it."""
    connectors = [
        _connector("1", online=False, status=ConnectorStatus.CHARGING, session=RUNNING),
        _connector("2", status=ConnectorStatus.AVAILABLE),
        _connector("3", online=False, status=ConnectorStatus.FAULTED),
        _connector("4", status=ConnectorStatus.CHARGING, session=RUNNING),
        _connector("5", status=ConnectorStatus.CHARGING),
    ]
    assert share_of(Station(id="s"), connectors) == Share(
        connectors=5, available=1, charging=2, faulted=1, running=1, milliwatts=None
    )


@pytest.mark.parametrize(
    ("session", "online", "running"),
    [
        (None, None, 0),
        (RUNNING, True, 1),
        (RUNNING, None, 1),
        (WAITING, True, 1),
        (OVER, True, 0),
        (RUNNING, False, 0),
    ],
)
def test_how_a_session_counts(
    session: ChargingSession | None, online: bool | None, running: int
) -> None:
    """One that runs, at a station that is not offline, whatever the connector's status."""
    for status in (None, ConnectorStatus.FAULTED, ConnectorStatus.SUSPENDED_EV):
        found = share_of(
            Station(id="s"), [_connector(session=session, online=online, status=status)]
        )
        assert found.running == running


@pytest.mark.parametrize(
    ("station", "powers", "milliwatts"),
    [
        ({}, [], None),
        ({}, [None, None], None),
        ({}, [None, 0.0], 0),
        ({}, [7400.5, 3600.25, None], 11_000_750),
        ({"power": 50.0}, [7400.0], 50_000),
        ({"power": 0.0}, [7400.0], 0),
        ({"power": 0.0004}, [], 0),
        ({"power": 0.0006}, [], 1),
        ({"power": -2.5, "online": True}, [], -2500),
        ({"power": 50.0, "online": False}, [7400.0], None),
        ({"online": False}, [7400.0], None),
        ({"online": True}, [7400.0], 7_400_000),
    ],
)
def test_how_power_counts(
    station: dict[str, object], powers: list[float | None], milliwatts: int | None
) -> None:
    """The station's, else its connectors' together; of one that is offline none is known."""
    connectors = [
        _connector(str(place), power=power) for place, power in enumerate(powers)
    ]
    found = share_of(replace(Station(id="s"), **station), connectors)
    assert found == replace(EMPTY, connectors=len(powers), milliwatts=milliwatts)


def test_sums_are_added_and_taken() -> None:
    """What was added can be taken again; without any power there is none."""
    one = Share(
        connectors=7, available=5, charging=4, faulted=3, running=2, milliwatts=1500
    )
    other = Share(
        connectors=1, available=1, charging=1, faulted=1, running=1, milliwatts=None
    )
    total = Sum()
    none = Totals(
        stations=0,
        connectors=0,
        available=0,
        charging=0,
        faulted=0,
        running_sessions=0,
    )
    first = Totals(
        stations=1,
        connectors=7,
        available=5,
        charging=4,
        faulted=3,
        running_sessions=2,
        power=1.5,
    )
    both = Totals(
        stations=2,
        connectors=8,
        available=6,
        charging=5,
        faulted=4,
        running_sessions=3,
        power=1.5,
    )
    assert total.totals() == none
    total.add(one)
    assert total.totals() == first
    total.add(other)
    assert total.totals() == both
    total.add(one)
    assert total.totals().power == 3
    total.take(one)
    assert total.totals() == both
    total.take(other)
    assert total.totals() == first
    total.take(one)
    assert total.totals() == none


def test_sessions_of_a_driver_count_instead() -> None:
    """Those that run, at whatever stations; unless they could not be read."""
    driver = Driver(sessions=(RUNNING, OVER, WAITING))
    total = Sum()
    total.add(replace(EMPTY, running=9))
    assert total.totals().running_sessions == 9
    assert total.totals(driver).running_sessions == 2
    assert total.totals(driver, stations_known=False).running_sessions == 2
    unread = replace(driver, has_sessions=False)
    assert total.totals(unread).running_sessions is None


def test_which_locations_add_up_anew() -> None:
    """Those whose stations count otherwise now, and no others."""
    stations = {
        id_: Station(id=id_, location_id=at, power=1.0)
        for id_, at in (("a", "north"), ("b", "south"), ("c", None), ("d", "north"))
    }
    fleet = Fleet(stations, {})
    powers = {"all": 4.0, "north": 2.0, "south": 1.0}

    def found() -> dict[str, float | None]:
        sums = {"all": fleet.all, **fleet.by_location}
        return {name: total.totals().power for name, total in sums.items()}

    assert found() == powers
    changed = stations | {
        "a": replace(stations["a"], power=5.0),
        "b": replace(stations["b"], name="B"),
        "c": replace(stations["c"], power=3.0),
    }
    assert [*fleet.change(["a", "b", "c"], changed, {})] == ["north"]
    assert found() == {"all": 10.0, "north": 6.0, "south": 1.0}
    assert [*fleet.change(["d", "a"], changed, {})] == []
    assert found() == {"all": 10.0, "north": 6.0, "south": 1.0}
    connector = {
        ("b", "1"): Connector(station_id="b", id="1", status=ConnectorStatus.AVAILABLE)
    }
    fleet = Fleet(stations, connector)
    busy = {("b", "1"): replace(connector["b", "1"], status=ConnectorStatus.CHARGING)}
    assert [*fleet.change(["b"], stations, busy)] == ["south"]
    assert fleet.by_location["south"].totals() == Totals(
        stations=1,
        connectors=1,
        available=0,
        charging=1,
        faulted=0,
        running_sessions=0,
        power=1.0,
    )
