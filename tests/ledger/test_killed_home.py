"""Tests of what is left when a real Home Assistant is killed in the middle of writing.

``--kills 20`` has it killed twenty times; the usual run does it twice, as each start of
Home Assistant takes some seconds.
"""

import asyncio
from collections.abc import Iterator
import json
from pathlib import Path
import random
import sqlite3
import subprocess
import sys
import time

import pytest

from custom_components.ev_charging_cloud.const import (
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    SessionQuery,
    Subject,
    SubjectKind,
    sqlite_url,
)
from simulator import Simulator

from ..house import INTEGRATION
from .component import AT_ONCE
from .servers import free_port

ACCOUNT = "kempower_killed"
WRITER = Path(__file__).parent / "component"
START_SECONDS = 90
CONFIGURATION = """\
homeassistant:
  time_zone: Europe/Helsinki
logger:
  default: error
ledger_writer:
  number: {number}
recorder:
  commit_interval: 1
"""


def write_config(config: Path, sim: Simulator) -> None:
    """Make a configuration folder with an account at the simulator."""
    components = config / "custom_components"
    components.mkdir(parents=True)
    (components / DOMAIN).symlink_to(INTEGRATION, target_is_directory=True)
    (components / "ledger_writer").symlink_to(WRITER, target_is_directory=True)
    storage = config / ".storage"
    storage.mkdir()
    now = "2026-01-01T00:00:00+00:00"
    account: dict[str, object] = {
        "created_at": now,
        "data": {
            CONF_VENDOR: "kempower",
            CONF_SERVER: sim.kempower.url,
            CONF_REFRESH_TOKEN: sim.kempower.refresh_token,
        },
        "disabled_by": None,
        "discovery_keys": {},
        "domain": DOMAIN,
        "entry_id": "killed",
        "minor_version": 1,
        "modified_at": now,
        "options": {},
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "source": "user",
        "subentries": [],
        "title": "Depots",
        "unique_id": ACCOUNT,
        "version": 1,
    }
    kept = {
        "core.config_entries": (1, 5, {"entries": [account]}),
        "http": (2, 2, _http_settings()),
    }
    for key, (version, minor_version, data) in kept.items():
        (storage / key).write_text(
            json.dumps(
                {
                    "version": version,
                    "minor_version": minor_version,
                    "key": key,
                    "data": data,
                }
            )
        )


def _http_settings() -> dict[str, object]:
    """Return confirmed settings of the web server, on a port that nobody uses."""
    stable = {
        "server_host": ["127.0.0.1"],
        "server_port": free_port(),
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    return {"stable": stable, "pending": None, "yaml_migration_done": True}


def run_and_kill(config: Path, number: int, rng: random.Random) -> dict[int, float]:
    """Run Home Assistant until it is killed; return the last energy stored, by turn."""
    (config / "configuration.yaml").write_text(CONFIGURATION.format(number=number))
    command = ["-m", "homeassistant", "--config", str(config), "--skip-pip"]
    stored: dict[int, float] = {}
    with (config / "errors.log").open("a") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, *command],
            cwd=config,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            until = rng.uniform(0.2, 1.5)
            deadline: float | None = None
            for word, turn, energy in _stored(process):
                assert word == "stored"
                stored[int(turn)] = float(energy)
                deadline = deadline or time.monotonic() + until
                if time.monotonic() >= deadline:
                    # The next write has begun; be somewhere in the middle of it.
                    time.sleep(rng.uniform(0, 0.02))
                    break
        finally:
            process.kill()
            assert process.stdout is not None
            rest = process.stdout.read()
            process.stdout.close()
            process.wait(START_SECONDS)
    for line in rest.splitlines():
        # What it said before it was killed is acknowledged, too; the last line may be torn.
        match line.split():
            case ["stored", turn, "1.0" | "2.0" as energy]:
                stored[int(turn)] = float(energy)
    return stored


def _stored(process: subprocess.Popen[str]) -> Iterator[list[str]]:
    """Yield what was stored, one line after the other."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("stored "):
            yield line.split()


def rows_of(path: Path, table: str, number: int) -> list[tuple[str, float]]:
    """Return the ids and energies of the sessions that one run has written."""
    check = sqlite3.connect(path)
    try:
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return check.execute(
            f"SELECT session_id, energy FROM {table} WHERE session_id LIKE ?",  # noqa: S608 - our own word
            (f"{number}-%",),
        ).fetchall()
    finally:
        check.close()


@pytest.mark.timeout(1800)
async def test_home_assistant_is_killed(
    request: pytest.FixtureRequest, sim: Simulator, tmp_path: Path
) -> None:
    """Nothing acknowledged is lost, nothing is doubled, and the file is sound."""
    config = tmp_path / "home"
    write_config(config, sim)
    path = config / f"{DOMAIN}.db"
    rng = random.Random(11)
    turns = 0
    for number in range(request.config.getoption("--kills")):
        stored = await asyncio.to_thread(run_and_kill, config, number, rng)
        assert stored, (config / "errors.log").read_text()[-3000:]
        turns += len(stored)
        sessions = rows_of(path, "ev_charging_sessions", number)
        rows = dict(sessions)
        assert len(rows) == len(sessions)
        expected = {
            f"{number}-{turn}-{each}": energy
            for turn, energy in stored.items()
            for each in range(AT_ONCE)
        }
        for session_id, energy in expected.items():
            assert rows[session_id] >= energy
        # At most the one transaction that was not acknowledged is there too.
        assert len(rows) - len(expected) in {0, AT_ONCE}
        assert dict(rows_of(path, "ev_charging_intervals", number)) == rows
    ledger = Ledger(sqlite_url(path))
    assert await ledger.async_load(ACCOUNT)
    assert ledger.status.moved_aside is None
    found = (await ledger.async_sessions(SessionQuery(account_id=ACCOUNT))).sessions
    mine = [record for record in found if record.station_id == "station"]
    assert len(mine) >= turns * AT_ONCE
    readings = ledger.lifetimes(ACCOUNT)
    assert readings is not None
    connector = Subject(SubjectKind.CONNECTOR, "1", "station")
    assert readings[connector] == sum(record.energy or 0 for record in mine)
    await ledger.async_stop()
