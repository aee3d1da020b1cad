"""Diagnostics of an account, without anything that tells who or where."""

from collections.abc import Iterable
from typing import Any

import msgspec

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import (
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_TOKEN,
    CONF_USERNAME,
)
from homeassistant.core import HomeAssistant

from .const import (
    CONF_AUTHORIZATION_SERVER,
    CONF_PSK,
    CONF_REFRESH_TOKEN,
    CONF_SEARCH,
    CONF_TENANT,
    CONF_USER,
)
from .runtime import ChargingConfigEntry

TO_REDACT = {
    CONF_AUTHORIZATION_SERVER,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_PASSWORD,
    CONF_PSK,
    CONF_REFRESH_TOKEN,
    CONF_SEARCH,
    CONF_TENANT,
    CONF_TOKEN,
    CONF_USER,
    CONF_USERNAME,
    "address",
    "comment",
    "distance",
    "iccid",
    "imsi",
    "latitude",
    "longitude",
    "ocpp_identity",
    "postal_code",
    "serial_number",
    "title",
    "unique_id",
}


def _plain(objects: Iterable[msgspec.Struct]) -> list[Any]:
    """Return objects as JSON can hold them, in a list: in a tuple nothing is redacted."""
    return [msgspec.to_builtins(found) for found in objects]


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: ChargingConfigEntry
) -> dict[str, Any]:
    """Return what helps to find out why something is not shown, or shown wrongly."""
    runtime = entry.runtime_data
    live = runtime.live
    snapshot = live.data
    report = runtime.client.report
    return async_redact_data(
        {
            "entry": {"data": dict(entry.data), "options": dict(entry.options)},
            "capabilities": [flag.name for flag in runtime.client.capabilities],
            "polling": {
                "last_update_success": live.last_update_success,
                "last_exception": repr(live.last_exception),
                "interval": str(live.update_interval),
                "poll": msgspec.to_builtins(snapshot.poll),
            },
            "entities": {
                "detail": runtime.planner.detail.name.lower(),
                "enabled": runtime.planner.enabled,
            },
            "unknown_values": [
                {"field": field, "value": value, "count": count}
                for (field, value), count in report.unknown_values.items()
            ],
            "denied": report.denied,
            "attributes": report.attributes,
            "client": dict(runtime.client.diagnostics),
            "skipped": _plain(snapshot.skipped),
            "totals": msgspec.to_builtins(snapshot.totals),
            "locations": _plain(snapshot.locations.values()),
            "stations": _plain(snapshot.stations.values()),
            "connectors": _plain(snapshot.connectors.values()),
            "vehicles": _plain(snapshot.vehicles.values()),
        },
        TO_REDACT,
    )
