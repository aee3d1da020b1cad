"""Writes sessions until it is killed; says which ones the ledger has acknowledged.

usage: python writer.py INTEGRATION FILE

For each number that it reads it begins a process that writes, and says its id. It is
begun as a copy of this one, as to load SQLAlchemy takes longer than the test has.
"""

import asyncio
from datetime import UTC, datetime, timedelta
import importlib
import os
import sys
import types

START = datetime(2026, 1, 1, tzinfo=UTC)


def say(words: str) -> None:
    """Tell the test."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


async def async_write(path: str, number: int) -> None:
    """Record sessions, each first running and then over, and print what is stored."""
    ledger_room = importlib.import_module("integration.ledger")
    model = importlib.import_module("integration.clients.model")
    enums = importlib.import_module("integration.clients.enums")
    ledger = ledger_room.Ledger(ledger_room.sqlite_url(path))
    for turn in range(100_000):
        for energy, status in (
            (1.0, enums.SessionStatus.ACTIVE),
            (2.0, enums.SessionStatus.COMPLETED),
        ):
            ids = [f"{number}-{turn}-{each}" for each in range(20)]
            hour = START + timedelta(hours=turn)
            sessions = [
                ledger_room.Sighting(
                    session=model.ChargingSession(
                        id=id_,
                        status=status,
                        station_id="station",
                        connector_id="1",
                        started_at=hour,
                        energy=energy,
                    ),
                    intervals=(
                        ledger_room.Interval(hour, hour + timedelta(hours=1), energy),
                    ),
                )
                for id_ in ids
            ]
            recorded = await ledger.async_record(
                "account", sessions, ledger_room.Source.LIVE, hour
            )
            assert recorded.stored, ledger.status
            say(f"stored {turn} {energy}")


def main() -> None:
    """Begin a writer for each number, and say when it has ended."""
    # The integration's rooms without its door, which would load all of Home Assistant.
    room = types.ModuleType("integration")
    room.__path__ = [sys.argv[1]]
    sys.modules["integration"] = room
    importlib.import_module("integration.ledger")
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            asyncio.run(async_write(sys.argv[2], int(line)))
        say(f"writer {child}")
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    main()
