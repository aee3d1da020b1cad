"""Tests of signing in at be.ENERGISED as a driver, against the simulator."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import override

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
import msgspec
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.beenergised_driver.auth import (
    PskSignIn,
    SessionPair,
    token_of,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.client import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    RateLimitedError,
    UnavailableError,
    UnknownTenantError,
    WrongKeyError,
    WrongPasswordError,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Refusals,
    Token,
    TokenSource,
)
from simulator import Simulator

from .client import Store, sign_in
from .tenant import Scripted, Tenant, failure, page, running

BEGUN: Scripted = (
    200,
    {"data": {"initSession": {"sessionToken": "s1", "refreshToken": "r1"}}},
)
RENEWED: Scripted = (
    200,
    {"data": {"refreshSession": {"sessionToken": "s2", "refreshToken": "r2"}}},
)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


def client_of(
    sim: Simulator, session: ClientSession, tokens: TokenSource
) -> BeenergisedDriverClient:
    """Return a client with these tokens."""
    return BeenergisedDriverClient(
        session,
        server=URL(sim.beenergised_driver.url),
        tokens=tokens,
        account_hint="driver@example.com",
    )


async def test_signs_in_once(sim: Simulator, session: ClientSession) -> None:
    """One sign-in serves everything, and its pair is kept."""
    store = Store()
    known = sign_in(sim, session, store=store)
    client = client_of(sim, session, known.tokens)
    await client.async_get_live()
    await client.async_get_live()
    operations = sim.beenergised_driver.operations
    assert len(operations.asking("initSession")) == 1
    assert len(store.pairs) == 1
    pair = store.pairs[0]
    assert {pair.session, pair.refresh, sim.beenergised_driver.psk} <= set(
        known.secrets
    )


@pytest.mark.parametrize("answer", ["401", "200"])
async def test_an_expired_session_is_prolonged(
    sim: Simulator, session: ClientSession, answer: str, freezer: FrozenDateTimeFactory
) -> None:
    """However expiry is answered, the refresh token gives the next pair, with no gap."""
    sim.beenergised_driver.options.expired_answer = "401" if answer == "401" else "200"
    store = Store()
    client = client_of(sim, session, sign_in(sim, session, store=store).tokens)
    await client.async_get_live()
    for _ in range(3):
        sim.clock.advance(timedelta(hours=1, minutes=1))
        freezer.tick(timedelta(hours=1, minutes=1))
        await client.async_get_live()
    operations = sim.beenergised_driver.operations
    assert len(operations.asking("initSession")) == 1
    assert len(operations.asking("refreshSession")) == 3
    assert len({pair.refresh for pair in store.pairs}) == 4


async def test_a_pair_is_kept_before_it_is_used(
    sim: Simulator, session: ClientSession
) -> None:
    """A pair that cannot be kept is not used."""

    class Full(Store):
        @override
        async def __call__(self, pair: SessionPair) -> None:
            assert not sim.beenergised_driver.operations.asking("chargelogsPaged")
            await super().__call__(pair)
            raise OSError("disk full")

    client = client_of(sim, session, sign_in(sim, session, store=Full()).tokens)
    with pytest.raises(OSError, match="disk full"):
        await client.async_get_live()
    assert not sim.beenergised_driver.operations.asking("chargelogsPaged")


async def test_goes_on_with_a_kept_pair(sim: Simulator, session: ClientSession) -> None:
    """After a restart the kept pair is used, and no session begun."""
    store = Store()
    await sign_in(sim, session, store=store).async_sign_in()
    known = sign_in(sim, session, pair=store.pairs[0])
    await client_of(sim, session, known.tokens).async_get_live()
    assert len(sim.beenergised_driver.operations.asking("initSession")) == 1


@pytest.mark.parametrize("lost", ["both", "other", "no refresh token"])
async def test_a_lost_pair_costs_one_sign_in(
    sim: Simulator, session: ClientSession, lost: str
) -> None:
    """Where the pair is good no more, a new session is begun, once."""
    store = Store()
    pair = await sign_in(sim, session).async_sign_in()
    if lost == "other":
        pair = SessionPair("never", "given out")
    elif lost == "no refresh token":
        pair = SessionPair("never")
    else:
        sim.beenergised_driver.expire_session_tokens()
        sim.beenergised_driver.revoke_refresh_tokens()
    client = client_of(
        sim, session, sign_in(sim, session, store=store, pair=pair).tokens
    )
    await client.async_get_live()
    await client.async_get_live()
    assert len(sim.beenergised_driver.operations.asking("initSession")) == 2
    assert len(store.pairs) == 1


async def test_wrong_key_and_wrong_password(
    sim: Simulator, session: ClientSession
) -> None:
    """A person is told which of the two it is."""
    with pytest.raises(WrongKeyError):
        await sign_in(sim, session, psk="another").async_sign_in()
    with pytest.raises(WrongPasswordError):
        await sign_in(sim, session, password="another").async_sign_in()


async def test_a_changed_password_ends_it(
    sim: Simulator, session: ClientSession
) -> None:
    """Session, refresh token and password are refused: the user must sign in again."""
    store = Store()
    client = client_of(sim, session, sign_in(sim, session, store=store).tokens)
    await client.async_get_live()
    password = sim.beenergised_driver.change_password()
    with pytest.raises(AuthenticationError) as caught:
        await client.async_get_live()
    assert isinstance(caught.value, WrongPasswordError)
    # The new one has all that documents escape.
    pair = await sign_in(sim, session, password=password).async_sign_in()
    assert pair.session


async def test_a_new_key(sim: Simulator, session: ClientSession) -> None:
    """A session goes on when the key changes; the next one needs the new key."""
    known = sign_in(sim, session)
    client = client_of(sim, session, known.tokens)
    await client.async_get_live()
    sim.beenergised_driver.renew_psk()
    await client.async_get_live()
    sim.beenergised_driver.expire_session_tokens()
    sim.beenergised_driver.revoke_refresh_tokens()
    with pytest.raises(WrongKeyError):
        await client.async_get_live()


async def test_an_outage_begins_no_session(
    sim: Simulator, session: ClientSession
) -> None:
    """While the cloud is down the refresh token may be good still."""
    known = sign_in(sim, session)
    client = client_of(sim, session, known.tokens)
    await client.async_get_live()
    sim.beenergised_driver.options.expired_answer = "401"
    sim.beenergised_driver.expire_session_tokens()
    sim.beenergised_driver.options.field_errors = {
        "Mutation.refreshSession": "INTERNAL_SERVER_ERROR"
    }
    # A refresh that the API itself cannot do will not be done the next time either.
    await client.async_get_live()
    assert len(sim.beenergised_driver.operations.asking("initSession")) == 2
    sim.beenergised_driver.expire_session_tokens()
    sim.beenergised_driver.faults.add("/graphql/", status=503)
    with pytest.raises(UnavailableError):
        await client.async_get_live()


# ---- what is a refusal, and what an outage


def at_tenant(
    tenant: Tenant,
    session: ClientSession,
    *,
    pair: SessionPair | None = None,
    refusals: Refusals | None = None,
) -> PskSignIn:
    """Return the sign-in of a driver at an operator of our own making."""
    return PskSignIn(
        session,
        server=tenant.url,
        psk="the-key",
        username="driver@example.com",
        password="s3cret",
        store=Store(),
        pair=pair,
        refusals=refusals,
    )


OUTAGES: list[Scripted] = [
    failure("Account service unavailable", "SERVICE_UNAVAILABLE"),
    failure("Account service unavailable", "INTERNAL_SERVER_ERROR", ["initSession"]),
    failure("Internal server error", "INTERNAL_SERVER_ERROR", ["initSession"]),
    failure("The user directory timed out", "TIMEOUT"),
    failure("We are upgrading"),
    (503, "Upstream client timed out"),
    (503, {"errors": [{"message": "Upstream client timed out"}]}),
    (503, {"errors": [{"message": "No", "extensions": {"code": "UNAUTHENTICATED"}}]}),
    (520, "<html>"),
    (200, "<html>We are back soon</html>"),
    (401, "<html>Sign in</html>"),
    (403, "<html>Forbidden</html>"),
    (429, "<html>Too many requests</html>"),
    (200, {"data": {"initSession": None}}),
    (200, {"data": {"initSession": {"sessionToken": "two\nlines"}}}),
]


@pytest.mark.parametrize("answer", OUTAGES)
async def test_an_outage_is_no_refusal(
    socket_enabled: None, session: ClientSession, answer: Scripted
) -> None:
    """Whatever comes instead of a session but for the API's own refusal is an outage."""
    async with running(Tenant()) as tenant:
        tenant.scripted["initSession"] = [answer]
        with pytest.raises(ClientError) as caught:
            await at_tenant(tenant, session, refusals=Refusals()).tokens.get()
        assert not isinstance(caught.value, AuthenticationError)
        assert tenant.count("initSession") == 1
        tenant.scripted["initSession"] = [answer, BEGUN]
        known = at_tenant(tenant, session, refusals=Refusals())
        with pytest.raises(ClientError):
            await known.tokens.get()
        # The next request may ask again.
        assert (await known.tokens.get())[0].value == "s1"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            failure("Invalid username or password", "UNAUTHENTICATED"),
            WrongPasswordError,
        ),
        (failure("Nope", "UNAUTHENTICATED", ["initSession"]), WrongPasswordError),
        (failure("Login failed: wrong password"), WrongPasswordError),
        (
            failure("Invalid credentials", "INTERNAL_SERVER_ERROR", ["initSession"]),
            WrongPasswordError,
        ),
        (failure("User does not exist", "BAD_USER_INPUT"), WrongPasswordError),
        (failure("The pre-shared key is not valid", "FORBIDDEN"), WrongKeyError),
        (failure("Nope", 401), WrongKeyError),
        (
            (401, {"errors": [{"message": "Invalid PSK"}]}),
            WrongKeyError,
        ),
    ],
)
async def test_the_apis_own_refusal(
    socket_enabled: None,
    session: ClientSession,
    answer: Scripted,
    expected: type[AuthenticationError],
) -> None:
    """By code, or in words that refuse who signs in: a person is told which it is."""
    async with running(Tenant()) as tenant:
        tenant.scripted["initSession"] = [answer]
        with pytest.raises(AuthenticationError) as caught:
            await at_tenant(tenant, session).async_sign_in()
    assert type(caught.value) is expected


