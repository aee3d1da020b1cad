"""What concerns a driver wherever it happens: the running session, the last one, bills."""

from collections.abc import Mapping, Sequence

from ..enums import SessionStatus
from ..model import ChargingSession, Driver
from .documents import Invoices
from .sessions import NEVER


def driver_of(
    sessions: Sequence[ChargingSession] | None,
    documents: Invoices | None,
    station_names: Mapping[str, str | None],
) -> Driver | None:
    """Return what concerns the driver.

    Args:
        sessions: newest first; None where they may not be read.
        documents: None where they may not be read; without either there is nothing.
        station_names: by the ids of the stations that are shown.
    """
    if sessions is None:
        if documents is None:
            return None
        return Driver(
            waiting=None,
            has_sessions=False,
            invoices=documents.count,
            latest_invoice=documents.latest,
        )

    def place_of(session: ChargingSession | None) -> str | None:
        if session is None:
            return None
        station = station_names.get(session.station_id or "")
        return ", ".join(filter(None, (station, session.connector_name))) or None

    unfinished = [each for each in sessions if each.is_running]
    active = [each for each in unfinished if each.status is SessionStatus.ACTIVE]
    over = [each for each in sessions if each.status is SessionStatus.COMPLETED]
    running = next(iter([*active, *unfinished]), None)
    last = max(
        over, key=lambda each: each.ended_at or each.started_at or NEVER, default=None
    )
    invoices = documents or Invoices()
    return Driver(
        running=running,
        running_place=place_of(running),
        last=last,
        last_place=place_of(last),
        waiting=any(each.status is SessionStatus.PENDING for each in unfinished),
        sessions=tuple(sessions),
        invoices=invoices.count,
        latest_invoice=invoices.latest,
    )
