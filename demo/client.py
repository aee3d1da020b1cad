"""Talk to Home Assistant over its own interfaces, as the browser does."""

from collections.abc import Mapping
from itertools import count
from types import TracebackType
from typing import Any, Self

import aiohttp

from .errors import DemoError

type Json = dict[str, Any]

USER = "demo"
PASSWORD = "demo"  # noqa: S105 -- shown on screen, for a Home Assistant that lives for minutes
TIMEOUT = aiohttp.ClientTimeout(total=60)


class HomeAssistantClient:
    """One Home Assistant: its REST and its websocket interface."""

    def __init__(self, url: str) -> None:
        """Take the address; nothing is sent yet."""
        self.url = url
        self._ids = count(1)
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        self._token = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        if self._socket is not None:
            await self._socket.close()
        await self._session.close()

    @property
    def _client_id(self) -> str:
        """Return the name under which the browser logs in."""
        return f"{self.url}/"

    async def answers(self) -> bool:
        """Return whether Home Assistant is up and ready to make its first user."""
        try:
            async with self._session.get(f"{self.url}/api/onboarding") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def request(self, method: str, path: str, json: Json | None = None) -> Any:
        """Make one REST request and return what it answers.

        Raises:
            DemoError: Home Assistant refused it.
        """
        # the browser says what address it sees, which is where a vendor sends it back to
        headers = {"HA-Frontend-Base": self.url}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        async with self._session.request(
            method, f"{self.url}{path}", json=json, headers=headers
        ) as response:
            if response.status >= 400:
                raise DemoError(
                    f"Home Assistant refused {method} {path}: {response.status} {(await response.text())[:500]}"
                )
            return await response.json()

    async def make_user(self) -> None:
        """Make the first user, as the first visit with a browser would."""
        await self.request(
            "POST",
            "/api/onboarding/users",
            {
                "client_id": self._client_id,
                "name": "Demo",
                "username": USER,
                "password": PASSWORD,
                "language": "en",
            },
        )

    async def log_in(self) -> None:
        """Log in with user name and password, and open the websocket."""
        step = await self.request(
            "POST",
            "/auth/login_flow",
            {
                "client_id": self._client_id,
                "handler": ["homeassistant", None],
                "redirect_uri": f"{self.url}/?auth_callback=1",
            },
        )
        step = await self.request(
            "POST",
            f"/auth/login_flow/{step['flow_id']}",
            {"client_id": self._client_id, "username": USER, "password": PASSWORD},
        )
        if step["type"] != "create_entry":
            raise DemoError(
                f"Home Assistant did not let {USER} in: {step.get('errors')}"
            )
        form = {
            "grant_type": "authorization_code",
            "code": step["result"],
            "client_id": self._client_id,
        }
        async with self._session.post(f"{self.url}/auth/token", data=form) as response:
            response.raise_for_status()
            self._token = (await response.json())["access_token"]
        await self._open_socket()

    async def _open_socket(self) -> None:
        """Open the websocket and authorise it."""
        self._socket = await self._session.ws_connect(
            f"{self.url}/api/websocket", max_msg_size=0
        )
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        answer = await self._socket.receive_json()
        if answer["type"] != "auth_ok":
            raise DemoError(f"Home Assistant's websocket refused us: {answer}")

    async def command(self, kind: str, fields: Mapping[str, Any] | None = None) -> Any:
        """Send one websocket command and return its result.

        Raises:
            DemoError: Home Assistant refused it.
        """
        if self._socket is None:
            raise RuntimeError("not logged in")
        number = next(self._ids)
        message = {"id": number, "type": kind, **(fields or {})}
        try:
            await self._socket.send_json(message)
        except aiohttp.ClientConnectionResetError:
            # Home Assistant hangs up on whoever reads nothing for a minute
            await self._open_socket()
            await self._socket.send_json(message)
        while True:
            answer = await self._socket.receive_json()
            if answer.get("id") == number and answer["type"] == "result":
                break
        if not answer["success"]:
            raise DemoError(f"Home Assistant refused {kind}: {answer['error']}")
        return answer["result"]
