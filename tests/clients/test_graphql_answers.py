"""Tests of all that is read of a GraphQL answer, and of what is said of one that is none."""

from collections.abc import AsyncIterator
import json
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from msgspec import Struct
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.reading.lenient import Reader
from custom_components.ev_charging_cloud.clients.transport.graphql import (
    Answer,
    GraphQLClient,
    literal,
    read_message,
)
from custom_components.ev_charging_cloud.clients.transport.graphql_errors import (
    Outcome,
    Problem,
)

from .test_requests import Noting

QUERY, COMMAND = "query { a }", "mutation { a }"


class Part(Struct, frozen=True):
    """What is asked for."""

    id: str
    b: int | None = None


PART = Reader(Part)


class Endpoint:
    """Answers with what it is told to, and notes what came."""

    def __init__(self) -> None:
        """Begin with an empty answer."""
        self.status = 200
        self.body: object = {}
        self.seen: list[web.Request] = []
        self.bodies: list[object] = []
        self.http: Noting
        self.client: GraphQLClient

    async def answer(self, request: web.Request) -> web.Response:
        """Give the answer."""
        self.seen.append(request)
        self.bodies.append(await request.json())
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return web.Response(text=text, status=self.status)


@pytest.fixture
async def endpoint(socket_enabled: None) -> AsyncIterator[Endpoint]:
    """Run an endpoint, with a client of it."""
    found = Endpoint()
    application = web.Application()
    application.router.add_post("/graphql/", found.answer)
    async with TestServer(application) as server, ClientSession() as session:
        found.http = Noting(session, server.make_url(""), read_error=read_message)
        found.http.options = []
        found.client = GraphQLClient(found.http, "/graphql/")
        yield found


def plain(outcome: Outcome) -> tuple[object, ...]:
    """Return all of an outcome as plain objects."""
    data = None if outcome.data is None else json.loads(bytes(outcome.data))
    failure = outcome.failure
    return data, outcome.problems, failure and (type(failure), failure.message)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html>", "no answer of GraphQL: no JSON: "),
        ("7", "no answer of GraphQL: expected an object, got a number"),
        ({}, "an answer with neither data nor errors"),
        ({"data": None, "errors": []}, "an answer with neither data nor errors"),
        ({"data": {}}, "odd data: id is missing"),
        ({"data": {"id": None}}, "odd data: id: expected a text, got nothing"),
    ],
)
async def test_what_is_said_of_no_answer(
    endpoint: Endpoint, body: object, words: str
) -> None:
    """What is missing, whether it is polled or not."""
    endpoint.body = body
    for is_polled in (False, True):
        with pytest.raises(UnexpectedAnswerError) as caught:
            await endpoint.client.execute(QUERY, PART, is_polled=is_polled)
        said = str(caught.value)
        assert said.startswith(words)
        assert said == words or words.endswith("no JSON: ")
        assert caught.value.status is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "GraphQL has no such number"),
        ([float("inf")], "GraphQL has no such number"),
    ],
)
def test_what_cannot_be_written(value: Any, words: str) -> None:
    """JSON's own spelling of it would be no GraphQL."""
    with pytest.raises(ValueError, match=f"^{words}$"):
        literal(value)


