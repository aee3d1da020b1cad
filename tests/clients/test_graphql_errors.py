"""Tests of what each error of GraphQL means: its kind, and all that is said of it."""

from msgspec import Raw
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    SchemaChangedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.transport.graphql_errors import (
    Kind,
    Outcome,
    Problem,
    is_mutation,
    kind_of,
    refusal,
    refuses_token,
    was_not_executed,
)

QUERY, COMMAND = "query { a }", "\n mutation { start }"
DATA = Raw(b"{}")
BY_CODE = {
    Kind.AUTHENTICATION: (
        *("401", "AUTHENTICATION_ERROR", "AUTHENTICATION_REQUIRED", "INVALID_TOKEN"),
        *("SESSION_EXPIRED", "TOKEN_EXPIRED", "UNAUTHENTICATED", "UNAUTHORIZED"),
    ),
    Kind.LIMITED: ("429", "RATE_LIMITED", "TOO_MANY_REQUESTS"),
    Kind.PERMISSION: ("403", "FORBIDDEN", "PERMISSION_DENIED"),
    Kind.VALIDATION: (
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "INTROSPECTION_DISABLED",
    ),
    Kind.TRANSIENT: (
        *("500", "502", "503", "504"),
        *("INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE", "TIMEOUT"),
    ),
    Kind.OTHER: ("NOT_FOUND", "BAD_USER_INPUT", "501", ""),
}
# As graphql-js words them.
INVALID = (
    'Cannot query field "a" on type "Query".',
    'Unknown argument "x" on field "Query.a".',
    'Unknown type "X".',
    'Unknown directive "@x".',
    'Unknown fragment "F".',
    "GraphQL introspection is not allowed",
    'Field "a" of type "T" must have a selection of subfields.',
    'Field "a" must not have a selection since type "Int" has no subfields.',
    'Field "a" of type "T" must have a subselection',
    'Field "x" is not defined by type "I".',
    'Argument "x" of type "Int!" is required, but it was not provided.',
    'Field "x" of required type "Int!" was not provided.',
    'Expected value of type "Int", found "a".',
    'Expected type "Int", found "a".',
    'Value "X" does not exist in "E" enum.',
)
SIGN_IN = (
    *("Unauthorized", "unauthorised request", "UNAUTHENTICATED"),
    *("You are not authorized", "not authorised", "not authenticated", "Not logged in"),
    *("Authorization header", "authorisation token", "authorization required"),
    *("Authorization failed", "The authorization is over", "jwt malformed"),
    *(
        "the access token",
        "auth-token",
        "Bearer token",
        "refresh_token",
        "sessionToken",
    ),
    *("Token not valid", "token is invalid", "token has expired", "token was revoked"),
    *("token missing", "Invalid token", "expired token", "missing token"),
    *("revoked token", "No token", "Session expired", "session is not valid"),
    *("session was invalid", "Your session has expired"),
)
OTHER = (
    *("Charging session expired", "charging session is not valid", "sessions"),
    *("Token of the card", "broken token", "jwtx", "the authorization of a card"),
    *("Station is not available", "authorize first", ""),
)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(code, kind) for kind, codes in BY_CODE.items() for code in codes],
)
def test_codes(code: str, kind: Kind) -> None:
    """A code says what an error is, in capitals or not, whatever else is said."""
    assert kind_of(Problem(message="Something", code=code)) is kind
    assert kind_of(Problem(message="Something", code=code.lower())) is kind
    if kind not in {Kind.TRANSIENT, Kind.OTHER}:
        assert kind_of(Problem(message="Unauthorized", code=code, path=("a",))) is kind


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        *((message, Kind.VALIDATION) for message in INVALID),
        *((message, Kind.SUSPECTED) for message in SIGN_IN),
        *((message, Kind.OTHER) for message in OTHER),
    ],
)
def test_messages(message: str, kind: Kind) -> None:
    """Words tell what no code does; those of validation only of a whole document."""
    assert kind_of(Problem(message=message)) is kind
    assert kind_of(Problem(message=message.upper())) is kind
    odd = kind if kind is Kind.SUSPECTED else Kind.OTHER
    assert kind_of(Problem(message=message), by_code=True) is odd
    assert kind_of(Problem(message=message, path=("a",))) is odd
    busy = Problem(message=message, code="TIMEOUT", path=("a",))
    assert kind_of(busy) is (odd if kind is Kind.SUSPECTED else Kind.TRANSIENT)


def test_kinds_by_gravity() -> None:
    """Of several errors the gravest counts: sign-in, then limits, permission, the schema."""
    assert [*Kind] == [
        *(Kind.AUTHENTICATION, Kind.SUSPECTED, Kind.LIMITED, Kind.PERMISSION),
        *(Kind.VALIDATION, Kind.TRANSIENT, Kind.OTHER),
    ]


def test_where_an_error_is() -> None:
    """The fields that lead there, without the places in lists."""
    assert Problem(message="x", path=("b", "data", "0", "cost")).field == "b.data.cost"
    assert Problem(message="x").field == ""


