"""The parts of a poll that a vendor serves apart, each with a fate of its own.

A poll is a set of families: stations, locations, vehicles, sessions, a detail of one
object. One that fails costs its own values and nothing else. It is asked again, with
growing waits of at most an hour, and its last answer may stand for a while.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
import logging
from typing import Protocol

from msgspec import Struct

from ..errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
    UnavailableError,
)

_LOGGER = logging.getLogger(__name__)

# The first failure is asked about at the next poll; then the waits double.
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
# Polls are hardly closer than this: a shorter pause is over by the next one.
NO_PAUSE = 60.0
# A family that has been off for this long deserves a person's attention.
LASTING = timedelta(hours=1)


class FamilyState(StrEnum):
    """How it stands with a family."""

    FRESH = "fresh"
    KEPT = "kept"
    DENIED = "denied"
    FAILING = "failing"


class FamilyKind(Struct, frozen=True, kw_only=True):
    """How a family is treated.

    ``is_primary``: an account is unavailable only when none of these can be read.
    ``keep``: how long the last answer stands when there is no new one. ``is_optional``:
    many accounts may not read it for good, which is no news to a person.
    """

    is_primary: bool = False
    keep: timedelta = timedelta(0)
    is_optional: bool = False


class FamilyReport(Struct, frozen=True, kw_only=True):
    """How it stands with a family that is not fresh, and since when; for people.

    ``is_optional``: it was never permitted, as with many accounts for good.
    """

    name: str
    state: FamilyState
    reason: str
    since: datetime
    next_try: datetime
    is_denied: bool
    is_optional: bool

    def lasts(self, now: datetime) -> bool:
        """Tell whether it has been so for long enough to be a person's business."""
        return not self.is_optional and now - self.since >= LASTING


class Member(Protocol):
    """What is known of a family, whatever its answers are."""

    kind: FamilyKind
    state: FamilyState | None
    error: ClientError | None

    def forgive(self) -> None:
        """Ask again at the next poll."""

    def excuse(self, since: datetime) -> None:
        """Ask again at once; what failed since then failed with the account."""

    def say(self) -> None:
        """Name in the log, once, what cannot be read."""

    def report(self) -> FamilyReport | None:
        """Return how it stands; None where all is well."""


class Families:
    """The families of one account, by name, in the order in which they were asked."""

    def __init__(self, vendor: str) -> None:
        """Begin with none; a :class:`Family` joins by itself."""
        self.vendor = vendor
        self._all: dict[str, Member] = {}
        self._limit: RateLimitedError | None = None
        self._quiet_until: datetime | None = None
        self._is_limit_primary = False
        self._is_down = False
        self._up_at = datetime.now(UTC)

    def join(self, name: str, family: Member) -> None:
        """Take a family in."""
        self._all[name] = family

    def begin(self) -> None:
        """Begin a poll: what the vendor limited in the last one may be asked again."""
        now = datetime.now(UTC)
        if self._quiet_until is None or now >= self._quiet_until:
            self._limit = None
            self._quiet_until = None

    @property
    def limit(self) -> RateLimitedError | None:
        """The vendor's demand to slow down that holds now, with the rest of its wait."""
        limit, until = self._limit, self._quiet_until
        if limit is None or limit.retry_after is None or until is None:
            return limit
        rest = (until - datetime.now(UTC)).total_seconds()
        return RateLimitedError(limit.message, max(0.0, rest))

    def limit_of(self, family: Member) -> RateLimitedError | None:
        """Return the limit that keeps a family from being asked.

        What is not needed must not keep an account from starting: whether a primary
        family can be read is asked once all the same.
        """
        is_needed = family.kind.is_primary and family.state is None
        return None if is_needed and not self._is_limit_primary else self.limit

    def slow_down(self, err: RateLimitedError, family: Member) -> None:
        """Ask for nothing more in this poll, nor before the vendor's wait is over."""
        self._limit = err
        self._is_limit_primary = family.kind.is_primary
        wait = min(err.retry_after or 0.0, LONGEST_WAIT.total_seconds())
        self._quiet_until = datetime.now(UTC) + timedelta(seconds=wait)

    @property
    def quiet_for(self) -> float:
        """For how many seconds the vendor wants to be asked for nothing."""
        if self._quiet_until is None:
            return 0.0
        return max(0.0, (self._quiet_until - datetime.now(UTC)).total_seconds())

    def check(self) -> None:
        """Make sure that the account can be read at all.

        Raises:
            ClientError: none of the primary families could be read; the gravest reason,
                which is the caller's to say, once for all of them.
        """
        for family in self._all.values():
            if family.state is FamilyState.FRESH and family.kind.is_primary:
                self._go_on()
                return
        primary = self._primary()
        self._is_down = True
        if (limit := self.limit) is not None:
            raise limit
        for family in primary:
            # Nothing is up, so the polls themselves are the waits.
            family.forgive()
        errors = [family.error for family in primary if family.error is not None]
        if errors:
            raise min(errors, key=_is_about_permission)

    def _primary(self) -> list[Member]:
        return [family for family in self._all.values() if family.kind.is_primary]

    def _go_on(self) -> None:
        """Say what cannot be read of an account that can be read."""
        if self._is_down:
            self._is_down = False
            for family in self._all.values():
                family.excuse(self._up_at)
        self._up_at = datetime.now(UTC)
        for family in self._all.values():
            if family.error is not None:
                family.say()

    @property
    def has_checks(self) -> bool:
        """Whether the checks tell if a failure is that of the whole account."""
        return bool(self._primary())

    def off(self) -> tuple[FamilyReport, ...]:
        """Return how it stands with those that are not fresh."""
        return tuple(
            report
            for family in self._all.values()
            if family.error is not None and (report := family.report()) is not None
        )


