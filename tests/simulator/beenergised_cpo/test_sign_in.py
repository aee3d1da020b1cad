"""Signing in to the simulated CPO API, and what it takes to be let in."""

from datetime import timedelta

import pytest

from simulator import Simulator
from tests.simulator import documented as doc
from tests.simulator.client import Client

from . import documented as cpo_doc
from .client import API, CpoClient

STATIONS = "charging_stations/"


@pytest.mark.parametrize("path", ["/token", "/oauth2/token"])
async def test_token(cpo: CpoClient, path: str) -> None:
    """A client gets the documented answer at either address."""
    status, body = await cpo.token(path)
    assert status == 200
    doc.check(body, cpo_doc.TOKEN)
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 86_400
    assert body["access_token"].count(".") == 2


async def test_token_by_form(cpo: CpoClient) -> None:
    """The identity provider takes a form too; a tenant may accept one of the two only."""
    options = cpo.cloud.options
    assert (await cpo.token(form=True))[0] == 200
    assert cpo.cloud.requests[-1].credential == "form"
    assert cpo.cloud.requests[-1].query == {}
    assert (await cpo.token(form=True, client_secret="wrong"))[0] == 400
    options.client_parameters = "query"
    assert await cpo.token(form=True) == (400, {"error": "invalid_request"})
    assert (await cpo.token())[0] == 200
    options.client_parameters = "form"
    assert await cpo.token() == (400, {"error": "invalid_request"})
    assert (await cpo.token(form=True))[0] == 200


async def test_token_path(cpo: CpoClient) -> None:
    """A tenant's sign-in may know one address only."""
    options = cpo.cloud.options
    options.token_path = "/oauth2/token"
    assert (await cpo.token())[0] == 404
    assert (await cpo.token("/oauth2/token"))[0] == 200
    options.token_path = "/token"
    assert (await cpo.token("/oauth2/token"))[0] == 404
    assert (await cpo.token())[0] == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "somebody"}, {"error": "invalid_client"}),
        ({"client_id": None}, {"error": "invalid_client"}),
        ({"client_id": None, "client_secret": None}, {"error": "invalid_client"}),
        (
            {"client_secret": "wrong"},
            {
                "error": "invalid_client",
                "error_description": "invalid_client_secret",
            },
        ),
        (
            {"client_secret": None},
            {
                "error": "invalid_client",
                "error_description": "invalid_client_secret",
            },
        ),
        ({"grant_type": "password"}, {"error": "unsupported_grant_type"}),
        ({"grant_type": None}, {"error": "invalid_request"}),
    ],
)
async def test_refused(
    cpo: CpoClient, changes: dict[str, str | None], error: dict[str, str]
) -> None:
    """What is wrong with a client is told as Cognito tells it."""
    assert await cpo.token("/token", form=False, **changes) == (400, error)


async def test_token_life(cpo: CpoClient) -> None:
    """A token is good for as long as it says, in simulated time."""
    cpo.cloud.options.token_lifetime = 600
    assert (await cpo.token())[1]["expires_in"] == 600
    await cpo.sign_in()
    cpo.sim.clock.advance(timedelta(seconds=599))
    await cpo.get(STATIONS)
    cpo.sim.clock.advance(timedelta(seconds=1))
    assert (await cpo.refused("GET", STATIONS))[0] == 401
    await cpo.sign_in()
    await cpo.get(STATIONS)


async def test_tokens_differ(cpo: CpoClient) -> None:
    """Each request makes a token of its own."""
    first, second = [(await cpo.token())[1]["access_token"] for _ in range(2)]
    assert first != second


async def test_expire_access_tokens(cpo: CpoClient) -> None:
    """All tokens issued so far can be refused at once; the client signs in again."""
    cpo.cloud.expire_access_tokens()
    assert (await cpo.refused("GET", STATIONS))[0] == 401
    await cpo.sign_in()
    await cpo.get(STATIONS)


