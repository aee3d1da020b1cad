"""The operator's own stations: the world's."""

from collections.abc import Iterator
from datetime import timedelta
import re

from simulator.world.model import ConnectorStatus, ConnectorType, Location, StationView
from simulator.world.world import World

from .places import Plug, PlugStatus, Site, SiteState, SiteStatus, Tariff, uuid_for

OPERATOR = "Simulated Energy"
AC_TARIFF = Tariff("Standard rate", 0.38)
DC_TARIFF = Tariff("Fast charging rate", 0.52, per_session=0.5)
#: the first stations are the driver's favourites
FAVOURITES = 2
#: how long a station is silent before it is shown as pending, offline, and as not communicating at all
PENDING, OFFLINE, GONE = timedelta(minutes=30), timedelta(minutes=60), timedelta(days=1)

STATUSES = {
    ConnectorStatus.AVAILABLE: PlugStatus.AVAILABLE,
    ConnectorStatus.PREPARING: PlugStatus.OCCUPIED,
    ConnectorStatus.CHARGING: PlugStatus.CHARGING,
    ConnectorStatus.FINISHING: PlugStatus.OCCUPIED,
    ConnectorStatus.RESERVED: PlugStatus.RESERVED,
    ConnectorStatus.UNAVAILABLE: PlugStatus.UNAVAILABLE,
    ConnectorStatus.FAULTED: PlugStatus.FAULTED,
}


def plug_id(station_id: str, connector_id: str) -> str:
    """Return the uuid of a connector of the world."""
    return uuid_for("connector", station_id, connector_id)


class OwnStations:
    """The world's stations, as its operator shows them to drivers."""

    def __init__(self, world: World) -> None:
        """Stand in front of a world."""
        self._world = world
        self._favourites = set(world.station_ids[:FAVOURITES])
        self._places: dict[str, str] = {}

    def sites(self) -> Iterator[Site]:
        """Return all, in the world's order."""
        locations = self._world.locations
        for view in self._world.stations():
            yield self._site(view, locations[view.location_id])

    def find(self, connector: str) -> tuple[Site, Plug] | None:
        """Return the connector with a uuid, and its station."""
        if connector not in self._places:
            self._places = {
                plug_id(view.id, it.spec.id): view.id
                for view in self._world.stations()
                for it in view.connectors
            }
        station_id = self._places.get(connector)
        if station_id is None or station_id not in self._world.station_ids:
            return None
        view = self._world.station(station_id)
        site = self._site(view, self._world.locations[view.location_id])
        return next(((site, plug) for plug in site.plugs if plug.id == connector), None)

    def mark(self, station: str, *, on: bool) -> bool:
        """Make a station a favourite, or no longer, and tell whether there is one of that id."""
        for id_ in self._world.station_ids:
            if uuid_for("station", id_) == station:
                (self._favourites.add if on else self._favourites.discard)(id_)
                return True
        return False

    def state(self, site: Site) -> SiteState:
        """Return what the operator knows of a station now."""
        view = self._world.station(site.world_id)
        silent = timedelta(0) if view.online else self._world.clock.now() - view.seen
        status = (
            SiteStatus.NO_COMMUNICATION
            if silent >= GONE
            else SiteStatus.OFFLINE
            if silent >= OFFLINE
            else SiteStatus.PENDING
            if silent >= PENDING
            else SiteStatus.ONLINE
        )
        lost = status in {SiteStatus.OFFLINE, SiteStatus.NO_COMMUNICATION}
        return SiteState(
            status,
            {
                plug_id(view.id, it.spec.id): PlugStatus.UNKNOWN
                if lost
                else STATUSES[it.status]
                for it in view.connectors
            },
        )

    def _site(self, view: StationView, place: Location) -> Site:
        """Return a station."""
        number = int(re.sub(r"\D", "", view.id) or 0)
        street, _, house_number = place.address.rpartition(" ")
        return Site(
            id=uuid_for("station", view.id),
            label=view.name,
            public_name=f"{place.name} {view.name}",
            # the stations of a location stand some metres apart
            latitude=round(place.latitude + number % 20 * 0.00004, 6),
            longitude=round(place.longitude + number // 20 % 20 * 0.00008, 6),
            street=street,
            house_number=house_number,
            postal_code=place.postal_code,
            city=place.city,
            country="FI",
            operator=OPERATOR,
            roaming=False,
            favourite=view.id in self._favourites,
            plugs=tuple(
                Plug(
                    id=plug_id(view.id, it.spec.id),
                    label=it.spec.name,
                    kind=it.spec.type,
                    max_w=it.spec.max_w,
                    evse_id=f"FI*SIM*E{number:05}*{it.spec.number}",
                    tariff=_tariff(it.spec.type),
                    world_id=it.spec.id,
                )
                for it in view.connectors
            ),
            world_id=view.id,
        )


def _tariff(kind: ConnectorType) -> Tariff:
    """Return what charging with a plug costs."""
    return AC_TARIFF if kind.alternating else DC_TARIFF
