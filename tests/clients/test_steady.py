"""Tests of meters and sums that do not fall, and of the start that stays."""

from datetime import UTC, datetime, timedelta

from msgspec import structs
import pytest

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Driver,
    Station,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.snapshot import LiveState
from custom_components.ev_charging_cloud.clients.steady import Steady, SteadyReadings

START = datetime(2026, 9, 16, 17, 45, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SESSION = ChargingSession(id="s", status=SessionStatus.ACTIVE, started_at=START)


def _steady(
    values: list[float | None], every: timedelta = MINUTE
) -> list[float | None]:
    meter = Steady()
    return [
        meter.steady("meter", value, START + index * every)
        for index, value in enumerate(values)
    ]


def _live(**parts: object) -> LiveState:
    empty = LiveState(stations=(), connectors=(), locations={})
    return structs.replace(empty, **parts)


def _with(session: ChargingSession | None) -> LiveState:
    return _live(connectors=(Connector(station_id="st", id="1", session=session),))


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([42.0, 0, 42.4, 41.9, 43.0], [42.0, 42.0, 42.4, 42.4, 43.0]),
        ([1500.5, 0, 1500.6], [1500.5, 1500.5, 1500.6]),
        ([5, None, 0, None, 6], [5, None, 5, None, 6]),
        ([5, 0, 6, 0, 7, 0, 8], [5, 5, 6, 6, 7, 7, 8]),
        ([0, 0, 1], [0, 0, 1]),
        ([5, 0, 5, 0, 0, 0], [5, 5, 5, 5, 5, 0]),
    ],
    ids=["session", "meter", "not told", "again and again", "from zero", "as before"],
)
def test_a_fall_that_passes_is_not_shown(
    values: list[float | None], shown: list[float | None]
) -> None:
    """What falls for a moment stays, and goes on from where it was."""
    assert _steady(values) == shown


def test_a_fall_that_lasts_is_believed() -> None:
    """A meter that was replaced starts anew, once that is beyond doubt."""
    assert _steady([900, 0, 0.1, 0.2, 0.3]) == [900, 900, 900, 0.2, 0.3]


def test_polls_in_quick_succession_prove_nothing() -> None:
    """After a command polls follow each other by seconds; a fall takes two minutes."""
    shown = _steady([900, *[0.0] * 14], every=timedelta(seconds=10))
    assert shown == [900] * 13 + [0, 0]


def test_meters_are_apart() -> None:
    """What one meter shows is nothing to another."""
    meter = Steady()
    assert meter.steady("a", 5, START) == 5
    assert meter.steady("b", 1, START) == 1
    meter.forget("a")
    assert meter.steady("a", 2, START) == 2


def test_the_end_of_a_session_is_final() -> None:
    """What the vendor says at the end counts, even if it is less."""
    readings = SteadyReadings()
    running = structs.replace(SESSION, energy=42.4)
    readings.apply(_with(running), START)
    over = structs.replace(running, energy=42.1, status=SessionStatus.COMPLETED)
    (connector,) = readings.apply(_with(over), START + MINUTE).connectors
    assert connector.session == over


@pytest.mark.parametrize("name", ["energy", "grid_energy", "solar_energy"])
def test_what_a_session_came_to_stays(name: str) -> None:
    """At its end a sum may not be told any more; it stays until the next session."""
    readings = SteadyReadings()
    readings.apply(_with(structs.replace(SESSION, **{name: 42.5})), START)
    gap = structs.replace(SESSION, **{name: None})
    (connector,) = readings.apply(_with(gap), START + MINUTE).connectors
    # While it runs, what is not told is not known.
    assert connector.session == gap
    over = structs.replace(gap, status=SessionStatus.COMPLETED)
    for minute in range(2, 9):
        (connector,) = readings.apply(_with(over), START + minute * MINUTE).connectors
        assert connector.session == structs.replace(over, **{name: 42.5})
    following = structs.replace(over, id="t")
    (connector,) = readings.apply(_with(following), START + 9 * MINUTE).connectors
    assert connector.session == following


def test_the_next_session_starts_anew() -> None:
    """Another session has sums of its own."""
    readings = SteadyReadings()
    readings.apply(_with(structs.replace(SESSION, energy=42.4)), START)
    following = structs.replace(SESSION, id="t", energy=0.0, started_at=START + MINUTE)
    (connector,) = readings.apply(_with(following), START + MINUTE).connectors
    assert connector.session == following


