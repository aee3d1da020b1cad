"""What each platform can show: a table of descriptions for each."""

from homeassistant.const import Platform

from . import binary_sensor, button, calendar, event, number, sensor, switch

TABLES = {
    Platform.BINARY_SENSOR: binary_sensor.TABLE,
    Platform.BUTTON: button.TABLE,
    Platform.CALENDAR: calendar.TABLE,
    Platform.EVENT: event.TABLE,
    Platform.NUMBER: number.TABLE,
    Platform.SENSOR: sensor.TABLE,
    Platform.SWITCH: switch.TABLE,
}
