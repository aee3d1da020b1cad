"""A meter made of the half hours that ev.energy tells of a home.

Source: the OpenAPI file of version 2 (``energy_stats``). The vendor has no meter that
runs on for ever, but the energy of periods, which it may correct. So a meter is the sum
of all half hours since it began. Those of the last day are asked for again and again:
what is corrected, or told late, counts as it was told last, and what is missing once
stays as it was. Half hours begin at the same moments in every zone that the vendor
serves, whichever the home's is; days would need to know it.

Times are seconds since 1970.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from ..home_energy import Flow

HALF_HOUR: Final = 1800
# The longest time that half hours can be asked for at once.
DAY: Final = 86_400
# After a longer absence a meter begins anew, instead of asking for days and days.
LONGEST_GAP: Final = 31 * DAY


class Period(Struct, frozen=True):
    """What flowed in some time, in Wh."""

    start: int
    end: int
    energy: Mapping[Flow, float]


class Meter(Struct, kw_only=True):
    """The meter of a home, as it is kept over restarts.

    ``settled`` is what was counted from ``since`` until ``settled_until``, in Wh;
    ``open`` are the half hours after that, by when they begin. ``told`` are the flows
    that were ever told of, here or otherwise.
    """

    since: int
    settled_until: int
    settled: dict[Flow, float] = {}
    open: dict[int, dict[Flow, float]] = {}
    told: set[Flow] = set()

    @classmethod
    def begin(cls, now: int, told: Iterable[Flow] = ()) -> Meter:
        """Return a meter that counts from the half hour on that runs now."""
        start = _running(now)
        return cls(since=start, settled_until=start, told=set(told))

    def is_of_use(self, now: int) -> bool:
        """Tell whether it can go on, after all the time that it was not read."""
        return -DAY < now - self.settled_until < LONGEST_GAP

    def window(self, now: int, *, only_over: bool) -> tuple[int, int] | None:
        """Return the time to ask for next; None where there is nothing new to know.

        Args:
            now: the time at the vendor.
            only_over: whether the half hour that runs must not be asked for.
        """
        end = _running(now) + (0 if only_over else HALF_HOUR)
        end = min(end, self.settled_until + DAY)
        return (self.settled_until, end) if end > self.settled_until else None

    def take(self, periods: Iterable[Period], until: int, now: int) -> None:
        """Take what was told of the time from ``settled_until`` until another.

        Anything but half hours of that time would be counted twice.
        """
        for period in periods:
            if (
                period.end - period.start == HALF_HOUR
                and self.settled_until <= period.start < until
            ):
                self.open.setdefault(period.start, {}).update(period.energy)
                self.told.update(period.energy)
        # One half hour less than can be asked for, so that the next one fits in as well.
        settled = min(until, _running(now) + 2 * HALF_HOUR - DAY)
        if settled <= self.settled_until:
            return
        self.settled_until = settled
        for start in [start for start in self.open if start < settled]:
            for flow, energy in self.open.pop(start).items():
                self.settled[flow] = self.settled.get(flow, 0.0) + energy

    @property
    def energy(self) -> Mapping[Flow, float]:
        """What was counted so far, in Wh, of the flows of which anything was told."""
        total = dict(self.settled)
        for energies in self.open.values():
            for flow, energy in energies.items():
                total[flow] = total.get(flow, 0.0) + energy
        return total


def _running(now: int) -> int:
    """Return when the half hour began that runs."""
    return now - now % HALF_HOUR
