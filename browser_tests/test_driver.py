"""A driver's account: both ways to sign in, a session from start to stop, and signing in again."""

import asyncio
from pathlib import Path

from playwright.async_api import Page, expect
import pytest

from demo.client import Json
from demo.driver import VENDOR, ask_newest_session
from demo.errors import DemoError
from demo.home_assistant import DOMAIN, HomeAssistant
from demo.overview import Overview, kind_of, look, path_of
from demo.simulation import Simulation

from .backstage import ask, free_connector, notices, poll_now, rounded, tell
from .steps import Visitor

OPTIONS, TOKENS = f"{VENDOR}/options", f"{VENDOR}/tokens"
# How long a session of the sign-in with a password lasts, and one in the browser; in seconds of the cloud.
SESSION, BROWSER_SESSION = 600, 3_600
# So fast that a start or a stop, which is looked at every two seconds, has come about by the second look.
FAST = 60
# A start that waits for the cable is looked at for half a minute before a person is told.
CABLE_MS = 60_000

# What refuses a session that was renewed less than half a minute ago has nothing against the password.
YOUNG = 31
# How long after the first refusal of a password the second may come; in seconds.
SECOND_REFUSAL = 90


async def begin(visitor: Visitor, way: str) -> None:
    """Begin to add a driver's account."""
    await visitor.find_integration()
    await visitor.choose_vendor("be.ENERGISED for drivers")
    await visitor.choose(way, "ways-in")


async def choose_stations(visitor: Visitor) -> None:
    """Take the stations around home, as is filled in."""
    around = visitor.form.get_by_role("radio", name="Stations around home")
    await expect(around).to_be_checked()
    await visitor.photograph("stations")
    await visitor.submit()
    await visitor.finish()


async def add_by_password(visitor: Visitor, simulation: Simulation) -> None:
    """Add an account by username and password; the password is wrong at first."""
    cloud = simulation.vendors[VENDOR]
    await begin(visitor, "With username and password")
    await visitor.field("tenant").fill(cloud["server"])
    await visitor.field("psk").fill(cloud["psk"])
    await visitor.field("username").fill(cloud["username"])
    await visitor.field("password").fill("not-the-password")
    await visitor.photograph("credentials")
    await visitor.submit()
    await expect(visitor.form.locator("ha-alert")).to_contain_text(
        "The key is right, but the username or the password is not"
    )
    await visitor.photograph("wrong-password")

    await visitor.field("psk").fill(cloud["psk"])
    await visitor.field("password").fill(cloud["password"])
    await visitor.submit()
    await choose_stations(visitor)


async def sign_in(visitor: Visitor, simulation: Simulation) -> None:
    """Send a form off that leads to the operator's page, sign in there and allow what is asked for."""
    cloud = simulation.vendors[VENDOR]
    async with visitor.sign_in_elsewhere(visitor.submit()) as window:
        await window.get_by_label("Email address").fill(cloud["username"])
        await window.get_by_label("Password").fill(cloud["password"])
        await visitor.photograph("operator", window)
        await window.get_by_role("button", name="Allow").click()


async def add_in_browser(visitor: Visitor, simulation: Simulation) -> None:
    """Add an account by the operator's sign-in page, where the operator grants no refresh token."""
    cloud = simulation.vendors[VENDOR]
    await begin(visitor, "In the browser (Auth0)")
    await visitor.field("tenant").fill(cloud["server"])
    await visitor.field("authorization_server").fill(cloud["server"])
    await visitor.field("client_id").fill(cloud["client_id"])
    await visitor.field("client_secret").fill(cloud["client_secret"])
    await visitor.photograph("application")
    await sign_in(visitor, simulation)

    await expect(visitor.page.get_by_text("You will be asked again")).to_be_visible()
    await expect(visitor.form).to_contain_text("Ask the operator to allow refresh")
    await visitor.photograph("short-lived")
    await visitor.submit()
    await choose_stations(visitor)


def account_of(overview: Overview) -> Json:
    """Return the account's device."""
    (device,) = (it for it in overview.devices.values() if kind_of(it) == "account")
    return device


