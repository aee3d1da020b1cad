"""Tests of parts of ev.energy that fail: each costs only itself, and comes back."""

from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from msgspec import structs
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.errors import ConflictError
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.clients.model import StationDetails
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from simulator import Simulator
from simulator.ev_energy.context import evse_id, vehicle_id
from simulator.homes import Link
from tests.common import async_set_up, entity_id_of, state_of, value_of

from .common import async_act, async_pass

type Probe = Callable[[str, str], str]


@pytest.fixture
def probe(hass: HomeAssistant, account: MockConfigEntry) -> Probe:
    """Return what reads the state of an entity of the account."""
    return lambda path, key: value_of(hass, account, path, key)


def _enable(hass: HomeAssistant, account: MockConfigEntry, path: str, key: str) -> None:
    er.async_get(hass).async_update_entity(
        entity_id_of(hass, account, path, key), disabled_by=None
    )


def _assert_quiet(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is asked to sign in, nothing ends in a traceback."""
    assert not hass.config_entries.flow.async_progress()
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 404},
        {"status": 500},
        {"status": 520},
        {"status": 403},
        {"html": True},
        {"body": "[]", "content_type": "application/json"},
        {"body": "null", "content_type": "application/json"},
        {"drop": True},
    ],
    ids=["404", "500", "520", "403", "html", "list", "null", "dropped"],
)
async def test_detail_that_cannot_be_read(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    charger: str,
    connector: str,
    vehicle: str,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
) -> None:
    """A detail costs itself: the account is set up, all else is shown."""
    sim.ev_energy.faults.add("*/connectivity", **fault)
    sim.ev_energy.faults.add("*/location_logs", **fault)
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    _enable(hass, account, charger, "reliability")
    await async_pass(hass, freezer, sim, timedelta(seconds=31))
    for _ in range(6):
        await async_pass(hass, freezer, sim)
        assert probe(connector, "status") == "available"
        assert probe(charger, "online") == STATE_ON
        assert float(probe(vehicle, "state_of_charge")) > 0
    assert probe(charger, "reliability") == STATE_UNKNOWN
    assert not account.runtime_data.live.data.skipped
    _assert_quiet(hass, caplog)


async def test_detail_of_one_object(
    sim: Simulator,
    client: EvEnergyClient,
    charger_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What one charger lacks, another may have; what changes rarely stays for two days."""
    own, other = (evse_id(id_) for id_ in sim.world.homes.charger_ids()[:2])
    details: dict[str, StationDetails | None] = {}

    async def poll(times: int, minutes: float) -> dict[str, bool]:
        live = await client.async_get_live()
        for _ in range(times):
            sim.clock.advance(timedelta(minutes=minutes))
            freezer.tick(timedelta(minutes=minutes))
            live = await client.async_get_live()
        details.update((station.id, station.details) for station in live.stations)
        return {station.id: station.details is not None for station in live.stations}

    sim.ev_energy.faults.add(f"*/{own}/connectivity", status=404)
    assert await poll(6, 2) == {own: False, other: True}
    sim.ev_energy.faults.clear()
    assert await poll(6, 10) == {own: True, other: True}
    sim.ev_energy.faults.add(f"*/{own}/connectivity", status=500)
    assert await poll(20, 15) == {own: True, other: True}
    asked = sim.ev_energy.requests.matching(f"*/{own}/connectivity", status=500)
    assert len(asked) <= 2 * 9
    assert client.diagnostics["failing_details"] == {
        "connectivity": {"objects": 1, "reason": "Something went wrong."}
    }
    assert (known := details[own]) is not None
    assert known.signal_strength is not None
    # A signal of hours ago is of no use, the firmware is still the same.
    assert await poll(6, 15) == {own: True, other: True}
    assert details[own] == structs.replace(known, signal_strength=None)
    assert known.firmware
    assert await poll(19, 120) == {own: True, other: True}
    assert await poll(3, 120) == {own: False, other: True}


async def test_details_without_a_scope(
    sim: Simulator, client: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """A kind of detail that is not permitted is left alone, and others are read."""
    sim.ev_energy.faults.add("*/connectivity", status=403)
    live = await client.async_get_live()
    for _ in range(60):
        sim.clock.advance(timedelta(minutes=1))
        freezer.tick(timedelta(minutes=1))
        live = await client.async_get_live()
    assert len(sim.ev_energy.requests.matching("*/connectivity")) <= 7
    assert all(vehicle.at_home is not None for vehicle in live.vehicles)
    (report,) = client.families.off()
    assert (report.name, report.is_denied, report.is_optional) == (
        "connectivity",
        True,
        True,
    )


async def test_sign_in_that_ends_between_listing_and_detail(
    sim: Simulator, client: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """What was listed is shown; that the sign-in is refused the next listing says."""
    sim.ev_energy.faults.add("*/connectivity", status=401)
    sim.ev_energy.faults.add(
        "/o/token/",
        status=401,
        body='{"error": "invalid_client"}',
        content_type="application/json",
        after=1,
    )
    live = await client.async_get_live()
    assert live.stations


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/v2/tariffs/*", {"status": 404}),
        ("/v2/tariffs/*", {"status": 500}),
        ("/v2/tariffs/*", {"body": '{"current_price": "?"}'}),
        ("/v2/users/*", {"status": 500}),
        ("/v2/users/*", {"status": 403}),
        ("/v2/users/*", {"html": True}),
        ("/v2/charging_sessions", {"status": 500}),
        ("/v2/charging_sessions", {"body": '{"results": []}'}),
        ("/v2/charging_sub_sessions", {"status": 404}),
    ],
)
async def test_part_that_is_not_needed(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    charger_id: str,
    connector: str,
    vehicle: str,
    caplog: pytest.LogCaptureFixture,
    path: str,
    fault: dict[str, Any],
) -> None:
    """Chargers and vehicles are shown from the start, whatever else is down."""
    sim.world.homes.plug_in(charger_id, soc=30)
    sim.ev_energy.faults.add(path, **fault)
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert probe(connector, "plug") == STATE_ON
    assert float(probe(vehicle, "state_of_charge")) > 0
    _assert_quiet(hass, caplog)


@pytest.mark.parametrize(
    ("path", "entity", "other"),
    [("/v2/evses", "connector", "vehicle"), ("/v2/vehicles", "vehicle", "connector")],
)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 530},
        {"status": 401},
        {"body": "Forbidden", "status": 403},
        {"html": True},
        {"body": "{}", "content_type": "application/json"},
    ],
    ids=["500", "530", "401", "403", "html", "object"],
)
async def test_one_of_chargers_and_vehicles(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    connector: str,
    vehicle: str,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    path: str,
    entity: str,
    other: str,
    fault: dict[str, Any],
) -> None:
    """Each goes without the other: unavailable, not removed, and back by itself."""
    shown = {
        "connector": (connector, "plug", STATE_OFF),
        "vehicle": (vehicle, "smart_charging", STATE_ON),
    }
    await async_set_up(hass, account)
    sim.ev_energy.faults.add(path, **fault)
    for _ in range(5):
        await async_pass(hass, freezer, sim, timedelta(minutes=25))
        assert probe(*shown[entity][:2]) == STATE_UNAVAILABLE
        assert probe(*shown[other][:2]) == shown[other][2]
    (issue,) = ir.async_get(hass).issues.values()
    assert issue.translation_key in {"family_denied", "family_failing"}
    sim.ev_energy.faults.clear()
    for _ in range(3):
        await async_pass(hass, freezer, sim, timedelta(minutes=25))
    assert probe(*shown[entity][:2]) == shown[entity][2]
    assert not ir.async_get(hass).issues
    _assert_quiet(hass, caplog)


@pytest.mark.parametrize("status", [460, 499, 500, 503, 520, 522, 530])
async def test_an_outage_is_an_outage(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    """Whatever number a load balancer makes up, it is one line and over with it."""
    await async_set_up(hass, account)
    sim.ev_energy.faults.add("*", status=status)
    for _ in range(3):
        await async_pass(hass, freezer, sim)
        assert probe("account", "cloud") == STATE_OFF
    sim.ev_energy.faults.clear()
    await async_pass(hass, freezer, sim)
    assert probe("account", "cloud") == STATE_ON
    _assert_quiet(hass, caplog)


async def test_one_failure_between_good_answers(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A read that failed is made once more within the poll, and nobody notices."""
    await async_set_up(hass, account)
    states: list[str] = []
    hass.bus.async_listen(
        "state_changed",
        lambda event: states.append(event.data["new_state"].state),
    )
    failed = sim.ev_energy.faults.add("/v2/evses", status=503, times=1)
    await async_pass(hass, freezer, sim)
    assert sim.ev_energy.faults.struck(failed) == 1
    assert probe(connector, "plug") == STATE_OFF
    assert STATE_UNAVAILABLE not in states


async def test_one_refusal_is_soon_forgotten(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    connector: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A firewall's one 403 costs a poll or two, not the day."""
    await async_set_up(hass, account)
    sim.ev_energy.faults.add("/v2/evses", status=403, body="Forbidden", times=1)
    await async_pass(hass, freezer, sim)
    assert probe(connector, "plug") == STATE_UNAVAILABLE
    await async_pass(hass, freezer, sim)
    assert probe(connector, "plug") == STATE_OFF


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403, "html": True},
        {"status": 429, "html": True},
        {"status": 401, "html": True},
        {"status": 200, "html": True},
        {"status": 520},
    ],
    ids=["403", "429", "401", "200", "520"],
)
async def test_firewall_before_the_token_endpoint(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
) -> None:
    """Pages of a firewall refuse nobody's secret; all is well when it is gone."""
    await async_set_up(hass, account)
    sim.ev_energy.faults.add("/o/token/", **fault)
    sim.ev_energy.expire_access_tokens()
    for _ in range(5):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
        assert probe("account", "cloud") == STATE_OFF
    _assert_quiet(hass, caplog)
    sim.ev_energy.faults.clear()
    for _ in range(3):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
    assert probe("account", "cloud") == STATE_ON


async def test_resource_that_refuses_good_tokens(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A 401 to fresh tokens asks nobody to sign in, and costs few of them."""
    await async_set_up(hass, account)
    sim.ev_energy.faults.add("/v2/*", status=401)
    issued = len(sim.ev_energy.tokens_issued)
    for _ in range(10):
        await async_pass(hass, freezer, sim)
        assert probe("account", "cloud") == STATE_OFF
    assert len(sim.ev_energy.tokens_issued) - issued <= 6
    _assert_quiet(hass, caplog)
    sim.ev_energy.faults.clear()
    for _ in range(10):
        await async_pass(hass, freezer, sim)
    assert probe("account", "cloud") == STATE_ON


async def test_vendors_clock(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    charger: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Where our clock is fast, ages are measured by the vendor's, and a person is told."""
    freezer.tick(timedelta(minutes=20))
    date = format_datetime(sim.clock.now(), usegmt=True)
    sim.ev_energy.faults.add("*", headers={"Date": date})
    await async_set_up(hass, account)
    assert probe(charger, "online") == STATE_ON
    (issue,) = ir.async_get(hass).issues.values()
    assert issue.translation_key == "clock_fast"


async def test_objects_that_are_odd(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    charger: str,
    connector: str,
    vehicle: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Odd values of every charger and vehicle cost themselves, and are counted."""
    sim.ev_energy.faults.add(
        "/v2/evses",
        replace={
            "*.latest_status_log.voltage_millivolts": "n/a",
            "*.latest_status_log.meter_reading_watt_hours": "4185320",
            "*.cpid": 204417,
            "*.lock_mode": {},
        },
    )
    sim.ev_energy.faults.add(
        "/v2/vehicles",
        replace={
            "*.latest_status_log.minutes_to_full_charge": 10**12,
            "*.latest_status_log.state_of_charge_percentage": "61",
            "*.trim": [],
            "*.description": {},
        },
    )
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert float(probe(charger, "energy")) == pytest.approx(4185.32)
    assert probe(connector, "status") == "available"
    assert probe(vehicle, "state_of_charge") == "61.0"
    odd = account.runtime_data.client.report.odd_values
    assert odd["charger.latest_status_log.voltage_millivolts"] == 2
    assert odd["vehicle.description"] == 2
    assert "4185320" not in caplog.text
    _assert_quiet(hass, caplog)


async def test_object_without_an_id(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    connector: str,
) -> None:
    """Only who has no id is left out, and counted."""
    sim.ev_energy.faults.add("/v2/evses", replace={"1.id": None})
    await async_set_up(hass, account)
    assert probe("account", "stations") == "1"
    assert probe(connector, "status") == "available"
    assert len(account.runtime_data.live.data.skipped) == 1


async def test_objects_that_are_listed_twice(
    sim: Simulator, client: EvEnergyClient
) -> None:
    """What is listed twice is there once."""
    first = await client.async_get_live()
    for path in ("/v2/evses", "/v2/vehicles"):
        ids = [station.id for station in first.stations]
        own = ids[0] if path == "/v2/evses" else first.vehicles[0].id
        sim.ev_energy.faults.add(path, replace={"1.id": own})
    live = await client.async_get_live()
    assert len(live.stations) == len(live.connectors) == 1
    assert len(live.vehicles) == 1


async def test_bytes_before_and_in_the_json(
    sim: Simulator, client: EvEnergyClient
) -> None:
    """A byte order mark is no part of it; half a surrogate pair costs its text."""
    own = vehicle_id(sim.world.homes.car_ids()[0])
    sim.ev_energy.faults.add(
        "/v2/vehicles",
        body=f'\ufeff[{{"id": "{own}", "description": "\\ud800", "integrated": "active"}}]',
        content_type="application/json",
    )
    live = await client.async_get_live()
    (vehicle,) = live.vehicles
    assert (vehicle.id, vehicle.name, vehicle.link) == (own, None, "active")


async def test_sessions_that_are_odd(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    probe: Probe,
    charger_id: str,
    connector: str,
) -> None:
    """A session that cannot be read costs itself; one in other letters is read."""
    sim.world.homes.plug_in(charger_id, soc=30)
    sim.ev_energy.faults.add(
        "/v2/charging_sessions",
        replace={"0.sub_sessions.0.mode": "smart", "1.id": None, "2": 5},
    )
    await async_set_up(hass, account)
    assert probe(connector, "session_mode") == "smart"


async def test_identity_without_scope_for_users(
    sim: Simulator, client: EvEnergyClient
) -> None:
    """Chargers and vehicles tell whose they are where users may not be read."""
    sim.ev_energy.faults.add("/v2/users*", status=403)
    await client.async_get_live()
    account = await client.async_identify()
    assert (account.id, account.name) == (sim.ev_energy.user_id, None)
    assert await client.async_get_users() == ()


async def test_odd_user_in_a_list(sim: Simulator, client: EvEnergyClient) -> None:
    """The only user is found even if what else is listed makes no sense."""
    sim.ev_energy.faults.add("/v2/users/me", status=404)
    sim.ev_energy.faults.add("/v2/users", replace={"0.email": []})
    account = await client.async_identify()
    assert account.id == sim.ev_energy.user_id


async def test_words_about_a_field_reach_the_user(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry, vehicle: str
) -> None:
    """What the vendor says of a nested field, the person who set it reads."""
    sim.ev_energy.faults.add(
        "/v2/vehicles/*",
        method="PATCH",
        status=400,
        body=(
            '{"status": 400, "title": "Request failed validation.", "detail": "Error",'
            ' "field_errors": {"limits": {"maximum": ["Your car wants less."]}}}'
        ),
        content_type="application/problem+json",
    )
    await async_set_up(hass, account)
    limit = entity_id_of(hass, account, vehicle, "charge_limit")
    with pytest.raises(
        HomeAssistantError, match=r"limits\.maximum: Your car wants less"
    ):
        await async_act(hass, "number", "set_value", limit, value=80)


@pytest.mark.parametrize(
    ("fault", "is_notice"),
    [
        ({"status": 503, "html": True}, True),
        ({"status": 503, "message": "The charger is asleep."}, False),
        ({"status": 500}, True),
        ({"drop": True}, True),
    ],
    ids=["gateway", "not delivered", "500", "dropped"],
)
async def test_whether_a_boost_was_given(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    charger_id: str,
    connector: str,
    freezer: FrozenDateTimeFactory,
    fault: dict[str, Any],
    is_notice: bool,
) -> None:
    """Only the vendor's own 503 means that a command did not arrive; it is never resent."""
    await async_set_up(hass, account)
    sim.world.homes.plug_in(charger_id, soc=30)
    await async_pass(hass, freezer, sim)
    struck = sim.ev_energy.faults.add("*/boost_start", **fault)
    start = entity_id_of(hass, account, connector, "boost_start")
    if is_notice:
        await async_act(hass, "button", "press", start)
    else:
        with pytest.raises(HomeAssistantError, match="The charger is asleep"):
            await async_act(hass, "button", "press", start)
    assert sim.ev_energy.faults.struck(struck) == 1


async def test_command_with_an_odd_answer_is_carried_out(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    car_id: str,
    vehicle: str,
) -> None:
    """What the vendor carried out is no failure, whatever it says about it."""
    await async_set_up(hass, account)
    sim.ev_energy.faults.add(
        "/v2/vehicles/*", method="PATCH", replace={"id": None, "integrated": []}
    )
    limit = entity_id_of(hass, account, vehicle, "charge_limit")
    await async_act(hass, "number", "set_value", limit, value=77)
    assert sim.world.homes.car(car_id).limit == 77
    assert float(value_of(hass, account, vehicle, "charge_limit")) == 77


async def test_conflict_is_the_vendors_word(
    sim: Simulator, client: EvEnergyClient, charger_id: str
) -> None:
    """A session that is boosted already cannot be boosted once more."""
    sim.world.homes.plug_in(charger_id, soc=30)
    live = await client.async_get_live()
    (session,) = [
        c.session for c in live.connectors if c.session and c.session.is_running
    ]
    await client.boost.async_set_boost(session.id, on=True)
    with pytest.raises(ConflictError):
        await client.boost.async_set_boost(session.id, on=True)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", 5, None, "ftp://x"])
async def test_address_that_no_browser_should_open(
    sim: Simulator, client: EvEnergyClient, car_id: str, url: object
) -> None:
    """A person is sent to a web page, and nowhere else."""
    sim.world.homes.set_link(car_id, Link.BROKEN)
    sim.ev_energy.faults.add("*/reconnect", replace={"url": url})  # type: ignore[dict-item]  # odd on purpose
    with pytest.raises(Exception, match="no address in the answer"):
        await client.link.async_relink_vehicle(vehicle_id(car_id))


async def test_price_is_kept_for_a_while(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A price that cannot be read stays for two hours; then it is not known."""
    await async_set_up(hass, account)
    price = state_of(hass, account, "account", "tariff_price")
    assert price is not None
    sim.ev_energy.faults.add("/v2/tariffs/*", status=500)
    for _ in range(5):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
    kept = state_of(hass, account, "account", "tariff_price")
    assert kept is not None
    assert kept.state == price.state
    for _ in range(4):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
    gone = state_of(hass, account, "account", "tariff_price")
    assert gone is not None
    assert gone.state in {STATE_UNKNOWN, STATE_UNAVAILABLE}
