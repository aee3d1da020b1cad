"""Tests of signing in as a driver: each request as it is sent, and each refusal as a whole."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    PskSignIn,
    SessionPair,
    subject,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.auth import token_of
from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
    UnknownTenantError,
    UnprovenRefusalError,
    WrongKeyError,
    WrongPasswordError,
)
from custom_components.ev_charging_cloud.clients.transport.requests import RequestLog
from custom_components.ev_charging_cloud.clients.transport.tokens import Token

from .client import NASTY, Store
from .tenant import Scripted, Tenant, failure, running

pytestmark = pytest.mark.usefixtures("socket_enabled")

BEGIN = (
    'mutation { initSession(username: "driver@example.com", password: "s3cret")'
    " { sessionToken refreshToken } }"
)
RENEW = "mutation { refreshSession { sessionToken refreshToken } }"


def begun(session: object = "s1", refresh: object = "r1") -> Scripted:
    """Return an answer that begins a session."""
    pair = {"sessionToken": session, "refreshToken": refresh}
    return 200, {"data": {"initSession": pair}}


def renewed(session: object = "s2", refresh: object = "r2") -> Scripted:
    """Return an answer that renews one."""
    pair = {"sessionToken": session, "refreshToken": refresh}
    return 200, {"data": {"refreshSession": pair}}


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Tenant]:
    """Let an operator run."""
    async with running(Tenant()) as tenant:
        tenant.scripted = {"initSession": [begun()], "refreshSession": [renewed()]}
        yield tenant


def at(
    tenant: Tenant,
    session: ClientSession,
    *,
    pair: SessionPair | None = None,
    store: Store | None = None,
    requests: RequestLog | None = None,
    password: str = "s3cret",
) -> PskSignIn:
    """Return a driver's sign-in."""
    return PskSignIn(
        session,
        server=tenant.url,
        psk="the-key",
        username="driver@example.com",
        password=password,
        store=store or Store(),
        pair=pair,
        requests=requests,
    )


async def test_what_is_sent(tenant: Tenant, session: ClientSession) -> None:
    """The key begins a session, the refresh token goes on with it, and both are kept."""
    store, requests = Store(), RequestLog()
    known = at(tenant, session, store=store, requests=requests)
    assert known.requests is requests
    assert [*known.secrets] == ["the-key", "s3cret"]
    token, generation = await known.tokens.get()
    assert token == Token(value="s1")
    assert [*known.secrets] == ["the-key", "s3cret", "s1", "r1"]
    token, _ = await known.tokens.renew(generation)
    assert token == Token(value="s2")
    assert [*known.secrets] == ["the-key", "s3cret", "s2", "r2"]
    assert tenant.documents == [BEGIN, RENEW]
    assert tenant.bearers == ["Bearer the-key", "Bearer r1"]
    assert {it["Accept-Language"] for it in tenant.headers} == {"en"}
    assert store.pairs == [SessionPair("s1", "r1"), SessionPair("s2", "r2")]
    assert requests.last_hour == 2
    assert at(tenant, session).requests is not requests


async def test_what_has_to_be_escaped(tenant: Tenant, session: ClientSession) -> None:
    """A password may have any character."""
    await at(tenant, session, password=NASTY).async_sign_in()
    assert r'password: "a \"b\" \\ {c} # ä\n\t☃")' in tenant.documents[0]


@pytest.mark.parametrize(
    ("answer", "pair"),
    [
        (begun("s1", None), SessionPair("s1")),
        (begun("s1", ""), SessionPair("s1")),
        (begun("s1", "two words"), SessionPair("s1")),
        (begun("s1", "r1"), SessionPair("s1", "r1")),
    ],
)
async def test_a_session_that_cannot_be_prolonged(
    tenant: Tenant, session: ClientSession, answer: Scripted, pair: SessionPair
) -> None:
    """Without a refresh token that can be sent the next session is begun with the key."""
    tenant.scripted["initSession"] = [answer]
    known = at(tenant, session)
    assert await known.async_sign_in() == pair
    assert known.secrets == ("the-key", "s3cret", "s1", pair.refresh or "")
    await known.tokens.renew(0)
    assert tenant.count("refreshSession") == (1 if pair.refresh else 0)


