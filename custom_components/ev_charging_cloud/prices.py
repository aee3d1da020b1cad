"""The actions that return what energy will cost and emit, and what charging costs where."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

from .clients.forecast import Forecast
from .clients.model import Connector
from .clients.money import to_major
from .commands import FORECASTS
from .const import DOMAIN
from .coordinator import LiveCoordinator

USUAL = timedelta(days=1)
LONGEST = timedelta(days=8)


async def async_get_prices(
    coordinator: LiveCoordinator, start: datetime | None, end: datetime | None
) -> JsonObjectType:
    """Return prices and carbon of a time: of the day from now on, unless it is given.

    Times are local. Prices are per kWh in whole currency, carbon is in g/kWh.

    Raises:
        ServiceValidationError: the time makes no sense, or the account knows no prices.
        HomeAssistantError: nothing could be read; the message says why.
    """
    since = dt_util.as_utc(start) if start else dt_util.utcnow()
    until = dt_util.as_utc(end) if end else since + USUAL
    if until <= since:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="time_ends_before_start"
        )
    if until - since > LONGEST:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="time_too_long",
            translation_placeholders={"days": str(LONGEST.days)},
        )
    forecast = await coordinator.async_ask(
        FORECASTS, lambda forecasts: forecasts.async_get(since, until)
    )
    return _response(forecast)


def _response(forecast: Forecast) -> JsonObjectType:
    prices: JsonValueType = None
    carbon: JsonValueType = None
    if forecast.prices is not None:
        prices = [
            {
                "start": _local(interval.start),
                "end": _local(interval.end),
                "price": to_major(interval.price),
                "currency": interval.price.currency,
            }
            for interval in forecast.prices
        ]
    if forecast.carbon is not None:
        carbon = [
            {
                "start": _local(interval.start),
                "end": _local(interval.end),
                "intensity": interval.intensity,
            }
            for interval in forecast.carbon
        ]
    return {
        "prices": prices,
        "carbon_intensity": carbon,
        "problems": {**forecast.problems},
    }


def connector_prices(
    connectors: Iterable[tuple[Connector, str | None]], *, read_at: datetime
) -> JsonObjectType:
    """Return what charging costs at connectors, as it was read last.

    Args:
        connectors: each with the id of its device.
        read_at: when they were read.

    Raises:
        ServiceValidationError: no price is told of any of them.
    """
    rows = [
        _told({"device_id": device_id, "name": it.name, "evse_id": it.evse_id}) | prices
        for it, device_id in connectors
        if (prices := _prices(it))
    ]
    if not rows:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_connector_prices"
        )
    return {"connectors": [*rows], "read_at": _local(read_at)}


def _prices(connector: Connector) -> dict[str, JsonValueType]:
    """Return a connector's prices in whole currency; nothing where none is told."""
    money = (
        connector.price,
        connector.price_per_minute,
        connector.price_per_session,
    )
    energy, time, session = map(to_major, money)
    return _told(
        {
            "energy_price": energy,
            "time_price": time,
            "session_fee": session,
            "currency": next((it.currency for it in money if it), None),
            "price_text": connector.price_text,
        }
    )


def _told(values: dict[str, JsonValueType]) -> dict[str, JsonValueType]:
    """Return the values that are told."""
    return {name: value for name, value in values.items() if value is not None}


def _local(moment: datetime) -> str:
    return dt_util.as_local(moment).isoformat()
