"""Signing in to be.ENERGISED through the Auth0-like server: page, PKCE, codes, tokens."""

import jwt
import pytest
from yarl import URL

from simulator import Simulator
from tests.simulator.sign_in import BACK

from .client import DriverClient

ASK = "{ chargelogsPaged { pagination { totalCount } } }"
UNAUTHENTICATED = (200, "UNAUTHENTICATED")


@pytest.fixture
async def guest(driver: DriverClient) -> DriverClient:
    """Return a client that has forgotten its session."""
    driver.token = ""
    return driver


async def test_page(guest: DriverClient) -> None:
    """The page asks for name and password, has two buttons and no script; mistakes show it again."""
    guest.cloud.options.application_name = "Home <Assistant>"
    async with guest.session.get(guest.authorize()) as answer:
        page = await answer.text()
        assert (answer.status, answer.content_type) == (200, "text/html")
    assert "Home &lt;Assistant&gt;" in page
    assert '<form method="post">' in page
    assert 'name="username"' in page
    assert 'name="password"' in page
    assert page.count("<button") == 2
    assert "<script" not in page
    status, location = await guest.press("allow", password="wrong")
    assert (status, location) == (400, None)
    async with guest.session.get(guest.authorize(client_id="nobody")) as answer:
        assert answer.status == 400
    async with guest.session.get(
        guest.authorize(redirect_uri="https://evil.example/"), allow_redirects=False
    ) as answer:
        assert answer.status == 400


async def test_sign_in(guest: DriverClient) -> None:
    """A code gives a JWT that opens the API, for an hour, and a refresh token that renews it."""
    status, location = await guest.press("allow")
    assert location is not None
    assert (status, str(location.with_query(None))) == (302, BACK)
    assert location.query["state"] == "a&b=c"
    status, tokens = await guest.exchange(location.query["code"])
    assert status == 200
    assert (tokens["expires_in"], tokens["token_type"]) == (3_600, "Bearer")
    assert tokens["scope"] == "openid offline_access"
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert claims["exp"] == guest.sim.clock.now().timestamp() + 3_600
    guest.token = tokens["access_token"]
    await guest.data(ASK)
    assert guest.cloud.requests[-1].credential == "auth0"
    guest.pass_time(3_600)
    assert await guest.code(ASK) == UNAUTHENTICATED
    status, tokens = await guest.auth0_refresh(tokens["refresh_token"])
    assert status == 200
    guest.token = tokens["access_token"]
    await guest.data(ASK)
    guest.cloud.expire_session_tokens()
    assert await guest.code(ASK) == UNAUTHENTICATED


async def test_deny(guest: DriverClient) -> None:
    """The browser is sent back with what went wrong."""
    _, location = await guest.press("deny")
    assert location is not None
    assert location.query["error"] == "access_denied"
    assert location.query["state"] == "a&b=c"
    back = URL(guest.cloud.consent(str(guest.authorize()), allow=False))
    assert back.query["error"] == "access_denied"
    with pytest.raises(ValueError, match="Callback URL mismatch"):
        guest.cloud.consent(str(guest.authorize(redirect_uri="https://evil.example")))
    back = URL(guest.cloud.consent(str(guest.authorize())))
    assert (await guest.exchange(back.query["code"]))[0] == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_bad_authorization(
    guest: DriverClient, changes: dict[str, str | None], error: str
) -> None:
    """Mistakes of a known application are told to it."""
    _, location = await guest.press("allow", **changes)
    assert location is not None
    assert location.query["error"] == error


async def test_public_client(guest: DriverClient) -> None:
    """A public application shows no secret and must use PKCE."""
    public = guest.cloud.public_client_id
    code = await guest.auth0_code(client_id=public)
    status, tokens = await guest.exchange(
        code, client_id=public, client_secret=None, as_json=True
    )
    assert status == 200
    renewed = await guest.auth0_refresh(
        tokens["refresh_token"], client_id=public, client_secret=None
    )
    assert renewed[0] == 200
    _, location = await guest.press(
        "allow", client_id=public, code_challenge=None, code_challenge_method=None
    )
    assert location is not None
    assert location.query["error"] == "invalid_request"


