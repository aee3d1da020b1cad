"""Stations as a driver sees them, whoever runs them; how an operator's schema writes them is another matter."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from simulator.world.model import ConnectorType

EARTH_RADIUS_M = 6_371_000
CURRENCY = "EUR"
TAX_PERCENT = 20


class SiteStatus(StrEnum):
    """Whether a station is heard of, in the words of the operator's own tool."""

    ONLINE = "online"
    PENDING = "pending"
    OFFLINE = "offline"
    NO_COMMUNICATION = "no_communication"


class PlugStatus(StrEnum):
    """What a driver can expect of a connector."""

    AVAILABLE = "AVAILABLE"
    OCCUPIED = "OCCUPIED"
    CHARGING = "CHARGING"
    FAULTED = "FAULTED"
    UNAVAILABLE = "UNAVAILABLE"
    RESERVED = "RESERVED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Tariff:
    """What charging costs, without tax, in EUR."""

    name: str
    per_kwh: float
    per_minute: float = 0.0
    per_session: float = 0.0


@dataclass(frozen=True, slots=True)
class Plug:
    """A connector. `id` is what starts are sent to; `world_id` is the world's, which roaming stations lack."""

    id: str
    label: str
    kind: ConnectorType
    max_w: float
    evse_id: str
    tariff: Tariff
    world_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A station. `world_id` is the world's, which roaming stations lack."""

    id: str
    label: str
    public_name: str
    latitude: float
    longitude: float
    street: str
    house_number: str
    postal_code: str
    city: str
    country: str
    operator: str
    roaming: bool
    favourite: bool
    plugs: tuple[Plug, ...]
    world_id: str = ""


@dataclass(frozen=True, slots=True)
class SiteState:
    """What is known of a station at a moment; the connectors by their ids."""

    status: SiteStatus
    plugs: dict[str, PlugStatus]


@lru_cache(maxsize=50_000)
def uuid_for(*parts: str) -> str:
    """Return the id of a thing, the same for the same parts."""
    digest = blake2b("/".join(parts).encode(), digest_size=16).digest()
    return str(UUID(bytes=digest, version=4))


def distance_m(
    latitude: float, longitude: float, to_latitude: float, to_longitude: float
) -> float:
    """Return the great-circle distance of two places in metres."""
    phi, to_phi = radians(latitude), radians(to_latitude)
    half_chord = (
        sin((to_phi - phi) / 2) ** 2
        + cos(phi) * cos(to_phi) * sin(radians(to_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, half_chord)))
