"""The dashboard: added by its dialog, each page opened, a session started and stopped there."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from demo.accounts import add_accounts
from demo.client import Json
from demo.driver import VENDOR, ask_newest_session
from demo.home_assistant import DOMAIN, HomeAssistant
from demo.overview import Overview, kind_of, look, name_of, path_of
from demo.simulation import Simulation

from .backstage import ask, free_connector, poll_now, rounded, tell
from .dashboards import Console, add_dashboard, draw_empty_maps, open_page, section
from .steps import Visitor
from .test_driver import FAST

# where the demo's Home Assistant is
ZONE = ZoneInfo("Europe/Helsinki")
PHONE = {"width": 390, "height": 844}
DRIVERS_CHARGE = "Nozzle 2"
NO_ACCOUNT = {
    "de": "Noch kein Konto",
    "fi": "Ei vielä tiliä",
    "it": "Ancora nessun account",
    "pl": "Nie ma jeszcze konta",
    "pt": "Ainda não há contas",
}
# What the dashboard's module takes for one thing.
ONES = """async language => {
  const loaded = performance.getEntriesByType("resource");
  const { isOne } = await import(loaded.find(({ name }) => name.endsWith("/words.js")).name);
  return [0, 1, 2].filter(number => isOne({ locale: { language } }, number));
}"""


async def sums(home: HomeAssistant, device: Json, **which: Any) -> tuple[int, float]:
    """Return how many sessions there are, and their energy in kWh."""
    answer = await home.client.request(
        "POST",
        f"/api/services/{DOMAIN}/get_sessions?return_response",
        {"device_id": device["id"], "page_size": 1, **which},
    )
    totals = answer["service_response"]["totals"]
    return (
        sum(total["sessions"] for total in totals),
        sum(total["energy_kwh"] for total in totals),
    )


def devices_of(overview: Overview, kind: str, vendor: str = "") -> list[Json]:
    """Return the devices of a kind."""
    return [
        device
        for device in overview.devices.values()
        if kind_of(device) == kind and path_of(device).startswith(vendor)
    ]


async def look_at_overview(
    visitor: Visitor, overview: Overview, simulation: Simulation
) -> None:
    """What the operator's connectors do is what the simulator says of them."""
    page = visitor.page
    world = await ask(simulation, "world")
    (operator,) = devices_of(overview, "account", "kempower")
    names = {
        station["name"]
        for station in world["stations"]
        for connector in station["connectors"]
        if connector["status"] == "charging"
    }
    now = page.locator("ev-charging-cloud-now hui-tile-card")
    for name in names:
        await expect(now.filter(has_text=name).first).to_be_visible()
        await expect(now.filter(has_text=f"{name} {name}")).to_have_count(0)
    power = overview.of_device(operator["id"])["power"]
    badge = page.locator("hui-entity-badge", has_text=name_of(operator))
    await expect(badge).to_contain_text(
        f"{rounded(float(overview.value(power) or 0), 1)}"
    )
    for location in devices_of(overview, "location"):
        line = page.locator("hui-heading-card", has_text=name_of(location))
        entity = overview.of_device(location["id"])["connectors_available"]
        await expect(line.locator("hui-entity-heading-badge").first).to_contain_text(
            overview.value(entity) or ""
        )
    markers = section(page, "Map").locator(".maplibregl-marker")
    await expect(markers.first).to_be_visible()


async def look_at_sums(visitor: Visitor, home: HomeAssistant, device: Json) -> None:
    """The sums of a page are those of the ledger."""
    sessions, energy = await sums(home, device, month=f"{datetime.now(ZONE):%Y-%m}")
    card = visitor.page.locator("ev-charging-cloud-totals", has_text="This month").first
    await expect(card).to_contain_text(f"{rounded(energy, 1):,} kWh")
    await expect(card).to_contain_text(f"{sessions} session")


