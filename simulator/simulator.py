"""The simulator as a whole: one world, its clock, the simulated clouds and the control endpoint."""

from collections.abc import Callable, Mapping
from datetime import datetime
import time
from types import TracebackType
from typing import Self

from .beenergised_cpo import BeenergisedCpoCloud
from .beenergised_driver import BeenergisedDriverCloud
from .ev_energy import EvEnergyCloud
from .kempower import KempowerCloud
from .server.cloud import Cloud, clouds_of
from .server.control import ControlServer
from .server.facade import Facade
from .server.server import Server
from .world.clock import Clock
from .world.world import World

CONTROL = "control"


class Simulator:
    """Run the simulated clouds inside the running event loop, on this machine only.

    Use it as an async context manager, or call `start` and `stop`. After a `stop` the world goes on, and `start`
    listens on the same ports again: a cloud that was killed and restarted.

    A line here is all that the simulator has to know of a vendor. A subclass may add more.
    """

    kempower = Cloud(KempowerCloud)
    ev_energy = Cloud(EvEnergyCloud)
    beenergised_cpo = Cloud(BeenergisedCpoCloud)
    beenergised_driver = Cloud(BeenergisedDriverCloud)

    def __init__(
        self,
        *,
        seed: int = 1,
        stations: int = 6,
        connectors_per_station: int | None = None,
        speed: float = 1.0,
        host: str = "127.0.0.1",
        ports: Mapping[str, int] | None = None,
        start: datetime | None = None,
        quiet: bool = False,
        arrivals: bool = True,
        home_chargers: int = 2,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make the world; nothing listens yet.

        Args:
            seed: what everything random in the world comes from.
            stations: how many.
            connectors_per_station: on each; None is the world's own mix of 1 to 4.
            speed: simulated seconds per real second; 0 stands still.
            host: the address to listen on, of this machine only.
            ports: by name ("control", or a cloud's as in `clouds`); missing or 0 takes a free one.
            start: first simulated moment; None is now.
            quiet: everything is available and nothing happens by itself.
            arrivals: whether vehicles come, faults occur and links are lost by themselves.
            home_chargers: how many the private household has, with a car for each.
            monotonic: gives elapsed real seconds to the clock.

        Raises:
            ValueError: if a port's name is unknown, the host is another machine's, or a number makes no sense.
        """
        chosen = self._checked(ports or {}, host)
        self.clock = Clock(start, speed, monotonic=monotonic)
        self.world = World(
            self.clock,
            seed=seed,
            stations=stations,
            connectors_per_station=connectors_per_station,
            arrivals=arrivals,
            quiet=quiet,
            home_chargers=home_chargers,
        )
        self.clouds: dict[str, Facade] = {
            key: kind(self.world, host, chosen.get(key, 0))
            for key, kind in clouds_of(type(self)).items()
        }
        self._control = ControlServer(
            self.world, self.clouds, host, chosen.get(CONTROL, 0)
        )

    @property
    def control_url(self) -> str:
        """Return the control endpoint's address."""
        return self._control.address

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: if a port is taken; then nothing listens.
        """
        try:
            for server in self._all():
                await server.start()
        except OSError:
            await self.stop()
            raise

    async def stop(self, *, for_good: bool = False) -> None:
        """Stop listening and close every connection; the world goes on, and unless for good, ports are kept for it."""
        for server in self._all():
            await server.stop(for_good=for_good)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop, and give the ports back."""
        await self.stop(for_good=True)
        for server in self._all():
            server.release()

    def _all(self) -> list[Server]:
        """Return the servers, the control endpoint first."""
        return [self._control, *self.clouds.values()]

    @classmethod
    def servers(cls) -> list[str]:
        """Return the names of the servers, in the order in which they take ports, the control endpoint first."""
        return [CONTROL, *clouds_of(cls)]

    @classmethod
    def _checked(cls, ports: Mapping[str, int], host: str) -> Mapping[str, int]:
        """Return the ports if they and the host make sense."""
        if unknown := ports.keys() - set(cls.servers()):
            raise ValueError(f"no such server: {', '.join(sorted(unknown))}")
        if host not in {"127.0.0.1", "localhost"}:
            raise ValueError("the simulator listens on 127.0.0.1 only")
        return ports
