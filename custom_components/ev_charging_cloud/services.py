"""The integration's actions: of maintenance calendars, and of devices."""

from collections.abc import Callable, Coroutine
from typing import Any

import voluptuous as vol

from homeassistant.components.calendar.const import CalendarEntityFeature
from homeassistant.const import ATTR_DEVICE_ID, Platform
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.typing import VolDictType
from homeassistant.util.json import JsonObjectType

from .calendar.maintenance import MaintenanceCalendar
from .charging import async_get_cards, async_start, async_stop, async_stop_as_operator
from .clients.model import Connector, Driver
from .clients.refs import ACCOUNT, DRIVER, ConnectorRef, StationRef
from .const import DOMAIN
from .coordinator import LiveCoordinator
from .papers import async_get_documents
from .prices import async_get_prices, connector_prices
from .runtime import ChargingConfigEntry
from .sessions.actions import ATTR_PAGE, ATTR_PAGE_SIZE, async_setup_session_actions

ATTR_CARD = "card"
ATTR_COMMENT = "comment"
ATTR_END = "end"
ATTR_START = "start"
ATTR_WINDOW = "window_id"

# name, fields, the calendar's method, what the calendar must be able to do
ACTIONS: tuple[tuple[str, VolDictType, str, CalendarEntityFeature], ...] = (
    (
        "create_maintenance_window",
        {
            vol.Required(ATTR_START): cv.datetime,
            vol.Required(ATTR_END): cv.datetime,
            vol.Optional(ATTR_COMMENT, default=""): cv.string,
        },
        "async_create_window",
        CalendarEntityFeature.CREATE_EVENT,
    ),
    (
        "update_maintenance_window",
        {
            vol.Required(ATTR_WINDOW): cv.string,
            vol.Optional(ATTR_START): cv.datetime,
            vol.Optional(ATTR_END): cv.datetime,
            vol.Optional(ATTR_COMMENT): cv.string,
        },
        "async_update_window",
        CalendarEntityFeature.UPDATE_EVENT,
    ),
    (
        "delete_maintenance_window",
        {vol.Required(ATTR_WINDOW): cv.string},
        "async_delete_window",
        CalendarEntityFeature.DELETE_EVENT,
    ),
)
GET_WINDOWS = "get_maintenance_windows"
GET_CARDS = "get_cards"
GET_CONNECTOR_PRICES = "get_connector_prices"
GET_DOCUMENTS = "get_documents"
GET_PRICES = "get_prices"
MOST_DOCUMENTS = 100


async def _async_start_charging(call: ServiceCall) -> JsonObjectType:
    """Start a session on a connector."""
    coordinator, connector, _ = _target(call)
    if connector is None:
        raise _wrong_device()
    outcome = await async_start(coordinator, connector, call.data.get(ATTR_CARD))
    return {"outcome": outcome}


async def _async_stop_charging(call: ServiceCall) -> JsonObjectType:
    """Stop the driver's session on a connector, or the one that runs anywhere."""
    coordinator, connector, driver = _target(call)
    session = None
    if connector is not None:
        session = connector.session
        if session is not None and coordinator.client.operator is not None:
            await async_stop_as_operator(coordinator, connector)
            return {"session_id": session.id}
    elif driver is not None:
        session = driver.running
    else:
        raise _wrong_device()
    if session is None or not session.is_running:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nothing_to_stop"
        )
    await async_stop(coordinator, session.id)
    return {"session_id": session.id}


async def _async_get_cards(call: ServiceCall) -> JsonObjectType:
    """Return the cards that may charge on a connector, but not what is on them."""
    coordinator, connector, _ = _target(call)
    if connector is None:
        raise _wrong_device()
    cards = await async_get_cards(coordinator, connector.id)
    return {"cards": [{"id": card.id, "name": card.name} for card in cards]}


async def _async_get_prices(call: ServiceCall) -> JsonObjectType:
    """Return what energy costs and emits in a time, as far as the account may read it."""
    _, found = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    entry: ChargingConfigEntry = found
    return await async_get_prices(
        entry.runtime_data.live, call.data.get(ATTR_START), call.data.get(ATTR_END)
    )


async def _async_get_documents(call: ServiceCall) -> JsonObjectType:
    """Return invoices and the like of the account."""
    _, found = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    entry: ChargingConfigEntry = found
    return await async_get_documents(
        entry.runtime_data.live,
        page=call.data[ATTR_PAGE],
        page_size=call.data[ATTR_PAGE_SIZE],
    )


