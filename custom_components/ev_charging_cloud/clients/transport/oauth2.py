"""Answers of OAuth 2 token endpoints (RFC 6749, 5.1 and 5.2)."""

from datetime import UTC, datetime
from http import HTTPStatus

import msgspec
from msgspec import Struct

from ..errors import (
    AuthenticationError,
    ClientError,
    UnexpectedAnswerError,
    UnprovenRefusalError,
)
from ..reading.lenient import Reader
from ..reading.moments import after
from .http import HttpClient, Reply
from .statuses import error_of
from .tokens import Token

# The words that refuse who asks; the others refuse what is asked, or how.
REFUSALS = frozenset(
    {"access_denied", "invalid_client", "invalid_grant", "unauthorized_client"}
)


class TokenAnswer(Struct, frozen=True):
    """A token as the endpoint gives it; ``expires_in`` is in seconds."""

    access_token: str
    expires_in: float | None = None
    refresh_token: str | None = None
    id_token: str | None = None


class TokenError(Struct, frozen=True):
    """A refusal, in the words of the specification."""

    error: str
    error_description: str | None = None


_ANSWER = Reader(TokenAnswer)
_ERROR = Reader(TokenError)


def read_token_error(body: bytes) -> str | None:
    """Return what an endpoint says about a refusal, for people."""
    error = _error(body)
    return (error.error_description or error.error) if error else None


def token_of(http: HttpClient, reply: Reply) -> Token:
    """Return the token of an endpoint's answer.

    Raises:
        AuthenticationError: the endpoint refuses the credential, in the specification's
            words.
        UnprovenRefusalError: something refused it, in no such words.
        UnexpectedAnswerError: there is no token in the answer.
        ClientError: any other of its subclasses.
    """
    if not reply.is_success:
        raise refusal_of(http, reply)
    answer = read_answer(reply.body)
    return Token(value=answer.access_token, expires_at=expiry(answer.expires_in))


def read_answer(body: bytes) -> TokenAnswer:
    """Return a good answer.

    Raises:
        UnexpectedAnswerError: there is no usable token in it.
    """
    try:
        answer = _ANSWER.read(body)
    except msgspec.MsgspecError:
        # Its text could quote a token.
        raise UnexpectedAnswerError("the token cannot be read") from None
    if not is_usable(answer.access_token):
        raise UnexpectedAnswerError("the token is none that can be sent")
    return answer


def is_usable(token: str) -> bool:
    """Tell whether a token can stand in a header."""
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def refusal_of(http: HttpClient, reply: Reply) -> ClientError:
    """Return what an endpoint's refusal means."""
    failure = http.error_of(reply)
    error = _error(reply.body)
    if reply.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
        if error is not None and error.error in REFUSALS:
            return AuthenticationError(failure.message)
        if reply.status == HTTPStatus.UNAUTHORIZED and reply.is_of_an_api:
            return UnprovenRefusalError(failure.message)
    if reply.status == HTTPStatus.FORBIDDEN:
        if error is not None and error.error in REFUSALS:
            return AuthenticationError(failure.message)
    if reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        # Who stands before the endpoint refuses us, not the credential.
        return error_of(HTTPStatus.SERVICE_UNAVAILABLE, failure.message)
    return failure


def word_of(reply: Reply) -> str | None:
    """Return the specification's word for a refusal; None without one."""
    error = _error(reply.body)
    return error.error if error else None


def expiry(expires_in: float | None) -> datetime | None:
    """Return when a token ends; None where that cannot be told."""
    if expires_in is None or expires_in <= 0:
        return None
    return after(datetime.now(UTC), expires_in)


def _error(body: bytes) -> TokenError | None:
    try:
        return _ERROR.read(body)
    except msgspec.MsgspecError:
        return None
