"""Tests of whole polls: all that is asked for, word by word, and all that comes of the vendor's documents."""

from datetime import UTC, datetime

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
from msgspec import Struct, structs
import pytest

from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    ConnectorType,
    ControlPilot,
    CurrentType,
    Lifecycle,
    LinkState,
    LockMode,
    SessionMode,
    SessionStatus,
    SolarMode,
    StationMode,
    VehicleState,
)
from custom_components.ev_charging_cloud.clients.errors import UnavailableError
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.clients.home_energy import HomeEnergy
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Money,
    Station,
    StationDetails,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.snapshot import LiveState, Skipped

from .vendor import (
    CAR,
    CHARGER,
    PLANNED,
    RUNNING_PART,
    SESSION,
    Answer,
    Vendor,
    client_of,
    pause,
    problem,
)

AT = datetime(2026, 11, 24, 10, 18, 30, tzinfo=UTC)
RUNNING = ChargingSession(
    id="cses1",
    status=SessionStatus.ACTIVE,
    mode=SessionMode.BOOST,
    station_id="evse1",
    connector_id="1",
    vehicle_id="vhcl1",
    started_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
    energy=4000,
    grid_energy=3400,
    solar_energy=600,
    cost=Money(100, "GBP"),
    savings=Money(12, "GBP"),
    co2=300,
    co2_savings=45,
    reward=Money(5, "GBP"),
    points=22,
    # Three parts of four at 30, one at 10.
    average_price=Money(25, "GBP"),
    charging_time=1800,
    state_of_charge_added=6,
    solar_mode=SolarMode.SOLAR_SMART,
    next_start=datetime(2026, 11, 24, 10, tzinfo=UTC),
    next_end=datetime(2026, 11, 24, 11, tzinfo=UTC),
)
STATION = Station(
    id="evse1",
    name="Wall Charger 2",
    manufacturer="Example",
    model="Wall Charger 2",
    serial_number="EXC204417",
    connectors_identified=False,
    online=True,
    energy=4185320,
    supply_power=7920,
    voltage=238.4,
    export_power=10,
    max_current=32,
    cable_current=20,
    signal_strength=-67,
    free_vend=False,
    lifecycle=Lifecycle.ENROLLED,
    mode=StationMode.CHARGE,
    lock_mode=LockMode.SMART,
    control_pilot=ControlPilot.CHARGING,
    reported_at=AT,
)
CONNECTOR = Connector(
    station_id="evse1",
    id="1",
    type=ConnectorType.AC,
    status=ConnectorStatus.CHARGING,
    online=True,
    plugged_in=True,
    power=7140,
    session=RUNNING,
)
VEHICLE = Vehicle(
    id="vhcl1",
    name="Family car",
    manufacturer="Example Motors",
    model="Model E Long Range",
    battery_size=75000,
    battery_energy=34500,
    plugged_in=True,
    charging=True,
    power=7000,
    state_of_charge=46,
    target_state_of_charge=85,
    charge_limit=80,
    energy_added=1600,
    current_type=CurrentType.AC,
    charging_complete=False,
    state=VehicleState.CHARGING,
    full_at=datetime(2026, 11, 24, 13, 57, tzinfo=UTC),
    odometer=28411000,
    smart_charging=True,
    link=LinkState.ACTIVE,
    disabled=False,
    reported_at=AT,
    session=RUNNING,
)
DETAILS = StationDetails(signal_strength=-71, reliability=97, firmware="1.4.2")
CHARGERS = (
    "GET /v2/evses?expand=model&expand=model.make&expand=latest_status_log"
    "&page_size=100"
)
VEHICLES = (
    "GET /v2/vehicles?expand=trim&expand=trim.model&expand=trim.model.make"
    "&expand=latest_status_log&page_size=100"
)
SESSIONS = "GET /v2/charging_sessions?expand=sub_sessions&page_size=100"
SCHEDULES = (
    "GET /v2/charging_sub_sessions?is_finished=false&expand=schedules&page_size=100"
)
CONNECTIVITY = "GET /v2/evses/evse1/connectivity"
AT_HOME = "GET /v2/vehicles/vhcl1/location_logs?page_size=1"


@pytest.fixture
def household(vendor: Vendor) -> Vendor:
    """Return the vendor of a household that charges."""
    vendor.answers |= {
        "GET /v2/evses": [CHARGER],
        "GET /v2/vehicles": [CAR],
        "GET /v2/charging_sessions": [SESSION],
        "GET /v2/charging_sub_sessions": [PLANNED],
        CONNECTIVITY: {
            "signal_strength_rssi_dbm": -71,
            "connection_reliability_30d": 97,
            "firmware_version": "1.4.2",
            "ip_address": "192.0.2.7",
        },
        "GET /v2/vehicles/vhcl1/location_logs": [{"at_home": True}, {"at_home": False}],
    }
    return vendor


