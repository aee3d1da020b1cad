"""Tests of sessions and totals as rows, and of the lines of a file."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.enums import SessionStatus, StopReason
from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.ledger import (
    EndSource,
    SessionRecord,
    Total,
    add_up,
    csv_lines,
    entry_of,
    months,
    session_row,
    total_row,
)
from custom_components.ev_charging_cloud.ledger.export import Row

from .common import ACCOUNT, HOUR, MINUTE, START

BERLIN = ZoneInfo("Europe/Berlin")
EMPTY = SessionRecord(
    account_id=ACCOUNT, session_id="s1", first_seen=START, last_seen=START
)
FULL = replace(
    EMPTY,
    location_id="depot",
    location_name="Depot",
    station_id="station",
    station_name="Left",
    connector_id="1",
    connector_name="A",
    vehicle_id="car",
    vehicle_name="Van",
    driver="Anna",
    status=SessionStatus.COMPLETED,
    stop_reason=StopReason.LOCAL,
    first_started_at=START - MINUTE,
    started_at=START,
    charging_started_at=START + timedelta(seconds=61, microseconds=700000),
    charging_ended_at=START + HOUR,
    ended_at=START + 2 * HOUR + timedelta(seconds=20),
    end_source=EndSource.HISTORY,
    energy=12345.678,
    average_power=7000.1,
    peak_power=11000.0,
    initial_state_of_charge=12.5,
    state_of_charge=80.0,
    meter_start=100000.0,
    meter_stop=112345.678,
    cost=Money(456.7, "EUR"),
    co2=321.5,
)


def test_a_session_with_everything() -> None:
    """Each is in the column of its name, in the units of people."""
    assert session_row(FULL, BERLIN) == {
        "session_id": "s1",
        "location": "Depot",
        "station": "Left",
        "connector": "A",
        "vehicle": "Van",
        "driver": "Anna",
        "started_at": "2026-03-02 19:30:00+01:00",
        "charging_started_at": "2026-03-02 19:31:01+01:00",
        "charging_ended_at": "2026-03-02 20:30:00+01:00",
        "ended_at": "2026-03-02 21:30:20+01:00",
        "duration_minutes": 120.3,
        "energy_kwh": 12.345678,
        "meter_start_kwh": 100.0,
        "meter_stop_kwh": 112.345678,
        "average_power_kw": 7.0001,
        "peak_power_kw": 11.0,
        "state_of_charge_start": 12.5,
        "state_of_charge_end": 80.0,
        "cost": 4.567,
        "currency": "EUR",
        "co2_g": 321.5,
        "stop_reason": "local",
        "status": "completed",
        "end_source": "history",
    }


def test_a_session_with_nothing() -> None:
    """It has the same columns, in the same order, and nothing in them."""
    row = session_row(EMPTY, BERLIN)
    assert list(row) == list(session_row(FULL, BERLIN))
    assert {name for name, cell in row.items() if cell is not None} == {"session_id"}


def test_a_session_without_names() -> None:
    """Ids stand in for them."""
    nameless = replace(
        FULL,
        location_name=None,
        station_name=None,
        connector_name=None,
        vehicle_name=None,
    )
    row = session_row(nameless, BERLIN)
    assert [row[name] for name in ("location", "station", "connector", "vehicle")] == [
        "depot",
        "station",
        "1",
        "car",
    ]


@pytest.mark.parametrize(
    ("end", "minutes"),
    [
        (START, 0.0),
        (START + timedelta(seconds=10), 0.2),
        (START - timedelta(seconds=1), None),
        (None, None),
    ],
)
def test_how_long_it_took(end: datetime | None, minutes: float | None) -> None:
    """In minutes and tenths; an end before the start tells nothing."""
    assert session_row(replace(FULL, ended_at=end), BERLIN)["duration_minutes"] == (
        minutes
    )


def total(**changes: Any) -> Total:
    """Return a total of two sessions."""
    some = Total(
        month=date(2026, 3, 1),
        driver="Anna",
        currency="EUR",
        sessions=2,
        energy=1500.5,
        cost=150.0,
        co2=7.5,
    )
    return replace(some, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"cost": 0.0}, {"cost": 0.0}),
        ({"currency": "JPY"}, {"currency": "JPY", "cost": 150.0}),
        ({"currency": "KWD"}, {"currency": "KWD", "cost": 0.15}),
        ({"currency": None, "cost": None}, {"currency": None, "cost": None}),
        ({"cost": None}, {"cost": None}),
        ({"currency": None}, {"currency": None, "cost": None}),
        ({"driver": None, "co2": None}, {"driver": None, "co2_g": None}),
    ],
)
def test_a_total_as_a_row(
    changes: dict[str, object], expected: dict[str, object]
) -> None:
    """Money in whole currency, energy in kWh."""
    assert (
        total_row(total(**changes))
        == {
            "month": "2026-03",
            "driver": "Anna",
            "currency": "EUR",
            "sessions": 2,
            "energy_kwh": 1.5005,
            "cost": 1.5,
            "co2_g": 7.5,
        }
        | expected
    )


@pytest.mark.parametrize(
    ("cell", "points", "commas"),
    [
        (None, "", ""),
        ("", "", ""),
        ("Anna", "Anna", "Anna"),
        ("=1+1", "'=1+1", "'=1+1"),
        ("+1", "'+1", "'+1"),
        ("-1", "'-1", "'-1"),
        ("@x", "'@x", "'@x"),
        ("\tx", "'\tx", "'\tx"),
        ("\rx", "'\rx", "'\rx"),
        ("a=b", "a=b", "a=b"),
        (0, "0", "0"),
        (12, "12", "12"),
        (-3, "-3", "-3"),
        (0.0, "0", "0"),
        (1.0, "1", "1"),
        (1.25, "1.25", "1,25"),
        (-1.5, "-1.5", "-1,5"),
        (100.0, "100", "100"),
        (0.000001, "0.000001", "0,000001"),
        (0.1234567, "0.123457", "0,123457"),
    ],
)
def test_cells(cell: str | float | None, points: str, commas: str) -> None:
    """A number has no needless zeros, and nothing is taken for a formula."""
    row: Row = {"a": cell, "b": "x"}
    for is_comma, expected in ((False, points), (True, commas)):
        text = "".join(csv_lines([row], decimal_comma=is_comma))
        read = csv.reader(
            StringIO(text, newline=""), delimiter=";" if is_comma else ","
        )
        assert list(read) == [["a", "b"], [expected, "x"]]


@pytest.mark.parametrize(
    ("currency", "cost", "expected"),
    [
        ("EUR", 1.0, "1.00"),
        ("EUR", 1.5, "1.50"),
        ("EUR", 1.567, "1.567"),
        ("EUR", -0.5, "-0.50"),
        ("JPY", 500.0, "500"),
        ("KWD", 1.5, "1.500"),
        ("???", 1.5, "1.50"),
        (None, 1.5, "1.5"),
        (7, 1.0, "1"),
    ],
)
def test_money(currency: str | int | None, cost: float, expected: str) -> None:
    """It has the decimals of its currency; nothing else has."""
    row: Row = {"cost": cost, "currency": currency, "energy_kwh": 1.0}
    told = "" if currency is None else currency
    assert "".join(csv_lines([row])).split("\r\n")[1] == f"{expected},{told},1"
    without: Row = {"cost": cost, "energy_kwh": 1.0}
    assert "".join(csv_lines([without])) == f"cost,energy_kwh\r\n{cost:g},1\r\n"


def test_one_line_after_the_other() -> None:
    """Each comes by itself, headings first and once, by their own names or by others."""
    rows: list[Row] = [{"a": 1, "b": "x;y"}, {"a": 2.5, "b": 'say "z"'}]
    assert list(csv_lines(rows)) == [
        "a,b\r\n",
        "1,x;y\r\n",
        '2.5,"say ""z"""\r\n',
    ]
    found = csv_lines(rows, decimal_comma=True, headings={"a": "Zahl"})
    assert list(found) == [
        "Zahl;b\r\n",
        '1;"x;y"\r\n',
        '2,5;"say ""z"""\r\n',
    ]
    assert list(csv_lines(iter(()), headings={"a": "Zahl"})) == []