def test_what_is_a_command() -> None:
    """What begins so, after any blanks."""
    assert is_mutation(COMMAND)
    assert is_mutation("mutation M { a }")
    assert not is_mutation(QUERY)
    assert not is_mutation("query mutation { a }")


AUTH = Problem(message="who", code="UNAUTHENTICATED")
LIMIT = Problem(message="slow", code="RATE_LIMITED")
DENIED = Problem(message="no", code="FORBIDDEN")
INVALID_FIELD = Problem(message='Cannot query field "x" on type "Cp"')
INVALID_OTHER = Problem(message="Cannot query field 'y' on type 'Z'", code="?")
TOKEN = Problem(message="Invalid token")
TOKEN_THERE = Problem(message="Invalid token", path=("a",))
BUSY = Problem(message="Internal server error", code="INTERNAL_SERVER_ERROR")
SPEAKS = Problem(message="The station is offline", code="internal_server_error")
UPSTREAM = Problem(message="Upstream timed out", code="TIMEOUT")
ODD = Problem(message="odd", code="NOT_FOUND")
STATUS_400 = ResponseError("HTTP 400", 400)
STATUS_401 = NotPermittedError("HTTP 401", 401)
STATUS_429 = RateLimitedError("HTTP 429", 9.0)
STATUS_503 = UnavailableError("HTTP 503", 503)


def _said(err: ClientError | None) -> object:
    """Return all that an error tells."""
    return err and (type(err), err.message, {**vars(err), "message": None})


@pytest.mark.parametrize(
    ("outcome", "document", "error"),
    [
        (Outcome(data=DATA), QUERY, None),
        (Outcome(data=DATA, problems=(AUTH,)), QUERY, None),
        (Outcome(failure=STATUS_503), QUERY, STATUS_503),
        (
            Outcome(data=DATA, problems=(ODD,), failure=STATUS_503),
            QUERY,
            STATUS_503,
        ),
        (Outcome(problems=(ODD, AUTH)), QUERY, NotPermittedError("who", 401)),
        (
            Outcome(problems=(AUTH,), failure=STATUS_503),
            QUERY,
            NotPermittedError("who", 401),
        ),
        (Outcome(problems=(BUSY, DENIED)), QUERY, NotPermittedError("no", None)),
        (
            Outcome(problems=(DENIED,), failure=STATUS_400),
            QUERY,
            NotPermittedError("no", 400),
        ),
        (
            Outcome(problems=(DENIED,), failure=STATUS_401),
            QUERY,
            NotPermittedError("no", 401),
        ),
        (
            Outcome(problems=(DENIED,), failure=STATUS_503),
            QUERY,
            NotPermittedError("no", 503),
        ),
        (
            Outcome(problems=(DENIED,), failure=STATUS_429),
            QUERY,
            NotPermittedError("no", None),
        ),
        (
            Outcome(problems=(INVALID_FIELD, INVALID_OTHER)),
            QUERY,
            SchemaChangedError(
                INVALID_FIELD.message, 200, frozenset({("Cp", "x"), ("Z", "y")})
            ),
        ),
        (
            Outcome(problems=(ODD, INVALID_FIELD), failure=STATUS_400),
            COMMAND,
            SchemaChangedError(INVALID_FIELD.message, 400, frozenset({("Cp", "x")})),
        ),
        (
            Outcome(problems=(INVALID_FIELD,), failure=STATUS_503),
            QUERY,
            SchemaChangedError(INVALID_FIELD.message, 200, frozenset({("Cp", "x")})),
        ),
        (
            Outcome(problems=(INVALID_FIELD,)),
            COMMAND,
            ResponseError(INVALID_FIELD.message, 200),
        ),
        (Outcome(problems=(LIMIT, DENIED)), QUERY, RateLimitedError("slow", None)),
        (Outcome(problems=(LIMIT,), failure=STATUS_429), QUERY, STATUS_429),
        (Outcome(problems=(TOKEN,)), QUERY, NotPermittedError("Invalid token", 401)),
        (
            Outcome(problems=(TOKEN_THERE,)),
            QUERY,
            NotPermittedError("Invalid token", None),
        ),
        (
            Outcome(problems=(TOKEN,), failure=STATUS_400),
            QUERY,
            NotPermittedError("Invalid token", 401),
        ),
        (Outcome(problems=(TOKEN,), failure=STATUS_503), QUERY, STATUS_503),
        (Outcome(problems=(TOKEN,), failure=STATUS_401), QUERY, STATUS_401),
        (Outcome(problems=(TOKEN,)), COMMAND, NotPermittedError("Invalid token", 401)),
        (
            Outcome(problems=(TOKEN_THERE,)),
            COMMAND,
            ResponseError("Invalid token", 200),
        ),
        (Outcome(problems=(BUSY,)), QUERY, UnavailableError(BUSY.message, 200)),
        (Outcome(problems=(BUSY,)), COMMAND, UnavailableError(BUSY.message, 200)),
        (Outcome(problems=(SPEAKS,)), QUERY, UnavailableError(SPEAKS.message, 200)),
        (Outcome(problems=(SPEAKS,)), COMMAND, ResponseError(SPEAKS.message, 200)),
        (
            Outcome(problems=(UPSTREAM,)),
            COMMAND,
            UnavailableError(UPSTREAM.message, 200),
        ),
        (Outcome(problems=(ODD,)), QUERY, ResponseError("odd", 200)),
        (Outcome(problems=(ODD,), failure=STATUS_400), QUERY, STATUS_400),
        (Outcome(problems=(BUSY,), failure=STATUS_503), QUERY, STATUS_503),
    ],
)
def test_what_an_outcome_stands_for(
    outcome: Outcome, document: str, error: ClientError | None
) -> None:
    """Whole: which error, its words, its status and what else it keeps."""
    assert _said(refusal(outcome, document)) == _said(error)


