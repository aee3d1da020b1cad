"""One statistic of sessions in the recorder: its id, its unit and its rows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
import math

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    get_last_statistics,
    statistics_during_period,
)
from homeassistant.const import UnitOfEnergy, UnitOfMass
from homeassistant.core import HomeAssistant
from homeassistant.util import slugify
from homeassistant.util.unit_conversion import EnergyConverter, MassConverter

from ..clients.model import Money
from ..clients.money import to_major
from ..const import DOMAIN
from ..ledger import Measure, Series, SubjectKind

# Finer than any meter; sums that are added up in another order differ by less.
DECIMALS = 6


def statistic_id(account_id: str, series: Series) -> str:
    """Return the id of a statistic; it must never change.

    The ids of stations and accounts have characters that it may not have, so a digest
    stands for them.
    """
    subject = series.subject
    whose = f"{account_id}\n{subject.kind}\n{subject.station_id}\n{subject.id}"
    digest = sha256(whose.encode()).hexdigest()[:12]
    currency = f"_{slugify(series.currency)}" if series.currency else ""
    return f"{DOMAIN}:{subject.kind}_{digest}_{series.measure}{currency}"


def metadata(account_id: str, series: Series, name: str) -> StatisticMetaData:
    """Return what the recorder is to know of a statistic."""
    unit_class, unit = _unit(series)
    return StatisticMetaData(
        mean_type=StatisticMeanType.NONE,
        has_sum=True,
        name=name,
        source=DOMAIN,
        statistic_id=statistic_id(account_id, series),
        unit_class=unit_class,
        unit_of_measurement=unit,
    )


def _unit(series: Series) -> tuple[str | None, str]:
    match series.measure:
        case Measure.COST:
            return None, series.currency
        case Measure.CO2:
            return MassConverter.UNIT_CLASS, UnitOfMass.KILOGRAMS
        case Measure.ENERGY:
            # The energy dashboard offers all that is of the class of energies. A
            # location is its connectors, which are offered already.
            is_sum = series.subject.kind is SubjectKind.LOCATION
            unit_class = None if is_sum else EnergyConverter.UNIT_CLASS
            return unit_class, UnitOfEnergy.KILO_WATT_HOUR


def in_units(series: Series, amount: float) -> float:
    """Return an amount of the ledger in the unit of its statistic."""
    if series.measure is Measure.COST:
        return to_major(Money(amount, series.currency)) or 0.0
    return amount / 1000


def rows(
    hass: HomeAssistant, id_: str, since: datetime, amounts: Mapping[datetime, float]
) -> list[StatisticData]:
    """Return the rows that have to be written so that the recorder has certain sums.

    It reads the recorder's database. What is before ``since`` stays as it is, and the
    sums go on from there. Hours that have rows and no amount any more go on having
    rows, as single ones cannot be taken away.

    Args:
        hass: Home Assistant.
        id_: of the statistic.
        since: the first hour that may have changed.
        amounts: by hour, in the unit of the statistic; from ``since`` on.
    """
    found = statistics_during_period(
        hass, since, None, {id_}, "hour", None, {"sum", "change"}
    ).get(id_, [])
    if found:
        total = (found[0].get("sum") or 0.0) - (found[0].get("change") or 0.0)
    else:
        last = get_last_statistics(hass, 1, id_, False, {"sum"}).get(id_, [])
        total = (last[0].get("sum") or 0.0) if last else 0.0
    written = {row["start"]: row.get("sum") for row in found}
    wanted = {hour.timestamp(): amount for hour, amount in amounts.items()}
    changed: list[StatisticData] = []
    for start in sorted(written.keys() | wanted.keys()):
        total += wanted.get(start, 0.0)
        before = written.get(start)
        if before is None or not math.isclose(before, total, rel_tol=0, abs_tol=1e-6):
            changed.append(row(datetime.fromtimestamp(start, UTC), total))
    return changed


def new_rows(amounts: Mapping[datetime, float]) -> list[StatisticData]:
    """Return all rows of a statistic that the recorder does not have yet."""
    total = 0.0
    made: list[StatisticData] = []
    for hour, amount in sorted(amounts.items()):
        total += amount
        made.append(row(hour, total))
    return made


def row(start: datetime, total: float) -> StatisticData:
    """Return what a meter showed at the end of an hour."""
    reading = round(total, DECIMALS)
    return StatisticData(start=start, state=reading, sum=reading)
