"""Tests that no maintenance window is planned, changed or deleted that nobody wanted, and none twice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
import json
from typing import override

from freezegun.api import FrozenDateTimeFactory
from hypothesis import given
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from simulator.server.faults import FaultFields
from tests.common import entity_id_of
from tests.given_once import Command, How, Person, Sent, Step, Trouble, Way, days, once

from .common import make_account

SETTLES_IN = 60


@dataclass
class Operator(Person):
    """An operator with one station, who plans two visits, and changes and cancels what is planned."""

    vendor = "beenergised_cpo"

    begun: datetime = field(init=False)

    @override
    def make_entry(self, hass: HomeAssistant) -> MockConfigEntry:
        self.begun = self.sim.clock.now().replace(microsecond=0)
        return make_account(hass, self.sim)

    @override
    def read(self, method: str, path: str, body: str) -> Sent | None:
        _, is_window, id_ = path.partition("/maintenance_windows/")
        if not is_window or method == "GET":
            return None
        if method == "DELETE":
            return method, id_
        fields = json.loads(body)
        if method == "PUT":
            return method, f"{id_}: {fields['comment']}"
        return method, datetime.fromisoformat(fields["startDate"]).isoformat()

    @override
    def command(self, what: int) -> Command:
        cpo = self.sim.beenergised_cpo
        station = f"station/{cpo.station_uuid(self.sim.world.station_ids[0])}"
        self.calendar = entity_id_of(
            self.hass, self.entry, station, "maintenance", ["calendar"]
        )
        if what < 2:
            start = self.begun + timedelta(days=1 + what)
            return self._creation(start, start + timedelta(hours=2))
        windows = self.entry.runtime_data.live.data.maintenance.windows
        id_ = windows[0].id if windows else "none"
        if what == 2:
            comment = f"After {len(self.reached)} others"
            name, sent = "update", ("PUT", f"{id_}: {comment}")
            fields = {"comment": comment}
        else:
            name, sent, fields = "delete", ("DELETE", id_), {}
        way = self._way(DOMAIN, f"{name}_maintenance_window", window_id=id_, **fields)
        return Command(
            sent=sent if windows else None, ways=(way, way), settles_in=SETTLES_IN
        )

    def _creation(self, start: datetime, end: datetime) -> Command:
        return Command(
            sent=("POST", start.isoformat()),
            ways=(
                self._way(
                    "calendar",
                    "create_event",
                    start_date_time=start.isoformat(),
                    end_date_time=end.isoformat(),
                    summary="Replace contactor",
                ),
                self._way(
                    DOMAIN,
                    "create_maintenance_window",
                    start=start.isoformat(),
                    end=end.isoformat(),
                    comment="Replace contactor",
                ),
            ),
            settles_in=SETTLES_IN,
        )

    def _way(self, domain: str, action: str, **data: str) -> Way:
        return partial(
            self.hass.services.async_call,
            domain,
            action,
            {ATTR_ENTITY_ID: self.calendar, **data},
            blocking=True,
            return_response=domain == DOMAIN,
        )

    @override
    def holds(self, sent: Sent) -> tuple[str, FaultFields]:
        return "*/maintenance_windows/*", {"method": sent[0]}

    @override
    def refuse(self, sent: Sent) -> FaultFields:
        return {"status": 422, "message": "Not today"}


@once
@given(day=days(4))
@pytest.mark.usefixtures("socket_enabled")
async def test_random_days(
    freezer: FrozenDateTimeFactory, forget: Callable[[], None], day: list[Step]
) -> None:
    """Events, actions, polls, lost answers, refusals and new starts, in whatever order."""
    forget()
    await Operator.live(freezer, day)


@pytest.mark.usefixtures("socket_enabled", "forget")
async def test_a_day_of_commands(freezer: FrozenDateTimeFactory) -> None:
    """Each command arrives once, one that was refused once more."""
    day = [
        Step(How.BOTH_WAYS, 0, Trouble.NONE),
        Step(How.OTHER_WAY, 1, Trouble.LOST),
        Step(How.RESTART, 0, Trouble.NONE),
        Step(How.ONE_WAY, 1, Trouble.NONE),
        Step(How.BOTH_WAYS, 2, Trouble.NONE),
        Step(How.ONE_WAY, 3, Trouble.REFUSED),
        Step(How.DESERTED, 3, Trouble.UNAUTHORIZED),
    ]
    assert await Operator.live(freezer, day) == {"POST": 2, "PUT": 1, "DELETE": 2}
