"""Count what came in pages: is everything that the CPO API lists in Home Assistant, and how was it asked for?"""

from collections.abc import Mapping
from dataclasses import dataclass
import math

from .client import Json
from .overview import Overview, kind_of, path_of
from .simulation import Simulation

VENDOR = "beenergised_cpo"
API = "/api/cpoapi/v1"
PATHS = {"station": f"{API}/charging_stations/", "connector": f"{API}/connectors/"}
HEADS = ("list", "in Home Assistant", "in the cloud", "pages", "page size")


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list: what is in it, and how it was read."""

    kind: str
    shown: int
    total: int
    pages: int
    page_size: int

    @property
    def expected_pages(self) -> int:
        """Return how many pages it takes."""
        return max(1, math.ceil(self.total / self.page_size))

    @property
    def cells(self) -> tuple[str, ...]:
        """Return a row of the table."""
        numbers = (self.shown, self.total, self.pages, self.page_size)
        return (f"{self.kind}s", *map(str, numbers))


async def count_pages(overview: Overview, simulation: Simulation) -> list[Listing]:
    """Compare Home Assistant with the simulator, list by list."""
    stations = (await simulation.ask("world"))["stations"]
    requests = (await simulation.ask(f"requests?vendor={VENDOR}"))[VENDOR]
    totals: Mapping[str, int] = {
        "station": len(stations),
        "connector": sum(len(station["connectors"]) for station in stations),
    }
    return [
        Listing(
            kind=kind,
            shown=sum(
                path_of(device).startswith(VENDOR) and kind_of(device) == kind
                for device in overview.devices.values()
            ),
            total=total,
            pages=_pages(requests, PATHS[kind]),
            page_size=simulation.page_size,
        )
        for kind, total in totals.items()
    ]


def missing_pages(listings: list[Listing]) -> list[str]:
    """Return a line for each list that is not whole, or was not read page by page."""
    lines = [
        f"of {it.total} {it.kind}s of {VENDOR} there are {it.shown}"
        for it in listings
        if it.shown != it.total
    ]
    lines += [
        f"the {it.kind}s of {VENDOR} were read in {it.pages} pages, not in {it.expected_pages}"
        for it in listings
        if it.pages != it.expected_pages
    ]
    return lines


def _pages(requests: list[Json], path: str) -> int:
    """Return into how many pages a list fell, the last time that all of it was read."""
    readings: list[int] = []
    for request in requests:
        if request["path"] == path and request["status"] == 200:
            if request["query"].get("page[offset]") == "0":
                readings.append(0)
            if readings:
                readings[-1] += 1
    # one may be under way
    return max(readings[-2:], default=0)
