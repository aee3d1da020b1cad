"""Tests of waiting: how many requests are left of the hour's, and what that means for each kind of read."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.errors import UnavailableError
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient

from .vendor import CAR, CHARGER, PLANNED, SESSION, Vendor, pause, problem

USUAL = {
    *("CONNECTORS", "CONNECTOR_STATUS", "CONNECTOR_POWER", "SESSIONS"),
    *("CONNECTIVITY", "STATION_METER", "STATION_ELECTRICAL", "STATION_MODES"),
    *("STATION_LAST_SEEN", "STATION_SIGNAL", "FIRMWARE", "SESSION_COST"),
    *("SESSION_BALANCE", "SESSION_MODE", "SESSION_SCHEDULE", "SUPPLY"),
    *("REQUESTS_LEFT", "BOOST", "SMART_CHARGING", "CHARGE_LIMIT"),
    *("MANUAL_STATE_OF_CHARGE", "HISTORY"),
}


@pytest.fixture
def household(vendor: Vendor) -> Vendor:
    """Return the vendor of a charger and a car."""
    vendor.answers |= {"GET /v2/evses": [CHARGER], "GET /v2/vehicles": [CAR]}
    return vendor


@pytest.mark.parametrize(
    ("power", "energy", "more"),
    [
        ({}, {}, set()),
        ({"consumption_watts": 1}, {}, {"HOME_ENERGY"}),
        ({}, {"generation_wh": 1}, {"HOME_ENERGY", "HOME_SOLAR"}),
        ({"import_watts": 1}, {}, {"HOME_ENERGY", "HOME_GRID"}),
        ({}, {"export_wh": 0}, {"HOME_ENERGY", "HOME_GRID"}),
        ({"charge_watts": 0}, {}, {"HOME_ENERGY", "HOME_BATTERY"}),
        ({}, {"discharge_wh": 1}, {"HOME_ENERGY", "HOME_BATTERY"}),
        (
            {"generation_watts": 1, "discharge_watts": 1},
            {"import_wh": 1},
            {"HOME_ENERGY", "HOME_SOLAR", "HOME_GRID", "HOME_BATTERY"},
        ),
    ],
)
async def test_capabilities(
    household: Vendor,
    ours: EvEnergyClient,
    power: dict[str, Any],
    energy: dict[str, Any],
    more: set[str],
) -> None:
    """What ev.energy can give, and what is told of the home."""
    assert {it.name for it in ours.capabilities} == USUAL
    household.answers |= {
        "GET /v2/hem_systems": [{"id": "hems1"}],
        "GET /v2/hem_systems/hems1/live_power": power,
        "GET /v2/hem_systems/hems1/energy_stats": {
            "buckets": [
                {
                    "period_start": "2026-11-24T10:00:00Z",
                    "period_end": "2026-11-24T10:30:00Z",
                    **energy,
                }
            ]
        },
    }
    await ours.async_get_slow()
    await ours.async_get_live()
    assert {it.name for it in ours.capabilities} == USUAL | more
    assert Capability.LOCATIONS not in ours.capabilities


async def test_diagnostics(
    household: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """How the hour's requests stand, and what cannot be read of single objects."""
    assert ours.diagnostics == {
        "requests": {"limit": 1000, "used": 0, "wait_before_poll": 0},
        "failing_details": {},
    }
    household.left, household.limit = 700, 1200
    household.answers["GET /v2/evses/evse1/connectivity"] = problem(500, "Ouch.")
    household.answers["GET /v2/vehicles/vhcl1/location_logs"] = problem(400, "Odd.")
    for _ in range(2):
        await ours.async_get_live()
    assert ours.diagnostics == {
        # Others of the same user share them.
        "requests": {"limit": 1200, "used": 500, "wait_before_poll": 0},
        "failing_details": {
            "connectivity": {"objects": 1, "reason": "Ouch."},
            "vehicle location": {"objects": 1, "reason": "Odd."},
        },
    }


@pytest.mark.parametrize(
    ("left", "sessions", "wait"),
    [
        # Of nine tenths of the hour's thousand, half is free.
        (554, [], 0),
        (553, [], 3600 * 4 / (1.5 * 449)),
        # Then polls of three requests, or of four, come as what is left would last 40 minutes.
        (203, [], 72),
        (204, [SESSION], 96),
        (104, [], 900),
        (0, [], 900),
    ],
)
async def test_how_long_a_poll_waits(
    household: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    left: int,
    sessions: list[Any],
    wait: float,
) -> None:
    """Polls are spread wider as the hour's requests run out; until then all stands."""
    household.left = left
    household.answers["GET /v2/charging_sessions"] = sessions
    seen = await ours.async_get_live()
    assert seen.is_fresh
    assert ours.wait_before_poll() == pytest.approx(wait)
    assert ours.diagnostics["requests"] == {
        "limit": 1000,
        "used": 1000 - left,
        "wait_before_poll": round(wait),
    }
    household.answers["GET /v2/vehicles"] = []
    if wait:
        pause(freezer, seconds=wait - 1)
        household.asked.clear()
        again = await ours.async_get_live()
        assert not again.is_fresh
        assert (again.vehicles, again.stations) == (seen.vehicles, seen.stations)
        assert household.asked == []
        pause(freezer, seconds=1)
    assert ours.wait_before_poll() == 0
    live = await ours.async_get_live()
    assert live.is_fresh
    assert live.vehicles == ()


