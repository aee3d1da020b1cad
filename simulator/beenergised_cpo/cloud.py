"""The simulated CPO API of be.ENERGISED: its routes, sign-in and limit.

Where the documents are silent this is what the simulator does; the options offer the other readings.

- A client's parameters stand in the query of the token request, as documented, or in a form.
- A single thing is `{"data": item}`. Locations lead on by `links.next` alone, with an opaque `page[cursor]`.
- Windows are listed in the order in which they were made. The filters leave those which overlap the period.
- A window may be deleted whenever it is; what is refused of a write, and how, says the module writes.
- The limit of requests in parallel is documented for remote commands, which are left out; here it holds for all.
"""

from argparse import ArgumentParser, Namespace
import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import override

from aiohttp import web

from simulator.server.facade import Facade
from simulator.server.faults import Handler
from simulator.world.model import ConnectorSpec, Json, StationSpec
from simulator.world.world import World

from . import errors, ids, things, tokens, writes
from .control import WindowsControl
from .errors import ApiError
from .options import BeenergisedCpoOptions, add_arguments
from .pages import Pages
from .tokens import TokenError, Tokens
from .windows import Window, Windows, begin, between

API = "/api/cpoapi/v1"
FORM_TYPE = "application/x-www-form-urlencoded"
#: what a host answers which serves every name, for a tenant that does not exist
NO_TENANT = "<!DOCTYPE html><html><head><title>Not found</title></head><body><h1>No such instance</h1></body></html>"


