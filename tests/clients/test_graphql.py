"""Tests of GraphQL over HTTP: literals, and what errors mean."""

from collections.abc import AsyncIterator, Mapping

from aiohttp import ClientSession, hdrs, web
from aiohttp.test_utils import TestServer
from graphql import parse_value, value_from_ast_untyped
import pytest
from yarl import URL

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    NotSentError,
    RateLimitedError,
    ResponseError,
    SchemaChangedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.reading.lenient import Reader
from custom_components.ev_charging_cloud.clients.transport.auth import (
    TokenAuthorization,
)
from custom_components.ev_charging_cloud.clients.transport.graphql import (
    GraphQLClient,
    Literal,
    Word,
    arguments,
    literal,
    read_message,
)
from custom_components.ev_charging_cloud.clients.transport.http import HttpClient
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)

ANSWER = Reader(dict[str, int | None])
QUERY = "query { a b }"
COMMAND = "mutation { start }"
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
        self.bearers.append(request.headers.get(hdrs.AUTHORIZATION))
        self.bodies.append(await request.json())
        status, body = self.answers[0]
        if len(self.answers) > 1:
            del self.answers[0]
        if isinstance(body, str):
            return web.Response(text=body, status=status)
        return web.json_response(body, status=status)


class Tokens:
    """Gives out numbered tokens."""

    def __init__(self) -> None:
        """Begin with none given out, and an age of nothing."""
        self.given: list[str] = []
        self.age = 0.0
        self.source = TokenSource(self.fetch)

    async def fetch(self) -> Token:
        """Give out the next one."""
        self.given.append(f"t{len(self.given) + 1}")
        return Token(value=self.given[-1])


@pytest.fixture
def endpoint() -> Endpoint:
    """Return what answers."""
    return Endpoint()


@pytest.fixture
def tokens() -> Tokens:
    """Return what gives out tokens."""
    return Tokens()


@pytest.fixture
async def client(
    endpoint: Endpoint, tokens: Tokens, socket_enabled: None
) -> AsyncIterator[GraphQLClient]:
    """Return a client of that endpoint."""
    app = web.Application()
    app.router.add_post("/api/graphql/", endpoint.answer)
    async with TestServer(app) as server, ClientSession() as session:
        http = HttpClient(
            session,
            URL(str(server.make_url("/api"))),
            read_error=read_message,
            auth=TokenAuthorization(tokens.source),
            secrets=lambda: ("s3cret", 'qu"ote'),
        )
        yield GraphQLClient(http, "/graphql/", age=lambda: tokens.age)


def error(
    message: str = "Something",
    code: str | int | None = None,
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
    answer = await client.execute(QUERY, ANSWER)
    assert answer.data == {"a": 1}
    assert not answer.problems
    await client.execute(QUERY, ANSWER, variables={"x": 1})
    assert endpoint.bearers == ["Bearer t1", "Bearer t1"]
    assert endpoint.bodies == [
        {"query": QUERY},
        {"query": QUERY, "variables": {"x": 1}},
    ]


async def test_the_same_once_more(endpoint: Endpoint, client: GraphQLClient) -> None:
    """Where polls get the same bytes the answer is the very same; what lacks a part never is."""
    good: Body = {"data": {"a": 1}}
    partial: Body = {"data": {"a": 1, "b": None}, "errors": [error(path=["b"])]}
    endpoint.answers = [(200, good), (200, good), (200, partial), (200, partial)]
    first = await client.execute(QUERY, ANSWER, is_polled=True)
    assert await client.execute(QUERY, ANSWER, is_polled=True) is first
    for _ in range(2):
        odd = await client.execute(QUERY, ANSWER, is_polled=True)
        assert [problem.field for problem in odd.problems] == ["b"]
    endpoint.answers = [(503, good)]
    with pytest.raises(UnavailableError):
        await client.execute(QUERY, ANSWER, is_polled=True)
    endpoint.answers = [(200, good)]
    assert await client.execute(QUERY, ANSWER, is_polled=True) == first
    assert await client.execute(QUERY, ANSWER) is not first


@pytest.mark.parametrize("place", [0, 1, 70_000, 299_999])
async def test_large_answers(
    endpoint: Endpoint, client: GraphQLClient, place: int
) -> None:
    """An answer that is like the one before it up to some byte is read as it is."""
    text = "x" * 300_000
    changed = f"{text[:place]}y{text[place + 1 :]}"
    answer = Reader(dict[str, str])
    for sent in (text, text, changed, text[: place + 1], text, f"{text}{text}", "", ""):
        endpoint.answers = [(200, {"data": {"a": sent}})]
        found = await client.execute(QUERY, answer, is_polled=True)
        assert found.data == {"a": sent}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"errors": [error()]}, NotPermittedError),
        (401, "<html>", NotPermittedError),
        (200, {"errors": [error(code="UNAUTHENTICATED")]}, NotPermittedError),
        (200, {"errors": [error(code=401)]}, NotPermittedError),
        (400, {"errors": [error(code="UNAUTHENTICATED")]}, NotPermittedError),
        (500, {"errors": [error(code="UNAUTHENTICATED")]}, NotPermittedError),
        (
            200,
            {"data": {"a": None}, "errors": [error("Session expired", path=["a"])]},
            NotPermittedError,
        ),
        (200, {"errors": [error("Invalid token")]}, NotPermittedError),
        (400, {"errors": [error("jwt malformed")]}, NotPermittedError),
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
        (200, {"errors": [error(code="SERVICE_UNAVAILABLE")]}, UnavailableError),
        (503, "busy", UnavailableError),
        (520, "busy", UnavailableError),
        (408, "slow", UnavailableError),
        (429, {"errors": [error(code="RATE_LIMITED")]}, RateLimitedError),
        (200, {"errors": [error(code="RATE_LIMITED")]}, RateLimitedError),
        (200, {"errors": [error("No such thing", "NOT_FOUND")]}, ResponseError),
        (400, {"errors": [error(code="BAD_USER_INPUT")]}, ResponseError),
        (200, {"errors": ["odd"]}, ResponseError),
        (404, "nothing here", ResponseError),
        (200, "<html>", UnexpectedAnswerError),
        (200, {}, UnexpectedAnswerError),
        (200, {"data": None}, UnexpectedAnswerError),
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
        await client.execute(QUERY, ANSWER)
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
        await client.execute(QUERY, ANSWER)


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
    answer = await client.execute(QUERY, ANSWER)
    assert answer.data == {"a": 1, "b": None}
    assert [problem.field for problem in answer.problems] == ["b.data.cost", "b"]


