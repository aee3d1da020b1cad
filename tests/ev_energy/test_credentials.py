"""Tests of the client's own sign-in: what is sent, what a refusal means, what leaks."""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
import json
from urllib.parse import unquote_plus

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnprovenRefusalError,
)
from custom_components.ev_charging_cloud.clients.ev_energy import ClientCredentials

ID, SECRET = "client:one", "s3cret+%/ü:two"
TOKEN = {"access_token": "token", "expires_in": 36000, "token_type": "Bearer"}


class Endpoint:
    """The vendor's OAuth server, which answers what it is told to."""

    def __init__(self) -> None:
        """Give tokens."""
        self.status = 200
        self.body: bytes = json.dumps(TOKEN).encode()
        self.content_type = "application/json"
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.accepted = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request, and keep what it was."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        header = request.headers.get("Authorization", "")
        self.asked.append((request.path, header, form))
        if self.accepted and header != self.accepted:
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.Response(
            status=self.status,
            body=self.body,
            content_type=self.content_type,
            headers=self.headers,
        )

    def refuse(
        self, status: int, body: str | dict[str, str], kind: str = "json"
    ) -> None:
        """Refuse from now on."""
        self.status = status
        self.body = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.content_type = f"{'text' if kind == 'html' else 'application'}/{kind}"


@pytest.fixture
def endpoint() -> Endpoint:
    """Return an endpoint that gives tokens."""
    return Endpoint()


@pytest.fixture
async def server(socket_enabled: None, endpoint: Endpoint) -> AsyncIterator[URL]:
    """Return the address of that endpoint."""
    app = web.Application()
    app.router.add_post("/{path:.*}", endpoint.answer)
    async with TestServer(app) as running:
        yield URL(str(running.make_url("/")))


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session outside of Home Assistant."""
    async with ClientSession() as own:
        yield own


@pytest.fixture
def credentials(server: URL, session: ClientSession) -> ClientCredentials:
    """Return credentials of that endpoint."""
    return ClientCredentials(session, server=server, client_id=ID, client_secret=SECRET)


async def test_what_is_sent(endpoint: Endpoint, credentials: ClientCredentials) -> None:
    """Id and secret are told apart, whatever letters they have (RFC 6749, 2.3.1)."""
    token = await credentials.async_fetch()
    assert token.value == "token"
    ((path, header, form),) = endpoint.asked
    assert (path, form) == ("/o/token/", {"grant_type": "client_credentials"})
    scheme, _, basic = header.partition(" ")
    assert scheme == "Basic"
    own = b64decode(basic).decode("ascii").split(":")
    assert [unquote_plus(part) for part in own] == [ID, SECRET]


async def test_simple_ids_are_sent_as_documented(
    endpoint: Endpoint, server: URL, session: ClientSession
) -> None:
    """Ids and secrets of letters and digits are sent as they are, as the vendor shows."""
    plain = ClientCredentials(
        session,
        server=server,
        client_id="abc-1._~",
        client_secret="XyZ9",
    )
    await plain.async_fetch()
    assert endpoint.asked[0][1] == f"Basic {b64encode(b'abc-1._~:XyZ9').decode()}"


@pytest.mark.parametrize("id_", ["abc", "a%41+b", "half \ud800"])
async def test_refused_ones_are_sent_as_they_are(
    endpoint: Endpoint, server: URL, session: ClientSession, id_: str
) -> None:
    """An endpoint that does not decode what it gets finds them; then they are sent only so."""
    plain = f"{id_}:{SECRET}".encode(errors="surrogatepass")
    endpoint.accepted = f"Basic {b64encode(plain).decode()}"
    own = ClientCredentials(session, server=server, client_id=id_, client_secret=SECRET)
    for _ in range(2):
        assert (await own.async_fetch()).value == "token"
    assert [header == endpoint.accepted for _, header, _ in endpoint.asked] == [
        False,
        True,
        True,
    ]
    endpoint.accepted = "none"
    with pytest.raises(AuthenticationError) as caught:
        await own.async_fetch()
    assert SECRET not in str(caught.value)
    assert len(endpoint.asked) == 4


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (36000, 36000),
        ("86400", 86400),
        (3600.5, 3600.5),
        (None, None),
        ("", None),
        ("soon", None),
        (0, None),
        (-5, None),
        (10**30, None),
        (True, None),
    ],
)
async def test_life_of_a_token(
    endpoint: Endpoint,
    credentials: ClientCredentials,
    expires_in: object,
    seconds: float | None,
) -> None:
    """A usable token is used; one without a readable end until it is refused."""
    endpoint.body = json.dumps(TOKEN | {"expires_in": expires_in}).encode()
    token = await credentials.async_fetch()
    assert token.value == "token"
    if seconds is None:
        assert token.expires_at is None
    else:
        assert token.expires_at is not None
        ends = datetime.now(UTC) + timedelta(seconds=seconds)
        assert abs(token.expires_at - ends) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("status", "body", "kind", "error"),
    [
        (401, {"error": "invalid_client"}, "json", AuthenticationError),
        (400, {"error": "invalid_grant"}, "json", AuthenticationError),
        (400, {"error": "unauthorized_client"}, "json", AuthenticationError),
        (403, {"error": "access_denied"}, "json", AuthenticationError),
        (401, "<html>Unauthorized</html>", "html", UnavailableError),
        (401, "", "json", UnavailableError),
        (401, {"detail": "who?"}, "json", UnprovenRefusalError),
        (403, "Forbidden", "html", UnavailableError),
        (403, {"detail": "no"}, "json", UnavailableError),
        (429, "<html>Slow down</html>", "html", RateLimitedError),
        (500, {"error": "server_error"}, "json", UnavailableError),
        (503, "", "html", UnavailableError),
        (520, "<html>", "html", UnavailableError),
        (
            200,
            "<html>Sign in to the hotel's network</html>",
            "html",
            UnexpectedAnswerError,
        ),
        (200, "[]", "json", UnexpectedAnswerError),
        (200, "null", "json", UnexpectedAnswerError),
        (200, '{"access_token": "a\\nb"}', "json", UnexpectedAnswerError),
        (200, '{"access_token": ""}', "json", UnexpectedAnswerError),
        (307, "", "html", UnexpectedAnswerError),
    ],
)
async def test_what_a_refusal_means(
    endpoint: Endpoint,
    credentials: ClientCredentials,
    status: int,
    body: str | dict[str, str],
    kind: str,
    error: type[ClientError],
) -> None:
    """Only OAuth's own words refuse a credential; pages of firewalls are outages."""
    endpoint.refuse(status, body, kind)
    with pytest.raises(ClientError) as caught:
        await credentials.async_fetch()
    assert type(caught.value) is error
    assert SECRET not in str(caught.value)


