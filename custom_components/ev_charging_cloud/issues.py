"""What an account says in Home Assistant's repairs: nothing listed, links broken."""

from collections.abc import Iterable

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .clients.client import Capability
from .clients.enums import LinkState
from .clients.model import Vehicle
from .const import DOMAIN
from .runtime import ChargingConfigEntry


@callback
def async_update_issues(hass: HomeAssistant, entry: ChargingConfigEntry) -> None:
    """Raise what is wrong in the latest snapshot, and take back what no longer is."""
    runtime = entry.runtime_data
    snapshot = runtime.live.data
    # A driver has an account for the sessions, wherever these take place.
    empty = not (snapshot.stations or snapshot.vehicles or snapshot.driver)
    _update_empty(hass, entry, empty=empty)
    _update_schema(hass, entry, runtime.client.schema_problem)
    if Capability.RECONNECT in runtime.client.capabilities:
        _update_links(hass, entry, snapshot.vehicles.values())


@callback
def async_remove_issues(hass: HomeAssistant, entry: ChargingConfigEntry) -> None:
    """Take back all that was said of an account."""
    for issue_id in _issue_ids(hass, entry.entry_id):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _issue_ids(hass: HomeAssistant, part: str) -> list[str]:
    """Return the ids of our issues that have a part in common."""
    return [
        issue_id
        for domain, issue_id in ir.async_get(hass).issues
        if domain == DOMAIN and part in issue_id
    ]


def _update_empty(
    hass: HomeAssistant, entry: ChargingConfigEntry, *, empty: bool
) -> None:
    issue_id = f"no_stations_{entry.entry_id}"
    if not empty:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="no_stations",
        translation_placeholders={
            "account": entry.title,
            "vendor": entry.runtime_data.vendor.name,
        },
    )


def _update_schema(
    hass: HomeAssistant, entry: ChargingConfigEntry, problem: str | None
) -> None:
    issue_id = f"schema_changed_{entry.entry_id}"
    if problem is None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="schema_changed",
        translation_placeholders={
            "account": entry.title,
            "vendor": entry.runtime_data.vendor.name,
            "message": problem,
        },
    )


def _update_links(
    hass: HomeAssistant, entry: ChargingConfigEntry, vehicles: Iterable[Vehicle]
) -> None:
    prefix = f"vehicle_link_{entry.entry_id}_"
    broken = {
        f"{prefix}{vehicle.id}": vehicle
        for vehicle in vehicles
        if vehicle.link is LinkState.INACTIVE
    }
    for issue_id in _issue_ids(hass, prefix):
        if issue_id not in broken:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
    for issue_id, vehicle in broken.items():
        name = vehicle.name or vehicle.id
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="vehicle_link",
            translation_placeholders={"vehicle": name},
            data={"entry_id": entry.entry_id, "vehicle_id": vehicle.id, "name": name},
        )
