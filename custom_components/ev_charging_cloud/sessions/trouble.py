"""What a person should know of the ledger's database, in Home Assistant's repairs."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval

from ..const import DOMAIN
from ..ledger import Ledger, LedgerError, Problem

# How often a database that failed is tried, when there is nothing to be written.
TRY_EVERY = timedelta(minutes=5)

# Each wants something else done.
TEXTS: Mapping[Problem, str] = {
    Problem.DISK_FULL: "ledger_disk_full",
    Problem.READ_ONLY: "ledger_read_only",
    Problem.UNREACHABLE: "ledger_unreachable",
    Problem.TOO_SLOW: "ledger_unreachable",
    Problem.MISSING_DRIVER: "ledger_unreachable",
    Problem.NEWER_VERSION: "ledger_newer_version",
}
OTHER = "ledger_failing"
UNUSABLE = "ledger"
MOVED_ASIDE = "ledger_moved_aside"
DROPPED = "ledger_dropped"


class LedgerTrouble:
    """Raises one repair while sessions cannot be kept, and takes it back."""

    def __init__(self, hass: HomeAssistant, ledger: Ledger) -> None:
        """Follow how the ledger is."""
        self._hass = hass
        self._ledger = ledger
        self._stop_listening = ledger.add_status_listener(self._async_say)
        self._stop_trying: CALLBACK_TYPE | None = None

    @callback
    def async_stop(self) -> None:
        """Say nothing more, and take back what no longer can be known."""
        self._stop_listening()
        self._rest()
        ir.async_delete_issue(self._hass, DOMAIN, UNUSABLE)

    @callback
    def _async_say(self) -> None:
        status = self._ledger.status
        if status.problem is None:
            ir.async_delete_issue(self._hass, DOMAIN, UNUSABLE)
            self._rest()
        else:
            self._raise(
                UNUSABLE,
                TEXTS.get(status.problem, OTHER),
                {"message": status.detail or status.problem},
            )
            if self._stop_trying is None:
                self._stop_trying = async_track_time_interval(
                    self._hass, self._async_try, TRY_EVERY, cancel_on_shutdown=True
                )
        if status.moved_aside is not None:
            self._raise(MOVED_ASIDE, MOVED_ASIDE, {"file": status.moved_aside})
        if status.dropped:
            self._raise(DROPPED, DROPPED, {})

    async def _async_try(self, _: datetime) -> None:
        """Use the database, as what fails says so only when it is used."""
        if self._ledger.status.waiting:
            await self._ledger.async_flush()
        else:
            with suppress(LedgerError):
                await self._ledger.async_accounts()

    def _raise(self, issue_id: str, key: str, placeholders: dict[str, str]) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders=placeholders,
        )

    def _rest(self) -> None:
        if self._stop_trying is not None:
            self._stop_trying()
            self._stop_trying = None
