"""What the dashboard cannot see in the registries: kinds of devices, and statistics."""

from collections.abc import Iterator
from typing import Any

import voluptuous as vol

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..clients.refs import ACCOUNT
from ..clients.snapshot import Snapshot
from ..const import CONF_VENDOR, DOMAIN
from ..ledger import Measure, Series, Subject, SubjectKind
from ..runtime import ChargingConfigEntry
from ..sessions.ledger import account_id_of
from ..sessions.places import subject_at
from ..sessions.series import statistic_id
from ..vendors import VENDORS

COMMAND = f"{DOMAIN}/installation"

type Row = dict[str, str]


@callback
def async_setup_command(hass: HomeAssistant) -> None:
    """Register the command; it changes nothing and needs no rights beyond reading."""
    async_register_command(hass, _handle)


@websocket_command({vol.Required("type"): COMMAND})
@callback
def _handle(
    hass: HomeAssistant,
    connection: ActiveConnection,
    message: dict[str, Any],
) -> None:
    """Answer with every account and its devices."""
    connection.send_result(
        message["id"],
        {
            "accounts": [
                _account(hass, entry)
                for entry in hass.config_entries.async_entries(
                    DOMAIN, include_disabled=False
                )
            ]
        },
    )


def _account(hass: HomeAssistant, entry: ChargingConfigEntry) -> dict[str, Any]:
    """Return an account; its devices are known while its cloud is away."""
    snapshot = (
        entry.runtime_data.live.data if entry.state is ConfigEntryState.LOADED else None
    )
    return {
        "entry_id": entry.entry_id,
        "title": entry.title,
        "vendor": VENDORS[entry.data[CONF_VENDOR]].name,
        "devices": list(_devices(hass, entry, snapshot)),
    }


def _devices(
    hass: HomeAssistant, entry: ChargingConfigEntry, snapshot: Snapshot | None
) -> Iterator[Row]:
    """Yield what is known of each device that is not switched off."""
    registry = dr.async_get(hass)
    prefix = f"{entry.unique_id}/"
    for device in (
        *dr.async_entries_for_config_entry(registry, entry.entry_id),
        *dr.async_child_entries_for_config_entry(registry, entry.entry_id),
    ):
        if device.disabled:
            continue
        for domain, identifier in device.identifiers:
            if domain == DOMAIN and identifier.startswith(prefix):
                path = identifier.removeprefix(prefix)
                if path != ACCOUNT.path and subject_at(path) is None:
                    continue  # nothing that charges
                yield {"id": device.id, **_device(entry, path, snapshot)}


def _device(entry: ChargingConfigEntry, path: str, snapshot: Snapshot | None) -> Row:
    """Return the kind of a device and its statistic of energy.

    The statistic is named whether or not it has any rows yet.
    """
    subject = subject_at(path)
    if subject is None:
        account_id = account_id_of(entry)
        driver = Subject(SubjectKind.DRIVER, account_id)
        return {"kind": ACCOUNT.path, "energy": _energy(entry, driver)}
    row: Row = {"kind": subject.kind.value}
    if (counted := _counted(subject, snapshot)) is not None:
        row["energy"] = _energy(entry, counted)
    return row


def _energy(entry: ChargingConfigEntry, subject: Subject) -> str:
    return statistic_id(account_id_of(entry), Series(subject, Measure.ENERGY))


def _counted(subject: Subject, snapshot: Snapshot | None) -> Subject | None:
    """Return whose energy is counted: that of a station at its connectors.

    Connectors that the vendor does not know apart are shown as their station.
    """
    if subject.kind is not SubjectKind.STATION:
        return subject
    station = snapshot.stations.get(subject.id) if snapshot else None
    if snapshot is None or station is None or station.connectors_identified:
        return None
    return next(
        (
            Subject(SubjectKind.CONNECTOR, connector_id, station_id)
            for station_id, connector_id in snapshot.connectors
            if station_id == subject.id
        ),
        None,
    )