async def test_secrets_stay_out_of_messages(
    endpoint: Endpoint, client: GraphQLClient
) -> None:
    """Neither a secret nor its spelling inside a document is told, nor the token."""
    for status, said in (
        (200, 'no "qu\\"ote" s3cret'),
        (400, "s3cret"),
        (200, "of t1"),
    ):
        endpoint.answers = [(status, {"errors": [error(said)]})]
        with pytest.raises(ResponseError) as caught:
            await client.execute(QUERY, ANSWER)
        assert "s3cret" not in str(caught.value)
        assert 'qu\\"ote' not in str(caught.value)


# ---- tokens


@pytest.mark.parametrize(
    "refusal",
    [
        (401, {"errors": [error()]}),
        (401, "<html>"),
        (200, {"errors": [error(code="UNAUTHENTICATED")]}),
        (200, {"errors": [error(code=401)]}),
        (200, {"errors": [error(code="SESSION_EXPIRED")]}),
        (200, {"data": {"a": None}, "errors": [error("Token expired", path=["a"])]}),
    ],
)
async def test_a_refused_token_is_renewed_once(
    endpoint: Endpoint,
    client: GraphQLClient,
    tokens: Tokens,
    refusal: tuple[int, Body],
) -> None:
    """One renewal, one more try; what refuses a fresh token too does not permit it."""
    endpoint.answers = [refusal, (200, {"data": {"a": 1}})]
    assert (await client.execute(QUERY, ANSWER)).data == {"a": 1}
    assert endpoint.bearers == ["Bearer t1", "Bearer t2"]
    endpoint.answers = [refusal]
    with pytest.raises(NotPermittedError):
        await client.execute(QUERY, ANSWER)
    # That token was renewed just now: another one would do no better.
    assert tokens.given == ["t1", "t2"]


@pytest.mark.parametrize(
    "answer",
    [
        (403, {"errors": [error(code="FORBIDDEN")]}),
        (400, {"errors": [error(code="GRAPHQL_VALIDATION_FAILED")]}),
        (503, "busy"),
        (200, {"errors": [error("Your login has expired")]}),
    ],
)
async def test_nothing_else_renews(
    endpoint: Endpoint,
    client: GraphQLClient,
    tokens: Tokens,
    answer: tuple[int, Body],
) -> None:
    """What is no matter of the token leaves it alone."""
    endpoint.answers = [answer]
    with pytest.raises(ClientError):
        await client.execute(QUERY, ANSWER)
    assert tokens.given == ["t1"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Your login has expired", None),
        ("Bitte melden Sie sich neu an", None),
        ("E-4711", None),
        ("x", 403),
    ],
)
async def test_an_unexplained_failure_with_an_old_token_renews(
    endpoint: Endpoint,
    client: GraphQLClient,
    tokens: Tokens,
    message: str,
    code: int | None,
) -> None:
    """In whatever words: a token of more than some minutes may be what it is about."""
    tokens.age = 3600.0
    endpoint.answers = [
        (200, {"errors": [error(message, code)]}),
        (200, {"data": {"a": 1}}),
    ]
    assert (await client.execute(QUERY, ANSWER)).data == {"a": 1}
    assert tokens.given == ["t1", "t2"]


