"""The devices of an account: account → location → station → connector."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from urllib.parse import unquote

from msgspec import Struct

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util

from .absences import KINDS, OWN_PREFIX, Absence, unlisted
from .clients.changes import Changes
from .clients.refs import (
    OF_ACCOUNT,
    ConnectorRef,
    HomeEnergyRef,
    Ref,
    StationRef,
    VehicleRef,
    parents_first,
    refs_of,
)
from .clients.snapshot import Kind, Snapshot
from .const import DOMAIN
from .labels import Label, Labels, Names, other_names, wishes
from .own import devices_of, is_own
from .vendors import Vendor

# So many are made between two yields.
DEVICES_AT_ONCE = 50
#: Tells whether anything is shown of an object.
type Shows = Callable[[Ref], bool]
# What a person can touch; an account and its locations are services.
THINGS = (StationRef, VehicleRef, HomeEnergyRef)


class _Made(Struct, frozen=True, gc=False):
    """A device that was made: its identifier, its id in the registry, what it shows."""

    value: str
    device_id: str
    label: Label


def known_station_ids(hass: HomeAssistant, entry: ConfigEntry) -> frozenset[str]:
    """Return the ids of an account's stations: those with devices, and those listed."""
    prefix = f"{entry.unique_id}/station/"
    listed: frozenset[str] = (
        frozenset(entry.runtime_data.live.data.stations)
        if entry.state is ConfigEntryState.LOADED
        else frozenset()
    )
    return listed | frozenset(
        unquote(value.removeprefix(prefix))
        for device in dr.async_entries_for_config_entry(
            dr.async_get(hass), entry.entry_id
        )
        for domain, value in device.identifiers
        if domain == DOMAIN and value.startswith(prefix)
    )


