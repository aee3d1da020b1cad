"""ev.energy: version 2 of the REST API.

Source: the vendor's OpenAPI file and pages. A cycle is five requests however many
chargers and vehicles there are, but for further pages: chargers, vehicles, sessions
with their parts, schedules of the running parts, and one detail of one object in turn
(a charger's connectivity, whether a vehicle is at home, or what a person said of its
charge), which have no list. Where there is a home energy system, power or energy of one
of them is the sixth.

An application may have 1,000 requests an hour for a user, and others of the same user
may share them, see :class:`~..transport.budget.Budget`. A poll that would come too soon
returns what the last one saw, with what commands have changed since.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import override

from aiohttp import ClientSession
from yarl import URL

from ..client import Account, Capability, ChargingClient, Memory
from ..commands import BoostCommands, LinkCommands, VehicleCommands
from ..errors import AuthenticationError, ClientError
from ..forecast import Forecasts
from ..history import HistoryPage
from ..home_energy import BATTERY, GRID, Flow, HomeEnergy
from ..model import ChargingSession
from ..reading.same import Made
from ..reading.values import text
from ..snapshot import LiveState, SlowState
from ..transport.budget import Budget, Joined
from ..transport.requests import RequestLog
from ..transport.tokens import TokenSource
from . import wire
from .about import NAME
from .api import EvEnergyApi
from .commands import EvEnergyCommands
from .details import Details
from .forecast import EvEnergyForecasts
from .history import History
from .home import Home, SeveralUsersError
from .home_energy import HomeEnergyReader
from .listings import Listings, Seen
from .mapping import EvEnergyMapping
from .sessions import SessionMapping

# Requests an hour for one application and user, unless agreed otherwise (the vendor's
# page on its rate limit); those of a usual poll, and of a look at price and carbon.
HOURLY = 1000
USUAL_POLL = 5
STATION_ID, VEHICLE_ID = attrgetter("station_id"), attrgetter("vehicle_id")
# Seconds until it is looked again whether there are requests for the past.
SPARSE = 300.0


class EvEnergyClient(ChargingClient):
    """One ev.energy user, seen through one application."""

    _always = (
        Capability.CONNECTORS
        | Capability.CONNECTOR_STATUS
        | Capability.CONNECTOR_POWER
        | Capability.SESSIONS
        | Capability.CONNECTIVITY
        | Capability.STATION_METER
        | Capability.STATION_ELECTRICAL
        | Capability.STATION_MODES
        | Capability.STATION_LAST_SEEN
        | Capability.STATION_SIGNAL
        | Capability.FIRMWARE
        | Capability.SESSION_COST
        | Capability.SESSION_BALANCE
        | Capability.SESSION_MODE
        | Capability.SESSION_SCHEDULE
        | Capability.SUPPLY
        | Capability.REQUESTS_LEFT
        | Capability.BOOST
        | Capability.SMART_CHARGING
        | Capability.CHARGE_LIMIT
        | Capability.MANUAL_STATE_OF_CHARGE
        | Capability.HISTORY
    )

    def __init__(
        self,
        session: ClientSession,
        *,
        server: URL,
        tokens: TokenSource,
        user_id: str | None = None,
        requests: RequestLog | None = None,
        memory: Memory | None = None,
    ) -> None:
        """Prepare to read an account; nothing is requested yet.

        Args:
            session: the caller's session.
            server: the origin that tokens come from; the API is below it.
            tokens: the account's tokens.
            user_id: whom a client of an organization acts for; None for the user who
                consented.
            requests: counts the requests; None for a count of its own.
            memory: keeps the meters of home energy over restarts; None keeps nothing.
        """
        super().__init__(NAME, requests)
        self._api = EvEnergyApi(
            session,
            server,
            tokens,
            report=self.report,
            user_id=user_id,
            requests=self.requests,
        )
        self._listings = Listings(
            self._api, self.families, self.report, self.requests.clock
        )
        self._details = Details(self._api, self.families)
        self._budget = Budget(self.requests, HOURLY)
        self._energy = HomeEnergyReader(
            self._api, self.families, self.report, self.requests.clock, memory
        )
        self._home = Home(
            self._api,
            self.families,
            self.report,
            self._budget,
            user_id=user_id,
            energy=self._energy,
        )
        self._forecasts = EvEnergyForecasts(
            self._api,
            self.report,
            self._budget,
            read_tariff=self._home.read_tariff,
            known_feed=lambda: self._listings.carbon_feed,
        )
        self._commands = EvEnergyCommands(self._api, self._budget, self._details)
        self._mapping = EvEnergyMapping(self.report)
        self._session_mapping = SessionMapping(self.report)
        self._history = History(
            self._api,
            self._session_mapping,
            self.report,
            lambda: self._listings.has_sessions,
        )
        self._by_charger = Made[Mapping[str, ChargingSession]]()
        self._by_vehicle = Made[Mapping[str, ChargingSession]]()
        # What home energy systems have told so far, and what can be given with it.
        self._told: frozenset[Flow] = frozenset()
        self._capabilities = self._always
        self._polls = Joined(self._poll)
        self._poll_cost = USUAL_POLL
        self._seen: Seen | None = None
        self._failure: ClientError | None = None

    @property
    @override
    def capabilities(self) -> Capability:
        """What ev.energy can give, and what the home energy systems turned out to tell."""
        told = self._energy.told
        if told != self._told:
            self._told, self._capabilities = told, self._with_home(told)
        return self._capabilities

    def _with_home(self, told: frozenset[Flow]) -> Capability:
        found = self._always
        if told:
            found |= Capability.HOME_ENERGY
        if Flow.SOLAR in told:
            found |= Capability.HOME_SOLAR
        if told & GRID:
            found |= Capability.HOME_GRID
        if told & BATTERY:
            found |= Capability.HOME_BATTERY
        return found

    @property
    @override
    def boost(self) -> BoostCommands:
        """What has sessions charge at once."""
        return self._commands

    @property
    @override
    def vehicle(self) -> VehicleCommands:
        """What changes how vehicles are charged."""
        return self._commands

    @property
    @override
    def diagnostics(self) -> Mapping[str, object]:
        """How the hour's requests stand, and which details cannot be read."""
        return {
            "requests": {
                "limit": self._budget.limit,
                "used": self._budget.used,
                "wait_before_poll": round(self._wait()),
            },
            "failing_details": {**self._details.failing, **self._energy.failing},
        }

    @property
    @override
    def forecasts(self) -> Forecasts:
        """What tells prices and carbon of the hours to come."""
        return self._forecasts

    @property
    @override
    def link(self) -> LinkCommands:
        """What links chargers and vehicles anew."""
        return self._commands

    @override
    def wait_before_poll(self) -> float:
        """Return the seconds that the next live poll should wait; 0 for none.

        What a command was answered is seen at once, without a request. A poll that does
        not wait sees what the last one saw.
        """
        return 0.0 if self._commands.is_news else self._wait()

    def _wait(self) -> float:
        return self._budget.wait_before_poll(self._poll_cost)

    @override
    async def async_identify(self) -> Account:
        """Return the user that the account is of.

        Where the user cannot be read, chargers and vehicles tell whose they are.

        Raises:
            NotPermittedError: there are several users and none was chosen.
            ClientError: any other of its subclasses.
        """
        try:
            user = await self._home.read_user()
        except AuthenticationError, SeveralUsersError:
            raise
        except ClientError:
            owners = self._seen.owners if self._seen else frozenset()
            if len(owners) != 1:
                raise
            return Account(id=next(iter(owners)))
        return Account(id=user.id, name=text(user.email))

    async def async_get_users(self) -> Sequence[wire.User]:
        """Return the users that can be chosen from; none where they cannot be listed.

        Raises:
            AuthenticationError: the sign-in is refused.
        """
        try:
            return await self._home.list_users()
        except AuthenticationError:
            raise
        except ClientError:
            # Whether there is an account all the same, the next look will tell.
            return ()

    @override
    async def async_get_slow(self) -> SlowState:
        """Return price and carbon of the user's energy, and messages, where scopes allow."""
        return await self._home.look()

    @override
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return chargers, vehicles and their sessions as they are now.

        Args:
            location_id: without effect: ev.energy has no locations.

        Raises:
            NotPermittedError: neither chargers nor vehicles may be read.
            ClientError: any other of its subclasses.
        """
        return await self._polls.ask()

    @override
    def wait_before_history(self) -> float:
        """Return the seconds that a page should wait: long, unless there is plenty."""
        return 0.0 if self._budget.has_plenty else SPARSE

    @override
    async def async_read_history(self, cursor: str | None) -> HistoryPage:
        """Return a page of the sessions that are over, see :class:`~.history.History`."""
        return await self._history.read(cursor)

    async def _poll(self) -> LiveState:
        if self._wait() > 0:
            if self._failure is not None:
                raise self._failure
            if self._seen is not None:
                return self._look(self._seen, is_fresh=False)
        self._budget.begin_poll()
        self._commands.begin_poll()
        before = self.requests.total
        try:
            seen = await self._listings.read()
        except ClientError as err:
            self._failure = err
            raise
        self._seen, self._failure = seen, None
        if self._budget.has_plenty:
            await self._read_details(seen)
        self._poll_cost = self.requests.total - before
        return self._look(seen, is_fresh=True)

    async def _read_details(self, seen: Seen) -> None:
        """Read a detail of one charger or vehicle, and one of a home energy system.

        A system of which nothing is known yet gets both turns, so that it shows at once.
        """
        if self._energy.is_new:
            await self._energy.read_next()
        else:
            await self._details.read_next(
                seen.chargers.read if seen.chargers else None,
                seen.vehicles.read if seen.vehicles else None,
            )
        await self._energy.read_next()

    def _look(self, seen: Seen, *, is_fresh: bool) -> LiveState:
        """Return what a poll saw, as it looked then, and what commands have changed."""
        self._commands.is_news = False
        sessions = self._session_mapping.read_all(
            seen.sessions, seen.schedules, seen.now
        )
        details = self._details.now
        stations, connectors = self._mapping.chargers(
            seen.chargers.read if seen.chargers else (),
            self._by_charger.of((sessions,), lambda: _latest(sessions, STATION_ID)),
            details,
            seen.now,
        )
        return LiveState(
            stations=stations,
            connectors=connectors,
            vehicles=self._mapping.vehicles(
                self._commands.as_changed(seen.vehicles.read if seen.vehicles else ()),
                self._by_vehicle.of((sessions,), lambda: _latest(sessions, VEHICLE_ID)),
                details,
                seen.now,
            ),
            locations={},
            home_energy=self._energy.look(seen.now),
            uncertain=frozenset() if self._energy.has_all else frozenset({HomeEnergy}),
            sessions=None if seen.listed_sessions is None else sessions,
            unlisted=seen.unlisted,
            skipped=seen.skipped,
            is_fresh=is_fresh,
            retry_after=limit.retry_after if (limit := self.families.limit) else None,
        )


def _latest(
    sessions: Iterable[ChargingSession],
    key: Callable[[ChargingSession], str | None],
) -> Mapping[str, ChargingSession]:
    """Return the newest session of each object; the sessions come newest first."""
    latest: dict[str, ChargingSession] = {}
    for session in sessions:
        if (id_ := key(session)) is not None:
            latest.setdefault(id_, session)
    return latest
