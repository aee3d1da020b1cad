"""What is done to take each picture."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
import re

from playwright.async_api import expect

from browser_tests.calendar import CalendarPage
from browser_tests.dashboards import open_page, section
from browser_tests.locations import STATIONS, search_locations
from demo.client import Json
from demo.errors import DemoError

from .large import open_large
from .studio import Studio, photograph

DESKTOP = (1100, 900)
# Down to where the chart ends.
OVERVIEW = (1100, 715)
PHONE = (390, 844)
DEVICE = (1000, 1100)
DIALOG = (1000, 800)

type Take = Callable[[Studio, Path], Awaitable[None]]


def _overview(*, size: tuple[int, int], dark: bool) -> Take:
    async def take(studio: Studio, file: Path) -> None:
        visitor = await studio.visit(size, dark=dark)
        await open_page(visitor, f"{studio.dashboard}/overview")
        await expect(section(visitor.page, "Energy and cost")).to_contain_text("kWh")
        await photograph(visitor.page, file)

    return take


def _page(path: str, shows: str) -> Take:
    async def take(studio: Studio, file: Path) -> None:
        visitor = await studio.visit(DESKTOP)
        await open_page(visitor, f"{studio.dashboard}/{path}")
        await expect(visitor.page.get_by_text(shows, exact=True).first).to_be_visible()
        await photograph(visitor.page, file)

    return take


def _device(find: Callable[[Studio], Json], shows: Mapping[str, str]) -> Take:
    async def take(studio: Studio, file: Path) -> None:
        visitor = await studio.visit(DEVICE)
        await visitor.open_device(find(studio)["id"])
        await visitor.expect_values(shows)
        cards = visitor.page.locator("ha-device-entities-card")
        await photograph(visitor.page, file, last=cards)

    return take


async def _calendar(studio: Studio, file: Path) -> None:
    visitor = await studio.visit(DESKTOP)
    calendar = CalendarPage(visitor)
    await calendar.open()
    await expect(calendar.event("Replace cable")).to_have_count(1)
    # of the calendars only those of maintenance
    for sessions in await visitor.page.get_by_text(re.compile(r" Sessions\s*$")).all():
        await sessions.click()
    await expect(visitor.page.locator(".fc-event", has_text="kWh")).to_have_count(0)
    await photograph(visitor.page, file)


async def _energy(studio: Studio, file: Path) -> None:
    visitor = await studio.visit(DESKTOP)
    page = visitor.page
    await visitor.open("/energy/electricity")
    await expect(page.get_by_text("Individual devices").first).to_be_visible()
    await page.locator("ha-date-range-picker").first.click()
    await page.get_by_text("This month").click()
    await photograph(page, file, only=page.locator("hui-energy-usage-graph-card"))


async def _locations(studio: Studio, file: Path) -> None:
    browser = (await studio.visit(DIALOG)).page.context.browser
    if browser is None:
        raise DemoError("The browser is gone")
    async with open_large(browser, STATIONS, DIALOG) as (visitor, simulation):
        await search_locations(visitor, simulation)
        await photograph(visitor.page, file)


TAKES: Mapping[str, Take] = {
    "dashboard": _overview(size=OVERVIEW, dark=False),
    "dashboard-dark": _overview(size=OVERVIEW, dark=True),
    "dashboard-phone": _overview(size=PHONE, dark=False),
    "dashboard-phone-dark": _overview(size=PHONE, dark=True),
    "dashboard-sessions": _page("sessions", "This month"),
    "dashboard-driver": _page("driver", "Running session"),
    "energy": _energy,
    "locations": _locations,
    "kempower_station": _device(
        lambda studio: studio.device("station", "kempower", "Bay 1"),
        {"Online": "Connected"},
    ),
    "kempower_connector": _device(
        lambda studio: studio.device("connector", "kempower", "Bay 1 1.1"),
        {"Charging": "Charging"},
    ),
    "ev_energy_vehicle": _device(
        lambda studio: studio.device("vehicle", "ev_energy"),
        {"Plug": "Plugged in"},
    ),
    "beenergised_cpo_station": _device(
        lambda studio: studio.device("station", "beenergised_cpo", "Bay 4"),
        {"Maintenance active": "On"},
    ),
    "beenergised_cpo_calendar": _calendar,
    "beenergised_driver_account": _device(
        lambda studio: studio.account("beenergised_driver"),
        {"Session status": "Active"},
    ),
    "beenergised_driver_connector": _device(
        lambda studio: studio.device("connector", "beenergised_driver", "Nozzle 2"),
        {"Charging": "Charging"},
    ),
}
