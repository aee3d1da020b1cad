"""Tests that no boost, no limit and no stated charge reaches ev.energy that nobody gave, and none twice."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import json
import re
from typing import override

from freezegun.api import FrozenDateTimeFactory
from hypothesis import given
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from simulator.ev_energy.context import evse_id, vehicle_id
from simulator.homes import Link
from simulator.server.faults import FaultFields
from tests.common import entity_id_of
from tests.given_once import (
    Command,
    How,
    Person,
    Sent,
    Step,
    Trouble,
    Way,
    async_use,
    days,
    once,
)

from .common import make_account

COMMAND = re.compile(r"/v2/(?:charging_sessions|vehicles)/([^/]+)/?(\w*)")
# How the fields of a vehicle are called here.
KINDS = {
    "maximum_charge_limit_percentage": "charge_limit",
    "smart_charging_enabled": "smart_charging",
}


@dataclass
class Household(Person):
    """A household with two cars: one charges at home, of the other nobody can ask how full it is."""

    vendor = "ev_energy"

    @override
    def make_entry(self, hass: HomeAssistant) -> MockConfigEntry:
        homes = self.sim.world.homes
        homes.set_link(homes.car_ids()[1], Link.NONE)
        homes.plug_in(homes.charger_ids()[0], soc=30)
        return make_account(hass, self.sim)

    @override
    def read(self, method: str, path: str, body: str) -> Sent | None:
        found = COMMAND.fullmatch(path)
        if found is None or method == "GET":
            return None
        what = found[2] or next(iter(json.loads(body)))
        return KINDS.get(what, what), found[1]

    @override
    def command(self, what: int) -> Command:
        homes = self.sim.world.homes
        charger = evse_id(homes.charger_ids()[0])
        first, second = map(vehicle_id, homes.car_ids()[:2])
        connector, car, other = (
            f"connector/{charger}/1",
            f"vehicle/{first}",
            f"vehicle/{second}",
        )
        if what < 2:
            key = ("boost_start", "boost_end")[what]
            session = self.entry.runtime_data.live.data.connectors[charger, "1"].session
            return Command(
                sent=(key, session.id) if session else None,
                ways=(
                    self._way("button", "press", connector, key),
                    self._way("button", "press", car, key),
                ),
            )
        if what == 2:
            return Command(
                sent=("charge_limit", first),
                ways=(
                    self._way("number", "set_value", car, "charge_limit", value=80),
                    self._way("number", "set_value", car, "charge_limit", value=90),
                ),
            )
        if what == 3:
            return Command(
                sent=("smart_charging", first),
                ways=(
                    self._way("switch", "turn_on", car, "smart_charging"),
                    self._way("switch", "turn_off", car, "smart_charging"),
                ),
            )
        return Command(
            sent=("state_of_charge", second),
            ways=(
                self._way("number", "set_value", other, "stated_charge", value=40),
                self._way("number", "set_value", other, "stated_charge", value=60),
            ),
        )

    def _way(
        self, domain: str, action: str, path: str, key: str, **data: object
    ) -> Way:
        entity_id = entity_id_of(self.hass, self.entry, path, key)
        return partial(async_use, self.hass, entity_id, domain, action, data)

    @override
    def holds(self, sent: Sent) -> tuple[str, FaultFields]:
        kind, id_ = sent
        method = "POST" if kind in {"boost_start", "boost_end"} else "PATCH"
        return f"/v2/*/{id_}*", {"method": method}

    @override
    def refuse(self, sent: Sent) -> FaultFields:
        return {"status": 409, "message": "Not today"}


@once
@given(day=days(5))
@pytest.mark.usefixtures("socket_enabled")
async def test_random_days(
    freezer: FrozenDateTimeFactory, forget: Callable[[], None], day: list[Step]
) -> None:
    """Presses, polls, lost answers, refusals and new starts, in whatever order."""
    forget()
    await Household.live(freezer, day)


@pytest.mark.usefixtures("socket_enabled", "forget")
async def test_a_day_of_commands(freezer: FrozenDateTimeFactory) -> None:
    """Each command arrives once, a number that is set to two values twice."""
    day = [
        Step(How.BOTH_WAYS, 0, Trouble.NONE),
        Step(How.OTHER_WAY, 1, Trouble.LOST),
        Step(How.BOTH_WAYS, 2, Trouble.NONE),
        Step(How.ONE_WAY, 3, Trouble.REFUSED),
        Step(How.OTHER_WAY, 4, Trouble.UNAUTHORIZED),
        Step(How.RESTART, 0, Trouble.NONE),
        Step(How.ONE_WAY, 0, Trouble.GATEWAY),
    ]
    assert await Household.live(freezer, day) == {
        "boost_start": 2,
        "boost_end": 1,
        "charge_limit": 2,
        "smart_charging": 1,
        "state_of_charge": 1,
    }
