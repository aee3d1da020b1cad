"""Tests of what is chosen where not all entities fit, at each edge of the room there is."""

from collections.abc import Sequence
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.refs import ConnectorRef, Ref
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.entity import ChargingEntityDescription, Detail
from custom_components.ev_charging_cloud.planning import Kind, Tally, is_by_hand
from homeassistant.const import Platform
from homeassistant.helpers import area_registry as ar, entity_registry as er


def kind(key: str, detail: Detail, *, enabled: bool = True) -> Kind:
    """Return a kind of sensor of connectors."""
    of: type[Ref] = ConnectorRef
    description: ChargingEntityDescription[Any] = ChargingEntityDescription(key=key)
    return Kind(
        platform=Platform.SENSOR,
        of=of,
        description=description,
        detail=detail,
        enabled=enabled,
    )


TOTALS = kind("totals", Detail.TOTALS)
ESSENTIAL = kind("essential", Detail.ESSENTIAL)
COMMON = kind("common", Detail.COMMON)
OFF = kind("off", Detail.COMMON, enabled=False)
KINDS = (TOTALS, ESSENTIAL, COMMON, OFF)
PLACES = ("a", "b", None)


def tally(
    kinds: Sequence[Kind] = KINDS, entry: er.RegistryEntry | None = None
) -> Tally:
    """Return what is counted of ten connectors at each of three places."""
    found = Tally(kinds)
    for each in kinds:
        for place in PLACES:
            for _ in range(10):
                found.add(each, place, entry)
    return found


def shown(most: int, detail: Detail = Detail.FULL) -> dict[str, int]:
    """Return at how many places each kind is shown."""
    choice = tally().choose(most, detail)
    return {
        each.description.key: sum(choice.has(each, place) for place in PLACES)
        for each in KINDS
    }


@pytest.mark.parametrize(
    ("most", "totals", "essential", "common", "off"),
    [
        (9, 0, 0, 0, 0),
        (10, 1, 0, 0, 0),
        (29, 2, 0, 0, 0),
        (30, 3, 0, 0, 0),
        (39, 3, 0, 0, 0),
        (40, 3, 1, 0, 0),
        (60, 3, 3, 0, 0),
        (89, 3, 3, 2, 0),
        (90, 3, 3, 3, 3),
    ],
)
def test_what_there_is_room_for(
    most: int, totals: int, essential: int, common: int, off: int
) -> None:
    """Kind by kind, and the last one place by place; what is off at first takes no room."""
    assert shown(most) == {
        "totals": totals,
        "essential": essential,
        "common": common,
        "off": off,
    }


@pytest.mark.parametrize(
    ("detail", "kinds"),
    [
        (Detail.TOTALS, {"totals"}),
        (Detail.ESSENTIAL, {"totals", "essential"}),
        (Detail.COMMON, {"totals", "essential", "common", "off"}),
        (Detail.FULL, {"totals", "essential", "common", "off"}),
    ],
)
def test_what_is_wanted(detail: Detail, kinds: set[str]) -> None:
    """A level of detail has all that is no finer, and nothing is cut where all fits."""
    assert {key for key, places in shown(9000, detail).items() if places} == kinds
    choice = tally().choose(9000, detail)
    assert (choice.detail, choice.is_cut) == (detail, False)


@pytest.mark.parametrize(
    ("most", "whole", "is_cut"),
    [
        (90, Detail.FULL, False),
        (89, Detail.ESSENTIAL, True),
        (59, Detail.TOTALS, True),
        (29, Detail.TOTALS, True),
    ],
)
def test_which_level_is_whole(most: int, whole: Detail, is_cut: bool) -> None:
    """It is the one before what had to be cut."""
    choice = tally().choose(most, Detail.FULL)
    assert (choice.detail, choice.is_cut) == (whole, is_cut)


@pytest.fixture
def registered(entity_registry: er.EntityRegistry) -> er.RegistryEntry:
    """Return an entity that is shown already, which nobody touched."""
    return entity_registry.async_get_or_create("sensor", DOMAIN, "one")


@pytest.mark.parametrize(
    ("most", "places"),
    [
        # A tenth more is there for what is shown already, and no more than that.
        (90, 3),
        (82, 3),
        (81, 2),
        (70, 1),
    ],
)
def test_what_is_shown_may_fill_the_reserve(
    registered: er.RegistryEntry, most: int, places: int
) -> None:
    """What came to be a little more than fits is not taken away for that."""
    choice = tally(KINDS[:3], registered).choose(most, Detail.FULL)
    assert sum(choice.has(COMMON, place) for place in PLACES) == places


def test_what_is_shown_stays_before_what_is_new(registered: er.RegistryEntry) -> None:
    """Of a kind that does not fit whole, the places stay that have it."""
    found = Tally([TOTALS])
    for place in PLACES:
        for _ in range(10):
            found.add(TOTALS, place, registered if place == "b" else None)
    choice = found.choose(15, Detail.FULL)
    assert [choice.has(TOTALS, place) for place in PLACES] == [False, True, False]


def test_what_a_person_enabled_takes_room(
    entity_registry: er.EntityRegistry, registered: er.RegistryEntry
) -> None:
    """Up to the reserve it takes none of the others'; beyond it does."""
    own = entity_registry.async_update_entity(registered.entity_id, name="Mine")
    for by_hand, places in ((9, 3), (10, 2)):
        found = Tally([TOTALS])
        for place in PLACES:
            for _ in range(10):
                found.add(TOTALS, place, None)
        for _ in range(by_hand):
            found.add(TOTALS, "a", own)
        # Ninety have a reserve of nine; thirty of them are taken.
        choice = found.choose(90, Detail.FULL)
        assert sum(choice.has(TOTALS, place) for place in PLACES) == 3
        choice = found.choose(30 + (by_hand == 9) * 9, Detail.FULL)
        assert sum(choice.has(TOTALS, place) for place in PLACES) == places


async def test_what_makes_an_entity_a_persons_own(
    entity_registry: er.EntityRegistry, area_registry: ar.AreaRegistry
) -> None:
    """To name, place, mark, hide or switch it; what Home Assistant does is none of that."""
    area = area_registry.async_create("Yard")
    user, system = er.RegistryEntryDisabler.USER, er.RegistryEntryDisabler.INTEGRATION
    changes: list[tuple[dict[str, Any], Kind, bool]] = [
        ({}, TOTALS, False),
        ({}, OFF, True),
        ({"disabled_by": user}, TOTALS, True),
        ({"disabled_by": system}, TOTALS, False),
        ({"disabled_by": system}, OFF, False),
        ({"hidden_by": er.RegistryEntryHider.USER}, TOTALS, True),
        ({"hidden_by": er.RegistryEntryHider.INTEGRATION}, TOTALS, False),
        ({"name": "Mine"}, TOTALS, True),
        ({"icon": "mdi:car"}, TOTALS, True),
        ({"area_id": area.id}, TOTALS, True),
        ({"labels": {"mine"}}, TOTALS, True),
        ({"categories": {"scope": "mine"}}, TOTALS, True),
    ]
    for number, (change, each, is_own) in enumerate(changes):
        entry = entity_registry.async_get_or_create("sensor", DOMAIN, str(number))
        if change:
            entry = entity_registry.async_update_entity(entry.entity_id, **change)
        assert is_by_hand(each, entry) == is_own, change
