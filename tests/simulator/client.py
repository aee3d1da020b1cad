"""A plain HTTP client: the simulator's tests know nothing of the integration."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession

from simulator import Simulator

from .common import PATIENCE


class Client:
    """Ask a simulated ChargEye and the control endpoint."""

    def __init__(self, sim: Simulator) -> None:
        """Be not logged in yet."""
        self._sim = sim
        self.session = ClientSession(timeout=PATIENCE)
        self.token = ""

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.session.close()

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return self._sim.kempower.url + path

    async def login(self, refresh_token: str | None = None) -> tuple[int, Any]:
        """Fetch a JWT and keep it for the next requests."""
        self.token = refresh_token or self._sim.kempower.refresh_token
        status, body = await self.ask("/auth/refreshAccessToken")
        if status == 200:
            self.token = body["token"]
        return status, body

    async def ask(self, path: str, **query: str) -> tuple[int, Any]:
        """Return the status and the decoded answer to a request."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.session.get(
            self.url(path), params=query, headers=headers
        ) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str, **query: str) -> Any:
        """Return the decoded answer to a request that must succeed."""
        status, body = await self.ask(path, **query)
        assert status == 200, body
        return body

    async def raw(
        self, path: str, *, redirects: bool = True
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and undecoded body."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.get(
            self.url(path), headers=headers, allow_redirects=redirects
        ) as answer:
            return answer.status, answer.headers, await answer.read()

    async def control(
        self, method: str, path: str, body: object = None
    ) -> tuple[int, Any]:
        """Return the status and the decoded answer of the control endpoint."""
        async with self.session.request(
            method, self._sim.control_url + path, json=body
        ) as answer:
            return answer.status, await answer.json()
