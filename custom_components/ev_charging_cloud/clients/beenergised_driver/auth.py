"""Signing in at be.ENERGISED as a driver, by pre-shared key, user name and password.

Source: the vendor's getting-started page. ``initSession`` with the key as bearer gives a
session token and a refresh token; ``refreshSession`` with the refresh token as bearer
gives the next two. How long they last is told differently in different places, so it is
never assumed: a refusal renews, and so does a known end, where the token says it.

No document shows a refusal. One is taken for it where the API itself answers, with a
code that means it or in words that say so; whatever else comes instead of a session is
an outage.

Auth0 is the other way in: its access tokens come from a token source of the caller's, and
are sent as they are.
"""

from base64 import urlsafe_b64decode
import binascii
from collections.abc import Awaitable, Callable
from datetime import UTC
from http import HTTPStatus
import re
from time import monotonic

from aiohttp import ClientSession, hdrs
import msgspec
from msgspec import Struct
from yarl import URL

from ..errors import (
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
    UnknownTenantError,
    UnprovenRefusalError,
    WrongKeyError,
    WrongPasswordError,
)
from ..reading.lenient import Reader
from ..reading.moments import is_plausible, read_moment
from ..transport.auth import BEARER
from ..transport.graphql import arguments
from ..transport.graphql_errors import Kind, Outcome, Problem, kind_of, refusal
from ..transport.oauth2 import is_usable
from ..transport.requests import RequestLog
from ..transport.tokens import Refusals, Token, TokenSource
from .api import endpoint

PAIR = "{ sessionToken refreshToken }"
REFRESH = f"mutation {{ refreshSession {PAIR} }}"
OF_KEY = re.compile(
    r"\b(psk|pre-?shared|(api|application)[ -]?key|client)\b", re.IGNORECASE
)
OF_USER = re.compile(
    r"user|password|e-?mail|credential|log ?in\b|contact|account", re.IGNORECASE
)
# What refuses somebody, in whatever order the words come.
REFUSED = re.compile(
    r"\b(invalid|wrong|incorrect|bad|unknown|mismatch|denied|refused|rejected|revoked"
    r"|blocked|locked|disabled|expired)\b|(\bnot?|n't) .{0,10}\b(valid|match|known"
    r"|found|exist|correct|allowed|authori[sz]ed)",
    re.IGNORECASE,
)
# An API that cannot renew a session for so long, in seconds, may never do so again.
RENEWS_WITHIN = 600.0
OF_WHO = frozenset({Kind.AUTHENTICATION, Kind.PERMISSION, Kind.SUSPECTED})


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


