"""Tests of GraphQL over HTTP: literals, and what errors mean."""

from collections.abc import AsyncIterator, Callable, Mapping

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from graphql import parse_value, value_from_ast_untyped
from msgspec.json import Decoder
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    SchemaChangedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.transport.graphql import (
    GraphQLClient,
    Literal,
    Word,
    arguments,
    literal,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)

ANSWER = Decoder(dict[str, int | None])
QUERY = "query { a b }"
type Body = Mapping[str, object] | str


class Endpoint:
    """Answers with what it was told to, and notes what came."""

    def __init__(self) -> None:
        """Begin with an answer that is good."""
        self.answers: list[tuple[int, Body]] = []
        self.bearers: list[str | None] = []
        self.bodies: list[dict[str, object]] = []

    async def answer(self, request: web.Request) -> web.Response:
        """Give the next answer; the last one stays."""
        self.bearers.append(request.headers.get("Authorization"))
        self.bodies.append(await request.json())
        status, body = self.answers[0]
        if len(self.answers) > 1:
            del self.answers[0]
        if isinstance(body, str):
            return web.Response(text=body, status=status)
        return web.json_response(body, status=status)


@pytest.fixture
def endpoint() -> Endpoint:
    """Return what answers."""
    return Endpoint()


@pytest.fixture
async def client(
    endpoint: Endpoint, socket_enabled: None
) -> AsyncIterator[GraphQLClient]:
    """Return a client of that endpoint."""
    app = web.Application()
    app.router.add_post("/api/graphql/", endpoint.answer)
    async with TestServer(app) as server, ClientSession() as session:
        yield GraphQLClient(
            session,
            URL(str(server.make_url("/api"))),
            "/graphql/",
            secrets=lambda: ("s3cret", 'qu"ote'),
            headers={"Accept-Language": "en"},
        )


def error(
    message: str = "Something",
    code: str | None = None,
    path: list[object] | None = None,
) -> dict[str, object]:
    """Return one error."""
    found: dict[str, object] = {"message": message}
    if code:
        found["extensions"] = {"code": code}
    if path is not None:
        found["path"] = path
    return found


# ---- literals


@pytest.mark.parametrize(
    "value",
    [
        "",
        'a "quoted" \\ backslash',
        "line\nfeed\ttab\r\x00\x1f\x7f",
        "ümläut ☃ 🚗 \u2028",
        '"""block"""',
        "{ } ( ) : $x # no comment",
        0,
        -7,
        0.5,
        1e-07,
        True,
        False,
        None,
        ["a", 1, [True]],
        {"input": {"connectorId": 'x"', "list": [1, 2]}},
    ],
)
def test_literals_say_what_they_mean(value: Literal) -> None:
    """A parser reads back every value, whatever it holds."""
    assert value_from_ast_untyped(parse_value(literal(value))) == value


def test_words_and_arguments() -> None:
    """A word of an enum has no quotes."""
    assert arguments({"a": "x", "b": {"type": Word("AUTO")}}) == (
        'a: "x", b: {type: AUTO}'
    )
    with pytest.raises(ValueError):
        literal(float("nan"))


# ---- answers


