"""Tests of details of single objects: whose turn it is, how long each stands, and when it is asked for again."""

from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import AuthenticationError
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.clients.model import StationDetails

from .vendor import CAR, CHARGER, Answer, Vendor, pause, problem

CONNECTIVITY = "GET /v2/evses/evse1/connectivity"
AT_HOME = "GET /v2/vehicles/vhcl1/location_logs"
STATED = "GET /v2/vehicles/vhcl2/state_of_charge"
LISTS = ["GET /v2/evses", "GET /v2/vehicles", "GET /v2/charging_sessions"]
SILENT = {**CHARGER, "latest_status_log": None}


@pytest.fixture
def things(vendor: Vendor) -> Vendor:
    """Return the vendor of a charger whose log tells no signal, and of two cars."""
    vendor.answers |= {
        "GET /v2/evses": [SILENT],
        "GET /v2/vehicles": [
            CAR,
            {**CAR, "id": "vhcl2", "integrated": " Unintegrated"},
        ],
        CONNECTIVITY: {
            "signal_strength_rssi_dbm": -71,
            "connection_reliability_30d": 97,
            "firmware_version": " 1.4.2 ",
        },
        AT_HOME: [{"at_home": True}],
        STATED: {"state_of_charge_percentage": 40},
    }
    return vendor


async def asked(vendor: Vendor, client: EvEnergyClient, polls: int = 1) -> list[str]:
    """Return which details some polls ask for."""
    vendor.asked.clear()
    for _ in range(polls):
        await client.async_get_live()
    return [path for path in vendor.paths() if path not in LISTS]


async def test_turns(things: Vendor, ours: EvEnergyClient) -> None:
    """Chargers and vehicles have their turns one after the other, one a poll."""
    assert await asked(things, ours, 7) == [
        *(CONNECTIVITY, AT_HOME, STATED) * 2,
        CONNECTIVITY,
    ]
    live = await ours.async_get_live()
    assert live.stations[0].details == StationDetails(
        signal_strength=-71, reliability=97, firmware="1.4.2"
    )
    assert live.stations[0].signal_strength == -71
    assert [(it.at_home, it.stated_charge) for it in live.vehicles] == [
        (True, None),
        (None, 40),
    ]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("GET /v2/evses", [AT_HOME, STATED, AT_HOME]),
        ("GET /v2/vehicles", [CONNECTIVITY] * 3),
    ],
)
async def test_turns_of_what_is_listed(
    things: Vendor, ours: EvEnergyClient, missing: str, expected: list[str]
) -> None:
    """What cannot be listed has no turn."""
    things.answers[missing] = problem(403)
    assert await asked(things, ours, 3) == expected


async def test_nothing_has_a_turn(vendor: Vendor, ours: EvEnergyClient) -> None:
    """Of nothing nothing is asked."""
    assert await asked(vendor, ours, 2) == []


@pytest.mark.parametrize(
    ("seconds", "details"),
    [
        (6 * 3600 - 1, StationDetails(signal_strength=-71, firmware="1")),
        (6 * 3600, StationDetails(firmware="1")),
        (48 * 3600 - 1, StationDetails(firmware="1")),
        (48 * 3600, None),
    ],
)
async def test_how_long_connectivity_stands(
    things: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    seconds: float,
    details: StationDetails | None,
) -> None:
    """A signal for hours, what changes rarely for days."""
    things.answers["GET /v2/vehicles"] = problem(403)
    things.answers[CONNECTIVITY] = {
        "signal_strength_rssi_dbm": -71,
        "firmware_version": "1",
    }
    await ours.async_get_live()
    things.answers[CONNECTIVITY] = problem(500)
    pause(freezer, seconds=seconds)
    (station,) = (await ours.async_get_live()).stations
    assert station.details == details


