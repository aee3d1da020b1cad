"""What is shown of objects, and what of it was added already."""

from custom_components.ev_charging_cloud.clients.refs import ConnectorRef, StationRef
from custom_components.ev_charging_cloud.entity import Detail
from custom_components.ev_charging_cloud.planning import Kind
from custom_components.ev_charging_cloud.shown import NONE, Added, KindSets
from custom_components.ev_charging_cloud.tables import TABLES
from homeassistant.const import Platform

from .planned import Described

ONE, OTHER = ConnectorRef("a", "1"), ConnectorRef("a", "2")


def kind(key: str, platform: Platform = Platform.SENSOR) -> Kind:
    """Return a kind of connectors' entities."""
    return Kind(
        platform=platform,
        of=ConnectorRef,
        description=Described(key=key),
        detail=Detail.COMMON,
        enabled=True,
    )


PLUG, POWER, AGAIN = kind("plug"), kind("power"), kind("again", Platform.BUTTON)


def test_sets_of_kinds() -> None:
    """Objects with the same kinds share a set, in which these keep their order."""
    sets = KindSets()
    found = sets.of([POWER, AGAIN, PLUG])
    assert found.all == (POWER, AGAIN, PLUG)
    assert found.by_platform == {
        Platform.SENSOR: (POWER, PLUG),
        Platform.BUTTON: (AGAIN,),
    }
    assert sets.of((POWER, AGAIN, PLUG)) is found
    assert sets.of([PLUG, AGAIN, POWER]) is not found
    assert sets.of([]) is NONE
    # The same key, but of another entity: as start_charging with a card and without.
    assert sets.of([kind("plug")]) is not sets.of([PLUG])


def test_each_is_added_once() -> None:
    """Of what comes again only what is new is added, object by object."""
    sets, added = KindSets(), Added()
    assert added.take(Platform.SENSOR, ONE, sets.of([PLUG, AGAIN])) == (PLUG,)
    assert added.take(Platform.SENSOR, ONE, sets.of([PLUG, AGAIN])) == ()
    assert added.take(Platform.NUMBER, ONE, sets.of([PLUG, AGAIN])) == ()
    assert added.take(Platform.SENSOR, OTHER, sets.of([PLUG])) == (PLUG,)
    assert [*added.take(Platform.SENSOR, ONE, sets.of([POWER, PLUG]))] == [POWER]
    # Less is shown, and then more again: what was added is there still.
    assert [*added.take(Platform.SENSOR, ONE, sets.of([POWER]))] == []
    assert [*added.take(Platform.SENSOR, ONE, sets.of([POWER, PLUG]))] == []
    assert added.take(Platform.BUTTON, ONE, sets.of([AGAIN])) == (AGAIN,)
    # Another planning has kinds of its own, of the same keys.
    assert [*added.take(Platform.SENSOR, ONE, sets.of([kind("plug")]))] == []


def test_what_is_taken_away_can_come_again() -> None:
    """Only that entity, or all of an object that is gone, is taken as not added."""
    sets, added = KindSets(), Added()
    both = sets.of([PLUG, POWER, AGAIN])
    for ref in (ONE, OTHER):
        for platform in both.by_platform:
            assert added.take(platform, ref, both)
    added.discard(ONE, PLUG)
    added.discard(ConnectorRef("b", "1"), PLUG)
    assert [*added.take(Platform.SENSOR, OTHER, both)] == []
    assert [*added.take(Platform.SENSOR, ONE, both)] == [PLUG]
    added.forget(ONE)
    added.forget(StationRef("b"))
    assert added.take(Platform.SENSOR, ONE, both) == (PLUG, POWER)
    assert added.take(Platform.BUTTON, ONE, both) == (AGAIN,)
    assert [*added.take(Platform.BUTTON, OTHER, both)] == []


def test_keys_have_no_slash() -> None:
    """The last part of a unique id is the key: by that it is found."""
    keys = {
        description.key
        for table in TABLES.values()
        for descriptions in table.by_type.values()
        for description in descriptions
    }
    assert len(keys) > 50
    assert [key for key in keys if "/" in key] == []
