"""In which units an operator tells energy and money, as far as its sessions give it away.

Neither is documented, and only some schemas say it. What they say counts. Otherwise a unit
is believed on evidence only, and a value without one is not told:

* Meter and consumption differ by a thousand: the greater number is in Wh. Where they are
  alike, they share a unit, and nothing says which.
* A plug gives no more than its power: what would be more as kWh is in Wh.
* What was paid fits the plug's price for so many kWh, or for so many Wh.
* In two sessions kWh fit length and plug, and nothing speaks against them: Wh would be
  next to nothing each time.

Without a schema an amount may count hundredths, until one of them has a fraction.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from ..model import Connector
from ..money import to_major
from ..reading.moments import utc
from . import wire
from .mapping import money

WH, KWH = "Wh", "kWh"
FACTORS: Mapping[str, float] = {WH: 1.0, KWH: 1000.0}
CONSUMPTION, METER = "energyConsumption", "meterStart and meterEnd"
# Readings and consumption are not taken at the same instant.
TOLERANCE = 0.25
# More than any plug gives over a whole session, in W.
MOST_POWER = 2_000_000.0
# What a plug gives while it charges, as a share of its power.
LEAST_SHARE, MOST_SHARE = 0.1, 1.1
# What is paid beside the energy, or less, by its price with tax or without.
LEAST_PAID, MOST_PAID = 0.4, 2.5
SHORTEST = timedelta(minutes=5)
ENOUGH = 2


class Quantity(Struct, frozen=True):
    """An energy as a number, and its unit where the schema tells it."""

    name: str
    value: float
    unit: str | None


class Units:
    """What is known of one operator's units."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.energy: dict[str, str | None] = {}
        self.has_whole_currency = False
        self._sense: set[tuple[str, str]] = set()

    def learn(
        self,
        logs: Iterable[wire.Chargelog],
        plugs: Mapping[str, Connector],
        *,
        has_schema: bool,
    ) -> None:
        """Learn from sessions.

        Args:
            logs: the sessions.
            plugs: the connectors that are known, by id.
            has_schema: whether the schema had the amounts asked for that may be whole
                currency only.
        """
        known = tuple(logs)
        self.has_whole_currency |= has_schema or any(
            amount % 1 for log in known for amount in _amounts(log.cost)
        )
        for log in known:
            connector_id = log.connector.id if log.connector else None
            self._learn(log, plugs.get(connector_id or ""))

    def energy_of(self, log: wire.Chargelog) -> float | None:
        """Return a session's energy in Wh; None where its unit is not known."""
        for found in _quantities(log):
            unit = found.unit or self.energy.get(found.name)
            if found.value == 0 or unit:
                return round(found.value * FACTORS[unit or WH], 3)
        return None

    def readings_of(self, log: wire.Chargelog) -> tuple[float | None, float | None]:
        """Return what the meter showed at start and end, in Wh, as far as is known."""
        for start, end, unit in _readings(log):
            factor = FACTORS.get(unit or self.energy.get(METER) or "")
            if factor is not None:
                return _scaled(start, factor), _scaled(end, factor)
        return None, None

    def _learn(self, log: wire.Chargelog, plug: Connector | None) -> None:
        found = [it for it in _quantities(log) if it.value]
        units = [
            {it.unit} if it.unit else self._possible(it, log, plug) for it in found
        ]
        if len(found) == 2:
            one, other = found
            pairs = [
                (a, b)
                for a in units[0]
                for b in units[1]
                if _alike(one.value * FACTORS[a], other.value * FACTORS[b])
            ]
            if pairs:
                units = [{a for a, _ in pairs}, {b for _, b in pairs}]
        for it, possible in zip(found, units, strict=True):
            if len(possible) == 1:
                self.energy[it.name] = next(iter(possible))
            else:
                self.energy.setdefault(it.name, None)

    def _possible(
        self, found: Quantity, log: wire.Chargelog, plug: Connector | None
    ) -> set[str]:
        """Return the units that a session's length, plug and cost allow."""
        hours = _hours(log)
        power = plug.max_power if plug else None
        possible = set(FACTORS)
        if hours is not None:
            most = hours * (power or MOST_POWER) * MOST_SHARE
            possible = {u for u in possible if found.value * FACTORS[u] <= most}
        paid = self._paid(log, plug)
        if paid is not None:
            shares = {u: paid / (found.value * FACTORS[u]) for u in possible}
            fitting = {u for u, it in shares.items() if LEAST_PAID <= it <= MOST_PAID}
            possible = fitting or possible
        if possible == set(FACTORS) and hours is not None and power:
            share = found.value * FACTORS[KWH] / (hours * power)
            if share >= LEAST_SHARE:
                self._sense.add((found.name, log.id))
            fit = sum(name == found.name for name, _ in self._sense)
            if fit >= ENOUGH and self.energy.get(found.name) != WH:
                return {KWH}
        return possible

    def _paid(self, log: wire.Chargelog, plug: Connector | None) -> float | None:
        """Return how many Wh could be had for what was paid; None where that is not known."""
        price = to_major(plug.price) if plug and plug.price else None
        if not price or not plug or not log.cost or not self.has_whole_currency:
            return None
        cost = money(log.cost.gross_amount, log.cost.currency)
        if not cost or not plug.price or cost.currency != plug.price.currency:
            return None
        return (to_major(cost) or 0) / price * FACTORS[KWH] or None


def _quantities(log: wire.Chargelog) -> Iterator[Quantity]:
    """Yield a session's consumption and how far its meter moved."""
    consumptions = (
        (log.energy_consumption_wh, WH),
        (log.energy_consumption_kwh, KWH),
        (log.energy_consumption, None),
    )
    for value, unit in consumptions:
        if value is not None:
            yield Quantity(CONSUMPTION, value, unit)
    for start, end, unit in _readings(log):
        if start is not None and end is not None and end >= start:
            yield Quantity(METER, end - start, unit)


def _readings(
    log: wire.Chargelog,
) -> Iterator[tuple[float | None, float | None, str | None]]:
    """Yield what the meter showed at start and end, in each unit that is told."""
    for start, end, unit in (
        (log.meter_start_wh, log.meter_end_wh, WH),
        (log.meter_start_kwh, log.meter_end_kwh, KWH),
        (log.meter_start, log.meter_end, None),
    ):
        if start is not None or end is not None:
            yield start, end, unit


def _scaled(reading: float | None, factor: float) -> float | None:
    return None if reading is None else round(reading * factor, 3)


def _alike(one: float, other: float) -> bool:
    return abs(one / other - 1) <= TOLERANCE


def _hours(log: wire.Chargelog) -> float | None:
    """Return how long a session has lasted; None where it is too short to tell."""
    start, end = utc(log.date_start), utc(log.date_end) or datetime.now(UTC)
    if start is None or end - start < SHORTEST:
        return None
    return (end - start).total_seconds() / 3600


def _amounts(cost: wire.Cost | None) -> Iterator[float]:
    if cost is None:
        return
    amounts = [cost.total, cost.tax_amount, cost.gross_amount]
    for item in cost.cost_items or ():
        if item is not None:
            amounts += [item.net_amount, item.gross_amount]
    yield from (amount for amount in amounts if amount is not None)
