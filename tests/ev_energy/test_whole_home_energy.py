"""Tests of home energy: what is asked for and when, whole systems, and meters at each edge of their time."""

from datetime import UTC, datetime
import json
from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.ev_energy import (
    EvEnergyClient,
    home_meter,
)
from custom_components.ev_charging_cloud.clients.home_energy import Flow, HomeEnergy
from custom_components.ev_charging_cloud.clients.reading.families import FamilyState

from .vendor import CHARGER, Answer, Kept, Vendor, client_of, pause, problem

SYSTEMS = "GET /v2/hem_systems"
POWER = f"{SYSTEMS}/hems1/live_power"
ENERGY = f"{SYSTEMS}/hems1/energy_stats"
OTHER_POWER = f"{SYSTEMS}/hems2/live_power"
OTHER_ENERGY = f"{SYSTEMS}/hems2/energy_stats"
RESOLUTION = "&resolution=PT30M"
BEGUN = datetime(2026, 11, 24, 10, tzinfo=UTC)


def stats(*buckets: dict[str, Any]) -> dict[str, Any]:
    """Return energy statistics of half hours from ten o'clock on."""
    starts = ("10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00")
    return {
        "resolution": "PT30M",
        "buckets": [
            {
                "period_start": f"2026-11-24T{starts[number]}:00Z",
                "period_end": f"2026-11-24T{starts[number + 1]}:00Z",
                **bucket,
            }
            for number, bucket in enumerate(buckets)
        ],
    }


LIVE: dict[str, Any] = {
    "sampled_at": "2026-11-24T10:19:00Z",
    "generation_watts": 1000,
    "consumption_watts": 600,
    "import_watts": 0,
    "export_watts": 100,
    "charge_watts": 300,
    "discharge_watts": 1,
    "battery_state_of_charge_percentage": 64,
}
FIRST: dict[str, Any] = {
    "generation_wh": 400,
    "consumption_wh": 250,
    "import_wh": 10,
    "export_wh": 50,
    "charge_wh": 110,
    "discharge_wh": 5,
}
WHOLE = HomeEnergy(
    id="hems1",
    reported_at=datetime(2026, 11, 24, 10, 19, tzinfo=UTC),
    power={
        Flow.SOLAR: 1000,
        Flow.HOME: 600,
        Flow.GRID_IMPORT: 0,
        Flow.GRID_EXPORT: 100,
        Flow.BATTERY_CHARGE: 300,
        Flow.BATTERY_DISCHARGE: 1,
    },
    battery_level=64,
    energy={
        Flow.SOLAR: 400,
        Flow.HOME: 250,
        Flow.GRID_IMPORT: 10,
        Flow.GRID_EXPORT: 50,
        Flow.BATTERY_CHARGE: 110,
        Flow.BATTERY_DISCHARGE: 5,
    },
    counted_since=BEGUN,
    told=frozenset(Flow),
)


@pytest.fixture
def roof(vendor: Vendor) -> Vendor:
    """Return the vendor of a home energy system, and of nothing that charges."""
    vendor.answers |= {
        "GET /v2/users/me": {"id": "user1"},
        SYSTEMS: [{"id": "hems1"}],
        POWER: LIVE,
        ENERGY: stats(FIRST),
        OTHER_POWER: LIVE,
        OTHER_ENERGY: stats(FIRST),
    }
    return vendor


async def asked(vendor: Vendor, client: EvEnergyClient, polls: int = 1) -> list[str]:
    """Return what polls ask of home energy systems, word by word."""
    vendor.asked.clear()
    for _ in range(polls):
        await client.async_get_live()
    return [it for it in vendor.asked if "/hem_systems" in it]


def short(found: list[str]) -> list[str]:
    """Return requests without their queries."""
    return [it.partition("?")[0] for it in found]


async def shown(client: EvEnergyClient) -> tuple[HomeEnergy, ...]:
    """Return what a poll shows."""
    return (await client.async_get_live()).home_energy


