"""What the errors of a GraphQL answer mean.

Source: the GraphQL specification (October 2021, 7.1.2), the codes that Apollo Server
documents, and the words of graphql-js's validation.
"""

from enum import Enum, auto
from http import HTTPStatus
import re

import msgspec
from msgspec import Struct

from ..errors import (
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    SchemaChangedError,
    UnavailableError,
)

MUTATION = "mutation"


class Problem(Struct, frozen=True, kw_only=True):
    """One of the ``errors`` of an answer.

    ``path`` leads to the field whose resolver failed; without one nothing was resolved.
    """

    message: str
    code: str | None = None
    path: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """Return where it happened, without the positions inside lists."""
        return ".".join(part for part in self.path if not part.isdecimal())


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one request.

    ``failure`` is what its HTTP status stands for, if that is no success. ``data`` is
    None where no root field has a value.
    """

    data: msgspec.Raw | None = None
    problems: tuple[Problem, ...] = ()
    failure: ClientError | None = None


class Kind(Enum):
    """What an error means, the gravest first."""

    AUTHENTICATION = auto()
    # Only its message speaks of tokens.
    SUSPECTED = auto()
    LIMITED = auto()
    PERMISSION = auto()
    VALIDATION = auto()
    TRANSIENT = auto()
    OTHER = auto()


BARE_REFUSAL = "403"
CODES = {
    "401": Kind.AUTHENTICATION,
    "AUTHENTICATION_ERROR": Kind.AUTHENTICATION,
    "AUTHENTICATION_REQUIRED": Kind.AUTHENTICATION,
    "INVALID_TOKEN": Kind.AUTHENTICATION,
    "SESSION_EXPIRED": Kind.AUTHENTICATION,
    "TOKEN_EXPIRED": Kind.AUTHENTICATION,
    "UNAUTHENTICATED": Kind.AUTHENTICATION,
    "UNAUTHORIZED": Kind.AUTHENTICATION,
    "RATE_LIMITED": Kind.LIMITED,
    "TOO_MANY_REQUESTS": Kind.LIMITED,
    BARE_REFUSAL: Kind.PERMISSION,
    "429": Kind.LIMITED,
    "FORBIDDEN": Kind.PERMISSION,
    "PERMISSION_DENIED": Kind.PERMISSION,
    "GRAPHQL_PARSE_FAILED": Kind.VALIDATION,
    "GRAPHQL_VALIDATION_FAILED": Kind.VALIDATION,
    "INTROSPECTION_DISABLED": Kind.VALIDATION,
}
TRANSIENT_CODES = {
    "500",
    "502",
    "503",
    "504",
    "INTERNAL_SERVER_ERROR",
    "SERVICE_UNAVAILABLE",
    "TIMEOUT",
}
# What Apollo gives to whatever a resolver raises, so that its own words count.
UNNAMED_CODE = "INTERNAL_SERVER_ERROR"
UNNAMED = re.compile(
    r"((internal server|unexpected) error|no message).{0,20}", re.IGNORECASE
)
# Before anything is resolved, so that a command was not carried out.
NOT_EXECUTED_CODES = {"401", "UNAUTHENTICATED"}
# How graphql-js words what a schema does not have.
INVALID = re.compile(
    r"cannot query field|unknown (argument|type|directive|fragment)|introspection"
    r"|must (not )?have a (sub)?selection|is not defined by type|but it was not provided"
    r"|required type .* was not provided|expected (value of )?type|does not exist in",
    re.IGNORECASE,
)
MISSING_FIELD = re.compile(
    r"cannot query field [\"'](\w+)[\"'] on type [\"'](\w+)[\"']", re.IGNORECASE
)
# A charging session, and the token that OCPI calls a card, are no matter of sign-in.
SIGN_IN = re.compile(
    r"unauthori[sz]ed|unauthenticated|not (authori[sz]ed|authenticated|logged in)"
    r"|authori[sz]ation (header|token|required|failed|is)|\bjwt\b"
    r"|\b(access|auth|bearer|refresh|session)[ _-]?token"
    r"|\btoken (has |is |was )?(not valid|invalid|expired|revoked|missing)"
    r"|\b(invalid|expired|missing|revoked|no) token"
    r"|(?<!charging )\bsession (has |is |was )?(not valid|invalid|expired)",
    re.IGNORECASE,
)


def kind_of(problem: Problem, *, by_code: bool = False) -> Kind:
    """Return what an error means.

    Args:
        problem: the error.
        by_code: whether only its code can say that the schema lacks something: what
            refuses a command may well use words of validation.
    """
    code = (problem.code or "").upper()
    if code in CODES:
        return CODES[code]
    if not by_code and not problem.path and INVALID.search(problem.message):
        return Kind.VALIDATION
    if SIGN_IN.search(problem.message):
        return Kind.SUSPECTED
    return Kind.TRANSIENT if code in TRANSIENT_CODES else Kind.OTHER


def _gravest(outcome: Outcome, document: str) -> tuple[Kind, Problem] | None:
    order = list(Kind)
    by_code = is_mutation(document) and _status(outcome) != HTTPStatus.BAD_REQUEST
    return min(
        ((kind_of(each, by_code=by_code), each) for each in outcome.problems),
        key=lambda found: order.index(found[0]),
        default=None,
    )


def is_mutation(document: str) -> bool:
    """Tell whether an operation changes something."""
    return document.lstrip().startswith(MUTATION)


def was_not_executed(outcome: Outcome) -> bool:
    """Tell whether a command was refused for its token, for certain before it was done."""
    if outcome.data is not None or any(problem.path for problem in outcome.problems):
        return False
    if _status(outcome) == HTTPStatus.UNAUTHORIZED:
        return True
    return any(
        (problem.code or "").upper() in NOT_EXECUTED_CODES
        for problem in outcome.problems
    )


def refuses_token(outcome: Outcome, *, is_old: bool) -> bool:
    """Tell whether another token may help to read.

    Args:
        outcome: of an operation that changes nothing.
        is_old: whether the token may have ended, so that a failure of the whole answer
            which nobody explains may be about it.
    """
    gravest = _gravest(outcome, "")
    kind = gravest[0] if gravest else Kind.OTHER
    if kind in {Kind.AUTHENTICATION, Kind.SUSPECTED}:
        # What one field says about tokens while others are there is its own matter.
        return outcome.data is None
    if _status(outcome) == HTTPStatus.UNAUTHORIZED:
        return kind in {Kind.TRANSIENT, Kind.OTHER}
    # A bare status says no more than that somebody, on the way perhaps, refused us.
    is_unexplained = kind is Kind.OTHER or (
        gravest is not None and gravest[1].code == BARE_REFUSAL
    )
    return is_old and is_unexplained and outcome.data is None and bool(outcome.problems)


def refusal(outcome: Outcome, document: str) -> ClientError | None:
    """Return the error that an outcome stands for; None where its data can be used."""
    failure, gravest = outcome.failure, _gravest(outcome, document)
    if gravest is None:
        return failure
    if outcome.data is not None and failure is None:
        return None
    kind, problem = gravest
    if kind is Kind.AUTHENTICATION:
        return NotPermittedError(problem.message, HTTPStatus.UNAUTHORIZED)
    if kind is Kind.PERMISSION:
        return NotPermittedError(problem.message, _status(outcome))
    if kind is Kind.VALIDATION:
        return _schema_changed(outcome, problem)
    if failure is not None and not (
        kind is Kind.SUSPECTED and isinstance(failure, ResponseError)
    ):
        return failure
    if kind is Kind.SUSPECTED:
        return _suspected(problem, document)
    if kind is Kind.LIMITED:
        return RateLimitedError(problem.message, None)
    if kind is Kind.TRANSIENT and not (is_mutation(document) and _speaks(problem)):
        return UnavailableError(problem.message, HTTPStatus.OK)
    return ResponseError(problem.message, HTTPStatus.OK)


def _speaks(problem: Problem) -> bool:
    """Tell whether an error says in words of its own why a command was not carried out."""
    return (problem.code or "").upper() == UNNAMED_CODE and not UNNAMED.fullmatch(
        problem.message
    )


def _status(outcome: Outcome) -> int | None:
    """Return the HTTP status of an answer that was no success."""
    match outcome.failure:
        case NotPermittedError() | ResponseError() | UnavailableError() as err:
            return err.status
    return None


def _suspected(problem: Problem, document: str) -> ClientError:
    """Return what it means that a message speaks of tokens, when a fresh one was sent."""
    if problem.path and is_mutation(document):
        # A command was looked at, so who sent it was known.
        return ResponseError(problem.message, HTTPStatus.OK)
    return NotPermittedError(
        problem.message, None if problem.path else HTTPStatus.UNAUTHORIZED
    )


def _schema_changed(outcome: Outcome, problem: Problem) -> SchemaChangedError:
    status = (
        outcome.failure.status if isinstance(outcome.failure, ResponseError) else 200
    )
    return SchemaChangedError(
        problem.message,
        status,
        frozenset(
            (found[2], found[1])
            for each in outcome.problems
            if (found := MISSING_FIELD.search(each.message))
        ),
    )
