"""Run a real Home Assistant in a folder that goes away with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import os
from pathlib import Path
import shutil
import socket
import sys

from .client import HomeAssistantClient, Json
from .errors import DemoError
from .processes import ManagedProcess

DOMAIN = "ev_charging_cloud"
INTEGRATION = Path(__file__).resolve().parent.parent / "custom_components" / DOMAIN
BLUEPRINTS = INTEGRATION.parent.parent / "blueprints" / "automation"
DEMO_DOMAIN = f"{DOMAIN}_demo"
DEMO_COMPONENT = Path(__file__).resolve().parent / "component"
HOST = "127.0.0.1"
START_SECONDS = 90
PYTHON = "HOME_ASSISTANT_PYTHON"

# What every installation has and what the integration shows itself in; nothing that needs more than is installed.
# The two silenced loggers miss programs (ffmpeg, a JPEG library) that nothing here needs. With "my", a vendor would
# send the browser back by way of a page on the internet.
CONFIGURATION = """\
homeassistant:
  name: EV Charging Cloud demo
  country: FI
  currency: EUR
  time_zone: Europe/Helsinki
  unit_system: metric
  latitude: 60.98
  longitude: 25.66
  elevation: 100
automation: !include automations.yaml
config:
energy:
{demo_domain}:
  ev_energy: {ev_energy}
frontend:
history:
logbook:
logger:
  default: warning
  logs:
    custom_components.{domain}: info
    haffmpeg: fatal
    homeassistant.components.camera.img_util: fatal
    homeassistant.loader: error
recorder:
  commit_interval: 1
script: !include scripts.yaml
system_health:
"""

# Every first-visit step but the user's: the browser starts at the login.
ONBOARDING = {
    "version": 4,
    "minor_version": 1,
    "key": "onboarding",
    "data": {"done": ["analytics", "core_config", "integration"]},
}


@dataclass(frozen=True, kw_only=True)
class HomeAssistant:
    """A running Home Assistant, logged in to."""

    process: ManagedProcess
    client: HomeAssistantClient

    @property
    def url(self) -> str:
        """Return its address."""
        return self.client.url


def free_port(port: int = 0) -> int:
    """Return the port if nobody listens there; 0 finds one.

    Raises:
        DemoError: It is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise DemoError(
                f"Port {port} cannot be used ({error}). Choose another with --port, or let me choose: --port 0"
            ) from None
        return int(probe.getsockname()[1])


def write_config(
    folder: Path, port: int, ev_energy: str, integration: Path = INTEGRATION
) -> None:
    """Make a config folder: settings, finished first-visit steps, our integration and its blueprints.

    Args:
        folder: what to make.
        port: of the web server.
        ev_energy: the address of the simulated ev.energy.
        integration: the folder of the integration; as it is now, unless another is given.
    """
    components = folder / "custom_components"
    components.mkdir(parents=True)
    (components / DOMAIN).symlink_to(integration, target_is_directory=True)
    (components / DEMO_DOMAIN).symlink_to(DEMO_COMPONENT, target_is_directory=True)
    (folder / "configuration.yaml").write_text(
        CONFIGURATION.format(
            domain=DOMAIN, demo_domain=DEMO_DOMAIN, ev_energy=ev_energy
        )
    )
    # What people make in the editors goes there.
    (folder / "automations.yaml").write_text("[]\n")
    (folder / "scripts.yaml").write_text("{}\n")
    shutil.copytree(BLUEPRINTS, folder / "blueprints" / "automation" / DOMAIN)
    storage = folder / ".storage"
    storage.mkdir()
    (storage / "onboarding").write_text(json.dumps(ONBOARDING))
    (storage / "http").write_text(json.dumps(_http_settings(port)))


def _http_settings(port: int) -> Json:
    """Return confirmed settings of the web server.

    Settings from the YAML file would be on trial: asked about in a dialog, undone after five minutes.
    """
    settings = {
        "server_host": [HOST],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    return {
        "version": 2,
        "minor_version": 2,
        "key": "http",
        "data": {"stable": settings, "pending": None, "yaml_migration_done": True},
    }


@asynccontextmanager
async def run_home_assistant(
    folder: Path, *, ev_energy: str, port: int = 0, integration: Path = INTEGRATION
) -> AsyncIterator[HomeAssistant]:
    """Start Home Assistant with the integration in reach and a user to log in as, and end it again.

    Args:
        folder: Where its config folder and its log go.
        ev_energy: Where signing in at ev.energy leads.
        port: Where it listens; 0 takes any.
        integration: The folder of the integration; as it is now, unless another is given.

    Raises:
        DemoError: It did not start, or the port is taken.
    """
    port = free_port(port)
    config = folder / "config"
    write_config(config, port, ev_energy, integration)
    command = [
        # Another Home Assistant than the one that is installed here can be tried.
        os.environ.get(PYTHON) or sys.executable,
        "-m",
        "homeassistant",
        "--config",
        str(config),
        "--skip-pip",
    ]
    async with (
        ManagedProcess(
            "Home Assistant", command, cwd=config, log=folder / "home-assistant.log"
        ) as process,
        HomeAssistantClient(f"http://{HOST}:{port}") as client,
    ):
        await _wait_until_up(process, client)
        await client.make_user()
        await client.log_in()
        yield HomeAssistant(process=process, client=client)


async def _wait_until_up(process: ManagedProcess, client: HomeAssistantClient) -> None:
    """Wait until it answers, or say why it does not."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await client.answers():
                process.raise_if_ended()
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise DemoError(
            f"Home Assistant did not answer within {START_SECONDS} s. The end of its log:\n{process.tail()}"
        ) from None
