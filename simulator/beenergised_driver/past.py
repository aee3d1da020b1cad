"""The driver's charging sessions from before the world began: about one a day for 90 days."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from simulator.world.catalogue import rng
from simulator.world.model import Session
from simulator.world.world import World

from .cards import Driver
from .charges import Order, PastCharge
from .places import Plug, Site, uuid_for
from .stations import Stations

DAYS = 90
#: a driver of a car takes no more, and has a day between two charges
MOST_WH = 75_000
BREAK = timedelta(hours=26)
#: days between charges far away
ROAMING_EVERY = 9
FIRST_NUMBER = 100_000


def past_charges(
    world: World, stations: Stations, driver: Driver, began: datetime
) -> list[PastCharge]:
    """Return the sessions, oldest first.

    At home they are sessions which the world's favourite stations had anyway, so that the other clouds in front of the
    world tell of the same charging.
    """
    found = [
        *_at_home(world, stations, driver, began),
        *_far_away(stations, driver, began),
    ]
    found.sort(key=lambda charge: charge.asked)
    for number, charge in enumerate(found, FIRST_NUMBER - len(found)):
        charge.number = number
    return found


def _at_home(
    world: World, stations: Stations, driver: Driver, began: datetime
) -> Iterator[PastCharge]:
    """Return the sessions at favourite stations, newest first."""
    since = began - timedelta(days=DAYS)
    sites = {site.world_id: site for site in stations.own.sites() if site.favourite}
    sessions = sorted(
        (
            session
            for station_id in sites
            for session in world.sessions(station_id, since)
            if _suits(session, began)
        ),
        key=lambda session: session.start,
        reverse=True,
    )
    later = began + timedelta(days=1)
    for index, session in enumerate(sessions):
        if session.start > later - BREAK or session.charging_start is None:
            continue
        later = session.start
        site = sites[session.station_id]
        plug = next(it for it in site.plugs if it.world_id == session.connector.id)
        yield PastCharge(
            Order(
                uuid_for("charge", session.id),
                0,
                site,
                plug,
                driver.cards[index % 7 == 3].tag,
                session.charging_start,
            ),
            end=session.charging_end or session.charging_start,
            energy_wh=session.energy_wh,
        )


def _suits(session: Session, began: datetime) -> bool:
    """Return whether a session of the world can have been the driver's."""
    return (
        session.end is not None
        and session.end <= began
        and session.charging_start is not None
        and not session.vehicle.model.bus
        and 1_000 <= session.energy_wh <= MOST_WH
    )


def _far_away(
    stations: Stations, driver: Driver, began: datetime
) -> Iterator[PastCharge]:
    """Return the sessions at stations of other operators, newest first."""
    for day in range(4, DAYS, ROAMING_EVERY):
        random = rng("roaming charge", day)
        site: Site = stations.roaming.site(day % 5)
        plug: Plug = site.plugs[0]
        hours = random.uniform(0.4, 0.9)
        start = began - timedelta(days=day, minutes=random.randint(0, 300))
        yield PastCharge(
            Order(
                uuid_for("roaming charge", str(day)),
                0,
                site,
                plug,
                driver.cards[0].tag,
                start,
            ),
            end=start + timedelta(hours=hours),
            energy_wh=min(plug.max_w * 0.8, 44_000) * hours,
        )