async def test_a_whole_poll(household: Vendor, ours: EvEnergyClient) -> None:
    """Five requests tell all there is, and a sixth is not made."""
    live = await ours.async_get_live()
    # The details of the charger came after it was listed, and are shown with it.
    assert live == LiveState(
        stations=(_with(STATION, details=DETAILS),),
        connectors=(CONNECTOR,),
        vehicles=(VEHICLE,),
        locations={},
        sessions=(RUNNING,),
        uncertain=frozenset({HomeEnergy}),
    )
    assert household.asked == [CHARGERS, VEHICLES, SESSIONS, SCHEDULES, CONNECTIVITY]
    assert ours.requests.total == 5
    await ours.async_get_live()
    assert household.asked[5:] == [CHARGERS, VEHICLES, SESSIONS, SCHEDULES, AT_HOME]
    live = await ours.async_get_live()
    assert live.vehicles == (_with(VEHICLE, at_home=True),)
    assert not ours.report.odd_values
    assert not ours.report.unknown_values


@pytest.mark.parametrize("base", ["", "/sandbox"])
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("user_id", [None, "user7"])
async def test_headers(
    household: Vendor,
    session: ClientSession,
    base: str,
    slash: str,
    user_id: str | None,
) -> None:
    """Each request says which version is meant, who asks, and for whom if that is chosen."""
    household.answers = {
        request.replace("/v2", f"{base}/v2"): answer
        for request, answer in household.answers.items()
    }
    client = client_of(session, household, path=base + slash, user_id=user_id)
    live = await client.async_get_live()
    assert live.vehicles == (VEHICLE,)
    assert household.paths()[0] == f"GET {base}/v2/evses"
    said = {
        (
            headers["Authorization"],
            headers["EvEnergy-Version"],
            headers.get("EvEnergy-User"),
        )
        for headers in household.headers
    }
    assert said == {("Bearer t0ken", "2", user_id)}


async def test_nothing_charges(household: Vendor, ours: EvEnergyClient) -> None:
    """Where all sessions are over, nobody asks for what is planned."""
    ended = "2026-11-24T10:10:00Z"
    household.answers["GET /v2/charging_sessions"] = [
        {**SESSION, "end": ended, "sub_sessions": [{**RUNNING_PART, "end": ended}]}
    ]
    live = await ours.async_get_live()
    assert household.paths() == [
        "GET /v2/evses",
        "GET /v2/vehicles",
        "GET /v2/charging_sessions",
        "GET /v2/evses/evse1/connectivity",
    ]
    assert live.sessions == (
        ChargingSession(
            id="cses1",
            status=SessionStatus.COMPLETED,
            mode=SessionMode.BOOST,
            station_id="evse1",
            connector_id="1",
            vehicle_id="vhcl1",
            started_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
            ended_at=datetime(2026, 11, 24, 10, 10, tzinfo=UTC),
            energy=3000,
            grid_energy=2800,
            solar_energy=200,
            cost=Money(90, "GBP"),
            savings=Money(4, "GBP"),
            co2=240,
            co2_savings=30,
            reward=Money(3, "GBP"),
            points=17,
            average_price=Money(30, "GBP"),
            charging_time=1200,
            state_of_charge_added=4.5,
            solar_mode=SolarMode.SOLAR_SMART,
        ),
    )


async def test_the_newest_session_of_each(
    household: Vendor, ours: EvEnergyClient
) -> None:
    """Sessions come newest first; one without charger or vehicle is of neither."""
    others = [
        {**SESSION, "id": "cses3", "evse": None},
        {**SESSION, "id": "cses2", "vehicle": None},
        SESSION,
        {**SESSION, "start": "2020-01-01T00:00:00Z"},
        {**SESSION, "id": "cses0", "evse": None, "vehicle": None},
    ]
    household.answers["GET /v2/charging_sessions"] = others
    live = await ours.async_get_live()
    assert live.sessions is not None
    # What is listed twice is there once, as it came first.
    assert [it.id for it in live.sessions] == ["cses3", "cses2", "cses1", "cses0"]
    assert live.sessions[2] == RUNNING
    assert [it.session and it.session.id for it in live.connectors] == ["cses2"]
    assert [it.session and it.session.id for it in live.vehicles] == ["cses3"]
    assert (live.sessions[0].station_id, live.sessions[0].connector_id) == (None, None)
    assert (live.sessions[1].station_id, live.sessions[1].connector_id) == (
        "evse1",
        "1",
    )


@pytest.mark.parametrize(
    ("request_", "stations", "vehicles", "unlisted"),
    [
        ("GET /v2/evses", 0, 1, frozenset({Station, Connector})),
        ("GET /v2/vehicles", 1, 0, frozenset({Vehicle})),
    ],
)
async def test_what_cannot_be_listed(
    household: Vendor,
    ours: EvEnergyClient,
    request_: str,
    stations: int,
    vehicles: int,
    unlisted: frozenset[type],
) -> None:
    """It is not known what there is of it; the other is shown."""
    household.answers[request_] = problem(403)
    live = await ours.async_get_live()
    assert (len(live.stations), len(live.vehicles)) == (stations, vehicles)
    assert len(live.connectors) == stations
    assert live.unlisted == unlisted
    assert live.skipped == ()


