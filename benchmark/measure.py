"""Measures one account at one size, and what the same would cost at least."""

from collections.abc import Awaitable, Callable
from statistics import median

from msgspec import Struct
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .clouds import running
from .home import async_set_up, entities, new_account, running_home
from .least import Exchange, async_add_bare
from .meter import Cost, Meter

POLLS = 9


class Result(Struct, kw_only=True):
    """What was measured of an account; one percent and all are of its stations."""

    key: str
    stations: int
    enabled: int = 0
    registered: int = 0
    set_up: Cost
    restart: Cost
    idle: Cost
    one_percent: Cost
    all_changed: Cost
    fetch: Cost
    decode: Cost
    bare: Cost
    bare_classes: Cost


async def async_measure(key: str, stations: int, polls: int = POLLS) -> Result:
    """Measure an account at one vendor.

    Args:
        key: of the vendor.
        stations: how many there are to be.
        polls: how many polls the median is taken of.
    """
    async with running(key, stations) as clouds, running_home() as hass:
        meter = Meter()
        entry = new_account(hass, clouds, key)
        with meter.measure() as set_up:
            await async_set_up(hass, entry)
        await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
        with meter.measure() as restart:
            await async_set_up(hass, entry)
        enabled, registered = entities(hass, entry)
        poll = _poll(hass, entry)
        exchange = Exchange()
        await exchange.async_record(poll)
        session = async_get_clientsession(hass)
        # By turns, so that what else goes on here meets all of them.
        idle, fetch, decode = await _median(
            meter,
            polls,
            poll,
            lambda: exchange.async_fetch(session),
            lambda: exchange.async_fetch_and_decode(session),
        )
        changed: list[Cost] = []
        for number in (max(1, stations // 100), stations):
            costs: list[Cost] = []
            for _ in range(max(2, polls // 2)):
                await clouds.async_change(number)
                with meter.measure() as cost:
                    await poll()
                costs.append(cost)
            if len(costs) % 2:
                await clouds.async_change(number)
                await poll()
            changed.append(_middle(costs))
        await hass.config_entries.async_unload(entry.entry_id)
    bare: list[Cost] = []
    for classes in (False, True):
        async with running_home() as hass:
            meter = Meter()
            with meter.measure() as cost:
                await async_add_bare(hass, enabled, registered, classes=classes)
            bare.append(cost)
    return Result(
        key=key,
        stations=stations,
        enabled=enabled,
        registered=registered,
        set_up=set_up,
        restart=restart,
        idle=idle,
        one_percent=changed[0],
        all_changed=changed[1],
        fetch=fetch,
        decode=decode,
        bare=bare[0],
        bare_classes=bare[1],
    )


def _poll(hass: HomeAssistant, entry: MockConfigEntry) -> Callable[[], Awaitable[None]]:
    async def poll() -> None:
        await entry.runtime_data.live.async_refresh()
        await hass.async_block_till_done()
        if not entry.runtime_data.live.last_update_success:
            raise RuntimeError(f"A poll of {entry.title} failed")

    return poll


async def _median(
    meter: Meter, times: int, *works: Callable[[], Awaitable[None]]
) -> list[Cost]:
    """Do each work so many times, by turns, and return the middle one's cost."""
    costs: list[list[Cost]] = [[] for _ in works]
    for turn in range(times + 1):
        for work, found in zip(works, costs, strict=True):
            with meter.measure() as cost:
                await work()
            if turn:
                found.append(cost)
    return [_middle(found) for found in costs]


def _middle(costs: list[Cost]) -> Cost:
    """Return the cost of the poll in the middle, with the most of what is counted."""
    found = sorted(costs, key=lambda cost: cost.cpu)[len(costs) // 2]
    found.cpu = median(cost.cpu for cost in costs)
    for field in ("requests", "callbacks", "writes", "saves"):
        setattr(found, field, max(getattr(cost, field) for cost in costs))
    return found
