"""A plain HTTP client of the simulated ev.energy, with a browser's part in it."""

from base64 import b64encode
from collections.abc import AsyncIterator
import re
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientResponse, ClientSession
from yarl import URL

from simulator import Simulator
from tests.simulator.common import PATIENCE
from tests.simulator.sign_in import BACK, CHALLENGE, VERIFIER


class EvClient:
    """Sign in and ask."""

    def __init__(self, sim: Simulator) -> None:
        """Be not signed in yet."""
        self.sim = sim
        self.cloud = sim.ev_energy
        self.session = ClientSession(timeout=PATIENCE)
        self.tokens: dict[str, Any] = {}

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

    # ---- signing in

    def authorize(self, **changes: str | None) -> URL:
        """Return the address of the consent page; None leaves a parameter out."""
        query: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.cloud.client_id,
            "redirect_uri": BACK,
            "state": "a&b=c",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        known = {name: text for name, text in query.items() if text is not None}
        return URL(self.cloud.authorize_url).with_query(known)

    async def decide(self, decision: str, **changes: str | None) -> URL:
        """Press a button of the consent page and return where it leads."""
        async with self.session.post(
            self.authorize(**changes),
            data={"decision": decision},
            allow_redirects=False,
        ) as answer:
            assert answer.status == 302, await answer.text()
            return URL(answer.headers["Location"])

    async def code(self, **changes: str | None) -> str:
        """Return a code that the driver has allowed."""
        return (await self.decide("allow", **changes)).query["code"]

    async def token(
        self, form: dict[str, str | None], **headers: str
    ) -> tuple[int, Any]:
        """Ask the token endpoint; the client's credentials go into the form, None leaves a field out."""
        data = {
            "client_id": self.cloud.client_id,
            "client_secret": self.cloud.client_secret,
            **form,
        }
        known = {name: text for name, text in data.items() if text is not None}
        async with self.session.post(
            self.cloud.token_url, data=known, headers=headers
        ) as answer:
            return answer.status, await answer.json()

    async def exchange(self, code: str, **changes: str | None) -> tuple[int, Any]:
        """Exchange a code."""
        return await self.token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": BACK,
                "code_verifier": VERIFIER,
                **changes,
            }
        )

    async def refresh(self, text: str, **changes: str | None) -> tuple[int, Any]:
        """Exchange a refresh token."""
        return await self.token(
            {"grant_type": "refresh_token", "refresh_token": text, **changes}
        )

    async def sign_in(self) -> None:
        """Sign in as the driver at the browser, and keep the tokens."""
        status, self.tokens = await self.exchange(await self.code())
        assert status == 200

    async def sign_in_by_credentials(self, *, organisation: bool = False) -> None:
        """Fetch a token with client credentials, in a Basic header, and keep it."""
        cloud = self.cloud
        pair = f"{cloud.client_id}:{cloud.client_secret}"
        if organisation:
            pair = f"{cloud.organisation_client_id}:{cloud.organisation_client_secret}"
        basic = b64encode(pair.encode()).decode()
        status, self.tokens = await self.token(
            {
                "grant_type": "client_credentials",
                "client_id": None,
                "client_secret": None,
            },
            Authorization=f"Basic {basic}",
        )
        assert status == 200

    # ---- asking

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        token: str | None = None,
    ) -> tuple[int, ClientResponse, Any]:
        """Return the status, the answer and its decoded body; a path may be a whole address."""
        url = path if path.startswith("http") else self.cloud.api_url + path
        text = self.tokens.get("access_token") if token is None else token
        everything = {"Authorization": f"Bearer {text}"} if text else {}
        everything |= headers or {}
        async with self.session.request(
            method, url, json=body, headers=everything
        ) as answer:
            raw = await answer.read()
            is_json = "json" in answer.content_type
            return (
                answer.status,
                answer,
                await answer.json(content_type=None) if is_json else raw,
            )

    async def get(self, path: str, **headers: str) -> Any:
        """Return the decoded answer to a request that must succeed; an expired token is refreshed."""
        status, _, body = await self.ask("GET", path, headers=headers)
        if status == 401:
            _, self.tokens = await self.refresh(self.tokens["refresh_token"])
            status, _, body = await self.ask("GET", path, headers=headers)
        assert status == 200, body
        return body

    async def pages(self, path: str) -> AsyncIterator[list[Any]]:
        """Follow the Link header to the end."""
        following: str | None = path
        while following is not None:
            status, answer, body = await self.ask("GET", following)
            assert status == 200, body
            yield body
            following = link(answer, "next")


def link(answer: ClientResponse, relation: str) -> str | None:
    """Return an address of the Link header, or None if it stands for nothing."""
    found = re.search(rf'<([^>]*)>; rel="{relation}"', answer.headers["Link"])
    assert found is not None
    return None if found[1] == "about:blank" else found[1]