async def test_sessions_that_cannot_be_listed(
    household: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """They are not known then, which is something else than none; they stay for a while."""
    household.answers["GET /v2/charging_sessions"] = problem(500)
    live = await ours.async_get_live()
    assert live.sessions is None
    assert live.connectors == (_with(CONNECTOR, session=None),)
    household.answers["GET /v2/charging_sessions"] = []
    live = await ours.async_get_live()
    assert live.sessions == ()
    household.answers["GET /v2/charging_sessions"] = [SESSION]
    assert (await ours.async_get_live()).sessions == (RUNNING,)
    # That all of them are gone nobody believes.
    household.answers["GET /v2/charging_sessions"] = []
    assert (await ours.async_get_live()).sessions == (RUNNING,)
    (report,) = ours.families.off()
    assert report.name == "sessions"
    assert report.reason == "the list of sessions is suddenly empty"
    pause(freezer, minutes=16)
    assert (await ours.async_get_live()).sessions is None


async def test_neither_can_be_listed(household: Vendor, ours: EvEnergyClient) -> None:
    """Then there is no account, and the vendor's words say why; nothing else is asked."""
    household.answers["GET /v2/evses"] = problem(500, "Out of order.")
    household.answers["GET /v2/vehicles"] = problem(403, "Not for you.")
    with pytest.raises(UnavailableError) as caught:
        await ours.async_get_live()
    assert caught.value.message == "Out of order."
    assert set(household.paths()) == {"GET /v2/evses", "GET /v2/vehicles"}


async def test_what_cannot_be_read_or_reached(
    household: Vendor, ours: EvEnergyClient
) -> None:
    """Of chargers and vehicles, each is named with the reason; the rest is shown."""
    elsewhere = {"Link": '<https://other.example/v2/evses?page=2>; rel="next"'}
    household.answers["GET /v2/evses"] = Answer(
        [CHARGER, {"id": 5, "x": []}, 7], 200, elsewhere
    )
    household.answers["GET /v2/vehicles"] = [CAR, {"id": None}]
    live = await ours.async_get_live()
    assert [it.id for it in live.stations] == ["evse1", "5"]
    assert live.vehicles == (VEHICLE,)
    assert live.unlisted == frozenset()
    assert live.skipped == (
        Skipped("charger number 3", "expected an object, got a number"),
        Skipped(
            "what follows in /evses", "a link of the answer leads to another server"
        ),
        Skipped("vehicle number 2", "id: expected a text, got nothing"),
    )


async def test_a_pause_that_the_vendor_wants(
    household: Vendor, ours: EvEnergyClient
) -> None:
    """What was read is shown, and how long the vendor wants to be left alone."""
    limited = Answer({"title": "Slow down"}, 429, {"Retry-After": "300"})
    assert (await ours.async_get_live()).retry_after is None
    household.answers["GET /v2/charging_sessions"] = limited
    live = await ours.async_get_live()
    assert live.retry_after == 300
    assert live.stations


async def test_what_is_gone_is_forgotten(
    household: Vendor, ours: EvEnergyClient
) -> None:
    """What two polls did not see is made anew; what did not change is the very same object."""
    first = await ours.async_get_live()
    for _ in range(2):
        # So that all its details are known.
        first = await ours.async_get_live()
    again = await ours.async_get_live()
    assert again.stations[0] is first.stations[0]
    assert again.vehicles[0] is first.vehicles[0]
    assert first.sessions
    assert again.sessions
    assert again.sessions[0] is first.sessions[0]
    empty = {"id": "other"}
    household.answers["GET /v2/evses"] = household.answers["GET /v2/vehicles"] = [empty]
    household.answers["GET /v2/charging_sessions"] = [{**SESSION, "id": "other"}]
    for _ in range(2):
        await ours.async_get_live()
    household.answers["GET /v2/evses"] = [CHARGER]
    household.answers["GET /v2/vehicles"] = [CAR]
    household.answers["GET /v2/charging_sessions"] = [SESSION]
    for _ in range(2):
        await ours.async_get_live()
    back = await ours.async_get_live()
    assert back.stations == first.stations
    assert back.stations[0] is not first.stations[0]
    assert back.vehicles == first.vehicles
    assert back.vehicles[0] is not first.vehicles[0]
    assert back.sessions == first.sessions
    assert back.sessions
    assert back.sessions[0] is not first.sessions[0]


def _with[StructT: Struct](object_: StructT, **changes: object) -> StructT:
    """Return an object with some fields as they are told."""
    return structs.replace(object_, **changes)
