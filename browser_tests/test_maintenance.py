"""From a tenant's name to planned maintenance, as an operator does it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from demo.client import Json
from demo.home_assistant import HomeAssistant
from demo.overview import look, path_of
from demo.simulation import Simulation
from simulator.beenergised_cpo.windows import stamp

from .backstage import ask, device_named, tell
from .calendar import CalendarPage
from .steps import Visitor

DAY = 86_400


async def add_account(visitor: Visitor, simulation: Simulation) -> None:
    """Add an operator's account; the secret is wrong at first."""
    cloud = simulation.vendors["beenergised_cpo"]
    await visitor.find_integration()
    await visitor.choose_vendor("be.ENERGISED CPO")

    await visitor.field("tenant").fill(cloud["server"])
    await visitor.field("client_id").fill(cloud["client_id"])
    await visitor.field("client_secret").fill("not-the-secret")
    await visitor.open_section("Server")
    await visitor.field("server").fill(cloud["server"])
    await visitor.photograph("credentials")
    await visitor.submit()
    await expect(visitor.form.locator("ha-alert")).to_contain_text(
        "The client ID is right, but the client secret is not."
    )
    await visitor.photograph("wrong-secret")

    await visitor.field("client_secret").fill(cloud["client_secret"])
    await visitor.submit()
    await visitor.finish()


async def windows(simulation: Simulation) -> dict[str, Json]:
    """Return the maintenance windows that the cloud has, by id."""
    listed = (await ask(simulation, "beenergised_cpo/windows"))["windows"]
    return {window["id"]: window["attributes"] for window in listed}


def window(station: str, comment: str, start: datetime) -> dict[str, Any]:
    """Return two hours of a station's maintenance as the cloud tells of them."""
    return {
        "cpId": station,
        "connectorId": None,
        "comment": comment,
        "startDate": stamp(start),
        "endDate": stamp(start + timedelta(hours=2)),
    }


async def plan(calendar: CalendarPage, station: str, start: datetime) -> None:
    """Plan two hours at a station; by mistake yesterday at first."""
    editor = await calendar.add()
    await editor.summary.fill("Replace cable")
    await editor.choose_calendar(station)
    await editor.begin(start - timedelta(days=2))
    await editor.press()
    await expect(editor.refusal).to_contain_text(
        "be.ENERGISED CPO takes no maintenance window that starts in the past"
    )
    await calendar.photograph("past")
    await editor.begin(start)
    await editor.end(start + timedelta(hours=2))
    await calendar.photograph("event")
    await editor.finish()
    await expect(calendar.event("Replace cable")).to_contain_text(f"{start:%H:%M}")
    await calendar.photograph("calendar")


async def move(calendar: CalendarPage, start: datetime) -> None:
    """Let it begin at another time, and call it something else; it keeps its length."""
    await calendar.look_at("Replace cable")
    await calendar.photograph("details")
    editor = await calendar.edit()
    await editor.summary.fill("Replace both cables")
    await editor.begin(start)
    await editor.finish()
    event = calendar.event("Replace both cables")
    await expect(event).to_contain_text(f"{start:%H:%M}")
    await expect(calendar.event("Replace cable")).to_have_count(0)
    await calendar.photograph("moved")


async def delete(calendar: CalendarPage) -> None:
    """Take it back."""
    await calendar.look_at("Replace both cables")
    await calendar.delete()
    await expect(calendar.event("Replace both cables")).to_have_count(0)
    await expect(calendar.event("Final test")).to_have_count(1)
    await calendar.photograph("deleted")


async def test_maintenance(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """Add an account, and plan, move and delete maintenance in the calendar."""
    idle, broken = (await ask(simulation, "world"))["stations"][2:4]
    await tell(
        simulation,
        "beenergised_cpo/windows",
        {"station": broken["id"], "begin_in_seconds": 3 * DAY, "comment": "Final test"},
    )
    before = await windows(simulation)
    visitor = Visitor(page, home.url, screenshots, "maintenance-")
    await visitor.log_in()
    await add_account(visitor, simulation)

    overview = await look(home.client)
    await visitor.open_device(device_named(overview, broken["name"])["id"])
    await visitor.expect_values(
        {"Maintenance end": "In 6 hours", "Next maintenance": "In 3 days"}
    )
    await visitor.photograph("station")

    # each window stands in its station's calendar alone: the account's is off at first
    calendar = CalendarPage(visitor)
    await calendar.open()
    await expect(calendar.event("Final test")).to_have_count(1)

    station = path_of(device_named(overview, idle["name"])).rpartition("/")[2]
    start = (datetime.now().astimezone() + timedelta(days=1)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    await plan(calendar, idle["name"], start)
    after = await windows(simulation)
    (made,) = after.keys() - before.keys()
    assert after == before | {made: window(station, "Replace cable", start)}

    later = start + timedelta(hours=3)
    await move(calendar, later)
    moved = window(station, "Replace both cables", later)
    assert await windows(simulation) == before | {made: moved}

    await delete(calendar)
    assert await windows(simulation) == before
