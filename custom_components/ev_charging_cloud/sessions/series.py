"""One statistic of sessions in the recorder: its id, its unit and its rows."""

from collections.abc import Mapping
from hashlib import sha256
import math

from msgspec import Struct

from homeassistant.components.recorder.models import (
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.const import UnitOfEnergy, UnitOfMass
from homeassistant.util import slugify
from homeassistant.util.unit_conversion import EnergyConverter, MassConverter

from ..clients.model import Money
from ..clients.money import to_major
from ..const import DOMAIN
from ..ledger import Measure, Series, Subject, SubjectKind


# There are many, and they refer to nothing.
class Row(Struct, frozen=True, gc=False):
    """What a meter showed at the end of an hour; and whether the hour has no row yet.

    The hour is told by when it starts, in seconds since 1970.
    """

    start: float
    reading: float
    is_new: bool


# Finer than any meter; sums that are added up in another order differ by less.
DECIMALS = 6


def statistic_id(account_id: str, series: Series) -> str:
    """Return the id of a statistic; it must never change."""
    currency = f"_{slugify(series.currency)}" if series.currency else ""
    return f"{id_prefix(account_id, series.subject)}{series.measure}{currency}"


def id_prefix(account_id: str, subject: Subject) -> str:
    """Return how the ids of all statistics of a subject begin.

    The ids of stations and accounts have characters that it may not have, so a digest
    stands for them.
    """
    whose = f"{account_id}\n{subject.kind}\n{subject.station_id}\n{subject.id}"
    digest = sha256(whose.encode()).hexdigest()[:12]
    return f"{DOMAIN}:{subject.kind}_{digest}_"


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


def ledgers_unit(series: Series) -> float:
    """Return how much one of the ledger is in the unit of a statistic."""
    if series.measure is Measure.COST:
        return to_major(Money(1.0, series.currency)) or 0.0
    return 0.001


def changed_rows(
    total: float, written: Mapping[float, float], amounts: Mapping[float, float]
) -> tuple[list[Row], float]:
    """Return the rows that have to be written so that there are certain sums.

    Hours that have rows and no amount any more go on having rows, as single ones cannot
    be taken away.

    Args:
        total: the sum before the first hour.
        written: the sums that there are, by when their hours start.
        amounts: what was added, in the unit of the statistic, by when the hours start.

    Returns:
        The rows, and the sum after the last hour.
    """
    changed: list[Row] = []
    for start in sorted(written.keys() | amounts.keys()):
        total += amounts.get(start, 0.0)
        before = written.get(start)
        if before is None or not math.isclose(before, total, rel_tol=0, abs_tol=1e-6):
            changed.append(Row(start, round(total, DECIMALS), before is None))
    return changed, total
