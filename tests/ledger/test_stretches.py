"""Tests of the hourly sums of an account, on each kind of database."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    Source,
    Subject,
    SubjectKind,
    stretches,
)

from .common import ACCOUNT, CONNECTOR, DRIVER, async_see, async_sums, many


async def test_stretches_of_statistics(ledger: Ledger) -> None:
    """However long the stretches are, together they have each hour once."""
    await async_see(ledger, *many(30), source=Source.HISTORY)
    whole = await async_sums(ledger)
    for at_once in (1, 4, 7):
        with patch.object(stretches, "SESSIONS_AT_ONCE", at_once):
            assert await async_sums(ledger) == whole
    of_car = Subject(SubjectKind.VEHICLE, "car1")
    for subjects in (
        {of_car, CONNECTOR},
        {of_car, *(Subject(SubjectKind.DRIVER, str(n)) for n in range(60))},
    ):
        found = await ledger.async_stretch(ACCOUNT, subjects=subjects)
        assert found.end is None
        expected = {k: v for k, v in whole.items() if k.subject in subjects}
        assert found.sums == expected


async def test_statistics(ledger: Ledger) -> None:
    """The hours of an account are summed over all its sessions."""
    await async_see(ledger, *many(30), source=Source.HISTORY)
    sums = await async_sums(ledger)
    by_subject = {series.subject: sum(hours.values()) for series, hours in sums.items()}
    assert by_subject[DRIVER] == pytest.approx(30000.0)
    assert by_subject[Subject(SubjectKind.VEHICLE, "car1")] == pytest.approx(10000.0)
    since = datetime(2026, 3, 3, 21, tzinfo=UTC)
    late = await async_sums(ledger, since)
    for series, hours in late.items():
        expected = {h: v for h, v in sums[series].items() if h >= since}
        assert hours == pytest.approx(expected)
    assert min(min(hours) for hours in late.values() if hours) == since
