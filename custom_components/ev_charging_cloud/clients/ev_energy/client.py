"""ev.energy: version 2 of the REST API.

Source: the vendor's OpenAPI file and pages. A cycle is five requests however many
chargers and vehicles there are, but for further pages: chargers, vehicles, sessions
with their parts, schedules of the running parts, and one detail of one object in turn
(a charger's connectivity, whether a vehicle is at home, or what a person said of its
charge), which have no list.

A family of endpoints that answers 403 lacks its scope: it is left alone from then on.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import override

from aiohttp import ClientSession
import msgspec
from yarl import URL

from ..client import Account, Capability, ChargingClient
from ..commands import BoostCommands, VehicleCommands
from ..errors import NotPermittedError, ResponseError, UnexpectedAnswerError
from ..model import ChargingSession, Money, Station, Supply, Vehicle
from ..reading.items import ItemReader
from ..snapshot import LiveState, Skipped, SlowState
from ..transport.auth import RequestLog
from ..transport.http import Query
from ..transport.tokens import TokenSource
from . import wire
from .about import NAME
from .api import EvEnergyApi
from .commands import EvEnergyCommands
from .details import Details
from .mapping import EvEnergyMapping

PAGE = ("page_size", "100")
LATEST_LOG = ("expand", "latest_status_log")


class EvEnergyClient(ChargingClient):
    """One ev.energy user, seen through one application."""

    capabilities = (
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
        | Capability.RECONNECT
    )

    def __init__(
        self,
        session: ClientSession,
        *,
        server: URL,
        tokens: TokenSource,
        user_id: str | None = None,
        requests: RequestLog | None = None,
    ) -> None:
        """Prepare to read an account; nothing is requested yet.

        Args:
            session: the caller's session.
            server: the origin that tokens come from; the API is below it.
            tokens: the account's tokens.
            user_id: whom a client of an organization acts for; None for the user who
                consented.
            requests: counts the requests; None for a count of its own.
        """
        super().__init__(NAME, requests)
        self._user_id = user_id
        self._api = EvEnergyApi(
            session,
            server,
            tokens,
            report=self.report,
            user_id=user_id,
            requests=self.requests,
        )
        self._details = Details(self._api)
        self._commands = EvEnergyCommands(self._api, self._details)
        self._mapping = EvEnergyMapping(self.report)
        self._evses = ItemReader("charger", "id", wire.EVSE, _same, self.report)
        self._vehicles = ItemReader("vehicle", "id", wire.VEHICLE, _same, self.report)
        self._sessions = ItemReader("session", "id", wire.SESSION, _same, self.report)
        self._parts = ItemReader(
            "sub-session", "id", wire.SUB_SESSION, _same, self.report
        )

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

    @override
    async def async_identify(self) -> Account:
        """Return the user that the account is of.

        Raises:
            NotPermittedError: there are several users and none was chosen.
            ClientError: any other of its subclasses.
        """
        user = await self._async_user()
        return Account(id=user.id, name=user.email)

    async def _async_user(self) -> wire.User:
        """Return the user: the chosen one, the one who consented, or the only one.

        ``/users/me`` is an example of the documents, and no user of an organization.
        """
        try:
            return await self._api.get(f"/users/{self._user_id or 'me'}", wire.USER)
        except ResponseError as err:
            if self._user_id or err.status != HTTPStatus.NOT_FOUND:
                raise
            users = await self.async_get_users()
            if len(users) != 1:
                raise NotPermittedError(f"{len(users)} users are visible") from err
            return await self._api.get(f"/users/{users[0].id}", wire.USER)

    async def async_get_users(self) -> Sequence[wire.User]:
        """Return the users that the token can see."""
        return await self._api.get("/users", wire.USERS, [PAGE])

    @override
    async def async_get_slow(self) -> SlowState:
        """Return the price and the carbon of the user's energy, where scopes allow."""
        user = await self._api.optional("user", self._async_user)
        home = user.default_location if user else None
        if home is None:
            return SlowState(locations={})
        tariff_id = wire.id_of(home.tariff)
        tariff = (
            await self._api.optional(
                "tariff", lambda: self._api.get(f"/tariffs/{tariff_id}", wire.TARIFF)
            )
            if tariff_id
            else None
        )
        price = (
            Money(tariff.current_price, tariff.currency)
            if tariff and tariff.current_price is not None and tariff.currency
            else None
        )
        return SlowState(
            locations={},
            supply=Supply(
                tariff=tariff.name if tariff else None,
                price=price,
                carbon_intensity=home.current_carbon_intensity_grams_per_kilowatt_hour,
            ),
        )

    @override
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return chargers, vehicles and their sessions as they are now.

        Args:
            location_id: without effect: ev.energy has no locations.

        Raises:
            NotPermittedError: neither chargers nor vehicles may be read.
            ClientError: any other of its subclasses.
        """
        evses, skipped_evses = await self._async_list(
            "chargers",
            "/evses",
            self._evses,
            [("expand", "model"), ("expand", "model.make"), LATEST_LOG, PAGE],
        )
        vehicles, skipped_vehicles = await self._async_list(
            "vehicles",
            "/vehicles",
            self._vehicles,
            [
                ("expand", "trim"),
                ("expand", "trim.model"),
                ("expand", "trim.model.make"),
                LATEST_LOG,
                PAGE,
            ],
        )
        if {"chargers", "vehicles"} <= self.report.denied.keys():
            raise NotPermittedError(self.report.denied["chargers"])
        now = datetime.now(UTC)
        sessions = await self._async_sessions(now)
        await self._details.read_next(evses, vehicles)
        by_evse = _latest(sessions, lambda session: session.station_id)
        by_vehicle = _latest(sessions, lambda session: session.vehicle_id)
        return LiveState(
            stations=tuple(
                self._mapping.station(evse, self._details.of_station(evse.id), now)
                for evse in evses
            ),
            connectors=tuple(
                self._mapping.connector(evse, by_evse.get(evse.id), now)
                for evse in evses
            ),
            vehicles=tuple(
                self._mapping.vehicle(
                    vehicle,
                    by_vehicle.get(vehicle.id),
                    self._details.of_vehicle(vehicle.id),
                    now,
                )
                for vehicle in vehicles
            ),
            locations={},
            unlisted=frozenset(
                kind
                for family, kind in (("chargers", Station), ("vehicles", Vehicle))
                if family in self.report.denied
            ),
            skipped=(*skipped_evses, *skipped_vehicles),
        )

    async def _async_sessions(self, now: datetime) -> Sequence[ChargingSession]:
        """Return the newest sessions, newest first: one page is all that is running."""
        raws = await self._api.optional(
            "sessions",
            lambda: self._api.get(
                "/charging_sessions", RAWS, [("expand", "sub_sessions"), PAGE]
            ),
        )
        sessions, _ = self._sessions.read(raws or ())
        running = [session for session in sessions if session.end is None]
        schedules = await self._async_schedules() if running else {}
        return [self._mapping.session(found, schedules, now) for found in sessions]

    async def _async_schedules(self) -> Mapping[str, wire.Schedules]:
        """Return the schedules of the running sub-sessions, by sub-session."""
        raws = await self._api.optional(
            "schedules",
            lambda: self._api.get(
                "/charging_sub_sessions",
                RAWS,
                [("is_finished", "false"), ("expand", "schedules"), PAGE],
            ),
        )
        parts, _ = self._parts.read(raws or ())
        return {
            part.id: part.schedules
            for part in parts
            if isinstance(part.schedules, wire.Schedules)
        }

    async def _async_list[ItemT](
        self, family: str, path: str, reader: ItemReader[ItemT, ItemT], query: Query
    ) -> tuple[list[ItemT], list[Skipped]]:
        raws = await self._api.optional(
            family, lambda: self._api.get_pages(path, query)
        )
        items, skipped = reader.read(raws or ())
        if skipped and not items:
            raise UnexpectedAnswerError(
                f"none of {len(skipped)} {family} could be read: {skipped[0].reason}"
            )
        return items, skipped


RAWS = msgspec.json.Decoder(list[msgspec.Raw])


def _same[ItemT](item: ItemT) -> ItemT:
    """Return a wire object as it is: what becomes of it depends on the time."""
    return item


def _latest(
    sessions: Sequence[ChargingSession],
    key: Callable[[ChargingSession], str | None],
) -> Mapping[str, ChargingSession]:
    """Return the newest session of each object; the sessions come newest first."""
    latest: dict[str, ChargingSession] = {}
    for session in sessions:
        if (id_ := key(session)) is not None:
            latest.setdefault(id_, session)
    return latest