async def test_a_kept_pair(tenant: Tenant, session: ClientSession) -> None:
    """Its token is used to the end that it tells itself."""
    ends = datetime(2090, 1, 1, tzinfo=UTC)
    kept = jwt({"exp": ends.timestamp(), "sub": "auth0|17"})
    known = at(tenant, session, pair=SessionPair(kept, "r0"))
    assert (await known.tokens.get())[0] == Token(value=kept, expires_at=ends)
    assert known.secrets == ("the-key", "s3cret", kept, "r0")
    over = jwt({"exp": datetime(2020, 1, 1, tzinfo=UTC).timestamp()})
    known = at(tenant, session, pair=SessionPair(over, "r0"))
    assert (await known.tokens.get())[0] == Token(value="s2")
    assert tenant.documents == [RENEW]
    assert tenant.bearers == ["Bearer r0"]


UNAVAILABLE = failure("Busy", "SERVICE_UNAVAILABLE", ["initSession"])


@pytest.mark.parametrize(
    ("answer", "error", "message", "status"),
    [
        ((404, "<html>"), UnknownTenantError, None, 404),
        ((401, "<html>"), UnavailableError, None, 401),
        ((403, "<html>"), UnavailableError, None, 403),
        ((503, "busy"), UnavailableError, None, 503),
        (
            (503, {"errors": [{"message": "Wrong password"}]}),
            UnavailableError,
            "Wrong password",
            503,
        ),
        ((400, "<html>"), ResponseError, None, 400),
        (
            (200, {"data": {"initSession": None}}),
            UnprovenRefusalError,
            "no session was begun",
            None,
        ),
        ((200, {"data": {}}), UnprovenRefusalError, "no session was begun", None),
        (
            (200, {"data": {"initSession": "s1"}}),
            UnprovenRefusalError,
            "no session was begun",
            None,
        ),
        (
            begun(None),
            UnexpectedAnswerError,
            "a session without a token that can be sent",
            None,
        ),
        (
            begun(""),
            UnexpectedAnswerError,
            "a session without a token that can be sent",
            None,
        ),
        (UNAVAILABLE, UnavailableError, "Busy", 200),
        (failure("Slow down", "RATE_LIMITED"), RateLimitedError, "Slow down", None),
        (failure("We are upgrading"), ResponseError, "We are upgrading", 200),
        (
            failure("Password too old", "SERVICE_UNAVAILABLE", ["initSession"]),
            UnavailableError,
            "Password too old",
            200,
        ),
        (failure("No", "FORBIDDEN"), WrongKeyError, "No", None),
        (
            failure("No", "FORBIDDEN", ["initSession"]),
            WrongPasswordError,
            "No",
            None,
        ),
        (failure("Bad PSK", path=["initSession"]), WrongKeyError, "Bad PSK", None),
        (failure("Bad user"), WrongPasswordError, "Bad user", None),
        (
            (401, {"errors": [{"message": "Unknown account"}]}),
            WrongPasswordError,
            "Unknown account",
            None,
        ),
        # The gravest of several counts.
        (
            (
                200,
                {
                    "data": None,
                    "errors": [
                        {"message": "Something"},
                        {"message": "Your user", "extensions": {"code": "FORBIDDEN"}},
                    ],
                },
            ),
            WrongPasswordError,
            "Your user",
            None,
        ),
        # Data is no session where the answer itself is a failure.
        (
            (500, {"data": {"initSession": {"sessionToken": "s1"}}}),
            UnavailableError,
            None,
            500,
        ),
    ],
)
async def test_why_no_session_was_begun(
    tenant: Tenant,
    session: ClientSession,
    answer: Scripted,
    error: type[ClientError],
    message: str | None,
    status: int | None,
) -> None:
    """What it is, in whose words, and by which status."""
    tenant.scripted["initSession"] = [answer]
    store = Store()
    with pytest.raises(ClientError) as caught:
        await at(tenant, session, store=store).async_sign_in()
    assert type(caught.value) is error
    if message is not None:
        assert caught.value.message == message
    assert getattr(caught.value, "status", None) == status
    assert tenant.count("initSession") == 1
    assert store.pairs == []


