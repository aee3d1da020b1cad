"""Tests of what is asked, word for word, and of what a refusal comes to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession, web
from freezegun.api import FrozenDateTimeFactory
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    DEFAULT_SERVER,
    BeenergisedCpoClient,
    parse_tenant,
)
from custom_components.ev_charging_cloud.clients.client import Account
from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    MissingScopeError,
    NotPermittedError,
    NotSentError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
    UnknownClientError,
    UnknownTenantError,
    UnprovenRefusalError,
    WrongSecretError,
)

from .common import API
from .tenant import SECRET, TOKEN, FakeTenant, Json, Received, item, look, page

STATIONS = "/charging_stations/"
FORM = "application/x-www-form-urlencoded"
CREDENTIAL = (
    ("grant_type", "client_credentials"),
    ("client_id", "client"),
    ("client_secret", SECRET),
)
SIGN_IN = Received("POST", "/token", CREDENTIAL, None, FORM)
FALLBACK = Received(
    "POST",
    "/oauth2/token",
    authorization=None,
    content_type=FORM,
    body="grant_type=client_credentials&client_id=client"
    "&client_secret=the+secret+of+this+tenant",
)


def _listed(path: str, *filters: tuple[str, str], offset: int = 0) -> Received:
    """Return the request for a page of a list, as the reference has it."""
    paging = (("page[limit]", "500"), ("page[offset]", str(offset)))
    return Received("GET", f"{API}{path}", (*paging, *filters))


async def test_whole_look_at_an_account(
    tenant: FakeTenant, client: BeenergisedCpoClient, freezer: FrozenDateTimeFactory
) -> None:
    """A token, each list once, and each station for its connectors."""
    since = datetime.now(UTC) - timedelta(days=90)
    await client.async_get_slow()
    await look(client)
    (sign_in, *asked) = tenant.received
    assert sign_in == SIGN_IN
    start = since.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert asked[:4] == [
        Received("GET", f"{API}/locations/"),
        _listed(STATIONS),
        _listed("/maintenance_windows/", ("filter[startDate]", start)),
        _listed("/connectors/"),
    ]
    assert sorted(asked[4:], key=lambda request: request.path) == [
        _listed("/cp/s1/connectors/"),
        _listed("/cp/s2/connectors/"),
    ]


async def test_next_pages(tenant: FakeTenant, client: BeenergisedCpoClient) -> None:
    """A next page is asked for from where the one before ended."""
    stations = [item(number) for number in range(5)]
    tenant.answers[STATIONS] = lambda request: page(stations, request, cap=2)
    await client.async_get_live()
    assert tenant.received[1:4] == [
        _listed(STATIONS, offset=offset) for offset in (0, 2, 4)
    ]


# ---- signing in


async def test_sign_in_elsewhere(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Where the documented path is not served, the usual one gets a form."""
    tenant.refuse("/token", 404)
    await client.async_get_live()
    assert tenant.received[:2] == [SIGN_IN, FALLBACK]


