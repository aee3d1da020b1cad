"""What Home Assistant shows of our accounts: devices, entities and their states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any

from .client import HomeAssistantClient, Json
from .home_assistant import DOMAIN

UNKNOWN = "unknown"
UNAVAILABLE = "unavailable"


def key_of(entity: Json) -> str:
    """Return what an entity shows, from the end of its unique id."""
    return str(entity["unique_id"]).rpartition("/")[2]


def path_of(device: Json) -> str:
    """Return a device's identifier: the account, what kind of thing it is, and the vendor's ids of it."""
    ((_, identifier),) = device["identifiers"]
    return str(identifier)


def kind_of(device: Json) -> str:
    """Return what a device is: an account, a location, a station, a connector, a vehicle or a home."""
    return path_of(device).split("/")[1]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One look at Home Assistant."""

    entries: Mapping[str, Json]
    devices: Mapping[str, Json]
    entities: Mapping[str, Json]
    """Those that are enabled."""
    disabled: Mapping[str, Json]
    states: Mapping[str, Json]

    def of_device(self, device_id: str) -> dict[str, Json]:
        """Return the enabled entities of a device by what they show."""
        return {
            key_of(entity): entity
            for entity in self.entities.values()
            if entity["device_id"] == device_id
        }

    def value(self, entity: Json) -> str | None:
        """Return an entity's state, or None when Home Assistant has none at all."""
        state = self.states.get(entity["entity_id"])
        return None if state is None else str(state["state"])

    def number(self, entity: Json) -> float | None:
        """Return an entity's state as a number, or None when it has none."""
        value = self.value(entity)
        return None if value in (None, UNKNOWN, UNAVAILABLE) else float(str(value))

    def text(self, entity: Json | None) -> str:
        """Return an entity's state with its unit, for people."""
        if entity is None:
            return ""
        value = self.value(entity)
        if value in (None, UNKNOWN, UNAVAILABLE):
            return "–" if value == UNKNOWN else str(value)
        state = self.states[entity["entity_id"]]
        unit = state["attributes"].get("unit_of_measurement", "")
        if re.fullmatch(r"-?\d+\.\d+", str(value)):
            value = f"{float(str(value)):.2f}"
        return f"{value} {unit}".strip()

    def parent(self, device: Json) -> Json | None:
        """Return the device that a device belongs to."""
        parent_id = device.get("parent_device_id") or device.get("via_device_id")
        return self.devices.get(parent_id) if parent_id else None

    def lineage(self, device_id: str | None) -> Iterator[Json]:
        """Yield a device, the one it belongs to, and so on up to the account."""
        device = self.devices.get(device_id or "")
        while device is not None:
            yield device
            device = self.parent(device)

    def tree(self, entry_id: str) -> Iterator[tuple[int, Json]]:
        """Yield an account's devices from the top down, each with its depth."""
        children: dict[str | None, list[Json]] = {}
        for device in self.devices.values():
            if device["entry_id"] == entry_id:
                parent = self.parent(device)
                children.setdefault(parent["id"] if parent else None, []).append(device)

        def below(parent_id: str | None, depth: int) -> Iterator[tuple[int, Json]]:
            for device in sorted(children.get(parent_id, []), key=_natural):
                yield depth, device
                yield from below(device["id"], depth + 1)

        return below(None, 0)


def name_of(device: Json) -> str:
    """Return the name that Home Assistant shows for a device."""
    return str(device.get("name_by_user") or device.get("name") or device["id"])


def _natural(device: Json) -> list[tuple[int, str]]:
    """Sort "Station 10" after "Station 9"."""
    return [
        (int(part), "") if part.isdigit() else (-1, part)
        for part in re.split(r"(\d+)", name_of(device))
    ]


async def look(client: HomeAssistantClient) -> Overview:
    """Ask Home Assistant for everything of our integration."""
    entries = await client.command("config_entries/get", {"domain": DOMAIN})
    ids = {entry["entry_id"] for entry in entries}
    devices: dict[str, Json] = {}
    for device in await client.command("config/device_registry/list"):
        if owner := ids & _owners(device):
            devices[device["id"]] = device | {"entry_id": owner.pop()}
    registered = [
        entity
        for entity in await client.command("config/entity_registry/list")
        if entity["platform"] == DOMAIN
    ]
    return Overview(
        entries={entry["entry_id"]: entry for entry in entries},
        devices=devices,
        entities={
            entity["entity_id"]: entity
            for entity in registered
            if entity["disabled_by"] is None
        },
        disabled={
            entity["entity_id"]: entity
            for entity in registered
            if entity["disabled_by"] is not None
        },
        states={
            state["entity_id"]: state for state in await client.command("get_states")
        },
    )


def _owners(device: Json) -> set[Any]:
    """Return the config entries of a device; the field's name depends on the version."""
    return {device.get("config_entry_id"), *(device.get("config_entries") or ())}
