"""The simulated ChargEye: its routes, tokens and pages."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from heapq import merge
from typing import override

from aiohttp import web
import msgspec

from simulator.server.facade import Facade
from simulator.world.model import Json, Location, NotInWorldError, Session
from simulator.world.station import newest_first
from simulator.world.world import World

from . import fleet, inventory, live, tokens, transactions
from .api_files import FILES
from .commands import Commands, Given
from .options import KempowerOptions

type Handler = Callable[[web.Request], Awaitable[web.Response]]
TOKEN_PATH = "/auth/refreshAccessToken"  # noqa: S105 - a path, not a token
MESSAGES = {
    400: "Invalid request parameters",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Resource not found",
    500: "Internal server error",
}


class PageKey(msgspec.Struct, frozen=True, rename="camel"):
    """What `lastEvaluatedKey` holds: where the page before ended. Its real content is not documented."""

    station_id: str
    start_time: str
    tx_id: str


class KempowerCloud(Facade):
    """The documented reading part of Kempower ChargEye's REST API, and commands as files of our own describe them.

    The real paths of commands are in no public document; a customer's OpenAPI file has them, see `api_file`.
    """

    base_path = "/api"

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        """Stand in front of a world."""
        super().__init__(world, host, port)
        self.options = KempowerOptions()
        self._tokens = tokens.Tokens(world.clock)
        self._commands = Commands(world, self.options)

    # ---- commands

    @property
    def commands(self) -> list[Given]:
        """Return the commands that arrived, oldest first."""
        return self._commands.given

    def api_file(self, name: str) -> bytes:
        """Return one of the customer's OpenAPI files, see `api_files.FILES`."""
        return msgspec.json.encode(FILES[name]())

    @override
    def control_routes(self) -> Iterable[web.RouteDef]:
        """Return what hands out the customer's files, for tests in another process."""
        return [web.get("/api_files/{name}", self._show_api_file)]

    async def _show_api_file(self, request: web.Request) -> web.Response:
        """Show one of the customer's files."""
        name = request.match_info["name"]
        if name not in FILES:
            raise web.HTTPNotFound
        return web.Response(body=self.api_file(name), content_type="application/json")

    # ---- tokens

    @property
    def refresh_token(self) -> str:
        """Return the refresh token which an administrator would have made."""
        return self._tokens.refresh_token

    def revoke_refresh_token(self) -> None:
        """Refuse the refresh token from now on; JWTs got with it live on until they expire."""
        self._tokens.revoke_refresh_token()

    def renew_refresh_token(self) -> str:
        """Make and return a new refresh token; the old one is refused."""
        return self._tokens.renew_refresh_token()

    def expire_access_tokens(self) -> None:
        """Refuse every JWT issued so far."""
        self._tokens.expire_access_tokens()

    @override
    def credentials(self) -> dict[str, str]:
        """Return the refresh token."""
        return {"refresh_token": self.refresh_token}

    @override
    def token_actions(self) -> dict[str, Callable[[], object]]:
        """Return what can be done to the tokens."""
        return {
            "revoke_refresh_token": self.revoke_refresh_token,
            "renew_refresh_token": self.renew_refresh_token,
            "expire_access_tokens": self.expire_access_tokens,
        }

    @override
    def credential(self, request: web.Request) -> str:
        """Return none, refresh, revoked, access, expired or unknown."""
        return self._tokens.kind(request)

    @override
    def refusal(
        self, request: web.Request, path: str, credential: str
    ) -> web.Response | None:
        """Want the refresh token for a new JWT, a valid JWT for everything else."""
        wanted = tokens.REFRESH if path == TOKEN_PATH else tokens.ACCESS
        return None if credential == wanted else self.error(401)

    @override
    def error(self, status: int, message: str | None = None) -> web.Response:
        """Return `{"errorMessage": ...}`."""
        response = self.json(
            {
                "errorMessage": message
                or MESSAGES.get(status, "Error handling the request")
            }
        )
        response.set_status(status)
        return response

    # ---- routes

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return the documented reading routes."""
        return [
            web.get(TOKEN_PATH, self._refresh, allow_head=False),
            web.get("/locations", self._locations, allow_head=False),
            web.get("/locations/{uid}", self._location, allow_head=False),
            web.get(
                "/locations/{uid}/stations", self._location_stations, allow_head=False
            ),
            web.get("/stations", self._stations, allow_head=False),
            web.get(
                "/chargingStations/{id}/transactions",
                self._transactions,
                allow_head=False,
            ),
            web.get("/transactions", self._all_transactions, allow_head=False),
            web.get("/vehicles", self._vehicles, allow_head=False),
            web.get("/locations/{uid}/schedules", self._schedules, allow_head=False),
            web.get("/loadBalancing/powerGroups", self._groups, allow_head=False),
            *self._routes_of_beta(),
            *self._commands.routes(),
        ]

    async def _refresh(self, request: web.Request) -> web.Response:
        """Answer a refresh token with a new JWT."""
        token, until = self._tokens.issue()
        return self.json({"token": token, "validUntil": self.options.time(until)})

    async def _locations(self, request: web.Request) -> web.Response:
        """List the locations."""
        return self.json(
            {
                "locations": [
                    inventory.location(place) for place in self.world.locations.values()
                ]
            }
        )

    async def _location(self, request: web.Request) -> web.Response:
        """Show one location."""
        return self.json({"location": inventory.location(self._place(request))})

    async def _location_stations(self, request: web.Request) -> web.Response:
        """List a location's stations with their inventory data."""
        place = self._place(request)
        stations = [
            inventory.inventory_station(view, place)
            for view in self.world.stations(place.id)
        ]
        return self.json({"stations": stations})

    async def _stations(self, request: web.Request) -> web.Response:
        """List stations live. A `locationUid` that does not exist leaves an empty list: it is a filter.

        `stationIds` is not looked at: how it is encoded is not documented.
        """
        places = self.world.locations
        views = self.world.stations(request.query.get("locationUid"))
        return self.json(
            {
                "stations": [
                    live.station(view, places[view.location_id], self.options)
                    for view in views
                ]
            }
        )

    async def _vehicles(self, request: web.Request) -> web.Response:
        """List the fleet's vehicles, of one location if that is asked for."""
        return self.json(
            {
                "vehicles": inventory.vehicles(
                    self.world.vehicles(request.query.get("locationUid"))
                )
            }
        )

    async def _schedules(self, request: web.Request) -> web.Response:
        """List when a location's vehicles come and go."""
        views = list(self.world.vehicles(self._place(request).id))
        planned = fleet.schedules(views, self.world.clock.now(), self.options)
        return self.json({"recurringSchedules": [], "schedules": planned})

    async def _groups(self, request: web.Request) -> web.Response:
        """List the top-level power groups."""
        ids = [live.power_group(place) for place in self.world.locations.values()]
        return self.json({"tree": fleet.groups(ids)})

    def _routes_of_beta(self) -> Iterable[web.RouteDef]:
        """Return the same lists where another file says that they are, under other names."""
        ways: tuple[tuple[str, Handler, dict[str, str]], ...] = (
            ("/fleet/sessions/{id}", self._transactions, {"transactions": "items"}),
            ("/fleet/stations/{uid}", self._location_stations, {"stations": "items"}),
            ("/fleet/vehicles", self._vehicles, {"vehicles": "items"}),
            (
                "/fleet/plans",
                self._schedules,
                {"recurringSchedules": "weekly", "schedules": "once"},
            ),
            ("/fleet/groups", self._groups, {"tree": "groups"}),
        )
        for path, handler, names in ways:
            yield web.get(path, self._renamed(handler, names), allow_head=False)

    def _renamed(self, handler: Handler, names: dict[str, str]) -> Handler:
        """Return what answers like another, with other names; what is told by location demands one."""

        async def answer(request: web.Request) -> web.Response:
            by_location = request.path.endswith(("/vehicles", "/plans"))
            if by_location and "locationUid" not in request.query:
                return self.error(400)
            response = await handler(request)
            body = response.body
            if response.status != 200 or not isinstance(body, bytes):
                return response
            content: dict[str, Json] = msgspec.json.decode(body)
            return self.json({names.get(k, k): v for k, v in content.items()})

        return answer

    async def _transactions(self, request: web.Request) -> web.Response:
        """List a station's transactions, latest first, page by page.

        A transaction is in when it started from `startDate` (inclusive) to `endDate` (exclusive). The summary covers
        the page. Both are our reading: the documents leave them open, as they do the encoding of the key, which is
        taken as JSON text here.
        """
        try:
            since = _moment(request.query.get("startDate"))
            until = _moment(request.query.get("endDate"))
            key = _page_key(request.query.get("exclusiveStartKey"))
        except ValueError:
            return self.error(400)
        station_id = request.match_info["id"]
        if key is not None and key.station_id != station_id:
            return self.error(400)
        try:
            self.world.station(station_id)
            page, more = self._page(station_id, since, until, key)
        except NotInWorldError:
            return self.error(404)
        return self._listed(page, more=more)

    async def _all_transactions(self, request: web.Request) -> web.Response:
        """List all stations' transactions, latest first, page by page.

        The path is the customer's file's: what is public names the list, and not where it is.
        """
        try:
            since = _moment(request.query.get("startDate"))
            until = _moment(request.query.get("endDate"))
            key = _page_key(request.query.get("exclusiveStartKey"))
        except ValueError:
            return self.error(400)
        after = None if key is None else _place_of(key)
        page: list[Session] = []
        more = False
        for session in merge(
            *(self.world.sessions(it, since) for it in self.world.station_ids),
            key=newest_first,
        ):
            if until is not None and session.start >= until:
                continue
            if after is not None and newest_first(session) <= after:
                continue
            if more := len(page) >= self.options.page_size:
                break
            page.append(session)
        return self._listed(page, more=more)

    def _listed(self, page: list[Session], *, more: bool) -> web.Response:
        """Return a page of transactions."""
        places = self.world.locations
        answer: dict[str, Json] = {
            "summary": transactions.summary(page),
            "transactions": [
                transactions.transaction(
                    session,
                    places[self.world.station(session.station_id).location_id],
                    self.options,
                )
                for session in page
            ],
        }
        if more:
            last = PageKey(
                station_id=page[-1].station_id,
                start_time=page[-1].start.isoformat(),
                tx_id=page[-1].id,
            )
            answer["lastEvaluatedKey"] = msgspec.to_builtins(last)
        return self.json(answer)

    def _page(
        self,
        station_id: str,
        since: datetime | None,
        until: datetime | None,
        key: PageKey | None,
    ) -> tuple[list[Session], bool]:
        """Return the sessions of a page and whether others follow."""
        page: list[Session] = []
        after = None if key is None else _place_of(key)
        for session in self.world.sessions(station_id, since):
            if until is not None and session.start >= until:
                continue
            if after is not None and newest_first(session) <= after:
                continue
            if len(page) >= self.options.page_size:
                return page, True
            page.append(session)
        return page, False

    def _place(self, request: web.Request) -> Location:
        """Return the location which a path names, or answer 404."""
        uid = request.match_info.get("uid") or request.query.get("locationUid", "")
        place = self.world.locations.get(uid)
        if place is None:
            raise web.HTTPNotFound
        return place


def _moment(text: str | None) -> datetime | None:
    """Return a time of a query, naive ones taken as UTC.

    Raises:
        ValueError: if it is no time.
    """
    if text is None:
        return None
    # a plus sign which was not escaped arrives as a blank
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _place_of(key: PageKey) -> tuple[float, str]:
    """Return where a page ended, as sessions are sorted."""
    return -datetime.fromisoformat(key.start_time).timestamp(), key.tx_id


def _page_key(text: str | None) -> PageKey | None:
    """Return the key of a query.

    Raises:
        ValueError: if it is none that we gave out.
    """
    if text is None:
        return None
    key = msgspec.json.decode(text, type=PageKey)
    datetime.fromisoformat(key.start_time)
    return key
