"""Tests of totals by month and driver, and of rows for spreadsheets."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
import json
from zoneinfo import ZoneInfo

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.model import Money
from custom_components.ev_charging_cloud.ledger import (
    Ledger,
    SessionQuery,
    SessionRecord,
    Sighting,
    Source,
    Total,
    add_up,
    csv_lines,
    entry_of,
    months,
    session_row,
    total_row,
)

from .common import ACCOUNT, HOUR, START, async_all, ended, record

BERLIN = ZoneInfo("Europe/Berlin")
SANTIAGO = ZoneInfo("America/Santiago")


def begun(local: str, zone: ZoneInfo = BERLIN, **changes: object) -> SessionRecord:
    """Return a session of an hour that began at a time of the clock on the wall."""
    start = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    session = ended(1000.0, id_=local, start=start, end=start + HOUR)
    return replace(record(session, start + HOUR), **changes)


def months_of(records: list[SessionRecord], zone: ZoneInfo) -> list[str]:
    """Return the month of each session."""
    found = [add_up([entry_of(record)], zone) for record in records]
    return [f"{total.month:%Y-%m}" for (total,) in found]


@pytest.mark.parametrize(
    ("local", "month"),
    [
        ("2026-03-01 00:00:00", "2026-03"),
        ("2026-02-28 23:59:59", "2026-02"),
        # Summer time begins on 29 March and ends on 25 October.
        ("2026-03-31 23:59:59", "2026-03"),
        ("2026-04-01 00:00:00", "2026-04"),
        ("2026-10-01 00:00:00", "2026-10"),
        ("2026-10-31 23:59:59", "2026-10"),
        ("2026-11-01 00:00:00", "2026-11"),
        ("2026-12-31 23:59:59", "2026-12"),
        ("2027-01-01 00:00:00", "2027-01"),
    ],
)
def test_months_are_those_of_the_wall(local: str, month: str) -> None:
    """The first and the last second of a month belong to it."""
    assert months_of([begun(local)], BERLIN) == [month]


@pytest.mark.parametrize("zone", [BERLIN, SANTIAGO, ZoneInfo("Pacific/Chatham")])
async def test_no_session_lost_between_months(
    file_ledger: Ledger, zone: ZoneInfo
) -> None:
    """Sessions of a whole year, one an hour: month by month each is found once."""
    start = datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(2027, 1, 1, tzinfo=zone).astimezone(UTC)
    count = int((end - start) / HOUR)
    sightings = [
        Sighting(
            session=ended(
                1.0,
                id_=f"{n:05}",
                start=start + n * HOUR,
                end=start + n * HOUR + HOUR / 2,
            )
        )
        for n in range(-5, count + 5)
    ]
    await file_ledger.async_record(ACCOUNT, sightings, Source.HISTORY, end)
    borders = list(months(start, end, zone))
    assert len(borders) == 13
    assert (borders[0], borders[-1]) == (start, end)
    found: list[str] = []
    for number, (since, until) in enumerate(pairwise(borders), 1):
        query = SessionQuery(
            account_id=ACCOUNT,
            start=since,
            end=until,
            by_start=True,
            newest_first=False,
        )
        page = await file_ledger.async_sessions(query)
        found += [session.session_id for session in page.sessions]
        (total,) = await file_ledger.async_totals(query, zone)
        assert total.month == date(2026, number, 1)
        assert total.sessions == len(page.sessions) == (until - since) / HOUR
    assert found == [f"{n:05}" for n in range(count)]


def test_totals_by_driver_and_currency() -> None:
    """Costs of two currencies are never added; unknown costs are not nothing."""
    records = [
        begun("2026-03-05 12:00", cost=Money(100.5, "EUR"), co2=10.0),
        begun("2026-03-06 12:00", cost=Money(200.25, "EUR")),
        begun("2026-03-07 12:00", cost=Money(300.0, "CHF")),
        begun("2026-03-08 12:00", driver="Ben", energy=None),
        begun("2026-04-08 12:00", driver=None, cost=Money(1.0, "EUR")),
    ]
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    assert add_up(map(entry_of, records), BERLIN) == [
        Total(
            month=march,
            driver="Anna",
            currency="CHF",
            sessions=1,
            energy=1000.0,
            cost=300.0,
            co2=None,
        ),
        Total(
            month=march,
            driver="Anna",
            currency="EUR",
            sessions=2,
            energy=2000.0,
            cost=300.75,
            co2=10.0,
        ),
        Total(
            month=march,
            driver="Ben",
            currency=None,
            sessions=1,
            energy=0.0,
            cost=None,
            co2=None,
        ),
        Total(
            month=april,
            driver=None,
            currency="EUR",
            sessions=1,
            energy=1000.0,
            cost=1.0,
            co2=None,
        ),
    ]
    assert add_up([], BERLIN) == []


async def test_totals_of_the_ledger(ledger: Ledger) -> None:
    """They are those of the sessions themselves."""
    sightings = [
        Sighting(
            session=ended(
                100.0 + n,
                id_=str(n),
                start=START + n * timedelta(days=1),
                end=START + n * timedelta(days=1) + HOUR,
                cost=Money(float(n), "EUR" if n % 2 else "CHF"),
            ),
            driver="Anna" if n % 3 else None,
        )
        for n in range(90)
    ]
    await ledger.async_record(ACCOUNT, sightings, Source.HISTORY, START)
    expected = add_up(map(entry_of, await async_all(ledger)), BERLIN)
    assert (
        await ledger.async_totals(SessionQuery(account_id=ACCOUNT), BERLIN) == expected
    )
    assert sum(total.sessions for total in expected) == 90


def test_session_across_the_end_of_summer_time() -> None:
    """Local times say which of the two hours they mean; a length is a real length."""
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    session = record(ended(11000.0, start=start, end=start + 2 * HOUR))
    row = session_row(session, BERLIN)
    assert row["started_at"] == "2026-10-25 02:30:00+02:00"
    assert row["ended_at"] == "2026-10-25 03:30:00+01:00"
    assert row["duration_minutes"] == 120.0
    assert row["energy_kwh"] == 11.0


def test_csv() -> None:
    """A spreadsheet reads what is written, with points or with commas."""
    records = [
        begun(
            "2026-03-05 12:00",
            cost=Money(1234.0, "EUR"),
            energy=12345.678,
            station_name='Left; "new", grey',
            driver="=cmd()",
            meter_start=1000.0,
            meter_stop=13345.678,
        ),
        begun("2026-03-06 12:00", cost=Money(500.0, "JPY"), driver="Ärne"),
        begun("2026-03-07 12:00", ended_at=None, energy=None),
    ]
    rows = [session_row(record, BERLIN) for record in records]
    read = list(csv.DictReader(StringIO("".join(csv_lines(rows)))))
    assert [row["energy_kwh"] for row in read] == ["12.345678", "1", ""]
    assert [row["cost"] for row in read] == ["12.34", "500", ""]
    assert [row["driver"] for row in read] == ["'=cmd()", "Ärne", "Anna"]
    assert read[0]["station"] == 'Left; "new", grey'
    assert read[0]["meter_start_kwh"] == "1"
    assert read[2]["ended_at"] == ""
    headings = {"energy_kwh": "Energie (kWh)"}
    commas = "".join(csv_lines(rows, decimal_comma=True, headings=headings))
    read = list(csv.DictReader(StringIO(commas), delimiter=";"))
    assert [row["Energie (kWh)"] for row in read] == ["12,345678", "1", ""]
    assert [row["cost"] for row in read] == ["12,34", "500", ""]
    assert "\r\n" in commas
    assert list(csv_lines([])) == []


def test_totals_as_rows() -> None:
    """Money is written with the decimals of its currency; JSON takes the rows too."""
    totals = add_up(
        map(
            entry_of,
            [
                begun("2026-03-05 12:00", cost=Money(100.0, "EUR")),
                begun("2026-03-06 12:00", cost=Money(50.0, "EUR")),
                begun("2026-03-06 13:00", cost=Money(1500.0, "KWD")),
            ],
        ),
        BERLIN,
    )
    rows = [total_row(total) for total in totals]
    lines = "".join(csv_lines(rows)).splitlines()
    assert lines == [
        "month,driver,currency,sessions,energy_kwh,cost,co2_g",
        "2026-03,Anna,EUR,2,2,1.50,",
        "2026-03,Anna,KWD,1,1,1.500,",
    ]
    assert json.loads(json.dumps(rows)) == rows
    sessions = [session_row(begun("2026-03-05 12:00"), BERLIN)]
    assert json.loads(json.dumps(sessions)) == sessions
