"""Errors as the server writes them: with a code among the extensions, and in some cases an HTTP status."""

from collections.abc import Iterable

from graphql import GraphQLError

from simulator.world.model import Json

UNAUTHENTICATED = "UNAUTHENTICATED"
FORBIDDEN = "FORBIDDEN"
BAD_INPUT = "BAD_USER_INPUT"
NOT_FOUND = "NOT_FOUND"
INTERNAL = "INTERNAL_SERVER_ERROR"
VALIDATION = "GRAPHQL_VALIDATION_FAILED"

#: the codes of errors that something before the API answers with
CODE_OF_STATUS = {
    400: "BAD_REQUEST",
    401: UNAUTHENTICATED,
    403: FORBIDDEN,
    404: NOT_FOUND,
    429: "RATE_LIMITED",
}
MESSAGES = {
    400: "Bad request",
    401: "You are not authenticated",
    403: "You are not allowed to do this",
    404: "Not found",
    405: "Only POST is supported",
    429: "Too many requests",
}


class ApiError(GraphQLError):
    """An error that a resolver answers with. `status` is the HTTP status of the whole answer, if not 200."""

    def __init__(self, code: str, message: str, status: int = 200) -> None:
        """Name it."""
        super().__init__(message, extensions={"code": code})
        self.status = status


def unauthenticated(status: int, message: str = MESSAGES[401]) -> ApiError:
    """Return the error of a missing or wrong token."""
    return ApiError(UNAUTHENTICATED, message, status)


def status_of(errors: Iterable[GraphQLError]) -> int:
    """Return the HTTP status that the errors of an executed operation demand."""
    causes = (error.original_error for error in errors)
    return max(
        (cause.status for cause in causes if isinstance(cause, ApiError)), default=200
    )


def formatted(error: GraphQLError, code: str = INTERNAL) -> dict[str, Json]:
    """Return an error as JSON content, with this code if it has none."""
    content: dict[str, Json] = {"message": error.message}
    if error.locations:
        content["locations"] = [
            {"line": place.line, "column": place.column} for place in error.locations
        ]
    if error.path:
        content["path"] = list(error.path)
    content["extensions"] = {"code": code, **(error.extensions or {})}
    return content


def by_status(status: int, message: str | None = None) -> dict[str, Json]:
    """Return the body of an answer with an HTTP error."""
    return {
        "errors": [
            {
                "message": message or MESSAGES.get(status, "Internal server error"),
                "extensions": {"code": CODE_OF_STATUS.get(status, INTERNAL)},
            }
        ]
    }
