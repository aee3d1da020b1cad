"""The calendar of an account's charging sessions, past and running."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..clients.client import Capability
from ..clients.money import to_major
from ..clients.totals import Totals
from ..entity import ChargingEntity, ChargingEntityDescription, Detail
from ..ledger import Change, SessionQuery, SessionRecord
from ..sessions.errors import asking_ledger
from ..sessions.ledger import account_id_of, async_get_ledger, ledger_of
from ..sessions.places import driver_name, place_of

# An event that has no length shows nowhere.
SHORTEST = timedelta(minutes=1)
# How far the end of a running session is put off, in whole hours.
LOOKING_AHEAD = timedelta(hours=2)


class SessionCalendar(ChargingEntity[Totals], CalendarEntity):
    """The sessions of an account, as the ledger has them: also without the cloud."""

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the ledger."""
        await super().async_added_to_hass()
        ledger = await async_get_ledger(self.hass)
        self.async_on_remove(ledger.add_change_listener(self._on_changes))

    @property
    @override
    def available(self) -> bool:
        """Return True: what is kept does not depend on the cloud."""
        return True

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the session that began last of those that run."""
        if (ledger := ledger_of(self.hass)) is None:
            return None
        running = ledger.running_sessions(self._account_id)
        latest = max(running, key=lambda record: record.began_at, default=None)
        if latest is None:
            return None
        # Nobody knows when it ends; it is on until then.
        this_hour = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
        return self._event(latest, this_hour + LOOKING_AHEAD)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the sessions that overlap a time."""
        ledger = await async_get_ledger(hass)
        with asking_ledger():
            page = await ledger.async_sessions(
                SessionQuery(
                    account_id=self._account_id,
                    start=dt_util.as_utc(start_date),
                    end=dt_util.as_utc(end_date),
                    newest_first=False,
                    intervals=False,
                )
            )
        now = dt_util.utcnow()
        return [self._event(record, now) for record in page.sessions]

    def _event(self, record: SessionRecord, runs_until: datetime) -> CalendarEvent:
        """Return a session as an event; one that runs has no end of its own."""
        end = record.until if record.is_over else max(runs_until, record.until)
        place = place_of(record)
        driver = driver_name(self.coordinator.config_entry, record.driver)
        energy = None if record.energy is None else f"{record.energy / 1000:.1f} kWh"
        # In a driver's own account nobody needs to be told who it was.
        card = None if record.driver == self._account_id else driver
        what = card or record.vehicle_name or place
        lines = (driver, record.vehicle_name, energy, _cost(record))
        return CalendarEvent(
            start=dt_util.as_local(record.began_at),
            end=dt_util.as_local(max(end, record.began_at + SHORTEST)),
            # A month has room for some letters: what differs comes first.
            summary=", ".join(filter(None, (energy, what))) or record.session_id,
            description="\n".join(filter(None, lines)) or None,
            location=place,
            uid=record.session_id,
        )

    @property
    def _account_id(self) -> str:
        return account_id_of(self.coordinator.config_entry)

    @callback
    def _on_changes(self, changes: tuple[Change, ...]) -> None:
        if any(change.after.account_id == self._account_id for change in changes):
            self.async_write_ha_state()


@dataclass(frozen=True, kw_only=True)
class SessionCalendarDescription(
    ChargingEntityDescription[Totals], CalendarEntityDescription
):
    """Describes the calendar of an account's sessions."""

    entity_class = SessionCalendar


def _cost(record: SessionRecord) -> str | None:
    amount = to_major(record.cost)
    if amount is None or record.cost is None:
        return None
    return f"{amount:.2f} {record.cost.currency}"


SESSIONS = (
    SessionCalendarDescription(
        key="sessions",
        translation_key="sessions",
        capability=Capability.SESSIONS | Capability.DRIVER_SESSIONS,
        detail=Detail.TOTALS,
    ),
)
