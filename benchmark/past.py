"""Years of sessions: what it costs to take them in, and to read one month of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.ledger import Sighting, Source
from custom_components.ev_charging_cloud.sessions.ledger import (
    account_id_of,
    async_get_ledger,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .clouds import running
from .home import async_set_up, async_unload, new_account, running_home
from .meter import Meter
from .results import Result
from .spans import Spans

# The vendor whose account they are of makes no difference; it has so many stations.
VENDOR, STATIONS = "kempower", 10
PAGE = 100
END = datetime(2026, 7, 1, tzinfo=UTC)
EVERY, LENGTH = timedelta(minutes=10), timedelta(hours=1, minutes=40)
MONTH_START, MONTH_END = datetime(2026, 6, 1, tzinfo=UTC), END
READS = 3
A_PAGE_OF_MONTH = 1000


async def async_measure_past(n: int) -> Result:
    """Have the ledger take in so many sessions of the past, page by page, and read a month of them."""
    result = Result(case="sessions", key="sessions", n=n, spans={})
    spans = Spans()
    async with running(VENDOR, STATIONS) as clouds, running_home() as hass:
        meter = Meter()
        entry = new_account(hass, clouds, VENDOR)
        await async_set_up(hass, entry)
        stations = sorted(entry.runtime_data.live.data.stations)
        result.listed = len(stations)
        ledger = await async_get_ledger(hass)
        account_id = account_id_of(entry)
        with spans.measure(meter, "back_fill", tidy=True):
            for page in batched(_sessions(n, stations), PAGE, strict=False):
                recorded = await ledger.async_record(
                    account_id, page, Source.HISTORY, END
                )
                if not recorded.stored or len(recorded.changes) != len(page):
                    raise RuntimeError("The ledger did not take the sessions")
            await hass.async_block_till_done()
        for _ in range(READS):
            await _read_month(hass, entry, spans, meter)
        await async_unload(hass, entry)
    result.spans = spans.middle()
    return result


async def _read_month(
    hass: HomeAssistant, entry: MockConfigEntry, spans: Spans, meter: Meter
) -> None:
    account = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/account"), entry.entry_id
    )
    if account is None:
        raise RuntimeError("The account has no device")
    with spans.measure(meter, "month"):
        answer = await hass.services.async_call(
            DOMAIN,
            "get_sessions",
            {
                "device_id": account.id,
                "month": f"{MONTH_START:%Y-%m}",
                "page_size": A_PAGE_OF_MONTH,
            },
            blocking=True,
            return_response=True,
        )
    if not answer or not answer["number"]:
        raise RuntimeError("There are no sessions in the month")
    calendar = next(
        found.entity_id
        for found in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
        if found.domain == "calendar" and not found.disabled
    )
    with spans.measure(meter, "calendar"):
        await hass.services.async_call(
            "calendar",
            "get_events",
            {
                "entity_id": calendar,
                "start_date_time": MONTH_START.isoformat(),
                "end_date_time": MONTH_END.isoformat(),
            },
            blocking=True,
            return_response=True,
        )


def _sessions(number: int, stations: list[str]) -> Iterator[Sighting]:
    """Yield sessions as a vendor lists them, the newest first."""
    for index in range(number):
        end = END - index * EVERY
        station = stations[index % len(stations)]
        yield Sighting(
            session=ChargingSession(
                id=f"past-{index}",
                status=SessionStatus.COMPLETED,
                station_id=station,
                connector_id="1",
                started_at=end - LENGTH,
                ended_at=end,
                energy=18_000.0 + index % 1000,
                cost=Money(900.0 + index % 100, "EUR"),
            ),
            station_name=station,
        )
