"""What an HTTP status stands for. Statuses are plain integers: clouds make up their own."""

from http import HTTPStatus

from ..errors import (
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
)

REGISTERED = frozenset(status.value for status in HTTPStatus)
# Registered as the client's fault, though another try may well succeed.
PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


def is_success(status: int) -> bool:
    """Tell whether a request was carried out."""
    return 200 <= status < 300


def is_outage(status: int) -> bool:
    """Tell whether something on the way to the vendor's cloud failed, or the cloud did.

    Load balancers invent statuses (460, 499, 520 to 530); whatever nobody registered is
    no word of the vendor's.
    """
    return (
        status >= 500
        or status in PASSING
        or (status >= 400 and status not in REGISTERED)
    )


def error_of(status: int, message: str, wait: float | None = None) -> ClientError:
    """Return the error that a status stands for.

    Args:
        status: no success.
        message: what the vendor said, without secrets.
        wait: the vendor's ``Retry-After`` in seconds.
    """
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitedError(message, wait)
    if is_outage(status):
        return UnavailableError(message, status, wait)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return NotPermittedError(message, status)
    if status < HTTPStatus.BAD_REQUEST:
        return UnexpectedAnswerError(message, status)
    return ResponseError(message, status)
