"""The energy dashboard: what the sessions give is put into it, as a person would."""

import asyncio
from collections.abc import Mapping

from .client import HomeAssistantClient, Json
from .errors import DemoError
from .home_assistant import DOMAIN

# The statistics follow the sessions, of which the older ones are read in the background: soon after an account was
# added, and a few at a time.
PATIENCE_SECONDS = 180
LOOK_SECONDS = 2
# So often the same statistics must be found before they are taken for all.
SETTLED = 4

ENERGY, COST = "_energy", "_cost_"
# A driver buys what flows at other people's stations.
BOUGHT = f"{DOMAIN}:driver_"
# A location is the sum of its connectors.
LOCATION = f"{DOMAIN}:location_"


async def fill_dashboard(client: HomeAssistantClient) -> Mapping[str, str]:
    """Put every statistic of energy into the energy dashboard, with its cost where the dashboard takes one.

    Returns:
        The name of each statistic of energy that is there, by its id.

    Raises:
        DemoError: There is none, or they do not come to an end.
    """
    found = await _settled(client)
    costs = {id_.partition(COST)[0]: id_ for id_ in found if COST in id_}
    energies = {id_: name for id_, name in found.items() if id_.endswith(ENERGY)}
    await client.command(
        "energy/save_prefs",
        {
            "energy_sources": [
                {
                    "type": "grid",
                    "stat_energy_from": id_,
                    "stat_cost": costs.get(id_.removesuffix(ENERGY)),
                    "cost_adjustment_day": 0,
                    "name": name,
                }
                for id_, name in energies.items()
                if id_.startswith(BOUGHT)
            ],
            "device_consumption": [
                {"stat_consumption": id_, "name": name}
                for id_, name in energies.items()
            ],
        },
    )
    return energies


async def _settled(client: HomeAssistantClient) -> dict[str, str]:
    """Return the names of all statistics of sessions, once no new ones come."""
    before: dict[str, str] = {}
    same = 0
    for _ in range(0, PATIENCE_SECONDS, LOOK_SECONDS):
        await asyncio.sleep(LOOK_SECONDS)
        found = await _statistics(client)
        same = same + 1 if found and found == before else 0
        if same >= SETTLED:
            return found
        before = found
    raise DemoError(
        f"After {PATIENCE_SECONDS} s there are {len(before)} statistics of sessions, and they are not settled."
    )


async def _statistics(client: HomeAssistantClient) -> dict[str, str]:
    listed: list[Json] = await client.command(
        "recorder/list_statistic_ids", {"statistic_type": "sum"}
    )
    return {
        each["statistic_id"]: each["name"]
        for each in listed
        if each["source"] == DOMAIN and not each["statistic_id"].startswith(LOCATION)
    }
