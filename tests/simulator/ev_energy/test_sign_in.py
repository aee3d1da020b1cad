"""Signing in to the simulated ev.energy: consent page, PKCE, codes, tokens, revocation."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from yarl import URL

from simulator import Simulator
from tests.simulator.sign_in import BACK

from .client import EvClient


@pytest.fixture
async def guest(sim: Simulator) -> AsyncIterator[EvClient]:
    """Return a client that is not signed in."""
    async with EvClient(sim) as connected:
        yield connected


async def test_consent_page(guest: EvClient) -> None:
    """The page names the application and the scopes, and has two buttons and no script."""
    guest.cloud.options.application_name = "Home <Assistant>"
    async with guest.session.get(guest.authorize()) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        page = await answer.text()
    assert "Authorize Home &lt;Assistant&gt;?" in page
    assert all(scope in page for scope in guest.cloud.scopes)
    assert page.count("<button") == 2
    assert '<form method="post">' in page
    assert "<script" not in page
    async with guest.session.get(
        str(guest.authorize()).replace("/authorize/", "/authorize")
    ) as answer:
        assert (answer.status, answer.url.path) == (200, "/o/authorize/")


async def test_allow_and_deny(guest: EvClient) -> None:
    """The browser is sent back with a code or with access_denied, and with its state."""
    allowed = await guest.decide("allow")
    assert str(allowed.with_query(None)) == BACK
    assert allowed.query["state"] == "a&b=c"
    status, tokens = await guest.exchange(allowed.query["code"])
    assert status == 200
    assert tokens["expires_in"] == 36_000
    assert tokens["token_type"] == "Bearer"
    assert set(tokens["scope"].split()) == guest.cloud.scopes
    denied = await guest.decide("deny")
    assert dict(denied.query) == {"error": "access_denied", "state": "a&b=c"}
    code = URL(guest.cloud.consent(str(guest.authorize()))).query["code"]
    assert (await guest.exchange(code))[0] == 200
    assert [it.grant_type for it in guest.cloud.tokens_issued] == [
        "authorization_code",
        "authorization_code",
    ]


@pytest.mark.parametrize(
    ("uri", "status"),
    [
        ("https://my.home-assistant.io/redirect/oauth", 200),
        ("https://my.home-assistant.io/redirect/oauth/", 400),
        ("http://localhost:8123/auth/external/callback", 200),
        ("http://localhost:8123@evil.example/auth/external/callback", 400),
        ("http://127.0.0.1:1/auth/external/callback?x=1", 400),
        ("https://app.example/anything", 200),
        ("https://evil.example/", 400),
        (None, 400),
    ],
)
async def test_redirect_uri(guest: EvClient, uri: str | None, status: int) -> None:
    """Only registered addresses are redirected to; others get a page, not a redirect."""
    guest.cloud.options.redirect_uris.append("https://app.example/*")
    async with guest.session.get(
        guest.authorize(redirect_uri=uri), allow_redirects=False
    ) as answer:
        assert answer.status == status
        assert "Location" not in answer.headers
    async with guest.session.get(guest.authorize(client_id="nobody")) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "user:read everything:write"}, "invalid_scope"),
    ],
)
async def test_bad_authorization(
    guest: EvClient, changes: dict[str, str | None], error: str
) -> None:
    """Mistakes of a known application are told to it."""
    back = await guest.decide("allow", **changes)
    assert dict(back.query) == {"error": error, "state": "a&b=c"}


async def test_pkce(guest: EvClient) -> None:
    """The verifier must fit the challenge; without a challenge the secret must be there."""
    status, body = await guest.exchange(await guest.code(), code_verifier="wrong")
    assert (status, body["error"]) == (400, "invalid_grant")
    status, body = await guest.exchange(await guest.code(), code_verifier=None)
    assert (status, body["error"]) == (400, "invalid_request")
    status, tokens = await guest.exchange(await guest.code(), client_secret=None)
    assert status == 200
    assert (await guest.refresh(tokens["refresh_token"], client_secret=None))[0] == 200
    plain = await guest.code(code_challenge=None, code_challenge_method=None)
    assert (await guest.exchange(plain, code_verifier=None))[0] == 200
    plain = await guest.code(code_challenge=None, code_challenge_method=None)
    status, body = await guest.exchange(plain, code_verifier=None, client_secret=None)
    assert (status, body["error"]) == (401, "invalid_client")
    guest.cloud.options.pkce_required = True
    back = await guest.decide("allow", code_challenge=None, code_challenge_method=None)
    assert back.query["error"] == "invalid_request"


async def test_code(sim: Simulator, guest: EvClient) -> None:
    """A code works once, for a minute, for its redirect address and client."""
    code = await guest.code()
    assert (await guest.exchange(code))[0] == 200
    assert (await guest.exchange(code))[1]["error"] == "invalid_grant"
    late, timely = await guest.code(), await guest.code()
    sim.clock.advance(timedelta(seconds=59))
    assert (await guest.exchange(timely))[0] == 200
    sim.clock.advance(timedelta(seconds=1))
    assert (await guest.exchange(late))[1]["error"] == "invalid_grant"
    status, body = await guest.exchange(
        await guest.code(), redirect_uri="http://localhost:1/auth/external/callback"
    )
    assert (status, body["error"]) == (400, "invalid_grant")


async def test_clients(guest: EvClient) -> None:
    """The client is known by Basic or by the body; a wrong secret is refused as RFC 6749 says."""
    cloud = guest.cloud
    basic = b64encode(f"{cloud.client_id}:{cloud.client_secret}".encode()).decode()
    form = {
        "grant_type": "client_credentials",
        "client_id": None,
        "client_secret": None,
    }
    status, body = await guest.token(form, Authorization=f"Basic {basic}")
    assert status == 200
    assert "refresh_token" not in body
    assert (await guest.token({"grant_type": "client_credentials"}))[0] == 200
    for wrong in ("Basic nonsense", "Basic YTpi"):
        status, body = await guest.token(form, Authorization=wrong)
        assert (status, body["error"]) == (401, "invalid_client")
    status, body = await guest.exchange(await guest.code(), client_secret="wrong")
    assert (status, body["error"]) == (401, "invalid_client")
    status, body = await guest.token({"grant_type": "password"})
    assert (status, body["error"]) == (400, "unsupported_grant_type")
    async with guest.session.post(
        cloud.token_url.rstrip("/"),
        data={
            "grant_type": "client_credentials",
            "client_id": cloud.client_id,
            "client_secret": cloud.client_secret,
        },
    ) as answer:
        assert answer.status == 200


async def test_expiry_and_rotation(sim: Simulator, ev: EvClient) -> None:
    """Access tokens live ten hours; each refresh token works once."""
    sim.clock.advance(timedelta(seconds=35_999))
    await ev.get("/users/me")
    sim.clock.advance(timedelta(seconds=1))
    assert (await ev.ask("GET", "/users/me"))[0] == 401
    old = ev.tokens["refresh_token"]
    status, ev.tokens = await ev.refresh(old)
    assert status == 200
    assert ev.tokens["refresh_token"] != old
    await ev.get("/users/me")
    status, body = await ev.refresh(old)
    assert (status, body["error"]) == (400, "invalid_grant")
    await ev.get("/users/me")
    ev.cloud.options.reuse_ends_grant = True
    await ev.refresh(old)
    assert (await ev.ask("GET", "/users/me"))[0] == 401
    assert (await ev.refresh(ev.tokens["refresh_token"]))[0] == 400


async def test_no_rotation(ev: EvClient) -> None:
    """Without rotation the refresh token stays."""
    ev.cloud.options.rotation = False
    old = ev.tokens["refresh_token"]
    for _ in range(2):
        status, body = await ev.refresh(old)
        assert (status, body["refresh_token"]) == (200, old)


async def test_by_hand(ev: EvClient) -> None:
    """Tests can end access tokens and refresh tokens."""
    ev.cloud.expire_access_tokens()
    assert (await ev.ask("GET", "/users/me"))[0] == 401
    status, ev.tokens = await ev.refresh(ev.tokens["refresh_token"])
    assert status == 200
    ev.cloud.revoke_refresh_tokens()
    await ev.get("/users/me")
    assert (await ev.refresh(ev.tokens["refresh_token"]))[1]["error"] == "invalid_grant"


async def test_revocation(ev: EvClient) -> None:
    """Revocation wants its slash; a refresh token takes its access token along."""
    cloud = ev.cloud
    form = {
        "client_id": cloud.client_id,
        "client_secret": cloud.client_secret,
        "token": ev.tokens["refresh_token"],
    }
    async with ev.session.post(cloud.revoke_url.rstrip("/"), data=form) as answer:
        assert answer.status == 405
    await ev.get("/users/me")
    async with ev.session.post(cloud.revoke_url, data=form) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    assert (await ev.ask("GET", "/users/me"))[0] == 401
    assert (await ev.refresh(ev.tokens["refresh_token"]))[0] == 400
    async with ev.session.post(cloud.revoke_url, data=form | {"token": "x"}) as answer:
        assert answer.status == 200
    await ev.sign_in()
    form["token"] = ev.tokens["access_token"]
    async with ev.session.post(cloud.revoke_url, data=form) as answer:
        assert answer.status == 200
    assert [it.token_type for it in cloud.revoked] == ["refresh", "unknown", "access"]
    assert (await ev.ask("GET", "/users/me"))[0] == 401
    assert (await ev.refresh(ev.tokens["refresh_token"]))[0] == 200
    async with ev.session.post(
        cloud.revoke_url, data=form | {"client_secret": "x"}
    ) as answer:
        assert (answer.status, (await answer.json())["error"]) == (
            401,
            "invalid_client",
        )


async def test_another_user(guest: EvClient) -> None:
    """Somebody else may sit at the browser."""
    guest.cloud.sign_in(guest.cloud.user_ids[1])
    await guest.sign_in()
    assert (await guest.get("/users/me"))["id"] == guest.cloud.user_ids[1]
    assert len(await guest.get("/evses")) == 1


async def test_individual(guest: EvClient) -> None:
    """The first application's own credentials act for its one driver."""
    await guest.sign_in_by_credentials()
    assert (await guest.get("/users/me"))["id"] == guest.cloud.user_id
    assert len(await guest.get("/users")) == 1


async def test_organisation(guest: EvClient) -> None:
    """An organisation sees all of its users, or the one for whom it says it acts."""
    cloud = guest.cloud
    await guest.sign_in_by_credentials(organisation=True)
    assert [it["id"] for it in await guest.get("/users")] == cloud.user_ids
    assert len(await guest.get("/evses")) == 4
    assert (await guest.ask("GET", "/users/me"))[0] == 404
    name = "EvEnergy-User"
    for user in cloud.user_ids:
        me = await guest.get("/users/me", **{name: user})
        assert me["id"] == user
        evses = await guest.get("/evses", **{name: user})
        assert [it["url"] for it in evses] == me["evses"]
    stranger = {name: "user01HQZ73TMR0000000000000000"}
    assert (await guest.ask("GET", "/evses", headers=stranger))[0] == 403
    url = {name: f"{cloud.api_url}/users/{cloud.user_id}"}
    assert (await guest.ask("GET", "/evses", headers=url))[0] == 400
    cloud.options.user_header = "both"
    assert len(await guest.get("/evses", **url)) == 2
    cloud.options.user_header_required = True
    assert (await guest.ask("GET", "/evses"))[0] == 400