class BeenergisedCpoCloud(Facade):
    """The documented reading of stations, connectors and locations, and all of maintenance windows."""

    client_id = tokens.CLIENT_ID

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        """Stand in front of a world."""
        super().__init__(world, host, port)
        self.options = BeenergisedCpoOptions()
        self.windows = Windows()
        #: the most requests of the API that ever ran at once, refused ones among them
        self.most_parallel = 0
        self._parallel = 0
        #: passes the latency; a test can put its own here
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        self._tokens = Tokens(world.clock, self.options)
        self._pages = Pages(self.options, lambda: self.address)
        begin(world, self.windows)

    # ---- choices

    @staticmethod
    @override
    def add_arguments(parser: ArgumentParser) -> None:
        """Add how much is on a page, and what things have."""
        add_arguments(parser)

    @override
    def choose(self, choices: Namespace) -> None:
        """Take what was chosen on the command line."""
        self.options.page_cap = choices.cpo_page_cap
        self.options.attributes = choices.cpo_attributes

    # ---- ids

    @staticmethod
    def station_uuid(station_id: str) -> str:
        """Return the UUID of a station of the world."""
        return ids.station_uuid(station_id)

    @staticmethod
    def connector_uuid(station_id: str, connector_id: str) -> str:
        """Return the UUID of a connector of the world."""
        return ids.connector_uuid(station_id, connector_id)

    @staticmethod
    def location_uuid(location_id: str) -> str:
        """Return the UUID of a location of the world."""
        return ids.location_uuid(location_id)

    # ---- tokens

    @property
    def client_secret(self) -> str:
        """Return the secret which an administrator would have seen once."""
        return self._tokens.client_secret

    def expire_access_tokens(self) -> None:
        """Refuse every token issued so far."""
        self._tokens.expire()

    def revoke_client(self) -> None:
        """Refuse the client and every token issued to it."""
        self._tokens.revoke_client()

    def renew_client_secret(self) -> str:
        """Make and return a new secret; the old one is refused, tokens live on."""
        return self._tokens.renew_client_secret()

    @override
    def credentials(self) -> dict[str, str]:
        """Return the client's id and secret."""
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    @override
    def token_actions(self) -> dict[str, Callable[[], object]]:
        """Return what can be done to the credentials."""
        return {
            "expire_access_tokens": self.expire_access_tokens,
            "revoke_client": self.revoke_client,
            "renew_client_secret": self.renew_client_secret,
        }

    @override
    def credential(self, request: web.Request) -> str:
        """Return none, form, client or revoked of a sign-in; none, access, bare or expired of the API; or unknown."""
        if request.path in tokens.PATHS:
            # what a form holds is not known until it has been read
            is_form = not request.query and request.content_type == FORM_TYPE
            sent = is_form and request.can_read_body
            return tokens.FORM if sent else self._tokens.kind_of_client(request.query)
        return self._tokens.kind_of_header(request.headers.get("Authorization", ""))

    @override
    def logged_query(self, request: web.Request, credential: str) -> dict[str, str]:
        """Return a query without the client's secret."""
        query = super().logged_query(request, credential)
        if "client_secret" in query:
            query["client_secret"] = f"<{credential}>"
        return query

    @override
    def refusal(
        self, request: web.Request, path: str, credential: str
    ) -> web.Response | None:
        """Want a tenant, a valid token in the right spelling and a scope; the token endpoint looks itself."""
        if path in tokens.PATHS:
            return None
        if path.startswith("/api") and not self.options.tenant_known:
            return web.Response(status=404, text=NO_TENANT, content_type="text/html")
        spelling = {"bearer": {tokens.ACCESS}, "bare": {tokens.BARE}}.get(
            self.options.authorization, {tokens.ACCESS, tokens.BARE}
        )
        if credential not in spelling:
            return self.error(401)
        return None if self.options.scope else self.error(403)

    @override
    def error(self, status: int, message: str | None = None) -> web.Response:
        """Return `{"errors": [...]}`."""
        response = self.json(errors.document(status, message))
        response.set_status(status)
        return response

    # ---- routes

    @override
    def build(self) -> web.Application:
        """Return a new application, which counts requests in parallel."""
        app = super().build()
        # behind the log and the faults, before everything that answers
        app.middlewares.insert(1, self._count)
        return app

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return the documented routes, and the one to delete a window."""
        windows = "/charging_stations/{station}/maintenance_windows/"
        handlers: list[tuple[str, str, Handler]] = [
            ("GET", "/charging_stations/", self._stations),
            ("GET", "/connectors/", self._connectors),
            ("GET", "/connectors/{connector}", self._connector),
            ("GET", "/cp/{station}/connectors/", self._connectors),
            ("GET", "/cp/{station}/connectors/{connector}", self._connector),
            ("GET", "/locations/", self._locations),
            ("GET", "/maintenance_windows/", self._windows),
            ("GET", windows, self._windows),
            ("POST", windows, self._create_window),
            ("PUT", windows + "{id}", self._update_window),
            ("DELETE", windows + "{id}", self._delete_window),
        ]
        return [
            *(web.post(path, self._token) for path in tokens.PATHS),
            *(
                web.route(method, API + path, errors.answering(handler, self.error))
                for method, path, handler in handlers
            ),
        ]

    @override
    def control_routes(self) -> Iterable[web.RouteDef]:
        """Return how maintenance windows are looked at and moved from outside."""
        return WindowsControl(self.world, self.windows).routes()

    @web.middleware
    async def _count(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Let an API request take its time, and refuse it if too many do so already."""
        if not request.path.startswith("/api"):
            return await handler(request)
        self._parallel += 1
        self.most_parallel = max(self.most_parallel, self._parallel)
        try:
            if self._parallel > self.options.parallel_limit:
                return self.error(429)
            if self.options.latency:
                await self.sleep(self.options.latency)
            return await handler(request)
        finally:
            self._parallel -= 1

    async def _token(self, request: web.Request) -> web.Response:
        """Answer a client with a token."""
        if self.options.token_path not in {request.path, "both"}:
            return self.error(404)
        parameters: dict[str, str] = {}
        if self.options.client_parameters != "form":
            parameters |= request.query
        if self.options.client_parameters != "query":
            form = await request.post()
            parameters |= {
                name: text for name, text in form.items() if isinstance(text, str)
            }
        try:
            return self.json(self._tokens.issue(parameters))
        except TokenError as refused:
            response = self.json(refused.document())
            response.set_status(400)
            return response

    # ---- reading

    async def _stations(self, request: web.Request) -> web.Response:
        """List the stations."""
        world, now = self.world, self.clock.now()
        places = world.locations

        def make(page: Sequence[str]) -> list[Json]:
            views = map(world.station, page)
            return [
                things.station(view, places[view.location_id], now, self.options)
                for view in views
            ]

        return self.json(self._pages.by_offset(request, world.station_ids, make))

    async def _connectors(self, request: web.Request) -> web.Response:
        """List the connectors of a station, or all."""
        pairs = [
            (spec, connector)
            for spec in self._chosen(request)
            for connector in spec.connectors
        ]
        return self.json(self._pages.by_offset(request, pairs, self._connector_items))

    async def _connector(self, request: web.Request) -> web.Response:
        """Show one connector."""
        wanted = request.match_info["connector"].lower()
        for spec in self._chosen(request):
            for connector in spec.connectors:
                if ids.connector_uuid(spec.id, connector.id) == wanted:
                    (item,) = self._connector_items([(spec, connector)])
                    return self.json({"data": item})
        raise ApiError(404)

    def _connector_items(
        self, pairs: Sequence[tuple[StationSpec, ConnectorSpec]]
    ) -> list[Json]:
        """Return connectors as the tenant sees them."""
        options = self.options
        if options.attributes != "rich":
            return [
                things.bare_connector(spec, connector, options)
                for spec, connector in pairs
            ]
        # each station is looked at once, not once for every connector
        views = {
            (spec.id, view.spec.id): view
            for spec in {spec.id: spec for spec, _ in pairs}.values()
            for view in self.world.station(spec.id).connectors
        }
        return [
            things.rich_connector(spec, views[spec.id, connector.id], options)
            for spec, connector in pairs
        ]

    async def _locations(self, request: web.Request) -> web.Response:
        """List the locations."""
        return self.json(
            self._pages.by_cursor(
                request,
                list(self.world.locations.values()),
                key=lambda place: place.id,
                make=lambda place: things.location(place, self.options),
            )
        )

    def _chosen(self, request: web.Request) -> list[StationSpec]:
        """Return the station which a path names, or all if it names none."""
        if "station" in request.match_info:
            return [self._station(request)]
        return list(self.world.specs.values())

    def _station(self, request: web.Request) -> StationSpec:
        """Return the station which a path names.

        Raises:
            ApiError: if there is none.
        """
        wanted = request.match_info["station"].lower()
        for station_id, spec in self.world.specs.items():
            if ids.station_uuid(station_id) == wanted:
                return spec
        raise ApiError(404, "There is no such charging station.")

    # ---- maintenance windows

    async def _windows(self, request: web.Request) -> web.Response:
        """List the windows of a station, or all."""
        windows = between(
            self.windows.all(),
            _filter(request, "filter[startDate]"),
            _filter(request, "filter[endDate]"),
        )
        if "station" in request.match_info:
            uuid = ids.station_uuid(self._station(request).id)
            windows = [window for window in windows if window.station_uuid == uuid]
        return self.json(
            self._pages.by_offset(
                request, windows, lambda page: [window.document() for window in page]
            )
        )

    async def _create_window(self, request: web.Request) -> web.Response:
        """Create a window."""
        place = self._place(request)
        body = await writes.body_of(request)
        new = writes.created(body, place, self.clock.now())
        window_id = self.windows.add(
            place.station_uuid, new.connector_uuid, new.start, new.end, new.comment
        )
        return self._written(window_id)

    async def _update_window(self, request: web.Request) -> web.Response:
        """Change a window."""
        place, window = self._place(request), self._window(request)
        body = await writes.body_of(request)
        self.windows.put(writes.updated(window, body, place, self.clock.now()))
        return self._written(window.id)

    async def _delete_window(self, request: web.Request) -> web.Response:
        """Delete a window."""
        if not self.options.delete_supported:
            raise ApiError(404)
        self.windows.remove(self._window(request).id)
        return web.Response(status=204)

    def _place(self, request: web.Request) -> writes.Place:
        """Return the station which a path names, as far as a window needs it."""
        spec = self._station(request)
        return writes.Place(
            ids.station_uuid(spec.id),
            frozenset(ids.connector_uuid(spec.id, it.id) for it in spec.connectors),
        )

    def _window(self, request: web.Request) -> Window:
        """Return the window of a station which a path names.

        Raises:
            ApiError: if that station has none of that id.
        """
        window = self.windows.get(request.match_info["id"])
        if window is None or window.station_uuid != ids.station_uuid(
            self._station(request).id
        ):
            raise ApiError(404, "There is no such maintenance window.")
        return window

    def _written(self, window_id: str) -> web.Response:
        """Answer a write."""
        window = self.windows.get(window_id)
        if window is None or self.options.write_answer == "empty":
            return web.Response(status=204)
        return self.json({"data": window.document()})


def _filter(request: web.Request, name: str) -> datetime | None:
    """Return a time of the query, None without one."""
    text = request.query.get(name)
    return None if text is None else writes.moment(text, name)
