"""The integration's actions."""

import voluptuous as vol

from homeassistant.components.calendar.const import CalendarEntityFeature
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.typing import VolDictType

from .const import DOMAIN

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


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions; each is of a maintenance calendar."""
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
        func="async_get_windows",
        supports_response=SupportsResponse.ONLY,
    )