async def _async_get_connector_prices(call: ServiceCall) -> JsonObjectType:
    """Return what charging costs at a connector, or at all of a station's."""
    device, found = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    entry: ChargingConfigEntry = found
    runtime = entry.runtime_data
    chosen: list[tuple[Connector, str | None]] = []
    for key, connector in runtime.live.data.connectors.items():
        refs = (ConnectorRef(*key), StationRef(connector.station_id))
        known = {runtime.devices.identifier(ref) for ref in refs}
        if not device.identifiers.isdisjoint(known):
            shown = runtime.devices.device(refs[0])
            chosen.append((connector, shown.id if shown else None))
    if not chosen:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_station"
        )
    return connector_prices(chosen, read_at=runtime.live.data.poll.taken_at)


def _target(
    call: ServiceCall,
) -> tuple[LiveCoordinator, Connector | None, Driver | None]:
    """Return the connector of a device, or the driver if the device is the account's."""
    device, found = service.async_get_device_and_config_entry(
        call.hass, DOMAIN, call.data[ATTR_DEVICE_ID]
    )
    entry: ChargingConfigEntry = found
    runtime = entry.runtime_data
    snapshot = runtime.live.data
    if runtime.devices.identifier(ACCOUNT) in device.identifiers:
        return runtime.live, None, DRIVER.find(snapshot)
    return (
        runtime.live,
        next(
            (
                connector
                for key, connector in snapshot.connectors.items()
                if runtime.devices.identifier(ConnectorRef(*key)) in device.identifiers
            ),
            None,
        ),
        None,
    )


def _wrong_device() -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="wrong_device"
    )


async def _async_get_windows(entity: Entity, call: ServiceCall) -> JsonObjectType:
    """Return the windows of a calendar that has some."""
    if not isinstance(entity, MaintenanceCalendar):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_maintenance_calendar"
        )
    return await entity.async_get_windows(call.data[ATTR_START], call.data[ATTR_END])


# name, fields beside the device, handler
DEVICE_ACTIONS: tuple[
    tuple[
        str, VolDictType, Callable[[ServiceCall], Coroutine[Any, Any, JsonObjectType]]
    ],
    ...,
] = (
    ("start_charging", {vol.Optional(ATTR_CARD): cv.string}, _async_start_charging),
    ("stop_charging", {}, _async_stop_charging),
    (GET_CARDS, {}, _async_get_cards),
    (
        GET_PRICES,
        {vol.Optional(ATTR_START): cv.datetime, vol.Optional(ATTR_END): cv.datetime},
        _async_get_prices,
    ),
    (GET_CONNECTOR_PRICES, {}, _async_get_connector_prices),
    (
        GET_DOCUMENTS,
        {
            vol.Optional(ATTR_PAGE, default=1): vol.All(
                vol.Coerce(int), vol.Range(min=1, max=MOST_DOCUMENTS)
            ),
            vol.Optional(ATTR_PAGE_SIZE, default=50): vol.All(
                vol.Coerce(int), vol.Range(min=1, max=MOST_DOCUMENTS)
            ),
        },
        _async_get_documents,
    ),
)
RESPONSE_ONLY = frozenset({GET_CARDS, GET_CONNECTOR_PRICES, GET_DOCUMENTS, GET_PRICES})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    async_setup_session_actions(hass)
    for name, more, handler in DEVICE_ACTIONS:
        hass.services.async_register(
            DOMAIN,
            name,
            handler,
            schema=vol.Schema({vol.Required(ATTR_DEVICE_ID): cv.string, **more}),
            supports_response=SupportsResponse.ONLY
            if name in RESPONSE_ONLY
            else SupportsResponse.OPTIONAL,
        )
    for name, fields, method, feature in ACTIONS:
        service.async_register_platform_entity_service(
            hass,
            DOMAIN,
            name,
            entity_domain=Platform.CALENDAR,
            schema=fields,
            func=method,
            required_features=[feature],
            supports_response=SupportsResponse.OPTIONAL,
        )
    service.async_register_platform_entity_service(
        hass,
        DOMAIN,
        GET_WINDOWS,
        entity_domain=Platform.CALENDAR,
        schema={
            vol.Required(ATTR_START): cv.datetime,
            vol.Required(ATTR_END): cv.datetime,
        },
        func=_async_get_windows,
        supports_response=SupportsResponse.ONLY,
    )