class DeviceTree:
    """Keeps the device registry in step with what the vendor lists."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, vendor: Vendor) -> None:
        """Remember the devices that earlier runs made."""
        self._registry = dr.async_get(hass)
        self._entry = entry
        self._vendor = vendor
        self._hass = hass
        self._describe = Labels(hass, entry, vendor)
        # Another address comes with another set-up.
        self._portal = vendor.portal_of(entry.data)
        self._made: dict[Ref, _Made] = {}
        self._names = Names((vendor.manufacturer, self._describe.account))
        # As people see them: a person may have given another.
        self._shown_names: dict[str, str] = {}
        # Connectors that the vendor does not know apart from their station.
        self._owners: dict[Ref, Ref] = {}
        self._absences: dict[str, Absence] = {}
        # Kinds that had members and are listed without any.
        self.emptied: frozenset[Kind] = frozenset()
        self._known: dict[str, str] = {
            value: device.id
            for device in devices_of(self._registry, entry.entry_id)
            for domain, value in device.identifiers
            if domain == DOMAIN
        }

    @property
    def awaits_listings(self) -> bool:
        """Whether the next listing may tell of something that is gone, or is back."""
        return bool(self._absences or self.emptied)

    def identifier(self, ref: Ref) -> tuple[str, str]:
        """Return the identifier of an object's device."""
        return DOMAIN, self._value(ref)

    def _value(self, ref: Ref) -> str:
        owner = self._owners.get(ref, ref)
        made = self._made.get(owner)
        return made.value if made else f"{self._entry.unique_id}/{owner.path}"

    def device(self, ref: Ref) -> dr.AnyDeviceEntry | None:
        """Return an object's device."""
        made = self._made.get(self._owners.get(ref, ref))
        if made and (device := self._registry.async_get(made.device_id)):
            return device
        find: Callable[[tuple[str, str], str], dr.AnyDeviceEntry | None] = (
            self._registry.async_get_child_device_by_identifier
            if isinstance(self._owners.get(ref, ref), ConnectorRef)
            else self._registry.async_get_device_by_identifier
        )
        return find(self.identifier(ref), self._entry.entry_id)

    async def async_show(self, snapshot: Snapshot, shows: Shows) -> None:
        """Make the devices of all that is shown.

        There can be thousands: others have their turn now and then.
        """
        steps = self._refresh(snapshot, refs_of(snapshot), shows)
        for number, _ in enumerate(steps):
            if number % DEVICES_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def async_hide(self, snapshot: Snapshot, shows: Shows) -> None:
        """Remove the devices of what is not shown; others have their turn now and then."""
        hidden = [ref for ref in refs_of(snapshot) if not shows(ref)]
        for number, ref in enumerate(reversed(hidden)):
            self._hide(ref)
            if number % DEVICES_AT_ONCE == 0:
                await asyncio.sleep(0)

    @callback
    def async_begin(self, snapshot: Snapshot) -> None:
        """Count the first listing as one that may lack what earlier runs saw."""
        if snapshot.is_complete:
            _ = self._remove_absent(snapshot)

    @callback
    def async_update(
        self, snapshot: Snapshot, changes: Changes, shows: Shows
    ) -> frozenset[Ref]:
        """Make new devices, rename changed ones, remove those that are gone.

        Args:
            snapshot: what there is.
            changes: what of it is new.
            shows: tells whether anything is shown of an object.

        Returns:
            The objects whose devices were removed.
        """
        fresh: Iterable[Ref] = parents_first(changes.changed)
        if changes.came:
            new = changes.came | changes.changed
            fresh = (ref for ref in refs_of(snapshot) if ref in new)
        for _ in self._refresh(snapshot, fresh, shows):
            pass
        settled = not (changes.came or changes.went or self.awaits_listings)
        if settled or not snapshot.is_complete:
            return frozenset()
        return self._remove_absent(snapshot)

    @callback
    def async_forget(self, device: dr.AnyDeviceEntry) -> frozenset[Ref]:
        """Forget a device that a person removed; it comes back when it is listed.

        Returns:
            The objects whose device it was.
        """
        values = {value for domain, value in device.identifiers if domain == DOMAIN}
        for value in values:
            self._known.pop(value, None)
            self._names.forget(value)
            self._absences.pop(value, None)
        return self._forget(values)

    def _hide(self, ref: Ref) -> None:
        """Remove the device of what is not shown, unless a person made it his own."""
        if isinstance(ref, OF_ACCOUNT) or (device := self.device(ref)) is None:
            return
        value = self._value(ref)
        owner = self._owners.get(ref, ref)
        if owner is not ref or is_own(device):
            return
        self._known.pop(value, None)
        self._names.forget(value)
        self._shown_names.pop(value, None)
        self._made.pop(ref, None)
        self._registry.async_remove_device(device.id)

    def _refresh(
        self, snapshot: Snapshot, fresh: Iterable[Ref], shows: Shows
    ) -> Iterator[None]:
        """Make or update devices, with a step for each.

        Args:
            snapshot: what there is.
            fresh: what of it is new or otherwise, parents first.
            shows: tells whether anything is shown of an object.
        """
        refused = False
        renamed: set[str] = set()
        seen: set[Ref] = set()
        for ref in chain(fresh, _called_after(renamed, snapshot, seen)):
            seen.add(ref)
            if isinstance(ref, OF_ACCOUNT) or self._is_owned(ref, snapshot):
                continue
            if not shows(ref):
                continue
            yield
            label = self._describe.label(ref, snapshot, self._station_name(ref))
            made = self._made.get(ref)
            if made and made.label == label:
                continue
            if not refused and (made is None or made.label.names != label.names):
                self._names.refuse(
                    other_names(self._hass, self._entry), wishes(snapshot)
                )
                refused = True
            if self._show(ref, label) and isinstance(ref, StationRef):
                renamed.add(ref.station_id)

    def _is_owned(self, ref: Ref, snapshot: Snapshot) -> bool:
        """Tell whether an object has no device of its own but its station's."""
        if not isinstance(ref, ConnectorRef):
            return False
        if snapshot.stations[ref.station_id].connectors_identified:
            return False
        self._owners[ref] = StationRef(ref.station_id)
        return True

    def _station_name(self, ref: Ref) -> str | None:
        """Return what a connector's station is called; None of anything else."""
        if not isinstance(ref, ConnectorRef):
            return None
        return self._shown_names[self._value(StationRef(ref.station_id))]

    def _show(self, ref: Ref, label: Label) -> bool:
        """Make or update an object's device, and tell whether its name is new."""
        value = self._value(ref)
        name = self._names.choose(value, label.names)
        device = self._make(ref, {(DOMAIN, value)}, label, name)
        self._made[ref] = _Made(value, device.id, label)
        self._known[value] = device.id
        name = device.name_by_user or device.name or ""
        is_new = self._shown_names.get(value) != name
        self._shown_names[value] = name
        return is_new

    def _make(
        self, ref: Ref, identifiers: set[tuple[str, str]], label: Label, name: str
    ) -> dr.AnyDeviceEntry:
        parent = self.device(label.parent) if label.parent is not None else None
        if isinstance(ref, ConnectorRef):
            if parent is None:
                raise RuntimeError("A connector's station comes before it")
            return self._make_connector(identifiers, parent.id, name)
        is_thing = isinstance(ref, THINGS)
        return self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers=identifiers,
            name=name,
            manufacturer=label.manufacturer or self._vendor.manufacturer,
            model=label.model,
            model_id=label.model_id,
            serial_number=label.serial_number,
            sw_version=label.firmware,
            entry_type=None if is_thing else dr.DeviceEntryType.SERVICE,
            configuration_url=self._portal,
            via_device_id=parent.id if parent else None,
        )

    def _make_connector(
        self, identifiers: set[tuple[str, str]], station_device_id: str, name: str
    ) -> dr.ChildDeviceEntry:
        return self._registry.async_get_or_create_child(
            config_entry_id=self._entry.entry_id,
            identifiers=identifiers,
            parent_device_id=station_device_id,
            name=name,
        )

    def _remove_absent(self, snapshot: Snapshot) -> frozenset[Ref]:
        present = {self._value(ref) for ref in refs_of(snapshot)}
        self.emptied = self._emptied(snapshot, present)
        doubtful = self._prefixes({*unlisted(snapshot), *self.emptied})
        hidden = self._of_stations(snapshot.hidden, self._known)
        now = dt_util.utcnow()
        absences: dict[str, Absence] = {}
        gone: set[str] = set()
        for value in self._known.keys() - present:
            if value in hidden:
                gone.add(value)
            elif not value.startswith(doubtful):
                before = self._absences.get(value)
                absence = (
                    Absence(since=now)
                    if before is None
                    else replace(before, listings=before.listings + 1)
                )
                if absence.is_final:
                    gone.add(value)
                else:
                    absences[value] = absence
        self._absences = absences
        for value in gone:
            device_id = self._known.pop(value)
            self._names.forget(value)
            if self._exists(value, device_id):
                self._registry.async_remove_device(device_id)
        return self._forget(gone)

    def _emptied(self, snapshot: Snapshot, present: Iterable[str]) -> frozenset[Kind]:
        """Return the kinds of which there were some, and now not a single one.

        Nobody takes down all stations at once; a cloud that lists none has a bad day.
        """
        if snapshot.is_empty_by_choice or snapshot.hidden:
            return frozenset()
        kinds: set[Kind] = set()
        for kind in OWN_PREFIX:
            prefix = self._prefixes_of(OWN_PREFIX[kind])
            if any(value.startswith(prefix) for value in self._known) and not any(
                value.startswith(prefix) for value in present
            ):
                kinds.add(kind)
        return frozenset(kinds - unlisted(snapshot))

    def _prefixes(self, kinds: Iterable[Kind]) -> tuple[str, ...]:
        return tuple(
            self._prefixes_of(kind) for listed in kinds for kind in KINDS[listed]
        )

    def _prefixes_of(self, kind: str) -> str:
        return f"{self._entry.unique_id}/{kind}/"

    def _of_stations(
        self, station_ids: Iterable[str], values: Iterable[str]
    ) -> frozenset[str]:
        """Return those identifiers that are of some stations or of their connectors."""
        paths = [StationRef(id_).path for id_ in station_ids]
        stations = {f"{self._entry.unique_id}/{path}" for path in paths}
        connectors = tuple(
            f"{self._entry.unique_id}/{path.replace('station/', 'connector/', 1)}/"
            for path in paths
        )
        return frozenset(
            value
            for value in values
            if value in stations or value.startswith(connectors)
        )

    def _forget(self, values: Collection[str]) -> frozenset[Ref]:
        """Forget the objects of some devices, and return them."""
        removed = frozenset(
            ref for ref in (*self._made, *self._owners) if self._value(ref) in values
        )
        for ref in removed:
            self._made.pop(ref, None)
            self._owners.pop(ref, None)
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


def _called_after(
    station_ids: Collection[str], snapshot: Snapshot, seen: Collection[Ref]
) -> Iterator[Ref]:
    """Yield the connectors of stations, which are called after these, but those seen."""
    if station_ids:
        for key in snapshot.connectors:
            if key[0] in station_ids and (ref := ConnectorRef(*key)) not in seen:
                yield ref
