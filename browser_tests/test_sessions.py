"""Sessions that are kept: in the energy dashboard, in the calendar, and in a file."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from demo.accounts import ACCOUNTS, add_account
from demo.driver import VENDOR
from demo.energy import fill_dashboard
from demo.home_assistant import DOMAIN, HomeAssistant
from demo.overview import kind_of, look
from demo.simulation import Simulation

from .steps import Visitor

# Home Assistant may write there.
FOLDER = "config/www"


async def look_at_energy(visitor: Visitor) -> None:
    """See what was charged today and this year, and what it cost."""
    page = visitor.page
    await visitor.open("/energy/electricity")
    await expect(page.get_by_text("Individual devices").first).to_be_visible()
    await visitor.photograph("energy")
    await page.locator("ha-date-range-picker").first.click()
    await page.get_by_text("This year").click()
    total = page.locator("hui-energy-sources-table-card")
    await expect(total).to_contain_text("Grid total")
    await expect(total).to_contain_text("€")
    await visitor.photograph("year")
    # Side by side with the rest, the table leaves no room for its last column.
    await total.scroll_into_view_if_needed()
    cost = total.get_by_text("€").last
    await cost.scroll_into_view_if_needed()
    await visitor.photograph("cost")


async def look_at_calendar(visitor: Visitor) -> None:
    """See the sessions of this month."""
    await visitor.open("/calendar")
    await expect(visitor.page.locator(".fc-event").first).to_contain_text("kWh")
    await visitor.photograph("calendar")


async def export(home: HomeAssistant, file: Path) -> list[dict[str, str]]:
    """Have all sessions written to a file, and read it."""
    overview = await look(home.client)
    (account,) = (it for it in overview.devices.values() if kind_of(it) == "account")
    file.parent.mkdir()
    await home.client.request(
        "POST",
        f"/api/services/{DOMAIN}/export_sessions",
        {"device_id": account["id"], "file": str(file)},
    )
    with file.open(newline="", encoding="utf-8-sig") as opened:
        return list(csv.DictReader(opened))


async def test_sessions(
    page: Page,
    home: HomeAssistant,
    simulation: Simulation,
    screenshots: Path,
    folder: Path,
) -> None:
    """What happened before Home Assistant knew of it is there too."""
    cloud = simulation.vendors[VENDOR]
    await add_account(home.client, VENDOR, ACCOUNTS[VENDOR](cloud, []))
    energies = await fill_dashboard(home.client)
    assert len(energies) == 1

    visitor = Visitor(page, home.url, screenshots, "sessions-")
    await visitor.log_in()
    await look_at_energy(visitor)
    await look_at_calendar(visitor)
    rows = await export(home, folder / FOLDER / "sessions.csv")
    # Ninety days of them, about one a day.
    assert len(rows) > 70
    starts = sorted(datetime.fromisoformat(row["Start"]) for row in rows)
    assert starts[-1] - starts[0] > timedelta(days=80)
    assert all(row["Energy (kWh)"] for row in rows)
    assert {row["Currency"] for row in rows} == {"EUR"}
