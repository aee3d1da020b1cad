"""Set accounts up through Home Assistant's own config flow, as a person would."""

from collections.abc import Callable, Mapping
from typing import Any

from .client import HomeAssistantClient, Json
from .errors import DemoError
from .home_assistant import DOMAIN

type Forms = Mapping[str, Json]

FLOW = "/api/config/config_entries/flow"
MAX_STEPS = 10

# By vendor, which is also the choice in the first menu: what goes into which form, from what the
# simulator says of its cloud. A form that is not named is sent off as it comes.
ACCOUNTS: Mapping[str, Callable[[Mapping[str, str]], Forms]] = {
    "kempower": lambda cloud: {
        "kempower": {
            "refresh_token": cloud["refresh_token"],
            "advanced": {"server": cloud["server"]},
        },
    },
}


async def add_accounts(
    client: HomeAssistantClient, vendors: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Add one account per simulated vendor.

    Returns:
        The title of each new config entry, by its id.

    Raises:
        DemoError: An account could not be added.
    """
    added: dict[str, str] = {}
    for vendor, forms in ACCOUNTS.items():
        if vendor not in vendors:
            raise DemoError(
                f"The simulator has no cloud for {vendor!r}; it has: {', '.join(vendors) or 'none'}"
            )
        entry = await add_account(client, vendor, forms(vendors[vendor]))
        added[entry["entry_id"]] = entry["title"]
    return added


async def add_account(client: HomeAssistantClient, vendor: str, forms: Forms) -> Json:
    """Go through the config flow for one vendor and return the new config entry.

    Raises:
        DemoError: The flow did not accept what it was given.
    """
    step: Json = await client.request(
        "POST", FLOW, {"handler": DOMAIN, "show_advanced_options": False}
    )
    sent: set[str] = set()
    for _ in range(MAX_STEPS):
        if step["type"] == "create_entry":
            result: Json = step["result"]
            return result
        if step["type"] == "menu":
            answer: dict[str, Any] = {"next_step_id": vendor}
        elif step["type"] == "form" and step["step_id"] not in sent:
            sent.add(step["step_id"])
            answer = dict(forms.get(step["step_id"], {}))
        else:
            break
        step = await client.request("POST", f"{FLOW}/{step['flow_id']}", answer)
    raise DemoError(
        f"The account of {vendor!r} could not be added: the config flow stands at "
        f"{step.get('step_id') or step['type']!r} with {step.get('errors') or step.get('reason') or 'no error'}"
    )