@pytest.mark.parametrize(
    ("message", "is_unnamed"),
    [
        ("Internal server error", True),
        ("INTERNAL SERVER ERROR (code 4711-abcdef)", True),
        ("Internal server error at the station called Yard", False),
        ("Unexpected error.", True),
        ("unexpected error", True),
        ("no message", True),
        ("no message for whom it concerns", False),
        ("no message error", True),
        ("An unexpected error", False),
    ],
)
def test_words_without_meaning(message: str, is_unnamed: bool) -> None:
    """What a server says of all its failures leaves open whether a command was done."""
    problem = Problem(message=message, code="INTERNAL_SERVER_ERROR")
    error = refusal(Outcome(problems=(problem,)), COMMAND)
    assert type(error) is (UnavailableError if is_unnamed else ResponseError)


@pytest.mark.parametrize(
    ("outcome", "is_certain"),
    [
        (Outcome(failure=STATUS_401), True),
        (Outcome(problems=(ODD,), failure=STATUS_401), True),
        (Outcome(problems=(TOKEN_THERE,), failure=STATUS_401), False),
        (Outcome(data=DATA, failure=STATUS_401), False),
        (Outcome(failure=NotPermittedError("x", 403)), False),
        (Outcome(problems=(AUTH,)), True),
        (Outcome(problems=(ODD, AUTH)), True),
        (Outcome(problems=(Problem(message="x", code="unauthenticated"),)), True),
        (Outcome(problems=(Problem(message="x", code="401"),)), True),
        (Outcome(problems=(Problem(message="x", code="INVALID_TOKEN"),)), False),
        (Outcome(problems=(Problem(message="x", code="401", path=("a",)),)), False),
        (Outcome(data=DATA, problems=(AUTH,)), False),
        (Outcome(problems=(TOKEN,)), False),
        (Outcome(), False),
    ],
)
def test_when_a_command_was_not_carried_out(outcome: Outcome, is_certain: bool) -> None:
    """Only where it was refused before all else, for want of a sign-in."""
    assert was_not_executed(outcome) is is_certain


BARE = Problem(message="x", code="403")


@pytest.mark.parametrize(
    ("outcome", "young", "old"),
    [
        (Outcome(problems=(AUTH,)), True, True),
        (Outcome(problems=(TOKEN,)), True, True),
        (Outcome(problems=(AUTH,), failure=STATUS_503), True, True),
        (Outcome(data=DATA, problems=(AUTH,)), False, False),
        (Outcome(data=DATA, problems=(TOKEN,)), False, False),
        (Outcome(failure=STATUS_401), True, True),
        (Outcome(problems=(ODD,), failure=STATUS_401), True, True),
        (Outcome(problems=(BUSY,), failure=STATUS_401), True, True),
        (Outcome(problems=(DENIED,), failure=STATUS_401), False, False),
        (Outcome(problems=(LIMIT,), failure=STATUS_401), False, False),
        (Outcome(problems=(ODD,)), False, True),
        (Outcome(problems=(BARE,)), False, True),
        (Outcome(problems=(DENIED,)), False, False),
        (Outcome(problems=(BUSY,)), False, False),
        (Outcome(problems=(INVALID_FIELD,)), False, False),
        (Outcome(data=DATA, problems=(ODD,)), False, False),
        (Outcome(failure=STATUS_503), False, False),
        (Outcome(problems=(ODD,), failure=STATUS_503), False, True),
        (Outcome(), False, False),
    ],
)
def test_when_another_token_may_help(outcome: Outcome, young: bool, old: bool) -> None:
    """What speaks of sign-in, and what nobody explains where a token is of some age."""
    assert refuses_token(outcome, is_old=False) is young
    assert refuses_token(outcome, is_old=True) is old


def test_an_error_without_a_status() -> None:
    """What was no answer of GraphQL at all stands for itself."""
    odd = UnexpectedAnswerError("HTTP 302", 302)
    assert refusal(Outcome(failure=odd), QUERY) is odd
    assert refusal(Outcome(problems=(ODD,), failure=odd), QUERY) is odd
