"""A cloud that answers word for word what a test says, over real sockets, and keeps what it was asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import msgspec
from yarl import URL

from custom_components.ev_charging_cloud.clients.kempower import (
    Findings,
    KempowerClient,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi import Kind, Operation

REFRESH_TOKEN = "refresh-token-of-a-test"
TOKEN = {"token": "jwt-of-a-test", "validUntil": "2199-01-01T00:00:00Z"}
SIGN_IN = "GET /auth/refreshAccessToken"


class Cloud:
    """Answers by method and path; what it has no answer to is not found.

    ``answers`` are bodies, or statuses with a body: an object is sent as JSON, bytes are sent as they are.
    ``asked`` is what arrived: method, path with query, and body; ``tokens`` who asked.
    """

    def __init__(self, answers: dict[str, Any]) -> None:
        """Know these answers, and how to sign in."""
        self.answers: dict[str, Any] = {SIGN_IN: TOKEN, **answers}
        self.asked: list[tuple[str, str, bytes]] = []
        self.tokens: list[str | None] = []
        self.types: list[str | None] = []
        self.url = URL()

    @property
    def lines(self) -> list[str]:
        """What was asked but for signing in, in a line each."""
        said = [f"{method} {path}" for method, path, _ in self.asked]
        return [line for line in said if line != SIGN_IN]

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request and keep it."""
        path = request.raw_path.removeprefix("/api")
        self.asked.append((request.method, path, await request.read()))
        self.tokens.append(request.headers.get("Authorization"))
        self.types.append(request.headers.get("Content-Type"))
        told = self.answers.get(f"{request.method} {path}", (404, {}))
        status, body = told if isinstance(told, tuple) else (200, told)
        if isinstance(body, bytes):
            return web.Response(status=status, body=body, content_type="text/html")
        return web.Response(
            status=status,
            body=msgspec.json.encode(body),
            content_type="application/json",
        )


@asynccontextmanager
async def running(**answers: Any) -> AsyncIterator[Cloud]:
    """Let a cloud run."""
    cloud = Cloud({})
    cloud.answers |= answers
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", cloud.answer)
    async with TestServer(app) as server:
        cloud.url = server.make_url("/api")
        yield cloud


@asynccontextmanager
async def account(
    answers: dict[str, Any], *operations: Operation, **options: Any
) -> AsyncIterator[tuple[Cloud, KempowerClient]]:
    """Yield a cloud and a client of it, with these operations of a customer's file."""
    async with running(**answers) as cloud, ClientSession() as session:
        found: dict[Kind, Operation] = {each.kind: each for each in operations}
        yield (
            cloud,
            KempowerClient(
                session,
                server=cloud.url,
                refresh_token=REFRESH_TOKEN,
                findings=Findings(found=found) if operations else None,
                **options,
            ),
        )
