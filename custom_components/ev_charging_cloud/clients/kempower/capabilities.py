"""What ChargEye can give: what is public, and what a customer's own file adds."""

from collections.abc import Iterable, Mapping

from ..client import Capability
from .openapi import Kind

PUBLIC = (
    Capability.LOCATIONS
    | Capability.CONNECTORS
    | Capability.CONNECTOR_STATUS
    | Capability.CONNECTOR_POWER
    | Capability.SESSIONS
    | Capability.SESSION_METER
    | Capability.CONNECTIVITY
    | Capability.STATION_STATUS
    | Capability.STATION_POWER
    | Capability.STATION_CURRENT
    | Capability.SESSION_POWER
    | Capability.SESSION_PLAN
    | Capability.STATE_OF_CHARGE
    | Capability.POWER_LIMITATION
    | Capability.SESSION_REASONS
    | Capability.CHARGING_TIMES
    | Capability.CONNECTOR_MAX_POWER
)
BY_KIND: Mapping[Kind, Capability] = {
    Kind.START: Capability.OPERATOR_START,
    Kind.STOP: Capability.OPERATOR_STOP,
    Kind.AVAILABILITY: Capability.CONNECTOR_AVAILABILITY,
    Kind.RESTART: Capability.STATION_RESTART,
    Kind.STATION_LIMIT: Capability.STATION_LIMIT,
    Kind.CONNECTOR_LIMIT: Capability.CONNECTOR_LIMIT,
    Kind.SESSION_LIMIT: Capability.SESSION_LIMIT,
    Kind.TRANSACTIONS: Capability.HISTORY | Capability.PAST_COST,
    Kind.STATION_TRANSACTIONS: Capability.HISTORY | Capability.PAST_COST,
    Kind.LOCATION_STATIONS: Capability.FIRMWARE,
}


def capabilities_of(kinds: Iterable[Kind]) -> Capability:
    """Return what an account can give with the operations that may be used."""
    found = PUBLIC
    for kind in kinds:
        if kind in BY_KIND:
            found |= BY_KIND[kind]
    return found
