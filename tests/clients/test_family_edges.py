"""Tests of when exactly a poll's part is asked again, and of all that is said of it."""

from datetime import UTC, datetime, timedelta
import logging

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    NotPermittedError,
    RateLimitedError,
    UnavailableError,
    UnconfirmedRefusalError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.reading.families import (
    Families,
    Family,
    FamilyKind,
    FamilyReport,
    FamilyState,
)

PRIMARY = FamilyKind(is_primary=True)
HOUR = timedelta(hours=1)
ODD = UnexpectedAnswerError("odd")
DENIED = NotPermittedError("no")
DOWN = UnavailableError("down")


class Part:
    """A family, and what it is answered; counts how often it was asked."""

    def __init__(
        self, families: Families, name: str = "extra", kind: FamilyKind | None = None
    ) -> None:
        """Join, with a usual answer."""
        self.family = Family[str](families, name, kind or FamilyKind())
        self.answer: str | ClientError = name
        self.asked = 0

    async def ask(self) -> str:
        """Answer, or fail."""
        self.asked += 1
        if isinstance(self.answer, ClientError):
            raise self.answer
        return self.answer

    async def read(self, answer: str | ClientError | None = None) -> str | None:
        """Have it read, with this answer from now on."""
        self.answer = answer or self.answer
        return await self.family.read(self.ask)


def at(**since: float) -> datetime:
    """Return a time from now."""
    return datetime.now(UTC) + timedelta(**since)


@pytest.mark.parametrize(
    ("error", "keep", "state", "is_denied"),
    [
        (ODD, False, "failing", False),
        (DENIED, False, "denied", True),
        (DOWN, False, "failing", False),
        (ODD, True, "kept", False),
        (DENIED, True, "kept", True),
    ],
)
async def test_a_whole_report(
    freezer: FrozenDateTimeFactory,
    error: ClientError,
    keep: bool,
    state: str,
    is_denied: bool,
) -> None:
    """Since when it is off, why, when it is asked again, and whether it was permitted."""
    families = Families("V")
    kind = FamilyKind(keep=HOUR) if keep else None
    part, other = Part(families, kind=kind), Part(families, "other")
    await other.read()
    assert part.family.report() is None
    assert await part.read("a") == "a"
    assert part.family.report() is None
    assert part.family.state == "fresh"
    assert part.family.answered_at == at()
    answered = at()
    freezer.tick(timedelta(minutes=1))
    assert await part.read(error) == ("a" if keep else None)
    since = at()
    report = FamilyReport(
        name="extra",
        state=FamilyState(state),
        reason=str(error),
        since=since,
        next_try=answered,
        is_denied=is_denied,
        is_optional=False,
    )
    assert families.off() == (report,)
    freezer.tick(timedelta(minutes=1))
    await part.read()
    [report] = families.off()
    assert (report.since, report.next_try) == (since, at(minutes=2))
    assert part.family.answered_at == answered


@pytest.mark.parametrize("is_optional", [False, True])
@pytest.mark.parametrize("was_read", [False, True])
@pytest.mark.parametrize("error", [ODD, DENIED])
async def test_whose_business_it_is(
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    is_optional: bool,
    was_read: bool,
    error: ClientError,
) -> None:
    """What was never permitted is no news where that may be so for good; all else is."""
    caplog.set_level(logging.INFO)
    families = Families("V")
    part = Part(families, kind=FamilyKind(is_optional=is_optional))
    if was_read:
        await part.read()
    await part.read(error)
    [report] = families.off()
    is_news = not (is_optional and error is DENIED and not was_read)
    assert report.is_optional is not is_news
    assert [record.getMessage() for record in caplog.records] == (
        [f"extra of V cannot be read for now: {error}"] if is_news else []
    )
    assert not report.lasts(at(hours=1, seconds=-1))
    assert report.lasts(at(hours=1)) is is_news


