"""Client credentials and access tokens of the simulated CPO API.

The vendor lets Amazon Cognito sign its clients in. What a client sends and gets is as the quickstart shows it; the
errors are Cognito's.
"""

from collections.abc import Mapping
import secrets

import jwt

from simulator.world.clock import Clock
from simulator.world.model import Json

from .options import BeenergisedCpoOptions

PATHS = ("/token", "/oauth2/token")
CLIENT_ID = "simulated-beenergised-cpo-client-id"
FIRST_CLIENT_SECRET = "simulated-beenergised-cpo-client-secret"  # noqa: S105 - made up, and meant to be read
ALGORITHM = "HS256"

# what a request carries, in one word; a valid token is "access" with the word Bearer before it and "bare" without
NONE, FORM, CLIENT, REVOKED, ACCESS, BARE, EXPIRED, UNKNOWN = (
    "none",
    "form",
    "client",
    "revoked",
    "access",
    "bare",
    "expired",
    "unknown",
)


class TokenError(Exception):
    """The token endpoint refuses; the text is its error code."""

    def __init__(self, code: str, description: str | None = None) -> None:
        """Say why."""
        super().__init__(code)
        self.code = code
        self.description = description

    def document(self) -> dict[str, Json]:
        """Return the body of the answer."""
        body: dict[str, Json] = {"error": self.code}
        if self.description is not None:
            body["error_description"] = self.description
        return body


class Tokens:
    """Issue and check tokens; what is valid is a matter of simulated time."""

    def __init__(self, clock: Clock, options: BeenergisedCpoOptions) -> None:
        """Begin with one client and a key of this process's own."""
        self._clock = clock
        self._options = options
        self._key = secrets.token_bytes(32)
        self._generation = 0
        self._issued = 0
        self._renewals = 0
        self._revoked = False
        self._old_secrets: set[str] = set()
        self.client_secret = FIRST_CLIENT_SECRET

    def expire(self) -> None:
        """Refuse every token issued so far."""
        self._generation += 1

    def revoke_client(self) -> None:
        """Refuse the client and every token issued to it, as if it had been deleted in the vendor's settings."""
        self._revoked = True
        self.expire()

    def renew_client_secret(self) -> str:
        """Make a new secret and refuse the old one; tokens live on, and a revoked client is one again."""
        self._old_secrets.add(self.client_secret)
        self._renewals += 1
        self.client_secret = f"{FIRST_CLIENT_SECRET}-{self._renewals + 1}"
        self._revoked = False
        return self.client_secret

    def issue(self, parameters: Mapping[str, str]) -> dict[str, Json]:
        """Return the answer to a request for a token.

        Raises:
            TokenError: if the client is not one, or wants another grant.
        """
        grant = parameters.get("grant_type")
        if not grant:
            raise TokenError("invalid_request")
        if grant != "client_credentials":
            raise TokenError("unsupported_grant_type")
        if parameters.get("client_id") != CLIENT_ID or self._revoked:
            raise TokenError("invalid_client")
        if parameters.get("client_secret") != self.client_secret:
            raise TokenError("invalid_client", "invalid_client_secret")
        lifetime = self._options.token_lifetime
        now = int(self._clock.now().timestamp())
        self._issued += 1
        claims = {
            "sub": CLIENT_ID,
            "token_use": "access",
            "scope": "cpoapi/all" if self._options.scope else "other/all",
            "client_id": CLIENT_ID,
            "iat": now,
            "exp": now + lifetime,
            # two tokens of the same second must not be the same
            "jti": str(self._issued),
            "generation": self._generation,
        }
        return {
            "access_token": jwt.encode(claims, self._key, algorithm=ALGORITHM),
            "expires_in": lifetime,
            "token_type": "Bearer",
        }

    def kind_of_client(self, query: Mapping[str, str]) -> str:
        """Return what a request for a token carries in its query."""
        if "client_id" not in query and "client_secret" not in query:
            return NONE
        if query.get("client_id") != CLIENT_ID:
            return UNKNOWN
        secret = query.get("client_secret")
        if secret in self._old_secrets or (
            self._revoked and secret == self.client_secret
        ):
            return REVOKED
        return CLIENT if secret == self.client_secret else UNKNOWN

    def kind_of_header(self, header: str) -> str:
        """Return what a request of the API carries in its Authorization header."""
        if not header:
            return NONE
        scheme, blank, token = header.partition(" ")
        if not blank:
            return self._kind_of_jwt(header, BARE)
        return (
            self._kind_of_jwt(token, ACCESS) if scheme.lower() == "bearer" else UNKNOWN
        )

    def _kind_of_jwt(self, token: str, good: str) -> str:
        """Return `good` if a JWT is valid at this simulated moment."""
        # PyJWT would compare with the real time
        options: jwt.types.Options = {
            "verify_exp": False,
            "verify_iat": False,
            "require": ["exp", "generation"],
        }
        try:
            claims = jwt.decode(
                token, self._key, algorithms=[ALGORITHM], options=options
            )
        except jwt.InvalidTokenError:
            return UNKNOWN
        fresh = (
            claims["generation"] == self._generation
            and self._clock.now().timestamp() < claims["exp"]
        )
        return good if fresh else EXPIRED