_PAIRS = Reader(dict[str, _WirePair | None])
_CLAIMS = Reader(_Claims)


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
        refusals: Refusals | None = None,
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
            refusals: of this password so far; None while a person waits.
            requests: counts the requests; None for a count of its own.
        """
        self._psk = psk
        self._login = {"username": username, "password": password}
        self._store = store
        self._pair = pair
        self._stuck_since: float | None = None
        self.requests = requests or RequestLog()
        self.tokens = TokenSource(
            self._async_fetch,
            token_of(pair.session) if pair else None,
            refusals=refusals,
        )
        self._graphql = endpoint(
            session, server, secrets=lambda: self.secrets, requests=self.requests
        )

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
            UnprovenRefusalError: no session was begun, and nobody says why.
            UnknownTenantError: there is no such API at this address.
            ClientError: any other of its subclasses.
        """
        document = f"mutation {{ initSession({arguments(self._login)}) {PAIR} }}"
        outcome = await self._async_ask(document, self._psk)
        if (error := refusal(outcome, document)) is not None:
            raise _why_refused(outcome, error)
        wire = _read(outcome, "initSession")
        if wire is None:
            raise UnprovenRefusalError("no session was begun")
        return await self._async_keep(wire)

    async def _async_fetch(self) -> Token:
        pair = await self._async_refresh() or await self.async_sign_in()
        return token_of(pair.session)

    async def _async_refresh(self) -> SessionPair | None:
        """Return the next pair; None where only a new session helps."""
        if self._pair is None or not self._pair.refresh:
            return None
        outcome = await self._async_ask(REFRESH, self._pair.refresh)
        error = refusal(outcome, REFRESH)
        if isinstance(error, RateLimitedError | UnavailableError) or (
            error is not None and not outcome.problems
        ):
            if self._is_stuck(error):
                return None
            # It may be good still, and a new session could end another app's.
            raise _outage(error)
        wire = None if error else _read(outcome, "refreshSession")
        return await self._async_keep(wire) if wire else None

    def _is_stuck(self, error: ClientError) -> bool:
        """Tell whether the API itself has failed to renew this session for long."""
        if not isinstance(error, UnavailableError) or error.status != HTTPStatus.OK:
            return False
        now = monotonic()
        self._stuck_since = self._stuck_since or now
        return now - self._stuck_since >= RENEWS_WITHIN

    async def _async_ask(self, document: str, bearer: str) -> Outcome:
        headers: dict[str, str] = {hdrs.AUTHORIZATION: BEARER.format(token=bearer)}
        return await self._graphql.ask(document, headers=headers)

    async def _async_keep(self, wire: _WirePair) -> SessionPair:
        if not is_usable(wire.session_token or ""):
            raise UnexpectedAnswerError("a session without a token that can be sent")
        refresh = wire.refresh_token or ""
        pair = SessionPair(
            wire.session_token or "", refresh if is_usable(refresh) else None
        )
        await self._store(pair)
        self._pair = pair
        self._stuck_since = None
        return pair


def _read(outcome: Outcome, field: str) -> _WirePair | None:
    return _PAIRS.read(bytes(outcome.data)).get(field) if outcome.data else None


def _why_refused(outcome: Outcome, error: ClientError) -> ClientError:
    """Return why no session was begun: the key, the user, or something else.

    Not documented: that the key is looked at before the operation, so that an error
    with the operation's path is about the user. What a message names counts more.
    """
    if isinstance(error, ResponseError) and error.status == HTTPStatus.NOT_FOUND:
        return UnknownTenantError(error.message, error.status)
    if not outcome.problems:
        return _outage(error)
    if isinstance(outcome.failure, UnavailableError):
        return outcome.failure
    if isinstance(error, RateLimitedError | UnavailableError):
        return error
    problem = min(outcome.problems, key=lambda each: list(Kind).index(kind_of(each)))
    if not _refuses(problem):
        return error
    if OF_KEY.search(problem.message):
        return WrongKeyError(problem.message)
    if OF_USER.search(problem.message) or problem.path:
        return WrongPasswordError(problem.message)
    return WrongKeyError(problem.message)


def _refuses(problem: Problem) -> bool:
    """Tell whether the API says, by code or in words, that who signs in may not."""
    if kind_of(problem) in OF_WHO:
        return True
    message = problem.message
    is_about_who = OF_KEY.search(message) or OF_USER.search(message)
    return bool(is_about_who and REFUSED.search(message))


def _outage(error: ClientError) -> ClientError:
    """Return what it means that something else than the API refused."""
    if not isinstance(error, NotPermittedError):
        return error
    return UnavailableError(error.message, error.status)


def subject(token: str) -> str:
    """Return who an access token is for (RFC 7519, 4.1.2); nobody if it tells not."""
    return _claims(token).sub or ""


def token_of(value: str) -> Token:
    """Return a token with its end, if it is a JWT that tells one (RFC 7519, 4.1.4)."""
    ends = read_moment(_claims(value).exp)
    if ends is None or not is_plausible(ends):
        return Token(value=value)
    return Token(value=value, expires_at=ends.astimezone(UTC))


def _claims(token: str) -> _Claims:
    """Read a token, which is not checked: it says nothing about what is permitted."""
    parts = token.split(".")
    if len(parts) != 3:
        return _Claims()
    try:
        return _CLAIMS.read(urlsafe_b64decode(parts[1] + "=="))
    except binascii.Error, msgspec.MsgspecError, ValueError:
        return _Claims()
