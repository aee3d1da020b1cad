"""Codes, tokens and what became of them, in simulated time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import hmac
import secrets

from simulator.server.oauth import challenge_of
from simulator.world.clock import Clock

CODE_LIFETIME = timedelta(minutes=1)
ACCESS_LIFETIME = timedelta(hours=10)
#: what tokens are made of, so that nobody takes them for real ones
CODE, ACCESS, REFRESH = "simulated-code-", "simulated-access-", "simulated-refresh-"


class OAuthError(Exception):
    """An error answer of the token endpoint, as RFC 6749 names it."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        """Name it."""
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class Client:
    """An application as ev.energy has registered it. `everybody` is an organisation's, for all of its users."""

    client_id: str
    secret: str
    everybody: bool


@dataclass(frozen=True, slots=True)
class Code:
    """What a driver has allowed, until it is exchanged for tokens."""

    client: Client
    person: str
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """What an access or refresh token stands for. `person` is None with an organisation's client credentials."""

    client: Client
    person: str | None
    scopes: frozenset[str]
    grant: int
    until: datetime | None
    secretless: bool = False
    by_client: bool = False
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """Tokens that were given out."""

    grant_type: str
    scopes: frozenset[str]
    person: str | None
    time: datetime


@dataclass(frozen=True, slots=True)
class Revocation:
    """A request for revocation that was answered with 200; `token_type` is access, refresh or unknown."""

    token_type: str
    time: datetime


class Grants:
    """Everything that was granted."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing."""
        self._clock = clock
        self._codes: dict[str, Code] = {}
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, Token] = {}
        self._grants = 0
        self.issued: list[Issue] = []
        self.revoked: list[Revocation] = []

    # ---- codes

    def code(
        self,
        client: Client,
        person: str,
        scopes: frozenset[str],
        redirect_uri: str,
        challenge: str | None,
    ) -> str:
        """Return a new code."""
        code = CODE + secrets.token_hex(15)
        until = self._clock.now() + CODE_LIFETIME
        self._codes[code] = Code(client, person, scopes, redirect_uri, challenge, until)
        return code

    def take_code(
        self, code: str, client: Client, redirect_uri: str | None, verifier: str | None
    ) -> Code:
        """Return what a code stands for, once.

        Raises:
            OAuthError: if it is unknown, used, too old, or not this client's, or the verifier is wrong.
        """
        found = self._codes.pop(code, None)
        if found is None or found.client != client:
            raise OAuthError("invalid_grant", "The code is unknown or was used.")
        if self._clock.now() >= found.until:
            raise OAuthError("invalid_grant", "The code has expired.")
        if redirect_uri != found.redirect_uri:
            raise OAuthError("invalid_grant", "The redirect_uri is another one.")
        if found.challenge is None:
            if verifier is not None:
                raise OAuthError("invalid_grant", "The code has no challenge.")
            return found
        if verifier is None:
            raise OAuthError("invalid_request", "The code_verifier is missing.")
        if not hmac.compare_digest(challenge_of(verifier), found.challenge):
            raise OAuthError("invalid_grant", "The code_verifier does not match.")
        return found

    # ---- tokens

    def issue(
        self,
        grant_type: str,
        client: Client,
        person: str | None,
        scopes: frozenset[str],
        *,
        secretless: bool = False,
        grant: int | None = None,
        refresh: str | None = None,
    ) -> tuple[str, str | None]:
        """Return a new access token and a refresh token.

        Args:
            grant_type: as in the request.
            client: the application.
            person: who it is for.
            scopes: what it permits.
            secretless: whether the client has shown no secret.
            grant: which one is continued; None begins one.
            refresh: the refresh token to go on with; None makes one, if the grant type has them.
        """
        now = self._clock.now()
        if grant is None:
            self._grants += 1
            grant = self._grants
        by_client = grant_type == "client_credentials"
        token = Token(
            client, person, scopes, grant, now + ACCESS_LIFETIME, secretless, by_client
        )
        access = ACCESS + secrets.token_hex(15)
        self._access[access] = token
        if refresh is None and not by_client:
            refresh = REFRESH + secrets.token_hex(15)
            self._refresh[refresh] = replace(token, until=None)
        self.issued.append(Issue(grant_type, scopes, person, now))
        return access, refresh

    def find_access(self, text: str) -> Token | None:
        """Return what an access token stands for, dead or alive."""
        return self._access.get(text)

    def valid(self, token: Token) -> bool:
        """Return whether a token may still be used."""
        return not token.dead and (
            token.until is None or self._clock.now() < token.until
        )

    def take_refresh(
        self, text: str, client: Client, *, rotate: bool, reuse_ends_grant: bool
    ) -> Token:
        """Return what a refresh token stands for; with rotation it is used up by this.

        Raises:
            OAuthError: if it is unknown, used up, revoked, or not this client's.
        """
        token = self._refresh.get(text)
        if token is None or token.client != client:
            raise OAuthError("invalid_grant", "The refresh token is unknown.")
        if token.dead:
            if reuse_ends_grant:
                self._kill(token.grant)
            raise OAuthError("invalid_grant", "The refresh token is no longer valid.")
        if rotate:
            self._refresh[text] = replace(token, dead=True)
        return token

    def secretless(self, text: str) -> bool:
        """Return whether a refresh token was given to a client which has shown no secret."""
        token = self._refresh.get(text)
        return token is not None and token.secretless

    def revoke(self, text: str, client: Client) -> None:
        """End a token; a refresh token takes the access tokens of its grant along."""
        kind = "unknown"
        access, refresh = self._access.get(text), self._refresh.get(text)
        if access is not None and access.client == client:
            kind = "access"
            self._access[text] = replace(access, dead=True)
        elif refresh is not None and refresh.client == client:
            kind = "refresh"
            self._kill(refresh.grant)
        self.revoked.append(Revocation(kind, self._clock.now()))

    def expire_access(self) -> None:
        """End every access token."""
        self._end(self._access, self._access)

    def revoke_refresh(self) -> None:
        """End every refresh token."""
        self._end(self._refresh, self._refresh)

    def _kill(self, grant: int) -> None:
        """End all tokens of a grant."""
        for tokens in (self._access, self._refresh):
            self._end(tokens, [key for key, it in tokens.items() if it.grant == grant])

    @staticmethod
    def _end(tokens: dict[str, Token], keys: Iterable[str]) -> None:
        """End some tokens."""
        for key in list(keys):
            tokens[key] = replace(tokens[key], dead=True)
