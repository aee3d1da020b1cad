"""GraphQL over HTTP: one POST per operation, and values as literals.

Source: the GraphQL specification (October 2021). An answer's ``errors`` are looked at
before its HTTP status, and partial data is used, see :mod:`.graphql_errors`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
import json
import math

from aiohttp import ClientSession, hdrs
import msgspec
from msgspec import Struct
from yarl import URL

from ..errors import ClientError, UnexpectedAnswerError
from .auth import RequestLog
from .graphql_errors import Outcome, Problem, refusal, refuses_token
from .http import HttpClient, clean
from .tokens import TokenSource

NOTHING = b"null"


class Word(Struct, frozen=True):
    """A value of an enum, which is written without quotes."""

    name: str


type Literal = (
    str | int | float | bool | Word | Sequence[Literal] | Mapping[str, Literal] | None
)


def literal(value: Literal) -> str:
    """Return a value as GraphQL writes it inside a document.

    A string is written as JSON does: its escapes are all GraphQL's too.
    """
    if isinstance(value, Word):
        return value.name
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("GraphQL has no such number")
    if value is None or isinstance(value, str | int | float):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + arguments(value) + "}"
    return "[" + ", ".join(literal(item) for item in value) + "]"


def arguments(values: Mapping[str, Literal]) -> str:
    """Return arguments, or the fields of an object, without what is around them."""
    return ", ".join(f"{name}: {literal(value)}" for name, value in values.items())


class Answer[DataT](Struct, frozen=True):
    """The data of an operation, and what could not be resolved of it."""

    data: DataT
    problems: tuple[Problem, ...] = ()


class _Extensions(Struct, frozen=True):
    code: str | None = None


class _Error(Struct, frozen=True):
    message: str | None = None
    path: list[str | int] | None = None
    extensions: _Extensions | None = None


class _Envelope(Struct, frozen=True):
    data: dict[str, msgspec.Raw] | None = None
    errors: list[msgspec.Raw] | None = None


class _Data(Struct, frozen=True):
    data: msgspec.Raw


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_DATA = msgspec.json.Decoder(_Data)
_ERROR = msgspec.json.Decoder(_Error)


class GraphQLClient:
    """Sends operations to one endpoint."""

    def __init__(
        self,
        session: ClientSession,
        server: URL,
        path: str,
        *,
        secrets: Callable[[], Iterable[str]] = tuple,
        requests: RequestLog | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Prepare to send operations.

        Args:
            session: the caller's session.
            server: its address, see :func:`~.address.parse_server_address`.
            path: of the endpoint, below the server's address.
            secrets: what must not stand in any message, as of now.
            requests: counts the requests; None for a count of its own.
            headers: go with every request.
        """
        self._headers = headers or {}
        self._session = session
        self._server = server
        self._path = path
        self._secrets = secrets
        self.requests = requests or RequestLog()

    async def execute[DataT](
        self,
        document: str,
        answer: msgspec.json.Decoder[DataT],
        *,
        tokens: TokenSource | None = None,
        bearer: str | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> Answer[DataT]:
        """Return the data of an operation.

        A token that is refused is renewed once, and the operation sent once more.

        Args:
            document: the operation; values stand in it as literals.
            answer: reads the content of ``data``.
            tokens: the account's tokens; without them ``bearer`` is sent as it is.
            bearer: what authorizes a request that has no token source.
            variables: for documents with typed variables.

        Raises:
            AuthenticationError: the token is refused, a fresh one too.
            NotPermittedError: the operation is not permitted.
            SchemaChangedError: the schema does not have what the document names.
            UnavailableError: nothing could be resolved this time; with a status of
                200 where the vendor says so in the answer itself.
            ClientError: any other of its subclasses.
        """
        token, generation = await tokens.get() if tokens else (None, 0)
        outcome = await self.ask(document, token.value if token else bearer, variables)
        if tokens and refuses_token(outcome):
            token, _ = await tokens.renew(generation)
            outcome = await self.ask(document, token.value, variables)
        if (error := refusal(outcome, document)) is not None:
            raise error
        return self._decode(outcome, answer)

    async def ask(
        self,
        document: str,
        bearer: str | None,
        variables: Mapping[str, object] | None = None,
    ) -> Outcome:
        """Send an operation, and return what became of it, whatever the vendor says.

        Raises:
            UnavailableError: there was no answer.
            UnexpectedAnswerError: the answer is none of GraphQL.
        """
        refused: list[bytes] = []
        # The client tells a refusal by its message only; what else its body has, we need.
        http = HttpClient(
            self._session,
            self._server,
            read_error=lambda body: _keep(refused, body),
            secrets=self._known_secrets,
            requests=self.requests,
        )
        content: dict[str, object] = {"query": document}
        if variables is not None:
            content["variables"] = variables
        headers = dict(self._headers)
        if bearer:
            headers[hdrs.AUTHORIZATION] = f"Bearer {bearer}"
        try:
            body = await http.send(
                hdrs.METH_POST, self._path, json=content, headers=headers
            )
        except ClientError as err:
            if not refused:
                raise
            return self._read(refused[0], failure=err)
        return self._read(body, failure=None)

    def _read(self, body: bytes, failure: ClientError | None) -> Outcome:
        try:
            envelope = _ENVELOPE.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as err:
            if failure is not None:
                return Outcome(failure=failure)
            raise UnexpectedAnswerError(f"no answer of GraphQL: {err}") from None
        if failure is None and envelope.data is None and not envelope.errors:
            raise UnexpectedAnswerError("an answer with neither data nor errors")
        resolved = any(
            bytes(value) != NOTHING for value in (envelope.data or {}).values()
        )
        problems = tuple(self._problem(raw) for raw in envelope.errors or ())
        return Outcome(
            # Without errors, a null is an answer.
            data=_DATA.decode(body).data
            if envelope.data is not None and (resolved or not problems)
            else None,
            problems=problems,
            failure=failure,
        )

    def _problem(self, raw: msgspec.Raw) -> Problem:
        try:
            error = _ERROR.decode(raw)
        except msgspec.MsgspecError:
            return Problem(message="an error that cannot be read")
        return Problem(
            message=clean(error.message or "no message", self._known_secrets()),
            code=error.extensions.code if error.extensions else None,
            path=tuple(str(part) for part in error.path or ()),
        )

    def _known_secrets(self) -> Iterable[str]:
        """Return the secrets, also as they stand in a document."""
        for secret in self._secrets():
            if secret:
                yield secret
                if (written := json.dumps(secret, ensure_ascii=False)[1:-1]) != secret:
                    yield written

    def _decode[DataT](
        self, outcome: Outcome, answer: msgspec.json.Decoder[DataT]
    ) -> Answer[DataT]:
        try:
            data = answer.decode(outcome.data or msgspec.Raw(NOTHING))
        except (msgspec.MsgspecError, UnicodeDecodeError) as err:
            raise UnexpectedAnswerError(f"odd data: {err}") from None
        return Answer(data, outcome.problems)


def _keep(kept: list[bytes], body: bytes) -> str | None:
    """Keep the body of a refusal, and return its message."""
    kept.append(body)
    try:
        errors = _ENVELOPE.decode(body).errors or ()
        return next((_ERROR.decode(raw).message for raw in errors), None)
    except msgspec.MsgspecError, UnicodeDecodeError:
        return None
