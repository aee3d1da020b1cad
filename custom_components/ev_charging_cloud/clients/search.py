"""Which of very many stations an account shows, and finding them."""

from typing import Protocol

from msgspec import Struct

from .model import Station


class Around(Struct, frozen=True, kw_only=True):
    """Stations around a place, in degrees (WGS 84); the radius is in m."""

    latitude: float
    longitude: float
    radius: float


class Favourites(Struct, frozen=True):
    """The stations that the driver has marked."""


class Listed(Struct, frozen=True, kw_only=True):
    """Certain stations, and where or by what text they are found.

    A search without ids is for all that is found.
    """

    station_ids: tuple[str, ...] = ()
    around: Around | None = None
    text: str | None = None


type StationChoice = Around | Favourites | Listed


class StationSearch(Protocol):
    """Finding stations to choose from."""

    @property
    def choices(self) -> frozenset[type[StationChoice]]:
        """By what stations can be found; ``Listed`` stands for a text."""

    async def async_search(self, choice: StationChoice) -> tuple[Station, ...]:
        """Return the stations of a choice, the nearest first; none where it cannot be."""
