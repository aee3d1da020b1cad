"""Actions that answer from the ledger: sessions, figures, files and statistics."""

from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from msgspec.structs import replace
import voluptuous as vol

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..ledger import SessionQuery, months
from ..runtime import ChargingConfigEntry
from .errors import asking_ledger
from .export import ATTR_FILE, ATTR_FORMAT, ATTR_LANGUAGE, FORMATS, Tables, async_export
from .figures import async_figures
from .follow import statistics_of
from .ledger import account_id_of, async_get_ledger
from .places import async_find_device, driver_name, query_of

ATTR_DRIVER = "driver"
ATTR_END = "end"
ATTR_MONTH = "month"
ATTR_PAGE = "page"
ATTR_PAGE_SIZE = "page_size"
ATTR_START = "start"

MONTH = "%Y-%m"
MOST_ON_A_PAGE = 1000
INSTANT = timedelta(microseconds=1)

WHICH: VolDictType = {
    vol.Optional(ATTR_MONTH): vol.All(cv.string, vol.Match(r"^\d{4}-(0[1-9]|1[0-2])$")),
    vol.Optional(ATTR_START): cv.datetime,
    vol.Optional(ATTR_END): cv.datetime,
    vol.Optional(ATTR_DRIVER): cv.string,
}


async def _async_get_sessions(call: ServiceCall) -> JsonObjectType:
    """Return a page of sessions, the newest first, and the totals of all pages."""
    query = _query(call)
    size = call.data[ATTR_PAGE_SIZE]
    page = call.data[ATTR_PAGE]
    zone = dt_util.get_default_time_zone()
    entry, _ = async_find_device(call.hass, call.data[ATTR_DEVICE_ID])
    ledger = await async_get_ledger(call.hass)
    with asking_ledger():
        found = await ledger.async_sessions(
            replace(query, limit=size, offset=(page - 1) * size, intervals=False)
        )
        totals = await ledger.async_totals(query, zone)
    tables = Tables(entry, found.sessions, totals, zone)
    return {
        "sessions": [dict(row) for row in tables.sessions()],
        "number": found.total,
        "page": page,
        "pages": ceil(found.total / size),
        "totals": [dict(row) for row in tables.totals()],
    }


async def _async_export_sessions(call: ServiceCall) -> JsonObjectType:
    """Write sessions and their totals to a file, and return what was written."""
    entry, _ = async_find_device(call.hass, call.data[ATTR_DEVICE_ID])
    query = replace(_query(call), newest_first=False, intervals=False)
    return await async_export(call, entry, query)


async def _async_rebuild_statistics(call: ServiceCall) -> JsonObjectType:
    """Write the statistics of an account, or of a part of it, anew."""
    _, found = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    entry: ChargingConfigEntry = found
    kept = statistics_of(call.hass, entry)
    if kept is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_recorder"
        )
    _, subject = async_find_device(call.hass, call.data[ATTR_DEVICE_ID])
    with asking_ledger():
        return {"statistics": await kept.async_rebuild(subject)}


async def _async_get_figures(call: ServiceCall) -> JsonObjectType:
    """Return how much the connectors of an account, or of a part of it, were used."""
    _, found = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    entry: ChargingConfigEntry = found
    _, subject = async_find_device(call.hass, call.data[ATTR_DEVICE_ID])
    with asking_ledger():
        return await async_figures(call.hass, entry, subject)


def _query(call: ServiceCall) -> SessionQuery:
    """Return which sessions are meant: those that began in a time.

    Raises:
        ServiceValidationError: the device is none of ours, or the time makes no sense.
    """
    entry, subject = async_find_device(call.hass, call.data[ATTR_DEVICE_ID])
    start, end = _time(call)
    query = SessionQuery(
        account_id=account_id_of(entry), start=start, end=end, by_start=True
    )
    query = query_of(query, subject)
    if (driver := call.data.get(ATTR_DRIVER)) is not None:
        is_own = driver == driver_name(entry, query.account_id)
        query = replace(query, driver=query.account_id if is_own else driver)
    return query


def _time(call: ServiceCall) -> tuple[datetime | None, datetime | None]:
    """Return in UTC from when until when; a month is one by the clock on the wall."""
    start: datetime | None = call.data.get(ATTR_START)
    end: datetime | None = call.data.get(ATTR_END)
    if (month := call.data.get(ATTR_MONTH)) is None:
        start = dt_util.as_utc(start) if start else None
        end = dt_util.as_utc(end) if end else None
        if start and end and end <= start:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="time_ends_before_start"
            )
        return start, end
    if start or end:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="month_or_time"
        )
    zone = dt_util.get_default_time_zone()
    begin = datetime.strptime(month, MONTH).replace(tzinfo=zone)
    first, last = months(begin, begin + INSTANT, zone)
    return first, last


type Handler = Callable[[ServiceCall], Coroutine[Any, Any, JsonObjectType]]

# name, fields beside the device, handler, whether it is for its response only
SESSION_ACTIONS: tuple[tuple[str, VolDictType, Handler, SupportsResponse], ...] = (
    (
        "get_sessions",
        {
            **WHICH,
            vol.Optional(ATTR_PAGE, default=1): vol.All(
                vol.Coerce(int), vol.Range(min=1)
            ),
            vol.Optional(ATTR_PAGE_SIZE, default=100): vol.All(
                vol.Coerce(int), vol.Range(min=1, max=MOST_ON_A_PAGE)
            ),
        },
        _async_get_sessions,
        SupportsResponse.ONLY,
    ),
    (
        "export_sessions",
        {
            vol.Required(ATTR_FILE): cv.string,
            vol.Optional(ATTR_FORMAT, default=FORMATS[0]): vol.In(FORMATS),
            vol.Optional(ATTR_LANGUAGE): cv.string,
            **WHICH,
        },
        _async_export_sessions,
        SupportsResponse.OPTIONAL,
    ),
    ("get_figures", {}, _async_get_figures, SupportsResponse.ONLY),
    (
        "rebuild_statistics",
        {},
        _async_rebuild_statistics,
        SupportsResponse.OPTIONAL,
    ),
)


@callback
def async_setup_session_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, more, handler, response in SESSION_ACTIONS:
        hass.services.async_register(
            DOMAIN,
            name,
            handler,
            schema=vol.Schema({vol.Required(ATTR_DEVICE_ID): cv.string, **more}),
            supports_response=response,
        )
