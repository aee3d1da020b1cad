"""Looks out for faulted connectors, and has the ledger keep when they were."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..clients.enums import ConnectorStatus
from ..clients.model import Connector
from ..clients.reading.same import new_keys
from ..clients.snapshot import Snapshot
from ..coordinator import LiveCoordinator
from ..entity import reachable
from ..ledger import Fault, Ledger, LedgerError

# How a connector's faults are called here: by its station and itself.
type Key = tuple[str, str]

# If a fault was last seen longer ago than this, nobody saw its end.
UNSEEN = timedelta(hours=1)
# So often it is kept that a fault lasts: so much of it a crash can lose.
KEEP_EVERY = timedelta(hours=1)
# Faults that wait for a database that cannot be written.
MOST_WAITING = 1000


class FaultWatch:
    """Watches the connectors of one account.

    A poll that shows nothing new of faults costs the ledger nothing.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        live: LiveCoordinator,
        ledger: Ledger,
        account_id: str,
    ) -> None:
        """Know of no faults yet."""
        self._hass = hass
        self._live = live
        self._ledger = ledger
        self._account_id = account_id
        self._snapshot: Snapshot | None = None
        self._since: datetime | None = None
        self._is_loaded = False
        self._is_begun = False
        self._looked_at: Mapping[Key, Connector] = {}
        self._open: dict[Key, Fault] = {}
        self._kept_at: dict[Key, datetime] = {}
        self._waiting: dict[tuple[Key, datetime], Fault] = {}
        self._lock = asyncio.Lock()

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the polls; return how to stop."""
        if not self._live.is_restored:
            self._async_polled()
        return self._live.async_add_listener(self._async_polled)

    async def async_keep(self) -> None:
        """Keep until when faults were seen, as nobody looks any longer."""
        async with self._lock:
            for key, fault in self._open.items():
                self._wait(key, fault)
            if self._waiting:
                await self._async_write()

    @callback
    def _async_polled(self) -> None:
        snapshot, before = self._live.data, self._snapshot
        if not self._live.last_update_success or snapshot is before:
            return
        self._snapshot = snapshot
        self._since = self._since or snapshot.poll.taken_at
        is_same = before is not None and snapshot.connectors is before.connectors
        if is_same and self._is_begun and not self._open and not self._waiting:
            return
        _ = self._live.config_entry.async_create_background_task(
            self._hass, self._async_look(snapshot), "look for faults"
        )

    async def _async_look(self, snapshot: Snapshot) -> None:
        async with self._lock:
            if not await self._async_is_loaded():
                return
            known, self._looked_at = self._looked_at, snapshot.connectors
            # The open ones are looked at again, since the time counts.
            for key in {*self._open, *new_keys(known, snapshot.connectors)}:
                if (connector := snapshot.connectors.get(key)) is not None:
                    self._look(key, connector, snapshot.poll.taken_at)
            if self._waiting or not self._is_begun:
                await self._async_write()

    async def _async_is_loaded(self) -> bool:
        """Tell whether it is known which faults had no end."""
        if not self._is_loaded:
            try:
                known = await self._ledger.async_open_faults(self._account_id)
            except LedgerError:
                return False
            self._is_loaded = True
            for fault in known:
                key = fault.station_id, fault.connector_id
                self._open[key] = fault
                self._kept_at[key] = fault.last_seen
        return True

    def _look(self, key: Key, connector: Connector, now: datetime) -> None:
        """Take what a poll shows of a connector, if that is how it is now."""
        if connector.status is None or not reachable(connector):
            return
        fault = self._open.get(key)
        is_faulted = connector.status is ConnectorStatus.FAULTED
        if fault is not None and not is_faulted:
            was_seen = now - fault.last_seen <= UNSEEN
            ended_at = now if was_seen else fault.last_seen
            self._wait(key, replace(fault, ended_at=ended_at))
            del self._open[key]
        elif fault is not None:
            self._open[key] = fault = replace(fault, last_seen=now)
            if now - self._kept_at.get(key, fault.began_at) >= KEEP_EVERY:
                self._wait(key, fault)
        elif is_faulted:
            station_id, connector_id = key
            fault = Fault(
                station_id=station_id,
                connector_id=connector_id,
                began_at=now,
                last_seen=now,
            )
            self._open[key] = fault
            self._wait(key, fault)

    def _wait(self, key: Key, fault: Fault) -> None:
        self._kept_at[key] = fault.last_seen
        self._waiting[key, fault.began_at] = fault
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]

    async def _async_write(self) -> None:
        if self._since is None:
            return
        faults = dict(self._waiting)
        if await self._ledger.async_keep_faults(
            self._account_id, faults.values(), self._since
        ):
            self._is_begun = True
            for key, fault in faults.items():
                if self._waiting.get(key) is fault:
                    del self._waiting[key]