async def test_a_whole_system(roof: Vendor, ours: EvEnergyClient) -> None:
    """A system of which nothing is known gets both turns at once, and is shown whole."""
    assert await shown(ours) == ()
    await ours.async_get_slow()
    assert f"{SYSTEMS}?page_size=100" in roof.asked
    assert await asked(roof, ours) == [
        POWER,
        f"{ENERGY}?start=2026-11-24T10:00:00Z&end=2026-11-24T10:30:00Z{RESOLUTION}",
    ]
    live = await ours.async_get_live()
    assert live.home_energy == (WHOLE,)
    assert live.uncertain == frozenset()
    assert (await ours.async_get_live()).home_energy[0] is live.home_energy[0]


@pytest.mark.parametrize(
    ("power", "energy", "expected"),
    [
        ({}, stats(), None),
        (problem(500), problem(500), None),
        (
            {"consumption_watts": 5},
            problem(500),
            HomeEnergy(id="hems1", counted_since=BEGUN, told=frozenset({Flow.HOME})),
        ),
        (
            {"sampled_at": "2026-11-24T10:19:00Z", "consumption_watts": 5},
            stats(),
            HomeEnergy(
                id="hems1",
                reported_at=datetime(2026, 11, 24, 10, 19, tzinfo=UTC),
                power={Flow.HOME: 5},
                counted_since=BEGUN,
                told=frozenset({Flow.HOME}),
            ),
        ),
        (
            problem(404),
            stats({"import_wh": 0}),
            HomeEnergy(
                id="hems1",
                energy={Flow.GRID_IMPORT: 0},
                counted_since=BEGUN,
                told=frozenset({Flow.GRID_IMPORT}),
            ),
        ),
        (
            {"sampled_at": "2026-11-24T10:19:00Z", "consumption_watts": -5},
            stats({"import_wh": 2}),
            HomeEnergy(
                id="hems1",
                reported_at=datetime(2026, 11, 24, 10, 19, tzinfo=UTC),
                energy={Flow.GRID_IMPORT: 2},
                counted_since=BEGUN,
                told=frozenset({Flow.GRID_IMPORT}),
            ),
        ),
    ],
)
async def test_what_a_home_has(
    roof: Vendor,
    ours: EvEnergyClient,
    power: Any,
    energy: Any,
    expected: HomeEnergy | None,
) -> None:
    """Only what was told of is there; of which nothing was told is not shown."""
    roof.answers[POWER], roof.answers[ENERGY] = power, energy
    await ours.async_get_slow()
    assert await shown(ours) == ((expected,) if expected else ())


@pytest.mark.parametrize(
    ("sampled_at", "is_shown"),
    [
        ("2026-11-24T10:05:00Z", True),
        ("2026-11-24T10:04:59Z", False),
        ("2026-11-24T10:35:00Z", True),
        ("2026-11-24T10:35:01Z", False),
        (None, False),
    ],
)
async def test_how_old_a_report_may_be(
    roof: Vendor, ours: EvEnergyClient, sampled_at: str | None, is_shown: bool
) -> None:
    """A quarter of an hour, by the system's own time; the meter stands for ever."""
    roof.answers[POWER] = LIVE | {"sampled_at": sampled_at}
    await ours.async_get_slow()
    (found,) = await shown(ours)
    assert (found.power, found.battery_level) == (
        (WHOLE.power, 64) if is_shown else ({}, None)
    )
    assert found.energy == WHOLE.energy


@pytest.mark.parametrize(("seconds", "is_shown"), [(899, True), (900, False)])
async def test_how_long_power_stands(
    roof: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    seconds: float,
    is_shown: bool,
) -> None:
    """A quarter of an hour after it was asked for it is not known."""
    roof.answers[POWER] = LIVE | {"sampled_at": "2026-11-24T10:30:00Z"}
    await ours.async_get_slow()
    await ours.async_get_live()
    roof.answers[POWER] = problem(500)
    pause(freezer, seconds=seconds)
    (found,) = await shown(ours)
    assert bool(found.power) is is_shown


