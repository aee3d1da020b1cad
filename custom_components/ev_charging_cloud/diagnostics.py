"""Diagnostics of an account, without anything that says who or where.

What is not known to be harmless is not shown: a field of the model, or of an account's
entry, stands in the file once it is listed here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from homeassistant.components.diagnostics import REDACTED
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_RADIUS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .clients.client import ChargingClient
from .clients.home_energy import HomeEnergy
from .clients.model import (
    ChargingPlan,
    ChargingSession,
    Connector,
    Location,
    MaintenanceWindow,
    Money,
    Station,
    StationDetails,
    Vehicle,
)
from .clients.reading.families import FamilyReport
from .clients.snapshot import Poll, Skipped
from .clients.totals import Totals
from .const import (
    CONF_CONNECTORS,
    CONF_LOCATIONS,
    CONF_STATION_IDS,
    CONF_STATIONS,
    CONF_VENDOR,
)
from .runtime import ChargingConfigEntry

# Of all else in an entry only that it is there.
SHOWN_OF_ENTRY = frozenset(
    {
        CONF_CONNECTORS,
        CONF_LOCATIONS,
        CONF_RADIUS,
        CONF_STATION_IDS,
        CONF_STATIONS,
        CONF_VENDOR,
    }
)
SHOWN: Mapping[type[msgspec.Struct], frozenset[str]] = {
    Poll: frozenset(
        {
            *("taken_at", "next_at", "requests_last_hour", "requests_left"),
            *("skipped", "parts_failing"),
        }
    ),
    Skipped: frozenset({"name", "reason"}),
    FamilyReport: frozenset(
        {"name", "state", "reason", "since", "next_try", "is_denied", "is_optional"}
    ),
    Totals: frozenset(
        {
            "stations",
            "connectors",
            "available",
            "charging",
            "faulted",
            "running_sessions",
            "power",
        }
    ),
    Money: frozenset({"minor", "currency"}),
    Location: frozenset({"id", "name", "operator"}),
    MaintenanceWindow: frozenset({"id", "station_id", "connector_id", "start", "end"}),
    StationDetails: frozenset({"signal_strength", "reliability", "firmware"}),
    Station: frozenset(
        {
            *("id", "name", "manufacturer", "model", "model_id", "location_id"),
            *("connectors_identified", "status", "online", "reported_at", "operator"),
            *("power", "max_power", "current", "max_current", "efficiency", "energy"),
            *("supply_power", "voltage", "mode", "lock_mode", "control_pilot"),
            *("details", "maintenance", "is_roaming", "is_favourite"),
            *("export_power", "cable_current", "free_vend", "lifecycle"),
            "signal_strength",
        }
    ),
    ChargingPlan: frozenset({"departure", "state_of_charge", "power"}),
    ChargingSession: frozenset(
        {
            *("id", "status", "mode", "station_id", "connector_id", "connector_name"),
            *("vehicle_id", "start_reason", "stop_reason", "started_at", "ended_at"),
            *("charging_started_at", "charging_ended_at", "next_start", "next_end"),
            "counted_from",
            *("energy", "grid_energy", "solar_energy", "average_power", "peak_power"),
            *("state_of_charge", "initial_state_of_charge", "state_of_charge_limit"),
            *("power_limitation", "plan", "tariff"),
            *("cost", "net_cost", "savings", "co2"),
            *("co2_savings", "reward", "points", "average_price", "charging_time"),
            *("state_of_charge_added", "solar_mode"),
        }
    ),
    Connector: frozenset(
        {
            *("station_id", "id", "name", "type", "status", "online", "plugged_in"),
            *("power", "max_power", "session", "maintenance", "evse_id", "has_own_id"),
            *("price", "price_per_minute", "price_per_session", "price_text"),
        }
    ),
    Vehicle: frozenset(
        {
            *("id", "name", "manufacturer", "model", "battery_size", "plugged_in"),
            *("charging", "power", "state_of_charge", "stated_charge", "full_at"),
            *("target_state_of_charge", "charge_limit", "energy_added", "odometer"),
            *("smart_charging", "link", "reported_at", "session", "disabled"),
            *("battery_energy", "current_type", "charging_complete", "state"),
        }
    ),
    # How much a home takes tells whether somebody is there.
    HomeEnergy: frozenset({"id", "reported_at", "counted_since", "told"}),
}


def _shown(value: object) -> Any:
    """Return a value as JSON can hold it; of a struct what may be shown.

    That a field has a value is shown all the same.
    """
    if isinstance(value, msgspec.Struct):
        allowed = SHOWN.get(type(value), frozenset())
        members = {name: getattr(value, name) for name in value.__struct_fields__}
        return {
            name: _shown(member) if name in allowed or member is None else REDACTED
            for name, member in members.items()
        }
    if isinstance(value, tuple | list):
        return [_shown(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return msgspec.to_builtins(value)


def _named(err: BaseException | None) -> str | None:
    """Return what kind of error one is, and what it says if that holds no secret."""
    if err is None:
        return None
    said = f": {err}" if isinstance(err, HomeAssistantError) else ""
    return f"{type(err).__name__}{said}"


def _shown_of_entry(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value if key in SHOWN_OF_ENTRY else bool(value)
        for key, value in content.items()
    }


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: ChargingConfigEntry
) -> dict[str, Any]:
    """Return what helps to find out why something is not shown, or shown wrongly."""
    about = {
        "entry": {
            "data": _shown_of_entry(entry.data),
            "options": _shown_of_entry(entry.options),
            "state": entry.state.value,
            "reason": entry.reason,
        }
    }
    if entry.state is not ConfigEntryState.LOADED:
        return about
    runtime = entry.runtime_data
    live = runtime.live
    snapshot = live.data
    return {
        **about,
        "capabilities": [flag.name for flag in runtime.client.capabilities],
        "polling": {
            "last_update_success": live.last_update_success,
            "last_exception": _named(live.last_exception),
            "interval": str(live.update_interval),
            "poll": _shown(snapshot.poll),
            "clock_offset": str(runtime.client.requests.clock.offset),
            "families": _shown(runtime.client.families.off()),
        },
        "entities": {
            "detail": runtime.planner.detail.name.lower(),
            "enabled": runtime.planner.enabled,
        },
        **_not_understood(runtime.client),
        "client": dict(runtime.client.diagnostics),
        "skipped": _shown(snapshot.skipped),
        "totals": _shown(snapshot.totals),
        "locations": _shown([*snapshot.locations.values()]),
        "stations": _shown([*snapshot.stations.values()]),
        "connectors": _shown([*snapshot.connectors.values()]),
        "vehicles": _shown([*snapshot.vehicles.values()]),
        "home_energy": _shown([*snapshot.home_energy.values()]),
    }


def _not_understood(client: ChargingClient) -> dict[str, Any]:
    """Return what the vendor sent that could not be read: names, but no values."""
    report = client.report
    return {
        "unknown_values": [
            {"field": field, "value": value, "count": count}
            for (field, value), count in report.unknown_values.items()
        ],
        "odd_values": dict(report.odd_values),
        "attributes": report.attributes,
    }
