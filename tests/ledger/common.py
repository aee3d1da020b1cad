"""What the tests of the ledger share."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.ledger import (
    Change,
    Ledger,
    Series,
    SessionQuery,
    SessionRecord,
    Sighting,
    Source,
    Subject,
    SubjectKind,
)
from custom_components.ev_charging_cloud.ledger.merge import record_of

ACCOUNT = "account"
START = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

CONNECTOR = Subject(SubjectKind.CONNECTOR, "1", "station")
VEHICLE = Subject(SubjectKind.VEHICLE, "car")
DRIVER = Subject(SubjectKind.DRIVER, "Anna")


def running(
    energy: float | None = None, *, id_: str = "s1", start: datetime | None = START
) -> ChargingSession:
    """Return a session that runs, as a poll shows it."""
    return ChargingSession(
        id=id_,
        status=SessionStatus.ACTIVE,
        station_id="station",
        connector_id="1",
        vehicle_id="car",
        started_at=start,
        energy=energy,
    )


def ended(
    energy: float | None = None,
    *,
    id_: str = "s1",
    start: datetime | None = START,
    end: datetime | None = START + 2 * HOUR,
    cost: Money | None = None,
) -> ChargingSession:
    """Return a session that is over, as a poll or a listing shows it."""
    return ChargingSession(
        id=id_,
        status=SessionStatus.COMPLETED,
        station_id="station",
        connector_id="1",
        vehicle_id="car",
        started_at=start,
        ended_at=end,
        energy=energy,
        cost=cost,
    )


def sighting(session: ChargingSession, driver: str | None = "Anna") -> Sighting:
    """Return what a poll tells of a session."""
    return Sighting(session=session, driver=driver)


def record(
    session: ChargingSession,
    seen_at: datetime = START + HOUR,
    source: Source = Source.LIVE,
) -> SessionRecord:
    """Return a session as a record."""
    return record_of(ACCOUNT, sighting(session), source, seen_at)


async def async_all(ledger: Ledger, account_id: str = ACCOUNT) -> list[SessionRecord]:
    """Return all sessions of an account, the oldest first."""
    query = SessionQuery(account_id=account_id, newest_first=False)
    return list((await ledger.async_sessions(query)).sessions)


def many(count: int) -> list[ChargingSession]:
    """Return sessions of an hour each, one after the other."""
    return [
        replace(
            ended(
                1000.0,
                id_=f"{number:03}",
                start=START + number * HOUR,
                end=START + (number + 1) * HOUR,
            ),
            station_id=f"station{number % 2}",
            vehicle_id=f"car{number % 3}",
        )
        for number in range(count)
    ]


async def async_see(
    ledger: Ledger,
    *sessions: ChargingSession,
    at: datetime = START + HOUR,
    source: Source = Source.LIVE,
    driver: str | None = "Anna",
) -> tuple[Change, ...]:
    """Let a poll show sessions; return what was new, which must be stored."""
    seen = [sighting(session, driver) for session in sessions]
    recorded = await ledger.async_record(ACCOUNT, seen, source, at)
    assert recorded.stored
    assert ledger.status.problem is None
    return recorded.changes


async def async_sums(
    ledger: Ledger, since: datetime | None = None
) -> dict[Series, dict[datetime, float]]:
    """Return all hourly sums of the account, of one stretch after the other."""
    sums: dict[Series, dict[datetime, float]] = {}
    start, is_over = since, False
    while not is_over:
        stretch = await ledger.async_stretch(ACCOUNT, start)
        for series, hours in stretch.sums.items():
            known = sums.setdefault(series, {})
            assert not known.keys() & hours.keys(), "each hour is in one stretch"
            known.update(hours)
        start, is_over = stretch.end, stretch.end is None
    return sums
