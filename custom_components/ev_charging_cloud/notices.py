"""What a person should know of a command that was no failure, in a notification."""

from collections.abc import Callable
from datetime import datetime

from homeassistant.components import persistent_notification
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.translation import async_get_exception_message

from .const import DOMAIN
from .vendors import Vendor

# By then what a command has done can be seen, or never will.
SHOWN_FOR = 600.0


class Notices:
    """Shows notices of an account, one for each thing that commands are about."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, vendor: Vendor) -> None:
        """Show nothing yet; what is shown goes with the account."""
        self._hass = hass
        self._entry = entry
        self._vendor = vendor
        self._hide: dict[str, Callable[[], None]] = {}
        entry.async_on_unload(self._async_hide_all)

    @callback
    def async_show(self, subject: str, key: str, **placeholders: str) -> None:
        """Show a text, one of the exceptions' for want of others that can be translated.

        Args:
            subject: what it is about; it replaces what was shown of that before.
            key: of the text.
            placeholders: of the text, beside ``vendor``.
        """
        self._async_hide(subject)
        persistent_notification.async_create(
            self._hass,
            async_get_exception_message(
                DOMAIN, key, {"vendor": self._vendor.name, **placeholders}
            ),
            self._vendor.name,
            self._id(subject),
        )

        @callback
        def hide(_: datetime) -> None:
            self._async_hide(subject)

        # An account that is over may still hear what came of its last command.
        self._hide[subject] = async_call_later(
            self._hass, SHOWN_FOR, HassJob(hide, cancel_on_shutdown=True)
        )

    def _id(self, subject: str) -> str:
        return f"{DOMAIN}_{self._entry.entry_id}_{subject}"

    @callback
    def _async_hide(self, subject: str) -> None:
        if (cancel := self._hide.pop(subject, None)) is not None:
            cancel()
            persistent_notification.async_dismiss(self._hass, self._id(subject))

    @callback
    def _async_hide_all(self) -> None:
        for subject in tuple(self._hide):
            self._async_hide(subject)
