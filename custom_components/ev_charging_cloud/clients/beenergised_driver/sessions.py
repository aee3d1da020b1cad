"""How be.ENERGISED's charging sessions (``chargelog``) become ours.

Source: the vendor's FAQ and examples, which give fields and statuses but no units, see
:mod:`.units`.

* ``grossAmount`` is what the driver pays. What it is without tax is that less the tax,
  or the sum of the items; ``total`` is taken for it only where it is less than that.
* A cost of 0 while a session runs is normal (FAQ) and means that it is not known yet;
  so it does until its end was reported.
* An end before the start is not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from ..enums import SessionStatus
from ..model import ChargingSession, Connector, Money
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.values import text
from ..reading.words import Words
from . import wire
from .mapping import money
from .units import Units
from .words import SESSION_STATUSES

NEVER = datetime.min.replace(tzinfo=UTC)
ALWAYS = datetime.max.replace(tzinfo=UTC)


class SessionMapping:
    """Makes our sessions of the vendor's, and learns the units of their values."""

    def __init__(self, report: ReadingReport) -> None:
        """Let unknown words be counted in the report; no unit is known."""
        self._status = Words("session status", SESSION_STATUSES, report)
        self.units = Units()

    def read(
        self,
        found: Sequence[wire.Chargelog],
        plugs: Mapping[str, Connector],
        *,
        has_schema: bool,
    ) -> tuple[ChargingSession, ...]:
        """Return sessions, each once, the newest first.

        Args:
            found: as the vendor sent them, in any order.
            plugs: the connectors that are known, by id.
            has_schema: whether they were asked for by a schema.
        """
        each_once = {log.id: log for log in found}.values()
        self.units.learn(each_once, plugs, has_schema=has_schema)
        sessions = [self._session(log, plugs) for log in each_once]
        return tuple(sorted(sessions, key=_began, reverse=True))

    def _session(
        self, found: wire.Chargelog, plugs: Mapping[str, Connector]
    ) -> ChargingSession:
        status = self._status.read(found.status)
        started_at, ended_at = utc(found.date_start), utc(found.date_end)
        if status is None and found.status is None and ended_at is not None:
            status = SessionStatus.COMPLETED
        if started_at and ended_at and ended_at < started_at:
            ended_at = None
        connector_id = text(found.connector.id) if found.connector else None
        plug = plugs.get(connector_id or "")
        is_settled = status is SessionStatus.COMPLETED and ended_at is not None
        cost, net_cost = self._cost(found.cost, is_settled=is_settled)
        meter_start, meter_stop = self.units.readings_of(found)
        return ChargingSession(
            id=found.id,
            status=status,
            station_id=plug.station_id if plug else None,
            connector_id=connector_id,
            connector_name=text(found.connector.label) if found.connector else None,
            started_at=started_at,
            # A session that runs can have a date of its latest values there.
            ended_at=None if status is SessionStatus.ACTIVE else ended_at,
            energy=self.units.energy_of(found),
            tariff=text(found.rate_name),
            cost=cost,
            net_cost=net_cost,
            meter_start=meter_start,
            # Until the end it is the meter's latest reading.
            meter_stop=meter_stop if is_settled else None,
        )

    def _cost(
        self, cost: wire.Cost | None, *, is_settled: bool
    ) -> tuple[Money | None, Money | None]:
        """Return what a session costs with tax, and without it."""
        if cost is None:
            return None, None
        items = [item for item in cost.cost_items or () if item is not None]
        gross = cost.gross_amount
        if gross is None:
            gross = _sum(item.gross_amount for item in items)
        if gross is None or (not gross and not is_settled):
            return None, None
        if gross and not self.units.has_whole_currency:
            return None, None
        tax, total = cost.tax_amount, cost.total
        net = _sum(item.net_amount for item in items)
        if tax is not None:
            net = round(gross - tax, 6)
        elif net is None and total is not None and 0 < total < gross:
            net = total
        currency = cost.currency
        return money(gross, currency), money(net, currency)


class LatestSessions:
    """The driver's latest session on each connector.

    The newest sessions, which a look reads, may all be on other connectors.
    """

    def __init__(self) -> None:
        """Know none."""
        self._over: dict[str, ChargingSession] = {}

    def of_each_connector(
        self, sessions: Iterable[ChargingSession]
    ) -> dict[str, ChargingSession]:
        """Return the latest session by connector; one that runs counts most.

        Args:
            sessions: what was read, the newest first.
        """
        read: dict[str, ChargingSession] = {}
        for session in sorted(sessions, key=lambda each: not each.is_running):
            if session.connector_id is not None:
                read.setdefault(session.connector_id, session)
        # What runs is known of this look only: it may be over by the next.
        latest = self._over | read
        self._over = {
            connector_id: session
            for connector_id, session in latest.items()
            if not session.is_running
        }
        return latest


def _began(session: ChargingSession) -> datetime:
    """Return when a session began; one that waits for that is newer than any other."""
    if session.started_at is not None:
        return session.started_at
    return ALWAYS if session.is_running else NEVER


def _sum(amounts: Iterable[float | None]) -> float | None:
    """Return the sum of amounts that are all told; None for none."""
    known = list(amounts)
    told = [amount for amount in known if amount is not None]
    return round(sum(told), 6) if told and len(told) == len(known) else None