def test_a_corrected_start_is_shown_but_counts_from_where_it_did() -> None:
    """Sums are counted from the start that was first told, however it is corrected."""
    readings = SteadyReadings()
    for seconds in (0, 3, 0, 3):
        told = structs.replace(SESSION, started_at=START + timedelta(seconds=seconds))
        (connector,) = readings.apply(_with(told), START + MINUTE).connectors
        assert connector.session is not None
        assert connector.session.started_at == told.started_at
        assert connector.session.sums_since == START


def test_a_start_that_comes_late_is_the_first_told() -> None:
    """A session may be seen before its start is told."""
    readings = SteadyReadings()
    readings.apply(_with(structs.replace(SESSION, started_at=None)), START)
    (connector,) = readings.apply(_with(SESSION), START + MINUTE).connectors
    assert connector.session == SESSION
    missing = structs.replace(SESSION, started_at=None)
    (connector,) = readings.apply(_with(missing), START + 2 * MINUTE).connectors
    assert connector.session is not None
    assert connector.session.sums_since == START


def test_stations_vehicles_and_drivers() -> None:
    """Wherever there is a meter or a session, it does not fall."""
    readings = SteadyReadings()

    def live(energy: float) -> LiveState:
        session = structs.replace(SESSION, energy=energy, solar_energy=energy / 2)
        return _live(
            stations=(Station(id="st", energy=energy),),
            vehicles=(Vehicle(id="v", session=session),),
            driver=Driver(running=session, sessions=(session,)),
        )

    readings.apply(live(9.0), START)
    seen = readings.apply(live(0.0), START + MINUTE)
    assert seen.stations[0].energy == 9
    assert seen.vehicles[0].session is not None
    assert seen.vehicles[0].session.solar_energy == 4.5
    assert seen.driver is not None
    assert seen.driver.running is not None
    assert seen.driver.running.energy == 9
    assert seen.driver.sessions == (seen.driver.running,)
    seen = readings.apply(live(9.5), START + 2 * MINUTE)
    assert seen == live(9.5)


def test_a_session_may_be_away_for_a_poll() -> None:
    """A poll without the session forgets nothing of it."""
    readings = SteadyReadings()
    readings.apply(_with(structs.replace(SESSION, energy=42.0)), START)
    assert readings.apply(_with(None), START + MINUTE) == _with(None)
    later = _with(structs.replace(SESSION, energy=0.0))
    (connector,) = readings.apply(later, START + 2 * MINUTE).connectors
    assert connector.session is not None
    assert connector.session.energy == 42


def test_what_was_not_read_anew_proves_nothing() -> None:
    """A reading that is shown once more is no second reading."""
    readings = SteadyReadings()
    readings.apply(_with(structs.replace(SESSION, energy=42.0)), START)
    low = structs.replace(_with(structs.replace(SESSION, energy=0.0)), is_fresh=False)
    for minute in range(1, 9):
        (connector,) = readings.apply(low, START + minute * MINUTE).connectors
        assert connector.session is not None
        assert connector.session.energy == 42


def test_what_is_unchanged_stays_the_very_same() -> None:
    """Objects that need no change are handed on, so that they compare at no cost."""
    readings = SteadyReadings()
    live = _with(structs.replace(SESSION, energy=1.0))
    first = readings.apply(live, START)
    second = readings.apply(live, START + MINUTE)
    assert first.connectors[0] is second.connectors[0] is live.connectors[0]


@pytest.mark.parametrize(
    ("every", "shown"),
    [
        # Two polls that are minutes apart are no proof, and many in two minutes none.
        (2 * MINUTE, [900, 900, 900, 0.2, 0.3]),
        (timedelta(hours=1), [900, 900, 900, 0.2, 0.3]),
        (timedelta(seconds=60), [900, 900, 900, 0.2, 0.3]),
        (timedelta(seconds=59), [900, 900, 900, 900, 0.3]),
    ],
)
def test_when_a_fall_is_believed(every: timedelta, shown: list[float]) -> None:
    """With the third poll that shows it, and two minutes after the first."""
    assert _steady([900, 0, 0.1, 0.2, 0.3], every=every) == shown


def test_the_very_same_reading_proves_a_fall() -> None:
    """What a vendor tells again byte for byte was read again, and so a fall is believed."""
    readings = SteadyReadings()
    readings.apply(_live(stations=(Station(id="st", energy=900.0),)), START)
    fallen = _live(stations=(Station(id="st", energy=1.0),))
    shown = [
        readings.apply(fallen, START + minute * MINUTE).stations[0].energy
        for minute in (1, 2, 3, 4)
    ]
    assert shown == [900, 900, 1, 1]