@pytest.mark.parametrize(
    ("code", "age", "given"),
    [
        ("FORBIDDEN", 3600.0, 1),
        (403, 10.0, 1),
        (403, 299.9, 1),
        (403, 300.0, 2),
        (403, 3600.0, 2),
    ],
)
async def test_what_is_not_permitted(
    endpoint: Endpoint,
    client: GraphQLClient,
    tokens: Tokens,
    code: str | int,
    age: float,
    given: int,
) -> None:
    """A new token is tried once where a bare status is all that is said of an old one."""
    tokens.age = age
    endpoint.answers = [(200, {"errors": [error("x", code)]})] * 2
    with pytest.raises(NotPermittedError):
        await client.execute(QUERY, ANSWER)
    assert len(tokens.given) == given


# ---- commands


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error("Invalid token", path=["start"]), ResponseError),
        (error("Unauthorized", path=["start"]), ResponseError),
        (error("Not now", "UNAUTHENTICATED", ["start"]), NotPermittedError),
        (error("Contract does not exist in this network"), ResponseError),
        (error("Expected type connector to be active"), ResponseError),
        (error("Unknown argument of the station"), ResponseError),
        (error("The station is offline", "INTERNAL_SERVER_ERROR"), ResponseError),
        (error("Internal server error", "INTERNAL_SERVER_ERROR"), UnavailableError),
        (error("Upstream timed out", "TIMEOUT"), UnavailableError),
        (error("Something", "GRAPHQL_VALIDATION_FAILED"), SchemaChangedError),
    ],
)
async def test_a_command_that_was_answered_is_not_sent_again(
    endpoint: Endpoint,
    client: GraphQLClient,
    tokens: Tokens,
    answer: dict[str, object],
    expected: type[ClientError],
) -> None:
    """Its error is the vendor's word about it, and only a code says "no such command"."""
    tokens.age = 3600.0
    endpoint.answers = [(200, {"data": {"start": None}, "errors": [answer]})]
    with pytest.raises(ClientError) as caught:
        await client.execute(COMMAND, ANSWER)
    assert type(caught.value) is expected
    assert len(endpoint.bodies) == 1
    assert tokens.given == ["t1"]


@pytest.mark.parametrize(
    "refusal",
    [
        (401, {"errors": [error()]}),
        (401, "<html>"),
        (200, {"errors": [error(code="UNAUTHENTICATED")]}),
        (200, {"errors": [error(code=401)]}),
    ],
)
async def test_a_command_is_sent_again_where_it_was_certainly_not_carried_out(
    endpoint: Endpoint,
    client: GraphQLClient,
    tokens: Tokens,
    refusal: tuple[int, Body],
) -> None:
    """Once, with a fresh token, where the old one was refused before all else."""
    endpoint.answers = [refusal, (200, {"data": {"start": 1}})]
    assert (await client.execute(COMMAND, ANSWER)).data == {"start": 1}
    assert tokens.given == ["t1", "t2"]
    endpoint.bodies.clear()
    endpoint.answers = [refusal]
    with pytest.raises(NotPermittedError):
        await client.execute(COMMAND, ANSWER)
    # Whoever else signed in meanwhile may have ended a token that is good otherwise.
    assert len(endpoint.bodies) == 2
    assert tokens.given == ["t1", "t2", "t3"]


@pytest.mark.parametrize("status", [500, 502, 504, 520])
async def test_a_command_without_an_answer_is_not_repeated(
    endpoint: Endpoint, client: GraphQLClient, status: int
) -> None:
    """A read is made once more; what changes something is not."""
    endpoint.answers = [(status, "gone")]
    for document, times in ((QUERY, 2), (COMMAND, 1)):
        endpoint.bodies.clear()
        with pytest.raises(UnavailableError):
            await client.execute(document, ANSWER)
        assert len(endpoint.bodies) == times


async def test_no_connection_at_all(socket_enabled: None) -> None:
    """A server that is not there was told nothing."""
    async with ClientSession() as session:
        http = HttpClient(session, URL("http://127.0.0.1:1"), read_error=read_message)
        with pytest.raises(NotSentError) as caught:
            await GraphQLClient(http, "/graphql/").execute(COMMAND, ANSWER)
    assert caught.value.status is None
