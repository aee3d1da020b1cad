"""Maintenance windows: periods in which a station's errors are nobody's alarm."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from simulator.world.model import Json
from simulator.world.world import World

from .ids import connector_uuid, station_uuid

FIRST_ID = 4711
#: the station whose maintenance is under way when the world begins: the one that begins broken
RUNNING_STATION = 3


@dataclass(frozen=True, slots=True)
class Window:
    """A maintenance window of a station, or of one of its connectors only."""

    id: str
    station_uuid: str
    connector_uuid: str | None
    comment: str | None
    start: datetime
    end: datetime

    def document(self) -> dict[str, Json]:
        """Return the window as it is read."""
        return {
            "type": "maintenance_windows",
            "id": self.id,
            "attributes": {
                "cpId": self.station_uuid,
                "connectorId": self.connector_uuid,
                "comment": self.comment,
                "startDate": stamp(self.start),
                "endDate": stamp(self.end),
            },
        }

    def overlaps(self, since: datetime | None, until: datetime | None) -> bool:
        """Return whether any of it lies between two moments, both inclusive: our reading of the filters."""
        return (since is None or self.end >= since) and (
            until is None or self.start <= until
        )


class Windows:
    """All maintenance windows, in the order in which they were made."""

    def __init__(self) -> None:
        """Begin without any."""
        self._windows: dict[str, Window] = {}
        self._next_id = FIRST_ID

    def all(self) -> list[Window]:
        """Return all windows, past ones too."""
        return list(self._windows.values())

    def get(self, window_id: str) -> Window | None:
        """Return a window, None if there is none of that id."""
        return self._windows.get(window_id)

    def add(
        self,
        station_uuid: str,
        connector_uuid: str | None,
        start: datetime,
        end: datetime,
        comment: str | None,
    ) -> str:
        """Put a window in, in the past too, and return its id; nothing is checked."""
        window_id = str(self._next_id)
        self._next_id += 1
        self._windows[window_id] = Window(
            window_id, station_uuid, connector_uuid, comment, whole(start), whole(end)
        )
        return window_id

    def put(self, window: Window) -> None:
        """Replace the window of the same id."""
        self._windows[window.id] = replace(
            window, start=whole(window.start), end=whole(window.end)
        )

    def remove(self, window_id: str) -> None:
        """Take a window out.

        Raises:
            KeyError: if there is none of that id.
        """
        del self._windows[window_id]


def between(
    windows: Iterable[Window], since: datetime | None, until: datetime | None
) -> list[Window]:
    """Return the windows which overlap a period."""
    return [window for window in windows if window.overlaps(since, until)]


def begin(world: World, windows: Windows) -> None:
    """Fill the windows with one that is over, one that runs and some to come; a quiet world has none."""
    specs = list(world.specs.values())
    if world.quiet or not specs:
        return
    now = world.clock.now().replace(second=0, microsecond=0)
    first, broken = specs[0], specs[min(RUNNING_STATION, len(specs) - 1)]
    other = specs[min(1, len(specs) - 1)]
    hour = timedelta(hours=1)

    def add(
        station: str, connector: str | None, after: timedelta, hours: int, comment: str
    ) -> None:
        windows.add(
            station_uuid(station),
            None if connector is None else connector_uuid(station, connector),
            now + after,
            now + after + hours * hour,
            comment,
        )

    add(first.id, None, -72 * hour, 4, "Replace contactor")
    add(broken.id, None, -2 * hour, 8, "Replace power module")
    add(other.id, other.connectors[0].id, 26 * hour, 1, "Cable check")
    add(first.id, None, 7 * 24 * hour, 3, "Firmware update")


def stamp(moment: datetime) -> str:
    """Return a moment as be.ENERGISED writes it: in UTC, with milliseconds and a Z."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def whole(moment: datetime) -> datetime:
    """Return a moment in UTC without what is finer than a millisecond."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
