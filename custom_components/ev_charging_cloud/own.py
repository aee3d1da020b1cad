"""Which devices of an account a person made his own: these are never taken away."""

from collections.abc import Iterator

from homeassistant.helpers import device_registry as dr

from .clients.refs import ConnectorRef, Ref, StationRef
from .const import DOMAIN


def devices_of(
    registry: dr.DeviceRegistry, entry_id: str
) -> Iterator[dr.AnyDeviceEntry]:
    """Yield the devices of an account, those of connectors last."""
    yield from dr.async_entries_for_config_entry(registry, entry_id)
    yield from dr.async_child_entries_for_config_entry(registry, entry_id)


def is_own(device: dr.AnyDeviceEntry) -> bool:
    """Tell whether a person named, placed or labelled a device."""
    return bool(device.name_by_user or device.area_id or device.labels)


class OwnDevices:
    """The devices of an account that a person named, placed or labelled by now."""

    def __init__(
        self, registry: dr.DeviceRegistry, entry_id: str, account: str | None
    ) -> None:
        """Look at all devices.

        Args:
            registry: of the devices.
            entry_id: of the account's config entry.
            account: what the identifiers of its devices begin with.
        """
        self._account = account
        self._identifiers = {
            value
            for device in devices_of(registry, entry_id)
            if is_own(device)
            for domain, value in device.identifiers
            if domain == DOMAIN
        }

    def has(self, ref: Ref) -> bool:
        """Tell whether an object's device is among them, or that of its station."""
        if not self._identifiers:
            return False
        paths = [ref.path]
        if isinstance(ref, ConnectorRef):
            paths.append(StationRef(ref.station_id).path)
        return any(f"{self._account}/{path}" in self._identifiers for path in paths)
