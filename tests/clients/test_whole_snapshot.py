"""Tests of a whole snapshot as it is put together, and of a client that adds nothing of its own."""

from datetime import UTC, datetime, timedelta
from typing import override

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.client import (
    Account,
    Capability,
    ChargingClient,
)
from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    SessionStatus,
)
from custom_components.ev_charging_cloud.clients.home_energy import HomeEnergy
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Driver,
    Location,
    MaintenanceWindow,
    Notification,
    Station,
    Supply,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.snapshot import (
    LiveState,
    Maintenance,
    Poll,
    Skipped,
    SlowState,
    Snapshot,
    build_snapshot,
    is_same,
)
from custom_components.ev_charging_cloud.clients.totals import Totals
from custom_components.ev_charging_cloud.clients.transport.requests import RequestLog

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUNNING = ChargingSession(id="1", status=SessionStatus.ACTIVE)
OVER = ChargingSession(id="3", status=SessionStatus.COMPLETED)
WINDOWS = tuple(
    MaintenanceWindow(
        id=id_, station_id=at, start=NOW + wait * HOUR, end=NOW + 9 * HOUR
    )
    for id_, at, wait in (("2", "b", 0), ("3", "a", 0), ("1", "a", 1))
)
HERE = Station(id="a", location_id="north", maintenance=WINDOWS[1:])
THERE = Station(id="b", location_id="south", maintenance=WINDOWS[:1], power=5.0)
NOWHERE = Station(id="c")
PLUGS = tuple(
    Connector(station_id=id_, id="1", status=ConnectorStatus.AVAILABLE)
    for id_ in ("a", "b", "c", "gone")
)
LIVE = LiveState(
    stations=(THERE, HERE, NOWHERE),
    connectors=PLUGS,
    locations={
        "north": Location(id="north", name="N", operator="Op", latitude=1.0),
        "far": Location(id="far"),
    },
    vehicles=(Vehicle(id="v"),),
    home_energy=(HomeEnergy(id="h"),),
    sessions=(OVER,),
    unlisted=frozenset({Vehicle}),
    uncertain=frozenset({Location}),
    skipped=(Skipped("station x", "odd"),),
    is_fresh=False,
    is_empty_by_choice=True,
    driver=Driver(sessions=(RUNNING,)),
    retry_after=5.0,
)
SLOW = SlowState(
    locations={"north": Location(id="north", name="North", longitude=2.0)},
    supply=Supply(tariff="day"),
    notifications=(Notification(id="n", title="t"),),
)


def _totals(count: int, **changes: object) -> Totals:
    told = Totals(
        stations=count,
        connectors=count,
        available=count,
        charging=0,
        faulted=0,
        running_sessions=0,
    )
    return replace(told, **changes)


WHOLE = Snapshot(
    poll=Poll(taken_at=NOW),
    locations={
        "north": Location(
            id="north", name="North", operator="Op", latitude=1.0, longitude=2.0
        ),
        "south": Location(id="south"),
    },
    stations={"b": THERE, "a": HERE, "c": NOWHERE},
    connectors={("a", "1"): PLUGS[0], ("b", "1"): PLUGS[1], ("c", "1"): PLUGS[2]},
    vehicles={"v": Vehicle(id="v")},
    home_energy={"h": HomeEnergy(id="h")},
    supply=Supply(tariff="day"),
    maintenance=Maintenance(WINDOWS),
    driver=Driver(sessions=(RUNNING,)),
    totals=_totals(3, running_sessions=1, power=5.0),
    location_totals={"north": _totals(1), "south": _totals(1, power=5.0)},
    sessions=(OVER,),
    notifications=(Notification(id="n", title="t"),),
    unlisted=frozenset({Vehicle}),
    uncertain=frozenset({Location}),
    skipped=(Skipped("station x", "odd"),),
    is_fresh=False,
    is_empty_by_choice=True,
    hidden=frozenset(),
)


def test_a_whole_snapshot() -> None:
    """Everything of both listings is in it, by what it is called."""
    found = build_snapshot(LIVE, SLOW, poll=Poll(taken_at=NOW))
    assert found == WHOLE
    assert [*found.locations] == ["north", "south"]
    assert not found.is_complete