def begun(local: str, **changes: Any) -> SessionRecord:
    """Return a session that began at a time of the clock on the wall of Berlin."""
    start = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)
    return replace(FULL, started_at=start, **changes)


def test_sums_of_totals() -> None:
    """To a thousandth; what some do not tell does not hide what others do."""
    records = [
        begun("2026-03-01", energy=0.1, cost=Money(0.1, "EUR"), co2=None),
        begun("2026-03-02", energy=0.2, cost=Money(0.2, "EUR"), co2=0.1),
        begun("2026-03-03", energy=None, cost=Money(0.0, "EUR"), co2=0.2),
        begun("2026-03-04", energy=0.0004, cost=Money(0.0004, "EUR"), co2=0.0),
    ]
    (found,) = add_up(map(entry_of, records), BERLIN)
    assert found == total(sessions=4, energy=0.3, cost=0.3, co2=0.3)
    (found,) = add_up([entry_of(begun("2026-03-01", co2=0.0))], BERLIN)
    assert found.co2 == 0.0
    (found,) = add_up([entry_of(begun("2026-03-01", cost=None, co2=None))], BERLIN)
    assert found == total(
        sessions=1, energy=12345.678, currency=None, cost=None, co2=None
    )


def test_totals_come_in_order() -> None:
    """By month, then by driver, then by currency, however the sessions come."""
    records = [
        begun("2026-04-01", driver="Anna"),
        begun("2026-03-01", driver="Ben"),
        begun("2026-03-31", driver="Anna", cost=Money(1.0, "USD")),
        begun("2026-03-15", driver="Anna", cost=Money(1.0, "CHF")),
        begun("2026-03-02", driver=None),
        begun("2025-12-31", driver="Zoe"),
    ]
    found = add_up(map(entry_of, records), BERLIN)
    assert [(one.month, one.driver, one.currency) for one in found] == [
        (date(2025, 12, 1), "Zoe", "EUR"),
        (date(2026, 3, 1), None, "EUR"),
        (date(2026, 3, 1), "Anna", "CHF"),
        (date(2026, 3, 1), "Anna", "USD"),
        (date(2026, 3, 1), "Ben", "EUR"),
        (date(2026, 4, 1), "Anna", "EUR"),
    ]


def utc(local: str) -> datetime:
    """Return a time of the clock on the wall of Berlin."""
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # From when the month begins, until one begins that is not touched.
        ("2026-03-01", "2026-04-01", ["2026-03-01", "2026-04-01"]),
        ("2026-03-17 12:00", "2026-03-18", ["2026-03-01", "2026-04-01"]),
        (
            "2026-11-30 23:59:59",
            "2027-01-01 00:00:01",
            ["2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"],
        ),
        ("2026-12-01", "2026-12-02", ["2026-12-01", "2027-01-01"]),
        ("2026-02-28", "2026-02-01", ["2026-02-01"]),
    ],
)
def test_months_of_a_time(start: str, end: str, expected: list[str]) -> None:
    """They begin at midnight by the clock on the wall, and are told in UTC."""
    found = list(months(utc(start), utc(end), BERLIN))
    assert found == [utc(day) for day in expected]
    assert {moment.tzinfo for moment in found} == {UTC}
