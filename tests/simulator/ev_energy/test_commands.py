"""The commands of the simulated ev.energy change the world, and say why they cannot."""

from datetime import timedelta
from typing import Any

import pytest

from simulator import Simulator
from simulator.homes import Link, Mode
from tests.simulator.documented import check

from . import documented as doc
from .client import EvClient


async def running(ev: EvClient, index: int) -> dict[str, Any]:
    """Return the running session of a charger."""
    evse = (await ev.get("/evses"))[index]["url"]
    for session in await ev.get("/charging_sessions"):
        if session["evse"] == evse and session["end"] is None:
            found: dict[str, Any] = session
            return found
    raise AssertionError("nothing runs there")


async def test_boost(sim: Simulator, ev: EvClient) -> None:
    """A boost charges now in a sub-session of its own, and its end goes back to the plan."""
    charger = sim.world.homes.charger_ids()[1]
    session = await running(ev, 1)
    assert sim.world.homes.charger(charger).power_w == 0
    status, _, body = await ev.ask("POST", f"{session['url']}/boost_end")
    assert status == 409
    check(body, doc.PROBLEM)
    sim.clock.advance(timedelta(minutes=5))
    status, _, after = await ev.ask("POST", f"{session['url']}/boost_start")
    assert status == 200
    check(after, doc.SESSION)
    assert after["sub_sessions"][1:] == session["sub_sessions"]
    assert sim.world.homes.charger(charger).power_w == 11_000
    assert (await ev.ask("POST", f"{session['url']}/boost_start"))[0] == 409
    sim.clock.advance(timedelta(minutes=30))
    boost = await ev.get(after["sub_sessions"][0])
    assert (boost["mode"], boost["energy_delivered_watt_hours"]) == ("BOOST", 5500)
    status, _, after = await ev.ask("POST", f"{session['url']}/boost_end")
    assert status == 200
    modes = [(await ev.get(url))["mode"] for url in after["sub_sessions"]]
    assert modes == ["SMART", "BOOST", "SMART"]
    assert sim.world.homes.charger(charger).power_w == 0
    ended = await ev.get(after["sub_sessions"][1])
    assert (ended["end"], ended["duration_minutes"]) == ("2026-10-01T08:35:00Z", 30)


async def test_boost_refused(sim: Simulator, ev: EvClient) -> None:
    """409 when the session does not allow it, 503 when the charger cannot be reached, 404 when it is not there."""
    homes = sim.world.homes
    charger = homes.charger_ids()[1]
    session = await running(ev, 1)
    path = f"{session['url']}/boost_start"
    homes.set_offline(charger)
    assert (await ev.ask("POST", path))[0] == 503
    homes.set_online(charger)
    homes.set_smart(homes.car_ids()[1], False)
    assert (await ev.ask("POST", path))[0] == 409
    homes.set_smart(homes.car_ids()[1], True)
    homes.unplug(charger)
    assert (await ev.ask("POST", path))[0] == 409
    homes.plug_in(charger, guest=True)
    guest = await running(ev, 1)
    assert guest["vehicle"] is None
    assert (await ev.ask("POST", f"{guest['url']}/boost_start"))[0] == 409
    nowhere = f"/charging_sessions/{session['id'][:-4]}0000/boost_start"
    assert (await ev.ask("POST", nowhere))[0] == 404
    ev.cloud.faults.add("/v2/charging_sessions/*/boost_end", status=503)
    assert (await ev.ask("POST", f"{session['url']}/boost_end"))[0] == 503


async def test_smart_charging(sim: Simulator, ev: EvClient) -> None:
    """Without smart charging a car is charged at once."""
    homes = sim.world.homes
    charger = homes.charger_ids()[1]
    vehicle = (await ev.get("/vehicles"))[1]
    status, _, body = await ev.ask(
        "PATCH", vehicle["url"], {"smart_charging_enabled": False}
    )
    assert status == 200
    check(body, doc.VEHICLE, doc.VEHICLE_ENUMS)
    assert body["smart_charging_enabled"] is False
    view = homes.charger(charger)
    assert view.power_w == 11_000
    assert view.session is not None
    assert view.session.parts[-1].mode is Mode.UNMANAGED
    (part, *_) = await ev.get(
        f"/charging_sub_sessions?is_finished=false&vehicle_id={vehicle['id']}"
    )
    assert part["mode"] == "UNMANAGED_HOME"
    assert (await ev.get(part["schedules"]))["schedules"] == []
    await ev.ask("PATCH", vehicle["url"], {"smart_charging_enabled": True})
    assert homes.charger(charger).power_w == 0


