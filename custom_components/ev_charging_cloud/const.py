"""Constants of the EV Charging Cloud integration."""

from typing import Final

DOMAIN: Final = "ev_charging_cloud"

CONF_ADVANCED: Final = "advanced"
CONF_AUDIENCE: Final = "audience"
CONF_AUTHORIZATION_SERVER: Final = "authorization_server"
CONF_AUTH_IMPLEMENTATION: Final = "auth_implementation"
CONF_COMMANDS: Final = "commands"
CONF_CONNECTORS: Final = "connectors"
CONF_DATABASE: Final = "database"
CONF_DETAIL: Final = "detail"
CONF_FILE: Final = "file"
CONF_FORGET: Final = "forget"
CONF_LOCATIONS: Final = "locations"
CONF_OPERATIONS: Final = "operations"
CONF_PSK: Final = "psk"
CONF_REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105 - a field's name, no secret
CONF_REVIEW: Final = "review"
CONF_SEARCH: Final = "search"
CONF_SERVER: Final = "server"
CONF_SESSIONS: Final = "sessions"
CONF_STATIONS: Final = "stations"
CONF_STATION_IDS: Final = "station_ids"
CONF_TENANT: Final = "tenant"
CONF_USER: Final = "user"
CONF_VENDOR: Final = "vendor"
