"""What was last seen of an account, for a start of Home Assistant with the cloud away.

It is written while Home Assistant stops or the account is unloaded, a little after
something came or went, and otherwise every few hours: not at each poll.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypedDict

import msgspec

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.storage import Store

from .clients.client import Capability, ChargingClient
from .clients.home_energy import HomeEnergy
from .clients.model import Connector, Driver, Location, Station, Supply, Vehicle
from .clients.snapshot import LiveState, Poll, SlowState, Snapshot, build_snapshot
from .const import DOMAIN
from .coordinator import LiveCoordinator

VERSION = 1
# Seconds until it is written that something came or went, and that something changed.
SOON = 60.0
LATER = 6 * 3600.0
# Nobody shows more; it bounds the file.
MOST_STATIONS = 5000


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What an account had ``at`` a time; ``capabilities`` are the names of flags."""

    at: datetime
    capabilities: tuple[str, ...]
    locations: Mapping[str, Location]
    stations: tuple[Station, ...]
    connectors: tuple[Connector, ...]
    vehicles: tuple[Vehicle, ...]
    supply: Supply | None
    driver: Driver | None
    home_energy: tuple[HomeEnergy, ...] = ()

    @property
    def capability(self) -> Capability:
        """Return what the vendor gave; flags that there are no more are left out."""
        found = Capability(0)
        for name in self.capabilities:
            found |= Capability.__members__.get(name, Capability(0))
        return found

    @property
    def slow(self) -> SlowState:
        """Return what changes rarely."""
        return SlowState(locations=self.locations, supply=self.supply)

    def snapshot(self, location_ids: Iterable[str] | None) -> Snapshot:
        """Return it as a poll that proves nothing: neither what is there, nor what went.

        Args:
            location_ids: the locations to keep, which may be others by now; None for all.
        """
        live = LiveState(
            stations=self.stations,
            connectors=self.connectors,
            locations=self.locations,
            vehicles=self.vehicles,
            home_energy=self.home_energy,
            sessions=None,
            is_fresh=False,
            driver=self.driver,
        )
        poll = Poll(taken_at=self.at)
        return build_snapshot(live, self.slow, poll=poll, location_ids=location_ids)


def _seen(snapshot: Snapshot, capabilities: Capability) -> Seen:
    stations = tuple(snapshot.stations.values())[:MOST_STATIONS]
    kept = {station.id for station in stations}
    return Seen(
        at=snapshot.poll.taken_at,
        capabilities=tuple(flag.name for flag in capabilities if flag.name),
        locations=snapshot.locations,
        stations=stations,
        connectors=tuple(
            connector
            for connector in snapshot.connectors.values()
            if connector.station_id in kept
        ),
        vehicles=tuple(snapshot.vehicles.values()),
        supply=snapshot.supply,
        driver=snapshot.driver,
        home_energy=tuple(snapshot.home_energy.values()),
    )


def _words(value: object) -> str:
    """Return a moment in words; msgspec itself knows no subclass of that type.

    Raises:
        NotImplementedError: it is something else.
    """
    if isinstance(value, datetime):
        return value.isoformat()
    raise NotImplementedError(f"no words for {type(value).__name__}")


ENCODER = msgspec.json.Encoder(enc_hook=_words)
DECODER = msgspec.json.Decoder(Seen)


class Content(TypedDict):
    """What is stored: a :class:`Seen` as JSON."""

    seen: str


class LastSeen:
    """Keeps what was last seen of one account in Home Assistant's storage."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Keep it by the account's entry; it tells where somebody charged."""
        self._hass = hass
        self._store: Store[Content] = Store(
            hass,
            VERSION,
            f"{DOMAIN}.{entry_id}.seen",
            private=True,
            # Thousands of stations are put into words beside the event loop.
            serialize_in_event_loop=False,
        )
        # When it is to be written; None where that is not needed.
        self._due: float | None = None
        self._content: Callable[[], Content] | None = None

    async def async_load(self) -> Seen | None:
        """Return what was last seen; None where nothing was, or it is not understood."""
        if (kept := await self._store.async_load()) is None:
            return None
        try:
            return await self._hass.async_add_executor_job(_understood, kept)
        except KeyError, msgspec.MsgspecError:
            # Another version of ours wrote it; the next poll will do.
            return None

    @callback
    def async_follow(
        self, live: LiveCoordinator, client: ChargingClient
    ) -> CALLBACK_TYPE:
        """Keep what the polls show from now on; return how to stop."""
        capabilities: Capability | None = None

        def content() -> Content:
            # First, so that what is seen from now on is written another time.
            self._due = None
            seen = _seen(live.data, client.capabilities)
            return Content(seen=ENCODER.encode(seen).decode())

        @callback
        def look() -> None:
            nonlocal capabilities
            if not live.last_update_success:
                return
            changes, before = live.changes, capabilities
            capabilities = client.capabilities
            if changes.came or changes.went or before != capabilities:
                self._write_within(SOON, content)
            elif changes.changed:
                self._write_within(LATER, content)

        self._content = content
        look()
        return live.async_add_listener(look)

    async def async_flush(self) -> None:
        """Write now what was to be written later, as the account is unloaded."""
        if self._due is not None and self._content is not None:
            words = await self._hass.async_add_executor_job(self._content)
            await self._store.async_save(words)

    @callback
    def _write_within(self, seconds: float, content: Callable[[], Content]) -> None:
        """Write it in a while, or when Home Assistant stops, whichever comes first."""
        due = self._hass.loop.time() + seconds
        if self._due is None or due < self._due:
            self._due = due
            self._store.async_delay_save(content, seconds)

    async def async_remove(self) -> None:
        """Forget everything, as the account is removed."""
        await self._store.async_remove()


def _understood(kept: Content) -> Seen:
    return DECODER.decode(kept["seen"])
