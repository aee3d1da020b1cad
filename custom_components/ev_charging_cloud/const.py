"""Constants of the EV Charging Cloud integration."""

from typing import Final

DOMAIN: Final = "ev_charging_cloud"

CONF_ADVANCED: Final = "advanced"
CONF_AUTH_IMPLEMENTATION: Final = "auth_implementation"
CONF_LOCATIONS: Final = "locations"
CONF_REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105 - a field's name, no secret
CONF_SERVER: Final = "server"
CONF_TENANT: Final = "tenant"
CONF_USER: Final = "user"
CONF_VENDOR: Final = "vendor"