def test_a_snapshot_of_some_locations() -> None:
    """The others are hidden with all that is theirs; what has no location is one of them."""
    found = build_snapshot(
        LIVE, SLOW, poll=Poll(taken_at=NOW), location_ids=["south", "far"]
    )
    assert found == replace(
        WHOLE,
        locations={"south": Location(id="south")},
        stations={"b": THERE},
        connectors={("b", "1"): PLUGS[1]},
        maintenance=Maintenance(WINDOWS[:1]),
        totals=_totals(1, running_sessions=1, power=5.0),
        location_totals={"south": _totals(1, power=5.0)},
        hidden=frozenset({"a", "c"}),
    )


@pytest.mark.parametrize(
    ("unlisted", "account", "location"),
    [
        (Station, {"stations": None}, {}),
        (Connector, {}, {"running_sessions": None}),
    ],
)
def test_counts_of_what_may_not_be_listed(
    unlisted: type[Station | Connector],
    account: dict[str, object],
    location: dict[str, object],
) -> None:
    """Nobody knows how many connectors there are; a location's stations are known."""
    live = replace(LIVE, unlisted=frozenset({unlisted}))
    found = build_snapshot(live, SLOW, poll=Poll(taken_at=NOW))
    unknown = {"connectors": None, "available": None, "charging": None, "faulted": None}
    assert found.totals == replace(WHOLE.totals, **unknown | account)
    expected = WHOLE.location_totals["south"]
    if unlisted is Connector:
        expected = replace(expected, **unknown | location)
    assert found.location_totals["south"] == expected


@pytest.mark.parametrize(
    ("is_fresh", "skipped", "is_complete"),
    [
        (True, (), True),
        (False, (), False),
        (True, (Skipped("x", "y"),), False),
        (False, (Skipped("x", "y"),), False),
    ],
)
def test_what_proves_an_absence(
    is_fresh: bool, skipped: tuple[Skipped, ...], is_complete: bool
) -> None:
    """Only a listing that was made anew and skipped nothing."""
    found = replace(WHOLE, is_fresh=is_fresh, skipped=skipped)
    assert found.is_complete is is_complete


def test_the_very_same_listing() -> None:
    """Two listings are the same if each list has the very same objects, and all else is equal."""
    assert is_same(LIVE, LIVE)
    assert is_same(LIVE, replace(LIVE, stations=(THERE, HERE, NOWHERE)))
    changes: tuple[dict[str, object], ...] = (
        {"stations": (THERE, HERE)},
        {"stations": (HERE, THERE, NOWHERE)},
        {"stations": (THERE, HERE, replace(NOWHERE))},
        {"sessions": None},
        {"retry_after": 6.0},
        {"is_fresh": True},
        {"locations": {}},
    )
    for change in changes:
        assert not is_same(LIVE, replace(LIVE, **change))


# ---- a vendor that has nothing of its own


class _Plain(ChargingClient):
    """A client of a vendor that lists stations and no more."""

    @property
    @override
    def capabilities(self) -> Capability:
        return Capability(0)

    @override
    async def async_identify(self) -> Account:
        return Account(id="a")

    @override
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        return LiveState(stations=(), connectors=(), locations={})


async def test_what_goes_without_saying() -> None:
    """What a vendor lacks costs its client no line of code."""
    requests = RequestLog()
    client = _Plain("A vendor", requests)
    assert client.requests is requests
    assert isinstance(_Plain("A vendor").requests, RequestLog)
    assert (client.report.vendor, client.families.vendor) == ("A vendor", "A vendor")
    assert (client.wait_before_poll(), client.wait_before_history()) == (0, 0)
    assert [
        getattr(client, name)
        for name in (
            "boost",
            "vehicle",
            "forecasts",
            "link",
            "maintenance",
            "charging",
            "favourites",
            "documents",
            "operator",
            "search",
            "schema_problem",
        )
    ] == [None] * 11
    assert client.diagnostics == {}
    assert await client.async_get_slow() == SlowState(locations={})
    await client.async_read_details()
    assert await client.async_read_history(None) is None
    account = await client.async_identify()
    assert (account.name, account.is_named_by_vendor) == (None, True)
