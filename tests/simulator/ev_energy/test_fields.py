"""The simulated ev.energy's answers have the documented fields, types and values."""

from datetime import timedelta
import re
from typing import Any

from simulator import Simulator
from simulator.homes import Link
from tests.simulator.documented import check

from . import documented as doc
from .client import EvClient

ID = re.compile(r"[a-z]{4}[A-Z\d]{26}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


def check_ids(thing: Any) -> None:
    """Assert that ids, addresses and times inside an answer have the documented form."""
    if isinstance(thing, list):
        for item in thing:
            check_ids(item)
    if not isinstance(thing, dict):
        return
    for name, value in thing.items():
        if name == "id":
            assert ID.fullmatch(value)
        if name.endswith("_at") and value is not None:
            assert TIME.fullmatch(value), (name, value)
        check_ids(value)
    if {"id", "url"} <= thing.keys():
        assert thing["url"].rstrip("/").endswith(thing["id"])


async def test_users(ev: EvClient) -> None:
    """A user has a home, a tariff, cars and chargers; the single form tells the carbon intensity."""
    (listed,) = await ev.get("/users")
    single = await ev.get(f"/users/{ev.cloud.user_id}")
    assert single == await ev.get("/users/me")
    carbon = "current_carbon_intensity_grams_per_kilowatt_hour"
    assert carbon not in listed["default_location"]
    assert single["default_location"].pop(carbon) > 0
    assert single == listed
    check_ids(single)
    check(single, doc.USER)
    check(single["default_location"], doc.USER_LOCATION)
    assert len(single["vehicles"]) == len(single["evses"]) == 2
    for url in [*single["vehicles"], *single["evses"]]:
        assert (await ev.get(url))["url"] == url
    assert (await ev.get("/users?email=ROBIN@example.com"))[0]["id"] == single["id"]
    assert await ev.get("/users?email=nobody@example.com") == []
    path = "/users/me?expand=default_location.tariff.supplier"
    tariff = (await ev.get(path))["default_location"]["tariff"]
    check(tariff, doc.TARIFF)
    check(tariff["supplier"], doc.SUPPLIER)


async def test_chargers(sim: Simulator, ev: EvClient) -> None:
    """Chargers, models, makes and reports have the documented fields through a whole day."""
    pilots, modes = set(), set()
    path = "/evses?expand=model&expand=model.make&expand=latest_status_log&expand=user"
    for _ in range(40):
        for evse in await ev.get(path):
            check_ids(evse)
            check(evse, doc.EVSE, doc.EVSE_ENUMS)
            check(evse["model"], doc.EVSE_MODEL)
            check(evse["model"]["make"], doc.EVSE_MAKE)
            check(evse["user"], doc.USER)
            log = evse["latest_status_log"]
            check(log, doc.EVSE_LOG, doc.EVSE_LOG_ENUMS)
            assert log["is_charging"] is (log["charge_rate_watts"] > 0)
            pilots.add(log["control_pilot_status"])
            modes.add(log["mode"])
        sim.clock.advance(timedelta(minutes=41, seconds=13))
    assert {"A", "B", "C"} <= pilots
    assert {"Idle", "Delay", "Charge"} <= modes


async def test_charger_by_itself(ev: EvClient) -> None:
    """Without expand a charger is made of addresses that lead somewhere."""
    for evse in await ev.get("/evses"):
        check(evse, doc.EVSE, doc.EVSE_ENUMS)
        assert await ev.get(evse["url"]) == evse
        assert (await ev.get(f"/evses?cpid={evse['cpid']}")) == [evse]
        model = await ev.get(evse["model"])
        check(model, doc.EVSE_MODEL)
        check(await ev.get(model["make"]), doc.EVSE_MAKE)
        log = await ev.get(evse["latest_status_log"])
        check(log, doc.EVSE_LOG, doc.EVSE_LOG_ENUMS)
        connectivity = await ev.get(f"/evses/{evse['id']}/connectivity")
        check(connectivity, doc.CONNECTIVITY)
        assert connectivity["latest_status_log"] == evse["latest_status_log"]
        assert await ev.get(evse["charging_sub_sessions"])


async def test_vehicles(sim: Simulator, ev: EvClient) -> None:
    """Vehicles, trims, models, makes and reports have the documented fields; links may be broken or missing."""
    homes = sim.world.homes
    path = "/vehicles?expand=trim.model.make&expand=latest_status_log&expand=user"
    states = set()
    for _ in range(30):
        for vehicle in await ev.get(path):
            check_ids(vehicle)
            check(vehicle, doc.VEHICLE, doc.VEHICLE_ENUMS)
            check(vehicle["trim"], doc.TRIM)
            check(vehicle["trim"]["model"], doc.VEHICLE_MODEL)
            check(vehicle["trim"]["model"]["make"], doc.VEHICLE_MAKE)
            log = vehicle["latest_status_log"]
            check(log, doc.VEHICLE_LOG, doc.VEHICLE_LOG_ENUMS)
            states.add(log["state"])
        sim.clock.advance(timedelta(minutes=53))
    assert {"STATIONARY", "PLUGGED_IN_CHARGING", "PLUGGED_IN_NOT_CHARGING"} <= states
    first, second = homes.car_ids()[:2]
    homes.set_link(first, Link.NONE)
    homes.set_link(second, Link.BROKEN)
    before = (await ev.get("/vehicles"))[1]["latest_status_log"]
    sim.clock.advance(timedelta(hours=30))
    unlinked, broken = await ev.get("/vehicles?expand=latest_status_log")
    assert unlinked["latest_status_log"] is None
    assert unlinked["integrated"] == "UNINTEGRATED"
    assert broken["integrated"] == "INACTIVE"
    assert broken["latest_status_log"]["url"] == before


async def test_vehicle_by_itself(ev: EvClient) -> None:
    """Without expand a vehicle is made of addresses that lead somewhere."""
    for vehicle in await ev.get("/vehicles"):
        assert await ev.get(vehicle["url"]) == vehicle
        trim = await ev.get(vehicle["trim"])
        check(trim, doc.TRIM)
        model = await ev.get(trim["model"])
        check(model, doc.VEHICLE_MODEL)
        check(await ev.get(model["make"]), doc.VEHICLE_MAKE)
        check(
            await ev.get(vehicle["latest_status_log"]),
            doc.VEHICLE_LOG,
            doc.VEHICLE_LOG_ENUMS,
        )
        charge = await ev.get(f"/vehicles/{vehicle['id']}/state_of_charge")
        check(charge, doc.STATE_OF_CHARGE, doc.STATE_OF_CHARGE_ENUMS)
        for log in await ev.get(f"/vehicles/{vehicle['id']}/location_logs"):
            check(log, doc.LOCATION_LOG)
        assert await ev.get(f"/vehicles/{vehicle['id']}/error_logs") == []


async def test_sessions(ev: EvClient) -> None:
    """All sessions of ninety days have the documented fields; guests and trips are among them."""
    seen: dict[str, set[Any]] = {"mode": set(), "evse": set(), "vehicle": set()}
    starts = []
    path = "/charging_sessions?page_size=100&expand=sub_sessions&expand=evse&expand=vehicle"
    async for page in ev.pages(path):
        for session in page:
            check_ids(session)
            check(session, doc.SESSION)
            starts.append(session["start"])
            for name, fields in (("evse", doc.EVSE), ("vehicle", doc.VEHICLE)):
                seen[name].add(session[name] is None)
                if session[name] is not None:
                    check(session[name], fields)
            parts = session["sub_sessions"]
            assert parts[-1]["start"] == session["start"]
            assert parts[0]["end"] == session["end"]
            for part in parts:
                check_sub_session(part)
                seen["mode"].add(part["mode"])
    assert len(starts) > 150
    assert starts == sorted(starts, reverse=True)
    assert seen["evse"] == seen["vehicle"] == {True, False}
    assert seen["mode"] == {"SMART", "BOOST", "UNMANAGED_HOME", "UNMANAGED_OTG"}


def check_sub_session(part: dict[str, Any]) -> None:
    """Assert that a sub-session is as documented and adds up."""
    check_ids(part)
    check(part, doc.SUB_SESSION, doc.SUB_SESSION_ENUMS)
    check(part["location"], doc.SUB_SESSION_LOCATION)
    assert set(part["labels"] or ()) <= doc.LABELS
    grid, solar = (
        part[f"{kind}_energy_delivered_watt_hours"] for kind in ("grid", "solar")
    )
    assert grid + solar == part["energy_delivered_watt_hours"]
    if part["end"] is None:
        assert part["savings_cost"] is None


async def test_sub_sessions(ev: EvClient) -> None:
    """Everything that can be expanded in a sub-session is what its address leads to."""
    names = ("energy_usage", "schedules", "flags", "assessment", "debug_metadata")
    query = "&".join(f"expand={name}" for name in (*names, "tariff", "carbon_feed"))
    for part in await ev.get(f"/charging_sub_sessions?{query}&expand=grid_feeds"):
        check_sub_session(part)
        plain = await ev.get(part["url"])
        for name in names:
            assert await ev.get(plain[name]) == part[name]
        usage = part["energy_usage"]
        check(usage, doc.USAGE)
        for interval in usage["intervals"]:
            check(interval, doc.INTERVAL)
        total = sum(
            it["total_energy_delivered_watt_hours"] for it in usage["intervals"]
        )
        assert abs(total - part["energy_delivered_watt_hours"]) < 20
        check(part["schedules"], doc.SCHEDULES)
        for item in part["schedules"]["schedules"]:
            check(item, doc.SCHEDULE, doc.SCHEDULE_ENUMS)
            assert (item["interval_seconds"] is None) is (part["mode"] == "BOOST")
        for plan in (await ev.get(f"{part['url']}/schedule_plans"))["schedule_plans"]:
            check(plan, doc.PLAN)
        if part["tariff"] is not None:
            check(part["tariff"], doc.TARIFF)
            check(part["carbon_feed"], doc.CARBON_FEED)
            check(part["grid_feeds"][0], doc.GRID_FEED)
        merged = await ev.get(
            f"{part['url']}/energy_usage?merge_consecutive_intervals=true"
            "&energy_delivered_watt_hours__gt=0"
        )
        assert total == sum(
            it["total_energy_delivered_watt_hours"] for it in merged["intervals"]
        )
        for interval in merged["intervals"]:
            check(interval, doc.INTERVAL)


async def test_energy(sim: Simulator, ev: EvClient) -> None:
    """Tariffs, prices, carbon and grid have the documented fields."""
    for tariff in await ev.get("/tariffs?expand=supplier"):
        check_ids(tariff)
        check(tariff, doc.TARIFF)
        check(tariff["supplier"], doc.SUPPLIER)
        assert "current_price" not in tariff
        single = await ev.get(tariff["url"])
        check(single, doc.TARIFF)
        assert type(single["current_price"]) is int
        prices = await ev.get(single["prices"])
        for price in prices:
            check(price, doc.PRICE)
        inside = await ev.get(f"{tariff['url']}?expand=prices")
        assert inside["prices"][: len(prices)] == prices
        assert await ev.get(single["supplier"]) == tariff["supplier"]
    sim.ev_energy.options.contract_tariffs = True
    for tariff in await ev.get("/tariffs"):
        check(tariff, doc.TARIFF, doc.TARIFF_ENUMS)
        assert tariff["daily_prices"]["peak"]["price"] in {"0.27", "0.25"}
    for feed in await ev.get("/carbon_feeds"):
        check(feed, doc.CARBON_FEED)
        answer = await ev.get(f"{feed['url']}/carbon_intensities")
        assert answer["carbon_feed"] == feed["url"]
        assert answer["carbon_intensities"][0]["started_at"] == "2026-10-01T08:00:00Z"
        for item in answer["carbon_intensities"]:
            check(item, doc.CARBON)
    for feed in await ev.get("/grid_feeds"):
        check(feed, doc.GRID_FEED)
        for level in await ev.get(f"{feed['url']}/levels"):
            check(level, doc.GRID_LEVEL)


async def test_root(ev: EvClient) -> None:
    """The root links to the collections."""
    links = await ev.get("")
    assert len(links) == 14
    for name in ("users", "evses", "vehicles", "tariffs", "carbon_feeds", "suppliers"):
        assert await ev.get(links[name])
