"""Operators of our own making: a schema and its content, executed by graphql-core.

The simulator is one vendor's cloud, with a world behind it; these are small servers for
shapes, answers and moods that the simulator has not got.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
import re
from typing import Any, cast

from aiohttp import ClientSession, hdrs, web
from aiohttp.test_utils import TestServer
from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    parse,
    validate,
)
from yarl import URL

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.search import Around, StationChoice
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)

# What the documents name, without any list of stations.
DOCUMENTED = """
    scalar DateTime
    type Query {
        chargelog(id: ID!): Chargelog
        chargelogsPaged(pagination: PaginationFilter): ChargelogsPaged
        availableCardsForChargingProcess(connectorId: String!): [Card]
        remoteStartAttemptStatus(id: ID!): RemoteStartAttempt
        accountDocumentsPaged(pagination: PaginationFilter): AccountDocumentsPaged
    }
    type Mutation {
        attemptRemoteStart(input: AttemptRemoteStartInput!): RemoteStartAttempt
        remoteStart(authorization: AuthorizationInput!, connector: String!):
            RemoteStartResponse
        remoteStop(transaction: String!): RemoteStopResponse
    }
    input PaginationFilter { limit: Int, offset: Int }
    type Pagination { totalCount: Int }
    type Chargelog {
        id: ID, status: String, connector: ChargelogConnector
        dateStart: DateTime, dateEnd: DateTime
        meterStart: Float, meterEnd: Float, energyConsumption: Float
        cost: ChargelogCost, sessionId: String, rateName: String
    }
    type ChargelogConnector { id: ID, label: String }
    type ChargelogCost {
        total: Float, currency: String, taxAmount: Float, grossAmount: Float
        costItems: [CostItem]
    }
    type CostItem { netAmount: Float, grossAmount: Float }
    type ChargelogsPaged { pagination: Pagination, data: [Chargelog] }
    type Card { id: ID, tagId: String, number: String, label: String }
    type RemoteStartAttempt { id: ID, status: String }
    input AttemptRemoteStartInput { connectorId: String!, tagId: String! }
    input AuthorizationInput { identifier: String!, type: AuthorizationType! }
    enum AuthorizationType { AUTO }
    type RemoteStartResponse { status: String, message: String, chargelogId: ID }
    type RemoteStopResponse { status: String, code: String, message: String }
    type AccountDocument { id: String, type: String, documentDate: DateTime }
    type AccountDocumentsPaged { pagination: Pagination, data: [AccountDocument] }
"""
HOME = (60.0, 25.0)
type Scripted = tuple[int, object]
type Content = object | Callable[..., object]


class Tenant:
    """One operator's server.

    ``content`` gives the values of root fields, or computes them of their arguments.
    ``scripted`` are answers to be given instead, by root field: the next one each time,
    and the last one from then on. ``then`` is called when a field was answered so.
    """

    def __init__(self, schema: str = DOCUMENTED, **content: Content) -> None:
        """Begin with nothing asked."""
        self.schema = build_schema(schema)
        self.content: dict[str, Content] = {
            "chargelogsPaged": page(()),
            "accountDocumentsPaged": page(()),
            "availableCardsForChargingProcess": [
                {"id": "c1", "tagId": "TAG-1", "number": "AT-1", "label": "Mine"}
            ],
            "remoteStop": {"status": "success"},
        } | content
        self.scripted: dict[str, list[Scripted]] = {}
        self.introspection_depth: int | None = None
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.documents: list[str] = []
        self.bearers: list[str | None] = []
        self.headers: list[Mapping[str, str]] = []
        for kind in (self.schema.query_type, self.schema.mutation_type):
            self._resolve(kind)
        self.url = URL()

    def count(self, field: str) -> int:
        """Return how often a root field was asked for, or commanded."""
        return sum(name == field for name, _ in self.asked)

    def given(self, field: str) -> list[Mapping[str, Any]]:
        """Return the arguments with which a root field was asked for."""
        return [arguments for name, arguments in self.asked if name == field]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request."""
        document = (await request.json())["query"]
        self.documents.append(document)
        self.bearers.append(request.headers.get(hdrs.AUTHORIZATION))
        self.headers.append(request.headers)
        roots = _roots(document)
        for field in roots:
            if answers := self.scripted.get(field):
                self.asked.append((field, {}))
                answer = answers[0]
                if len(answers) > 1:
                    del answers[0]
                return _response(request, answer)
        self.asked += [(field, {}) for field in roots if field.startswith("__")]
        if problems := self._refused(document):
            return web.json_response({"errors": problems}, status=400)
        result = execute_sync(self.schema, parse(document))
        content: dict[str, object] = {"data": result.data}
        if result.errors:
            content["errors"] = [error.formatted for error in result.errors]
        return web.json_response(content)

    def _refused(self, document: str) -> list[dict[str, object]]:
        problems = validate(self.schema, parse(document))
        if problems:
            code = {"code": "GRAPHQL_VALIDATION_FAILED"}
            return [{"message": it.message, "extensions": code} for it in problems]
        depth = self.introspection_depth
        if depth is not None and re.search(r"__(schema|type)\b", document):
            if depth < (found := depth_of(document)):
                return [{"message": f"Query is too deep: {found}"}]
        return []

    def _resolve(self, kind: GraphQLObjectType | None) -> None:
        for name, field in (kind.fields if kind else {}).items():
            field.resolve = self._resolver(name)

    def _resolver(self, name: str) -> Callable[..., object]:
        def resolve(source: object, info: object, **arguments: Any) -> object:
            self.asked.append((name, arguments))
            found = self.content.get(name)
            return found(**arguments) if callable(found) else found

        return resolve


