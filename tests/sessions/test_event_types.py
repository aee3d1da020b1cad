"""Which events there are: those that the vendor can show, each of one thing only."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import CONF_VENDOR
from homeassistant.components.event import ATTR_EVENT_TYPES
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from simulator import Simulator
from tests.common import async_set_up

SESSIONS = {"session_started", "session_finished", "session_interrupted"}
LINK = {"offline", "back_online"}
FAULT = {"faulted", "recovered"}
CAR = {"plugged_in", "unplugged", "limit_reached"}
PLUG = {"became_free", "plugged_in", "unplugged"} | FAULT

OFFERED = {
    ("kempower", "station"): FAULT | LINK,
    ("kempower", "connector"): SESSIONS | PLUG | {"limit_reached"},
    # Charger and connector are one here.
    ("ev_energy", "connector"): SESSIONS | PLUG | LINK,
    ("ev_energy", "vehicle"): SESSIONS | CAR | LINK,
    # These words for stations are about the link alone; sessions are in no list.
    ("beenergised_cpo", "station"): LINK,
    ("beenergised_cpo", "connector"): PLUG,
    ("beenergised_driver", "station"): LINK,
    ("beenergised_driver", "connector"): SESSIONS | PLUG,
    ("beenergised_driver", "account"): SESSIONS,
}


async def test_types_that_are_offered(
    hass: HomeAssistant,
    demo_world: Simulator,
    four_accounts: list[MockConfigEntry],
    entity_registry: er.EntityRegistry,
) -> None:
    """Automations are offered what can happen, and nothing else."""
    demo_world.beenergised_cpo.options.attributes = "rich"
    await async_set_up(hass, four_accounts[0])
    offered: dict[tuple[str, str], set[str]] = {}
    for account in four_accounts:
        for found in er.async_entries_for_config_entry(
            entity_registry, account.entry_id
        ):
            if found.domain != "event":
                continue
            kind = found.unique_id.removeprefix(f"{account.unique_id}/").split("/")[0]
            state = hass.states.get(found.entity_id)
            assert state is not None
            types = set(state.attributes[ATTR_EVENT_TYPES])
            assert offered.setdefault((account.data[CONF_VENDOR], kind), types) == types
    assert offered == OFFERED
