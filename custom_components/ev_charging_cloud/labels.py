"""What a device shows of its object, and what it may be called.

No two devices of an installation bear the same name, since lists, notifications and
voice assistants show a name without what stands above it. What several stations of an
account are called gets the location in front, what another account has the vendor.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
import re

from msgspec import Struct

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.translation import async_get_cached_translations

from .clients.model import Station
from .clients.refs import (
    ACCOUNT,
    ConnectorRef,
    HomeEnergyRef,
    LocationRef,
    Ref,
    StationRef,
    VehicleRef,
)
from .clients.snapshot import Snapshot
from .const import DOMAIN
from .vendors import Vendor

# What of a UUID tells the few connectors of a station apart.
SHORT_ID = 4
E_MAIL = re.compile(r"(?P<who>[^\s@(]+)@[^\s@()]+")


class Label(Struct, frozen=True, kw_only=True, gc=False):
    """What a device shows of its object; a new label updates the device.

    ``names`` are what it may be called in its account, the best first.
    """

    names: tuple[str, ...]
    parent: Ref | None
    manufacturer: str | None = None
    model: str | None = None
    model_id: str | None = None
    serial_number: str | None = None
    firmware: str | None = None


class Labels:
    """The labels of an account's devices."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, vendor: Vendor) -> None:
        """Take the account."""
        self._hass = hass
        self._entry = entry
        self._vendor = vendor

    def label(self, ref: Ref, snapshot: Snapshot, parent: str | None) -> Label:
        """Return what an object's device shows.

        Args:
            ref: the object.
            snapshot: where it stands in.
            parent: what the station of a connector is called.
        """
        match ref:
            case LocationRef(location_id):
                name = snapshot.locations[location_id].name or location_id
                return Label(names=(name, f"{name} {location_id}"), parent=ACCOUNT)
            case StationRef(station_id):
                return self._station(snapshot.stations[station_id], snapshot)
            case VehicleRef(vehicle_id):
                vehicle = snapshot.vehicles[vehicle_id]
                name = vehicle.name or vehicle_id
                return Label(
                    names=(name, f"{name} {vehicle_id}"),
                    parent=ACCOUNT,
                    manufacturer=vehicle.manufacturer,
                    model=vehicle.model,
                )
            case ConnectorRef(station_id, connector_id):
                connector = snapshot.connectors[station_id, connector_id]
                names = (
                    connector.name or connector.evse_id or _short(connector_id),
                    connector_id,
                )
                return Label(
                    names=tuple(_behind(parent or station_id, name) for name in names),
                    parent=StationRef(station_id),
                )
            case HomeEnergyRef(system_id):
                name = self._word("home_energy")
                return Label(names=(name, f"{name} {system_id}"), parent=ACCOUNT)
        return Label(names=(self.account, self._entry.title), parent=None)

    def _word(self, key: str) -> str:
        """Return what a device is called that the vendor has no name for."""
        texts = async_get_cached_translations(
            self._hass, self._hass.config.language, "device", DOMAIN
        )
        return texts.get(f"component.{DOMAIN}.device.{key}.name", key)

    def _station(self, station: Station, snapshot: Snapshot) -> Label:
        name = station.name or station.id
        at = station.location_id
        location = None if at is None else snapshot.locations[at].name
        at_location = (f"{location} {name}",) if location else ()
        return Label(
            names=(name, *at_location, f"{name} {station.id}"),
            parent=ACCOUNT if at is None else LocationRef(at),
            manufacturer=station.manufacturer,
            model=station.model,
            model_id=station.model_id,
            serial_number=station.serial_number,
            firmware=station.details.firmware if station.details else None,
        )

    @property
    def account(self) -> str:
        """What the account's device is called: short, as much is called after it."""
        title = E_MAIL.sub(r"\g<who>", self._entry.title)
        who = title.removeprefix(self._vendor.name).strip(" ()")
        return f"{self._vendor.manufacturer} {who}".strip()


def _short(id_: str) -> str:
    """Return as much of an id as a person can tell it by."""
    head, dash, _ = id_.partition("-")
    return head[:SHORT_ID] if dash else head


def _behind(station: str, name: str) -> str:
    """Return a connector's name with its station's, unless that is in it already."""
    return name if name.startswith(station) else f"{station} {name}"


def wishes(snapshot: Snapshot) -> Iterator[str]:
    """Yield what the objects of an account would be called if each were alone."""
    for objects in (snapshot.locations, snapshot.stations, snapshot.vehicles):
        for id_, object_ in objects.items():
            yield object_.name or id_


class Names:
    """The names of an account's devices, by their identifiers."""

    def __init__(self, brands: Sequence[str]) -> None:
        """Begin without any.

        Args:
            brands: what stands before a name that another account has, the best first.
        """
        self._brands = brands
        self._names: dict[str, str] = {}
        self._bearers: dict[str, str] = {}
        self._others: frozenset[str] = frozenset()
        self._shared: frozenset[str] = frozenset()

    def refuse(self, others: Iterable[str], wished: Iterable[str]) -> None:
        """Take what no device may be called.

        Args:
            others: the names of other accounts' devices.
            wished: what this account's devices would be called if each were alone;
                none gets what several would.
        """
        counts = Counter(name.casefold() for name in wished)
        self._others = frozenset(name.casefold() for name in others)
        self._shared = frozenset(name for name, count in counts.items() if count > 1)

    def choose(self, identifier: str, names: Sequence[str]) -> str:
        """Return the best name that is free, and let the device bear it.

        Args:
            identifier: of the device.
            names: what it may be called in its account, the best first.
        """
        name = next(
            (name for name in names if self._is_free(name, identifier)), names[-1]
        )
        self.forget(identifier)
        folded = name.casefold()
        self._names[identifier] = name
        self._bearers[folded] = identifier
        if folded not in self._others:
            return name
        choices = (name, *(f"{brand} {name}" for brand in self._brands))
        return next(
            (one for one in choices if one.casefold() not in self._others), choices[-1]
        )

    def forget(self, identifier: str) -> None:
        """Let a device's name be free again."""
        if (name := self._names.pop(identifier, None)) is not None:
            self._bearers.pop(name.casefold(), None)

    def _is_free(self, name: str, identifier: str) -> bool:
        folded = name.casefold()
        return (
            folded not in self._shared
            and self._bearers.get(folded, identifier) == identifier
        )


def other_names(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[str]:
    """Yield what the devices of the integration's other accounts are called."""
    registry = dr.async_get(hass)
    for other in hass.config_entries.async_entries(DOMAIN):
        if other.entry_id != entry.entry_id:
            for device in (
                *dr.async_entries_for_config_entry(registry, other.entry_id),
                *dr.async_child_entries_for_config_entry(registry, other.entry_id),
            ):
                yield device.name_by_user or device.name or ""