REFUSING = (
    *("invalid", "wrong", "incorrect", "bad", "unknown", "mismatch", "denied"),
    *("refused", "rejected", "revoked", "blocked", "locked", "disabled", "expired"),
    *("not valid", "no match", "not known", "not found", "doesn't exist"),
    *("not correct", "not allowed", "not authorized", "not authorised"),
    "does not match",
)
ABOUT = {
    "user": WrongPasswordError,
    "password": WrongPasswordError,
    "email": WrongPasswordError,
    "e-mail": WrongPasswordError,
    "credential": WrongPasswordError,
    "login": WrongPasswordError,
    "contact": WrongPasswordError,
    "account": WrongPasswordError,
    "psk": WrongKeyError,
    "preshared": WrongKeyError,
    "pre-shared": WrongKeyError,
    "api key": WrongKeyError,
    "application-key": WrongKeyError,
    "client": WrongKeyError,
}


async def test_words_that_refuse(socket_enabled: None, session: ClientSession) -> None:
    """Each word that refuses does so of whatever signs in, and of nothing else."""
    cases: list[tuple[str, type[AuthenticationError] | None]] = [
        *((f"user {word}", WrongPasswordError) for word in REFUSING),
        *((f"invalid {what}", error) for what, error in ABOUT.items()),
        # Who is not authorised is not the station.
        *((f"station {word}", None) for word in REFUSING if "author" not in word),
        *((f"the {what} is fine", None) for what in ABOUT),
    ]
    odd: list[object] = []
    async with running(Tenant()) as tenant:
        for message, expected in cases:
            tenant.scripted["initSession"] = [failure(message)]
            try:
                await at_tenant(tenant, session).async_sign_in()
            except ClientError as err:
                found = type(err) if isinstance(err, AuthenticationError) else None
                if found is not expected:
                    odd.append((message, found, expected))
    assert not odd