async def test_a_failed_poll_has_a_usual_cost(
    household: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """Before anything was seen a poll counts as five requests; its error stands until the next."""
    household.left = 205
    listed = dict(household.answers)
    household.answers["GET /v2/evses"] = problem(500, "Ouch.")
    household.answers["GET /v2/vehicles"] = problem(500, "Ouch.")
    with pytest.raises(UnavailableError):
        await ours.async_get_live()
    assert ours.wait_before_poll() == pytest.approx(3600 * 5 / (1.5 * 100))
    household.answers = listed
    household.asked.clear()
    with pytest.raises(UnavailableError, match=r"^Ouch\.$"):
        await ours.async_get_live()
    assert household.asked == []
    pause(freezer, seconds=120)
    assert (await ours.async_get_live()).is_fresh
    # What failed before that is over.
    assert not (await ours.async_get_live()).is_fresh


@pytest.mark.parametrize(("left", "has_plenty"), [(401, True), (400, False)])
async def test_what_needs_plenty(
    household: Vendor, ours: EvEnergyClient, left: int, has_plenty: bool
) -> None:
    """Details and the past wait once six tenths of the hour's thousand are used up."""
    household.left = left
    await ours.async_get_live()
    assert household.paths() == [
        "GET /v2/evses",
        "GET /v2/vehicles",
        "GET /v2/charging_sessions",
        *(["GET /v2/evses/evse1/connectivity"] if has_plenty else []),
    ]
    assert ours.wait_before_history() == (0 if has_plenty else 300)


SESSIONS, USER = "GET /v2/charging_sessions", "GET /v2/users/me"
FAMILIES = [
    # What it is, where it is read, whether an account stands or falls with it, and how
    # many minutes its last answer stands.
    ("chargers", "GET /v2/evses", 0),
    ("vehicles", "GET /v2/vehicles", 0),
    ("sessions", SESSIONS, 15),
    ("schedules", "GET /v2/charging_sub_sessions", 30),
    ("user", USER, 120),
    ("tariff", "GET /v2/tariffs/tari1", 120),
    ("notifications", "GET /v2/notifications", 120),
    ("home energy", "GET /v2/hem_systems", 120),
    ("connectivity", "GET /v2/evses/evse1/connectivity", None),
    ("vehicle location", "GET /v2/vehicles/vhcl1/location_logs", None),
    ("stated charge", "GET /v2/vehicles/vhcl2/state_of_charge", None),
    ("home power", "GET /v2/hem_systems/hems1/live_power", None),
    ("home meters", "GET /v2/hem_systems/hems1/energy_stats", None),
]


@pytest.fixture
def all_of_it(household: Vendor) -> Vendor:
    """Return the vendor of a household that has something of everything."""
    household.answers |= {
        "GET /v2/vehicles": [CAR, {**CAR, "id": "vhcl2", "integrated": "UNINTEGRATED"}],
        SESSIONS: [SESSION],
        "GET /v2/charging_sub_sessions": [PLANNED],
        USER: {"id": "user1", "default_location": {"tariff": "https://x/tari1"}},
        "GET /v2/tariffs/tari1": {"name": "Night"},
        "GET /v2/notifications": [
            {"id": "n", "category": "ACTIONABLE", "short_text_title": "T"}
        ],
        "GET /v2/hem_systems": [{"id": "hems1"}],
        "GET /v2/evses/evse1/connectivity": {"firmware_version": "1"},
        "GET /v2/vehicles/vhcl1/location_logs": [{"at_home": True}],
        "GET /v2/vehicles/vhcl2/state_of_charge": {"state_of_charge_percentage": 4},
        "GET /v2/hem_systems/hems1/live_power": {"consumption_watts": 5},
        "GET /v2/hem_systems/hems1/energy_stats": {"buckets": []},
    }
    return household


@pytest.mark.parametrize("name", [name for name, _, _ in FAMILIES])
async def test_what_is_not_permitted(
    all_of_it: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    name: str,
) -> None:
    """An application has its scopes one by one: that one is missing is nobody's business."""
    (path,) = [path for own, path, _ in FAMILIES if own == name]
    all_of_it.answers[path] = problem(403, "No.")
    for _ in range(8):
        await ours.async_get_slow()
        await ours.async_get_live()
        pause(freezer, minutes=6)
    (report,) = ours.families.off()
    assert (report.name, report.reason) == (name, "No.")
    assert (report.is_denied, report.is_optional) == (True, True)
    # It is asked for less and less often.
    assert 2 < len([it for it in all_of_it.asked if it.startswith(path)]) < 8


@pytest.mark.parametrize(
    ("name", "minutes"), [(name, keep) for name, _, keep in FAMILIES if keep]
)
async def test_how_long_an_answer_stands(
    all_of_it: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    name: str,
    minutes: int,
) -> None:
    """What cannot be read any more is shown for a while, to the second."""

    async def is_known() -> bool:
        slow = await ours.async_get_slow()
        live = await ours.async_get_live()
        known: dict[str, object] = {
            "sessions": live.sessions,
            "schedules": live.sessions and live.sessions[0].next_start,
            "user": slow.supply,
            "tariff": slow.supply and slow.supply.tariff,
            "notifications": slow.notifications,
            "home energy": live.home_energy,
        }
        return bool(known[name])

    planned = {"started_at": "2026-11-24T10:00:00Z", "current_milliamps": 9000}
    all_of_it.answers["GET /v2/charging_sub_sessions"] = [
        {"id": "csub2", "schedules": {"schedules": [planned]}}
    ]
    (path,) = [path for own, path, _ in FAMILIES if own == name]
    assert await is_known()
    all_of_it.answers[path] = problem(500)
    pause(freezer, seconds=minutes * 60 - 1)
    assert await is_known()
    pause(freezer, seconds=1)
    assert not await is_known()
