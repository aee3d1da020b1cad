"""The one GraphQL address: from a request's body to the answer, executed by graphql-core.

As Apollo Server does, which the vendor probably uses: a document that cannot be parsed or does not fit the schema is
answered with 400 and a code, everything that goes wrong later with 200, unless the error says otherwise.
"""

from collections.abc import Callable, Mapping
import logging
from typing import Any

from aiohttp import web
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    ValidationRule,
    execute_sync,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
import msgspec

from simulator.world.clock import Clock
from simulator.world.model import Json

from . import errors
from .errors import ApiError
from .operations import Operation, OperationLog, top_fields, without_secrets
from .options import BeenergisedDriverOptions
from .resolvers import Caller, Resolvers
from .schema import make_schema

_LOGGER = logging.getLogger(__name__)

PATH = "/graphql/"
ROOTS = {"Query", "Mutation"}


class Envelope(msgspec.Struct, rename="camel"):
    """A request's body."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class NoIntrospection(ValidationRule):
    """Refuse to tell the schema; `__typename` stays."""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Look at one field."""
        if node.name.value in {"__schema", "__type"}:
            self.report_error(
                GraphQLError(
                    "GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or"
                    " __type. To enable introspection, pass introspection: true to ApolloServer in production",
                    node,
                )
            )


class _Refused(Exception):
    """An answer that is no execution's result."""

    def __init__(
        self, code: str, problems: list[GraphQLError], status: int = 400
    ) -> None:
        """Hold what is wrong."""
        super().__init__(code)
        self.body = {"errors": [errors.formatted(it, code) for it in problems]}
        self.codes = tuple(code for _ in problems)
        self.status = status


class Endpoint:
    """Execute what is asked."""

    def __init__(
        self,
        clock: Clock,
        options: BeenergisedDriverOptions,
        resolvers: Resolvers,
        credential: Callable[[web.Request], str],
    ) -> None:
        """Serve the schema which the options choose."""
        self._clock = clock
        self._options = options
        self._resolvers = resolvers
        self._credential = credential
        self._made: tuple[object, GraphQLSchema] | None = None
        self.operations = OperationLog()

    @property
    def schema(self) -> GraphQLSchema:
        """Return the schema as the options are now.

        Raises:
            ValueError: if a field is to be renamed that does not exist.
        """
        options = self._options
        key = (options.tenant, tuple(sorted(options.rename.items())))
        if self._made is None or self._made[0] != key:
            made = make_schema(options.tenant, options.rename, self._resolve)
            self._made = (key, made)
        return self._made[1]

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request."""
        caller = Caller(
            bearer(request) or "",
            request.headers.get("Accept-Language", "en")[:2].lower(),
        )
        body = await request.read()
        try:
            envelope = _envelope(request, body)
            document = self._parsed(envelope)
            operation = _operation(document, envelope)
        except _Refused as refused:
            return _json(refused.body, refused.status)
        try:
            content, status, codes = self._execute(document, envelope, caller)
        except _Refused as refused:
            content, status, codes = refused.body, refused.status, refused.codes
        self.operations.add(
            Operation(
                operation.operation.value,
                top_fields(operation),
                without_secrets(document),
                self._credential(request),
                status,
                codes,
                self._clock.now(),
            )
        )
        return _json(content, status)

    def _parsed(self, envelope: Envelope) -> DocumentNode:
        """Return the document, if it is one."""
        try:
            return parse(envelope.query, max_tokens=5_000)
        except GraphQLSyntaxError as error:
            raise _Refused("GRAPHQL_PARSE_FAILED", [error]) from None

    def _execute(
        self, document: DocumentNode, envelope: Envelope, caller: Caller
    ) -> tuple[Mapping[str, Json], int, tuple[str, ...]]:
        """Return the answer's content, status and error codes."""
        rules = list(specified_rules)
        if not self._options.introspection:
            rules.insert(0, NoIntrospection)
        if problems := validate(self.schema, document, rules):
            raise _Refused(errors.VALIDATION, problems)
        result = execute_sync(
            self.schema,
            document,
            context_value=caller,
            variable_values=envelope.variables,
            operation_name=envelope.operation_name,
        )
        problems = result.errors or []
        if result.data is None and problems and all(not it.path for it in problems):
            # nothing was executed: the variables do not fit
            raise _Refused(errors.BAD_INPUT, problems)
        return _content(result)

    def _resolve(
        self,
        kind: str,
        name: str,
        source: object,
        info: GraphQLResolveInfo,
        arguments: Mapping[str, Any],
    ) -> object:
        """Return the value of a field, unless it is to fail."""
        options = self._options
        names = {f"{kind}.{name}", f"{kind}.{info.field_name}"}
        if options.partial_error_field in names:
            raise ApiError(errors.INTERNAL, f"Could not resolve {info.field_name}")
        for field in names & options.field_errors.keys():
            raise ApiError(
                options.field_errors[field], f"Could not resolve {info.field_name}"
            )
        if kind in ROOTS:
            return self._resolvers.top(f"{kind}.{name}", info.context, arguments)
        assert isinstance(source, Mapping)  # noqa: S101 - what our own resolvers give
        return source[name]


def bearer(request: web.Request) -> str | None:
    """Return the token of a request."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _envelope(request: web.Request, body: bytes) -> Envelope:
    """Return what a body holds."""
    if request.content_type != "application/json":
        raise _Refused(
            "BAD_REQUEST", [GraphQLError("POST body missing or not application/json.")]
        )
    try:
        return msgspec.json.decode(body, type=Envelope)
    except msgspec.DecodeError:
        problem = "GraphQL operations must contain a non-empty `query`."
        raise _Refused("BAD_REQUEST", [GraphQLError(problem)]) from None


def _operation(document: DocumentNode, envelope: Envelope) -> OperationDefinitionNode:
    """Return the operation that is meant."""
    operation = get_operation_ast(document, envelope.operation_name)
    if operation is None:
        problem = GraphQLError("Unknown or ambiguous operation.")
        raise _Refused("OPERATION_RESOLUTION_FAILURE", [problem])
    return operation


def _content(
    result: ExecutionResult,
) -> tuple[Mapping[str, Json], int, tuple[str, ...]]:
    """Return the content, status and error codes of what was executed."""
    problems = result.errors or []
    for problem in problems:
        if not isinstance(problem.original_error, ApiError):
            _LOGGER.error("the simulator failed at %s", problem.path, exc_info=problem)
    status = errors.status_of(problems)
    told: list[Json] = [errors.formatted(problem) for problem in problems]
    codes = tuple(
        str((problem.extensions or {}).get("code", errors.INTERNAL))
        for problem in problems
    )
    content: dict[str, Json] = {}
    if status == 200:
        content["data"] = result.data
    if told:
        content["errors"] = told
    return content, status, codes


def _json(content: Json, status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(
        body=msgspec.json.encode(content),
        status=status,
        content_type="application/json",
    )
