"""Tests of which kinds there are and in which order, and of the room for what is a person's own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.model import Station
from custom_components.ev_charging_cloud.clients.refs import (
    ACCOUNT,
    AccountRef,
    ConnectorRef,
    DriverRef,
    HomeEnergyRef,
    LocationRef,
    MaintenanceRef,
    PollRef,
    Ref,
    StationRef,
    SupplyRef,
    VehicleRef,
)
from custom_components.ev_charging_cloud.clients.snapshot import (
    LiveState,
    Poll,
    SlowState,
    build_snapshot,
)
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.entity import (
    ChargingEntityDescription,
    Detail,
    EntityTable,
)
from custom_components.ev_charging_cloud.planning import Kind, Tally, kinds_of, place_of
from homeassistant.const import Platform
from homeassistant.helpers import entity_registry as er

NONE = Capability(0)
TYPES = (
    *("account", "poll", "location", "station", "connector"),
    *("vehicle", "supply", "maintenance", "driver", "home_energy"),
)


def described(key: str, **more: Any) -> ChargingEntityDescription[Any]:
    """Return a description."""
    return ChargingEntityDescription(key=key, **more)


def keys(
    tables: dict[Platform, EntityTable], capabilities: Capability = NONE
) -> list[str]:
    """Return the keys of the kinds there are, in their order."""
    return [kind.description.key for kind in kinds_of(tables, capabilities)]


def test_objects_in_their_order() -> None:
    """The account's come first, then what is at home, connectors and stations."""
    table = EntityTable(**{name: (described(name),) for name in TYPES})
    kinds = kinds_of({Platform.SENSOR: table}, NONE)
    assert [(kind.of, kind.key) for kind in kinds] == [
        (of, (Platform.SENSOR, key))
        for of, key in (
            (AccountRef, "account"),
            (PollRef, "poll"),
            (LocationRef, "location"),
            (SupplyRef, "supply"),
            (MaintenanceRef, "maintenance"),
            (DriverRef, "driver"),
            (VehicleRef, "vehicle"),
            (HomeEnergyRef, "home_energy"),
            (ConnectorRef, "connector"),
            (StationRef, "station"),
        )
    ]


def test_platforms_in_their_order() -> None:
    """What is read comes before what is pressed, however the tables are ordered."""
    order = (
        "sensor",
        "binary_sensor",
        "event",
        "switch",
        "number",
        "button",
        "calendar",
    )
    tables = {
        Platform(name): EntityTable(account=(described(name),))
        for name in sorted(order, reverse=True)
    }
    assert keys(tables) == list(order)


def test_what_matters_most_comes_first() -> None:
    """What is on at first, then the finer detail, then the kind of object, then the platform."""
    off = {"entity_registry_enabled_default": False}
    tables = {
        Platform.BUTTON: EntityTable(
            account=(described("button", detail=Detail.TOTALS),)
        ),
        Platform.SENSOR: EntityTable(
            account=(
                described("off", detail=Detail.TOTALS, **off),
                described("full", detail=Detail.FULL),
                described("usual"),
            ),
            station=(described("station", detail=Detail.TOTALS),),
            connector=(described("essential", detail=Detail.ESSENTIAL),),
        ),
    }
    kinds = kinds_of(tables, NONE)
    assert [
        (kind.platform, kind.of, kind.description.key, kind.detail, kind.enabled)
        for kind in kinds
    ] == [
        (Platform.BUTTON, AccountRef, "button", Detail.TOTALS, True),
        (Platform.SENSOR, StationRef, "station", Detail.TOTALS, True),
        (Platform.SENSOR, ConnectorRef, "essential", Detail.ESSENTIAL, True),
        (Platform.SENSOR, AccountRef, "usual", Detail.COMMON, True),
        (Platform.SENSOR, AccountRef, "full", Detail.FULL, True),
        (Platform.SENSOR, AccountRef, "off", Detail.TOTALS, False),
    ]


def test_what_a_vendor_can_give() -> None:
    """One of several capabilities is enough; without any asked for a kind is there."""
    boost, limit = Capability.BOOST, Capability.CHARGE_LIMIT
    tables = {
        Platform.SENSOR: EntityTable(
            account=(
                described("any"),
                described("boost", capability=boost),
                described("either", capability=boost | limit),
            )
        )
    }
    assert keys(tables) == ["any"]
    assert keys(tables, limit) == ["any", "either"]
    assert keys(tables, boost) == ["any", "boost", "either"]


