"""A month replayed: the ledger in the end is the true record, whatever was told."""

from datetime import timedelta

import pytest

from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    Measure,
    Series,
    SessionQuery,
    Source,
    Subject,
    SubjectKind,
)

from .common import ACCOUNT, async_all, async_sums
from .world import BEGIN, MONTH, TrueSession, World

RESTARTS = 2


def subjects_of(session: TrueSession) -> list[Subject]:
    """Return what a session's energy counts for."""
    return [
        Subject(SubjectKind.CONNECTOR, session.connector_id, "station"),
        Subject(SubjectKind.VEHICLE, session.vehicle_id),
        Subject(SubjectKind.DRIVER, session.driver),
    ]


async def async_replay(world: World, url: str) -> Ledger:
    """Poll a month; the meters may never fall, and restarts come in mid-session."""
    ledger = Ledger(url)
    shown: dict[Subject, float] = {}
    restarts = 0
    for moment, seen in world.polls():
        recorded = await ledger.async_record(ACCOUNT, seen, Source.LIVE, moment)
        assert recorded.stored
        await ledger.async_close_missing(
            ACCOUNT,
            {each.session.id for each in seen},
            moment,
            listing_is_complete=True,
            grace=timedelta(minutes=25),
        )
        readings = ledger.lifetimes(ACCOUNT)
        assert readings is not None
        assert all(readings[subject] >= energy for subject, energy in shown.items())
        shown = dict(readings)
        is_late = moment > BEGIN + (restarts + 1) * MONTH / (RESTARTS + 1)
        if restarts < RESTARTS and is_late and ledger.running_sessions(ACCOUNT):
            restarts += 1
            await ledger.async_stop()
            ledger = Ledger(url)
            assert await ledger.async_load(ACCOUNT)
            assert ledger.lifetimes(ACCOUNT) == readings
    assert restarts == RESTARTS
    return ledger


async def test_replay(url: str) -> None:
    """Sessions, meters and statistics equal what really happened."""
    world = World(seed=1)
    ledger = await async_replay(world, url)
    # Some were never seen: the day's outage hid them.
    assert len(await async_all(ledger)) <= len(world.sessions)
    history = world.history()
    last = BEGIN + MONTH
    recorded = await ledger.async_record(ACCOUNT, history, Source.HISTORY, last)
    assert recorded.changes
    again = await ledger.async_record(ACCOUNT, history, Source.HISTORY, last)
    assert again.changes == ()

    records = {record.session_id: record for record in await async_all(ledger)}
    assert len(records) == len(world.sessions) > 40
    for truth in world.sessions:
        record = records[truth.id]
        assert record.started_at == truth.start
        assert record.ended_at == truth.end
        assert record.charging_started_at == truth.charging_start
        assert record.charging_ended_at == truth.charging_end
        assert record.energy == truth.energy
        assert record.cost == truth.cost
        assert record.driver == truth.driver

    sums: dict[Subject, float] = {}
    for truth in world.sessions:
        for subject in subjects_of(truth):
            sums[subject] = sums.get(subject, 0.0) + truth.energy
    readings = ledger.lifetimes(ACCOUNT)
    assert readings is not None
    assert readings.keys() == sums.keys()
    for subject, energy in sums.items():
        assert abs(readings[subject] - energy) < 1

    await async_compare_statistics(ledger, world, sums)
    await ledger.async_stop()


async def async_compare_statistics(
    ledger: Ledger, world: World, sums: dict[Subject, float]
) -> None:
    """Compare hours with what flowed in them, and sums with those of the sessions."""
    found = await async_sums(ledger)
    hours: dict[Subject, dict[object, float]] = {}
    costs: dict[Series, float] = {}
    for truth in world.sessions:
        for subject in subjects_of(truth):
            target = hours.setdefault(subject, {})
            for hour, energy in truth.hours().items():
                target[hour] = target.get(hour, 0.0) + energy
            series = Series(subject, Measure.COST, truth.cost.currency)
            costs[series] = costs.get(series, 0.0) + truth.cost.minor
    for subject, expected in hours.items():
        series = Series(subject, Measure.ENERGY)
        assert found[series] == pytest.approx(expected, abs=0.1)
        assert sum(found[series].values()) == pytest.approx(sums[subject], abs=0.01)
    for series, cost in costs.items():
        assert sum(found[series].values()) == pytest.approx(cost)
    assert {s.currency for s in found if s.measure is Measure.COST} == {"EUR", "CHF"}
    query = SessionQuery(account_id=ACCOUNT)
    assert (await ledger.async_sessions(query)).total == len(world.sessions)
