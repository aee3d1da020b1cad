"""What the requests of one account told beside their answers: how many, and the time."""

from collections import deque
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
import math
from time import monotonic

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, hdrs
from multidict import CIMultiDictProxy

HOUR = 3600.0
REMAINING_HEADER = "X-RateLimit-Remaining"
LIMIT_HEADER = "X-RateLimit-Limit"
# Some spell it so.
RETRY_SPELLINGS = (hdrs.RETRY_AFTER, "RetryAfter")
# A whole read that failed, repeat included, says that the cloud is down for now.
PATIENCE_AFTER = 60.0
# So many answers are compared before a clock is said to be off: an odd number, of which
# the one in the middle counts.
CLOCK_SAMPLES = 5


class VendorClock:
    """The time at the vendor, by the ``Date`` of its answers (RFC 9110, 6.6.1)."""

    def __init__(self) -> None:
        """Trust our own clock until the vendor has told its time."""
        self._offsets: deque[float] = deque(maxlen=CLOCK_SAMPLES)

    @property
    def offset(self) -> timedelta:
        """How far the vendor's clock is ahead of ours; zero where it is not known."""
        if len(self._offsets) < CLOCK_SAMPLES:
            return timedelta(0)
        return timedelta(seconds=sorted(self._offsets)[CLOCK_SAMPLES // 2])

    def now(self) -> datetime:
        """Return the time at the vendor."""
        return datetime.now(UTC) + self.offset

    def observe(self, date: str | None) -> None:
        """Take the ``Date`` of an answer that came just now."""
        moment = _read_date(date)
        if moment is not None:
            self._offsets.append((moment - datetime.now(UTC)).total_seconds())


class RequestLog:
    """Counts the requests of the last hour, as the innermost middleware.

    ``left`` is what the vendor last said is left of the hour's requests, ``limit`` how
    many it allows in all; None where it does not say. ``ours_then`` is how many of the
    hour's requests were ours when ``left`` was said. ``total`` is how many there were
    since the start. ``clock`` is the time at the vendor.
    """

    def __init__(self) -> None:
        """Start with none."""
        self._times: deque[float] = deque()
        self._down_since: float | None = None
        self.left: int | None = None
        self.limit: int | None = None
        self.ours_then = 0
        self.total = 0
        self.clock = VendorClock()

    async def __call__(
        self, request: ClientRequest, handler: ClientHandlerType
    ) -> ClientResponse:
        """Count a request and make it."""
        self._times.append(monotonic())
        self.total += 1
        self._forget()
        response = await handler(request)
        headers = response.headers
        self.clock.observe(headers.get(hdrs.DATE))
        if LIMIT_HEADER in headers:
            self.limit = _count(headers[LIMIT_HEADER]) or self.limit
        if REMAINING_HEADER in headers:
            left = _count(headers[REMAINING_HEADER])
            if left is not None:
                self.left, self.ours_then = left, len(self._times)
        return response

    @property
    def last_hour(self) -> int:
        """How many requests were made in the last hour."""
        self._forget()
        return len(self._times)

    @property
    def until_fewer(self) -> float:
        """Seconds until the oldest request of the last hour does not count any more."""
        self._forget()
        return self._times[0] + HOUR - monotonic() if self._times else 0.0

    @property
    def may_repeat(self) -> bool:
        """Whether a read that failed may succeed when it is repeated at once."""
        return (
            self._down_since is None or monotonic() - self._down_since >= PATIENCE_AFTER
        )

    def repeated(self, *, in_vain: bool) -> None:
        """Note what came of repeating a read that had failed."""
        self._down_since = monotonic() if in_vain else None

    def _forget(self) -> None:
        start = monotonic() - HOUR
        while self._times and self._times[0] < start:
            self._times.popleft()


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def retry_after(headers: CIMultiDictProxy[str]) -> float | None:
    """Read ``Retry-After``: seconds from now, or a date (RFC 9110, 10.2.3).

    Returns:
        Seconds, not below 0 and perhaps endless; None where it makes no sense.
    """
    value = next((headers[name] for name in RETRY_SPELLINGS if name in headers), None)
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        moment = _read_date(value)
        if moment is None:
            return None
        # The date is by the vendor's clock, which the same answer tells.
        now = _read_date(headers.get(hdrs.DATE)) or datetime.now(UTC)
        seconds = (moment - now).total_seconds()
    return None if math.isnan(seconds) else max(0.0, seconds)


@lru_cache(maxsize=8)
def _read_date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError, OverflowError:
        return None
