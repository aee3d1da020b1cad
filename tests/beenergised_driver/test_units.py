"""Tests of units and amounts at their limits, and of sessions as a whole."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import msgspec
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import wire
from custom_components.ev_charging_cloud.clients.beenergised_driver.documents import (
    Invoices,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.driver import (
    driver_of,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.sessions import (
    LatestSessions,
    SessionMapping,
)
from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Driver,
    Money,
)
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport

type Log = dict[str, object]
# 50 kW for 0.39 EUR/kWh, a plug of which only one or the other is known, and none.
PLUGS = {
    "c": Connector(
        station_id="s", id="c", max_power=50_000, price=Money(minor=39, currency="EUR")
    ),
    "power": Connector(station_id="s", id="power", max_power=50_000),
    "price": Connector(station_id="t", id="price", price=Money(39, "EUR")),
}
METER = {"meterStart": 1000, "meterEnd": 8440}
CONSUMED, MOVED = "energyConsumption", "meterStart and meterEnd"


def read(
    mapping: SessionMapping, *logs: Log, has_schema: bool = True
) -> list[ChargingSession]:
    """Return charge logs as sessions, in the order in which they are given."""
    found = [
        wire.CHARGELOG.read(msgspec.json.encode({"id": str(index), **log}))
        for index, log in enumerate(logs)
    ]
    sessions = mapping.read(found, PLUGS, has_schema=has_schema)
    return sorted(sessions, key=lambda each: each.id)


def mapping() -> SessionMapping:
    """Return a mapping that has learnt nothing."""
    return SessionMapping(ReadingReport("be.ENERGISED"))


def lasting(
    minutes: float, plug: str | None = "c", amount: float | None = None, **more: object
) -> Log:
    """Return a session that lasted so long at a plug, and what was paid for it."""
    began = datetime(2025, 5, 4, 8, tzinfo=UTC)
    cost = None if amount is None else {"grossAmount": amount, "currency": "EUR"}
    return {
        "connector": {"id": plug},
        "dateStart": began.isoformat(),
        "dateEnd": (began + timedelta(minutes=minutes)).isoformat(),
        "cost": cost,
        **more,
    }


@pytest.mark.parametrize(
    ("logs", "energies", "units"),
    [
        # Meter and consumption differ by a quarter at most.
        ([{**METER, CONSUMED: 9.3}], [9300], {CONSUMED: "kWh", MOVED: "Wh"}),
        ([{**METER, CONSUMED: 9.31}], [None], {CONSUMED: None, MOVED: None}),
        ([{**METER, CONSUMED: 5.58}], [5580], {CONSUMED: "kWh", MOVED: "Wh"}),
        ([{**METER, CONSUMED: 5.57}], [None], {CONSUMED: None, MOVED: None}),
        # A tenth more than the plug's power, or than any plug gives.
        ([lasting(60, energyConsumption=55)], [None], {CONSUMED: None}),
        ([lasting(60, energyConsumption=55.1)], [55.1], {CONSUMED: "Wh"}),
        ([lasting(30, energyConsumption=27.5)], [None], {CONSUMED: None}),
        ([lasting(30, energyConsumption=27.6)], [27.6], {CONSUMED: "Wh"}),
        ([lasting(60, None, energyConsumption=2200)], [None], {CONSUMED: None}),
        ([lasting(60, None, energyConsumption=2201)], [2201], {CONSUMED: "Wh"}),
        ([lasting(60, "price", energyConsumption=2200)], [None], {CONSUMED: None}),
        # A session of less than five minutes tells nothing.
        ([lasting(5, energyConsumption=5)], [5], {CONSUMED: "Wh"}),
        ([lasting(4.99, energyConsumption=5)], [None], {CONSUMED: None}),
        # Two fifths of the price, and two and a half times as much.
        ([lasting(60, "c", 3.12, energyConsumption=20)], [20_000], {CONSUMED: "kWh"}),
        ([lasting(60, "c", 3.11, energyConsumption=20)], [None], {CONSUMED: None}),
        ([lasting(60, "c", 19.5, energyConsumption=20)], [20_000], {CONSUMED: "kWh"}),
        ([lasting(60, "c", 19.6, energyConsumption=20)], [None], {CONSUMED: None}),
        (
            [lasting(60, "price", 7.8, energyConsumption=20)],
            [20_000],
            {CONSUMED: "kWh"},
        ),
        ([lasting(1, "price", 7.8, energyConsumption=20)], [20_000], {CONSUMED: "kWh"}),
        ([lasting(60, "power", 7.8, energyConsumption=20)], [None], {CONSUMED: None}),
        ([lasting(60, "c", 7.8, meterStart=5, meterEnd=25)], [20_000], {MOVED: "kWh"}),
        # A tenth of the plug's power, in two sessions.
        (
            [lasting(60, energyConsumption=5), lasting(60, energyConsumption=5)],
            [5000, 5000],
            {CONSUMED: "kWh"},
        ),
        (
            [lasting(60, energyConsumption=5), lasting(60, energyConsumption=4.99)],
            [None, None],
            {CONSUMED: None},
        ),
        (
            [lasting(60, "price", energyConsumption=5)] * 2,
            [None, None],
            {CONSUMED: None},
        ),
        (
            [lasting(60, energyConsumption=5), lasting(60, meterStart=5, meterEnd=10)],
            [None, None],
            {CONSUMED: None, MOVED: None},
        ),
        # What is told counts, and tells the other.
        (
            [{"meterStartWh": 0, "meterEndWh": 7440, CONSUMED: 100}],
            [7440],
            {CONSUMED: None, MOVED: "Wh"},
        ),
        (
            [{"energyConsumptionWh": 7440, **METER}, {**METER}],
            [7440, 7440],
            {CONSUMED: "Wh", MOVED: "Wh"},
        ),
        (
            [{"energyConsumptionKwh": 7.4444, "meterStart": 1, "meterEnd": 8.4}],
            [7444.4],
            {CONSUMED: "kWh", MOVED: "kWh"},
        ),
        ([{CONSUMED: 0, **METER}], [0], {MOVED: None}),
        ([{"meterEnd": 5}], [None], {}),
        ([{}], [None], {}),
    ],
)
def test_the_unit_of_energy(
    logs: list[Log], energies: list[float | None], units: dict[str, str | None]
) -> None:
    """Exactly at a limit, and just beyond; what stays unknown is named without a unit."""
    known = mapping()
    assert [each.energy for each in read(known, *logs)] == energies
    assert known.units.energy == units


def test_a_session_that_still_runs(freezer: FrozenDateTimeFactory) -> None:
    """It lasts until now; and seen twice it is one session."""
    freezer.move_to("2025-05-04T09:00:00Z")
    log = lasting(0, energyConsumption=55.1, status="started", dateEnd=None)
    assert read(mapping(), log)[0].energy == 55.1
    known = mapping()
    for _ in range(3):
        (found,) = read(known, log | {CONSUMED: 20})
        assert found.energy is None
    freezer.move_to("2025-05-04T08:04:59Z")
    assert read(mapping(), log)[0].energy is None


def test_amounts_of_hundredths() -> None:
    """Without a schema they are no proof of what a kilowatt hour costs."""
    known = mapping()
    (found,) = read(
        known, lasting(60, "c", 780, energyConsumption=20), has_schema=False
    )
    assert (found.energy, found.cost) == (None, None)
    assert not known.units.has_whole_currency


@pytest.mark.parametrize(
    "fraction",
    [
        {"total": 1.5},
        {"taxAmount": 1.5},
        {"costItems": [None, {"netAmount": 1.5}]},
        {"costItems": [{"netAmount": 1}, {"grossAmount": 2.5}]},
        {"grossAmount": 12.25},
    ],
)
def test_a_fraction_anywhere(fraction: Log) -> None:
    """Any amount with a fraction shows that all are in whole currency, for good."""
    known = mapping()
    whole: Log = {"cost": {"grossAmount": 12, "currency": "EUR"}}
    (before,) = read(known, whole, has_schema=False)
    read(known, {"cost": {"currency": "EUR", **fraction}}, has_schema=False)
    (after,) = read(known, whole, has_schema=False)
    assert (before.cost, after.cost) == (None, Money(1200, "EUR"))


@pytest.mark.parametrize(
    ("log", "readings"),
    [
        ({"meterStartWh": 5, "meterEndWh": 7}, (5, 7)),
        ({"meterStartKwh": 1.0005, "meterEndKwh": 2}, (1000.5, 2000)),
        ({"meterStartWh": 5}, (5, None)),
        ({"meterEndKwh": 0.5}, (None, 500)),
        ({"meterStart": 5, "meterEnd": 7}, (None, None)),
        ({**METER, CONSUMED: 7.44}, (1000, 8440)),
        ({"meterStart": 1, "meterEnd": 8.44, CONSUMED: 7440}, (1000, 8440)),
        ({}, (None, None)),
    ],
)
def test_readings_of_the_meter(
    log: Log, readings: tuple[float | None, float | None]
) -> None:
    """In Wh, where the unit is known; the last one only once it is the last."""
    over = {"status": "stopped", "dateEnd": "2025-05-04T09:00:00Z"}
    (found,) = read(mapping(), log | over)
    assert (found.meter_start, found.meter_stop) == readings
    for unsettled in ({"status": "stopped"}, {"status": "started"}):
        (found,) = read(mapping(), log | unsettled)
        assert (found.meter_start, found.meter_stop) == (readings[0], None)


OVER = {"status": "stopped", "dateEnd": "2025-05-04T09:00:00Z"}


@pytest.mark.parametrize(
    ("cost", "minor"),
    [
        ({"grossAmount": 12, "taxAmount": 2}, (1200, 1000)),
        ({"grossAmount": 12, "taxAmount": 0, "total": 5}, (1200, 1200)),
        ({"grossAmount": 12.3, "taxAmount": 2.1}, (1230, 1020)),
        ({"grossAmount": 12, "total": 11.99}, (1200, 1199)),
        ({"grossAmount": 12, "total": 12}, (1200, None)),
        ({"grossAmount": 12, "total": 0}, (1200, None)),
        ({"grossAmount": 12, "total": -1}, (1200, None)),
        ({"grossAmount": 0, "total": 0}, (0, None)),
        (
            {"grossAmount": 12, "total": 9, "costItems": [{"netAmount": 10}]},
            (1200, 1000),
        ),
        ({"costItems": [{"grossAmount": 2}, {"netAmount": 1}]}, (None, None)),
        ({"costItems": [{"grossAmount": 0.1}, None, {"grossAmount": 0.2}]}, (30, None)),
        ({"costItems": []}, (None, None)),
        ({"total": 12}, (None, None)),
    ],
)
def test_what_is_paid(cost: Log, minor: tuple[float | None, float | None]) -> None:
    """With tax and without: less the tax, or the items' sum, or a total that is less."""
    (found,) = read(mapping(), OVER | {"cost": {"currency": "EUR", **cost}})
    amounts = (found.cost, found.net_cost)
    assert tuple(each and each.minor for each in amounts) == minor
    assert {each.currency for each in amounts if each} <= {"EUR"}


