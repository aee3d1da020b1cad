"""What a stretch of work costs: the processor, the event loop, and what was done in it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import gc
from pathlib import Path
import resource
from selectors import BaseSelector, SelectorKey
import time
from typing import Any, cast
from unittest.mock import patch

from aiohttp import ClientSession
from msgspec import Struct

from custom_components.ev_charging_cloud.coordinator import LiveCoordinator
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.storage import Store
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator


class Cost(Struct, kw_only=True):
    """What it came to; times in seconds.

    ``cpu`` is the whole process's, ``stall`` the longest turn of the event loop as its thread's processor time, which does
    not count what others do on the machine, and ``stall_wall`` the same by the clock. ``memory`` is by how many bytes the
    process is larger after it.
    """

    wall: float = 0.0
    cpu: float = 0.0
    stall: float = 0.0
    stall_wall: float = 0.0
    requests: int = 0
    callbacks: int = 0
    writes: int = 0
    saves: int = 0
    memory: int = 0


class Meter:
    """Measures work in the running event loop."""

    def __init__(self) -> None:
        """Look at each turn of the loop from now on."""
        selector = cast("BaseSelector", vars(asyncio.get_running_loop())["_selector"])
        self._select = selector.select
        vars(selector)["select"] = self._wait
        self._cost: Cost | None = None
        self._began = self._began_wall = 0.0

    @contextmanager
    def measure(self, *, tidy: bool = True) -> Iterator[Cost]:
        """Measure what happens inside.

        Args:
            tidy: look for rubbish before and after it, so that memory can be told; too long for each of many polls.
        """
        cost = Cost()
        size = _tidied_memory() if tidy else 0
        with (
            _counted(ClientSession, "_request", cost, "requests"),
            _counted(LiveCoordinator, "_notify", cost, "callbacks"),
            _listeners_counted(cost),
            _counted(Entity, "async_write_ha_state", cost, "writes"),
            _counted(Store, "async_save", cost, "saves"),
            _counted(Store, "async_delay_save", cost, "saves"),
        ):
            self._cost = cost
            self._turn()
            wall, cpu = time.perf_counter(), time.process_time()
            try:
                yield cost
            finally:
                cost.wall = time.perf_counter() - wall
                cost.cpu = time.process_time() - cpu
                self._end_turn()
                self._cost = None
        if tidy:
            cost.memory = _tidied_memory() - size

    def _turn(self) -> None:
        self._began, self._began_wall = time.thread_time(), time.perf_counter()

    def _end_turn(self) -> None:
        if (cost := self._cost) is not None:
            cost.stall = max(cost.stall, time.thread_time() - self._began)
            wall = time.perf_counter() - self._began_wall
            cost.stall_wall = max(cost.stall_wall, wall)

    def _wait(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Wait as the selector does; all between two waits is one turn of the loop."""
        self._end_turn()
        events = self._select(timeout)
        self._turn()
        return events


def _tidied_memory() -> int:
    """Return how many bytes of memory this process has, once there is no rubbish in it."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@contextmanager
def _counted(owner: type, name: str, cost: Cost, field: str) -> Iterator[None]:
    """Count the calls of a method."""
    original = getattr(owner, name)

    def counted(*args: Any, **kwargs: Any) -> Any:
        setattr(cost, field, getattr(cost, field) + 1)
        return original(*args, **kwargs)

    with patch.object(owner, name, counted):
        yield


@contextmanager
def _listeners_counted(cost: Cost) -> Iterator[None]:
    """Count the listeners that coordinators call, but for ours, which counts its own."""
    original = DataUpdateCoordinator.async_update_listeners

    def counted(coordinator: DataUpdateCoordinator[Any]) -> None:
        if not isinstance(coordinator, LiveCoordinator):
            cost.callbacks += len(coordinator._listeners)  # noqa: SLF001 - nothing else says how many there are
        original(coordinator)

    with patch.object(DataUpdateCoordinator, "async_update_listeners", counted):
        yield
