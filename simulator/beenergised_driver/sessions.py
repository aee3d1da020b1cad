"""The pre-shared key and the sessions that a sign-in with user name and password begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import hmac
import secrets

from simulator.world.clock import Clock

from .options import BeenergisedDriverOptions

FIRST_PSK = "simulated-beenergised-psk"
FIRST_PASSWORD = "simulated-driver-password"  # noqa: S105 - made up, and meant to be read
USERNAME = "driver@example.com"


@dataclass(slots=True)
class _Session:
    """A session token or a refresh token, and whether it was ended before its time."""

    session: int
    until: datetime
    dead: bool = False


class Sessions:
    """Issue and check what the pre-shared key's way of signing in gives, in simulated time."""

    def __init__(self, clock: Clock, options: BeenergisedDriverOptions) -> None:
        """Begin with one key, one user and no session."""
        self._clock = clock
        self._options = options
        self._psks = {FIRST_PSK: True}
        self._count = 0
        self._passwords = 1
        self._session_tokens: dict[str, _Session] = {}
        self._refresh_tokens: dict[str, _Session] = {}
        self.psk = FIRST_PSK
        self.username = USERNAME
        self.password = FIRST_PASSWORD

    # ---- asking

    def kind(self, token: str) -> str | None:
        """Return psk, session or refresh, valid or not; None is none of these."""
        if token in self._psks:
            return "psk"
        if token in self._session_tokens:
            return "session"
        return "refresh" if token in self._refresh_tokens else None

    def psk_valid(self, token: str) -> bool:
        """Return whether this is a key that may be used."""
        return self._psks.get(token, False)

    def session_valid(self, token: str) -> bool:
        """Return whether this is a session token that may be used."""
        return self._valid(self._session_tokens.get(token))

    def refresh_valid(self, token: str) -> bool:
        """Return whether this is a refresh token that may be used."""
        return self._valid(self._refresh_tokens.get(token))

    def knows(self, username: str, password: str) -> bool:
        """Return whether this is the user with their password."""
        return username.casefold() == self.username.casefold() and hmac.compare_digest(
            password.encode(), self.password.encode()
        )

    # ---- signing in

    def begin(self) -> tuple[str, str]:
        """Begin a session: return its session token and refresh token."""
        if self._options.one_session:
            self.end_sessions()
        self._count += 1
        return self._issue(self._count)

    def renew(self, token: str) -> tuple[str, str]:
        """Return a new pair for a valid refresh token; the old pair may not be used again."""
        session = self._refresh_tokens[token].session
        for known in (*self._session_tokens.values(), *self._refresh_tokens.values()):
            known.dead |= known.session == session
        return self._issue(session)

    # ---- for tests

    def expire_session_tokens(self) -> None:
        """Refuse every session token issued so far."""
        for session in self._session_tokens.values():
            session.dead = True

    def revoke_refresh_tokens(self) -> None:
        """Refuse every refresh token issued so far."""
        for session in self._refresh_tokens.values():
            session.dead = True

    def end_sessions(self) -> None:
        """Refuse every token issued so far."""
        self.expire_session_tokens()
        self.revoke_refresh_tokens()

    def revoke_psk(self) -> None:
        """Refuse the key from now on; sessions go on."""
        self._psks[self.psk] = False

    def renew_psk(self) -> str:
        """Make and return a new key; the old one is refused."""
        self.revoke_psk()
        self.psk = f"{FIRST_PSK}-{len(self._psks) + 1}"
        self._psks[self.psk] = True
        return self.psk

    def change_password(self) -> str:
        """Give the user another password, which tests what clients escape, and end their sessions."""
        self._passwords += 1
        self.password = f'simulated "driver" \\ pässword {self._passwords}'
        self.end_sessions()
        return self.password

    # ---- inside

    def _valid(self, session: _Session | None) -> bool:
        """Return whether a token may be used."""
        return (
            session is not None
            and not session.dead
            and self._clock.now() < session.until
        )

    def _issue(self, session: int) -> tuple[str, str]:
        """Return a new pair of tokens."""
        now, options = self._clock.now(), self._options
        token = f"simulated-session-{secrets.token_hex(16)}"
        refresh = f"simulated-refresh-{secrets.token_hex(16)}"
        self._session_tokens[token] = _Session(
            session, now + timedelta(seconds=options.session_lifetime)
        )
        self._refresh_tokens[refresh] = _Session(
            session, now + timedelta(seconds=options.refresh_lifetime)
        )
        return token, refresh