@pytest.mark.parametrize(("seconds", "is_known"), [(21599, True), (21600, False)])
async def test_how_long_details_of_vehicles_stand(
    things: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    seconds: float,
    is_known: bool,
) -> None:
    """Where a car is and how full it is are forgotten after six hours."""
    for _ in range(3):
        await ours.async_get_live()
    things.answers[AT_HOME] = things.answers[STATED] = problem(500)
    pause(freezer, seconds=seconds)
    one, other = (await ours.async_get_live()).vehicles
    assert (one.at_home, other.stated_charge) == (
        (True, 40) if is_known else (None, None)
    )


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (AT_HOME, []),
        (AT_HOME, [{"at_home": None}]),
        (STATED, {"state_of_charge_percentage": None}),
        (STATED, {"state_of_charge_percentage": 101}),
    ],
)
async def test_what_is_not_told(
    things: Vendor, ours: EvEnergyClient, request_: str, answer: Any
) -> None:
    """It is not known any more, and no failure."""
    for _ in range(3):
        await ours.async_get_live()
    things.answers[request_] = answer
    for _ in range(2):
        await ours.async_get_live()
    live = await ours.async_get_live()
    one, other = live.vehicles
    assert (one.at_home if request_ == AT_HOME else other.stated_charge) is None
    assert ours.diagnostics["failing_details"] == {}
    assert ours.report.odd_values == (
        {"stated charge.state_of_charge_percentage": 1}
        if answer == {"state_of_charge_percentage": 101}
        else {}
    )