def connector_of(overview: Overview, connector_id: str) -> Json:
    """Return a connector's device."""
    (device,) = (
        it for it in overview.devices.values() if path_of(it).endswith(connector_id)
    )
    return device


async def newest(
    simulation: Simulation, energy: str = "Energy added", cost: str = "Session cost"
) -> dict[str, str]:
    """Return what must be shown of the driver's newest session, by what the cloud tells of it.

    Args:
        simulation: the cloud.
        energy: what the entity of the energy is called.
        cost: what that of the cost is called.
    """
    session = await ask_newest_session(simulation)
    return {
        energy: f"{rounded(session['energyConsumption'] / 1000)} kWh",
        cost: f"€{rounded(session['cost']['grossAmount'])}",
    }


async def start(visitor: Visitor, home: HomeAssistant, simulation: Simulation) -> None:
    """Start a session on the connector whose page is open, and see what it gives."""
    await expect(visitor.button("Stop charge")).to_be_disabled()
    await tell(simulation, "clock", {"speed": FAST})
    await visitor.press("Start charge")
    await visitor.expect_values({"Status": "Charging", "Charging": "Charging"})
    await tell(simulation, "clock", {"speed": 0})
    await poll_now(home, account_entity(await look(home.client)))
    await visitor.expect_values(await newest(simulation))
    await expect(visitor.button("Start charge")).to_be_disabled()
    await visitor.photograph("connector")


def account_entity(overview: Overview) -> Json:
    """Return an entity of the account by which it is updated."""
    return overview.of_device(account_of(overview)["id"])["session_energy"]


async def outlast_sign_in(
    visitor: Visitor, home: HomeAssistant, simulation: Simulation
) -> None:
    """Let the sign-in end while the account's page is open: it is renewed, and nobody is asked."""
    before = await ask(simulation, f"requests?vendor={VENDOR}")
    values = await newest(simulation)
    await tell(simulation, "clock", {"advance_seconds": SESSION + 1})
    await poll_now(home, account_entity(await look(home.client)))
    later = await newest(simulation)
    assert not set(later.values()) & set(values.values())
    await visitor.expect_values({"Session status": "Active", **later})
    requests = await ask(simulation, f"requests?vendor={VENDOR}")
    made = requests[VENDOR][len(before[VENDOR]) :]
    assert [it["credential"] for it in made].count("refresh") == 1
    assert await notices(home) == []


async def stop(visitor: Visitor, home: HomeAssistant, simulation: Simulation) -> None:
    """Stop the session on the connector whose page is open, and read at the account what it came to."""
    await tell(simulation, "clock", {"speed": FAST})
    await visitor.press("Stop charge")
    await expect(visitor.button("Stop charge")).to_be_disabled()
    await tell(simulation, "clock", {"speed": 0})
    overview = await look(home.client)
    await poll_now(home, account_entity(overview))
    await visitor.open_device(account_of(overview)["id"])
    await visitor.expect_values(
        {
            **await newest(simulation, "Last session energy", "Last session cost"),
            "Last session place": "Lahti Depot Bay 3, Nozzle 2",
            "Session status": "Unknown",
            "Session cost": "Unknown",
        }
    )
    await visitor.photograph("last-session")


async def change_password(
    visitor: Visitor, home: HomeAssistant, simulation: Simulation, connector_id: str
) -> None:
    """Change the password in the operator's app; Home Assistant asks for the new one, once."""
    await asyncio.sleep(YOUNG)
    password = (await tell(simulation, TOKENS, {"action": "change_password"}))[
        "password"
    ]
    overview = await look(home.client)
    await poll_now(home, account_entity(overview))
    await visitor.expect_values({"Last session energy": "Unavailable"})
    # refused once, it may be a mistake of the operator's; a minute later it is asked again, and that counts
    assert await notices(home) == []
    for _ in range(SECOND_REFUSAL):
        if await notices(home):
            break
        await asyncio.sleep(1)
    # a command finds the same, and asks for nothing more
    with pytest.raises(DemoError, match="500"):
        await home.client.request(
            "POST",
            f"/api/services/{DOMAIN}/start_charging",
            {"device_id": connector_of(overview, connector_id)["id"]},
        )
    assert len(await notices(home)) == 1

    await visitor.find_notice(simulation.vendors[VENDOR]["username"])
    await visitor.field("password").fill(password)
    await visitor.photograph("new-password")
    await visitor.submit()
    await visitor.end_sign_in()
    await visitor.expect_no_notice()
    assert await notices(home) == []


