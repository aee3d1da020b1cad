"""A plain GraphQL client of the simulated be.ENERGISED for drivers, with a browser's part in it."""

from datetime import timedelta
import json
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession
from yarl import URL

from simulator import Simulator
from tests.simulator.common import PATIENCE
from tests.simulator.sign_in import BACK, CHALLENGE, VERIFIER

INTROSPECTION = """{ __schema { queryType { fields { name args { name type { name kind ofType { name kind } } } } }
    types { name kind fields { name } inputFields { name } enumValues { name } } } }"""


def text(value: object) -> str:
    """Return a literal of a document."""
    return json.dumps(value, ensure_ascii=False)


class DriverClient:
    """Sign in and ask."""

    def __init__(self, sim: Simulator) -> None:
        """Be not signed in yet."""
        self.sim = sim
        self.cloud = sim.beenergised_driver
        self.session = ClientSession(timeout=PATIENCE)
        self.token = ""
        self.refresh_token = ""

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

    def pass_time(self, seconds: float) -> None:
        """Move the world's clock on."""
        self.sim.clock.advance(timedelta(seconds=seconds))

    # ---- asking

    async def ask(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Return the status and the decoded answer."""
        bearer = self.token if token is None else token
        everything = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        body = (
            {"query": query}
            if variables is None
            else {"query": query, "variables": variables}
        )
        async with self.session.post(
            self.cloud.url + "/graphql/",
            json=body,
            headers=everything | (headers or {}),
        ) as answer:
            return answer.status, await answer.json()

    async def data(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        """Return the data of an answer that must be free of errors."""
        status, body = await self.ask(query, variables)
        assert status == 200, body
        assert "errors" not in body, body
        return body["data"]

    async def code(self, query: str, *, token: str | None = None) -> tuple[int, str]:
        """Return the status and the one error's code of an answer."""
        status, body = await self.ask(query, token=token)
        assert len(body["errors"]) == 1, body
        return status, body["errors"][0]["extensions"]["code"]

    # ---- the pre-shared key's way

    async def init(
        self,
        *,
        psk: str | None = None,
        username: str | None = None,
        password: str | None = None,
    ) -> tuple[int, Any]:
        """Sign in, and keep the tokens if that worked."""
        name = text(username or self.cloud.username)
        secret = text(password or self.cloud.password)
        status, body = await self.ask(
            f"mutation {{ initSession(username: {name}, password: {secret}) {{ sessionToken refreshToken }} }}",
            token=psk or self.cloud.psk,
        )
        self._keep(body, "initSession")
        return status, body

    async def refresh(self, token: str | None = None) -> tuple[int, Any]:
        """Prolong the session, and keep the tokens if that worked."""
        status, body = await self.ask(
            "mutation { refreshSession { sessionToken refreshToken } }",
            token=token or self.refresh_token,
        )
        self._keep(body, "refreshSession")
        return status, body

    def _keep(self, body: Any, field: str) -> None:
        """Keep the tokens of an answer."""
        tokens = (body.get("data") or {}).get(field)
        if tokens:
            self.token, self.refresh_token = (
                tokens["sessionToken"],
                tokens["refreshToken"],
            )

    # ---- the other way

    def authorize(self, **changes: str | None) -> URL:
        """Return the address of the sign-in page; None leaves a parameter out."""
        query: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.cloud.client_id,
            "redirect_uri": BACK,
            "state": "a&b=c",
            "scope": "openid offline_access",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        known = {name: value for name, value in query.items() if value is not None}
        return URL(self.cloud.authorize_url).with_query(known)

    async def press(
        self, decision: str, password: str | None = None, **changes: str | None
    ) -> tuple[int, URL | None]:
        """Fill the sign-in page in, press a button, and return the status and where it leads."""
        form = {
            "username": self.cloud.username,
            "password": password or self.cloud.password,
            "decision": decision,
        }
        async with self.session.post(
            self.authorize(**changes), data=form, allow_redirects=False
        ) as answer:
            location = answer.headers.get("Location")
            return answer.status, None if location is None else URL(location)

    async def auth0_code(self, **changes: str | None) -> str:
        """Return a code that the driver has allowed."""
        _, location = await self.press("allow", **changes)
        assert location is not None
        return location.query["code"]

    async def auth0_token(
        self, fields: dict[str, str | None], *, as_json: bool = False
    ) -> tuple[int, Any]:
        """Ask the token endpoint; None leaves a field out."""
        data: dict[str, str | None] = {
            "client_id": self.cloud.client_id,
            "client_secret": self.cloud.client_secret,
            **fields,
        }
        known = {name: value for name, value in data.items() if value is not None}
        async with self.session.post(
            self.cloud.token_url,
            data=None if as_json else known,
            json=known if as_json else None,
        ) as answer:
            return answer.status, await answer.json()

    async def exchange(
        self, code: str, *, as_json: bool = False, **changes: str | None
    ) -> tuple[int, Any]:
        """Exchange a code."""
        return await self.auth0_token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": BACK,
                "code_verifier": VERIFIER,
                **changes,
            },
            as_json=as_json,
        )

    async def auth0_refresh(self, token: str, **changes: str | None) -> tuple[int, Any]:
        """Exchange a refresh token."""
        return await self.auth0_token(
            {"grant_type": "refresh_token", "refresh_token": token, **changes}
        )

    # ---- charging

    async def attempt(self, connector: str, tag: str = "04A1B2C3") -> tuple[str, str]:
        """Send a tracked start and return its id and status."""
        data = await self.data(
            "mutation($input: AttemptRemoteStartInput!) { attemptRemoteStart(input: $input) { id status } }",
            {"input": {"connectorId": connector, "tagId": tag}},
        )
        return data["attemptRemoteStart"]["id"], data["attemptRemoteStart"]["status"]

    async def status(self, attempt: str) -> str:
        """Return where a tracked start is."""
        data = await self.data(
            f"{{ remoteStartAttemptStatus(id: {text(attempt)}) {{ id status }} }}"
        )
        return str(data["remoteStartAttemptStatus"]["status"])

    async def newest(self, fields: str = "") -> Any:
        """Return the newest charging session."""
        data = await self.data(
            f"""{{ chargelogsPaged(pagination: {{limit: 1, offset: 0}}) {{ data {{
                id status connector {{ id label }} authId dateStart dateEnd meterStart meterEnd energyConsumption
                rateName sessionId cost {{ total grossAmount tax costItems {{ netAmount description }} }} {fields} }} }} }}"""
        )
        return data["chargelogsPaged"]["data"][0]

    async def stop(self, session: str) -> Any:
        """Stop a session and return the answer."""
        data = await self.data(
            f"mutation {{ remoteStop(transaction: {text(session)}) {{ status code message }} }}"
        )
        return data["remoteStop"]
