"""Connectors of be.ENERGISED, and which station each belongs to.

Source: the CPO API's reference, connectors. No document tells whether a connector names
its station. Where it does not, each station is asked for its connectors
(``cp/{uuid}/connectors/``): a few at a time, fewer than the ten that the vendor permits
for its own remote commands, and only once, as the answers are kept.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
import logging

from msgspec.structs import replace

from ..client import Memory
from ..errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
)
from ..model import Connector
from ..reading.items import ItemReader, ReadingReport
from ..snapshot import Skipped
from . import wire
from .mapping import CpoMapping
from .pages import Pages

LIST = "/connectors/"
AT_ONCE = 4
# What to wait where the vendor asks to slow down, but not for how long.
PAUSE = 30.0
PATIENCE = 5

_LOGGER = logging.getLogger(__name__)


class CpoConnectors:
    """The connectors of one account."""

    def __init__(
        self,
        pages: Pages,
        mapping: CpoMapping,
        report: ReadingReport,
        memory: Memory | None,
    ) -> None:
        """Begin with no connector known."""
        self._pages = pages
        self._report = report
        self._memory = memory
        self._reader = ItemReader(
            "connector", "id", wire.ITEM, mapping.connector, report
        )
        self._mapping = mapping
        self._listed: dict[str, Connector] = {}
        self._station_ids: dict[str, str] = {}
        self._orphans: set[str] = set()
        self._is_denied = False
        self.skipped: tuple[Skipped, ...] = ()
        self.is_read = False

    def __iter__(self) -> Iterator[Connector]:
        """Yield the connectors whose station is known."""
        for connector in self._listed.values():
            if connector.station_id:
                yield connector
            elif station_id := self._station_ids.get(connector.id):
                yield replace(connector, station_id=station_id)

    async def async_refresh(self) -> None:
        """Read the list of all connectors."""
        try:
            listing = await self._pages.by_offset(LIST)
        except (NotPermittedError, ResponseError) as err:
            # Their stations may tell them all the same.
            self._report.deny("connectors", err.message)
            self._is_denied = True
            return
        self._is_denied = False
        self._report.denied.pop("connectors", None)
        connectors, skipped = self._reader.read(listing.items)
        self._listed = {connector.id: connector for connector in connectors}
        if listing.missing:
            skipped.append(
                Skipped("connectors", f"{listing.missing} of {listing.announced} lack")
            )
        self.skipped = tuple(skipped)
        self.is_read = True

    async def async_find_stations(self, station_ids: Iterable[str]) -> None:
        """Find out which station the connectors belong to that do not say it.

        Args:
            station_ids: of all stations there are.
        """
        if self._memory and not self._station_ids:
            self._station_ids = await self._memory.async_load()
        known = set(self._station_ids.values())
        if self._is_denied:
            # Only stations can tell; those that did are not asked again.
            open_ = [id_ for id_ in station_ids if id_ not in known or not self.is_read]
        else:
            open_ = sorted(station_ids, key=known.__contains__)
        search = _Search(self, open_)
        await search.async_run()
        self.is_read = True
        if search.is_whole:
            # They belong to no station; there is no use in asking again.
            self._orphans = self._homeless()
        if self._memory:
            await self._memory.async_save(
                {
                    id_: station_id
                    for id_, station_id in self._station_ids.items()
                    if id_ in self._listed
                }
            )

    def _homeless(self) -> set[str]:
        return {
            id_
            for id_, connector in self._listed.items()
            if not (
                connector.station_id or id_ in self._station_ids or id_ in self._orphans
            )
        }

    def is_settled(self) -> bool:
        """Tell whether the station of every connector is known."""
        return not self._is_denied and self.is_read and not self._homeless()

    async def async_ask(self, station_id: str) -> None:
        """Ask a station for its connectors."""
        listing = await self._pages.by_offset(f"/cp/{station_id}/connectors/")
        reader = ItemReader(
            "connector", "id", wire.ITEM, self._mapping.connector, self._report
        )
        connectors, _ = reader.read(listing.items)
        for connector in connectors:
            self._station_ids[connector.id] = station_id
            self._listed.setdefault(connector.id, connector)


class _Search:
    """Asks station by station, until no connector is without one."""

    def __init__(self, connectors: CpoConnectors, station_ids: Iterable[str]) -> None:
        self._connectors = connectors
        self._open = deque(station_ids)
        self._pauses = 0
        self.is_whole = True

    async def async_run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._async_work())

    async def _async_work(self) -> None:
        while self._open and not self._connectors.is_settled():
            await self._async_ask(self._open.popleft())

    async def _async_ask(self, station_id: str) -> None:
        try:
            await self._connectors.async_ask(station_id)
        except RateLimitedError as err:
            self._open.append(station_id)
            self._pauses += 1
            if self._pauses > PATIENCE:
                self._give_up()
            await asyncio.sleep(PAUSE if err.retry_after is None else err.retry_after)
        except AuthenticationError:
            # The next poll meets it as well, and there it leads to a new sign-in.
            self._give_up()
        except ClientError as err:
            self.is_whole = False
            _LOGGER.debug("No connectors of station %s: %s", station_id, err)

    def _give_up(self) -> None:
        """Leave the rest to the next search."""
        self.is_whole = False
        self._open.clear()
