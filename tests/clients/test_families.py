"""Tests of a poll's parts: each fails, waits, is kept and comes back by itself."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
import logging

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.reading.families import (
    Families,
    Family,
    FamilyKind,
    FamilyState,
    lasting,
)

HOUR = timedelta(hours=1)


class Vendor:
    """Answers what it is told to."""

    def __init__(self, *answers: str | ClientError) -> None:
        """Give these answers in turn, the last one for ever."""
        self.answers = list(answers)
        self.asked = 0

    async def ask(self) -> str:
        """Answer once."""
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, ClientError):
            raise answer
        return answer


def _family(
    families: Families, name: str = "stations", **kind: bool | timedelta
) -> Family[str]:
    return Family[str](families, name, FamilyKind(**kind))  # type: ignore[arg-type]  # by name


async def _polls(
    family: Family[str],
    vendor: Vendor,
    freezer: FrozenDateTimeFactory,
    seconds: Sequence[float],
) -> list[str | None]:
    answers = []
    for wait in seconds:
        freezer.tick(timedelta(seconds=wait))
        answers.append(await family.read(vendor.ask))
    return answers


async def test_a_failure_costs_one_poll(freezer: FrozenDateTimeFactory) -> None:
    """What failed once is asked for at the next poll."""
    vendor = Vendor("a", UnavailableError("gone"), "b")
    family = _family(Families("V"))
    assert await _polls(family, vendor, freezer, [60] * 3) == ["a", None, "b"]
    assert family.state is FamilyState.FRESH


async def test_waits_grow_up_to_an_hour(freezer: FrozenDateTimeFactory) -> None:
    """What fails again and again is asked for ever more rarely, but hourly."""
    vendor = Vendor(UnexpectedAnswerError("odd"))
    family = _family(Families("V"))
    moments = []
    for minute in range(6 * 60):
        before = vendor.asked
        await family.read(vendor.ask)
        if vendor.asked > before:
            moments.append(minute)
        freezer.tick(timedelta(minutes=1))
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert max(waits) == 60
    vendor.answers = ["back"]
    freezer.tick(HOUR)
    assert await family.read(vendor.ask) == "back"
    vendor.answers = [UnexpectedAnswerError("odd"), "back"]
    assert await _polls(family, vendor, freezer, [60, 60]) == [None, "back"]


async def test_an_answer_is_kept_for_a_while(freezer: FrozenDateTimeFactory) -> None:
    """The last answer stands for as long as its kind says, and no longer."""
    vendor = Vendor("a", NotPermittedError("no"))
    family = _family(Families("V"), keep=HOUR)
    await family.read(vendor.ask)
    freezer.tick(timedelta(minutes=59))
    assert await family.read(vendor.ask) == "a"
    report = family.report()
    assert report is not None
    assert (report.state, report.reason, report.is_denied) == ("kept", "no", True)
    freezer.tick(timedelta(minutes=2))
    assert await family.read(vendor.ask) is None
    report = family.report()
    assert report is not None
    assert report.state == "denied"


async def test_only_all_primary_ones_take_an_account_down() -> None:
    """One primary family that answers is enough; without any its reason is raised."""
    families = Families("V")
    stations = _family(families, "stations", is_primary=True)
    vehicles = _family(families, "vehicles", is_primary=True)
    extra = _family(families, "extra")
    families.begin()
    await stations.read(Vendor(UnavailableError("down")).ask)
    await vehicles.read(Vendor("car").ask)
    await extra.read(Vendor(UnavailableError("down")).ask)
    families.check()
    await vehicles.read(Vendor(NotPermittedError("no")).ask)
    with pytest.raises(UnavailableError, match="down"):
        families.check()


async def test_a_limit_ends_the_poll(freezer: FrozenDateTimeFactory) -> None:
    """After a demand to slow down nothing more is asked until the wait is over."""
    families = Families("V")
    first, second = Vendor(RateLimitedError("slow", 300)), Vendor("b")
    families.begin()
    stations = _family(families, "stations", is_primary=True)
    extra = _family(families, "extra")
    await stations.read(first.ask)
    await extra.read(second.ask)
    assert second.asked == 0
    with pytest.raises(RateLimitedError):
        families.check()
    freezer.tick(timedelta(seconds=200))
    families.begin()
    assert await extra.read(second.ask) is None
    freezer.tick(timedelta(seconds=101))
    families.begin()
    assert await extra.read(second.ask) == "b"


@pytest.mark.parametrize("wait", [None, 0, 17])
async def test_a_limit_without_a_pause_is_the_familys_alone(
    freezer: FrozenDateTimeFactory, wait: float | None
) -> None:
    """A part that is limited for ever, with no wait to speak of, costs only itself."""
    families = Families("V")
    extra = _family(families, "extra")
    stations = _family(families, "stations", is_primary=True)
    limited, good = Vendor(RateLimitedError("slow", wait)), Vendor("a")
    for _ in range(60):
        families.begin()
        assert await extra.read(limited.ask) is None
        assert await stations.read(good.ask) == "a"
        families.check()
        freezer.tick(timedelta(minutes=5))
    assert good.asked == 60
    # With growing waits: 5 h hold few tries.
    assert limited.asked <= 10
    assert extra.state is FamilyState.FAILING


async def test_a_limit_without_a_pause_of_what_is_needed() -> None:
    """Where a primary family meets it, nothing more is asked in that poll."""
    families = Families("V")
    first, second = Vendor(RateLimitedError("slow", None), "a"), Vendor("b")
    for answer in (None, "a"):
        families.begin()
        assert (
            await _family(families, "stations", is_primary=True).read(first.ask)
        ) == answer
        await _family(families, "extra").read(second.ask)
    assert second.asked == 1


async def test_what_waits_for_anothers_pause_is_no_news(
    freezer: FrozenDateTimeFactory,
) -> None:
    """What was not asked for the sake of a pause has not failed, however long that lasts."""
    families = Families("V")
    stations = _family(families, "stations", is_primary=True)
    limited, extra = _family(families, "limited"), _family(families, "extra", keep=HOUR)
    tariffs = _family(families, "tariffs")
    good, slow = Vendor("a"), Vendor("a", RateLimitedError("slow", 3000))
    denied = Vendor(NotPermittedError("no"))
    for _ in range(4):
        families.begin()
        await stations.read(good.ask)
        await tariffs.read(denied.ask)
        await limited.read(slow.ask)
        await extra.read(good.ask)
        families.check()
        freezer.tick(timedelta(minutes=51))
    assert extra.state is FamilyState.FAILING
    assert extra.answer is None
    names = {report.name for report in families.off()}
    assert names == {"limited", "tariffs"}
    families.begin()
    assert await extra.read(Vendor(UnavailableError("down")).ask) is None
    (report,) = [report for report in families.off() if report.name == "extra"]
    assert report.since == datetime.now(UTC)


async def test_what_is_not_needed_keeps_no_account_from_starting() -> None:
    """The first look at what is needed is made, whatever pause another part asked for."""
    families = Families("V")
    limited, answering = Vendor(RateLimitedError("slow", 300)), Vendor("a")
    await _family(families, "locations").read(limited.ask)
    stations = _family(families, "stations", is_primary=True)
    vehicles = _family(families, "vehicles", is_primary=True)
    families.begin()
    assert await stations.read(answering.ask) == "a"
    assert await vehicles.read(limited.ask) is None
    families.check()
    cars = _family(families, "cars", is_primary=True)
    assert await cars.read(answering.ask) is None
    assert await stations.read(answering.ask) is None
    assert answering.asked == 1


@pytest.mark.parametrize("wait", [float("inf"), 1e30])
async def test_an_endless_limit_lasts_an_hour(
    freezer: FrozenDateTimeFactory, wait: float
) -> None:
    """No vendor keeps us from asking for more than an hour."""
    families = Families("V")
    vendor = Vendor(RateLimitedError("slow", wait), "b")
    family = _family(families)
    await family.read(vendor.ask)
    freezer.tick(timedelta(minutes=61))
    families.begin()
    assert await family.read(vendor.ask) == "b"


async def test_a_refused_sign_in_is_not_the_familys() -> None:
    """That the credential is refused concerns everything, and is passed on."""
    family = _family(Families("V"))
    with pytest.raises(AuthenticationError):
        await family.read(Vendor(AuthenticationError("who")).ask)


async def test_what_lasts_is_a_persons_business(freezer: FrozenDateTimeFactory) -> None:
    """After an hour it is reported; but not what an account never was permitted."""
    families = Families("V")
    await _family(families, "stations").read(Vendor(NotPermittedError("no")).ask)
    await _family(families, "tariff", is_optional=True).read(
        Vendor(NotPermittedError("no scope")).ask
    )
    await _family(families, "prices", is_optional=True).read(
        Vendor(UnexpectedAnswerError("odd")).ask
    )
    assert {report.name for report in families.off()} == {
        "stations",
        "tariff",
        "prices",
    }
    assert not lasting(families.off(), datetime.now(UTC))
    freezer.tick(HOUR)
    reports = lasting(families.off(), datetime.now(UTC))
    assert [(report.name, report.reason) for report in reports] == [
        ("stations", "no"),
        ("prices", "odd"),
    ]


async def test_the_log_says_it_once(
    freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """A refusal and its end are a line each; an outage is the coordinator's to say."""
    caplog.set_level(logging.INFO)
    vendor = Vendor(NotPermittedError("no"))
    family = _family(Families("V"))
    await _polls(family, vendor, freezer, [3600] * 5)
    assert len(caplog.records) == 1
    vendor.answers = ["a", UnavailableError("down"), "b"]
    await _polls(family, vendor, freezer, [3600] * 3)
    assert len(caplog.records) == 2


