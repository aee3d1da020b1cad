"""The least that it could cost: the same requests alone, the same bytes decoded, as many entities that do nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import batched
from typing import Any, cast
from unittest.mock import patch

from aiohttp import ClientSession
from msgspec import Raw
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from custom_components.ev_charging_cloud.clients.reading.items import ItemReader
from custom_components.ev_charging_cloud.clients.reading.lenient import Oddity, Reader
from custom_components.ev_charging_cloud.clients.reading.same import SameAnswers
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import UnitOfPower, __version__
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddEntitiesCallback

# What set-up and unload of an entry return: from 2026.11 on nothing, in core's own integrations.
DONE = cast("bool", None if __version__ >= "2026.11" else True)
AT_ONCE = 200
# So many entities our devices have where there are a thousand stations.
OF_DEVICE = 4
type Call = tuple[tuple[Any, ...], dict[str, Any]]


class Exchange:
    """The requests of a poll and what was decoded of their answers, to be done again by themselves."""

    def __init__(self) -> None:
        """Begin with nothing recorded."""
        self._calls: list[Call] = []
        self._decoded: list[tuple[Reader[Any], bytes]] = []
        # How many bytes came the last time.
        self.size = 0

    @property
    def decoded_size(self) -> int:
        """How many bytes are decoded, some of them twice: as a list, and as its items."""
        return sum(len(data) for _, data in self._decoded)

    async def async_record(self, poll: Callable[[], Awaitable[None]]) -> None:
        """Record a poll that knows nothing from before."""
        request, read = ClientSession._request, Reader.read  # noqa: SLF001 - aiohttp has one place through which all requests go

        async def requested(session: ClientSession, *args: Any, **options: Any) -> Any:
            self._calls.append((args, {**options, "middlewares": ()}))
            return await request(session, *args, **options)

        def decoded(
            reader: Reader[Any], data: bytes, oddities: list[Oddity] | None = None
        ) -> Any:
            self._decoded.append((reader, data))
            return read(reader, data, oddities)

        with (
            patch.object(ClientSession, "_request", requested),
            patch.object(Reader, "read", decoded),
            reading_anew(),
        ):
            await poll()

    async def async_fetch(self, session: ClientSession) -> None:
        """Make the requests, and read their answers to the end."""
        size = 0
        for args, options in self._calls:
            async with session.request(*args, **options) as response:
                size += len(await response.read())
        self.size = size

    async def async_fetch_and_decode(self, session: ClientSession) -> None:
        """Make the requests, and decode what was decoded of their answers."""
        await self.async_fetch(session)
        for reader, data in self._decoded:
            reader.read(data)


@contextmanager
def reading_anew() -> Iterator[None]:
    """Have all answers be read as if they were the first."""
    begin = ItemReader._begin  # noqa: SLF001 - what both ways of reading a list begin with

    def anew(reader: ItemReader[Any, Any], raws: Sequence[Raw]) -> object:
        vars(reader).update(_raws=(), _found=[], _items=None)
        return begin(reader, raws)

    def forgetful[FoundT](
        _: SameAnswers,
        request: Hashable,
        body: bytes,
        make: Callable[[], FoundT],
        *,
        is_whole: Callable[[FoundT], bool],
    ) -> FoundT:
        return make()

    with (
        patch.object(ItemReader, "_begin", anew),
        patch.object(SameAnswers, "of", forgetful),
    ):
        yield


class _Bare(SensorEntity):
    """An entity that says the same for ever."""

    _attr_should_poll = False
    _attr_native_value = 7.0

    def __init__(self, number: int, *, enabled: bool) -> None:
        """Be one of many."""
        self._attr_unique_id = f"bare_{number}"
        self._attr_name = f"Bare {number}"
        self._attr_entity_registry_enabled_default = enabled


class _Power(_Bare):
    """The same with a class and a unit."""

    _attr_device_class = SensorDeviceClass.POWER
    _attr_native_unit_of_measurement = UnitOfPower.WATT
    _attr_suggested_display_precision = 1


class _OfDevice(_Power):
    """The same, called after a device that it shares with some others."""

    _attr_has_entity_name = True

    def __init__(self, number: int, *, enabled: bool) -> None:
        """Be one of many."""
        super().__init__(number, enabled=enabled)
        device = number // OF_DEVICE
        self._attr_device_info = DeviceInfo(
            identifiers={("bare_devices", str(device))}, name=f"Device {device}"
        )


# What entities that do nothing can have, by the domain of their account.
BARE: Mapping[str, type[_Bare]] = {
    "bare": _Bare,
    "bare_classes": _Power,
    "bare_devices": _OfDevice,
}


def bare_account(
    hass: HomeAssistant, domain: str, enabled: int, number: int
) -> MockConfigEntry:
    """Return an account that has nothing but entities, added in batches; not set up yet.

    Args:
        hass: Home Assistant.
        domain: one of :data:`BARE`.
        enabled: how many of them are enabled.
        number: how many there are.
    """
    kind = BARE[domain]

    async def set_up_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, ["sensor"])
        return DONE

    async def unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_unload_platforms(entry, ["sensor"])
        return DONE

    async def set_up_platform(
        hass: HomeAssistant,
        entry: ConfigEntry,
        add: AddEntitiesCallback,
    ) -> None:
        for numbers in batched(range(number), AT_ONCE, strict=False):
            add([kind(each, enabled=each < enabled) for each in numbers])
            await asyncio.sleep(0)

    mock_integration(
        hass,
        MockModule(
            domain, async_setup_entry=set_up_entry, async_unload_entry=unload_entry
        ),
    )
    mock_platform(hass, f"{domain}.config_flow")
    mock_platform(
        hass, f"{domain}.sensor", MockPlatform(async_setup_entry=set_up_platform)
    )
    entry = MockConfigEntry(domain=domain)
    entry.add_to_hass(hass)
    return entry


@contextmanager
def bare_flow() -> Iterator[None]:
    """Let Home Assistant find that these accounts can be set up."""
    with ExitStack() as stack:
        for domain in BARE:
            stack.enter_context(mock_config_flow(domain, ConfigFlow))
        yield
