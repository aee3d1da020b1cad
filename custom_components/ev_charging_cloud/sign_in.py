"""What is known of an account's sign-in while it is set up again and again."""

from hashlib import sha256
import json

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from .clients.transport.tokens import Refusals
from .const import DOMAIN

# Not runtime data: a client that is made anew for each try must not start from nothing.
REFUSALS: HassKey[dict[str, tuple[str, Refusals]]] = HassKey(f"{DOMAIN}_refusals")


def refusals_of(hass: HomeAssistant, entry: ConfigEntry) -> Refusals:
    """Return when an account's credential was refused; other credentials start anew."""
    known = hass.data.setdefault(REFUSALS, {})
    digest = sha256(
        json.dumps(dict(entry.data), sort_keys=True, default=str).encode()
    ).hexdigest()
    if entry.entry_id not in known or known[entry.entry_id][0] != digest:
        known[entry.entry_id] = digest, Refusals()
    return known[entry.entry_id][1]


def forget_refusals(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget a removed account's."""
    hass.data.get(REFUSALS, {}).pop(entry.entry_id, None)
