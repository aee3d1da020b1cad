"""How be.ENERGISED's charging sessions (``chargelog``) become ours.

Source: the vendor's FAQ and examples, which give fields and statuses but no units.

* Meter readings are Wh, as in OCPP. ``energyConsumption`` is Wh or kWh: a session whose
  meter moved tells which, and what was learnt once holds for all of them. Until then a
  session's energy is the difference of its meter readings, or not known.
* ``grossAmount`` is what the driver pays. What it is without tax is that less the tax,
  or the sum of the items; ``total`` is taken for it only where it is less than that.
* A cost of 0 while a session runs is normal (FAQ) and means that it is not known yet;
  so it does until its end was reported.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from ..enums import SessionStatus
from ..model import ChargingSession, Money
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.values import text
from ..reading.words import Words
from . import wire
from .mapping import money
from .words import SESSION_STATUSES

# Below this a meter's steps are too coarse to tell units apart.
LEAST_DIFFERENCE = 50.0
# Readings and consumption are not taken at the same instant.
TOLERANCE = 0.25
NEVER = datetime.min.replace(tzinfo=UTC)
ALWAYS = datetime.max.replace(tzinfo=UTC)
UNITS = {"Wh": 1.0, "kWh": 1000.0}


class SessionMapping:
    """Makes our sessions of the vendor's, and learns the unit of their energy."""

    def __init__(self, report: ReadingReport) -> None:
        """Let unknown words be counted in the report; the unit is not known."""
        self._status = Words("session status", SESSION_STATUSES, report)
        self.unit: str | None = None

    def read(
        self, found: Sequence[wire.Chargelog], stations: Mapping[str, str]
    ) -> tuple[ChargingSession, ...]:
        """Return sessions, the newest first.

        Args:
            found: as the vendor sent them, in any order.
            stations: the station of each connector that is known.
        """
        for each in found:
            self.unit = _learn(each) or self.unit
        sessions = [self._session(each, stations) for each in found]
        return tuple(
            sorted(
                sessions,
                key=_began,
                reverse=True,
            )
        )

    def _session(
        self, found: wire.Chargelog, stations: Mapping[str, str]
    ) -> ChargingSession:
        status = self._status.read(found.status)
        started_at, ended_at = utc(found.date_start), utc(found.date_end)
        if started_at and ended_at and ended_at < started_at:
            ended_at = None
        if status is None and found.status is None and ended_at is not None:
            status = SessionStatus.COMPLETED
        connector_id = text(found.connector.id) if found.connector else None
        is_settled = status is SessionStatus.COMPLETED and ended_at is not None
        gross, net, tax = _cost(found.cost, is_settled=is_settled)
        return ChargingSession(
            id=found.id,
            status=status,
            station_id=stations.get(connector_id or ""),
            connector_id=connector_id,
            connector_name=text(found.connector.label) if found.connector else None,
            started_at=started_at,
            # A session that runs can have a date of its latest values there.
            ended_at=None if status is SessionStatus.ACTIVE else ended_at,
            energy=self._energy(found),
            tariff=text(found.rate_name),
            cost=gross,
            net_cost=net,
            tax=tax,
        )

    def _energy(self, found: wire.Chargelog) -> float | None:
        """Return a session's energy in Wh."""
        consumption = found.energy_consumption
        if consumption == 0:
            return 0.0
        if consumption is not None and self.unit is not None:
            return round(consumption * UNITS[self.unit], 3)
        return _difference(found)


def _began(session: ChargingSession) -> datetime:
    """Return when a session began; one that waits for that is newer than any other."""
    if session.started_at is not None:
        return session.started_at
    return ALWAYS if session.is_running else NEVER


def _difference(found: wire.Chargelog) -> float | None:
    """Return how far the meter moved, in Wh."""
    start, end = found.meter_start, found.meter_end
    if start is None or end is None or end < start:
        return None
    return end - start


def _learn(found: wire.Chargelog) -> str | None:
    """Return the unit of a session's energy, if its meter tells."""
    consumption, difference = found.energy_consumption, _difference(found)
    if not consumption or difference is None or difference < LEAST_DIFFERENCE:
        return None
    for unit, factor in UNITS.items():
        if abs(consumption * factor / difference - 1) <= TOLERANCE:
            return unit
    return None


def _cost(
    cost: wire.Cost | None, *, is_settled: bool
) -> tuple[Money | None, Money | None, Money | None]:
    """Return what a session costs with tax, without it, and the tax."""
    if cost is None:
        return None, None, None
    items = [item for item in cost.cost_items or () if item is not None]
    gross = cost.gross_amount
    if gross is None:
        gross = _sum(item.gross_amount for item in items)
    if gross is None or (not gross and not is_settled):
        return None, None, None
    tax = cost.tax_amount
    net = _sum(item.net_amount for item in items)
    total = cost.total
    if tax is not None:
        net = round(gross - tax, 6)
    elif net is None and total is not None and 0 < total < gross:
        net = total
    if tax is None and net is not None:
        tax = round(gross - net, 6)
    currency = text(cost.currency)
    return money(gross, currency), money(net, currency), money(tax, currency)


def _sum(amounts: Iterable[float | None]) -> float | None:
    """Return the sum of amounts that are all told; None for none."""
    known = list(amounts)
    told = [amount for amount in known if amount is not None]
    return round(sum(told), 6) if told and len(told) == len(known) else None