async def test_driver_by_password(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """Charge near by, longer than the sign-in lasts; then change the password."""
    await tell(simulation, OPTIONS, {"session_lifetime": SESSION})
    connector_id = await free_connector(simulation)
    last = await newest(simulation, "Last session energy", "Last session cost")
    visitor = Visitor(page, home.url, screenshots, "driver-")
    await visitor.log_in()
    await add_by_password(visitor, simulation)

    overview = await look(home.client)
    account = account_of(overview)
    connector = connector_of(overview, connector_id)
    await visitor.open_device(account["id"])
    await visitor.expect_values({**last, "Session status": "Unknown"})
    await visitor.open_device(connector["id"])
    await start(visitor, home, simulation)

    await visitor.open_device(account["id"])
    await visitor.expect_values(
        {
            **await newest(simulation),
            "Session connector": "Nozzle 2",
            "Session status": "Active",
            "Running sessions": "1",
        }
    )
    await visitor.show("Sensors")
    await visitor.photograph("account")
    await outlast_sign_in(visitor, home, simulation)

    await visitor.open_device(connector["id"])
    await stop(visitor, home, simulation)
    values = await newest(simulation, "Last session energy", "Last session cost")
    await change_password(visitor, home, simulation, connector_id)
    await visitor.open_device(account["id"])
    await visitor.expect_values(values)


async def test_driver_in_browser(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """Sign in at an operator that grants no refresh token, and an hour later again."""
    await tell(simulation, OPTIONS, {"auth0_refresh_tokens": False})
    visitor = Visitor(page, home.url, screenshots, "driver-browser-")
    await visitor.log_in()
    await add_in_browser(visitor, simulation)

    values = await newest(simulation, "Last session energy", "Last session cost")
    overview = await look(home.client)
    account = account_of(overview)
    await visitor.open_device(account["id"])
    await visitor.expect_values(values)
    await visitor.photograph("account")

    await tell(simulation, "clock", {"advance_seconds": BROWSER_SESSION + 1})
    await poll_now(home, account_entity(overview))
    await visitor.expect_values({"Last session energy": "Unavailable"})
    assert len(await notices(home)) == 1

    (entry,) = overview.entries.values()
    await visitor.find_notice(entry["title"])
    await sign_in(visitor, simulation)
    await visitor.end_sign_in()
    await visitor.expect_no_notice()
    await visitor.open_device(account["id"])
    await visitor.expect_values(values)


async def test_driver_without_luck(
    page: Page, home: HomeAssistant, simulation: Simulation, screenshots: Path
) -> None:
    """A start that waits for the cable, the same once more, and one that the operator refuses."""
    await tell(simulation, OPTIONS, {"vehicle_arrives": False})
    connector_id = await free_connector(simulation)
    visitor = Visitor(page, home.url, screenshots, "driver-starts-")
    await visitor.log_in()
    await add_by_password(visitor, simulation)
    connector = connector_of(await look(home.client), connector_id)
    await visitor.open_device(connector["id"])
    await tell(simulation, "clock", {"speed": FAST})
    await visitor.press("Start charge")
    await visitor.expect_notification("plug the cable in", CABLE_MS)
    await visitor.photograph("waits-for-cable")
    await visitor.close_notifications()
    await visitor.press("Start charge")
    await visitor.expect_toast("This was asked for just now")
    await visitor.photograph("once-more")

    await tell(simulation, OPTIONS, {"refuse_start": "Closed on Sundays"})
    other = next(
        device
        for device in (await look(home.client)).devices.values()
        if kind_of(device) == "connector" and device["id"] != connector["id"]
    )
    await visitor.open_device(other["id"])
    await visitor.press("Start charge")
    await visitor.expect_toast("Closed on Sundays")
    await visitor.photograph("refused")
    assert (await ask_newest_session(simulation))["status"] == "stopped"