@pytest.mark.parametrize(
    ("ref", "place"),
    [
        (LocationRef("yard"), "yard"),
        (StationRef("one"), "yard"),
        (ConnectorRef("one", "1"), "yard"),
        (StationRef("two"), None),
        (ConnectorRef("two", "1"), None),
        (StationRef("gone"), None),
        (VehicleRef("one"), None),
        (ACCOUNT, None),
    ],
)
def test_where_an_object_is(ref: Ref, place: str | None) -> None:
    """At its location, at its station's, or nowhere."""
    live = LiveState(
        stations=(Station(id="one", location_id="yard"), Station(id="two")),
        connectors=(),
        locations={},
    )
    poll = Poll(taken_at=datetime(2026, 11, 24, tzinfo=UTC))
    snapshot = build_snapshot(live, SlowState(locations={}), poll=poll)
    assert place_of(ref, snapshot) == place


def kind(key: str, detail: Detail, *, enabled: bool = True) -> Kind:
    """Return a kind of sensor of connectors."""
    return Kind(
        platform=Platform.SENSOR,
        of=ConnectorRef,
        description=described(key),
        detail=detail,
        enabled=enabled,
    )


TOTALS = kind("totals", Detail.TOTALS)
ESSENTIAL = kind("essential", Detail.ESSENTIAL)
COMMON = kind("common", Detail.COMMON)
FULL = kind("full", Detail.FULL)
OFF = kind("off", Detail.ESSENTIAL, enabled=False)
KINDS = (TOTALS, ESSENTIAL, COMMON, FULL, OFF)


class Registered:
    """Entities of the registry, in every state that counts."""

    def __init__(self, registry: er.EntityRegistry) -> None:
        """Register them."""
        self._registry = registry
        self.usual = self._add("usual")
        self.disabled = self._add("disabled", er.RegistryEntryDisabler.INTEGRATION)
        self.named = self._name(self._add("named"))
        self.named_disabled = self._name(
            self._add("both", er.RegistryEntryDisabler.INTEGRATION)
        )

    def _add(
        self, key: str, disabled_by: er.RegistryEntryDisabler | None = None
    ) -> er.RegistryEntry:
        return self._registry.async_get_or_create(
            "sensor", DOMAIN, key, disabled_by=disabled_by
        )

    def _name(self, entry: er.RegistryEntry) -> er.RegistryEntry:
        return self._registry.async_update_entity(entry.entity_id, name="Mine")


@pytest.fixture
def registered(entity_registry: er.EntityRegistry) -> Registered:
    """Return entities that are registered."""
    return Registered(entity_registry)


def counted(
    *parts: tuple[Kind, int, er.RegistryEntry | None, bool],
    kinds: Sequence[Kind] = KINDS,
    place: str | None = "a",
) -> Tally:
    """Return what is counted: of kinds, so many each, registered or not, of own devices or not."""
    found = Tally(kinds)
    for each, number, entry, is_own in parts:
        for _ in range(number):
            found.add(each, place, entry, is_own=is_own)
    return found


@pytest.mark.parametrize(
    ("by_hand", "most_shown", "most_new"),
    [
        # Of a hundred a tenth is kept, for what is shown already and by hand.
        (0, 110, 100),
        (1, 109, 100),
        (9, 101, 100),
        (10, 100, 100),
        (11, 99, 99),
        (40, 70, 70),
    ],
)
def test_what_fits_beside_what_is_by_hand(
    registered: Registered, by_hand: int, most_shown: int, most_new: int
) -> None:
    """To the entity: what is shown may fill the reserve, what is new may not."""
    mine = (TOTALS, by_hand, registered.named, False)
    # What is off takes no room, be it by hand.
    nothing = (TOTALS, 50, registered.named_disabled, False)
    for entry, most in ((registered.usual, most_shown), (None, most_new)):
        for number in (most, most + 1):
            tally = counted(mine, nothing, (TOTALS, number, entry, False))
            choice = tally.choose(100, Detail.FULL)
            assert choice.has(TOTALS, "a") is (number == most)
            assert choice.is_cut is (number > most)


@pytest.mark.parametrize(
    ("shown", "new", "has_new"), [(100, 0, True), (99, 1, True), (100, 1, False)]
)
def test_what_is_new_never_fills_the_reserve(
    registered: Registered, shown: int, new: int, has_new: bool
) -> None:
    """What is shown stays whole, and what comes after it has what room is left."""
    tally = counted(
        (TOTALS, shown, registered.usual, False), (ESSENTIAL, new, None, False)
    )
    choice = tally.choose(100, Detail.FULL)
    assert choice.has(TOTALS, "a")
    assert choice.has(ESSENTIAL, "a") is has_new
    assert choice.is_cut is not has_new


def test_what_is_over_the_limit_takes_more_than_its_own(
    registered: Registered,
) -> None:
    """Where what is shown fills the reserve, nothing new has room, not even one."""
    tally = counted(
        (TOTALS, 103, registered.usual, False),
        (ESSENTIAL, 0, None, False),
        (COMMON, 1, None, False),
        (OFF, 3, None, False),
    )
    choice = tally.choose(100, Detail.FULL)
    assert choice.whole == {TOTALS, ESSENTIAL}
    assert choice.places == {COMMON: frozenset()}
    assert (choice.detail, choice.is_cut) == (Detail.ESSENTIAL, True)


