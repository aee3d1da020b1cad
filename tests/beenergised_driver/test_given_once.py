"""Tests that no start and no stop reaches the operator that nobody gave, and none twice."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import re
from typing import override

from freezegun.api import FrozenDateTimeFactory
from hypothesis import given
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.charging import has_running_session
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant
from simulator.beenergised_driver.places import Plug, Site
from simulator.server.faults import FaultFields
from tests.common import entity_id_of
from tests.given_once import (
    Command,
    How,
    Person,
    Sent,
    Step,
    Trouble,
    async_use,
    days,
    once,
)

from .acts import device_id_of, make_account_of_few
from .common import connector_path, hurry, sites

STARTS = ("attemptRemoteStart", "remoteStart")
STOP = "remoteStop"
COMMAND = re.compile(rf"\b({'|'.join((*STARTS, STOP))})\(")
ABOUT = re.compile(r'(?:connectorId|connector|transaction): ?\\"([^"\\]+)')
SETTLES_IN = 180


@dataclass
class Driver(Person):
    """A driver, with two connectors at hand and one of another operator."""

    vendor = "beenergised_driver"
    stations = 2

    @override
    def make_entry(self, hass: HomeAssistant) -> MockConfigEntry:
        return make_account_of_few(hass, self.sim)

    @override
    async def async_begin(self) -> None:
        await super().async_begin()
        hurry(self.entry, self.sim)

    @property
    def plugs(self) -> list[tuple[Site, Plug]]:
        """The connectors."""
        own, foreign = (
            sites(self.sim, roaming=roaming)[0] for roaming in (False, True)
        )
        return [*((own, plug) for plug in own.plugs[:2]), (foreign, foreign.plugs[0])]

    @override
    def read(self, method: str, path: str, body: str) -> Sent | None:
        found = COMMAND.search(body)
        about = ABOUT.search(body)
        if found is None:
            return None
        assert about is not None
        return ("stop" if found[1] == STOP else "start"), about[1]

    @override
    def command(self, what: int) -> Command:
        number, is_stop = divmod(what, 2)
        site, plug = self.plugs[number]
        path = connector_path(site, plug)
        action = "stop_charging" if is_stop else "start_charging"
        connector = self.entry.runtime_data.live.data.connectors[site.id, plug.id]
        is_running = has_running_session(connector)
        session = connector.session
        sent: Sent | None = None
        if is_running and is_stop and session is not None:
            sent = "stop", session.id
        elif not is_running and not is_stop:
            sent = "start", plug.id

        async def act() -> object:
            return await self.hass.services.async_call(
                DOMAIN,
                action,
                {ATTR_DEVICE_ID: device_id_of(self.hass, self.entry, path)},
                blocking=True,
                return_response=True,
            )

        button = entity_id_of(self.hass, self.entry, path, action)
        press = partial(async_use, self.hass, button, "button", "press", {})
        return Command(sent=sent, ways=(press, act), settles_in=SETTLES_IN)

    @override
    def holds(self, sent: Sent) -> tuple[str, FaultFields]:
        return "/graphql/", {
            "holds": "remoteStop(" if sent[0] == "stop" else "emoteStart("
        }

    @override
    def refuse(self, sent: Sent) -> FaultFields:
        return {"status": 403, "message": "Not today"}

    @override
    def seen(self) -> set[Sent]:
        connectors = self.entry.runtime_data.live.data.connectors.values()
        return {("start", it.id) for it in connectors if has_running_session(it)}


@once
@given(day=days(6))
@pytest.mark.usefixtures("socket_enabled")
async def test_random_days(
    freezer: FrozenDateTimeFactory, forget: Callable[[], None], day: list[Step]
) -> None:
    """Presses, polls, lost answers, refusals and new starts, in whatever order."""
    forget()
    await Driver.live(freezer, day)


@pytest.mark.usefixtures("socket_enabled", "forget")
async def test_a_day_of_commands(freezer: FrozenDateTimeFactory) -> None:
    """Each command arrives once, one that was refused or in vain once more."""
    day = [
        Step(How.BOTH_WAYS, 0, Trouble.NONE),
        Step(How.ONE_WAY, 2, Trouble.REFUSED),
        Step(How.WHILE_ENDING, 2, Trouble.GATEWAY),
        Step(How.OTHER_WAY, 2, Trouble.NONE),
        Step(How.BOTH_WAYS, 1, Trouble.LOST),
        Step(How.OTHER_WAY, 4, Trouble.UNAUTHORIZED),
        Step(How.MUCH_LATER, 0, Trouble.NONE),
        Step(How.OTHER_WAY, 2, Trouble.NONE),
        Step(How.DESERTED, 3, Trouble.NONE),
    ]
    assert await Driver.live(freezer, day) == {"start": 5, "stop": 2}
