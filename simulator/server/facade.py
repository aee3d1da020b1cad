"""What all simulated vendors' servers have in common: a request log, faults, denied paths, error bodies."""

from abc import abstractmethod
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
import logging
from typing import override

from aiohttp import web
import msgspec

from simulator.world.model import Json
from simulator.world.world import World

from .faults import Faults, Handler
from .request_log import RequestLog, RequestRecord
from .server import Server

_LOGGER = logging.getLogger(__name__)


class Facade(Server):
    """One vendor's API in front of the world."""

    #: what comes before the paths that the vendor documents
    base_path = ""
    #: the status of the answer to a method that a path does not have
    wrong_method = 404

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        """Stand in front of a world, with nothing denied and no fault."""
        super().__init__(host, port)
        self.world = world
        self.clock = world.clock
        self.requests = RequestLog()
        self.faults = Faults(self.error)
        self._denied: dict[str, int] = {}

    @property
    def url(self) -> str:
        """Return the base address, as a client is given it."""
        return f"{self.address}{self.base_path}"

    @abstractmethod
    def routes(self) -> Iterable[web.RouteDef]:
        """Return the routes, with paths as the vendor documents them."""

    @abstractmethod
    def error(self, status: int, message: str | None = None) -> web.Response:
        """Return the vendor's documented error answer."""

    @abstractmethod
    def credential(self, request: web.Request) -> str:
        """Return in one word which credential a request carries."""

    @abstractmethod
    def refusal(
        self, request: web.Request, path: str, credential: str
    ) -> web.Response | None:
        """Return the answer to a request whose credential is not good enough; None if it is."""

    @abstractmethod
    def credentials(self) -> dict[str, str]:
        """Return what a client needs to log in, by the names of the vendor."""

    def token_actions(self) -> dict[str, Callable[[], object]]:
        """Return what can be done to the credentials over the control endpoint."""
        return {}

    def control_routes(self) -> Iterable[web.RouteDef]:
        """Return what this vendor alone adds to the control endpoint, below its name there."""
        return []

    @staticmethod
    def add_arguments(parser: ArgumentParser) -> None:
        """Add what this vendor alone has on the simulator's command line."""

    def choose(self, choices: Namespace) -> None:
        """Take what was chosen there."""

    def logged_query(self, request: web.Request, credential: str) -> dict[str, str]:
        """Return the query as the request log keeps it: without secrets."""
        return dict(request.query)

    def deny(self, path: str, status: int = 401) -> None:
        """Answer a path (`*` stands for anything) as not permitted, whatever the credential."""
        self._denied[path] = status

    def allow(self, path: str) -> None:
        """Take a `deny` back; "*" takes all back."""
        if path == "*":
            self._denied.clear()
        self._denied.pop(path, None)

    @override
    def build(self) -> web.Application:
        """Return a new application."""
        app = web.Application(middlewares=[self._record, self._errors, self._guard])
        app.add_routes(
            web.RouteDef(
                route.method, self.base_path + route.path, route.handler, route.kwargs
            )
            for route in self.routes()
        )
        return app

    def json(self, content: Json) -> web.Response:
        """Return a JSON answer."""
        return web.Response(
            body=msgspec.json.encode(content), content_type="application/json"
        )

    def path(self, request: web.Request) -> str:
        """Return the path of a request as the vendor documents it."""
        return request.path.removeprefix(self.base_path)

    @web.middleware
    async def _record(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Write a request down, with the status of its answer, or without one if it got none."""
        path = self.path(request)
        status: int | None = None
        credential = self.credential(request)
        try:
            response = await self.faults.answer(request, path, handler)
            closing = request.transport is None or request.transport.is_closing()
            status = response.status if response.prepared or not closing else None
            return response
        finally:
            self.requests.add(
                RequestRecord(
                    request.method,
                    path,
                    self.logged_query(request, credential),
                    status,
                    self.clock.now(),
                    credential,
                )
            )

    @web.middleware
    async def _errors(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Give every error the vendor's shape."""
        try:
            return await handler(request)
        except web.HTTPMethodNotAllowed:
            return self.error(self.wrong_method)
        except web.HTTPException as error:
            return self.error(error.status)
        except Exception:
            _LOGGER.exception(
                "the simulator failed to answer %s %s", request.method, request.path
            )
            return self.error(500)

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Refuse what lacks a credential or a permission."""
        path = self.path(request)
        refusal = self.refusal(request, path, self.credential(request))
        if refusal is not None:
            return refusal
        for denied, status in self._denied.items():
            if fnmatchcase(path, denied):
                return self.error(status)
        return await handler(request)
