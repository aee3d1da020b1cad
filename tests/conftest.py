"""What all tests share: a simulated world, and Home Assistant with our integration."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
import logging
import os
from pathlib import Path
import warnings

from hypothesis import HealthCheck, settings
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

# Importing ours here keeps the harness's own custom_components out of the way.
from custom_components.ev_charging_cloud.clients.transport import http
from custom_components.ev_charging_cloud.const import (
    CONF_REFRESH_TOKEN,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from custom_components.ev_charging_cloud.sessions import history
from homeassistant.core import HomeAssistant
from simulator import Simulator

from .accounts import make_accounts
from .ledger.mariadb import MariaServer, has_mariadb, running_mariadb
from .ledger.servers import PostgresServer, find_binaries, running_postgres
from .loop_clock import LoopClock

MISSING = (
    "THE TESTS ON POSTGRESQL DID NOT RUN: there is no PostgreSQL here. "
    "To have them: apt-get install postgresql"
)
MISSING_MARIADB = (
    "THE TESTS ON MARIADB DID NOT RUN: there is no MariaDB here, or no PyMySQL. "
    "To have them: apt-get install mariadb-server, pip install PyMySQL"
)
MOMENT = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
# The same answers are made up in each run; ``--generated`` makes up more and others.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add how much is tried of what has no end."""
    parser.addoption(
        "--generated",
        type=int,
        metavar="N",
        help="make up N answers a test, other ones in each run (default: 200)",
    )
    parser.addoption(
        "--at",
        type=datetime.fromisoformat,
        metavar="TIME",
        default=MOMENT,
        help="when tests begin that let time stand still, with offset (default: %(default)s)",
    )
    parser.addoption(
        "--all-faults",
        action="store_true",
        help="let every part fail in every way, and long runs be whole (default: a sample)",
    )
    parser.addoption(
        "--write-reliability",
        action="store_true",
        help="write what every failure costs into docs/reliability.md",
    )
    parser.addoption(
        "--write-entities",
        action="store_true",
        help="write which entities accounts have into the vendors' pages in docs/",
    )
    parser.addoption(
        "--kills",
        type=int,
        metavar="N",
        default=2,
        help="kill a real Home Assistant N times in the middle of writing (default: %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make up as many answers as was asked for, write the page, leave statements out of the log."""
    # Home Assistant's harness has each one logged, which takes longer than to run it.
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    if (number := config.getoption("--generated")) is not None:
        settings.register_profile(
            "more",
            settings.get_profile("house"),
            derandomize=False,
            max_examples=number,
        )
        settings.load_profile("more")
    if config.getoption("--write-reliability") and not hasattr(config, "workerinput"):
        from .reliability.writing import Writer

        config.pluginmanager.register(Writer())


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat a read at once: where a test has time stand still, no pause ends."""
    monkeypatch.setattr(http, "REPEAT_AFTER", 0)


@pytest.fixture(autouse=True)
def _our_integration(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant find the integration, in tests that have one."""
    if "recorder_mock" in request.fixturenames:
        # Its database has to be there before Home Assistant is.
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Give each test's Home Assistant a configuration of its own: sessions are kept in it."""
    folder = tmp_path / "config"
    folder.mkdir()
    return str(folder)


@pytest.fixture(autouse=True)
def _at(request: pytest.FixtureRequest) -> None:
    """Let time stand still at the same moment in each run: then worlds are the same."""
    if "freezer" in request.fixturenames:
        freezer = request.getfixturevalue("freezer")
        freezer.move_to(request.config.getoption("--at"))


@pytest.fixture(autouse=True)
async def _loop_clock() -> None:
    """Let no test depend on how fast the machine is."""
    LoopClock(asyncio.get_running_loop())


@pytest.fixture
async def sim(
    request: pytest.FixtureRequest, socket_enabled: None
) -> AsyncIterator[Simulator]:
    """Run a world where nothing happens by itself, behind real HTTP façades."""
    if "freezer" in request.fixturenames:
        # Here and there it is the same time, however long it took to get here.
        request.getfixturevalue("freezer")
    async with Simulator(
        stations=4, connectors_per_station=2, speed=0, quiet=True
    ) as simulator:
        yield simulator


@pytest.fixture
def station_id(sim: Simulator) -> str:
    """Return the id of a station with direct current."""
    return sim.world.station_ids[0]


@pytest.fixture
def connector_id(sim: Simulator, station_id: str) -> str:
    """Return the id of that station's first connector."""
    return sim.world.station(station_id).connectors[0].spec.id


@pytest.fixture
def entry(hass: HomeAssistant, sim: Simulator) -> MockConfigEntry:
    """Return an account at the simulator, not set up yet."""
    account = MockConfigEntry(
        domain=DOMAIN,
        title="Depots",
        unique_id="kempower_test",
        data={
            CONF_VENDOR: "kempower",
            CONF_SERVER: sim.kempower.url,
            CONF_REFRESH_TOKEN: sim.kempower.refresh_token,
        },
    )
    account.add_to_hass(hass)
    return account


@pytest.fixture
async def demo_world(
    request: pytest.FixtureRequest, socket_enabled: None
) -> AsyncIterator[Simulator]:
    """Run the world of the demo, some hours on."""
    if "freezer" in request.fixturenames:
        request.getfixturevalue("freezer")
    async with Simulator(speed=0) as simulator:
        simulator.clock.advance(timedelta(hours=6))
        simulator.beenergised_driver.start_session()
        yield simulator


@pytest.fixture
def four_accounts(hass: HomeAssistant, demo_world: Simulator) -> list[MockConfigEntry]:
    """Return an account at each vendor, titled as by its flow, not set up yet."""
    return make_accounts(hass, demo_world)


@pytest.fixture
def without_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be nothing but polls: the past is read much later."""
    for first in ("SOON_AFTER", "FIRST_AFTER"):
        monkeypatch.setattr(history, first, history.DAY)


@pytest.fixture
def forget(hass_storage: dict[str, object]) -> Callable[[], None]:
    """Return what empties Home Assistant's storage, for tests that start it several times."""

    def clear() -> None:
        hass_storage.clear()

    return clear


@pytest.fixture
def expected_lingering_timers(request: pytest.FixtureRequest) -> bool:
    """Allow for what was planned in a Home Assistant that ended: nothing is unloaded there."""
    return "forget" in request.fixturenames


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server of our own; with REQUIRE_POSTGRES=1 there must be one."""
    binaries = find_binaries()
    if binaries is None:
        if os.environ.get("REQUIRE_POSTGRES") == "1":
            pytest.fail(MISSING)
        warnings.warn(MISSING, stacklevel=1)
        pytest.skip(MISSING)
    yield from running_postgres(binaries)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaServer]:
    """Run a MariaDB server of our own; with REQUIRE_MARIADB=1 there must be one."""
    if not has_mariadb():
        if os.environ.get("REQUIRE_MARIADB") == "1":
            pytest.fail(MISSING_MARIADB)
        warnings.warn(MISSING_MARIADB, stacklevel=1)
        pytest.skip(MISSING_MARIADB)
    yield from running_mariadb()