async def test_a_signal_that_the_log_tells(
    things: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """Then the rest is asked for every three hours only; the turn goes to another."""
    things.answers["GET /v2/evses"] = [CHARGER]
    assert await asked(things, ours, 4) == [CONNECTIVITY, AT_HOME, STATED, AT_HOME]
    pause(freezer, hours=3, seconds=-1)
    assert CONNECTIVITY not in await asked(things, ours, 4)
    pause(freezer, seconds=1)
    assert (await asked(things, ours, 3)).count(CONNECTIVITY) == 1
    assert CONNECTIVITY not in await asked(things, ours, 4)
    # One that tells none, or no log at all, has its turn each time.
    log = {**CHARGER["latest_status_log"], "signal_strength_rssi_dbm": None}
    things.answers["GET /v2/evses"] = [{**CHARGER, "latest_status_log": log}]
    assert (await asked(things, ours, 6)).count(CONNECTIVITY) == 2
    things.answers["GET /v2/evses"] = [{**CHARGER, "latest_status_log": "https://x/1"}]
    assert (await asked(things, ours, 6)).count(CONNECTIVITY) == 2


async def test_waits_after_failures(
    things: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """Two minutes, and twice as long each time, up to an hour; one answer ends that."""
    things.answers["GET /v2/vehicles"] = problem(403)
    things.answers[CONNECTIVITY] = problem(404, "Not there.")
    assert await asked(things, ours) == [CONNECTIVITY]
    for minutes in (2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60):
        pause(freezer, seconds=minutes * 60 - 1)
        assert await asked(things, ours) == []
        assert ours.diagnostics["failing_details"] == {
            "connectivity": {"objects": 1, "reason": "Not there."}
        }
        pause(freezer, seconds=1)
        assert await asked(things, ours) == [CONNECTIVITY]
    things.answers[CONNECTIVITY] = {"firmware_version": "2"}
    pause(freezer, hours=1)
    assert await asked(things, ours) == [CONNECTIVITY]
    assert ours.diagnostics["failing_details"] == {}
    things.answers[CONNECTIVITY] = problem(500, "Later.")
    assert await asked(things, ours) == [CONNECTIVITY] * 2
    pause(freezer, minutes=2)
    assert await asked(things, ours) == [CONNECTIVITY] * 2


async def test_one_that_fails_costs_no_other(
    things: Vendor, ours: EvEnergyClient
) -> None:
    """Of several of a kind the others are read; how many fail is told, and why the first."""
    things.answers["GET /v2/vehicles"] = problem(403)
    things.answers["GET /v2/evses"] = [
        {**SILENT, "id": f"evse{number}"} for number in range(1, 5)
    ]
    things.answers["GET /v2/evses/evse2/connectivity"] = problem(404, "Second.")
    things.answers["GET /v2/evses/evse3/connectivity"] = problem(404, "Third.")
    things.answers["GET /v2/evses/evse4/connectivity"] = {"firmware_version": "4"}
    live = None
    for _ in range(4):
        live = await ours.async_get_live()
    assert live
    assert [it.details and it.details.firmware for it in live.stations] == [
        "1.4.2",
        None,
        None,
        "4",
    ]
    assert ours.diagnostics["failing_details"] == {
        "connectivity": {"objects": 2, "reason": "Second."}
    }
    assert [report.name for report in ours.families.off()] == ["vehicles"]
    # Who is not there any more does not fail.
    things.answers["GET /v2/evses"] = [{**SILENT, "id": "evse3"}, SILENT]
    await ours.async_get_live()
    assert ours.diagnostics["failing_details"] == {
        "connectivity": {"objects": 1, "reason": "Third."}
    }


@pytest.mark.parametrize("status", [403, 429])
async def test_a_kind_that_may_not_be_asked_for(
    things: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    """None of it is asked for a while; what is known stands, and no object fails."""
    await asked(things, ours, 3)
    things.answers[CONNECTIVITY] = Answer(
        {"title": "No."}, status, {"Retry-After": "1"}
    )
    pause(freezer, minutes=1)
    live = None
    for _ in range(8):
        live = await ours.async_get_live()
        pause(freezer, seconds=5)
    assert live
    assert live.stations[0].details is not None
    assert ours.diagnostics["failing_details"] == {}
    (report,) = ours.families.off()
    assert (report.name, report.is_denied) == ("connectivity", status == 403)


async def test_what_is_gone_is_forgotten(things: Vendor, ours: EvEnergyClient) -> None:
    """Who is not listed any more comes back without details; a list that fails forgets nothing."""
    listed = dict(things.answers)
    for _ in range(3):
        await ours.async_get_live()
    things.answers[CONNECTIVITY] = things.answers[AT_HOME] = problem(500)
    things.answers[STATED] = problem(500)
    for missing in ("GET /v2/evses", "GET /v2/vehicles"):
        answers: tuple[Any, ...] = (problem(500), [])
        for answer in answers:
            things.answers[missing] = answer
            await ours.async_get_live()
            things.answers[missing] = listed[missing]
            live = await ours.async_get_live()
            assert live.stations[0].details is not None
            assert live.vehicles[0].at_home is True
            assert live.vehicles[1].stated_charge == 40
    things.answers["GET /v2/evses"] = [{**SILENT, "id": "evse9"}]
    things.answers["GET /v2/vehicles"] = [{**CAR, "id": "vhcl9"}]
    await ours.async_get_live()
    things.answers["GET /v2/evses"] = listed["GET /v2/evses"]
    things.answers["GET /v2/vehicles"] = listed["GET /v2/vehicles"]
    live = await ours.async_get_live()
    assert live.stations[0].details is None
    assert [(it.at_home, it.stated_charge) for it in live.vehicles] == [
        (None, None)
    ] * 2


@pytest.mark.parametrize("request_", [CONNECTIVITY, AT_HOME, STATED])
async def test_a_sign_in_that_ends(
    things: Vendor, ours: EvEnergyClient, request_: str
) -> None:
    """What was listed is shown, and no other detail tried: the next listing says it."""
    things.ends_at = request_
    turn = [CONNECTIVITY, AT_HOME, STATED].index(request_)
    await asked(things, ours, turn)
    live = await ours.async_get_live()
    assert len(live.vehicles) == 2
    assert [it for it in things.paths() if it not in LISTS] == [request_]
    assert ours.diagnostics["failing_details"] == {}
    with pytest.raises(AuthenticationError, match=r"^Who is that\?$"):
        await ours.async_get_live()