async def test_waits_of_a_part(freezer: FrozenDateTimeFactory) -> None:
    """The next poll, two minutes, then twice as long each time; success begins anew."""
    part = Part(Families("V"))
    for _ in range(2):
        await part.read("a")
        part.answer = ODD
        for wait in (0, 0, 120, 240, 480, 960, 1920, 3600, 3600):
            if wait:
                freezer.tick(wait - 1)
                before = part.asked
                await part.read()
                assert part.asked == before
                freezer.tick(1)
            before = part.asked
            await part.read()
            assert part.asked == before + 1
        freezer.tick(3600)


async def test_what_was_set_aside_begins_anew(freezer: FrozenDateTimeFactory) -> None:
    """It is asked at once when it is needed again, and its waits begin with the first."""
    families = Families("V")
    part = Part(families)
    for wait in (0, 0, 120, 240):
        freezer.tick(wait)
        await part.read(ODD)
    part.family.set_aside()
    assert not families.off()
    assert part.family.state is None
    assert part.family.error is None
    asked = part.asked
    for wait, times in ((0, 1), (0, 2), (119, 2), (1, 3), (239, 3), (1, 4)):
        freezer.tick(wait)
        await part.read()
        assert part.asked == asked + times
    assert await Part(families, "fresh").read() == "fresh"


async def test_what_is_fresh_is_not_set_aside() -> None:
    """A good answer stands, whatever is not needed now."""
    part = Part(Families("V"))
    await part.read("a")
    part.family.set_aside()
    assert part.family.answer == "a"
    assert part.family.state is FamilyState.FRESH


async def test_what_was_not_sent_costs_no_wait() -> None:
    """A refusal that is still to be confirmed sends nothing, and is no failure."""
    part = Part(Families("V"))
    for _ in range(4):
        await part.read(UnconfirmedRefusalError("who", 30))
    assert part.asked == 4


@pytest.mark.parametrize(
    ("wait", "is_pause"),
    [(None, False), (0, False), (59.9, False), (60, True), (61, True)],
)
async def test_from_when_on_a_limit_is_a_pause(
    freezer: FrozenDateTimeFactory, wait: float | None, is_pause: bool
) -> None:
    """Of a minute and more all is quiet; less is over by the next poll."""
    families = Families("V")
    limited, other = Part(families), Part(families, "other")
    await limited.read(RateLimitedError("slow", wait))
    assert families.quiet_for == (wait if is_pause else 0)
    assert await other.read() == (None if is_pause else "other")
    assert (families.limit is not None) is is_pause


async def test_a_pause_runs_down(freezer: FrozenDateTimeFactory) -> None:
    """The rest of a wait is what is said of it; it ends with the poll after it."""
    families = Families("V")
    stations = Part(families, "stations", PRIMARY)
    assert families.limit is None
    assert families.quiet_for == 0
    kept = Part(families, "kept", FamilyKind(keep=HOUR))
    await kept.read()
    await stations.read(RateLimitedError("slow", 300))
    for passed, rest in ((0, 300), (100, 200), (199, 1), (1, 0), (50, 0)):
        freezer.tick(passed)
        assert families.quiet_for == rest
        assert await kept.read() == "kept"
        limit = families.limit
        assert limit is not None
        assert (limit.message, limit.retry_after) == ("slow", rest)
        with pytest.raises(RateLimitedError) as caught:
            families.check()
        assert caught.value.retry_after == rest
        if rest:
            families.begin()
            assert families.limit is not None
    assert kept.asked == 1
    families.begin()
    assert families.limit is None
    assert families.quiet_for == 0
    await kept.read()
    assert kept.asked == 2


@pytest.mark.parametrize(
    ("wait", "quiet"), [(None, 0), (0, 0), (3599, 3599), (3601, 3600)]
)
async def test_a_pause_of_what_is_needed(
    freezer: FrozenDateTimeFactory, wait: float | None, quiet: float
) -> None:
    """Whatever it is, the rest of the poll is quiet; and never for more than an hour."""
    families = Families("V")
    stations, other = Part(families, "stations", PRIMARY), Part(families)
    await stations.read(RateLimitedError("slow", wait))
    assert families.quiet_for == quiet
    limit = families.limit
    assert limit is not None
    assert limit.retry_after == (None if wait is None else quiet)
    assert await other.read() is None
    assert other.asked == 0
    freezer.tick(quiet)
    families.begin()
    assert await other.read() == "extra"