async def test_no_sign_in_at_all(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A server that serves neither is said to be the wrong one."""
    tenant.refuse("/token", 404)
    tenant.refuse("/oauth2/token", 404)
    with pytest.raises(UnexpectedAnswerError) as raised:
        await client.async_get_live()
    assert type(raised.value) is UnexpectedAnswerError
    assert raised.value.message == "no sign-in at this address"
    assert tenant.received == [SIGN_IN, FALLBACK]


@pytest.mark.parametrize("path", ["/token", "/oauth2/token"])
async def test_sign_in_that_fails_for_a_moment(
    tenant: FakeTenant, client: BeenergisedCpoClient, path: str
) -> None:
    """A token is asked for once more where something on the way failed, and all is counted."""
    tenant.refuse("/token", 404)
    answers = iter([web.Response(status=503), web.json_response(TOKEN)])
    tenant.answers[path] = lambda _: next(answers)
    await client.async_get_live()
    assert tenant.asked[f"POST {path}"] == 2
    assert client.requests.total == len(tenant.received)


def test_where_to_sign_in() -> None:
    """Unless somebody enters another server, at the one that the guide names."""
    assert (
        DEFAULT_SERVER
        == "https://beenergised-jwtapis.auth.eu-central-1.amazoncognito.com"
    )


@pytest.mark.parametrize("path", ["/token", "/oauth2/token"])
@pytest.mark.parametrize(
    ("status", "body", "error", "message"),
    [
        (
            400,
            {"error": "invalid_client"},
            UnknownClientError,
            "invalid_client",
        ),
        (
            400,
            {"error": "invalid_client", "error_description": "invalid_client_secret"},
            WrongSecretError,
            "invalid_client_secret",
        ),
        (
            401,
            {"error": "invalid_client", "error_description": "Client secret is wrong"},
            WrongSecretError,
            "Client secret is wrong",
        ),
        (
            400,
            {"error": "unauthorized_client"},
            AuthenticationError,
            "unauthorized_client",
        ),
        (
            400,
            {"error": "invalid_client", "error_description": "is disabled"},
            AuthenticationError,
            "is disabled",
        ),
        (401, {"message": "Unauthorized"}, UnprovenRefusalError, "Unauthorized"),
        (401, {"message": "no secret"}, UnprovenRefusalError, "no secret"),
        (403, {"message": "Forbidden"}, NotSentError, "Forbidden"),
        (400, {"error": "invalid_scope"}, ResponseError, "invalid_scope"),
        (200, {"token": "x"}, UnexpectedAnswerError, "the token cannot be read"),
    ],
)
async def test_refused_sign_in(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    path: str,
    status: int,
    body: Json,
    error: type[ClientError],
    message: str,
) -> None:
    """What is wrong with a credential is told apart, in the words that the server uses."""
    tenant.refuse("/token", 404)
    tenant.answers[path] = lambda _: web.json_response(body, status=status)
    with pytest.raises(ClientError) as raised:
        await client.async_get_live()
    assert (type(raised.value), raised.value.message) == (error, message)


async def test_spelling_of_the_token(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """As the guide says, else as its samples have it; what is accepted is kept."""

    def answer(request: web.Request) -> Json:
        if request.headers["Authorization"] == "a-token":
            return page(tenant.lists[STATIONS], request)
        return web.json_response({}, status=401)

    tenant.answers[STATIONS] = answer
    live = await client.async_get_live()
    assert len(live.stations) == 2
    assert [
        (sent.path.split("/")[-2], sent.authorization) for sent in tenant.received
    ] == [
        ("", None),
        ("charging_stations", "Bearer a-token"),
        ("", None),
        ("charging_stations", "Bearer a-token"),
        ("charging_stations", "a-token"),
        ("maintenance_windows", "a-token"),
    ]


# ---- refusals of the API


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, MissingScopeError),
        (403, MissingScopeError),
        (404, UnknownTenantError),
        (400, ResponseError),
        (410, ResponseError),
        (503, UnavailableError),
    ],
)
async def test_refused_stations(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    status: int,
    error: type[ClientError],
) -> None:
    """Without stations there is no account, and the error says whose business that is."""
    tenant.refuse(STATIONS, status)
    with pytest.raises(error) as raised:
        await client.async_get_live()
    assert type(raised.value) is error
    assert raised.value.message == "not here"
    assert isinstance(
        raised.value, NotPermittedError | ResponseError | UnavailableError
    )
    assert raised.value.status == status


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"errors": [{"title": "T", "detail": "D"}, {"detail": "E"}]}, "D"),
        ({"errors": [{"title": "T"}], "message": "M", "error": "E"}, "T"),
        ({"errors": [{}], "message": "M", "error": "E"}, "M"),
        ({"errors": [], "message": "M"}, "M"),
        ({"errors": [], "error": "E"}, "E"),
        ({"message": "M", "error": "E"}, "M"),
        (
            {"errors": [{"detail": f"the {SECRET} a-token"}]},
            "the **REDACTED** **REDACTED**",
        ),
        ({}, "HTTP status 409"),
        ([], "HTTP status 409"),
        ("no object", "HTTP status 409"),
    ],
)
async def test_words_of_a_refusal(
    tenant: FakeTenant, client: BeenergisedCpoClient, body: Any, message: str
) -> None:
    """What the API says of an error is shown, without secrets."""
    tenant.answers[STATIONS] = lambda _: web.json_response(body, status=409)
    with pytest.raises(ResponseError) as raised:
        await client.async_get_live()
    assert raised.value.message == message


# ---- whose account it is


@pytest.mark.parametrize(
    ("tenant_name", "client_id", "account"),
    [
        (
            "demo",
            "client",
            Account(
                id="1e00ffc769babd1a",
                name="be.ENERGISED CPO demo",
                is_named_by_vendor=False,
            ),
        ),
        (
            "https://Demo.beenergised.cloud/some/page?x=1",
            "client",
            Account(
                id="1e00ffc769babd1a",
                name="be.ENERGISED CPO demo",
                is_named_by_vendor=False,
            ),
        ),
        (
            "charging.example:8443",
            "other",
            Account(
                id="ae05d08c6b44cefd",
                name="be.ENERGISED CPO charging.example",
                is_named_by_vendor=False,
            ),
        ),
    ],
)
async def test_whose_account(
    session: ClientSession, tenant_name: str, client_id: str, account: Account
) -> None:
    """A tenant and a client id make an account, for ever the same."""
    client = BeenergisedCpoClient(
        session,
        tenant=parse_tenant(tenant_name),
        server=URL("https://sign-in.example"),
        client_id=client_id,
        client_secret=SECRET,
    )
    assert await client.async_identify() == account