async def test_no_redirect_is_followed(
    endpoint: Endpoint, credentials: ClientCredentials
) -> None:
    """The secret goes to the vendor and nowhere else."""
    endpoint.refuse(307, "", "html")
    endpoint.headers = {"Location": "/elsewhere"}
    with pytest.raises(UnexpectedAnswerError):
        await credentials.async_fetch()
    assert [path for path, _, _ in endpoint.asked] == ["/o/token/"]


@pytest.mark.parametrize("where", ["error", "error_description", "page"])
async def test_an_echo_of_the_request_leaks_nothing(
    endpoint: Endpoint, credentials: ClientCredentials, where: str
) -> None:
    """An endpoint that repeats what it was sent puts no secret into a message."""
    await credentials.async_fetch()
    basic = endpoint.asked[0][1].removeprefix("Basic ")
    echo = f"got Basic {basic} that is {SECRET}"
    body = {"error": "invalid_client", where: echo}
    endpoint.refuse(401, echo if where == "page" else body)
    with pytest.raises(ClientError) as caught:
        await credentials.async_fetch()
    assert isinstance(caught.value, AuthenticationError) is (where != "page")
    assert basic not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_revocation_leaks_nothing(
    endpoint: Endpoint, credentials: ClientCredentials
) -> None:
    """What the vendor says about a token that it does not end holds no token."""
    endpoint.refuse(
        400, {"error": "invalid_request", "error_description": "refresh-me!"}
    )
    with pytest.raises(ClientError) as caught:
        await credentials.async_revoke({"refresh_token": "refresh-me!"})
    assert "refresh-me!" not in str(caught.value)
    ((path, _, form),) = endpoint.asked
    assert path == "/o/revoke_token/"
    assert form["token"] == "refresh-me!"
    assert (form["client_id"], form["client_secret"]) == (ID, SECRET)


@pytest.mark.parametrize("odd", ["\ud800", "a\nb", "\x00"])
async def test_letters_that_cannot_be_meant(
    endpoint: Endpoint, server: URL, session: ClientSession, odd: str
) -> None:
    """What is no text is sent all the same, and refused by the vendor."""
    endpoint.refuse(401, {"error": "invalid_client", "error_description": odd})
    typed = ClientCredentials(
        session,
        server=server,
        client_id=f"id{odd}",
        client_secret=f"secret{odd}",
    )
    with pytest.raises(AuthenticationError):
        await typed.async_fetch()
    with pytest.raises(ClientError):
        await typed.async_revoke({"access_token": f"token{odd}"})
