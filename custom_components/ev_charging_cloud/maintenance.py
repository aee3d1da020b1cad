"""Maintenance windows begin and end by the clock, whether a cloud is polled or not."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from .clients.model import MaintenanceWindow
from .clients.refs import MAINTENANCE, ConnectorRef, Ref, StationRef
from .clients.snapshot import Snapshot
from .coordinator import LiveCoordinator


class MaintenanceClock:
    """Has entities look again whenever a window begins or ends."""

    def __init__(self, hass: HomeAssistant, coordinator: LiveCoordinator) -> None:
        """Prepare; nothing is awaited yet."""
        self._hass = hass
        self._coordinator = coordinator
        self._cancel: Callable[[], None] | None = None
        # Those that are waited for.
        self._windows: tuple[MaintenanceWindow, ...] | None = None

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the windows of each poll, until what is returned is called."""
        self._follow()
        unsubscribe = self._coordinator.async_add_listener(self._follow)

        @callback
        def stop() -> None:
            unsubscribe()
            self._stop_waiting()

        return stop

    @callback
    def _follow(self) -> None:
        windows = self._coordinator.data.maintenance.windows
        if windows is not self._windows:
            self._windows = windows
            self._schedule(windows)

    @callback
    def _schedule(self, windows: Iterable[MaintenanceWindow]) -> None:
        self._stop_waiting()
        now = dt_util.utcnow()
        following = min(
            (
                moment
                for window in windows
                for moment in (window.start, window.end)
                if moment > now
            ),
            default=None,
        )
        if following is not None:
            self._cancel = async_track_point_in_utc_time(
                self._hass, self._on_time, following
            )

    def _stop_waiting(self) -> None:
        if self._cancel:
            self._cancel()
            self._cancel = None

    @callback
    def _on_time(self, now: datetime) -> None:
        self._cancel = None
        snapshot = self._coordinator.data
        self._coordinator.async_notify(tuple(_concerned(snapshot)))
        self._schedule(snapshot.maintenance.windows)


def _concerned(snapshot: Snapshot) -> Iterator[Ref]:
    """Yield what any window is about."""
    station_ids = {window.station_id for window in snapshot.maintenance.windows}
    yield MAINTENANCE
    yield from map(StationRef, sorted(station_ids))
    yield from (
        ConnectorRef(*key) for key in snapshot.connectors if key[0] in station_ids
    )


def is_active(windows: Iterable[MaintenanceWindow]) -> bool:
    """Return whether any window is open now."""
    now = dt_util.utcnow()
    return any(window.is_active(now) for window in windows)


def active_until(windows: Iterable[MaintenanceWindow]) -> datetime | None:
    """Return when the maintenance of now ends, if windows follow one another the last's."""
    end: datetime | None = None
    moment = dt_util.utcnow()
    for window in sorted(windows, key=lambda window: window.start):
        if window.is_active(moment):
            moment = end = max(window.end, moment)
    return end


def next_start(windows: Iterable[MaintenanceWindow]) -> datetime | None:
    """Return when the next window begins."""
    now = dt_util.utcnow()
    return min((w.start for w in windows if w.start > now), default=None)


def planned(windows: Iterable[MaintenanceWindow]) -> int:
    """Return how many windows are not over."""
    now = dt_util.utcnow()
    return sum(window.end > now for window in windows)