async def test_one_post(endpoint: Endpoint, client: GraphQLClient) -> None:
    """The document goes out as it is, with its token and, if there are, variables."""
    endpoint.answers = [(200, {"data": {"a": 1}})]
    answer = await client.execute(QUERY, ANSWER, bearer="t")
    assert answer.data == {"a": 1}
    assert not answer.problems
    await client.execute(QUERY, ANSWER, variables={"x": 1})
    assert endpoint.bearers == ["Bearer t", None]
    assert endpoint.bodies == [
        {"query": QUERY},
        {"query": QUERY, "variables": {"x": 1}},
    ]
    assert client.requests.last_hour == 2


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"errors": [error()]}, AuthenticationError),
        (401, "<html>", AuthenticationError),
        (200, {"errors": [error(code="UNAUTHENTICATED")]}, AuthenticationError),
        (400, {"errors": [error(code="UNAUTHENTICATED")]}, AuthenticationError),
        (500, {"errors": [error(code="UNAUTHENTICATED")]}, AuthenticationError),
        (
            200,
            {"data": {"a": None}, "errors": [error("Session expired", path=["a"])]},
            AuthenticationError,
        ),
        (200, {"errors": [error("Invalid token")]}, AuthenticationError),
        (400, {"errors": [error("jwt malformed")]}, AuthenticationError),
        (403, {"errors": [error()]}, NotPermittedError),
        (200, {"errors": [error(code="FORBIDDEN")]}, NotPermittedError),
        (
            200,
            {"errors": [error("You are not authorized", path=["a"])]},
            NotPermittedError,
        ),
        (
            400,
            {"errors": [error(code="GRAPHQL_VALIDATION_FAILED")]},
            SchemaChangedError,
        ),
        (
            400,
            {"errors": [error('Unknown argument "x"', "BAD_REQUEST")]},
            SchemaChangedError,
        ),
        (
            200,
            {"errors": [error('Cannot query field "a" on type "Query".')]},
            SchemaChangedError,
        ),
        (500, {"errors": [error(code="INTERNAL_SERVER_ERROR")]}, UnavailableError),
        (200, {"errors": [error(code="INTERNAL_SERVER_ERROR")]}, UnavailableError),
        (503, "busy", UnavailableError),
        (429, {"errors": [error(code="RATE_LIMITED")]}, RateLimitedError),
        (200, {"errors": [error(code="RATE_LIMITED")]}, RateLimitedError),
        (200, {"errors": [error("No such thing", "NOT_FOUND")]}, ResponseError),
        (400, {"errors": [error(code="BAD_USER_INPUT")]}, ResponseError),
        (200, {"errors": ["odd"]}, ResponseError),
        (404, "nothing here", ResponseError),
        (200, "<html>", UnexpectedAnswerError),
        (200, {}, UnexpectedAnswerError),
        (200, {"data": None}, UnexpectedAnswerError),
        (200, {"data": {"a": "text"}}, UnexpectedAnswerError),
        (200, "[]", UnexpectedAnswerError),
    ],
)
async def test_errors_are_told_apart(
    endpoint: Endpoint,
    client: GraphQLClient,
    status: int,
    body: Body,
    expected: type[ClientError],
) -> None:
    """What the errors say counts more than the status of the answer."""
    endpoint.answers = [(status, body)]
    with pytest.raises(ClientError) as caught:
        await client.execute(QUERY, ANSWER, bearer="t")
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    "message",
    [
        "Charging session not found",
        "The charging session is not valid",
        "Token of the card is not known here",
    ],
)
async def test_words_of_charging_are_no_matter_of_sign_in(
    endpoint: Endpoint, client: GraphQLClient, message: str
) -> None:
    """Sessions and tokens are what charging speaks of as well."""
    endpoint.answers = [(200, {"errors": [error(message, path=["a"])]})]
    with pytest.raises(ResponseError, match=message):
        await client.execute(QUERY, ANSWER, bearer="t")


async def test_a_command_that_was_looked_at_is_no_matter_of_sign_in(
    endpoint: Endpoint, client: GraphQLClient
) -> None:
    """A refused command costs nobody a new sign-in, whatever its message says."""
    endpoint.answers = [(200, {"errors": [error("Invalid token", path=["start"])]})]
    with pytest.raises(ResponseError, match="Invalid token"):
        await client.execute("mutation { start }", ANSWER, bearer="t")


async def test_what_is_missing_is_named(
    endpoint: Endpoint, client: GraphQLClient
) -> None:
    """Validation tells which fields there are not."""
    texts = [
        'Cannot query field "x" on type "Cp".',
        "Cannot query field 'y' on type 'Z'",
    ]
    endpoint.answers = [(400, {"errors": [error(text) for text in texts]})]
    with pytest.raises(SchemaChangedError) as caught:
        await client.execute(QUERY, ANSWER)
    assert caught.value.missing == {("Cp", "x"), ("Z", "y")}
    assert caught.value.status == 400


