"""Writing maintenance windows: what a body may hold, and the rules that a window has to keep.

A body is flat and uses other names than reading does. What has the wrong form is 400; what has a right form but is not
allowed is 422. Both are our reading: the documents tell the rules, not the answers.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web
import msgspec
from msgspec import UNSET, UnsetType

from .errors import ApiError
from .windows import Window, whole

IN_THE_PAST = "Maintenance windows cannot be set in the past."
IS_PAST = "A maintenance window in the past cannot be updated."


class WindowBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """What a write sends; every field may be left out of an update."""

    start_date: str | UnsetType = UNSET
    end_date: str | UnsetType = UNSET
    comment: str | UnsetType | None = UNSET
    cp_uuid: str | UnsetType = UNSET
    connector_uuid: str | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True)
class Place:
    """The station whose window is written, and its connectors, by their UUIDs."""

    station_uuid: str
    connector_uuids: frozenset[str]


@dataclass(frozen=True, slots=True)
class NewWindow:
    """A window that keeps the rules and has no id yet."""

    connector_uuid: str | None
    comment: str | None
    start: datetime
    end: datetime


async def body_of(request: web.Request) -> WindowBody:
    """Return the body of a write.

    Raises:
        ApiError: if it is none.
    """
    if request.content_type != "application/json":
        raise ApiError(400, "Content-Type must be application/json.")
    try:
        return msgspec.json.decode(await request.read(), type=WindowBody)
    except msgspec.DecodeError as error:
        raise ApiError(400, f"Not a maintenance window: {error}.") from None


def moment(text: str, name: str) -> datetime:
    """Return a time with its zone.

    Raises:
        ApiError: if it is none.
    """
    try:
        # a plus sign which was not escaped arrives as a blank
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ApiError(400, f"{name} must be an ISO 8601 time with its zone.")
    return whole(found)


def created(body: WindowBody, place: Place, now: datetime) -> NewWindow:
    """Return the window that a body makes.

    Raises:
        ApiError: if it lacks something or breaks a rule.
    """
    missing = [
        name
        for name, value in (
            ("startDate", body.start_date),
            ("endDate", body.end_date),
            ("cpUuid", body.cp_uuid),
        )
        if value is UNSET
    ]
    if body.start_date is UNSET or body.end_date is UNSET or missing:
        raise ApiError(400, f"Missing: {', '.join(missing)}.")
    connector = _connector(body, place, None)
    start = moment(body.start_date, "startDate")
    end = moment(body.end_date, "endDate")
    if start < whole(now):
        raise ApiError(422, IN_THE_PAST)
    _check_order(start, end)
    comment = None if body.comment is UNSET else body.comment
    return NewWindow(connector, comment, start, end)


def updated(window: Window, body: WindowBody, place: Place, now: datetime) -> Window:
    """Return a window as a body changes it; what the body leaves out stays.

    Raises:
        ApiError: if the window is over or the change breaks a rule.
    """
    connector = _connector(body, place, window.connector_uuid)
    start = (
        window.start
        if body.start_date is UNSET
        else moment(body.start_date, "startDate")
    )
    end = window.end if body.end_date is UNSET else moment(body.end_date, "endDate")
    if window.end <= now:
        raise ApiError(422, IS_PAST)
    # a running window may be sent back with the start it has
    if (start != window.start and start < whole(now)) or end < whole(now):
        raise ApiError(422, IN_THE_PAST)
    _check_order(start, end)
    return replace(
        window,
        connector_uuid=connector,
        comment=window.comment if body.comment is UNSET else body.comment,
        start=start,
        end=end,
    )


def _connector(body: WindowBody, place: Place, present: str | None) -> str | None:
    """Return the connector that is meant, after a look at the station in the body."""
    if body.cp_uuid is not UNSET and body.cp_uuid.lower() != place.station_uuid:
        raise ApiError(422, "cpUuid is not the station of the path.")
    if body.connector_uuid is UNSET:
        return present
    if body.connector_uuid is None:
        return None
    connector = body.connector_uuid.lower()
    if connector not in place.connector_uuids:
        raise ApiError(422, "connectorUuid is not a connector of this station.")
    return connector


def _check_order(start: datetime, end: datetime) -> None:
    """Want a window to end after it starts."""
    if end <= start:
        raise ApiError(422, "endDate must be after startDate.")