def test_a_fall_of_one_among_many() -> None:
    """Only that one is in doubt, wherever it stands; the others show what they are told."""
    readings = SteadyReadings()
    first = tuple(Station(id=id_, energy=900.0) for id_ in "abc")
    readings.apply(_live(stations=first), START)
    told = first
    shown = []
    for minute, energy in enumerate((1.0, 1.0, 1.0, 2.0), 1):
        told = (
            first[0],
            structs.replace(first[1], energy=energy),
            structs.replace(first[2], energy=900.0 + minute),
        )
        seen = readings.apply(_live(stations=told), START + minute * MINUTE)
        shown.append([station.energy for station in seen.stations])
    assert shown == [
        [900, 900, 901],
        [900, 900, 902],
        [900, 1, 903],
        [900, 2, 904],
    ]
    # Listed otherwise, each is still known by what it is.
    seen = readings.apply(_live(stations=told[::-1]), START + 5 * MINUTE)
    assert seen.stations == told[::-1]


def _driven(energy: float | None, **parts: object) -> LiveState:
    session = structs.replace(SESSION, energy=energy)
    return _live(driver=Driver(**{"sessions": (session,), **parts}))  # type: ignore[arg-type]


def _driver_of(live: LiveState) -> Driver:
    assert live.driver is not None
    return live.driver


def test_a_fall_of_a_drivers_session() -> None:
    """It is believed as any other, and each time it is read anew."""
    readings = SteadyReadings()
    shown = [
        _driver_of(readings.apply(_driven(energy), START + minute * MINUTE))
        .sessions[0]
        .energy
        for minute, energy in enumerate((9.0, 1.0, 1.1, 1.2, 1.3))
    ]
    assert shown == [9, 9, 9, 1.2, 1.3]
    # So it is where the very same was read again and again.
    fallen = _driven(0.5)
    shown = [
        _driver_of(readings.apply(fallen, START + minute * MINUTE)).sessions[0].energy
        for minute in (5, 6, 7, 8)
    ]
    assert shown == [1.3, 1.3, 0.5, 0.5]


def test_a_driver_as_it_is() -> None:
    """All else of a driver is as it was told, and the very same if that is."""
    readings = SteadyReadings()
    running = structs.replace(SESSION, energy=5.0)
    last = structs.replace(SESSION, id="l", energy=4.0, status=SessionStatus.COMPLETED)
    other = structs.replace(SESSION, id="o", energy=3.0)
    driver = Driver(
        running=running,
        running_place="Here",
        last=last,
        last_place="There",
        waiting=None,
        sessions=(running, other),
        invoices=3,
    )
    first = _driver_of(readings.apply(_live(driver=driver), START))
    assert first == driver
    second = _driver_of(readings.apply(_live(driver=driver), START + MINUTE))
    assert second is first
    alone = Driver(sessions=(other,))
    assert _driver_of(readings.apply(_live(driver=alone), START + MINUTE)) == alone
    assert readings.apply(_live(), START + MINUTE).driver is None
    # A session that was away counts from what it shows then.
    low = structs.replace(driver, running=structs.replace(running, energy=1.0))
    low = structs.replace(low, sessions=(low.running, other))
    assert _driver_of(readings.apply(_live(driver=low), START + 2 * MINUTE)) == low


def test_who_charges_is_apart() -> None:
    """The same session on a connector, of a vehicle and of a driver has sums of each."""
    readings = SteadyReadings()

    def live(energies: tuple[float, float, float]) -> LiveState:
        one, two, three = (structs.replace(SESSION, energy=it) for it in energies)
        return _live(
            connectors=(Connector(station_id="x", id="x", session=one),),
            vehicles=(Vehicle(id="x", session=two),),
            driver=Driver(sessions=(three,)),
        )

    readings.apply(live((9.0, 8.0, 7.0)), START)
    assert readings.apply(live((9.0, 1.0, 8.0)), START + MINUTE) == live(
        (9.0, 8.0, 8.0)
    )
    # A connector is known by its station as well.
    other = Connector(station_id="y", id="x", session=SESSION)
    two = _live(connectors=(*live((9.0, 8.0, 7.0)).connectors, other))
    assert readings.apply(two, START + 2 * MINUTE).connectors == two.connectors