@pytest.mark.parametrize(
    ("answer", "error", "status"),
    [
        ((503, "busy"), UnavailableError, 503),
        ((401, "<html>"), UnavailableError, 401),
        ((403, "<html>"), UnavailableError, 403),
        ((404, "<html>"), ResponseError, 404),
        (failure("Busy", "SERVICE_UNAVAILABLE"), UnavailableError, 200),
        (failure("Slow down", "RATE_LIMITED"), RateLimitedError, None),
        (renewed(None), UnexpectedAnswerError, None),
    ],
)
async def test_a_session_that_is_not_renewed(
    tenant: Tenant,
    session: ClientSession,
    answer: Scripted,
    error: type[ClientError],
    status: int | None,
) -> None:
    """An outage is no refusal: no other session is begun for it."""
    tenant.scripted["refreshSession"] = [answer]
    known = at(tenant, session, pair=SessionPair("s0", "r0"))
    with pytest.raises(ClientError) as caught:
        await known.tokens.renew(0)
    assert type(caught.value) is error
    assert not isinstance(caught.value, NotPermittedError)
    assert getattr(caught.value, "status", None) == status
    assert tenant.count("initSession") == 0


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"data": {"refreshSession": None}}),
        (200, {"data": {}}),
        (200, {"data": {"refreshSession": "s2"}}),
        failure("Gone", "FORBIDDEN"),
        failure("Gone"),
        (401, {"errors": [{"message": "Gone"}]}),
    ],
)
async def test_a_refresh_token_that_is_no_good(
    tenant: Tenant, session: ClientSession, answer: Scripted
) -> None:
    """Then a session is begun anew, with the key."""
    tenant.scripted["refreshSession"] = [answer]
    known = at(tenant, session, pair=SessionPair("s0", "r0"))
    assert (await known.tokens.renew(0))[0] == Token(value="s1")
    assert tenant.documents == [RENEW, BEGIN]
    assert tenant.bearers == ["Bearer r0", "Bearer the-key"]


async def test_how_long_a_renewal_may_fail(
    tenant: Tenant, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """Ten minutes from the first failure; one that worked in between begins anew."""
    broken = failure("Internal server error", "INTERNAL_SERVER_ERROR")
    known = at(tenant, session, pair=SessionPair("s0", "r0"))
    for wait, answer, value in (
        (0, broken, None),
        (300, broken, None),
        (100, renewed(), "s2"),
        (300, broken, None),
        # From elsewhere nothing is heard of it.
        (700, (503, "busy"), None),
    ):
        freezer.tick(timedelta(seconds=wait))
        tenant.scripted["refreshSession"] = [answer]
        if value:
            assert (await known.tokens.renew(0))[0].value == value
            continue
        with pytest.raises(UnavailableError):
            await known.tokens.renew((await known.tokens.get())[1])
    other = at(tenant, session, pair=SessionPair("s0", "r0"))
    tenant.scripted["refreshSession"] = [broken]
    for seconds in (0.0, 599.0, 0.5):
        freezer.tick(timedelta(seconds=seconds))
        with pytest.raises(UnavailableError):
            await other.tokens.renew(0)
    assert tenant.count("initSession") == 0
    freezer.tick(timedelta(seconds=0.5))
    assert (await other.tokens.renew(0))[0].value == "s1"


# ---- what tokens tell


def jwt(payload: object) -> str:
    """Return what looks like a JWT."""
    raw = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    return f"e30.{urlsafe_b64encode(raw).decode().rstrip('=')}.c2lnbmF0dXJl"


def test_who_a_token_is_for() -> None:
    """The subject of a JWT, however long it is; nobody's of anything else."""
    for who in ("a", "ab", "abc", "abcd", "auth0|17"):
        assert subject(jwt({"sub": who})) == who
    whole = jwt({"sub": "a"})
    for odd in (
        *(
            "",
            "opaque",
            "a.b",
            f"{whole}.x",
            whole.rpartition(".")[0],
            "a.~.c",
            "a.b.c",
        ),
        *(jwt({}), jwt({"sub": None}), jwt(b"[]"), jwt(b"{"), "a.\xe4.c"),
    ):
        assert subject(odd) == ""


def test_when_a_token_ends() -> None:
    """In UTC, and only where that can be meant."""
    ends = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    value = jwt({"exp": ends.timestamp(), "sub": "x"})
    assert token_of(value) == Token(value=value, expires_at=ends)
    for odd in (0, -1, 1e300, None, "soon"):
        value = jwt({"exp": odd})
        assert token_of(value) == Token(value=value)
