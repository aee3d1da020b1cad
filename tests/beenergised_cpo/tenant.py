"""A tenant of be.ENERGISED that answers what a test tells it, over a real socket.

The simulator answers as the documents say. Here a test has the last word about pages,
about which lists are served, and about what an answer waits for.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import ClientSession, hdrs, web
from yarl import URL

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.client import Memory
from custom_components.ev_charging_cloud.clients.snapshot import LiveState
from custom_components.ev_charging_cloud.clients.transport.tokens import Refusals

from .common import API

type Json = Any
type Answer = Json | web.Response
type Answers = Callable[[web.Request], Answer | Awaitable[Answer]]

SECRET = "the secret of this tenant"
TOKEN = {"access_token": "a-token", "expires_in": 86_400, "token_type": "Bearer"}


def item(id_: object, /, **attributes: Json) -> dict[str, Json]:
    """Return an item of a list."""
    return {"type": "things", "id": id_, "attributes": attributes}


def page(
    items: Sequence[Json], request: web.Request, **pagination: Json
) -> dict[str, Json]:
    """Return a page of a list as it is documented, but for what is said otherwise."""
    offset = int(request.query.get("page[offset]", "0"))
    limit = min(
        int(request.query.get("page[limit]", "500")), pagination.pop("cap", 500)
    )
    told = {
        "total": len(items),
        "offset": offset,
        "limit": limit,
        "lastPage": offset + limit >= len(items),
    }
    return {
        "data": list(items[offset : offset + limit]),
        "meta": {"pagination": told | pagination},
        "links": {"current": str(request.url)},
    }


@dataclass(frozen=True)
class Received:
    """A request as it came: its whole path, and what says who asks."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    authorization: str | None = "Bearer a-token"
    content_type: str | None = None
    body: str = ""


class FakeTenant:
    """Serves lists by their paths; ``answers`` has what is answered instead.

    ``asked`` counts the requests by method and path, below the API's address, and
    ``received`` are the same as they came.
    """

    def __init__(self) -> None:
        """Begin with empty lists."""
        self.lists: dict[str, list[Json]] = {}
        self.answers: dict[str, Answers] = {}
        self.asked: Counter[str] = Counter()
        self.bodies: list[Json] = []
        self.received: list[Received] = []
        self._runner = web.AppRunner(self._app())
        self.address = URL()

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = URL.build(scheme="http", host=host, port=port)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop to listen."""
        await self._runner.cleanup()

    def client(
        self,
        session: ClientSession,
        *,
        memory: Memory | None = None,
        refusals: Refusals | None = None,
    ) -> BeenergisedCpoClient:
        """Return a client of this tenant."""
        return BeenergisedCpoClient(
            session,
            tenant=self.address,
            server=self.address,
            client_id="client",
            client_secret=SECRET,
            memory=memory,
            refusals=refusals,
        )

    def refuse(self, path: str, status: int, **headers: str) -> None:
        """Refuse all requests for a path from now on."""
        self.answers[path] = lambda _: web.json_response(
            {"errors": [{"detail": "not here"}]}, status=status, headers=headers
        )

    def place(
        self, connectors: Mapping[str, Sequence[str]], **attributes: Json
    ) -> None:
        """Have stations with these connectors, which do not name their station."""
        self.lists["/charging_stations/"] = [
            item(id_, label=f"Station {id_}") for id_ in connectors
        ]
        self.lists["/connectors/"] = [
            item(id_, **attributes) for ids in connectors.values() for id_ in ids
        ]
        for station_id, ids in connectors.items():
            self.lists[f"/cp/{station_id}/connectors/"] = [
                item(id_, **attributes) for id_ in ids
            ]

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(API)
        self.asked[f"{request.method} {path}"] += 1
        self.received.append(
            Received(
                request.method,
                request.path,
                tuple(request.query.items()),
                request.headers.get(hdrs.AUTHORIZATION),
                request.headers.get(hdrs.CONTENT_TYPE),
                await request.text(),
            )
        )
        if request.method in {"POST", "PUT"} and path.startswith("/charging"):
            self.bodies.append(await request.json())
        if (answer := self.answers.get(path)) is None:
            return web.json_response(self._usual(request, path))
        given = answer(request)
        if isinstance(given, Awaitable):
            given = await given
        return (
            given if isinstance(given, web.StreamResponse) else web.json_response(given)
        )

    def _usual(self, request: web.Request, path: str) -> Json:
        if path.endswith("/token"):
            return TOKEN
        return page(self.lists.get(path, ()), request)


async def look(client: BeenergisedCpoClient) -> LiveState:
    """Read an account as it is read while it is set up: the rest in the background."""
    await client.async_get_live()
    await client.async_read_details()
    return await client.async_get_live()


def places(live: LiveState) -> dict[str, str]:
    """Return which station each connector belongs to."""
    return {connector.id: connector.station_id for connector in live.connectors}


def stations_asked(tenant: FakeTenant) -> int:
    """Return how often stations were asked for their connectors."""
    return sum(
        number for path, number in tenant.asked.items() if path.startswith("GET /cp/")
    )