async def test_turns(
    roof: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """Power mostly, and the meter every five minutes; beside a detail of a charger."""
    roof.answers["GET /v2/evses"] = [CHARGER]
    await ours.async_get_slow()
    assert short(await asked(roof, ours)) == [POWER, ENERGY]
    assert short(await asked(roof, ours, 3)) == [POWER] * 3
    pause(freezer, seconds=299)
    assert short(await asked(roof, ours, 2)) == [POWER] * 2
    pause(freezer, seconds=1)
    assert short(await asked(roof, ours, 3)) == [ENERGY, POWER, POWER]
    roof.asked.clear()
    await ours.async_get_live()
    assert roof.paths()[-1:] == [POWER]


async def test_turns_of_two(
    roof: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """New ones come first, then each has its turns; who waited longest is next."""
    roof.answers[SYSTEMS] = [{"id": "hems1"}, {"id": "hems2"}]
    await ours.async_get_slow()
    assert short(await asked(roof, ours, 4)) == [
        *(POWER, ENERGY, OTHER_POWER, OTHER_ENERGY),
        *(POWER, OTHER_POWER),
    ]
    assert short(await asked(roof, ours, 3)) == [POWER, OTHER_POWER, POWER]
    pause(freezer, minutes=5)
    assert short(await asked(roof, ours, 5)) == [
        *(ENERGY, OTHER_POWER, OTHER_ENERGY, POWER, OTHER_POWER)
    ]
    assert [it.id for it in await shown(ours)] == ["hems1", "hems2"]


async def test_a_meter_while_power_fails(
    roof: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """What is due has its turn, whatever the other does; nothing is asked where nothing is."""
    roof.answers[POWER] = problem(404, "Ouch.")
    await ours.async_get_slow()
    assert short(await asked(roof, ours)) == [POWER, ENERGY]
    assert short(await asked(roof, ours)) == []
    assert ours.diagnostics["failing_details"] == {
        "home power": {"objects": 1, "reason": "Ouch."}
    }
    roof.answers[ENERGY] = problem(404, "No energy.")
    pause(freezer, minutes=5)
    assert short(await asked(roof, ours, 3)) == [POWER, ENERGY]
    assert ours.diagnostics["failing_details"] == {
        "home power": {"objects": 1, "reason": "Ouch."},
        "home meters": {"objects": 1, "reason": "No energy."},
    }


async def test_the_next_half_hours(
    roof: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """All of the last day is asked for again; what is corrected counts as it was told last."""
    await ours.async_get_slow()
    await asked(roof, ours)
    roof.answers[ENERGY] = stats({"generation_wh": 420}, {"generation_wh": 30})
    pause(freezer, minutes=11)
    whole = f"{ENERGY}?start=2026-11-24T10:00:00Z&end=2026-11-24T11:00:00Z"
    assert await asked(roof, ours, 2) == [POWER, f"{whole}{RESOLUTION}"]
    (found,) = await shown(ours)
    # What is not told once more stays as it was.
    assert found.energy == {**WHOLE.energy, Flow.SOLAR: 450}


async def test_a_day_at_most(
    roof: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """After a long pause it goes on a day at a time."""
    await ours.async_get_slow()
    await asked(roof, ours)
    roof.answers[ENERGY] = stats()
    pause(freezer, days=2)
    found = []
    for _ in range(3):
        found += [it for it in await asked(roof, ours, 2) if "energy_stats" in it]
        pause(freezer, minutes=5)
    assert found == [
        f"{ENERGY}?start=2026-11-24T10:00:00Z&end=2026-11-25T10:00:00Z{RESOLUTION}",
        f"{ENERGY}?start=2026-11-25T10:00:00Z&end=2026-11-26T10:00:00Z{RESOLUTION}",
        f"{ENERGY}?start=2026-11-25T11:00:00Z&end=2026-11-26T11:00:00Z{RESOLUTION}",
    ]


@pytest.mark.parametrize(("status", "is_late"), [(400, True), (404, False)])
async def test_a_time_that_is_not_over(
    roof: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    status: int,
    is_late: bool,
) -> None:
    """Where the vendor refuses it (400), only what is over is asked for from then on."""
    roof.answers[ENERGY] = problem(status)
    await ours.async_get_slow()
    assert short(await asked(roof, ours)) == [POWER, ENERGY]
    roof.answers[ENERGY] = stats(FIRST)
    pause(freezer, minutes=5)
    after = [it for it in await asked(roof, ours, 2) if "energy_stats" in it]
    assert bool(after) is not is_late
    pause(freezer, minutes=5)
    after = [it for it in await asked(roof, ours, 2) if "energy_stats" in it]
    end = "10:30" if is_late else "11:00"
    assert after == [
        f"{ENERGY}?start=2026-11-24T10:00:00Z&end=2026-11-24T{end}:00Z&resolution=PT30M"
    ]


async def test_systems_that_are_gone(
    roof: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """One of two is not shown any more; an empty list is not believed."""
    roof.answers[SYSTEMS] = [{"id": "hems1"}, {"id": "hems2"}]
    roof.answers[OTHER_POWER] = {"consumption_watts": 1}
    roof.answers[OTHER_ENERGY] = problem(500, "Ouch.")
    await ours.async_get_slow()
    await asked(roof, ours, 2)
    assert [it.id for it in await shown(ours)] == ["hems1", "hems2"]
    assert "home meters" in str(ours.diagnostics["failing_details"])
    roof.answers[SYSTEMS] = [{"id": "hems2"}]
    await ours.async_get_slow()
    assert [it.id for it in await shown(ours)] == ["hems2"]
    # What only the other one was told of, nobody has.
    assert {it.name for it in ours.capabilities} & {"HOME_SOLAR", "HOME_GRID"} == set()
    roof.answers[SYSTEMS] = []
    await ours.async_get_slow()
    live = await ours.async_get_live()
    assert [it.id for it in live.home_energy] == ["hems2"]
    assert live.uncertain == frozenset()
    (report,) = ours.families.off()
    assert (report.name, report.state, report.reason) == (
        "home energy",
        FamilyState.KEPT,
        "the list of home energy systems is empty",
    )
    roof.answers[SYSTEMS] = [{"id": "hems1"}]
    pause(freezer, minutes=3)
    await ours.async_get_slow()
    assert ours.diagnostics["failing_details"] == {}


async def test_a_list_that_goes_on_elsewhere(
    roof: Vendor, ours: EvEnergyClient
) -> None:
    """There may be more systems than were listed, or could be read."""
    await ours.async_get_slow()
    assert (await ours.async_get_live()).uncertain == frozenset()
    more = {"Link": '<https://other.example/2>; rel="next"'}
    roof.answers[SYSTEMS] = Answer([{"id": "hems1"}], 200, more)
    await ours.async_get_slow()
    assert (await ours.async_get_live()).uncertain == frozenset({HomeEnergy})
    roof.answers[SYSTEMS] = [{"id": "hems1"}, {"id": None}]
    await ours.async_get_slow()
    live = await ours.async_get_live()
    assert live.uncertain == frozenset({HomeEnergy})
    assert [it.id for it in live.home_energy] == ["hems1"]


@pytest.mark.parametrize("request_", [POWER, ENERGY])
async def test_a_sign_in_that_ends(
    roof: Vendor, ours: EvEnergyClient, request_: str
) -> None:
    """What was listed is shown: the next listing says it."""
    await ours.async_get_slow()
    roof.ends_at = request_
    live = await ours.async_get_live()
    assert live.sessions == ()
    assert ours.diagnostics["failing_details"] == {}


async def test_what_is_kept(
    roof: Vendor, session: ClientSession, freezer: FrozenDateTimeFactory
) -> None:
    """The meters go on after a restart; what is kept is read once, and only if there is a system."""
    kept = Kept()
    client = client_of(session, roof, memory=kept)
    await client.async_get_slow()
    await client.async_get_live()
    assert kept.saves == 1
    assert set(kept.content) == {"home_meters"}
    began = int(BEGUN.timestamp())
    (meter,) = json.loads(kept.content["home_meters"]).values()
    assert sorted(meter.pop("told")) == sorted(flow.value for flow in Flow)
    flows = {
        flow.value: FIRST[name]
        for flow, name in {
            Flow.SOLAR: "generation_wh",
            Flow.HOME: "consumption_wh",
            Flow.GRID_IMPORT: "import_wh",
            Flow.GRID_EXPORT: "export_wh",
            Flow.BATTERY_CHARGE: "charge_wh",
            Flow.BATTERY_DISCHARGE: "discharge_wh",
        }.items()
    }
    assert meter == {
        "since": began,
        "settled_until": began,
        "settled": {},
        "open": {str(began): flows},
    }
    pause(freezer, hours=2)
    roof.answers[ENERGY] = stats({"generation_wh": 401})
    again = client_of(session, roof, memory=kept)
    roof.asked.clear()
    await again.async_get_slow()
    # It is shown before it is read anew.
    assert (await again.async_get_live()).home_energy[0].energy[Flow.SOLAR] == 401
    assert [it for it in roof.asked if "energy_stats" in it] == [
        f"{ENERGY}?start=2026-11-24T10:00:00Z&end=2026-11-24T12:30:00Z&resolution=PT30M"
    ]


@pytest.mark.parametrize(
    ("content", "since"),
    [
        ({}, BEGUN),
        ({"other": "x"}, BEGUN),
        ({"home_meters": "odd"}, BEGUN),
        ({"home_meters": '{"hems1": {"since": "then"}}'}, BEGUN),
        (
            {
                "home_meters": '{"hems1": {"since": 1790000000, "settled_until": 1795510000}}'
            },
            BEGUN,
        ),
    ],
)
async def test_what_was_kept_oddly(
    roof: Vendor, session: ClientSession, content: dict[str, str], since: datetime
) -> None:
    """What another version of ours wrote is forgotten, and counted anew."""
    client = client_of(session, roof, memory=Kept(**content))
    await client.async_get_slow()
    (found,) = await shown(client)
    assert (found.energy, found.told) == (WHOLE.energy, frozenset(Flow))


async def test_a_meter_that_nobody_read_for_long(
    roof: Vendor, session: ClientSession
) -> None:
    """After a month it begins anew, with what is known of the home; others are not kept for ever."""
    now = int(datetime(2026, 11, 24, 10, 20, tzinfo=UTC).timestamp())
    day = 86400
    old = {
        "since": now - 40 * day,
        "settled_until": now - 31 * day,
        "settled": {"home": 9000},
        "told": ["home", "battery_charge"],
    }
    recent = old | {"settled_until": now - 31 * day + 1}
    kept = Kept(home_meters=json.dumps({"hems1": old, "hems8": old, "hems9": recent}))
    client = client_of(session, roof, memory=kept)
    roof.answers[POWER] = {"consumption_watts": 1}
    roof.answers[ENERGY] = stats({"consumption_wh": 5})
    await client.async_get_slow()
    (found,) = await shown(client)
    assert found.energy == {Flow.HOME: 5}
    assert found.told == {Flow.HOME, Flow.BATTERY_CHARGE}
    assert found.counted_since == BEGUN
    saved = json.loads(kept.content["home_meters"])
    assert set(saved) == {"hems1", "hems9"}
    assert saved["hems9"]["settled"] == {"home": 9000}


async def test_without_memory(roof: Vendor, ours: EvEnergyClient) -> None:
    """Who keeps nothing counts all the same."""
    await ours.async_get_slow()
    assert await shown(ours) == (WHOLE,)


NOW = int(datetime(2026, 11, 24, 10, 20, tzinfo=UTC).timestamp())
TEN = int(BEGUN.timestamp())
HALF, DAY = 1800, 86400


@pytest.mark.parametrize(
    ("now", "since"),
    [(TEN, TEN), (TEN + 1, TEN), (TEN + 1799, TEN), (TEN + 1800, TEN + 1800)],
)
def test_a_meter_begins_with_the_half_hour(now: int, since: int) -> None:
    """With the one that runs."""
    meter = home_meter.Meter.begin(now, [Flow.HOME])
    assert meter == home_meter.Meter(since=since, settled_until=since, told={Flow.HOME})


@pytest.mark.parametrize(
    ("now", "is_of_use"),
    [
        (TEN - DAY, False),
        (TEN - DAY + 1, True),
        (TEN, True),
        (TEN + 31 * DAY - 1, True),
        (TEN + 31 * DAY, False),
    ],
)
def test_how_long_a_meter_can_go_on(now: int, is_of_use: bool) -> None:
    """For a month; and a clock may have been wrong by less than a day."""
    assert home_meter.Meter.begin(TEN).is_of_use(now) is is_of_use


@pytest.mark.parametrize(
    ("now", "only_over", "window"),
    [
        (TEN, False, (TEN, TEN + HALF)),
        (TEN, True, None),
        (TEN + HALF - 1, True, None),
        (TEN + HALF, True, (TEN, TEN + HALF)),
        (TEN + HALF, False, (TEN, TEN + 2 * HALF)),
        (TEN - HALF, False, None),
        (TEN + DAY - 1, False, (TEN, TEN + DAY)),
        (TEN + DAY, False, (TEN, TEN + DAY)),
        (TEN + 3 * DAY, True, (TEN, TEN + DAY)),
    ],
)
def test_the_time_to_ask_for(
    now: int, only_over: bool, window: tuple[int, int] | None
) -> None:
    """From what is settled to the half hour that runs, a day at most."""
    meter = home_meter.Meter.begin(TEN)
    assert meter.window(now, only_over=only_over) == window


@pytest.mark.parametrize(
    ("start", "end", "is_counted"),
    [
        (TEN, TEN + HALF, True),
        (TEN - HALF, TEN, False),
        (TEN, TEN + HALF + 1, False),
        (TEN, TEN + HALF - 1, False),
        (TEN + HALF, TEN + 2 * HALF, True),
        (TEN + 2 * HALF, TEN + 3 * HALF, False),
        (TEN, TEN + DAY, False),
    ],
)
def test_which_half_hours_count(start: int, end: int, is_counted: bool) -> None:
    """Those of the time that was asked for."""
    meter = home_meter.Meter.begin(TEN)
    meter.take(
        [home_meter.Period(start, end, {Flow.HOME: 7})], TEN + 2 * HALF, TEN + HALF
    )
    assert meter.energy == ({Flow.HOME: 7} if is_counted else {})
    assert meter.told == ({Flow.HOME} if is_counted else set())
    assert meter.settled_until == TEN


@pytest.mark.parametrize(
    ("now", "until", "settled"),
    [
        # A day less one half hour, so that the one that comes next fits in.
        (TEN + DAY - HALF, TEN + DAY, TEN + HALF),
        (TEN + DAY - HALF - 1, TEN + DAY - HALF, TEN),
        (TEN + DAY + HALF, TEN + DAY, TEN + 3 * HALF),
        # Never more than was asked for.
        (TEN + 9 * DAY, TEN + HALF, TEN + HALF),
        (TEN + 9 * DAY, TEN, TEN),
    ],
)
def test_what_is_settled(now: int, until: int, settled: int) -> None:
    """What is settled is the same energy as before, and is not asked for again."""
    meter = home_meter.Meter.begin(TEN)
    meter.settled = {Flow.HOME: 1}
    periods = [
        home_meter.Period(TEN + n * HALF, TEN + (n + 1) * HALF, {Flow.HOME: 10 + n})
        for n in range(2)
    ]
    meter.take(periods, TEN + 2 * HALF, TEN)
    assert meter.energy == {Flow.HOME: 22}
    meter.take([], until, now)
    assert meter.settled_until == settled
    assert meter.energy == {Flow.HOME: 22}
    assert all(start >= settled for start in meter.open)
    over = sum(10 + n for n in range(2) if TEN + n * HALF < settled)
    assert meter.settled == {Flow.HOME: 1 + over}
