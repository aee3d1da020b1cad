"""Who asks: a token in a header, renewed once when it is refused."""

from collections.abc import Awaitable, Iterable, Sequence
from typing import override

from aiohttp import hdrs

from ..errors import NotSentError, UnavailableError
from .http import Authorization, Refuses, Reply, Send
from .tokens import Token, TokenSource

BEARER = "Bearer {token}"


class TokenAuthorization(Authorization):
    """Adds the token; a refused one is renewed once and the request sent once more.

    A token that was renewed so just now is not renewed again: what refuses it lacks
    something else, and many such refusals in one poll would cost a token each. That
    does not hold for commands.
    """

    def __init__(
        self, tokens: TokenSource, *, spellings: Sequence[str] = (BEARER,)
    ) -> None:
        """Use the tokens of one account.

        Args:
            tokens: the account's tokens.
            spellings: of the header, where the vendor's documents disagree: each is
                tried, and the one that is accepted remembered.
        """
        self._tokens = tokens
        self._spellings = tuple(spellings)

    @property
    def age(self) -> float:
        """How long ago the token was fetched, in seconds; endless for one that was kept."""
        return self._tokens.age

    @property
    @override
    def secrets(self) -> Iterable[str]:
        """What must not stand in any message: the token."""
        return self._tokens.secrets

    @override
    async def authorize(self, send: Send, refuses: Refuses, *, is_read: bool) -> Reply:
        """Have a request sent with a token, and where that is refused with a fresh one."""
        token, generation = self._tokens.ready or await _before_sending(
            self._tokens.get()
        )
        first = self._spellings[0]
        reply = await send(_header(first, token))
        if not refuses(reply):
            return reply
        untried = self._spellings[1:]
        # For a command somebody waits, and another app may have ended a young token.
        if not (is_read and self._tokens.is_proven):
            token, _ = await _before_sending(self._tokens.renew(generation))
            untried = self._spellings
        for spelling in untried if is_read else untried[:1]:
            reply = await send(_header(spelling, token))
            if not refuses(reply):
                self._prefer(spelling)
                break
        return reply

    def _prefer(self, spelling: str) -> None:
        others = (other for other in self._spellings if other != spelling)
        self._spellings = (spelling, *others)


async def _before_sending(token: Awaitable[tuple[Token, int]]) -> tuple[Token, int]:
    """Make it certain that a request without a token was not sent, or not carried out."""
    try:
        return await token
    except NotSentError:
        raise
    except UnavailableError as err:
        raise NotSentError(err.message, err.status, err.retry_after) from err


def _header(spelling: str, token: Token) -> dict[str, str]:
    return {hdrs.AUTHORIZATION: spelling.format(token=token.value)}