async def test_partial_data_is_used(endpoint: Endpoint, client: GraphQLClient) -> None:
    """What could be resolved is used, and what could not is known by its path."""
    endpoint.answers = [
        (
            200,
            {
                "data": {"a": 1, "b": None},
                "errors": [
                    error(
                        "b failed", "INTERNAL_SERVER_ERROR", ["b", "data", 0, "cost"]
                    ),
                    error("and so", "UNAUTHENTICATED", ["b"]),
                ],
            },
        )
    ]
    answer = await client.execute(QUERY, ANSWER, bearer="t")
    assert answer.data == {"a": 1, "b": None}
    assert [problem.field for problem in answer.problems] == ["b.data.cost", "b"]


async def test_secrets_stay_out_of_messages(
    endpoint: Endpoint, client: GraphQLClient
) -> None:
    """Neither a secret nor its spelling inside a document is told."""
    endpoint.answers = [(200, {"errors": [error('no "qu\\"ote" s3cret')]})]
    with pytest.raises(ResponseError) as caught:
        await client.execute(QUERY, ANSWER)
    assert "s3cret" not in str(caught.value)
    assert "ote" not in str(caught.value)
    endpoint.answers = [(400, {"errors": [error("s3cret")]})]
    with pytest.raises(ResponseError) as caught:
        await client.execute(QUERY, ANSWER)
    assert "s3cret" not in str(caught.value)


# ---- tokens


def numbered() -> tuple[TokenSource, list[str]]:
    """Return a source of numbered tokens, and what it gave out."""
    given: list[str] = []

    async def fetch() -> Token:
        given.append(f"t{len(given) + 1}")
        return Token(value=given[-1])

    return TokenSource(fetch), given


@pytest.mark.parametrize(
    "refusal",
    [
        (401, {"errors": [error()]}),
        (200, {"errors": [error(code="UNAUTHENTICATED")]}),
        (200, {"data": {"a": None}, "errors": [error("Token expired", path=["a"])]}),
    ],
)
async def test_a_refused_token_is_renewed_once(
    endpoint: Endpoint, client: GraphQLClient, refusal: tuple[int, Body]
) -> None:
    """One renewal, one more try; a fresh token that is refused is an error."""
    tokens, given = numbered()
    endpoint.answers = [refusal, (200, {"data": {"a": 1}})]
    assert (await client.execute(QUERY, ANSWER, tokens=tokens)).data == {"a": 1}
    assert endpoint.bearers == ["Bearer t1", "Bearer t2"]
    endpoint.answers = [refusal]
    with pytest.raises(AuthenticationError):
        await client.execute(QUERY, ANSWER, tokens=tokens)
    assert given == ["t1", "t2", "t3"]
    assert len(endpoint.bearers) == 4


@pytest.mark.parametrize(
    "make",
    [
        lambda: (403, {"errors": [error(code="FORBIDDEN")]}),
        lambda: (400, {"errors": [error(code="GRAPHQL_VALIDATION_FAILED")]}),
        lambda: (503, "busy"),
    ],
)
async def test_nothing_else_renews(
    endpoint: Endpoint,
    client: GraphQLClient,
    make: Callable[[], tuple[int, Body]],
) -> None:
    """What is no matter of the token leaves it alone."""
    tokens, given = numbered()
    endpoint.answers = [make()]
    with pytest.raises(ClientError):
        await client.execute(QUERY, ANSWER, tokens=tokens)
    assert given == ["t1"]
    assert len(endpoint.bearers) == 1


async def test_no_answer_at_all(client: GraphQLClient, endpoint: Endpoint) -> None:
    """A server that is not there is unavailable."""
    async with ClientSession() as session:
        gone = GraphQLClient(session, URL("http://127.0.0.1:1"), "/graphql/")
        with pytest.raises(UnavailableError) as caught:
            await gone.execute(QUERY, ANSWER)
    assert caught.value.status is None
