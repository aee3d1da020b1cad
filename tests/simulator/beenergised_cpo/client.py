"""A plain HTTP client of the simulated CPO API."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientResponse, ClientSession
from yarl import URL

from simulator import Simulator
from tests.simulator.common import PATIENCE

API = "/api/cpoapi/v1/"


class CpoClient:
    """Sign in and ask."""

    def __init__(self, sim: Simulator) -> None:
        """Be not signed in yet."""
        self.sim = sim
        self.cloud = sim.beenergised_cpo
        self.session = ClientSession(timeout=PATIENCE)
        self.authorization = ""

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

    async def token(
        self, path: str = "/token", *, form: bool = False, **changes: str | None
    ) -> tuple[int, Any]:
        """Ask for a token as the quickstart does, or with a form; None leaves a parameter out."""
        parameters: dict[str, str | None] = {
            "grant_type": "client_credentials",
            **self.cloud.credentials(),
            **changes,
        }
        query = {name: text for name, text in parameters.items() if text is not None}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        async with self.session.post(
            self.cloud.url + path,
            params=None if form else query,
            data=query if form else None,
            headers=headers,
        ) as answer:
            return answer.status, await answer.json()

    async def sign_in(self, spelling: str = "Bearer {}") -> None:
        """Sign in and keep the token, spelt in one of the documents' ways."""
        status, body = await self.token()
        assert status == 200, body
        self.authorization = spelling.format(body["access_token"])

    # ---- asking

    async def answer(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        **more: Any,
    ) -> tuple[ClientResponse, bytes]:
        """Return the answer to a request and its undecoded body; a path may be a whole address."""
        url = URL(
            path if path.startswith("http") else self.cloud.url + API + path,
            encoded=True,
        )
        headers = {"Authorization": self.authorization} if self.authorization else {}
        headers |= more.pop("headers", {})
        if body is not None:
            more["json"] = body
        async with self.session.request(
            method, url.extend_query(query or {}), headers=headers, **more
        ) as answer:
            return answer, await answer.read()

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Return the status and the decoded answer to a request."""
        answer, raw = await self.answer(method, path, body, query=query)
        if not raw:
            return answer.status, None
        assert answer.content_type == "application/json", raw
        return answer.status, await answer.json()

    async def get(self, path: str, **query: str) -> Any:
        """Return the decoded answer to a request that must succeed; `limit` stands for `page[limit]` and so on."""
        names = {
            "limit": "page[limit]",
            "offset": "page[offset]",
            "since": "filter[startDate]",
            "until": "filter[endDate]",
        }
        status, body = await self.ask(
            "GET", path, query={names[name]: text for name, text in query.items()}
        )
        assert status == 200, body
        return body

    async def items(self, path: str) -> dict[str, Any]:
        """Return the attributes of everything in a list that fits on a page, by id."""
        return {
            item["id"]: item["attributes"] for item in (await self.get(path))["data"]
        }

    async def pages(self, path: str) -> AsyncIterator[Any]:
        """Follow `links.next` to the end."""
        following: str | None = path
        while following is not None:
            page = await self.get(following)
            yield page
            following = page["links"].get("next")

    async def refused(
        self, method: str, path: str, body: object = None
    ) -> tuple[int, str]:
        """Return status and detail of an error answer, whose shape is looked at."""
        status, answer = await self.ask(method, path, body)
        (error,) = answer["errors"]
        assert answer.keys() == {"errors"}
        assert error.keys() == {"status", "title", "detail"}
        assert error["status"] == str(status)
        return status, error["detail"]

    # ---- windows

    def windows(self, station: str = "CS00001") -> str:
        """Return the path of the windows of a station of the world."""
        return (
            f"charging_stations/{self.cloud.station_uuid(station)}/maintenance_windows/"
        )

    def body(
        self, station: str = "CS00001", connector: str | None = None, **changes: Any
    ) -> dict[str, Any]:
        """Return the body that makes a window of an hour from in an hour on, with changes."""
        now = self.sim.clock.now()
        return {
            "startDate": text_of(now + timedelta(hours=1)),
            "endDate": text_of(now + timedelta(hours=2)),
            "comment": "Cable check",
            "cpUuid": self.cloud.station_uuid(station),
            "connectorUuid": None
            if connector is None
            else self.cloud.connector_uuid(station, connector),
            **changes,
        }


def text_of(moment: datetime) -> str:
    """Return a moment as the documents write it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
