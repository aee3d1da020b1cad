"""Sessions and totals as rows for people and their spreadsheets: pure functions.

Energies are in kWh, powers in kW, amounts of money in whole currency, CO₂ in g. Times
are those of the clock on the wall, with their distance from UTC beside them: in autumn
one hour comes twice.
"""

from collections.abc import Iterable, Iterator, Mapping
import csv
from datetime import datetime, tzinfo
from io import StringIO

from ..clients.model import Money
from ..clients.money import EXPONENTS, to_major
from .model import SessionRecord
from .totals import Total

type Cell = str | float | int | None
type Row = dict[str, Cell]

# A spreadsheet takes a text that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def session_row(record: SessionRecord, zone: tzinfo) -> Row:
    """Return a session as a row; every row has the same columns.

    Args:
        record: the session.
        zone: whose clock the times are by.
    """
    cost = record.cost
    return {
        "session_id": record.session_id,
        "location": record.location_name or record.location_id,
        "station": record.station_name or record.station_id,
        "connector": record.connector_name or record.connector_id,
        "vehicle": record.vehicle_name or record.vehicle_id,
        "driver": record.driver,
        "started_at": _local(record.started_at, zone),
        "charging_started_at": _local(record.charging_started_at, zone),
        "charging_ended_at": _local(record.charging_ended_at, zone),
        "ended_at": _local(record.ended_at, zone),
        "duration_minutes": _minutes(record.started_at, record.ended_at),
        "energy_kwh": _thousandth(record.energy),
        "meter_start_kwh": _thousandth(record.meter_start),
        "meter_stop_kwh": _thousandth(record.meter_stop),
        "average_power_kw": _thousandth(record.average_power),
        "peak_power_kw": _thousandth(record.peak_power),
        "state_of_charge_start": record.initial_state_of_charge,
        "state_of_charge_end": record.state_of_charge,
        "cost": to_major(cost),
        "currency": None if cost is None else cost.currency,
        "co2_g": record.co2,
        "stop_reason": record.stop_reason,
        "status": record.status,
        "end_source": record.end_source,
    }


def total_row(total: Total) -> Row:
    """Return a total as a row; every row has the same columns."""
    cost = None
    if total.cost is not None and total.currency is not None:
        cost = to_major(Money(total.cost, total.currency))
    return {
        "month": f"{total.month:%Y-%m}",
        "driver": total.driver,
        "currency": total.currency,
        "sessions": total.sessions,
        "energy_kwh": _thousandth(total.energy),
        "cost": cost,
        "co2_g": total.co2,
    }


def csv_lines(
    rows: Iterable[Row],
    *,
    decimal_comma: bool = False,
    headings: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Yield rows as lines of CSV (RFC 4180), the headings first.

    Args:
        rows: with the same columns; without any there are no lines.
        decimal_comma: write 1,5 and part columns by semicolons, as spreadsheets of most
            of Europe expect it.
        headings: of the columns; those that lack one have the column's name.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";" if decimal_comma else ",")
    has_headings = False
    for row in rows:
        if not has_headings:
            has_headings = True
            writer.writerow([(headings or {}).get(name, name) for name in row])
            yield _taken(buffer)
        decimals = _money_decimals(row.get("currency"))
        writer.writerow(
            _text(cell, decimals if name == "cost" else 0, decimal_comma=decimal_comma)
            for name, cell in row.items()
        )
        yield _taken(buffer)


def _taken(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _text(cell: Cell, decimals: int, *, decimal_comma: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
    if isinstance(cell, int):
        return str(cell)
    whole, _, fraction = f"{cell:.6f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    point = "," if decimal_comma else "."
    return f"{whole}{point}{fraction}" if fraction else whole


def _money_decimals(currency: Cell) -> int:
    return EXPONENTS.get(currency, 2) if isinstance(currency, str) else 0


def _local(moment: datetime | None, zone: tzinfo) -> str | None:
    """Return a time by the clock on the wall, such as 2026-10-25 02:30:00+02:00."""
    if moment is None:
        return None
    return moment.astimezone(zone).isoformat(" ", "seconds")


def _minutes(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None or end < start:
        return None
    return round((end - start).total_seconds() / 60, 1)


def _thousandth(value: float | None) -> float | None:
    return None if value is None else round(value / 1000, 6)
