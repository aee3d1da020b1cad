"""Databases for the tests of the ledger."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    engine as engine_module,
    sqlite_url,
)

from .mariadb import MariaServer
from .servers import PostgresServer
from .test_resilience import Clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the ledger's file is."""
    return tmp_path / "ev_charging_cloud.db"


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, path: Path) -> str:
    """Return the address of a new database, of each kind in turn."""
    if request.param == "sqlite":
        return sqlite_url(path)
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.create_database()
    # Its driver is written in Python, whose sockets the harness forbids.
    request.getfixturevalue("socket_enabled")
    other: MariaServer = request.getfixturevalue("mariadb")
    return other.create_database()


@pytest.fixture
async def ledger(url: str) -> AsyncIterator[Ledger]:
    """Return a ledger on each kind of database in turn."""
    found = Ledger(url)
    yield found
    await found.async_stop()


@pytest.fixture
async def file_ledger(path: Path) -> AsyncIterator[Ledger]:
    """Return a ledger in a file."""
    found = Ledger(sqlite_url(path))
    yield found
    await found.async_stop()


@pytest.fixture
def clock() -> Clock:
    """Return the ledger's clock."""
    return Clock()


@pytest.fixture
async def quick_ledger(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Ledger]:
    """Return a ledger in a file, which waits for nobody."""
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.01)
    found = Ledger(sqlite_url(path), clock=clock)
    yield found
    await found.async_stop()
