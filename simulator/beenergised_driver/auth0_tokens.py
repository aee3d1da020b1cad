"""Codes, access tokens and refresh tokens of the Auth0-like server, in simulated time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import hmac
import secrets
from typing import cast

import jwt

from simulator.server.oauth import challenge_of
from simulator.world.clock import Clock

from .options import BeenergisedDriverOptions

CODE_LIFETIME = timedelta(minutes=10)
ALGORITHM = "HS256"
#: stands for the audience where the operator has not set one
ANY_AUDIENCE = "simulated-beenergised-api"
OFFLINE = "offline_access"


class Auth0Error(Exception):
    """An error answer of the token endpoint, as Auth0 writes it."""

    def __init__(self, error: str, description: str, status: int = 403) -> None:
        """Name it."""
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class Client:
    """An application; a public one has no secret."""

    client_id: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a driver has allowed."""

    number: int
    client: Client
    scopes: tuple[str, ...]
    audience: str | None
    redirect_uri: str
    challenge: str | None
    made: datetime


class Auth0Tokens:
    """Everything that the Auth0-like server has given out."""

    def __init__(self, clock: Clock, options: BeenergisedDriverOptions) -> None:
        """Begin with nothing, and a key of this process's own."""
        self._clock = clock
        self._options = options
        self._key = secrets.token_bytes(32)
        self._grants = 0
        self._generation = 0
        self._codes: dict[str, Grant] = {}
        self._opaque: set[str] = set()
        self._refresh: dict[str, Grant] = {}
        self._used: set[str] = set()
        self._revoked: set[int] = set()

    # ---- codes

    def code(
        self,
        client: Client,
        scopes: tuple[str, ...],
        audience: str | None,
        redirect_uri: str,
        challenge: str | None,
    ) -> str:
        """Return a new code."""
        self._grants += 1
        code = f"simulated-code-{secrets.token_hex(16)}"
        self._codes[code] = Grant(
            self._grants,
            client,
            scopes,
            audience,
            redirect_uri,
            challenge,
            self._clock.now(),
        )
        return code

    def take_code(
        self, code: str, client: Client, redirect_uri: str | None, verifier: str | None
    ) -> Grant:
        """Return what a code stands for, once.

        Raises:
            Auth0Error: if it is unknown, used, too old, or not this client's, or the verifier is wrong.
        """
        grant = self._codes.pop(code, None)
        if (
            grant is None
            or grant.client != client
            or self._clock.now() >= grant.made + CODE_LIFETIME
        ):
            raise Auth0Error("invalid_grant", "Invalid authorization code")
        if redirect_uri != grant.redirect_uri:
            raise Auth0Error(
                "invalid_grant",
                "The redirect URI is wrong. You sent another than in the authorization request.",
            )
        proof = None if verifier is None else challenge_of(verifier)
        if grant.challenge is not None and not hmac.compare_digest(
            proof or "", grant.challenge
        ):
            raise Auth0Error("invalid_grant", "Failed to verify code verifier")
        return grant

    # ---- tokens

    def access(self, grant: Grant) -> str:
        """Return a new access token: a JWT, or opaque if it is not for the operator's API."""
        wanted = self._options.auth0_audience
        if wanted is not None and grant.audience != wanted:
            token = f"simulated-opaque-{secrets.token_hex(16)}"
            self._opaque.add(token)
            return token
        now = self._clock.now()
        claims = {
            "iss": "simulated-auth0",
            "sub": "auth0|simulated-driver",
            "aud": grant.audience or ANY_AUDIENCE,
            "azp": grant.client.client_id,
            "scope": " ".join(grant.scopes),
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + self._options.auth0_lifetime,
            "generation": self._generation,
            "jti": secrets.token_hex(8),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def refresh(self, grant: Grant) -> str:
        """Return a new refresh token."""
        token = f"simulated-auth0-refresh-{secrets.token_hex(16)}"
        self._refresh[token] = grant
        return token

    def take_refresh(self, token: str, client: Client) -> Grant:
        """Return what a refresh token stands for; with rotation it is used up by this.

        Raises:
            Auth0Error: if it is unknown, used up, revoked, or not this client's.
        """
        grant = self._refresh.get(token)
        if grant is None or grant.client != client or grant.number in self._revoked:
            raise Auth0Error("invalid_grant", "Unknown or invalid refresh token.")
        if token in self._used:
            # Auth0 takes it for a stolen one and ends the whole family
            self._revoked.add(grant.number)
            raise Auth0Error("invalid_grant", "Unknown or invalid refresh token.")
        if self._options.auth0_rotates:
            self._used.add(token)
        return grant

    def knows(self, token: str) -> bool:
        """Return whether a token is an access token of this server, valid or not."""
        return token in self._opaque or self._claims(token) is not None

    def valid(self, token: str) -> bool:
        """Return whether the API takes an access token at this simulated moment."""
        claims = self._claims(token)
        if claims is None or claims["generation"] != self._generation:
            return False
        wanted = self._options.auth0_audience
        if wanted is not None and claims["aud"] != wanted:
            return False
        return self._clock.now().timestamp() < cast("int", claims["exp"])

    def _claims(self, token: str) -> dict[str, object] | None:
        """Return what a JWT of this server says; None is no such JWT."""
        # PyJWT would compare with the real time
        options: jwt.types.Options = {
            "verify_exp": False,
            "verify_iat": False,
            "verify_aud": False,
        }
        try:
            return jwt.decode(token, self._key, algorithms=[ALGORITHM], options=options)
        except jwt.InvalidTokenError:
            return None

    # ---- for tests

    def expire_access(self) -> None:
        """Refuse every access token issued so far."""
        self._generation += 1

    def revoke(self) -> None:
        """End every grant: no refresh token works any more; access tokens live on until they expire."""
        self._revoked.update(range(1, self._grants + 1))
        self._codes.clear()