async def charge(visitor: Visitor, home: HomeAssistant, simulation: Simulation) -> None:
    """Start a session near by, see it run, and stop it."""
    page = visitor.page
    await tell(simulation, "clock", {"speed": FAST})
    place = page.locator(
        "hui-grid-section .card",
        has=page.locator("hui-tile-card", has_text=DRIVERS_CHARGE),
    )
    await place.locator("xpath=following-sibling::*[1]").locator("ha-card").click()
    running = section(page, "Running session")
    await expect(running).to_contain_text("Active", timeout=60_000)
    await tell(simulation, "clock", {"speed": 0})
    overview = await look(home.client)
    (driver,) = devices_of(overview, "account", VENDOR)
    await poll_now(home, overview.of_device(driver["id"])["session_energy"])
    session = await ask_newest_session(simulation)
    assert session["status"] == "started"
    await expect(running).to_contain_text(
        f"{rounded(session['energyConsumption'] / 1000)} kWh"
    )
    await expect(running).to_contain_text(DRIVERS_CHARGE)
    await visitor.photograph("running")
    await tell(simulation, "clock", {"speed": FAST})
    await running.locator("ha-control-button button").click()
    await expect(running).to_contain_text("No session is running", timeout=60_000)
    await tell(simulation, "clock", {"speed": 0})
    assert (await ask_newest_session(simulation))["status"] == "stopped"


async def look_at_pages(visitor: Visitor, base: str, overview: Overview) -> None:
    """Open the page of each location, charger and car, and find what it is about."""
    page = visitor.page
    for kind in ("location", "vehicle"):
        for device in devices_of(overview, kind):
            await open_page(visitor, f"{base}/{kind}-{device['id']}")
            heading = page.locator("hui-heading-card", has_text=name_of(device))
            await expect(heading.first).to_be_visible()
            await expect(page.locator("hui-error-card")).to_have_count(0)
        await visitor.photograph(kind)
    for device in devices_of(overview, "station", "ev_energy"):
        await open_page(visitor, f"{base}/station-{device['id']}")
        status = overview.of_device(device["id"])["status"]
        words = (overview.value(status) or "").replace("suspended_evse", "paused by")
        await expect(
            page.locator("hui-tile-card", has_text=words).first
        ).to_be_visible()
    await visitor.photograph("charger")
    (place,) = devices_of(overview, "account", "beenergised_cpo")
    await open_page(visitor, f"{base}/account-{place['id']}")
    await expect(page.locator("hui-tile-card", has_text="Bay 1")).to_be_visible()
    await visitor.photograph("place")


async def test_dashboard(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """Four accounts: from the dialog to the stop of a session, without a complaint."""
    await add_accounts(home.client, simulation)
    await free_connector(simulation)
    await draw_empty_maps(page)
    console = Console(page)
    visitor = Visitor(page, home.url, screenshots, "dashboard-")
    await visitor.log_in()
    base = await add_dashboard(visitor)
    overview = await look(home.client)
    await look_at_overview(visitor, overview, simulation)
    await visitor.photograph("overview")

    await look_at_pages(visitor, base, overview)
    await open_page(visitor, f"{base}/sessions")
    for account in devices_of(overview, "account", "ev_energy"):
        table = section(page, name_of(account)).locator("ev-charging-cloud-sessions")
        await expect(table.locator("tbody tr")).to_have_count(20)
        await table.get_by_role("button", name="Show more").click()
        await expect(table.locator("tbody tr")).to_have_count(40)
    await visitor.photograph("sessions")

    await open_page(visitor, f"{base}/driver")
    (driver,) = devices_of(overview, "account", VENDOR)
    await look_at_sums(visitor, home, driver)
    await visitor.photograph("driver")
    await charge(visitor, home, simulation)
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await page.emulate_media(color_scheme="dark")
    for path in ("overview", "driver", "sessions"):
        await open_page(visitor, f"{base}/{path}")
        await visitor.photograph(f"phone-{path}")
    assert console.complaints == []


async def test_dashboard_before_accounts(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """With the last account gone it says how to begin again, in whatever language."""
    accounts = await add_accounts(home.client, simulation)
    await draw_empty_maps(page)
    console = Console(page)
    visitor = Visitor(page, home.url, screenshots, "dashboard-empty-")
    await visitor.log_in()
    base = await add_dashboard(visitor)
    for entry_id in accounts:
        await home.client.request(
            "DELETE", f"/api/config/config_entries/entry/{entry_id}"
        )
    await visitor.open(base)
    await expect(page.get_by_text("No account yet")).to_be_visible()
    await visitor.photograph("empty")
    for language, text in NO_ACCOUNT.items():
        await page.evaluate(
            "language => localStorage.setItem('selectedLanguage', JSON.stringify(language))",
            language,
        )
        await visitor.open(base)
        await expect(page.get_by_text(text)).to_be_visible()
    # Portugal says "0 sessões", as Italy "0 sessioni"; France "0 session".
    ones = {
        language: await page.evaluate(ONES, language) for language in ("pt", "it", "fr")
    }
    assert ones == {"pt": [1], "it": [1], "fr": [0, 1]}
    assert console.complaints == []
