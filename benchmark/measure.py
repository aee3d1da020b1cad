"""Measures one account at one size, and what the same would cost at least, and as plain entities."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .clouds import CASES, Clouds, running
from .home import async_set_up, async_unload, entities, new_account, running_home
from .least import BARE, Exchange, bare_account, bare_flow
from .meter import Cost, Meter
from .plain import plain_entities
from .results import Result
from .spans import Spans

# So many polls of each kind, of which the one in the middle counts; and so many for what is left of memory.
POLLS, MANY_POLLS = 9, 100
# Idle polls, and what is compared with them, come so many in a row.
ROW = 5
# A larger account of that kind is shown by its sums only, which no detail changes.
MOST_SHOWN = 1_000
# A large account is set up so often, and a small one more often, by turns with the others.
ROUNDS, ROUNDS_OF_MANY, MANY = 3, 2, 5_000
# How often an account is asked until it is there again after an outage.
TRIES = 5
ENOUGH_CHANGES = 4

type Work = Callable[[], Awaitable[None]]


async def async_measure(
    key: str, n: int, polls: int = POLLS, rounds: int | None = None
) -> Result:
    """Measure an account at one vendor.

    Args:
        key: of the vendor.
        n: how many stations there are to be.
        polls: how many polls the median is taken of.
        rounds: how often it is set up.
    """
    result = Result(case="account", key=key, n=n, spans={})
    spans = Spans()
    async with running(key, n) as clouds:
        for left in reversed(range(rounds or (ROUNDS_OF_MANY if n > MANY else ROUNDS))):
            await _ours(result, spans, clouds, 0 if left else polls)
            for domain in BARE:
                await _bare(result, spans, domain)
            with plain_entities():
                await _plain(result, spans, clouds, 0 if left else polls)
    result.spans = spans.middle()
    return result


async def _ours(result: Result, spans: Spans, clouds: Clouds, polls: int) -> None:
    """Set an account up twice; with a number of polls, measure all that comes after too."""
    async with running_home() as hass:
        meter = Meter()
        entry = new_account(hass, clouds, result.key)
        await _set_up_twice(hass, entry, meter, spans, "")
        result.enabled, result.registered, result.dropped = entities(hass, entry)
        result.listed = len(entry.runtime_data.live.data.stations)
        if not polls:
            return
        poll = _poll(hass, entry)
        # What is told of one object at a time has to be known of each before a poll has
        # nothing new.
        if result.n <= MOST_SHOWN:
            for _ in range(CASES[result.key].turns * result.n):
                await poll()
        exchange = Exchange()
        await exchange.async_record(poll)
        session = async_get_clientsession(hass)
        # By turns, so that what else goes on here meets all of them. As many before each row
        # do not count: they find nothing of their own at hand, but what the other kind of
        # work left behind, such as the memory of a decoded list.
        for turn in range(polls + 1):
            for name, work in (
                ("idle", poll),
                ("fetch", _ended(hass, lambda: exchange.async_fetch(session))),
                (
                    "decode",
                    _ended(hass, lambda: exchange.async_fetch_and_decode(session)),
                ),
            ):
                for _ in range(ROW):
                    await work()
                with spans.measure(meter, name, row=ROW) if turn else nullcontext():
                    for _ in range(ROW):
                        await work()
        await _changes(result.n, spans, clouds, meter, poll, polls=polls)
        with spans.measure(meter, "many_polls", tidy=True):
            for _ in range(MANY_POLLS):
                await poll()
        await _outage(hass, entry, spans, clouds, meter)
        with spans.measure(meter, "unload", tidy=True):
            await async_unload(hass, entry)


async def _set_up_twice(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    meter: Meter,
    spans: Spans,
    prefix: str,
) -> None:
    with spans.measure(meter, f"{prefix}set_up", tidy=True):
        await async_set_up(hass, entry)
    await async_unload(hass, entry)
    with spans.measure(meter, f"{prefix}restart", tidy=True):
        await async_set_up(hass, entry)


async def _changes(
    n: int,
    spans: Spans,
    clouds: Clouds,
    meter: Meter,
    poll: Work,
    *,
    polls: int,
    prefix: str = "",
) -> None:
    """Measure polls in which one percent changed, and in which everything did."""
    for name, number in (("one_percent", max(1, n // 100)), ("all_changed", n)):
        # Broken and well again come to the same number of changes.
        for _ in range(min(max(2, polls // 2 * 2), ENOUGH_CHANGES)):
            await clouds.async_change(number)
            with spans.measure(meter, f"{prefix}{name}"):
                await poll()


async def _outage(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    spans: Spans,
    clouds: Clouds,
    meter: Meter,
) -> None:
    """Measure the poll that meets an outage, one that finds it still there, and the recovery."""
    live = entry.runtime_data.live

    async def ask() -> None:
        await live.async_refresh()
        await hass.async_block_till_done()

    await clouds.async_go_down()
    for name in ("outage", "still_out"):
        with spans.measure(meter, name):
            await ask()
    await clouds.async_come_up()
    with spans.measure(meter, "recovery"):
        for _ in range(TRIES):
            await ask()
            if live.last_update_success:
                return
    raise RuntimeError(f"{entry.title} did not come back")


async def _bare(result: Result, spans: Spans, domain: str) -> None:
    async with running_home() as hass:
        meter = Meter()
        with bare_flow():
            entry = bare_account(hass, domain, result.enabled, result.registered)
            await _set_up_twice(hass, entry, meter, spans, f"{domain}_")
            await async_unload(hass, entry)


async def _plain(result: Result, spans: Spans, clouds: Clouds, polls: int) -> None:
    async with running_home() as hass:
        meter = Meter()
        entry = new_account(hass, clouds, result.key)
        await _set_up_twice(hass, entry, meter, spans, "plain_")
        if entities(hass, entry)[0] != result.enabled:
            raise RuntimeError("Plain entities are not the same ones")
        if polls:
            poll = _poll(hass, entry)
            for turn in range(max(2, polls // 2)):
                measured: AbstractContextManager[Cost | None] = (
                    spans.measure(meter, "plain_idle") if turn else nullcontext()
                )
                with measured:
                    await poll()
            await _changes(
                result.n, spans, clouds, meter, poll, polls=2, prefix="plain_"
            )
        await async_unload(hass, entry)


def _poll(hass: HomeAssistant, entry: MockConfigEntry) -> Work:
    live = entry.runtime_data.live
    ask = _ended(hass, live.async_refresh)

    async def poll() -> None:
        await ask()
        if not live.last_update_success:
            raise RuntimeError(f"A poll of {entry.title} failed")

    return poll


def _ended(hass: HomeAssistant, work: Work) -> Work:
    """Return some work with all that it leaves to be done."""

    async def ended() -> None:
        await work()
        await hass.async_block_till_done()

    return ended