async def test_charge_limit(sim: Simulator, ev: EvClient) -> None:
    """Charging ends at the limit, and goes on when it is raised."""
    homes = sim.world.homes
    car, charger = homes.car_ids()[0], homes.charger_ids()[0]
    homes.drop_arrivals()
    vehicle = (await ev.get("/vehicles"))[0]
    limit = "maximum_charge_limit_percentage"
    status, _, body = await ev.ask("PATCH", vehicle["url"], {limit: 50})
    assert (status, body[limit]) == (200, 50)
    sim.clock.advance(timedelta(hours=30))
    assert homes.car(car).soc == pytest.approx(50)
    log = (await ev.get("/vehicles?expand=latest_status_log"))[0]["latest_status_log"]
    assert log["state"] == "PLUGGED_IN_COMPLETE"
    assert log["is_complete"] is True
    homes.set_smart(car, False)
    await ev.ask("PATCH", vehicle["url"], {limit: 60})
    assert homes.charger(charger).power_w == 7_360
    sim.clock.advance(timedelta(hours=30))
    assert homes.car(car).soc == pytest.approx(60)


@pytest.mark.parametrize(
    "body",
    [
        {"maximum_charge_limit_percentage": 49},
        {"maximum_charge_limit_percentage": 101},
        {"maximum_charge_limit_percentage": "80"},
        {"maximum_charge_limit_percentage": None},
        {"smart_charging_enabled": "yes"},
        {"battery_size_watt_hours": 60_000},
        {"vehicle_class": "LORRY"},
    ],
)
async def test_bad_changes(ev: EvClient, body: dict[str, Any]) -> None:
    """What is wrong is told by field, and nothing changes."""
    before = (await ev.get("/vehicles"))[0]
    status, answer, problem = await ev.ask("PATCH", before["url"], body)
    assert status == 400
    assert answer.content_type == "application/problem+json"
    assert problem["field_errors"].keys() == body.keys()
    assert await ev.get(before["url"]) == before
    assert (await ev.ask("PATCH", before["url"], [1]))[0] == 400


async def test_other_changes(sim: Simulator, ev: EvClient) -> None:
    """Class, battery of a car without link, place of a charger and reconnection work too."""
    vehicle = (await ev.get("/vehicles"))[0]
    sim.world.homes.set_link(sim.world.homes.car_ids()[0], Link.NONE)
    change = {"battery_size_watt_hours": 60_004, "vehicle_class": "COMMERCIAL"}
    _, _, body = await ev.ask("PATCH", vehicle["url"], change)
    assert (body["battery_size_watt_hours"], body["vehicle_class"]) == (
        60_000,
        "COMMERCIAL",
    )
    status, _, body = await ev.ask("POST", f"{vehicle['url']}/reconnect")
    assert (status, body.keys()) == (201, {"url", "expires_at"})
    evse = (await ev.get("/evses"))[0]
    place = {"latitude": 52.5, "longitude": 1.0}
    _, _, body = await ev.ask("PATCH", evse["url"], {"location": place})
    assert body["location"] == place
    _, _, body = await ev.ask("PATCH", evse["url"], {"location": None})
    assert body["location"] is None
    status, _, body = await ev.ask("PATCH", evse["url"], {"location": {"latitude": 1}})
    assert body["type"].endswith("/validation-failed-update-evse/")
    assert (await ev.ask("POST", f"{evse['url']}/reconnect"))[0] == 201


async def test_state_of_charge(sim: Simulator, ev: EvClient) -> None:
    """What the driver tells counts until the car reports, or for good if it never does."""
    homes = sim.world.homes
    car = homes.car_ids()[1]
    url = (await ev.get("/vehicles"))[1]["url"] + "/state_of_charge"
    name = "state_of_charge_percentage"
    assert (await ev.get(url))["source"] == "CONNECTED"
    status, _, body = await ev.ask("PATCH", url, {name: 55})
    assert status == 200
    check(body, doc.STATE_OF_CHARGE, doc.STATE_OF_CHARGE_ENUMS)
    assert (body[name], body["source"]) == (55, "MANUAL")
    sim.clock.advance(timedelta(minutes=6))
    assert (await ev.get(url))["source"] == "CONNECTED"
    homes.set_link(car, Link.NONE)
    await ev.ask("PATCH", url, {name: 70})
    assert homes.car(car).soc == pytest.approx(70)
    _, _, body = await ev.ask("PATCH", url, {})
    assert body[name] == 70
    _, _, body = await ev.ask("PATCH", url, {name: None})
    assert body[name] is body["source"] is body["updated_at"] is None
    status, _, problem = await ev.ask("PATCH", url, {name: 101})
    assert status == 400
    assert problem["type"].endswith(
        "/validation-failed-update-vehicle-state-of-charge/"
    )
    assert problem["field_errors"] == {
        name: ["Ensure this value is less than or equal to 100."]
    }
