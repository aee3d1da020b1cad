"""Blueprints that act at a time of the day."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from homeassistant.core import HomeAssistant
from simulator import Simulator
from simulator.ev_energy.context import vehicle_id
from simulator.homes import Link
from simulator.world.history import History
from tests.common import async_set_up, entity_id_of
from tests.ev_energy.common import async_pass, make_account
from tests.sessions.records import Money, async_record, device_id, session, sighting

from .common import Automation, async_automate

BERLIN = "Europe/Berlin"


async def async_go_to(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime
) -> None:
    """Let it be a certain time."""
    freezer.move_to(moment)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


# ---- monthly report


@pytest.fixture
async def report(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Automation:
    """Have a report of an account, with sessions of three months and of two drivers."""
    monkeypatch.setattr(History, "newest", None)
    await hass.config.async_set_time_zone(BERLIN)
    media = hass.config.path("media")
    hass.config.media_dirs = {"local": media}
    hass.config.allowlist_external_dirs = {media}
    await async_set_up(hass, entry)
    await async_record(
        hass,
        entry,
        [
            sighting(
                session(
                    station_id, connector_id, start, id_=id_, energy=energy, cost=cost
                ),
                driver=driver,
            )
            for id_, start, energy, cost, driver in (
                ("s0", datetime(2026, 10, 31, 22, 30, tzinfo=UTC), 1e3, None, "Anna"),
                ("s1", datetime(2026, 10, 31, 23, 30, tzinfo=UTC), 12e3, None, "Anna"),
                (
                    "s2",
                    datetime(2026, 11, 9, 9, tzinfo=UTC),
                    8e3,
                    Money(500, "EUR"),
                    "Bert",
                ),
                ("s3", datetime(2026, 11, 30, 22, 30, tzinfo=UTC), 3e3, None, "Anna"),
                ("s4", datetime(2026, 11, 30, 23, 30, tzinfo=UTC), 5e3, None, "Anna"),
            )
        ],
    )
    return await async_automate(
        hass, "monthly_report", device=device_id(hass, entry, "account")
    )


async def test_report(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, report: Automation
) -> None:
    """On the first there is a file of the month before by the clock on the wall, and its totals."""
    await async_go_to(hass, freezer, datetime(2026, 11, 30, 6, tzinfo=UTC))
    assert report.taken() == []
    await async_go_to(hass, freezer, datetime(2026, 12, 1, 6, tzinfo=UTC))
    ((title, message),) = report.texts()
    assert title == "Charging in 2026-11"
    assert message.splitlines() == [
        "Anna: 2 sessions, 15.0 kWh",
        "Bert: 1 session, 8.0 kWh, 5.00 EUR",
        "media/charging/2026-11-kempower_depots.csv",
    ]
    file = Path(hass.config.path(message.splitlines()[-1]))
    text = await hass.async_add_executor_job(file.read_text, "utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["Session"] for row in rows] == ["s1", "s2", "s3"]
    await async_go_to(hass, freezer, datetime(2026, 12, 2, 6, tzinfo=UTC))
    assert report.taken() == []


async def test_report_of_an_idle_month(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, report: Automation
) -> None:
    """A month without sessions is reported as one."""
    await async_go_to(hass, freezer, datetime(2027, 3, 1, 6, tzinfo=UTC))
    ((title, message),) = report.texts()
    assert title == "Charging in 2027-02"
    assert message.splitlines()[0] == "No sessions."


# ---- a car that is not plugged in


@pytest.mark.parametrize(
    ("at_home", "plugged_in", "charge", "speaks"),
    [
        (True, False, 30, True),
        (True, False, 80, False),
        (True, True, 30, False),
        (False, False, 30, False),
    ],
    ids=["all so", "full enough", "plugged in", "not at home"],
)
async def test_car(
    hass: HomeAssistant,
    sim: Simulator,
    freezer: FrozenDateTimeFactory,
    at_home: bool,
    plugged_in: bool,
    charge: int,
    speaks: bool,
) -> None:
    """A reminder comes at its hour where all is so, and only there."""
    await hass.config.async_set_time_zone("UTC")
    account = make_account(hass, sim)
    homes = sim.world.homes
    car_id = homes.car_ids()[0]
    await async_set_up(hass, account)
    car = f"vehicle/{vehicle_id(car_id)}"
    hass.states.async_set("person.robin", "home" if at_home else "not_home")
    plug = entity_id_of(hass, account, car, "plug")
    hass.states.async_set("sensor.battery", str(charge), {"device_class": "battery"})
    if plugged_in:
        homes.plug_in(homes.charger_ids()[0], soc=charge)
        await async_pass(hass, freezer, sim)
    automation = await async_automate(
        hass,
        "car_not_plugged_in",
        at="21:00:00",
        home="person.robin",
        plug=plug,
        charge="sensor.battery",
        enough=80,
    )
    await async_go_to(hass, freezer, datetime(2026, 11, 24, 20, 59, tzinfo=UTC))
    assert automation.taken() == []
    await async_go_to(hass, freezer, datetime(2026, 11, 24, 21, 0, tzinfo=UTC))
    said = [("Family car: not plugged in", f"At {charge} %.")]
    assert automation.texts() == (said if speaks else [])


async def test_car_of_unknown_charge(
    hass: HomeAssistant, sim: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    """Without a charge to look at, or with one that nobody knows, the reminder comes."""
    await hass.config.async_set_time_zone("UTC")
    account = make_account(hass, sim)
    sim.world.homes.set_link(sim.world.homes.car_ids()[0], Link.ACTIVE)
    await async_set_up(hass, account)
    car = f"vehicle/{vehicle_id(sim.world.homes.car_ids()[0])}"
    hass.states.async_set("device_tracker.car", "home")
    automation = await async_automate(
        hass,
        "car_not_plugged_in",
        at="21:00:00",
        home="device_tracker.car",
        plug=entity_id_of(hass, account, car, "plug"),
    )
    await async_go_to(hass, freezer, datetime(2026, 11, 24, 21, 0, tzinfo=UTC))
    assert automation.texts() == [("Family car: not plugged in", "The car is at home.")]
    await async_go_to(
        hass, freezer, datetime(2026, 11, 24, 21, 0, tzinfo=UTC) + timedelta(minutes=1)
    )
    assert automation.taken() == []
