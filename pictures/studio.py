"""Where pictures are taken: simulated clouds, a Home Assistant with all accounts, a browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
import tempfile

from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from browser_tests.backstage import free_connector, tell
from browser_tests.dashboards import add_dashboard, draw_empty_maps
from browser_tests.steps import Visitor
from browser_tests.window import find_chromium, run_browser
from demo.accounts import add_accounts
from demo.client import Json
from demo.driver import VENDOR as DRIVER
from demo.energy import fill_dashboard
from demo.errors import DemoError
from demo.home_assistant import HomeAssistant, run_home_assistant
from demo.overview import Overview, kind_of, look, path_of
from demo.simulation import Simulation, run_simulation

from .hour import zone_at

# Points of the screen for each of the page: pictures stay sharp on today's screens.
SHARPNESS = 2
# A page has few colours; so many make a quarter of the file and no visible difference.
COLOURS = 128
# Cards and their charts have drawn themselves.
SETTLE_MS = 2000
# Nobody waits for a picture that says it is not there: a busy machine is slow.
PATIENCE_MS = 60_000
# Below the last card of a page.
MARGIN = 16
# Not so long that the cloud's clock would be off.
CHARGED_SECONDS = 100
DAY = 86_400
# So many of the vendors tell of the past, and so long it may take.
PASTS = 2
PAST_SECONDS = 300


class Studio:
    """One Home Assistant in front of a browser."""

    def __init__(self, overview: Overview, visitor: Visitor, dashboard: str) -> None:
        """Take what there is to see, who looks at it, and where the dashboard is."""
        self.overview = overview
        self.dashboard = dashboard
        self._visitor = visitor

    async def visit(self, size: tuple[int, int], *, dark: bool = False) -> Visitor:
        """Have the window of a size in points, light or dark."""
        page = self._visitor.page
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.emulate_media(color_scheme="dark" if dark else "light")
        return self._visitor

    def account(self, vendor: str) -> Json:
        """Return the device of a vendor's account."""
        return self.device("account", vendor)

    def device(self, kind: str, vendor: str, name: str = "") -> Json:
        """Return a vendor's device of a kind, by the end of its name; the first there is without one.

        Raises:
            DemoError: There is none.
        """
        for device in self.overview.devices.values():
            path = path_of(device)
            if (
                path.startswith(vendor)
                and kind_of(device) == kind
                and str(device["name"]).endswith(name)
            ):
                return device
        raise DemoError(f"There is no {kind} of {vendor} that is called {name!r}")


@asynccontextmanager
async def open_studio() -> AsyncIterator[Studio]:
    """Run everything that pictures show: sessions of ninety days, one that runs, maintenance.

    Raises:
        DemoError: It did not start.
    """
    chromium = find_chromium()
    if chromium is None:
        raise DemoError("There is no Chromium: apt-get install chromium")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        simulation = await stack.enter_async_context(run_simulation(folder, speed=0))
        await _set_the_scene(simulation)
        home = await stack.enter_async_context(
            run_home_assistant(
                folder, ev_energy=simulation.vendors["ev_energy"]["server"]
            )
        )
        browser = await stack.enter_async_context(run_browser(chromium))
        zone = zone_at(datetime.now(UTC))
        await home.client.command("config/core/update", {"time_zone": zone})
        await add_accounts(home.client, simulation)
        await _wait_for_the_past(home)
        await fill_dashboard(home.client)
        visitor = Visitor(await _open_window(browser, zone), home.url, folder)
        await visitor.log_in()
        dashboard = await add_dashboard(visitor)
        await visitor.page.evaluate(
            "localStorage.setItem('dockedSidebar', '\"always_hidden\"')"
        )
        yield Studio(await look(home.client), visitor, dashboard)


async def _open_window(browser: Browser, zone: str) -> Page:
    """Open a window whose pictures are sharp, and in which nothing moves."""
    page = await browser.new_page(
        viewport={"width": 1280, "height": 900},
        device_scale_factor=SHARPNESS,
        locale="en-GB",
        timezone_id=zone,
        reduced_motion="reduce",
    )
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    await draw_empty_maps(page)
    return page


async def _wait_for_the_past(home: HomeAssistant) -> None:
    """Wait until all sessions have been read, and put away what says so.

    Raises:
        DemoError: They have not been read after some minutes.
    """
    for _ in range(PAST_SECONDS):
        said = await home.client.command("persistent_notification/get")
        if sum(it["notification_id"].endswith("_history") for it in said) == PASTS:
            break
        await asyncio.sleep(1)
    else:
        raise DemoError(f"The past was not read within {PAST_SECONDS} s")
    await home.client.request(
        "POST", "/api/services/persistent_notification/dismiss_all", {}
    )


async def _set_the_scene(simulation: Simulation) -> None:
    """Have the driver charge, both cars at home be plugged in, and two stations wait for maintenance."""
    homes = await simulation.ask("homes")
    for charger in homes["chargers"]:
        if charger["mode"] is None:
            await tell(
                simulation,
                f"chargers/{charger['id']}",
                {"action": "plug_in", "soc": 30},
            )
    connector = await free_connector(simulation)
    await tell(
        simulation, f"{DRIVER}/sessions", {"action": "start", "connector": connector}
    )
    await tell(simulation, "clock", {"advance_seconds": CHARGED_SECONDS})
    stations = (await simulation.ask("world"))["stations"]
    for station, days, comment in (
        (stations[2], 1, "Replace cable"),
        (stations[3], 3, "Final test"),
    ):
        await tell(
            simulation,
            "beenergised_cpo/windows",
            {
                "station": station["id"],
                "begin_in_seconds": days * DAY,
                "seconds": 7200,
                "comment": comment,
            },
        )


async def photograph(
    page: Page,
    file: Path,
    *,
    last: Locator | None = None,
    only: Locator | None = None,
) -> None:
    """Keep a picture of a page once all is drawn: as it is, down to the end of something, or of one thing."""
    await page.wait_for_timeout(SETTLE_MS)
    if only is not None:
        taken = await only.screenshot()
    elif last is None:
        taken = await page.screenshot()
    else:
        boxes = [await each.bounding_box() for each in await last.all()]
        end = max(box["y"] + box["height"] for box in boxes if box is not None)
        size = page.viewport_size
        if size is None:
            raise DemoError("The window has no size")
        height = min(size["height"], end + MARGIN)
        taken = await page.screenshot(
            clip={"x": 0, "y": 0, "width": size["width"], "height": height}
        )
    await asyncio.to_thread(_save, taken, file)


def _save(taken: bytes, file: Path) -> None:
    """Write a picture with as many colours as it needs."""
    with Image.open(BytesIO(taken)) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(file, optimize=True)