def _is_about_permission(err: ClientError) -> bool:
    return isinstance(err, NotPermittedError)


class Family[AnswerT]:
    """One part of a poll."""

    # Whether it was not asked for the sake of a pause that another one met.
    _is_paused = False

    def __init__(self, families: Families, name: str, kind: FamilyKind) -> None:
        """Join an account's families; nothing is asked yet."""
        self._families = families
        self._name = name
        self.kind = kind
        self.state: FamilyState | None = None
        self.error: ClientError | None = None
        self._answer: AnswerT | None = None
        self._answered_at: datetime | None = None
        self._since = datetime.now(UTC)
        self._next_try = self._since
        self._failures = 0
        self._is_said = False
        families.join(name, self)

    @property
    def answer(self) -> AnswerT | None:
        """The last answer, as long as it stands; None without one."""
        if self.state is FamilyState.FRESH:
            return self._answer
        if self._answered_at is None or not self.kind.keep:
            return None
        age = datetime.now(UTC) - self._answered_at
        return self._answer if age < self.kind.keep else None

    @property
    def answered_at(self) -> datetime | None:
        """When the last answer came."""
        return self._answered_at

    async def read(self, ask: Callable[[], Awaitable[AnswerT]]) -> AnswerT | None:
        """Ask the vendor, unless it is too early, and return the answer that stands.

        Raises:
            AuthenticationError: the sign-in is refused, which concerns all families.
        """
        if (limit := self._families.limit_of(self)) is not None:
            self._pause(limit)
            return self.answer
        if datetime.now(UTC) < self._next_try:
            return self.answer
        try:
            answer = await ask()
        except AuthenticationError:
            raise
        except RateLimitedError as err:
            if (err.retry_after or 0.0) < NO_PAUSE and not self.kind.is_primary:
                # No pause to speak of, so it is this family's alone: others are read.
                self._fail(err)
            else:
                self._families.slow_down(err, self)
                self._stand(err)
        except ClientError as err:
            self._fail(err)
        else:
            self._succeed(answer)
        return self.answer

    def forgive(self) -> None:
        """Ask again at the next poll, whatever happened, unless it is not permitted."""
        if not isinstance(self.error, NotPermittedError):
            self._next_try = datetime.now(UTC)

    def set_aside(self) -> None:
        """Ask for nothing until it is needed again: what it failed of is no news then."""
        if self.state is not FamilyState.FRESH:
            self.state = self.error = None
            self._failures = 0
            self._next_try = datetime.now(UTC)

    def excuse(self, since: datetime) -> None:
        """Ask again at once; what failed since then failed with the account."""
        if self.kind.is_primary or self.state is FamilyState.FRESH:
            return
        if self._since >= since:
            self.set_aside()
        self._next_try = datetime.now(UTC)

    def say(self) -> None:
        """Name in the log, once, what cannot be read; an outage is not this one's to say."""
        err = self.error
        if err is None or self._is_said:
            return
        if self._is_no_news or isinstance(err, UnavailableError | RateLimitedError):
            return
        self._is_said = True
        _LOGGER.info(
            "%s of %s cannot be read for now: %s",
            self._name,
            self._families.vendor,
            err,
        )

    @property
    def _is_no_news(self) -> bool:
        """Whether it was never permitted, as with many accounts for good."""
        is_denied = self.state is FamilyState.DENIED
        return self.kind.is_optional and is_denied and self._answered_at is None

    def report(self) -> FamilyReport | None:
        """Return how it stands; None where all is well or nothing was asked."""
        if (
            self._is_paused
            or self.error is None
            or self.state is None
            or self.state is FamilyState.FRESH
        ):
            return None
        is_denied = self.state is FamilyState.DENIED
        return FamilyReport(
            name=self._name,
            state=FamilyState.KEPT if self.answer is not None else self.state,
            reason=self.error.message,
            since=self._since,
            next_try=self._next_try,
            is_denied=is_denied,
            is_optional=self._is_no_news,
        )

    def _succeed(self, answer: AnswerT) -> None:
        if self._is_said:
            _LOGGER.info(
                "%s of %s can be read again", self._name, self._families.vendor
            )
            self._is_said = False
        self.state = FamilyState.FRESH
        self.error = None
        self._answer = answer
        self._answered_at = self._since = self._next_try = datetime.now(UTC)
        self._failures = 0

    def _fail(self, err: ClientError) -> None:
        self._stand(err)
        if isinstance(err, UnavailableError) and err.is_local:
            # Nothing was sent, so there is nothing to be considerate about.
            return
        self._failures += 1
        if self._failures > 1:
            wait = FIRST_WAIT * 2 ** min(self._failures - 2, 10)
            self._next_try = datetime.now(UTC) + min(wait, LONGEST_WAIT)

    def _pause(self, limit: ClientError) -> None:
        """Note that nothing was asked, for the sake of a pause that another one met."""
        if self.state in {None, FamilyState.FRESH}:
            self.state, self.error = FamilyState.FAILING, limit
            self._is_paused = True

    def _stand(self, err: ClientError) -> None:
        """Note why there is no new answer."""
        if self._is_paused or self.state in {None, FamilyState.FRESH}:
            self._since = datetime.now(UTC)
        self._is_paused = False
        self.error = err
        self.state = (
            FamilyState.DENIED
            if isinstance(err, NotPermittedError)
            else FamilyState.FAILING
        )
        if not self._families.has_checks:
            self.say()


def lasting(reports: Iterable[FamilyReport], now: datetime) -> tuple[FamilyReport, ...]:
    """Return those that have been off for long enough to be a person's business."""
    return tuple(report for report in reports if report.lasts(now))
