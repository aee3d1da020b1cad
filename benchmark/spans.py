"""Costs by what was done, each measured several times."""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from .meter import Cost, Meter

COUNTED = ("requests", "callbacks", "writes", "saves")


class Spans:
    """What each thing that was done cost, each time."""

    def __init__(self) -> None:
        """Begin with nothing measured."""
        self._costs: dict[str, list[Cost]] = {}

    @contextmanager
    def measure(
        self, meter: Meter, name: str, *, tidy: bool = False, row: int = 1
    ) -> Iterator[Cost]:
        """Measure what happens inside, as one of several times.

        Args:
            meter: measures it.
            name: of what is done.
            tidy: whether memory is told as well.
            row: how often it is done inside: times and requests are of one of these,
                what is counted besides of all of them.
        """
        with meter.measure(tidy=tidy) as cost:
            yield cost
        cost.wall, cost.cpu = cost.wall / row, cost.cpu / row
        cost.requests //= row
        self._costs.setdefault(name, []).append(cost)

    def middle(self) -> dict[str, Cost]:
        """Return what each cost in the middle, with the most of what is counted.

        Of memory the first counts: later there is room that was taken before.
        """
        return {name: _middle(costs) for name, costs in self._costs.items()}


def _middle(costs: list[Cost]) -> Cost:
    found = Cost(
        wall=median(cost.wall for cost in costs),
        cpu=median(cost.cpu for cost in costs),
        stall=median(cost.stall for cost in costs),
        stall_wall=median(cost.stall_wall for cost in costs),
        memory=costs[0].memory,
    )
    for field in COUNTED:
        setattr(found, field, max(getattr(cost, field) for cost in costs))
    return found
