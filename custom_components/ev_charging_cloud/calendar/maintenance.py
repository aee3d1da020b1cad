"""Calendars of maintenance windows: one for each station, and the account's over all."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, override

from msgspec.structs import replace

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.components.calendar.const import CalendarEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..clients.client import Capability
from ..clients.model import Connector, MaintenanceDraft, MaintenanceWindow, Station
from ..clients.snapshot import Maintenance
from ..commands import MAINTENANCE
from ..const import DOMAIN
from ..entity import ChargingEntity, ChargingEntityDescription, Detail

# Where a window is looked for that is to be changed: older ones are not worth a request.
CHANGEABLE = timedelta(days=60)
FORESEEABLE = timedelta(days=3650)


class MaintenanceCalendar[ObjectT](ChargingEntity[ObjectT], CalendarEntity):
    """The maintenance windows of the account, or of some part of it."""

    entity_description: MaintenanceCalendarDescription[ObjectT]

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the window of now, else the next one."""
        now = dt_util.utcnow()
        windows = self._read(self.entity_description.windows_fn) or ()
        return next(
            (self._to_event(window) for window in windows if window.end > now), None
        )

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the windows that overlap a time."""
        windows = await self._async_get(start_date, end_date)
        return [self._to_event(window) for window in windows]

    async def async_get_windows(self, start: datetime, end: datetime) -> JsonObjectType:
        """Return the windows that overlap a time, with their ids."""
        windows = await self._async_get(dt_util.as_utc(start), dt_util.as_utc(end))
        return {"windows": [_answer(window) for window in windows]}

    async def _async_get(
        self, start: datetime, end: datetime
    ) -> tuple[MaintenanceWindow, ...]:
        windows = await self.coordinator.async_ask(
            MAINTENANCE, lambda commands: commands.async_get_windows(start, end)
        )
        found = self._find()
        if found is None:
            return ()
        shows = self.entity_description.shows_fn
        stations = self.coordinator.data.stations
        return tuple(
            window
            for window in windows
            if window.station_id in stations and shows(found, window)
        )

    def _to_event(self, window: MaintenanceWindow) -> CalendarEvent:
        summary, _, description = window.comment.partition("\n")
        return CalendarEvent(
            start=dt_util.as_local(window.start),
            end=dt_util.as_local(window.end),
            summary=summary or self._place(window),
            description=description or None,
            location=self._place(window),
            uid=window.id,
        )

    def _place(self, window: MaintenanceWindow) -> str:
        """Return what a window is about, by name."""
        snapshot = self.coordinator.data
        station = snapshot.stations.get(window.station_id)
        name = (station.name if station else None) or window.station_id
        if window.connector_id is None:
            return name
        connector = snapshot.connectors.get((window.station_id, window.connector_id))
        label = connector.name if connector else None
        return f"{name}, {label or window.connector_id.split('-')[0]}"


@dataclass(frozen=True, kw_only=True)
class MaintenanceCalendarDescription[ObjectT](
    ChargingEntityDescription[ObjectT], CalendarEntityDescription
):
    """Describes a calendar: which windows it shows."""

    windows_fn: Callable[[ObjectT], Iterable[MaintenanceWindow]]
    shows_fn: Callable[[ObjectT, MaintenanceWindow], bool]

    entity_class = MaintenanceCalendar


class WritableMaintenanceCalendar[ObjectT](MaintenanceCalendar[ObjectT]):
    """The maintenance windows of a station or a connector, which can be planned here."""

    _attr_supported_features = (
        CalendarEntityFeature.CREATE_EVENT
        | CalendarEntityFeature.UPDATE_EVENT
        | CalendarEntityFeature.DELETE_EVENT
    )
    entity_description: WritableMaintenanceCalendarDescription[ObjectT]

    @override
    async def async_create_event(self, **kwargs: Any) -> None:
        """Plan a window where someone made an event."""
        await self._async_create(
            _begun_hour(_moment(kwargs["dtstart"])),
            _moment(kwargs["dtend"]),
            _comment(kwargs),
        )

    @override
    async def async_update_event(
        self,
        uid: str,
        event: dict[str, Any],
        recurrence_id: str | None = None,
        recurrence_range: str | None = None,
    ) -> None:
        """Change a window whose event someone changed."""
        window = await self._async_window(uid)
        comment = _comment(event)
        # A window without a comment shows its station's name instead.
        if not window.comment and comment == self._place(window):
            comment = ""
        start = _moment(event["dtstart"])
        await self._async_change(
            window,
            start=start if start == window.start else _begun_hour(start),
            end=_moment(event["dtend"]),
            comment=comment,
        )

    @override
    async def async_delete_event(
        self,
        uid: str,
        recurrence_id: str | None = None,
        recurrence_range: str | None = None,
    ) -> None:
        """Take a window back whose event someone deleted."""
        await self.async_delete_window(uid)

    async def async_create_window(
        self, start: datetime, end: datetime, comment: str = ""
    ) -> JsonObjectType:
        """Plan a window, and return it as the vendor lists it."""
        window = await self._async_create(
            dt_util.as_utc(start), dt_util.as_utc(end), comment
        )
        return {"window": _answer(window) if window else None}

    async def async_update_window(
        self,
        window_id: str,
        start: datetime | None = None,
        end: datetime | None = None,
        comment: str | None = None,
    ) -> JsonObjectType:
        """Change a window; what is not given stays as it is."""
        window = await self._async_window(window_id)
        changed = await self._async_change(
            window,
            start=window.start if start is None else dt_util.as_utc(start),
            end=window.end if end is None else dt_util.as_utc(end),
            comment=window.comment if comment is None else comment,
        )
        return {"window": _answer(changed) if changed else None}

    async def async_delete_window(self, window_id: str) -> JsonObjectType:
        """Take a window back, and return what it was."""
        window = await self._async_window(window_id)
        await self.coordinator.async_command(
            MAINTENANCE,
            f"window/{window.id}/delete",
            lambda commands: commands.async_delete(window),
        )
        return {"window": _answer(window)}

    async def _async_create(
        self, start: datetime, end: datetime, comment: str
    ) -> MaintenanceWindow | None:
        place = self.entity_description.place_fn(self._find_for_command())
        station_id, connector_id = place
        draft = MaintenanceDraft(
            station_id=station_id,
            connector_id=connector_id,
            start=start,
            end=end,
            comment=comment,
        )
        return await self.coordinator.async_command(
            MAINTENANCE,
            f"{self._finder.path}/{start}/{end}",
            lambda commands: commands.async_create(draft),
        )

    async def _async_change(
        self, window: MaintenanceWindow, *, start: datetime, end: datetime, comment: str
    ) -> MaintenanceWindow | None:
        draft = replace(window, start=start, end=end, comment=comment)
        return await self.coordinator.async_command(
            MAINTENANCE,
            f"window/{window.id}/{start}/{end}/{comment}",
            lambda commands: commands.async_change(window, draft),
        )

    async def _async_window(self, window_id: str) -> MaintenanceWindow:
        """Return one of the calendar's windows by its id."""
        now = dt_util.utcnow()
        windows = await self._async_get(now - CHANGEABLE, now + FORESEEABLE)
        for window in windows:
            if window.id == window_id:
                return window
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_such_window",
            translation_placeholders={"window": window_id},
        )


