"""Tests of the planner by itself: what it adds, admits, learns, forgets and takes away, to the entity."""

import asyncio
from pathlib import Path
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud import planner as planner_module
from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.refs import (
    ACCOUNT,
    ConnectorRef,
    HomeEnergyRef,
    LocationRef,
    StationRef,
    VehicleRef,
)
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.entity import Detail, EntityTable
from custom_components.ev_charging_cloud.planner import MOST_ENTITIES
from custom_components.ev_charging_cloud.wanted import Wanted
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from simulator import Simulator

from .common import async_set_up
from .planned import Account, Described

LIMIT = "custom_components.ev_charging_cloud.planner.MOST_ENTITIES"
SIGNAL, BOOST = Capability.STATION_SIGNAL, Capability.BOOST


@pytest.fixture
async def account(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> Account:
    """Return an account of four stations with two connectors each, at two locations."""
    await async_set_up(hass, entry)
    return Account(hass, sim, entry)


USUAL = ("total", "place", "state", "plug", "off", "again")


async def test_all_of_it(account: Account) -> None:
    """Each entity of what there is is added once, on its object's device."""
    planner = account.plan()
    assert (planner.detail, planner.enabled) == (Detail.FULL, 0)
    began = asyncio.get_running_loop().time()
    await planner.async_plan()
    assert (planner.detail, planner.enabled) == (Detail.FULL, 1 + 2 + 4 + 8 + 4)
    await account.connect(planner)
    devices = {entity.unique_id: entity.device_entry for entity in account.entities}
    assert account.taken() == account.of(*USUAL)
    for ref in (ACCOUNT, *account.refs_of(account.stations[1])):
        key = (
            "total"
            if ref is ACCOUNT
            else "state"
            if isinstance(ref, StationRef)
            else "plug"
        )
        found = devices[f"{account.entry.unique_id}/{ref.path}/{key}"]
        assert found is not None
        assert (DOMAIN, f"{account.entry.unique_id}/{ref.path}") in found.identifiers
    await account.connect(planner)
    planner.async_add([ACCOUNT])
    assert account.taken() == []
    # Others have their turn in between, but nobody waits.
    assert asyncio.get_running_loop().time() - began < 0.5


@pytest.mark.parametrize(
    ("wanted", "shown", "enabled"),
    [
        (Detail.TOTALS, ("total", "place"), 3),
        (Detail.ESSENTIAL, ("total", "place", "state"), 7),
        (Detail.COMMON, USUAL, 19),
    ],
)
async def test_what_is_wanted(
    account: Account, wanted: Detail, shown: tuple[str, ...], enabled: int
) -> None:
    """A level of detail has what is no finer."""
    planner = account.plan(wanted=Wanted(everywhere=wanted), capabilities=SIGNAL)
    assert planner.detail is wanted
    await planner.async_plan()
    assert (planner.detail, planner.enabled) == (wanted, enabled)
    await account.connect(planner)
    assert account.taken() == account.of(*shown)


async def test_what_is_wanted_at_a_location(account: Account) -> None:
    """One can have more than the rest, and one less."""
    live = account.entry.runtime_data.live.data
    here, there = account.locations
    wanted = Wanted(everywhere=Detail.TOTALS, at={there: Detail.ESSENTIAL})
    planner = account.plan(wanted=wanted)
    await planner.async_plan()
    await account.connect(planner)
    at = {
        place: [
            f"{StationRef(it).path}/state"
            for it, station in live.stations.items()
            if station.location_id == place
        ]
        for place in account.locations
    }
    assert at[here]
    assert at[there]
    assert account.taken() == sorted(account.of("total", "place") + at[there])


async def test_what_is_shown(account: Account) -> None:
    """A station is while a connector of it is; what nobody knows is not, the account always."""
    planner = account.plan()
    one, other = account.stations[:2]
    refs = (
        (StationRef(one), ConnectorRef(*account.connectors[0]), StationRef("gone")),
        (ConnectorRef(one, "gone"), VehicleRef("gone"), HomeEnergyRef("gone")),
    )

    def shown() -> list[list[bool]]:
        return [[planner.shows(ref) for ref in row] for row in refs]

    assert shown() == [[False] * 3] * 2
    assert planner.shows(ACCOUNT)
    assert planner.shows(LocationRef("gone"))
    await planner.async_plan()
    assert shown() == [[True, True, False], [False] * 3]
    planner.async_forget(account.refs_of(one))
    assert shown() == [[False] * 3, [False] * 3]
    assert planner.shows(StationRef(other))
    # Four that are on at first: a station's two, and a plug of each connector.
    assert planner.enabled == 19 - 4


@pytest.mark.parametrize("wanted", [Detail.TOTALS, Detail.ESSENTIAL])
async def test_stations_that_nothing_is_shown_of(
    account: Account, wanted: Detail
) -> None:
    """With totals alone no station has a device."""
    planner = account.plan(wanted=Wanted(everywhere=wanted))
    await planner.async_plan()
    is_shown = wanted is Detail.ESSENTIAL
    assert planner.shows(StationRef(account.stations[0])) is is_shown
    assert planner.shows(ConnectorRef(*account.connectors[0])) is False


async def test_what_comes_later(account: Account) -> None:
    """What is new is admitted and then added, once; what is known is not new."""
    planner = account.plan()
    await planner.async_plan()
    await account.connect(planner)
    account.taken()
    own = account.refs_of(account.stations[0])
    none = Capability(0)
    assert planner.async_admit(own, none) == []
    planner.async_forget(own)
    admitted = planner.async_admit([*own, ACCOUNT], none)
    assert admitted == own
    assert account.taken() == []
    assert planner.enabled == 19
    assert planner.shows(own[0])
    planner.async_add(admitted)
    expected = sorted(
        f"{ref.path}/{key}"
        for ref in own
        for key in (
            ("state", "again") if isinstance(ref, StationRef) else ("plug", "off")
        )
    )
    assert account.taken() == expected
    assert planner.async_admit(own, none) == []


@pytest.mark.parametrize(
    ("limit", "admitted", "left_out"),
    [
        # Fifteen are there; a station has two, each of its connectors one.
        (15, 0, 3),
        (16, 1, 2),
        (17, 1, 2),
        (18, 2, 1),
        (19, 3, 0),
    ],
)
async def test_room_for_what_comes(
    account: Account,
    issue_registry: ir.IssueRegistry,
    limit: int,
    admitted: int,
    left_out: int,
) -> None:
    """As far as there is room; what is left out is counted and said."""
    planner = account.plan()
    await planner.async_plan()
    own = account.refs_of(account.stations[0])
    planner.async_forget(own)
    assert planner.enabled == 15
    with patch(LIMIT, limit):
        found = planner.async_admit(own, Capability(0))
        planner.async_add(found)
    assert len(found) == admitted
    issue = issue_registry.async_get_issue(
        DOMAIN, f"entity_limit_{account.entry.entry_id}"
    )
    assert (issue is not None) is (left_out > 0)
    if issue is not None:
        assert issue.translation_key == "entity_limit_new"
        assert issue.severity is ir.IssueSeverity.WARNING
        assert issue.is_fixable is False
        assert issue.translation_placeholders == {
            "account": "Depots",
            "limit": str(limit),
            "left_out": str(left_out),
        }


@pytest.mark.parametrize(
    ("limit", "level", "shown"),
    [
        (19, None, 19),
        (18, "essential", 17),
        (7, "essential", 7),
        (6, "totals", 5),
        (3, "totals", 3),
    ],
)
async def test_what_does_not_fit(
    account: Account,
    issue_registry: ir.IssueRegistry,
    limit: int,
    level: str | None,
    shown: int,
) -> None:
    """A person is told the level that is whole; once all fits, no more."""
    planner = account.plan()
    with patch(LIMIT, limit):
        await planner.async_plan()
    assert planner.enabled == shown
    issue_id = f"entity_limit_{account.entry.entry_id}"
    issue = issue_registry.async_get_issue(DOMAIN, issue_id)
    if level is None:
        assert issue is None
        return
    assert issue is not None
    assert issue.translation_key == f"entity_limit_{level}"
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.is_fixable is False
    assert issue.translation_placeholders == {
        "account": "Depots",
        "limit": str(limit),
        "left_out": "0",
    }
    await planner.async_plan()
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None


@pytest.mark.parametrize("at_once", [25, 5])
async def test_before_all_is_known(
    account: Account, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """The level that proved to fit is shown at first, and what comes waits."""
    monkeypatch.setattr(planner_module, "OBJECTS_AT_ONCE", at_once)
    planner = account.plan(most_detail=Detail.ESSENTIAL)
    assert planner.detail is Detail.ESSENTIAL
    began = asyncio.get_running_loop().time()
    await planner.async_plan()
    await account.connect(planner)
    assert account.taken() == account.of("total", "place", "state")
    own = account.refs_of(account.stations[0])
    planner.async_forget(own)
    assert planner.async_admit(own, SIGNAL) == []
    planner.async_add([])
    assert account.taken() == []
    assert planner.detail is Detail.ESSENTIAL
    assert await planner.async_settle() is Detail.FULL
    await account.hass.async_block_till_done(wait_background_tasks=True)
    assert asyncio.get_running_loop().time() - began < 0.5
    # What was forgotten is added anew, the rest for the first time.
    again = f"{StationRef(account.stations[0]).path}/state"
    assert account.taken() == sorted(
        [*account.of("plug", "off", "again", "radio"), again]
    )
    assert planner.enabled == 19 + 4
    planner.async_forget(own)
    assert planner.async_admit(own, SIGNAL) == own


@pytest.mark.parametrize(
    ("most_detail", "everywhere", "detail"),
    [
        (Detail.FULL, Detail.ESSENTIAL, Detail.ESSENTIAL),
        (Detail.TOTALS, Detail.ESSENTIAL, Detail.TOTALS),
        (None, Detail.COMMON, Detail.COMMON),
    ],
)
async def test_the_level_at_first(
    account: Account,
    most_detail: Detail | None,
    everywhere: Detail,
    detail: Detail,
) -> None:
    """It is no finer than what is wanted."""
    planner = account.plan(
        most_detail=most_detail, wanted=Wanted(everywhere=everywhere)
    )
    assert planner.detail is detail


async def test_what_a_vendor_turns_out_to_give(account: Account) -> None:
    """It shows in the background; what came with it is shown too."""
    planner = account.plan()
    await planner.async_plan()
    await account.connect(planner)
    account.taken()
    own = account.refs_of(account.stations[0])
    planner.async_forget(own)
    assert planner.async_admit(own, SIGNAL | BOOST) == []
    await account.hass.async_block_till_done(wait_background_tasks=True)
    anew = [
        f"{ref.path}/{key}"
        for ref in own
        for key in (
            ("state", "again") if isinstance(ref, StationRef) else ("plug", "off")
        )
    ]
    assert account.taken() == sorted([*account.of("radio"), *anew])
    assert planner.enabled == 19 + 4
    # What is known by now is no news.
    assert planner.async_admit([], SIGNAL) == []
    await account.hass.async_block_till_done(wait_background_tasks=True)
    assert account.taken() == []


@pytest.mark.parametrize("is_settled", [True, False])
async def test_what_is_taken_away(
    account: Account, entity_registry: er.EntityRegistry, is_settled: bool
) -> None:
    """What is registered and not shown goes, but not before all is known."""

    def plugs() -> int:
        return sum(
            it.unique_id.endswith("/plug")
            for it in er.async_entries_for_config_entry(
                entity_registry, account.entry.entry_id
            )
        )

    assert plugs() == 8
    # The account's own sensors of plugs.
    plug = (Described(key="plug"), Described(key="more", detail=Detail.TOTALS))
    planner = account.plan(
        tables={Platform.BINARY_SENSOR: EntityTable(connector=plug)},
        wanted=Wanted(everywhere=Detail.ESSENTIAL),
        most_detail=None if is_settled else Detail.ESSENTIAL,
    )
    await planner.async_plan()
    assert planner.enabled == 8
    assert plugs() == (0 if is_settled else 8)


def test_how_many_there_may_be() -> None:
    """As many as people are told."""
    page = Path(__file__).parent.parent / "docs/large_accounts.md"
    assert f"stays below **{MOST_ENTITIES:,}**" in page.read_text()