async def test_revoked_client(cpo: CpoClient) -> None:
    """A client that was deleted is refused with all its tokens, until it gets a new secret."""
    cpo.cloud.revoke_client()
    assert (await cpo.refused("GET", STATIONS))[0] == 401
    assert await cpo.token() == (400, {"error": "invalid_client"})
    cpo.cloud.renew_client_secret()
    assert (await cpo.refused("GET", STATIONS))[0] == 401
    await cpo.sign_in()
    await cpo.get(STATIONS)


async def test_renewed_secret(cpo: CpoClient) -> None:
    """A new secret replaces the old one; tokens live on."""
    old = cpo.cloud.client_secret
    new = cpo.cloud.renew_client_secret()
    assert cpo.cloud.credentials()["client_secret"] == new != old
    await cpo.get(STATIONS)
    assert (await cpo.token(client_secret=old))[0] == 400
    assert (await cpo.token(client_secret=new))[0] == 200


@pytest.mark.parametrize(
    ("option", "bearer", "bare"),
    [("bearer", 200, 401), ("bare", 401, 200), ("both", 200, 200)],
)
async def test_spelling(cpo: CpoClient, option: str, bearer: int, bare: int) -> None:
    """A tenant may accept one of the two documented spellings only."""
    cpo.cloud.options.authorization = option  # type: ignore[assignment]
    assert (await cpo.ask("GET", STATIONS))[0] == bearer
    await cpo.sign_in("{}")
    assert (await cpo.ask("GET", STATIONS))[0] == bare


@pytest.mark.parametrize(
    "header", ["", "nonsense", "Bearer", "Bearer a.b.c", "a.b.c", "Basic {}", "Bearer "]
)
async def test_no_token(cpo: CpoClient, header: str) -> None:
    """Without a valid token nothing is told, not even what does not exist."""
    await cpo.sign_in(header)
    assert (await cpo.refused("GET", STATIONS))[0] == 401
    assert (await cpo.refused("GET", "nothing/"))[0] == 401


async def test_no_scope(cpo: CpoClient) -> None:
    """A client without a scope of this API signs in and reads nothing."""
    cpo.cloud.options.scope = False
    await cpo.sign_in()
    status, detail = await cpo.refused("GET", STATIONS)
    assert (status, "cpoapi" in detail) == (403, True)


async def test_unknown_tenant(cpo: CpoClient) -> None:
    """A tenant that does not exist answers with an HTML page, whatever the token."""
    cpo.cloud.options.tenant_known = False
    for path in (STATIONS, "locations/", "nothing"):
        answer, raw = await cpo.answer("GET", path)
        assert (answer.status, answer.content_type) == (404, "text/html")
        assert raw.startswith(b"<!DOCTYPE html>")


async def test_log_without_secrets(cpo: CpoClient) -> None:
    """The request log tells which credential came, never the credential."""
    cloud = cpo.cloud
    cloud.requests.clear()
    await cpo.token(client_secret="a-secret-mistyped")
    await cpo.sign_in()
    await cpo.get(STATIONS)
    await cpo.sign_in("{}")
    await cpo.get(STATIONS, limit="1")
    assert [
        (record.path, record.status, record.credential) for record in cloud.requests
    ] == [
        ("/token", 400, "unknown"),
        ("/token", 200, "client"),
        (f"{API}{STATIONS}", 200, "access"),
        ("/token", 200, "client"),
        (f"{API}{STATIONS}", 200, "bare"),
    ]
    kept = repr(list(cloud.requests))
    assert cloud.client_secret not in kept
    assert "a-secret-mistyped" not in kept
    assert cpo.authorization not in kept
    assert cloud.requests[1].query["client_id"] == cloud.client_id
    assert cloud.requests[-1].query == {"page[limit]": "1"}


async def test_token_actions(sim: Simulator, cpo: CpoClient) -> None:
    """The credentials can be moved over the control endpoint."""
    path = "/beenergised_cpo/tokens"
    async with Client(sim) as client:
        await client.control("POST", path, {"action": "expire_access_tokens"})
        assert (await cpo.refused("GET", STATIONS))[0] == 401
        await client.control("POST", path, {"action": "revoke_client"})
        assert (await cpo.token())[0] == 400
        _, body = await client.control("POST", path, {"action": "renew_client_secret"})
    assert body == cpo.cloud.credentials()
    await cpo.sign_in()
