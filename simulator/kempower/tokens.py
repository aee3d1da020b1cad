"""Refresh tokens and JWTs of the simulated ChargEye."""

from datetime import datetime, timedelta
import secrets

from aiohttp import web
import jwt

from simulator.world.clock import Clock

LIFETIME = timedelta(hours=8)
FIRST_REFRESH_TOKEN = "simulated-kempower-refresh-token"  # noqa: S105 - made up, and meant to be read
ALGORITHM = "HS256"

# what a request carries, in one word
NONE, REFRESH, REVOKED, ACCESS, EXPIRED, UNKNOWN = (
    "none",
    "refresh",
    "revoked",
    "access",
    "expired",
    "unknown",
)


class Tokens:
    """Issue and check tokens; what is valid is a matter of simulated time."""

    def __init__(self, clock: Clock) -> None:
        """Begin with one valid refresh token and a key of this process's own."""
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._generation = 0
        self._renewals = 0
        self._revoked: set[str] = set()
        self.refresh_token = FIRST_REFRESH_TOKEN

    def issue(self) -> tuple[str, datetime]:
        """Return a new JWT and until when it is valid."""
        now = self._clock.now()
        until = now + LIFETIME
        claims = {
            "sub": "simulated-user",
            "tenant": "tenant-a",
            "iat": int(now.timestamp()),
            "exp": int(until.timestamp()),
            "generation": self._generation,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM), until

    def revoke_refresh_token(self) -> None:
        """Refuse the refresh token from now on; JWTs got with it live on until they expire."""
        self._revoked.add(self.refresh_token)

    def renew_refresh_token(self) -> str:
        """Make a new refresh token and refuse the old one."""
        self.revoke_refresh_token()
        self._renewals += 1
        self.refresh_token = f"{FIRST_REFRESH_TOKEN}-{self._renewals + 1}"
        return self.refresh_token

    def expire_access_tokens(self) -> None:
        """Refuse every JWT issued so far."""
        self._generation += 1

    def kind(self, request: web.Request) -> str:
        """Return which credential a request carries."""
        header = request.headers.get("Authorization", "")
        scheme, _, token = header.partition(" ")
        if not header:
            return NONE
        if scheme.lower() != "bearer":
            return UNKNOWN
        if token in self._revoked:
            return REVOKED
        return REFRESH if token == self.refresh_token else self._kind_of_jwt(token)

    def _kind_of_jwt(self, token: str) -> str:
        """Return whether a JWT is valid at this simulated moment."""
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
        return ACCESS if fresh else EXPIRED
