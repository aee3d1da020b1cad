"""All stations a driver can charge at: found by place, by name, by connector."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from simulator.world.world import World

from .options import BeenergisedDriverOptions
from .own_stations import OwnStations
from .places import Plug, PlugStatus, Site, SiteState, distance_m
from .roaming import RoamingStations


@dataclass(frozen=True, slots=True)
class Circle:
    """A place and how far away from it a station may be."""

    latitude: float
    longitude: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Wish:
    """Which stations are wanted; None does not look at it."""

    circle: Circle | None = None
    favourites: bool | None = None
    search: str | None = None


class Stations:
    """The operator's own stations and the roaming network's."""

    def __init__(self, world: World, options: BeenergisedDriverOptions) -> None:
        """Stand in front of a world."""
        self.own = OwnStations(world)
        self.roaming = RoamingStations(world, options)
        #: connectors of other operators where the driver charges now
        self.charging_roaming: set[str] = set()

    def mark(self, station: str, *, on: bool) -> bool:
        """Make a station one of the driver's favourites, or no longer, and tell whether there is one of that id."""
        return self.own.mark(station, on=on) or self.roaming.mark(station, on=on)

    def page(self, wish: Wish, offset: int, limit: int) -> tuple[int, list[Site]]:
        """Return how many stations are wanted, and some of them: near ones first if there is a circle."""
        own = [site for site in self.own.sites() if self._fits(site, wish)]
        foreign = self._foreign(wish)
        if wish.circle is None:
            total = len(own) + len(foreign)
            mine = own[offset : offset + limit]
            first = max(0, offset - len(own))
            more = foreign[first : first + limit - len(mine)]
            return total, mine + [self.roaming.site(index) for index in more]
        circle = wish.circle
        found = own + [self.roaming.site(index) for index in foreign]
        found.sort(key=lambda site: _away(circle, site.latitude, site.longitude))
        return len(found), found[offset : offset + limit]

    def find(self, connector: str) -> tuple[Site, Plug] | None:
        """Return the connector with a uuid, and its station."""
        return self.own.find(connector) or self.roaming.find(connector)

    def state(self, site: Site) -> SiteState:
        """Return what is known of a station now."""
        if not site.roaming:
            return self.own.state(site)
        state = self.roaming.state(site)
        charging = dict.fromkeys(
            self.charging_roaming & state.plugs.keys(), PlugStatus.CHARGING
        )
        return replace(state, plugs={**state.plugs, **charging})

    def _foreign(self, wish: Wish) -> Sequence[int]:
        """Return the numbers of the roaming stations that are wanted; no station is made without need."""
        if wish.circle is None and not wish.search and not wish.favourites:
            return range(self.roaming.count)
        circle = wish.circle
        near: Iterable[int] = (
            index
            for index, latitude, longitude in self.roaming.positions()
            if circle is None or _away(circle, latitude, longitude) <= circle.radius_m
        )
        return [
            index
            for index in near
            if (not wish.search or _named(self.roaming.site(index), wish.search))
            and (not wish.favourites or index in self.roaming.favourites)
        ]

    @staticmethod
    def _fits(site: Site, wish: Wish) -> bool:
        """Return whether one of the operator's own is wanted."""
        circle = wish.circle
        return (
            (wish.favourites is not True or site.favourite)
            and (not wish.search or _named(site, wish.search))
            and (
                circle is None
                or _away(circle, site.latitude, site.longitude) <= circle.radius_m
            )
        )


def _away(circle: Circle, latitude: float, longitude: float) -> float:
    """Return how far a place is from the middle of a circle, in metres."""
    return distance_m(circle.latitude, circle.longitude, latitude, longitude)


def _named(site: Site, text: str) -> bool:
    """Return whether a text occurs in a station's names or place."""
    wanted = text.casefold()
    return any(
        wanted in name.casefold()
        for name in (site.label, site.public_name, site.city, site.operator)
    )
