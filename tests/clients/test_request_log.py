"""Tests of what answers tell beside what they say: the time, a wait, and what is left."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import cast

from aiohttp import ClientRequest, ClientResponse
from freezegun.api import FrozenDateTimeFactory
from multidict import CIMultiDict, CIMultiDictProxy
import pytest

from custom_components.ev_charging_cloud.clients.transport.requests import (
    RequestLog,
    VendorClock,
    retry_after,
)

from .test_budget import Answer

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def headers(**told: str) -> CIMultiDictProxy[str]:
    """Return headers of an answer."""
    return CIMultiDictProxy(
        CIMultiDict({name.replace("_", "-"): value for name, value in told.items()})
    )


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ({}, None),
        ({"Retry_After": "12"}, 12),
        ({"Retry_After": "0.5"}, 0.5),
        ({"Retry_After": "-1"}, 0),
        ({"Retry_After": "inf"}, float("inf")),
        ({"Retry_After": "nan"}, None),
        ({"Retry_After": ""}, None),
        ({"Retry_After": "soon"}, None),
        ({"RetryAfter": "7"}, 7),
        ({"Retry_After": "8", "RetryAfter": "7"}, 8),
        ({"Retry_After": "Tue, 24 Nov 2026 12:01:30 GMT"}, 90),
        ({"Retry_After": "Tue, 24 Nov 2026 12:01:30 -0000"}, 90),
        ({"Retry_After": "Tue, 24 Nov 2026 14:01:30 +0200"}, 90),
        ({"Retry_After": "Tue, 24 Nov 2026 11:59:00 GMT"}, 0),
        ({"Retry_After": "Tue, 99 Nov 2026 12:00:00 GMT"}, None),
        ({"Retry_After": "Tue, 24 Nov 99999999999 12:00:00 GMT"}, None),
        (
            {
                "Retry_After": "Tue, 24 Nov 2026 12:01:30 GMT",
                "Date": "Tue, 24 Nov 2026 12:01:00 GMT",
            },
            30,
        ),
        ({"Retry_After": "Tue, 24 Nov 2026 12:01:30 GMT", "Date": "odd"}, 90),
    ],
)
def test_waits(
    freezer: FrozenDateTimeFactory, told: dict[str, str], wait: float | None
) -> None:
    """Seconds, or a date by the clock of whoever says it; what makes no sense is none."""
    freezer.move_to(NOON)
    assert retry_after(headers(**told)) == wait


def test_a_clock(freezer: FrozenDateTimeFactory) -> None:
    """The middle of the last five dates; with fewer, ours is as good."""
    freezer.move_to(NOON)
    clock = VendorClock()
    for told in (None, "", "odd", "Tue, 99 Nov 2026 12:00:00 GMT"):
        clock.observe(told)
    offsets = []
    for ahead in (10, 20, 30, 40, 50, 60, -900):
        told = format_datetime(NOON + timedelta(seconds=ahead), usegmt=True)
        clock.observe(told)
        offsets.append(clock.offset.total_seconds())
        assert clock.now() == NOON + clock.offset
    assert offsets == [0, 0, 0, 0, 30, 40, 40]
    freezer.tick(5)
    clock.observe(told)
    assert clock.offset == timedelta(seconds=40)
    clock.observe(told)
    assert clock.offset == timedelta(seconds=-900)


class Log(RequestLog):
    """Is asked with headers, in place of requests."""

    async def answered(self, **told: str) -> None:
        """Make a request that is answered so."""

        async def handle(request: ClientRequest) -> ClientResponse:
            return cast("ClientResponse", Answer(headers(**told)))

        await self(cast("ClientRequest", None), handle)


async def test_what_is_counted(freezer: FrozenDateTimeFactory) -> None:
    """All requests, those of the last hour, and what the vendor counts."""
    freezer.move_to(NOON)
    log = Log()
    assert (log.left, log.limit, log.ours_then, log.total) == (None, None, 0, 0)
    assert (log.last_hour, log.until_fewer, log.may_repeat) == (0, 0, True)
    await log.answered()
    freezer.tick(3000)
    await log.answered(X_RateLimit_Remaining="7", X_RateLimit_Limit="100")
    assert (log.left, log.limit, log.ours_then, log.total) == (7, 100, 2, 2)
    assert (log.last_hour, log.until_fewer) == (2, 600)
    freezer.tick(600)
    assert (log.last_hour, log.until_fewer) == (2, 0)
    freezer.tick(1)
    await log.answered(X_RateLimit_Limit="0")
    assert (log.left, log.limit, log.ours_then, log.total) == (7, 100, 2, 3)
    assert (log.last_hour, log.until_fewer) == (2, 2999)
    await log.answered(X_RateLimit_Remaining="0", X_RateLimit_Limit="999999999")
    assert (log.left, log.limit, log.ours_then) == (0, 999_999_999, 3)
    freezer.tick(7200)
    await log.answered(X_RateLimit_Remaining="5")
    assert (log.left, log.ours_then, log.total) == (5, 1, 5)
    for odd in ("1234567890", "-1", "1.5", "", "²"):
        await log.answered(X_RateLimit_Remaining=odd, X_RateLimit_Limit=odd)
    assert (log.left, log.limit, log.ours_then) == (5, 999_999_999, 1)


def test_when_a_read_may_be_repeated(freezer: FrozenDateTimeFactory) -> None:
    """Not for a minute after that was in vain, unless one succeeded meanwhile."""
    log = RequestLog()
    log.repeated(in_vain=True)
    assert not log.may_repeat
    freezer.tick(59.9)
    assert not log.may_repeat
    freezer.tick(0.1)
    assert log.may_repeat
    log.repeated(in_vain=True)
    log.repeated(in_vain=False)
    assert log.may_repeat
