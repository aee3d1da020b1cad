"""Starting and stopping, and the record of the driver's sessions and starts.

A start goes its way by the clock: sent after 2 s, answered by the station after 4 s, charging after 6 s. What the
document leaves open, and how it is here: a start that is not possible fails (tracked) or is refused with an error
(simple); a session that still waits can be given up by a stop; a second stop is an error in the data.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from simulator.world.model import WorldError
from simulator.world.station import LiveStation
from simulator.world.world import World

from . import attempts, errors
from .attempts import Attempt, AttemptStatus
from .cards import Card, Driver
from .charges import (
    ROAMING_START_AFTER,
    RUNNING,
    Charge,
    Order,
    PastCharge,
    RoamingCharge,
    Status,
    WorldCharge,
)
from .errors import ApiError
from .options import BeenergisedDriverOptions
from .past import FIRST_NUMBER, past_charges
from .places import Plug, PlugStatus, Site, uuid_for
from .stations import Stations

STOP_AFTER = attempts.SENT_AFTER


class Commands:
    """What the driver has done and does."""

    def __init__(
        self,
        world: World,
        stations: Stations,
        driver: Driver,
        options: BeenergisedDriverOptions,
    ) -> None:
        """Begin with the past, which is made when somebody asks for it."""
        self._world = world
        self._stations = stations
        self._driver = driver
        self._options = options
        self._began = world.clock.now()
        self._past: list[PastCharge] | None = None
        self._charges: list[WorldCharge | RoamingCharge] = []
        self._attempts: dict[str, Attempt] = {}

    # ---- asking

    def charges(self) -> list[Charge]:
        """Return all sessions, newest first."""
        self.settle()
        if self._past is None:
            self._past = past_charges(
                self._world, self._stations, self._driver, self._began
            )
        return [*reversed(self._charges), *reversed(self._past)]

    def charge(self, charge_id: str) -> Charge:
        """Return a session.

        Raises:
            ApiError: if there is none of that id.
        """
        for charge in self.charges():
            if charge.id == charge_id:
                return charge
        raise ApiError(errors.NOT_FOUND, "Charge log not found")

    def running(self) -> list[Charge]:
        """Return the sessions that are not over, newest first."""
        self.settle()
        now = self._now()
        return [
            charge
            for charge in reversed(self._charges)
            if charge.reading(now).status is not Status.STOPPED
        ]

    def attempt_status(self, attempt_id: str) -> Attempt:
        """Return a tracked start as it is now.

        Raises:
            ApiError: if there is none of that id.
        """
        self.settle()
        attempt = self._attempts.get(attempt_id)
        if attempt is None:
            raise ApiError(errors.NOT_FOUND, "Remote start attempt not found")
        return attempt

    def settle(self) -> None:
        """Let everything happen that is due, so that starts and stops are as far as they should be."""
        concerned = {attempt.station for attempt in self._attempts.values()}
        concerned |= {charge.site.world_id for charge in self._charges}
        for station_id in concerned & set(self._world.station_ids):
            self._world.station(station_id)
        now = self._now()
        self._stations.charging_roaming = {
            charge.plug.id
            for charge in self._charges
            if isinstance(charge, RoamingCharge)
            and charge.reading(now).status is Status.ROAMING_STARTED
        }

    # ---- starting

    def attempt(self, connector: str, tag: str) -> Attempt:
        """Send a tracked start.

        Raises:
            ApiError: if there is no such connector, the card is not valid there, or starts are refused.
        """
        site, plug, card = self._start(connector, tag, errors.BAD_INPUT)
        forced, self._options.next_attempt = self._options.next_attempt, "normal"
        attempt = Attempt(
            uuid_for("attempt", str(len(self._attempts)), self._now().isoformat()),
            site.world_id,
        )
        self._attempts[attempt.id] = attempt
        if site.roaming:
            # documented: it stays pending for ever
            return attempt
        now = self._now()

        def send(station: LiveStation, at: datetime) -> None:
            attempt.status = AttemptStatus.SENDING

        def answer(station: LiveStation, at: datetime) -> None:
            if forced == "failed" or not self._ready(station, plug):
                attempt.status = AttemptStatus.FAILED
                return
            attempt.status = AttemptStatus.WAITING
            if forced == "normal":
                self._expect(station, at, plug, start)

        def start(station: LiveStation, at: datetime) -> None:
            if not self._ready(station, plug):
                attempt.status = AttemptStatus.FAILED
                return
            charge = self._new_charge(site, plug, card, at)
            self._begin(station, at, charge)
            attempt.status = AttemptStatus.ATTACHED

        self._world.plan(site.world_id, now + attempts.SENT_AFTER, send)
        self._world.plan(site.world_id, now + attempts.ANSWERED_AFTER, answer)
        return attempt

    def remote_start(self, connector: str, tag: str) -> Charge:
        """Send a simple start, and return the session that waits for its transaction.

        Raises:
            ApiError: if there is no such connector, the card is not valid there, it cannot be used, or starts are
                refused.
        """
        site, plug, card = self._start(connector, tag, errors.FORBIDDEN)
        now = self._now()
        if site.roaming:
            self._demand_free(site, plug)
            return self._roam(site, plug, card, now)
        view = self._world.station(site.world_id)
        if not view.online:
            raise ApiError("STATION_NOT_REACHABLE", "The station does not answer")
        if not self._ready_now(site, plug):
            raise _not_available(plug)
        charge = self._new_charge(site, plug, card, now)

        def answer(station: LiveStation, at: datetime) -> None:
            if not charge.cancelled:
                self._expect(station, at, plug, start)

        def start(station: LiveStation, at: datetime) -> None:
            if charge.cancelled:
                return
            if self._ready(station, plug):
                self._begin(station, at, charge)
            else:
                charge.cancel(at)

        self._world.plan(site.world_id, now + attempts.ANSWERED_AFTER, answer)
        return charge

    def by_hand(self, connector: str | None, tag: str | None) -> Charge:
        """Start as a driver does who stands there with car and card: at once.

        Args:
            connector: its uuid; None is the first that is free.
            tag: the card's; None is the first card's.

        Raises:
            WorldError: if that is not possible.
        """
        site, plug = self._chosen(connector)
        card = self._driver.card(tag or self._driver.cards[0].tag, site)
        if card is None:
            raise WorldError("that card is not valid there")
        now = self._now()
        if site.roaming:
            return self._roam(site, plug, card, now - ROAMING_START_AFTER)
        made: list[Charge] = []

        def start(station: LiveStation, at: datetime) -> None:
            if self._ready(station, plug):
                charge = self._new_charge(site, plug, card, at)
                self._begin(station, at, charge)
                made.append(charge)

        self._world.plan(site.world_id, now, start)
        if not made:
            raise WorldError(f"connector {plug.id} cannot be used")
        return made[0]

    # ---- stopping

    def stop(self, charge_id: str) -> str | None:
        """Stop a session, and return None or the code of why that is not possible.

        Raises:
            ApiError: if there is none of that id.
        """
        charge = self.charge(charge_id)
        now = self._now()
        status = charge.reading(now).status
        if isinstance(charge, RoamingCharge):
            if charge.stop_sent is not None or status is Status.STOPPED:
                return "SESSION_NOT_RUNNING"
            charge.stop_sent = now
            return None
        if not isinstance(charge, WorldCharge) or charge.stop_sent:
            return "SESSION_NOT_RUNNING"
        if status is Status.WAITING:
            charge.cancel(now)
            return None
        if status not in RUNNING or charge.session_id is None:
            return "SESSION_NOT_RUNNING"
        station_id = charge.site.world_id
        view = self._world.station(station_id)
        if not view.online:
            return "STATION_NOT_REACHABLE"
        charge.stop_sent = True
        session_id, connector_id = charge.session_id, charge.plug.world_id
        self._world.plan(
            station_id,
            now + STOP_AFTER,
            lambda station, at: attempts.end(station, connector_id, session_id, at),
        )
        return None

    # ---- inside

    def _now(self) -> datetime:
        """Return the present."""
        return self._world.clock.now()

    def _chosen(self, connector: str | None) -> tuple[Site, Plug]:
        """Return a connector by its uuid, or else the first own one that is free."""
        if connector is not None:
            found = self._stations.find(connector)
            if found is None:
                raise WorldError(f"no connector {connector!r}")
            return found
        for site in self._stations.own.sites():
            state = self._stations.state(site)
            for plug in site.plugs:
                if state.plugs[plug.id] is PlugStatus.AVAILABLE:
                    return site, plug
        raise WorldError("no connector is free")

    def _start(
        self, connector: str, tag: str, wrong_card: str
    ) -> tuple[Site, Plug, Card]:
        """Return where and with which card a start is wanted, if starts are not refused."""
        self.settle()
        if self._options.refuse_start is not None:
            raise ApiError("REMOTE_START_REJECTED", self._options.refuse_start)
        found = self._stations.find(connector)
        if found is None:
            raise ApiError(errors.NOT_FOUND, "Connector not found")
        card = self._driver.card(tag, found[0])
        if card is None:
            raise ApiError(
                wrong_card, "This card is not valid for the requested connector"
            )
        return *found, card

    def _demand_free(self, site: Site, plug: Plug) -> None:
        """Raise unless a connector of another operator is free."""
        if self._stations.state(site).plugs[plug.id] is not PlugStatus.AVAILABLE:
            raise _not_available(plug)

    def _ready(self, station: LiveStation, plug: Plug) -> bool:
        """Return whether a start would be accepted."""
        connector = station.connectors.get(plug.world_id)
        return connector is not None and attempts.ready(station, connector, self._ours)

    def _ready_now(self, site: Site, plug: Plug) -> bool:
        """Return whether a start would be accepted at once."""
        ready: list[bool] = []
        self._world.plan(
            site.world_id,
            self._now(),
            lambda station, at: ready.append(self._ready(station, plug)),
        )
        return all(ready)

    def _ours(self, session_id: str) -> bool:
        """Return whether a session of the world is the driver's."""
        return session_id in _session_ids(self._charges)

    def _expect(
        self,
        station: LiveStation,
        at: datetime,
        plug: Plug,
        start: attempts.Start,
    ) -> None:
        """Let a start that was accepted come about, now or when a cable comes in."""
        connector = station.connector(plug.world_id)
        later = partial(start, station)
        if attempts.waits_for_cable(connector) and not self._options.vehicle_arrives:
            connector.awaited = lambda moment: station.plan(
                moment + attempts.PLUGGED_AFTER, later
            )
        else:
            station.plan(at + attempts.STARTED_AFTER - attempts.ANSWERED_AFTER, later)

    def _begin(self, station: LiveStation, at: datetime, charge: WorldCharge) -> None:
        """Charge."""
        connector = station.connector(charge.plug.world_id)
        running = attempts.begin(connector, at, charge.tag, self._world.seed)
        charge.attach(running.id, running.start, at)

    def _new_charge(
        self, site: Site, plug: Plug, card: Card, at: datetime
    ) -> WorldCharge:
        """Put a new session at a station of the world on the record."""
        charge = WorldCharge(self._world, self._order(site, plug, card, at))
        self._charges.append(charge)
        return charge

    def _roam(self, site: Site, plug: Plug, card: Card, at: datetime) -> RoamingCharge:
        """Put a new session at a station of another operator on the record."""
        charge = RoamingCharge(
            self._order(site, plug, card, at), vehicle=self._options.vehicle_arrives
        )
        self._charges.append(charge)
        return charge

    def _order(self, site: Site, plug: Plug, card: Card, at: datetime) -> Order:
        """Return the record of what the driver asks for next."""
        count = len(self._charges)
        return Order(
            uuid_for("charge", str(count), plug.id),
            FIRST_NUMBER + count,
            site,
            plug,
            card.tag,
            at,
        )


def _session_ids(charges: Iterable[Charge]) -> set[str]:
    """Return the world's ids of sessions."""
    return {
        charge.session_id
        for charge in charges
        if isinstance(charge, WorldCharge) and charge.session_id is not None
    }


def _not_available(plug: Plug) -> ApiError:
    """Return the error of a connector that cannot be used now."""
    return ApiError(
        "CONNECTOR_NOT_AVAILABLE", f"Connector {plug.label} cannot be used now"
    )