def test_what_is_off_is_shown_where_the_rest_is(registered: Registered) -> None:
    """Finer kinds that are not wanted leave out nothing that comes after them."""
    tally = counted(*((each, 5, None, False) for each in KINDS))
    assert tally.choose(100, Detail.ESSENTIAL).whole == {TOTALS, ESSENTIAL, OFF}
    assert tally.choose(100, Detail.FULL).whole == set(KINDS)
    assert tally.choose(20, Detail.FULL).whole == set(KINDS)
    assert tally.choose(19, Detail.FULL).whole == {TOTALS, ESSENTIAL, COMMON}
    assert tally.choose(19, Detail.FULL).detail is Detail.COMMON


def test_what_is_off_in_the_registry_takes_no_room(registered: Registered) -> None:
    """An entity counts as what it is, and not as what its kind is at first."""
    tally = counted((TOTALS, 10, registered.disabled, False), (OFF, 10, None, False))
    choice = tally.choose(0, Detail.FULL)
    assert choice.whole == set(KINDS)
    assert not choice.is_cut


@pytest.mark.parametrize(
    ("most", "own"),
    [
        (4, set()),
        (5, {TOTALS}),
        (24, {TOTALS}),
        (25, {TOTALS, ESSENTIAL}),
        (27, {TOTALS, ESSENTIAL}),
        (28, {TOTALS, ESSENTIAL, COMMON}),
    ],
)
def test_what_is_of_own_devices_comes_first(
    registered: Registered, most: int, own: set[Kind]
) -> None:
    """Kind by kind, up to the first that does not fit: then that kind is shown nowhere else."""
    tally = counted(
        (TOTALS, 5, registered.usual, True),
        (TOTALS, 7, registered.disabled, True),
        (ESSENTIAL, 20, registered.usual, True),
        (COMMON, 3, registered.usual, True),
        # So much that no reserve helps.
        (COMMON, 200, registered.usual, False),
        kinds=(TOTALS, ESSENTIAL, COMMON),
    )
    choice = tally.choose(most, Detail.FULL)
    assert choice.own == own
    assert choice.whole == own - {COMMON}
    assert choice.is_cut


def test_what_is_of_own_devices_and_not_wanted(registered: Registered) -> None:
    """It has no room, and takes none."""
    tally = counted(
        (TOTALS, 5, registered.usual, True),
        (FULL, 50, registered.usual, True),
        (OFF, 2, registered.usual, True),
    )
    choice = tally.choose(7, Detail.COMMON)
    assert choice.own == {TOTALS, ESSENTIAL, COMMON, OFF}
    assert choice.whole == {TOTALS, ESSENTIAL, COMMON, OFF}
    assert (choice.detail, choice.is_cut) == (Detail.COMMON, False)
    tally.add(ESSENTIAL, "a", None)
    assert tally.choose(8, Detail.COMMON).has(ESSENTIAL, "a")
    assert not tally.choose(7, Detail.COMMON).has(ESSENTIAL, "a")


@pytest.mark.parametrize(("number", "fits"), [(104, True), (105, False)])
def test_own_devices_may_fill_the_reserve(
    registered: Registered, number: int, fits: bool
) -> None:
    """What is shown of them counts as shown."""
    tally = counted(
        (TOTALS, number, registered.usual, True),
        (TOTALS, 6, registered.usual, False),
        (FULL, 500, registered.usual, False),
    )
    choice = tally.choose(100, Detail.COMMON)
    assert choice.has(TOTALS, "a") is fits


@pytest.mark.parametrize(
    ("most", "chosen"),
    [
        (0, []),
        (2, [None]),
        (3, ["b"]),
        (4, ["b", None]),
        (5, ["b", None]),
        (6, ["b", None, "a"]),
        (7, ["b", None, "a"]),
        (8, ["b", None, "a"]),
        (10, ["b", None, "a", "c"]),
    ],
)
def test_place_by_place(
    registered: Registered, most: int, chosen: list[str | None]
) -> None:
    """Those that have it come first, then by name; a smaller one takes what room is left."""
    tally = Tally((TOTALS,))
    for place, number, entry in (
        ("a", 2, None),
        ("b", 3, registered.usual),
        ("c", 4, None),
        (None, 1, None),
    ):
        for _ in range(number):
            tally.add(TOTALS, place, entry)
    choice = tally.choose(most, Detail.FULL)
    assert [it for it in ("b", None, "a", "c") if choice.has(TOTALS, it)] == chosen
    assert choice.is_cut is (most < 10)
    assert choice.detail is (Detail.FULL if most == 10 else Detail.TOTALS)
