"""What tests of the simulator do again and again."""

from datetime import UTC, datetime

from aiohttp import ClientTimeout

from simulator import Clock, World

# However slow the machine is: a test that hangs ends all the same.
PATIENCE = ClientTimeout(total=120)

START = datetime(2026, 10, 1, 8, tzinfo=UTC)


def still(**choices: int | bool | None) -> World:
    """Return a world whose clock stands still."""
    return World(Clock(START, 0), **choices)  # type: ignore[arg-type] # each test passes its own mix
