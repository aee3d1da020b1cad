"""Other operators' stations: a few near by, and as many far away as are wanted, each made when somebody asks for it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
import re

from simulator.world.catalogue import rng
from simulator.world.model import ConnectorType
from simulator.world.world import World

from .options import BeenergisedDriverOptions
from .places import Plug, PlugStatus, Site, SiteState, SiteStatus, Tariff

NEAR = 5
MOST = 10_000
OPERATORS = ("Foreign Charge", "Example Roaming", "Sample Mobility")
TOWNS = ("Beispielstadt", "Musterdorf", "Vzorov", "Mintafalva", "Exempleville")
TARIFF = Tariff("Roaming rate", 0.61, per_minute=0.02, per_session=0.7)
#: kinds of plug and their power, by turns
KINDS = (
    (ConnectorType.TYPE2, 22_000.0),
    (ConnectorType.CCS, 150_000.0),
    (ConnectorType.TYPE2, 11_000.0),
    (ConnectorType.CHADEMO, 50_000.0),
)
#: how the connectors of foreign stations are, by turns; the first is free, so that there is one to start
STATUSES = (
    PlugStatus.AVAILABLE,
    PlugStatus.AVAILABLE,
    PlugStatus.CHARGING,
    PlugStatus.AVAILABLE,
    PlugStatus.OCCUPIED,
    PlugStatus.FAULTED,
    PlugStatus.AVAILABLE,
)
#: an id tells number and connector, so that no list of them is needed
PLUG_ID = re.compile(r"f0([0-9a-f]{6})-5e1d-4c0b-8a00-([0-9a-f]{12})")
#: irrational steps spread the far ones evenly
STEP_NORTH, STEP_EAST = 0.618_033_988_75, 0.414_213_562_37
#: where those near by stand, in degrees north and east of the first location
NEAR_STEPS = (
    (0.009, 0.004),
    (-0.012, 0.021),
    (0.018, -0.030),
    (-0.027, -0.012),
    (0.031, 0.046),
)


class RoamingStations:
    """The roaming network, as far as it is not the operator's own."""

    def __init__(self, world: World, options: BeenergisedDriverOptions) -> None:
        """Put a few stations around the world's first location."""
        place = next(iter(world.locations.values()))
        self._centre = place.latitude, place.longitude
        self._options = options
        #: the numbers of those that the driver has marked
        self.favourites: set[int] = set()

    @property
    def count(self) -> int:
        """Return how many there are."""
        return NEAR + min(max(0, self._options.roaming_stations), MOST)

    def positions(self) -> Iterator[tuple[int, float, float]]:
        """Return number, latitude and longitude of all."""
        for index in range(self.count):
            yield index, *self._position(index)

    def site(self, index: int) -> Site:
        """Return a station by its number."""
        site = _site(index, *self._position(index))
        return replace(site, favourite=True) if index in self.favourites else site

    def mark(self, station: str, *, on: bool) -> bool:
        """Make a station a favourite, or no longer, and tell whether there is one of that id."""
        found = PLUG_ID.fullmatch(station)
        if found is None or int(found[1], 16) >= self.count or int(found[2], 16):
            return False
        index = int(found[1], 16)
        (self.favourites.add if on else self.favourites.discard)(index)
        return True

    def find(self, connector: str) -> tuple[Site, Plug] | None:
        """Return the connector with a uuid, and its station."""
        found = PLUG_ID.fullmatch(connector)
        if found is None or int(found[1], 16) >= self.count:
            return None
        site = self.site(int(found[1], 16))
        return next(((site, plug) for plug in site.plugs if plug.id == connector), None)

    def state(self, site: Site) -> SiteState:
        """Return what is known of a station; nothing changes there but by the driver's own sessions."""
        found = PLUG_ID.fullmatch(site.plugs[0].id)
        index = int(found[1], 16) if found else 0
        return SiteState(
            SiteStatus.ONLINE,
            {
                plug.id: STATUSES[(index + number) % len(STATUSES)]
                for number, plug in enumerate(site.plugs)
            },
        )

    def _position(self, index: int) -> tuple[float, float]:
        """Return latitude and longitude of a station: the far ones are all over Central Europe."""
        if index < NEAR:
            north, east = NEAR_STEPS[index]
            return round(self._centre[0] + north, 6), round(self._centre[1] + east, 6)
        return (
            round(44 + 10 * (index * STEP_NORTH % 1), 6),
            round(2 + 18 * (index * STEP_EAST % 1), 6),
        )


@lru_cache(maxsize=20_000)
def _site(index: int, latitude: float, longitude: float) -> Site:
    """Return a station."""
    random = rng("roaming", index)
    operator = OPERATORS[index % len(OPERATORS)]
    town = TOWNS[index % len(TOWNS)]
    plugs = tuple(
        Plug(
            id=f"f0{index:06x}-5e1d-4c0b-8a00-{number:012x}",
            label=f"{number}",
            kind=KINDS[(index + number) % len(KINDS)][0],
            max_w=KINDS[(index + number) % len(KINDS)][1],
            evse_id=f"AT*RMG*E{index:05}*{number}",
            tariff=TARIFF,
        )
        for number in range(1, 2 + index % 2 + 1)
    )
    return Site(
        id=f"f0{index:06x}-5e1d-4c0b-8a00-{0:012x}",
        label=f"RMG-{index:05}",
        public_name=f"{town} {random.choice(('Market', 'Station', 'Mall', 'Park'))} {index}",
        latitude=latitude,
        longitude=longitude,
        street=random.choice(("Ladegasse", "Stromweg", "Kabelallee")),
        house_number=str(random.randint(1, 99)),
        postal_code=f"{random.randint(1000, 9999)}",
        city=town,
        country="AT",
        operator=operator,
        roaming=True,
        favourite=False,
        plugs=plugs,
    )
