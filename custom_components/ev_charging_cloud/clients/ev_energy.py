"""ev.energy: version 2 of the REST API.

Source: the vendor's OpenAPI file and pages. A cycle is five requests however many
chargers and vehicles there are, but for further pages: chargers, vehicles, sessions
with their parts, schedules of the running parts, and one detail of one object in turn
(a charger's connectivity, or whether a vehicle is at home), which have no list.

A family of endpoints that answers 403 lacks its scope: it is left alone from then on.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypedDict

from aiohttp import ClientSession, hdrs
import msgspec
from yarl import URL

from . import ev_energy_wire as wire
from .client import Account, Capability, Commands
from .decoding import ItemReader, ReadingReport
from .errors import NotPermittedError, ResponseError, UnexpectedAnswerError
from .ev_energy_mapping import EvEnergyMapping
from .http import HttpClient, Query
from .middleware import BearerMiddleware, RequestLog
from .model import ChargingSession, Money, StationDetails, Supply
from .snapshot import LiveState, Skipped, SlowState
from .tokens import TokenSource

VENDOR = "ev.energy"
BASE_PATH = "/v2"
VERSION_HEADERS = {"EvEnergy-Version": "2"}
PAGE = ("page_size", "100")
LATEST_LOG = ("expand", "latest_status_log")


class _Access(TypedDict):
    """What every request has."""

    bearer: BearerMiddleware
    headers: Mapping[str, str]


class EvEnergyClient:
    """One ev.energy user, seen through one application."""

    capabilities = (
        Capability.CONNECTIVITY
        | Capability.STATION_METER
        | Capability.STATION_ELECTRICAL
        | Capability.STATION_MODES
        | Capability.STATION_DETAILS
        | Capability.SESSION_COST
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
        self.report = ReadingReport(VENDOR)
        self._http = HttpClient(
            session,
            server.with_path(server.path.rstrip("/") + BASE_PATH),
            read_error=_read_error,
            secrets=lambda: tokens.secrets,
            requests=requests,
        )
        self._user_id = user_id
        headers = dict(VERSION_HEADERS)
        if user_id:
            headers["EvEnergy-User"] = user_id
        self._bearer = BearerMiddleware(tokens)
        self._headers = headers
        self._mapping = EvEnergyMapping(self.report)
        self._evses = ItemReader("charger", "id", wire.EVSE, _same, self.report)
        self._vehicles = ItemReader("vehicle", "id", wire.VEHICLE, _same, self.report)
        self._sessions = ItemReader("session", "id", wire.SESSION, _same, self.report)
        self._parts = ItemReader(
            "sub-session", "id", wire.SUB_SESSION, _same, self.report
        )
        self._details: dict[str, StationDetails] = {}
        self._at_home: dict[str, bool | None] = {}
        self._turn = 0

    @property
    def commands(self) -> Commands:
        """The client itself: it documents commands."""
        return self

    @property
    def requests(self) -> RequestLog:
        """The requests made so far, and how many are left."""
        return self._http.requests

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
            return await self._async_get(f"/users/{self._user_id or 'me'}", wire.USER)
        except ResponseError as err:
            if self._user_id or err.status != HTTPStatus.NOT_FOUND:
                raise
            users = await self.async_get_users()
            if len(users) != 1:
                raise NotPermittedError(f"{len(users)} users are visible") from err
            return await self._async_get(f"/users/{users[0].id}", wire.USER)

    async def async_get_users(self) -> Sequence[wire.User]:
        """Return the users that the token can see."""
        return await self._async_get("/users", wire.USERS, [PAGE])

    async def async_get_slow(self) -> SlowState:
        """Return the price and the carbon of the user's energy, where scopes allow."""
        user = await self._optional("user", self._async_user)
        home = user.default_location if user else None
        if home is None:
            return SlowState(locations={})
        tariff_id = wire.id_of(home.tariff)
        tariff = (
            await self._optional(
                "tariff", lambda: self._async_get(f"/tariffs/{tariff_id}", wire.TARIFF)
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
        await self._async_next_detail(
            [evse.id for evse in evses], [vehicle.id for vehicle in vehicles]
        )
        by_evse = _latest(sessions, lambda session: session.station_id)
        by_vehicle = _latest(sessions, lambda session: session.vehicle_id)
        return LiveState(
            stations=tuple(
                self._mapping.station(evse, self._details.get(evse.id), now)
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
                    self._at_home.get(vehicle.id),
                    now,
                )
                for vehicle in vehicles
            ),
            locations={},
            skipped=(*skipped_evses, *skipped_vehicles),
        )

    async def _async_sessions(self, now: datetime) -> Sequence[ChargingSession]:
        """Return the newest sessions, newest first: one page is all that is running."""
        raws = await self._optional(
            "sessions",
            lambda: self._async_get(
                "/charging_sessions", RAWS, [("expand", "sub_sessions"), PAGE]
            ),
        )
        sessions, _ = self._sessions.read(raws or ())
        running = [session for session in sessions if session.end is None]
        schedules = await self._async_schedules() if running else {}
        return [self._mapping.session(found, schedules, now) for found in sessions]

    async def _async_schedules(self) -> Mapping[str, wire.Schedules]:
        """Return the schedules of the running sub-sessions, by sub-session."""
        raws = await self._optional(
            "schedules",
            lambda: self._async_get(
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

    async def _async_next_detail(
        self, evse_ids: Sequence[str], vehicle_ids: Sequence[str]
    ) -> None:
        """Read one detail of the object whose turn it is."""
        turns = [("/evses/{}/connectivity", id_) for id_ in evse_ids]
        turns += [("/vehicles/{}/location_logs", id_) for id_ in vehicle_ids]
        if not turns:
            return
        path, id_ = turns[self._turn % len(turns)]
        self._turn += 1
        if id_ in evse_ids:
            await self._async_connectivity(path.format(id_), id_)
        else:
            await self._async_at_home(path.format(id_), id_)

    async def _async_connectivity(self, path: str, evse_id: str) -> None:
        found = await self._optional(
            "connectivity", lambda: self._async_get(path, wire.EVSE_CONNECTIVITY)
        )
        if found:
            self._details[evse_id] = StationDetails(
                signal_strength=found.signal_strength_rssi_dbm,
                reliability=found.connection_reliability_30d,
                firmware=found.firmware_version,
            )

    async def _async_at_home(self, path: str, vehicle_id: str) -> None:
        logs = await self._optional(
            "vehicle location",
            lambda: self._async_get(
                path, wire.VEHICLE_LOCATION_LOGS, [("page_size", "1")]
            ),
        )
        if logs:
            self._at_home[vehicle_id] = logs[0].at_home

    async def async_set_boost(self, session_id: str, *, on: bool) -> None:
        """Start or end charging at once in a running session.

        Raises:
            ResponseError: with status 409 where the session cannot be boosted.
            UnavailableError: with status 503 where charger or car cannot be reached.
            ClientError: any other of its subclasses.
        """
        action = "boost_start" if on else "boost_end"
        await self._http.send(
            hdrs.METH_POST,
            f"/charging_sessions/{session_id}/{action}",
            **self._options(),
        )

    async def async_set_smart_charging(self, vehicle_id: str, *, on: bool) -> None:
        """Let ev.energy decide when a vehicle charges, or not."""
        await self._async_patch(
            f"/vehicles/{vehicle_id}", {"smart_charging_enabled": on}
        )

    async def async_set_charge_limit(self, vehicle_id: str, limit: int) -> None:
        """Set where a vehicle stops charging, in per cent from 50 to 100."""
        await self._async_patch(
            f"/vehicles/{vehicle_id}", {"maximum_charge_limit_percentage": limit}
        )

    async def async_set_state_of_charge(
        self, vehicle_id: str, state_of_charge: int | None
    ) -> None:
        """Say how full a vehicle without a link is, in per cent; None takes it back."""
        await self._async_patch(
            f"/vehicles/{vehicle_id}/state_of_charge",
            {"state_of_charge_percentage": state_of_charge},
        )

    async def async_reconnect(self, vehicle_id: str) -> str:
        """Return the address where a person can link a vehicle anew; it is short-lived."""
        answer = await self._http.request(
            hdrs.METH_POST,
            f"/vehicles/{vehicle_id}/reconnect",
            wire.RECONNECT,
            **self._options(),
        )
        return answer.url

    async def _async_patch(self, path: str, changes: Mapping[str, object]) -> None:
        await self._http.send(hdrs.METH_PATCH, path, **self._options(), json=changes)

    async def _async_get[AnswerT](
        self, path: str, answer: msgspec.json.Decoder[AnswerT], query: Query = None
    ) -> AnswerT:
        return await self._http.request(
            hdrs.METH_GET, path, answer, **self._options(), query=query
        )

    def _options(self) -> _Access:
        return {"bearer": self._bearer, "headers": self._headers}

    async def _async_list[ItemT](
        self, family: str, path: str, reader: ItemReader[ItemT, ItemT], query: Query
    ) -> tuple[list[ItemT], list[Skipped]]:
        raws = await self._optional(
            family, lambda: self._http.get_pages(path, **self._options(), query=query)
        )
        items, skipped = reader.read(raws or ())
        if skipped and not items:
            raise UnexpectedAnswerError(
                f"none of {len(skipped)} {family} could be read: {skipped[0].reason}"
            )
        return items, skipped

    async def _optional[AnswerT](
        self, family: str, ask: Callable[[], Awaitable[AnswerT]]
    ) -> AnswerT | None:
        """Ask, unless the family was denied before; None where it is denied."""
        if family in self.report.denied:
            return None
        try:
            return await ask()
        except NotPermittedError as err:
            self.report.deny(family, err.message)
            return None


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


def _read_error(body: bytes) -> str | None:
    try:
        problem = wire.PROBLEM.decode(body)
    except msgspec.MsgspecError, UnicodeDecodeError:
        return None
    fields = "; ".join(
        f"{field}: {' '.join(texts)}"
        for field, texts in (problem.field_errors or {}).items()
    )
    return ": ".join(filter(None, (problem.detail or problem.title, fields)))