async def test_a_refusal_counts_when_it_was_heard_twice(
    socket_enabled: None, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """A minute apart; then the password is sent once an hour at most."""
    async with running(Tenant()) as tenant:
        tenant.scripted["initSession"] = [
            failure("Wrong password", "UNAUTHENTICATED", ["initSession"])
        ]
        known = at_tenant(tenant, session, refusals=Refusals())
        for wait, expected, sent in (
            (0, UnavailableError, 1),
            (10, UnavailableError, 1),
            (60, WrongPasswordError, 2),
            (1200, WrongPasswordError, 2),
            (2400, WrongPasswordError, 3),
        ):
            freezer.tick(timedelta(seconds=wait))
            with pytest.raises(ClientError) as caught:
                await known.tokens.get()
            assert isinstance(caught.value, expected)
            assert tenant.count("initSession") == sent


@pytest.mark.parametrize(
    ("answer", "begins"),
    [
        (failure("The refresh token is not valid", "UNAUTHENTICATED"), True),
        (failure("Refresh token expired", "INTERNAL_SERVER_ERROR"), True),
        (failure("Session not found", "NOT_FOUND"), True),
        ((401, {"errors": [{"message": "No", "extensions": {"code": 401}}]}), True),
        (failure("Internal server error", "INTERNAL_SERVER_ERROR"), False),
        (failure("Account service unavailable", "SERVICE_UNAVAILABLE"), False),
        ((503, "busy"), False),
        ((403, "<html>Forbidden</html>"), False),
        ((429, "slow down"), False),
        ((200, "<html>We are back soon</html>"), False),
    ],
)
async def test_a_refresh_that_is_refused(
    socket_enabled: None, session: ClientSession, answer: Scripted, begins: bool
) -> None:
    """A refused refresh token costs a sign-in; an outage does not end another app's."""
    async with running(Tenant()) as tenant:
        tenant.scripted = {"refreshSession": [answer], "initSession": [BEGUN]}
        known = at_tenant(tenant, session, pair=SessionPair("s0", "r0"))
        _, generation = await known.tokens.get()
        if begins:
            token, _ = await known.tokens.renew(generation)
            assert token.value == "s1"
        else:
            with pytest.raises(ClientError):
                await known.tokens.renew(generation)
        assert tenant.count("refreshSession") == 1
        assert tenant.count("initSession") == int(begins)


async def test_a_refresh_that_never_works_again(
    socket_enabled: None, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """An API that answers, and cannot renew for ten minutes, is asked for a new session."""
    async with running(Tenant()) as tenant:
        broken = failure("Internal server error", "INTERNAL_SERVER_ERROR")
        tenant.scripted = {"refreshSession": [broken], "initSession": [BEGUN]}
        known = at_tenant(tenant, session, pair=SessionPair("s0", "r0"))
        for _ in range(2):
            with pytest.raises(UnavailableError):
                await known.tokens.renew(0)
            freezer.tick(timedelta(minutes=6))
        assert (await known.tokens.renew(0))[0].value == "s1"
        assert tenant.count("initSession") == 1


@pytest.mark.parametrize(
    "expired",
    [
        failure("Your login has expired"),
        failure("E-4711", path=["chargelogsPaged"]),
        failure("No", 401),
        failure("No", "SESSION_EXPIRED"),
        (200, {"data": {"chargelogsPaged": None}, "errors": [{"message": "Bye"}]}),
    ],
)
async def test_a_session_that_ended_in_whatever_words(
    socket_enabled: None, session: ClientSession, expired: Scripted
) -> None:
    """A kept pair may be old: an unexplained failure of a whole answer renews it."""
    async with running(Tenant()) as tenant:
        logs = page([{"id": "1", "status": "started"}])
        good = (200, {"data": {"chargelogsPaged": logs()}})
        tenant.scripted = {
            "chargelogsPaged": [expired, good],
            "refreshSession": [RENEWED],
        }
        known = at_tenant(tenant, session, pair=SessionPair("s0", "r0"))
        client = BeenergisedDriverClient(
            session, server=tenant.url, tokens=known.tokens, account_hint="x"
        )
        live = await client.async_get_live()
        assert live.driver is not None
        assert live.driver.running is not None
        assert tenant.count("refreshSession") == 1
        assert tenant.count("initSession") == 0


async def test_two_installations_that_throw_each_other_out(
    sim: Simulator, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """A sign-in ends the other's session; both go on, and nobody is asked to sign in."""
    both = [client_of(sim, session, sign_in(sim, session).tokens) for _ in range(2)]
    for _ in range(4):
        for client in both:
            live = await client.async_get_live()
            assert live.driver is not None
            assert live.driver.last is not None
        freezer.tick(timedelta(seconds=45))
        sim.clock.advance(timedelta(seconds=45))
    assert len(sim.beenergised_driver.operations.asking("initSession")) <= 9


async def test_slowing_down(socket_enabled: None, session: ClientSession) -> None:
    """Who asks too often for a session is told so, and is not refused."""
    async with running(Tenant()) as tenant:
        tenant.scripted["initSession"] = [failure("Slow down", "RATE_LIMITED")]
        with pytest.raises(RateLimitedError):
            await at_tenant(tenant, session).async_sign_in()


async def test_another_server(socket_enabled: None, session: ClientSession) -> None:
    """An address without this API is told from a wrong password."""
    async with TestServer(web.Application()) as server:
        known = PskSignIn(
            session,
            server=URL(str(server.make_url("/"))),
            psk="k",
            username="u",
            password="p",
            store=Store(),
        )
        with pytest.raises(UnknownTenantError):
            await known.async_sign_in()


async def test_the_address_with_its_path(
    sim: Simulator, session: ClientSession
) -> None:
    """The address may be entered as the reference prints it."""
    cloud = sim.beenergised_driver
    known = PskSignIn(
        session,
        server=URL(cloud.graphql_url.rstrip("/")),
        psk=cloud.psk,
        username=cloud.username,
        password=cloud.password,
        store=Store(),
    )
    assert (await known.async_sign_in()).session


async def test_tokens_of_auth0(sim: Simulator, session: ClientSession) -> None:
    """Tokens that somebody else keeps are sent as they are, and asked for anew once."""
    asked: list[str] = []

    async def fetch() -> Token:
        pair = await sign_in(sim, session).async_sign_in()
        asked.append(pair.session)
        return Token(value=pair.session)

    client = client_of(sim, session, TokenSource(fetch))
    await client.async_get_live()
    sim.beenergised_driver.expire_session_tokens()
    await client.async_get_live()
    assert len(asked) == 2


def jwt(payload: bytes) -> str:
    """Return what looks like a JWT."""
    return f"e30.{urlsafe_b64encode(payload).decode().rstrip('=')}.c2ln"


@pytest.mark.parametrize(
    ("value", "ends"),
    [
        ("opaque", None),
        ("a.b.c", None),
        ("a.\xff.c", None),
        (jwt(b"[]"), None),
        (jwt(b"{}"), None),
        (jwt(b'{"exp": "soon"}'), None),
        (jwt(b'{"exp": 1e300}'), None),
        (
            jwt(msgspec.json.encode({"exp": 1_800_000_000})),
            datetime.fromtimestamp(1_800_000_000, UTC),
        ),
    ],
)
def test_the_end_of_a_token(value: str, ends: datetime | None) -> None:
    """Only a JWT tells when it ends."""
    assert token_of(value) == Token(value=value, expires_at=ends)