def page(
    items: Iterable[object], *, cap: int = 100, total: bool = True
) -> Callable[..., object]:
    """Return what gives a documented page of a list.

    Args:
        items: all there are.
        cap: how many a page has at most, whatever is asked for.
        total: whether it tells how many there are.
    """
    known = list(items)

    def read(pagination: Mapping[str, int] | None = None, **more: object) -> object:
        wanted = pagination or {}
        offset = wanted.get("offset", 0)
        limit = min(wanted.get("limit", 10), cap)
        return {
            "pagination": {"totalCount": len(known)} if total else None,
            "data": known[offset : offset + limit],
        }

    return read


def failure(
    message: str, code: str | int | None = None, path: list[str] | None = None
) -> Scripted:
    """Return an answer of the API that says why there is nothing else in it."""
    error: dict[str, object] = {"message": message}
    if code is not None:
        error["extensions"] = {"code": code}
    if path is not None:
        error["path"] = path
    return 200, {"data": None, "errors": [error]}


LOST: Scripted = (0, "the connection breaks off")


def _response(request: web.Request, answer: Scripted) -> web.StreamResponse:
    status, body = answer
    if not status:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if isinstance(body, str):
        return web.Response(text=body, status=status, content_type="text/html")
    return web.json_response(body, status=status)


def _roots(document: str) -> list[str]:
    (operation,) = parse(document).definitions
    selections = cast(OperationDefinitionNode, operation).selection_set.selections
    return [cast(FieldNode, node).name.value for node in selections]


def depth_of(document: str) -> int:
    """Return how deep a document goes."""
    deepest = depth = 0
    for letter in document:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        deepest = max(deepest, depth)
    return deepest


@asynccontextmanager
async def running(tenant: Tenant) -> AsyncIterator[Tenant]:
    """Let an operator's server run."""
    app = web.Application()
    app.router.add_post("/graphql/", tenant.answer)
    async with TestServer(app) as server:
        tenant.url = URL(str(server.make_url("/")))
        yield tenant


def client_of(
    tenant: Tenant,
    session: ClientSession,
    *,
    choice: StationChoice | None = None,
    connector_ids: Iterable[str] = (),
) -> BeenergisedDriverClient:
    """Return a client of an operator's, for a driver whose tokens never end."""

    async def fetch() -> Token:
        return Token(value="some-token")

    return BeenergisedDriverClient(
        session,
        server=tenant.url,
        tokens=TokenSource(fetch),
        account_hint="driver@example.com",
        choice=choice,
        connector_ids=tuple(connector_ids),
    )


def near(radius: float = 5000) -> Around:
    """Return the surroundings of home."""
    return Around(latitude=HOME[0], longitude=HOME[1], radius=radius)
