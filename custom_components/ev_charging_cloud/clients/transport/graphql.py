"""GraphQL over HTTP: one POST per operation, and values as literals.

Source: the GraphQL specification (October 2021). An answer's ``errors`` are looked at
before its HTTP status, and partial data is used, see :mod:`.graphql_errors`.
"""

from collections.abc import Callable, Mapping, Sequence
import json
import math

from aiohttp import hdrs
import msgspec
from msgspec import Struct

from ..errors import UnexpectedAnswerError
from ..reading.lenient import Reader
from .graphql_errors import (
    Outcome,
    Problem,
    is_mutation,
    refusal,
    refuses_token,
    was_not_executed,
)
from .http import HttpClient, Reply

ERRORS = b'"errors"'
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


class _Error(Struct, frozen=True):
    message: str | None = None
    path: list[str | int] | None = None
    extensions: dict[str, msgspec.Raw] | None = None


class _Envelope(Struct, frozen=True):
    data: dict[str, msgspec.Raw] | None = None
    errors: list[msgspec.Raw] | None = None


class _Data(Struct, frozen=True):
    data: msgspec.Raw


_ENVELOPE = Reader(_Envelope)
_DATA = Reader(_Data)
_ERROR = Reader(_Error)
_CODE = Reader(str)
# A token of this age, in seconds, may be what an unexplained failure is about.
OLD = 300.0


class GraphQLClient:
    """Sends operations to one endpoint, in the name of whoever its requests are of."""

    def __init__(
        self,
        http: HttpClient,
        path: str,
        *,
        age: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Prepare to send operations.

        Args:
            http: makes the requests; its ``auth`` says who asks.
            path: of the endpoint, below the server's address.
            age: how old the token is, in seconds.
        """
        self._http = http
        self._path = path
        self._age = age

    async def execute[DataT](
        self,
        document: str,
        answer: Reader[DataT],
        *,
        variables: Mapping[str, object] | None = None,
        is_polled: bool = False,
    ) -> Answer[DataT]:
        """Return the data of an operation.

        Args:
            document: the operation; values stand in it as literals.
            answer: reads the content of ``data``.
            variables: for documents with typed variables.
            is_polled: whether polls ask it again and again: where all bytes are the
                same, the answer is the very same object. Not with variables.

        Raises:
            NotPermittedError: the operation is not permitted, or the token is refused,
                a fresh one too.
            SchemaChangedError: the schema does not have what the document names.
            UnavailableError: nothing could be resolved this time; with a status of
                200 where the vendor says so in the answer itself.
            ClientError: any other of its subclasses.
        """
        answers = self._http.answers
        reply = await self._send(
            document,
            variables,
            before=answers.body(document) if is_polled else b"",
        )
        if not is_polled or not reply.is_success:
            return self._answer(reply, document, answer)
        return answers.of(
            document,
            reply.body,
            lambda: self._answer(reply, document, answer),
            is_whole=lambda found: not found.problems,
        )

    def _answer[DataT](
        self, reply: Reply, document: str, answer: Reader[DataT]
    ) -> Answer[DataT]:
        outcome = self._read(reply)
        if (error := refusal(outcome, document)) is not None:
            raise error
        try:
            data = answer.read(bytes(outcome.data or msgspec.Raw(NOTHING)))
        except msgspec.MsgspecError as err:
            raise UnexpectedAnswerError(f"odd data: {err}") from None
        return Answer(data, outcome.problems)

    async def ask(
        self,
        document: str,
        *,
        variables: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Send an operation, and return what became of it, whatever the vendor says.

        Raises:
            UnavailableError: there was no answer.
            UnexpectedAnswerError: the answer is none of GraphQL.
        """
        return self._read(await self._send(document, variables, headers))

    async def _send(
        self,
        document: str,
        variables: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        before: bytes = b"",
    ) -> Reply:
        content: dict[str, object] = {"query": document}
        if variables is not None:
            content["variables"] = variables
        return await self._http.fetch(
            hdrs.METH_POST,
            self._path,
            json=content,
            headers=headers or {},
            is_read=not is_mutation(document),
            before=before,
            # What was no refusal the time before is none now.
            refuses=lambda reply: (
                (reply.body is not before or not before)
                and self._refuses_token(reply, document)
            ),
        )

    def _refuses_token(self, reply: Reply, document: str) -> bool:
        """Tell whether another token may help, and nothing was carried out."""
        if reply.is_success and ERRORS not in reply.body:
            return False
        try:
            outcome = self._read(reply)
        except UnexpectedAnswerError:
            return False
        if is_mutation(document):
            return was_not_executed(outcome)
        return refuses_token(outcome, is_old=self._age() >= OLD)

    def _read(self, reply: Reply) -> Outcome:
        failure = None if reply.is_success else self._http.error_of(reply)
        try:
            envelope = _ENVELOPE.read(reply.body)
        except msgspec.MsgspecError as err:
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
            data=_DATA.read(reply.body).data
            if envelope.data is not None and (resolved or not problems)
            else None,
            problems=problems,
            failure=failure,
        )

    def _problem(self, raw: msgspec.Raw) -> Problem:
        try:
            error = _ERROR.read(bytes(raw))
        except msgspec.MsgspecError:
            return Problem(message="an error that cannot be read")
        return Problem(
            message=self._http.clean(error.message) or "no message",
            code=_code(error),
            path=tuple(str(part) for part in error.path or ()),
        )


def _code(error: _Error) -> str | None:
    """Return an error's code; some servers write the HTTP status there."""
    raw = (error.extensions or {}).get("code")
    try:
        return None if raw is None else _CODE.read(bytes(raw))
    except msgspec.MsgspecError:
        return None


def read_message(body: bytes) -> str | None:
    """Return the first message of an answer's errors."""
    try:
        errors = _ENVELOPE.read(body).errors or ()
        return next((_ERROR.read(bytes(raw)).message for raw in errors), None)
    except msgspec.MsgspecError:
        return None