async def test_refusals(guest: DriverClient) -> None:
    """Errors of the token endpoint have Auth0's form and status."""
    status, body = await guest.exchange("wrong")
    assert (status, body["error"]) == (403, "invalid_grant")
    assert body["error_description"]
    code = await guest.auth0_code()
    status, body = await guest.exchange(code, code_verifier="wrong")
    assert (status, body["error"]) == (403, "invalid_grant")
    status, body = await guest.exchange(code)
    assert (status, body["error"]) == (403, "invalid_grant")
    code = await guest.auth0_code()
    status, body = await guest.exchange(code, client_secret=None)
    assert (status, body["error"]) == (401, "access_denied")
    status, body = await guest.exchange(code, client_id="nobody")
    assert (status, body["error"]) == (401, "access_denied")
    status, body = await guest.auth0_token({"grant_type": "password"})
    assert (status, body["error"]) == (403, "unsupported_grant_type")
    status, body = await guest.exchange("")
    assert (status, body["error"]) == (400, "invalid_request")
    assert (await guest.exchange(code, redirect_uri="http://localhost:1/"))[0] == 403
    late = await guest.auth0_code()
    guest.pass_time(600)
    assert (await guest.exchange(late))[0] == 403
    async with guest.session.post(guest.cloud.token_url, json=[]) as answer:
        assert answer.status == 400


async def test_refresh_tokens(guest: DriverClient) -> None:
    """They are given to who asks for them if the operator allows it, and can be used once."""
    _, tokens = await guest.exchange(await guest.auth0_code(scope="openid"))
    assert "refresh_token" not in tokens
    guest.cloud.options.auth0_refresh_tokens = False
    _, tokens = await guest.exchange(await guest.auth0_code())
    assert "refresh_token" not in tokens
    assert tokens["scope"] == "openid"
    guest.cloud.options.auth0_refresh_tokens = True
    _, tokens = await guest.exchange(await guest.auth0_code())
    old = tokens["refresh_token"]
    _, tokens = await guest.auth0_refresh(old)
    assert tokens["refresh_token"] != old
    status, body = await guest.auth0_refresh(old)
    assert (status, body["error"]) == (403, "invalid_grant")
    # Auth0 takes a second use for theft: the family is over
    assert (await guest.auth0_refresh(tokens["refresh_token"]))[0] == 403
    guest.cloud.options.auth0_rotates = False
    _, tokens = await guest.exchange(await guest.auth0_code())
    for _ in range(2):
        status, renewed = await guest.auth0_refresh(tokens["refresh_token"])
        assert (status, "refresh_token" in renewed) == (200, False)


async def test_ended_grants(guest: DriverClient) -> None:
    """A revoked grant cannot be renewed; a changed password ends what is there."""
    _, tokens = await guest.exchange(await guest.auth0_code())
    guest.cloud.revoke_auth0_grant()
    guest.token = tokens["access_token"]
    await guest.data(ASK)
    assert (await guest.auth0_refresh(tokens["refresh_token"]))[0] == 403
    _, tokens = await guest.exchange(await guest.auth0_code())
    guest.cloud.change_password()
    guest.token = tokens["access_token"]
    assert await guest.code(ASK) == UNAUTHENTICATED
    assert (await guest.auth0_refresh(tokens["refresh_token"]))[0] == 403
    assert (await guest.exchange(await guest.auth0_code()))[0] == 200


async def test_audience(guest: DriverClient) -> None:
    """Without the audience that the operator has set, the token is opaque and opens nothing."""
    _, tokens = await guest.exchange(await guest.auth0_code())
    guest.cloud.options.auth0_audience = "https://api.example"
    assert guest.cloud.credentials()["audience"] == "https://api.example"
    guest.token = tokens["access_token"]
    assert await guest.code(ASK) == UNAUTHENTICATED
    for audience in (None, "https://other.example"):
        _, tokens = await guest.exchange(await guest.auth0_code(audience=audience))
        guest.token = tokens["access_token"]
        assert "." not in guest.token
        assert await guest.code(ASK) == UNAUTHENTICATED
        assert guest.cloud.requests[-1].credential == "auth0"
    _, tokens = await guest.exchange(
        await guest.auth0_code(audience="https://api.example")
    )
    guest.token = tokens["access_token"]
    await guest.data(ASK)


async def test_several_at_once(guest: DriverClient, quiet: Simulator) -> None:
    """A user may be signed in several times this way, and the other way beside it."""
    _, first = await guest.exchange(await guest.auth0_code())
    _, second = await guest.exchange(await guest.auth0_code())
    await guest.init()
    for token in (first["access_token"], second["access_token"], guest.token):
        status, body = await guest.ask(ASK, token=token)
        assert (status, "errors" in body) == (200, False)
