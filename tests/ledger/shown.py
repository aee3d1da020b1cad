"""What is shown to a ledger in a file, and what becomes of the file."""

from pathlib import Path
from typing import Any

from sqlalchemy import event

from custom_components.ev_charging_cloud.ledger import Fault, Ledger, Recorded, Source

from .common import ACCOUNT, HOUR, MINUTE, START, sighting
from .test_resilience import overwrite

FAULT = Fault(
    station_id="station", connector_id="1", began_at=START, last_seen=START + HOUR
)


async def async_show(
    ledger: Ledger, *sessions: Any, account_id: str = ACCOUNT, minutes: float = 0
) -> Recorded:
    """Let a poll show sessions, whatever becomes of it."""
    seen = [sighting(session) for session in sessions]
    at = START + HOUR + minutes * MINUTE
    return await ledger.async_record(account_id, seen, Source.LIVE, at)


def statements_of(ledger: Ledger) -> list[str]:
    """Return a list to which all that the database is asked from now on is added."""
    found: list[str] = []
    engine = ledger._database._store._engine
    assert engine is not None
    event.listen(engine, "before_cursor_execute", lambda *args: found.append(args[2]))
    return found


def damage(path: Path) -> None:
    """Make a file useless, and what is beside it."""
    overwrite(path, 0, path.stat().st_size)