async def test_an_account_that_is_down_is_not_the_familys_to_say(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What takes the whole account down has a line of its own, of the coordinator's."""
    caplog.set_level(logging.INFO)
    families = Families("V")
    first = _family(families, "stations", is_primary=True)
    second = _family(families, "vehicles", is_primary=True)
    odd = Vendor(UnexpectedAnswerError("odd"))
    for family in (first, second):
        await family.read(odd.ask)
    with pytest.raises(UnexpectedAnswerError):
        families.check()
    assert not caplog.records
    await first.read(Vendor("a").ask)
    families.check()
    families.check()
    assert [record.getMessage() for record in caplog.records] == [
        "vehicles of V cannot be read for now: odd"
    ]


async def test_what_fails_with_the_account_is_not_said(
    freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """An account that is back asks for all its parts anew; what failed before stays so."""
    caplog.set_level(logging.INFO)
    families = Families("V")
    stations = _family(families, "stations", is_primary=True)
    locations, tariffs = _family(families, "locations"), _family(families, "tariffs")
    page = Vendor(NotPermittedError("a page"))
    await tariffs.read(page.ask)
    freezer.tick(timedelta(seconds=1))
    await stations.read(Vendor("a").ask)
    families.check()
    said = [record.getMessage() for record in caplog.records]
    assert said == ["tariffs of V cannot be read for now: a page"]
    for minutes in (1, 60, 60):
        freezer.tick(timedelta(minutes=minutes))
        for family in (locations, tariffs, stations):
            await family.read(page.ask)
        with pytest.raises(NotPermittedError):
            families.check()
    freezer.tick(HOUR)
    asked = page.asked
    await stations.read(Vendor("a").ask)
    families.check()
    assert [report.name for report in families.off()] == ["tariffs"]
    freezer.tick(timedelta(minutes=1))
    await locations.read(Vendor("b").ask)
    await tariffs.read(page.ask)
    assert page.asked == asked + 1
    families.check()
    assert [record.getMessage() for record in caplog.records] == said
    freezer.tick(HOUR)
    await tariffs.read(Vendor("c").ask)
    assert [record.getMessage() for record in caplog.records][1:] == [
        "tariffs of V can be read again"
    ]
