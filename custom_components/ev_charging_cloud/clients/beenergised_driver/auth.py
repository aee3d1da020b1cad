"""Signing in at be.ENERGISED as a driver, by pre-shared key, user name and password.

Source: the vendor's getting-started page. ``initSession`` with the key as bearer gives a
session token and a refresh token; ``refreshSession`` with the refresh token as bearer
gives the next two. How long they last is told differently in different places, so it is
never assumed: a refusal renews, and so does a known end, where the token says it.

Auth0 is the other way in: its access tokens come from a token source of the caller's, and
are sent as they are.
"""

from base64 import urlsafe_b64decode
import binascii
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
import re

from aiohttp import ClientSession
import msgspec
from msgspec import Struct
from yarl import URL

from ..errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
    UnknownTenantError,
    WrongKeyError,
    WrongPasswordError,
)
from ..transport.auth import RequestLog
from ..transport.graphql import arguments
from ..transport.graphql_errors import Kind, Outcome, kind_of, refusal
from ..transport.tokens import Token, TokenSource
from .api import endpoint

PAIR = "{ sessionToken refreshToken }"
REFRESH = f"mutation {{ refreshSession {PAIR} }}"
OF_KEY = re.compile(
    r"\b(psk|pre-?shared|(api|application)[ -]?key|client)\b", re.IGNORECASE
)
OF_USER = re.compile(
    r"user|password|e-?mail|credential|log ?in\b|contact|account", re.IGNORECASE
)


class SessionPair(Struct, frozen=True):
    """A session token, and the refresh token that gives the next pair."""

    session: str
    refresh: str | None = None


class _WirePair(Struct, frozen=True, rename="camel"):
    session_token: str | None = None
    refresh_token: str | None = None


class _Claims(Struct, frozen=True):
    exp: float | None = None
    sub: str | None = None


_PAIRS = msgspec.json.Decoder(dict[str, _WirePair | None])
_CLAIMS = msgspec.json.Decoder(_Claims)


class PskSignIn:
    """Keeps one driver's session, beginning a new one where the old one is lost."""

    def __init__(
        self,
        session: ClientSession,
        *,
        server: URL,
        psk: str,
        username: str,
        password: str,
        store: Callable[[SessionPair], Awaitable[None]],
        pair: SessionPair | None = None,
        requests: RequestLog | None = None,
    ) -> None:
        """Prepare to sign in; nothing is requested yet.

        Args:
            session: the caller's session.
            server: the operator's address.
            psk: the pre-shared key, which the operator makes.
            username: the driver's, usually an e-mail address.
            password: the driver's.
            store: keeps a pair for the next start; awaited before the pair is used.
            pair: the pair that was kept last.
            requests: counts the requests; None for a count of its own.
        """
        self._psk = psk
        self._login = {"username": username, "password": password}
        self._store = store
        self._pair = pair
        self.tokens = TokenSource(
            self._async_fetch, _token(pair.session) if pair else None
        )
        self._graphql = endpoint(
            session, server, secrets=lambda: self.secrets, requests=requests
        )

    @property
    def requests(self) -> RequestLog:
        """The requests made so far."""
        return self._graphql.requests

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in any message."""
        pair = self._pair
        return (
            self._psk,
            self._login["password"],
            *((pair.session, pair.refresh or "") if pair else ()),
        )

    async def async_sign_in(self) -> SessionPair:
        """Begin a new session, whatever there was before, and return its pair.

        Raises:
            WrongKeyError: the pre-shared key is refused.
            WrongPasswordError: the user name or the password is refused.
            UnknownTenantError: there is no such API at this address.
            ClientError: any other of its subclasses.
        """
        document = f"mutation {{ initSession({arguments(self._login)}) {PAIR} }}"
        outcome = await self._graphql.ask(document, self._psk)
        if outcome.data is None or outcome.failure is not None:
            raise _why_refused(outcome, document)
        wire = _read(outcome, "initSession")
        if wire is None:
            raise WrongPasswordError("no session was begun")
        return await self._async_keep(wire)

    async def _async_fetch(self) -> Token:
        pair = await self._async_refresh() or await self.async_sign_in()
        return _token(pair.session)

    async def _async_refresh(self) -> SessionPair | None:
        """Return the next pair; None where only a new session helps."""
        if self._pair is None or not self._pair.refresh:
            return None
        outcome = await self._graphql.ask(REFRESH, self._pair.refresh)
        error = refusal(outcome, REFRESH)
        if isinstance(error, RateLimitedError) or (
            isinstance(error, UnavailableError) and error.status != HTTPStatus.OK
        ):
            # It may be good still, and a new session could end another app's.
            raise error
        wire = None if error else _read(outcome, "refreshSession")
        return await self._async_keep(wire) if wire else None

    async def _async_keep(self, wire: _WirePair) -> SessionPair:
        if not wire.session_token:
            raise UnexpectedAnswerError("a session without a token")
        pair = SessionPair(wire.session_token, wire.refresh_token or None)
        await self._store(pair)
        self._pair = pair
        return pair


def _read(outcome: Outcome, field: str) -> _WirePair | None:
    if outcome.data is None:
        return None
    try:
        return _PAIRS.decode(outcome.data).get(field)
    except msgspec.MsgspecError:
        # Its text could quote a token.
        raise UnexpectedAnswerError(f"{field} answered oddly") from None


def _why_refused(outcome: Outcome, document: str) -> ClientError:
    """Return why no session was begun: the key, the user, or something else.

    Not documented: that the key is looked at before the operation, so that an error
    with the operation's path is about the user. What a message names counts more.
    """
    error = refusal(outcome, document) or UnexpectedAnswerError("no session was begun")
    problem = min(
        outcome.problems, key=lambda each: list(Kind).index(kind_of(each)), default=None
    )
    if isinstance(error, ResponseError) and error.status == HTTPStatus.NOT_FOUND:
        return UnknownTenantError(error.message, error.status)
    if problem is None:
        refused = isinstance(error, AuthenticationError | NotPermittedError)
        return WrongKeyError(error.message) if refused else error
    if kind_of(problem) is Kind.VALIDATION or isinstance(error, RateLimitedError):
        return error
    if OF_KEY.search(problem.message):
        return WrongKeyError(problem.message)
    if OF_USER.search(problem.message):
        return WrongPasswordError(problem.message)
    if isinstance(error, UnavailableError):
        return error
    return (WrongPasswordError if problem.path else WrongKeyError)(problem.message)


def subject(token: str) -> str:
    """Return who an access token is for (RFC 7519, 4.1.2); nobody if it tells not."""
    return _claims(token).sub or ""


def _token(value: str) -> Token:
    """Return a token with its end, if it is a JWT that tells one (RFC 7519, 4.1.4)."""
    try:
        expiry = _claims(value).exp
        ends = None if expiry is None else datetime.fromtimestamp(expiry, UTC)
    except OverflowError, OSError, ValueError:
        return Token(value=value)
    return Token(value=value, expires_at=ends)


def _claims(token: str) -> _Claims:
    """Read a token, which is not checked: it says nothing about what is permitted."""
    parts = token.split(".")
    if len(parts) != 3:
        return _Claims()
    try:
        return _CLAIMS.decode(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except binascii.Error, msgspec.MsgspecError, ValueError:
        return _Claims()