NINE = datetime(2025, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("log", "status", "ended_at"),
    [
        ({"dateEnd": "2025-05-04T09:00:00Z"}, SessionStatus.COMPLETED, NINE),
        ({"status": "paused", "dateEnd": "2025-05-04T09:00:00Z"}, None, NINE),
        ({"status": "started", "dateEnd": "2025-05-04T09:00:00Z"}, "active", None),
        (
            {"status": "waiting_for_transaction", "dateEnd": "2025-05-04T09:00:00Z"},
            "pending",
            NINE,
        ),
        ({**OVER, "dateStart": "2025-05-04T09:00:00Z"}, "completed", NINE),
        ({**OVER, "dateStart": "2025-05-04T09:00:01Z"}, "completed", None),
        ({}, None, None),
    ],
)
def test_when_a_session_is_over(
    log: Log, status: str | None, ended_at: datetime | None
) -> None:
    """By its word, and without one by its end; an end before the start is none."""
    (found,) = read(mapping(), log)
    assert (found.status, found.ended_at) == (
        None if status is None else SessionStatus(status),
        ended_at,
    )


def test_a_word_that_is_new() -> None:
    """It is counted as a session's status."""
    report = ReadingReport("be.ENERGISED")
    read(SessionMapping(report), {"status": "paused"})
    assert dict(report.unknown_values) == {("session status", "paused"): 1}