@dataclass(frozen=True, kw_only=True)
class WritableMaintenanceCalendarDescription[ObjectT](
    MaintenanceCalendarDescription[ObjectT]
):
    """Describes a calendar of what can be maintained: by its station and connector."""

    place_fn: Callable[[ObjectT], tuple[str, str | None]]

    entity_class = WritableMaintenanceCalendar


def _moment(value: date | datetime) -> datetime:
    """Return when an event begins or ends; one of whole days does so at midnight."""
    if isinstance(value, datetime):
        return dt_util.as_utc(value)
    return dt_util.as_utc(dt_util.start_of_local_day(value))


def _begun_hour(start: datetime) -> datetime:
    """Return a start as it is, but for one in the hour that has begun: that means now.

    It is what Home Assistant proposes. The vendor takes none that is over already, so
    it is the next minute.
    """
    now = dt_util.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    if not hour <= start < now:
        return start
    return dt_util.as_utc(now.replace(second=0, microsecond=0) + timedelta(minutes=1))


def _comment(event: Mapping[str, Any]) -> str:
    """Return the comment that stands for an event.

    Raises:
        ServiceValidationError: the event is to recur, which no window does.
    """
    if event.get("rrule"):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="window_recurs"
        )
    parts = (event.get("summary"), event.get("description"))
    return "\n".join(part for part in parts if part)


def _answer(window: MaintenanceWindow) -> JsonObjectType:
    """Return a window as an action answers it, in local time."""
    return {
        "id": window.id,
        "station_id": window.station_id,
        "connector_id": window.connector_id,
        "start": dt_util.as_local(window.start).isoformat(),
        "end": dt_util.as_local(window.end).isoformat(),
        "comment": window.comment,
    }


OF_ACCOUNT: tuple[MaintenanceCalendarDescription[Maintenance], ...] = (
    MaintenanceCalendarDescription[Maintenance](
        key="maintenance",
        translation_key="maintenance",
        capability=Capability.MAINTENANCE,
        detail=Detail.TOTALS,
        # Each window is in its station's calendar.
        entity_registry_enabled_default=False,
        windows_fn=lambda maintenance: maintenance.windows,
        shows_fn=lambda _, __: True,
    ),
)
STATION: tuple[MaintenanceCalendarDescription[Station], ...] = (
    WritableMaintenanceCalendarDescription[Station](
        key="maintenance",
        translation_key="maintenance",
        capability=Capability.MAINTENANCE,
        windows_fn=lambda station: station.maintenance,
        shows_fn=lambda station, window: window.station_id == station.id,
        place_fn=lambda station: (station.id, None),
    ),
)
CONNECTOR: tuple[MaintenanceCalendarDescription[Connector], ...] = (
    WritableMaintenanceCalendarDescription[Connector](
        key="maintenance",
        translation_key="maintenance",
        capability=Capability.MAINTENANCE,
        entity_registry_enabled_default=False,
        windows_fn=lambda connector: connector.maintenance,
        shows_fn=lambda connector, window: (
            window.station_id == connector.station_id
            and window.connector_id in {None, connector.id}
        ),
        place_fn=lambda connector: (connector.station_id, connector.id),
    ),
)
