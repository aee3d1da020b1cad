"""The devices of an account: account → location → station → connector."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .clients.changes import Changes
from .clients.model import Connector, Location, Station, Vehicle
from .clients.refs import (
    ACCOUNT,
    OF_ACCOUNT,
    AccountRef,
    ConnectorRef,
    DriverRef,
    LocationRef,
    MaintenanceRef,
    PollRef,
    Ref,
    StationRef,
    SupplyRef,
    VehicleRef,
    refs_of,
)
from .clients.snapshot import Kind, Snapshot
from .const import DOMAIN
from .vendors import Vendor

# A listing that lacks a station once may be a vendor's hiccup.
LISTINGS_UNTIL_GONE = 3
# How the paths of references begin, by what is listed.
KINDS: Mapping[Kind, tuple[str, ...]] = {
    Location: ("location",),
    Station: ("location", "station", "connector"),
    Connector: ("connector",),
    Vehicle: ("vehicle",),
}


def known_station_ids(hass: HomeAssistant, entry: ConfigEntry) -> frozenset[str]:
    """Return the ids of the stations that an account has devices for."""
    prefix = f"{entry.unique_id}/station/"
    return frozenset(
        unquote(value.removeprefix(prefix))
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), entry.entry_id
        )
        for domain, value in device.identifiers
        if domain == DOMAIN and value.startswith(prefix)
    )


@dataclass(frozen=True, kw_only=True)
class _Label:
    """What a device shows of its object; a new label updates the device."""

    name: str
    parent: Ref | None
    is_numbered: bool = False
    manufacturer: str | None = None
    model: str | None = None
    model_id: str | None = None
    serial_number: str | None = None
    firmware: str | None = None


class DeviceTree:
    """Keeps the device registry in step with what the vendor lists."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, vendor: Vendor) -> None:
        """Remember the devices that earlier runs made."""
        self._registry = dr.async_get(hass)
        self._entry = entry
        self._vendor = vendor
        self._labels: dict[Ref, _Label] = {}
        # Connectors that the vendor does not know apart from their station.
        self._owners: dict[Ref, Ref] = {}
        self._absences: Counter[str] = Counter()
        self._known: dict[str, str] = {
            value: device.id
            for device in (
                *dr.async_entries_for_config_entry(self._registry, entry.entry_id),
                *dr.async_child_entries_for_config_entry(
                    self._registry, entry.entry_id
                ),
            )
            for domain, value in device.identifiers
            if domain == DOMAIN
        }

    def identifier(self, ref: Ref) -> tuple[str, str]:
        """Return the identifier of an object's device."""
        owner = self._owners.get(ref, ref)
        return DOMAIN, f"{self._entry.unique_id}/{owner.path}"

    def device(self, ref: Ref) -> dr.AnyDeviceEntry | None:
        """Return an object's device."""
        find: Callable[[tuple[str, str], str], dr.AnyDeviceEntry | None] = (
            self._registry.async_get_child_device_by_identifier
            if isinstance(self._owners.get(ref, ref), ConnectorRef)
            else self._registry.async_get_device_by_identifier
        )
        return find(self.identifier(ref), self._entry.entry_id)

    @callback
    def async_update(self, snapshot: Snapshot, changes: Changes) -> frozenset[Ref]:
        """Make new devices, rename changed ones, remove those that are gone.

        Returns:
            The objects whose devices were removed.
        """
        fresh = changes.came | changes.changed
        self._refresh(snapshot, (ref for ref in refs_of(snapshot) if ref in fresh))
        settled = not (changes.came or changes.went or self._absences)
        empty = not (
            snapshot.stations or snapshot.vehicles or snapshot.is_empty_by_choice
        )
        if settled or empty or not snapshot.is_complete:
            return frozenset()
        return self._remove_absent(snapshot)

    def _refresh(self, snapshot: Snapshot, refs: Iterable[Ref]) -> None:
        for ref in refs:
            if isinstance(ref, OF_ACCOUNT) or self._is_owned(ref, snapshot):
                continue
            label = self._label(ref, snapshot)
            if self._labels.get(ref) != label:
                self._known[self.identifier(ref)[1]] = self._make(ref, label)
                self._labels[ref] = label

    def _is_owned(self, ref: Ref, snapshot: Snapshot) -> bool:
        """Tell whether an object has no device of its own but its station's."""
        if not isinstance(ref, ConnectorRef):
            return False
        if snapshot.stations[ref.station_id].connectors_identified:
            return False
        self._owners[ref] = StationRef(ref.station_id)
        return True

    def _label(self, ref: Ref, snapshot: Snapshot) -> _Label:
        match ref:
            case (
                AccountRef() | PollRef() | SupplyRef() | MaintenanceRef() | DriverRef()
            ):
                return _Label(name=self._entry.title, parent=None)
            case LocationRef(location_id):
                location = snapshot.locations[location_id]
                return _Label(name=location.name or location_id, parent=ACCOUNT)
            case StationRef(station_id):
                station = snapshot.stations[station_id]
                return _Label(
                    name=station.name or station_id,
                    parent=ACCOUNT
                    if station.location_id is None
                    else LocationRef(station.location_id),
                    manufacturer=station.manufacturer,
                    model=station.model,
                    model_id=station.model_id,
                    serial_number=station.serial_number,
                    firmware=station.details.firmware if station.details else None,
                )
            case VehicleRef(vehicle_id):
                vehicle = snapshot.vehicles[vehicle_id]
                return _Label(
                    name=vehicle.name or vehicle_id,
                    parent=ACCOUNT,
                    manufacturer=vehicle.manufacturer,
                    model=vehicle.model,
                )
            case ConnectorRef(station_id, connector_id):
                connector = snapshot.connectors[station_id, connector_id]
                # The first part of a UUID does: there are few in a station.
                number = connector.evse_id or connector_id.split("-")[0]
                return _Label(
                    name=connector.name or number,
                    is_numbered=connector.name is None,
                    parent=StationRef(station_id),
                )

    def _make(self, ref: Ref, label: _Label) -> str:
        identifiers = {self.identifier(ref)}
        parent = self.device(label.parent) if label.parent is not None else None
        if isinstance(ref, ConnectorRef):
            if parent is None:
                raise RuntimeError("A connector's station comes before it")
            return self._make_connector(identifiers, parent.id, label)
        is_thing = isinstance(ref, StationRef | VehicleRef)
        return self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers=identifiers,
            name=label.name,
            manufacturer=label.manufacturer or self._vendor.manufacturer,
            model=label.model,
            model_id=label.model_id,
            serial_number=label.serial_number,
            sw_version=label.firmware,
            entry_type=None if is_thing else dr.DeviceEntryType.SERVICE,
            configuration_url=self._vendor.portal_of(self._entry.data),
            via_device_id=parent.id if parent else None,
        ).id

    def _make_connector(
        self, identifiers: set[tuple[str, str]], station_device_id: str, label: _Label
    ) -> str:
        name = label.name
        # "Nozzle 1" says it all; "1.1" and "DE*ABC*E7*1" need the word.
        numbered = label.is_numbered or not any(
            character.isalpha() for character in name
        )
        device = self._registry.async_get_or_create_child(
            config_entry_id=self._entry.entry_id,
            identifiers=identifiers,
            parent_device_id=station_device_id,
            **(
                {
                    "translation_key": "connector",
                    "translation_placeholders": {"connector": name},
                }
                if numbered
                else {"name": name}
            ),
        )
        return device.id

    def _remove_absent(self, snapshot: Snapshot) -> frozenset[Ref]:
        present = {self.identifier(ref)[1] for ref in refs_of(snapshot)}
        unlisted = tuple(
            f"{self._entry.unique_id}/{kind}/"
            for listed, kinds in KINDS.items()
            if listed in snapshot.unlisted
            for kind in kinds
        )
        absent = {
            value
            for value in self._known.keys() - present
            if not value.startswith(unlisted)
        }
        self._absences = Counter({value: self._absences[value] + 1 for value in absent})
        gone = {
            value
            for value, listings in self._absences.items()
            if listings >= LISTINGS_UNTIL_GONE
        }
        for value in gone:
            device_id = self._known.pop(value)
            if self._exists(value, device_id):
                self._registry.async_remove_device(device_id)
        removed = frozenset(
            ref for ref in self._labels if self.identifier(ref)[1] in gone
        )
        for ref in removed:
            del self._labels[ref]
        return removed

    def _exists(self, value: str, device_id: str) -> bool:
        """Tell whether a device is still there; a station takes its connectors along."""
        identifier = (DOMAIN, value)
        entry_id = self._entry.entry_id
        return device_id in {
            device.id
            for device in (
                self._registry.async_get_device_by_identifier(identifier, entry_id),
                self._registry.async_get_child_device_by_identifier(
                    identifier, entry_id
                ),
            )
            if device is not None
        }
