"""A person who gives commands in a Home Assistant that starts anew now and then, and what reaches the cloud of it.

Whatever happens, a command that reaches the cloud was given by somebody, and none reaches it twice. It is counted where
it arrives, before the cloud carries it out or does not, and each answer to the person has to fit what was counted.
"""

from abc import ABC, abstractmethod
import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Any, ClassVar, Self

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
from hypothesis import HealthCheck, settings, strategies as st
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_test_home_assistant,
)

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import frame
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from simulator import Simulator
from simulator.server.facade import Facade
from simulator.server.faults import FaultFields, Handler

from .common import async_set_up

# A fraction of what ``--generated`` says: an example is a whole life of an account.
once = settings(
    max_examples=max(1, settings().max_examples // 14),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
# With these the cloud was asked, and said no; all other errors mean that nothing was sent.
REFUSED = frozenset(
    {
        "start_refused",
        "command_refused",
        "command_conflict",
        "command_not_delivered",
        "command_not_permitted",
        "refused",
    }
)
UNAUTHORIZED = 401
# A command as the cloud sees it: what it is, and what it is about.
type Sent = tuple[str, str]
type Way = Callable[[], Awaitable[Any]]


class How(Enum):
    """What a person does, or what happens meanwhile."""

    ONE_WAY = auto()
    OTHER_WAY = auto()
    BOTH_WAYS = auto()
    # Whoever asked is gone before there is an answer, as when a script is stopped.
    DESERTED = auto()
    WHILE_POLLING = auto()
    WHILE_ENDING = auto()
    POLL = auto()
    A_MINUTE_LATER = auto()
    MUCH_LATER = auto()
    RESTART = auto()
    SET_UP_ANEW = auto()


class Trouble(Enum):
    """What the cloud makes of the command that it gets next."""

    NONE = auto()
    # Carried out, but the answer breaks off.
    LOST = auto()
    # Not carried out, which nobody can tell from a page of some gateway.
    GATEWAY = auto()
    REFUSED = auto()
    # The token is refused before all else.
    UNAUTHORIZED = auto()


@dataclass(frozen=True)
class Step:
    """One step of a person's day; ``what`` is the number of the command."""

    how: How
    what: int
    trouble: Trouble


def days(commands: int) -> st.SearchStrategy[list[Step]]:
    """Return days of a person who has so many commands to give."""
    step = st.builds(
        Step,
        st.sampled_from(How),
        st.integers(0, commands - 1),
        st.sampled_from(Trouble),
    )
    return st.lists(step, min_size=4, max_size=9)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command that a person can give now, in two ways.

    ``sent`` is what it is at the cloud, None where there is nothing that it could be about. Until ``settles_in`` seconds
    are over it must not reach the cloud again, unless it was refused.
    """

    sent: Sent | None
    ways: tuple[Way, Way]
    settles_in: float = 0.0


@dataclass
class Person(ABC):
    """Somebody who has one account with the vendor of that key, in a world of so many stations."""

    vendor: ClassVar[str]
    stations: ClassVar[int] = 1

    sim: Simulator
    freezer: FrozenDateTimeFactory
    cloud: Facade
    reached: list[Sent] = field(default_factory=list)
    held: dict[Sent, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count what arrives at the cloud."""
        self._arrived = asyncio.Event()
        answer = self.cloud.faults.answer

        async def count(
            request: web.Request, path: str, handler: Handler
        ) -> web.StreamResponse:
            sent = self.read(request.method, path, await request.text())
            if sent:
                self.reached.append(sent)
                self._arrived.set()
            response = await answer(request, path, handler)
            if sent and response.status == UNAUTHORIZED:
                # Certainly not carried out, so that it may come once more.
                self.reached.remove(sent)
            return response

        vars(self.cloud.faults)["answer"] = count

    @classmethod
    async def live(
        cls, freezer: FrozenDateTimeFactory, day: list[Step]
    ) -> Counter[str]:
        """Live through a day in a new world; return what reached the cloud, by kind."""
        async with (
            Simulator(
                stations=cls.stations, connectors_per_station=2, speed=0, quiet=True
            ) as sim,
            cls(sim, freezer, sim.clouds[cls.vendor]) as person,
        ):
            return await person.async_live(day)

    # ---- what a vendor has of its own

    @abstractmethod
    def make_entry(self, hass: HomeAssistant) -> MockConfigEntry:
        """Return the account, new in this Home Assistant."""

    @abstractmethod
    def read(self, method: str, path: str, body: str) -> Sent | None:
        """Return the command that a request is; None for all others."""

    def kind(self, sent: Sent) -> str:
        """Return what kind of command was sent."""
        return sent[0]

    @abstractmethod
    def command(self, what: int) -> Command:
        """Return a command by its number."""

    @abstractmethod
    def refuse(self, sent: Sent) -> FaultFields:
        """Return what makes the cloud refuse a command."""

    @abstractmethod
    def holds(self, sent: Sent) -> tuple[str, FaultFields]:
        """Return path and more by which a fault tells a command from other requests."""

    async def async_begin(self) -> None:
        """Prepare what runs in Home Assistant, whenever it starts."""
        assert self.entry.state is ConfigEntryState.LOADED

    def seen(self) -> set[Sent]:
        """Return the commands whose effect shows, so that they can be given again."""
        return set()

    # ---- Home Assistant

    async def __aenter__(self) -> Self:
        """Start Home Assistant, with an account of its own."""
        # It doubles the work, and what it tells of is found by other tests.
        asyncio.get_running_loop().set_debug(False)
        self._stack = AsyncExitStack()
        self._known: MockConfigEntry | None = None
        self._place = 0.0, 0.0
        await self._start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End Home Assistant."""
        await self._end()

    async def _start(self) -> None:
        self.hass = await self._stack.enter_async_context(async_test_home_assistant())
        # Not every version's harness does it where there is no fixture.
        frame.async_setup(self.hass)
        self.hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
        if self._known is None:
            self.entry = self.make_entry(self.hass)
        else:
            # The same account in the same place as before, as it was stored.
            self.hass.config.latitude, self.hass.config.longitude = self._place
            self.entry = MockConfigEntry(
                domain=DOMAIN,
                title=self._known.title,
                unique_id=self._known.unique_id,
                data=self._known.data,
                options=self._known.options,
                entry_id=self._known.entry_id,
            )
            self.entry.add_to_hass(self.hass)
        self._known = self.entry
        self._place = self.hass.config.latitude, self.hass.config.longitude
        await async_set_up(self.hass, self.entry)
        await self.async_begin()

    async def _end(self) -> None:
        await self.hass.async_stop(force=True)
        await self._stack.aclose()

    async def _pass(self, seconds: float) -> None:
        self.sim.clock.advance(timedelta(seconds=seconds))
        self.freezer.tick(seconds)
        async_fire_time_changed(self.hass)
        await self.hass.async_block_till_done(wait_background_tasks=True)

    # ---- a day

    async def async_live(self, day: list[Step]) -> Counter[str]:
        """Live through a day; return what reached the cloud in all, by kind."""
        for step in day:
            # Steps take time, so that a token is not always the one of a moment ago.
            await self._pass(7)
            await self._async_step(step)
        assert not self.hass.config_entries.flow.async_progress()
        return Counter(map(self.kind, self.reached))

    async def _async_step(self, step: Step) -> None:
        for sent in self.seen():
            self.held.pop(sent, None)
        before = len(self.reached)
        command = self.command(step.what)
        if command.sent is not None and step.trouble is not Trouble.NONE:
            self._make(step.trouble, command.sent)
        answers = await self._async_do(step.how, command)
        self.cloud.faults.clear()
        await self.hass.async_block_till_done(wait_background_tasks=True)
        self._check(step, command, answers, self.reached[before:])

    def _make(self, trouble: Trouble, sent: Sent) -> None:
        """Let the cloud go wrong when it gets a command."""
        fault: FaultFields
        match trouble:
            case Trouble.LOST:
                fault = {"truncate": True, "reset": True}
            case Trouble.GATEWAY:
                fault = {"html": True, "status": 504}
            case Trouble.UNAUTHORIZED:
                fault = {"status": UNAUTHORIZED}
            case _:
                fault = self.refuse(sent)
        path, more = self.holds(sent)
        once_only: FaultFields = {**more, **fault, "times": 1}
        self.cloud.faults.add(path, **once_only)

    async def _async_do(self, how: How, command: Command) -> list[bool | None]:
        """Take a step; return of each answer whether it says that something was sent."""
        one, other = command.ways
        match how:
            case How.ONE_WAY:
                return [await _answer(one)]
            case How.OTHER_WAY:
                return [await _answer(other)]
            case How.BOTH_WAYS:
                return [*await asyncio.gather(_answer(one), _answer(other))]
            case How.WHILE_POLLING:
                poll = self.entry.runtime_data.live.async_refresh()
                found, _ = await asyncio.gather(_answer(one), poll)
                return [found]
            case How.DESERTED | How.WHILE_ENDING:
                await self._async_leave(one, is_end=how is How.WHILE_ENDING)
                return [None]
        await self._async_happen(how)
        return []

    async def _async_leave(self, way: Way, *, is_end: bool) -> None:
        """Give a command, and be gone as it arrives: alone, or with Home Assistant."""
        self._arrived.clear()
        asked = asyncio.create_task(_answer(way))
        arrival = asyncio.create_task(self._arrived.wait())
        await asyncio.wait([asked, arrival], return_when=asyncio.FIRST_COMPLETED)
        arrival.cancel()
        if is_end:
            await self._async_restart()
        else:
            asked.cancel()
        await asyncio.wait([asked])

    async def _async_happen(self, how: How) -> None:
        """Let something happen that is nobody's command."""
        match how:
            case How.POLL:
                await self.entry.runtime_data.live.async_refresh()
            case How.A_MINUTE_LATER:
                await self._pass(60)
            case How.MUCH_LATER:
                await self._pass(400)
            case How.RESTART:
                await self._async_restart()
            case How.SET_UP_ANEW:
                await self.hass.config_entries.async_reload(self.entry.entry_id)
                await self.hass.async_block_till_done(wait_background_tasks=True)
                await self.async_begin()

    async def _async_restart(self) -> None:
        await self._end()
        await self._start()

    def _check(
        self,
        step: Step,
        command: Command,
        answers: list[bool | None],
        new: list[Sent],
    ) -> None:
        """Check that what reached the cloud is what was given, and what the answers say."""
        given, told = len(answers), Counter(answers)
        # Whom the cloud refuses may give the same command again.
        refused = step.trouble is Trouble.REFUSED
        about = f"{step}: {new}, {answers}"
        assert set(new) <= ({command.sent} if given else set()), about
        assert len(new) <= (1 + refused if command.settles_in else given), about
        assert told[True] <= len(new) <= told[True] + told[None], about
        if not new or not command.settles_in:
            return
        now = self.freezer().timestamp()
        assert now >= self.held.get(new[0], 0), about
        if len(new) > refused:
            self.held[new[0]] = now + command.settles_in


async def _answer(way: Way) -> bool | None:
    """Give a command; return whether the answer says that it was sent."""
    try:
        answer = await way()
    except HomeAssistantError as err:
        if err.translation_domain != DOMAIN:
            raise
        return err.translation_key in REFUSED
    return answer is not NOTHING


class _Nothing(Enum):
    NOTHING = auto()


# What a way returns that could do nothing, as a button that is not available.
NOTHING = _Nothing.NOTHING


async def async_use(
    hass: HomeAssistant,
    entity_id: str,
    domain: str,
    action: str,
    data: Mapping[str, Any],
) -> object:
    """Use an entity; Home Assistant itself leaves out one that is not available."""
    state = hass.states.get(entity_id)
    is_there = state is not None and state.state != "unavailable"
    await hass.services.async_call(
        domain, action, {"entity_id": entity_id, **data}, blocking=True
    )
    return None if is_there else NOTHING