def test_a_list_is_written_as_one() -> None:
    """With its items apart, and nothing quoted that is no text."""
    assert literal("ü🚗") == '"ü🚗"'
    assert literal([1, "a", [True, None], {"b": 2.5, "c": []}]) == (
        '[1, "a", [true, null], {b: 2.5, c: []}]'
    )


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, {"data": {"a": 1}}, ({"a": 1}, (), None)),
        (200, {"data": {"a": None}}, ({"a": None}, (), None)),
        (200, {"data": {}}, ({}, (), None)),
        (
            200,
            {"data": {"a": None}, "errors": [{"message": "no", "path": ["a", 0, "b"]}]},
            (None, (Problem(message="no", path=("a", "0", "b")),), None),
        ),
        (
            200,
            {"data": {"a": 1, "b": None}, "errors": [{"message": "no"}]},
            ({"a": 1, "b": None}, (Problem(message="no"),), None),
        ),
        (
            200,
            {"errors": [{"message": "x", "extensions": {"code": "A", "more": {}}}]},
            (None, (Problem(message="x", code="A"),), None),
        ),
        (
            400,
            {"errors": [{"message": None, "extensions": {"code": 401}}, 7, "odd"]},
            (
                None,
                (
                    Problem(message="no message", code="401"),
                    Problem(message="an error that cannot be read"),
                    Problem(message="an error that cannot be read"),
                ),
                (ResponseError, "HTTP status 400"),
            ),
        ),
        (
            200,
            {"errors": [{"message": "", "extensions": {"code": [1]}}]},
            (None, (Problem(message="no message"),), None),
        ),
        (
            400,
            {"data": {"a": 1}, "errors": [{"message": "said"}]},
            ({"a": 1}, (Problem(message="said"),), (ResponseError, "said")),
        ),
        (503, "<html>", (None, (), (UnavailableError, "HTTP status 503"))),
        (503, {}, (None, (), (UnavailableError, "HTTP status 503"))),
    ],
)
async def test_all_of_an_outcome(
    endpoint: Endpoint, status: int, body: object, outcome: tuple[object, ...]
) -> None:
    """Data where a field has a value, each error, and what the status stands for."""
    endpoint.status, endpoint.body = status, body
    assert plain(await endpoint.client.ask(COMMAND)) == outcome


async def test_what_is_sent(endpoint: Endpoint) -> None:
    """Document, variables and headers as they are given, to the endpoint."""
    endpoint.body = {"data": {"id": "x", "b": "7"}}
    found = await endpoint.client.execute(QUERY, PART, variables={"n": [1]})
    assert endpoint.http.answers.body(QUERY) == b""
    assert found == Answer(Part("x", 7), ())
    await endpoint.client.ask(COMMAND, variables={}, headers={"X-Key": "k"})
    assert endpoint.bodies == [
        {"query": QUERY, "variables": {"n": [1]}},
        {"query": COMMAND, "variables": {}},
    ]
    assert [request.path for request in endpoint.seen] == ["/graphql/"] * 2
    assert [request.headers.get("X-Key") for request in endpoint.seen] == [None, "k"]
    query, command = endpoint.http.options
    assert (query["is_read"], command["is_read"]) == (True, False)
    assert (query["headers"], command["headers"]) == ({}, {"X-Key": "k"})


async def test_the_latest_answer_goes_along(endpoint: Endpoint) -> None:
    """So that the same bytes are kept once; each operation has its own, where it is polled."""
    endpoint.body = {"data": {"id": "x"}}
    body = json.dumps(endpoint.body).encode()
    for document, is_polled in (
        *((QUERY, False), (QUERY, True), (QUERY, True), (QUERY, False)),
        *((COMMAND, True), (QUERY, True)),
    ):
        await endpoint.client.execute(document, PART, is_polled=is_polled)
    await endpoint.client.ask(QUERY)
    assert [options["before"] for options in endpoint.http.options] == [
        *(b"", b"", body, b"", b"", body, b"")
    ]


async def test_a_partial_answer_is_used_and_an_error_keeps_its_words(
    endpoint: Endpoint,
) -> None:
    """An error of the whole answer is raised; one beside data stays with it."""
    endpoint.body = {"data": {"id": "x", "b": None}, "errors": [{"message": "b?"}]}
    found = await endpoint.client.execute(QUERY, PART)
    assert found == Answer(Part("x"), (Problem(message="b?"),))
    endpoint.body = {"errors": [{"message": "none"}]}
    with pytest.raises(ClientError) as caught:
        await endpoint.client.execute(QUERY, PART)
    assert str(caught.value) == "none"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errors": [{"message": "first"}, {"message": "second"}]}', "first"),
        (b'{"errors": [{"path": []}]}', None),
        (b'{"errors": []}', None),
        (b'{"data": {}}', None),
        (b'{"errors": ["x"]}', None),
        (b"<html>", None),
    ],
)
def test_the_first_message(body: bytes, message: str | None) -> None:
    """What an answer's errors say first."""
    assert read_message(body) == message
