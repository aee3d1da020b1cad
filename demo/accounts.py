"""Set accounts up through Home Assistant's own config flow, as a person would."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .client import HomeAssistantClient, Json
from .consent import allow
from .errors import DemoError
from .home_assistant import DOMAIN
from .simulation import Simulation

FLOW = "/api/config/config_entries/flow"
CALLBACK = "/auth/external/callback"
MAX_STEPS = 10
RADIUS_KM = 5


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a person chooses and fills in to add an account."""

    choices: frozenset[str]
    """What is chosen in menus."""
    forms: Mapping[str, Json] = field(default_factory=dict)
    """What goes into which form; one that is not named is sent off as it comes."""
    application: Json | None = None
    """The application credentials that a sign-in in the browser needs."""


def _beenergised_driver(cloud: Mapping[str, str], connectors: Sequence[str]) -> Account:
    """Show the stations around home, or certain connectors where they cannot be found."""
    return Account(
        choices=frozenset({"beenergised_driver", "beenergised_driver_password"}),
        forms={
            "beenergised_driver_password": {
                "tenant": cloud["server"],
                "psk": cloud["psk"],
                "username": cloud["username"],
                "password": cloud["password"],
            },
            "beenergised_driver_stations": {
                "stations": "none",
                "connectors": list(connectors),
            }
            if connectors
            else {"stations": "around", "radius": RADIUS_KM},
        },
    )


# By vendor: how to add an account, from what the simulator says of its cloud, and the connectors to enter by id.
ACCOUNTS: Mapping[str, Callable[[Mapping[str, str], Sequence[str]], Account]] = {
    "kempower": lambda cloud, _: Account(
        choices=frozenset({"kempower"}),
        forms={
            "kempower": {
                "refresh_token": cloud["refresh_token"],
                "advanced": {"server": cloud["server"]},
            },
        },
    ),
    "ev_energy": lambda cloud, _: Account(
        choices=frozenset({"ev_energy", "ev_energy_oauth"}),
        application={
            "name": "ev.energy, simulated",
            "client_id": cloud["client_id"],
            "client_secret": cloud["client_secret"],
        },
    ),
    "beenergised_cpo": lambda cloud, _: Account(
        choices=frozenset({"beenergised_cpo"}),
        forms={
            "beenergised_cpo": {
                "tenant": cloud["server"],
                "client_id": cloud["client_id"],
                "client_secret": cloud["client_secret"],
                "advanced": {"server": cloud["server"]},
            },
        },
    ),
    "beenergised_driver": _beenergised_driver,
}


async def add_accounts(
    client: HomeAssistantClient, simulation: Simulation
) -> dict[str, str]:
    """Add one account per simulated vendor.

    Returns:
        The title of each new config entry, by its id.

    Raises:
        DemoError: An account could not be added.
    """
    vendors = simulation.vendors
    connectors = await simulation.connectors_to_enter()
    added: dict[str, str] = {}
    for vendor, account in ACCOUNTS.items():
        if vendor not in vendors:
            raise DemoError(
                f"The simulator has no cloud for {vendor!r}; it has: {', '.join(vendors) or 'none'}"
            )
        entry = await add_account(client, vendor, account(vendors[vendor], connectors))
        added[entry["entry_id"]] = entry["title"]
    return added


async def add_account(
    client: HomeAssistantClient, vendor: str, account: Account
) -> Json:
    """Go through the config flow for one vendor and return the new config entry.

    Raises:
        DemoError: The flow did not accept what it was given.
    """
    if account.application is not None:
        await client.command(
            "application_credentials/create", {"domain": DOMAIN, **account.application}
        )
    step: Json = await client.request(
        "POST", FLOW, {"handler": DOMAIN, "show_advanced_options": False}
    )
    sent: set[str] = set()
    for _ in range(MAX_STEPS):
        if step["type"] == "create_entry":
            result: Json = step["result"]
            return result
        path = f"{FLOW}/{step['flow_id']}"
        if step["type"] == "external":
            await allow(step["url"], f"{client.url}{CALLBACK}")
            step = await client.request("GET", path)
            continue
        answer = _answer(step, account, sent)
        if answer is None:
            break
        step = await client.request("POST", path, answer)
    raise DemoError(
        f"The account of {vendor!r} could not be added: the config flow stands at "
        f"{step.get('step_id') or step['type']!r} with {step.get('errors') or step.get('reason') or 'no error'}"
    )


def _answer(step: Json, account: Account, sent: set[str]) -> dict[str, Any] | None:
    """Return what to answer a menu or a form; None when there is nothing left to say."""
    if step["type"] == "menu":
        chosen = [it for it in step["menu_options"] if it in account.choices]
        return {"next_step_id": chosen[0]} if chosen else None
    if step["type"] != "form" or step["step_id"] in sent:
        return None
    sent.add(step["step_id"])
    return dict(account.forms.get(step["step_id"], {}))