async def test_only_what_is_needed_is_asked_in_a_pause() -> None:
    """A first look at another part waits; one at what is needed does not, but once."""
    families = Families("V")
    limited, never = Part(families), Part(families, "never asked")
    needed = Part(families, "stations", PRIMARY)
    await limited.read(RateLimitedError("slow", 300))
    assert await never.read() is None
    assert await needed.read() == "stations"
    assert await needed.read("later") is None
    assert (never.asked, needed.asked) == (0, 1)
    assert [report.name for report in families.off()] == ["extra"]


async def test_what_failed_before_a_pause_stays_so(
    freezer: FrozenDateTimeFactory,
) -> None:
    """A pause that another part met neither hides a failure nor makes it younger."""
    families = Families("V")
    odd, limited = Part(families, "odd"), Part(families, "limited")
    await odd.read(ODD)
    since = at()
    freezer.tick(60)
    await limited.read(RateLimitedError("slow", 300))
    await odd.read()
    assert [(it.name, it.reason, it.since) for it in families.off()] == [
        ("odd", "odd", since),
        ("limited", "slow", at()),
    ]
    assert odd.asked == 1


async def test_an_account_that_is_down_is_asked_at_each_poll(
    freezer: FrozenDateTimeFactory,
) -> None:
    """Polls are the waits of what is needed; but not of what is not permitted."""
    families = Families("V")
    stations = Part(families, "stations", PRIMARY)
    vehicles = Part(families, "vehicles", PRIMARY)
    extra = Part(families)
    for _ in range(5):
        freezer.tick(10)
        await stations.read(DOWN)
        await vehicles.read(DENIED)
        await extra.read(DOWN)
        with pytest.raises(UnavailableError) as caught:
            families.check()
        assert caught.value is DOWN
    assert (stations.asked, vehicles.asked, extra.asked) == (5, 2, 2)
    stations.answer = DENIED
    await stations.read()
    with pytest.raises(NotPermittedError):
        families.check()


async def test_what_fails_after_an_outage_is_said(
    freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """Only what failed while all was down is excused, and only once."""
    caplog.set_level(logging.INFO)
    families = Families("V")
    stations = Part(families, "stations", PRIMARY)
    extra = Part(families)
    for answer in ("a", DOWN, "b"):
        freezer.tick(60)
        await stations.read(answer)
        await extra.read(answer)
        try:
            families.check()
        except UnavailableError:
            assert answer is DOWN
    for number in range(3):
        freezer.tick(60)
        await stations.read("c")
        await extra.read(ODD)
        families.check()
        assert [it.name for it in families.off()] == ["extra"]
        assert extra.asked == (4, 5, 5)[number]
    assert [record.getMessage() for record in caplog.records] == [
        "extra of V cannot be read for now: odd"
    ]
    assert families.has_checks
    assert not Families("V").has_checks


async def test_nothing_that_is_needed_was_asked() -> None:
    """An account of which nothing was asked yet is not down for that."""
    families = Families("V")
    Part(families, "stations", PRIMARY)
    families.check()
    assert not families.off()


async def test_how_long_an_answer_stands(freezer: FrozenDateTimeFactory) -> None:
    """Up to the very moment; one that may not be kept is gone at once."""
    families = Families("V")
    kept = Part(families, kind=FamilyKind(keep=HOUR))
    gone = Part(families, "gone")
    for part in (kept, gone):
        assert part.family.answer is None
        await part.read("a")
    freezer.tick(HOUR - timedelta(seconds=1))
    for part in (kept, gone):
        await part.read(DOWN)
    assert (kept.family.answer, gone.family.answer) == ("a", None)
    freezer.tick(1)
    assert kept.family.answer is None
