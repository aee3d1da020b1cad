"""Ids as be.ENERGISED writes them: UUIDs, made from the world's own ids and so the same in every run."""

from functools import lru_cache
from uuid import UUID, uuid5

NAMESPACE = UUID("b5d1c1de-7a0e-4a86-9f0d-0c90a91e6e01")


@lru_cache(maxsize=50_000)
def thing_uuid(kind: str, *parts: str) -> str:
    """Return the UUID of a thing of a kind."""
    return str(uuid5(NAMESPACE, "/".join((kind, *parts))))


def station_uuid(station_id: str) -> str:
    """Return the UUID of a station of the world."""
    return thing_uuid("station", station_id)


def connector_uuid(station_id: str, connector_id: str) -> str:
    """Return the UUID of a connector, whose id in the world is unique inside its station only."""
    return thing_uuid("connector", station_id, connector_id)


def location_uuid(location_id: str) -> str:
    """Return the UUID of a location of the world."""
    return thing_uuid("location", location_id)
