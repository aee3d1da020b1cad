"""What the tests of the ledger share."""

from datetime import UTC, datetime, timedelta

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Money
from custom_components.ev_charging_cloud.ledger import (
    Ledger,
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
