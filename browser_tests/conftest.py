"""What the browser tests share: clouds, a Home Assistant without accounts, and a browser."""

from collections.abc import AsyncIterator, Iterator
import os
from pathlib import Path
import shutil
import subprocess
import tempfile

from playwright.async_api import Page
import pytest

from custom_components.ev_charging_cloud.const import DOMAIN
from demo.home_assistant import HomeAssistant, run_home_assistant
from demo.simulation import REPOSITORY, Simulation, run_simulation

from .window import PATIENCE_MS, find_chromium, run_browser

VIEWPORT = {"width": 1280, "height": 900}


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder for everything that runs; it goes away also when a test fails."""
    with tempfile.TemporaryDirectory(prefix="ev-charging-cloud-") as name:
        yield Path(name)


@pytest.fixture
async def simulation(folder: Path) -> AsyncIterator[Simulation]:
    """Run the clouds with their clock stopped, so that two looks see the same."""
    async with run_simulation(folder, speed=0) as running:
        yield running


@pytest.fixture(scope="session")
def integration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack what people install: the file of a release, as HACS does."""
    folder = tmp_path_factory.mktemp("release")
    packed = folder / f"{DOMAIN}.zip"
    command = [str(REPOSITORY / "script/package"), "0.0.1", str(packed)]
    subprocess.run(command, check=True)  # noqa: S603  # a script of our own
    unpacked = folder / DOMAIN
    shutil.unpack_archive(packed, unpacked)
    return unpacked


@pytest.fixture
async def home(
    folder: Path, simulation: Simulation, integration: Path
) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant that has the integration, and no account yet."""
    server = simulation.vendors["ev_energy"]["server"]
    async with run_home_assistant(
        folder, ev_energy=server, integration=integration
    ) as running:
        yield running


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """Open a window of the browser that this machine has."""
    executable = find_chromium()
    if executable is None:
        pytest.fail("There is no Chromium: apt-get install chromium")
    async with run_browser(executable) as browser:
        window = await browser.new_page(
            viewport={"width": VIEWPORT["width"], "height": VIEWPORT["height"]},
            locale="en-GB",
            reduced_motion="reduce",
        )
        window.set_default_timeout(PATIENCE_MS)
        yield window


@pytest.fixture
def screenshots() -> Path:
    """Return the folder for pictures of each stage."""
    folder = Path(os.environ.get("SCREENSHOTS") or REPOSITORY / ".screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
