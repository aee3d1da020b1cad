"""The coordinator of what changes rarely."""

from datetime import timedelta
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .clients.client import ChargingClient
from .clients.errors import ClientError
from .clients.snapshot import SlowState
from .vendors import Vendor, log_name

_LOGGER = logging.getLogger(__name__)

# When what changes rarely could not be read, it is tried again before it is due.
RETRY = timedelta(minutes=5)


class SlowCoordinator(DataUpdateCoordinator[SlowState]):
    """What changes rarely."""

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: ChargingClient,
        vendor: Vendor,
    ) -> None:
        """Initialize the coordinator."""
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{log_name(entry, vendor)} slow",
            update_interval=timedelta(seconds=vendor.intervals.slow),
            always_update=False,
        )
        self._client = client
        self._vendor = vendor
        self.data = SlowState(locations={})

    @callback
    def async_restore(self, state: SlowState) -> None:
        """Go on with what was known before the start, unless there is news of it."""
        if not self.data.locations:
            self.data = state

    @override
    async def _async_update_data(self) -> SlowState:
        """Read what changes rarely; what is wrong is the live coordinator's to report."""
        try:
            state = await self._client.async_get_slow()
            await self._client.async_read_details()
        except ClientError as err:
            _LOGGER.debug("Keeping what is known so far: %s", err)
            self.update_interval = RETRY
            return self.data
        slow = timedelta(seconds=self._vendor.intervals.slow)
        # What was never permitted is no reason to ask for all the rest more often.
        failing = [it for it in self._client.families.off() if not it.is_optional]
        self.update_interval = RETRY if failing else slow
        return state