# ---- the driver's own


def session(id_: str, status: str | None, hour: int | None = None) -> ChargingSession:
    """Return a session on a connector that is called like it begins."""
    return ChargingSession(
        id=id_,
        status=SessionStatus(status) if status else None,
        connector_id="c",
        connector_name="Left",
        station_id="s",
        started_at=None if hour is None else datetime(2025, 5, 4, hour, tzinfo=UTC),
    )


def test_the_latest_of_a_connector() -> None:
    """One that runs counts most, as long as it is told; then the newest."""
    latest = LatestSessions()
    runs, newer, older = (
        session("1", "pending", 6),
        session("2", "completed", 8),
        session("3", "completed", 7),
    )
    nowhere = ChargingSession(id="4", status=SessionStatus.ACTIVE)
    for told, found in (
        ([nowhere, newer, older, runs], "1"),
        ([newer, older], "2"),
        ([older], "3"),
        ([], "3"),
        ([runs], "1"),
        ([], None),
    ):
        known = latest.of_each_connector(told)
        assert {key: it.id for key, it in known.items()} == (
            {"c": found} if found else {}
        )


def test_the_driver() -> None:
    """The newest active one runs, else one that waits; the last one ended last."""
    names = {"s": "Town hall", "t": None}
    waits, runs = session("1", "pending", 9), session("2", "active", 8)
    first, second = session("3", "completed", 7), session("4", "completed", 6)
    late = msgspec.structs.replace(
        second, ended_at=datetime(2025, 5, 4, 10, tzinfo=UTC), connector_name=None
    )
    never = session("5", "completed")
    unknown = session("6", None, 12)
    sessions = [unknown, waits, runs, first, late, never]
    assert driver_of(sessions, Invoices(count=3, latest=NINE), names) == Driver(
        running=runs,
        running_place="Town hall, Left",
        last=late,
        last_place="Town hall",
        waiting=True,
        sessions=tuple(sessions),
        invoices=3,
        latest_invoice=NINE,
    )
    assert driver_of([waits, never], None, {}) == Driver(
        running=waits,
        running_place="Left",
        last=never,
        last_place="Left",
        waiting=True,
        sessions=(waits, never),
    )
    elsewhere = msgspec.structs.replace(first, station_id="t", connector_name=None)
    assert driver_of([second, elsewhere, never], None, names) == Driver(
        last=elsewhere, sessions=(second, elsewhere, never)
    )
    assert driver_of([], None, names) == Driver()
    assert driver_of(None, None, names) is None
    assert driver_of(None, Invoices(count=1), names) == Driver(
        waiting=None, has_sessions=False, invoices=1
    )
