"""One budget per account: commands first, then live reads, then details.

Some vendors count the requests of the last hour and say how many are left, and other
applications of the same person may share them. A command is always sent. Live reads are
spread ever wider as the hour's requests run out, so that some are left for commands and
for others: for as many commands as an hour has where they go on as they came of late.
Details are read only while there are plenty.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

from ..errors import ClientError
from .requests import HOUR, RequestLog

# Shares of the hour's requests that may be used, by all applications together: by live
# reads, by those that show what a command has done, and by details.
LIVE_SHARE = 0.9
AFTER_COMMAND_SHARE = 0.95
DETAILS_SHARE = 0.6
# So long after a command, reads show what it has done.
AFTER_COMMAND = 60.0
# So many seconds of commands tell how many an hour has; a few at once are no rate.
OF_LATE, SHORTEST_RATE = 600.0, 300.0
# However little is left, it has to be asked now and then how much that is.
LONGEST_WAIT = 900.0
# A timer may come a little early.
SLACK = 0.5


class Budget:
    """Says when the requests of one account may be made."""

    def __init__(self, requests: RequestLog, hourly: int) -> None:
        """Begin with nothing read.

        Args:
            requests: counts the account's requests.
            hourly: how many an hour may have, where the vendor's answers do not say.
        """
        self._requests = requests
        self._hourly = hourly
        self._polled_at: float | None = None
        self._commands: deque[float] = deque()

    @property
    def limit(self) -> int:
        """How many requests an hour may have."""
        return self._requests.limit or self._hourly

    @property
    def used(self) -> int:
        """How many of the last hour's requests are used up, by us and by others."""
        others = 0
        if self._requests.left is not None:
            others = self.limit - self._requests.left - self._requests.ours_then
        return self._requests.last_hour + max(0, others)

    @property
    def has_plenty(self) -> bool:
        """Whether there are requests to spare for details."""
        return self.used < DETAILS_SHARE * self.limit

    def may_read(self, count: int) -> bool:
        """Tell whether some requests may be made that are no live poll."""
        return self.used + count <= LIVE_SHARE * self.limit

    def begin_poll(self) -> None:
        """Note that a live poll begins."""
        self._polled_at = monotonic()

    def note_command(self) -> None:
        """Note that a command is given: what it has done may be read sooner."""
        self._commands.append(monotonic())

    def wait_before_poll(self, count: int) -> float:
        """Return the seconds until a live poll may be made; 0 for now.

        Args:
            count: how many requests the poll takes.
        """
        if self._polled_at is None:
            return 0.0
        wait = self._polled_at + self._distance(count) - monotonic()
        if self._requests.last_hour + count > AFTER_COMMAND_SHARE * self.limit:
            wait = max(wait, self._requests.until_fewer)
        return wait if wait > SLACK else 0.0

    def _distance(self, count: int) -> float:
        """Return the seconds between two polls.

        The first half of the hour's requests is free. Then polls come as fast as would
        use up what is left in two thirds of an hour, so that they level off.
        """
        room = self.limit * (
            AFTER_COMMAND_SHARE if self._follows_command() else LIVE_SHARE
        )
        free = room - self.used - count - self._expected()
        if free >= room / 2:
            return 0.0
        if free <= 0:
            return LONGEST_WAIT
        return min(LONGEST_WAIT, HOUR * count / (1.5 * free))

    def _expected(self) -> float:
        """Return how many commands an hour has, if they go on as they came of late."""
        now = monotonic()
        while self._commands and self._commands[0] < now - OF_LATE:
            self._commands.popleft()
        if len(self._commands) < 2:
            return 0.0
        seconds = max(SHORTEST_RATE, now - self._commands[0])
        return (len(self._commands) - 1) * HOUR / seconds

    def _follows_command(self) -> bool:
        return bool(self._commands) and monotonic() - self._commands[-1] < AFTER_COMMAND


class Joined[AnswerT]:
    """One read for all who ask while another is under way.

    What is under way may have begun before the change that somebody wants to see. So
    those who come later wait for the next read, and share it.
    """

    _answer: AnswerT

    def __init__(self, read: Callable[[], Awaitable[AnswerT]]) -> None:
        """Join those who want the same read."""
        self._read = read
        self._lock = asyncio.Lock()
        self._asked = 0
        self._answered = 0
        self._error: ClientError | None = None

    async def ask(self) -> AnswerT:
        """Return the answer of a read that begins from now on.

        Raises:
            ClientError: the read failed, for all who share it.
        """
        self._asked += 1
        mine = self._asked
        async with self._lock:
            if self._answered < mine:
                await self._answer_all()
            if self._error is not None:
                raise self._error.with_traceback(None)
            return self._answer

    async def _answer_all(self) -> None:
        so_far = self._asked
        try:
            self._answer = await self._read()
        except ClientError as err:
            self._error = err
        else:
            self._error = None
        self._answered = so_far
