"""Tests of meters: of sums that follow the sessions, and of marks that never fall."""

from typing import Any

from msgspec.structs import replace

from custom_components.ev_charging_cloud.ledger import Change, SessionRecord
from custom_components.ev_charging_cloud.ledger.lifetime import Lifetimes

from .common import CONNECTOR, DRIVER, VEHICLE, ended, record


def energy_of(energy: float | None, **changes: Any) -> SessionRecord:
    """Return a session with so much energy."""
    return replace(record(ended(energy)), **changes)


VAN = replace(VEHICLE, id="van")


def test_meters_after_changes() -> None:
    """Sums follow the sessions; marks keep what was shown when they fall."""
    none = Lifetimes({}, {})
    nothing = none.after([Change(before=None, after=energy_of(0.0))])
    assert nothing == Lifetimes(dict.fromkeys([CONNECTOR, VEHICLE, DRIVER], 0), {})
    new = none.after([Change(before=None, after=energy_of(2.0))])
    assert new == Lifetimes(dict.fromkeys([CONNECTOR, VEHICLE, DRIVER], 2000), {})
    more = new.after([Change(before=energy_of(2.0), after=energy_of(3.5))])
    assert more == Lifetimes(dict.fromkeys([CONNECTOR, VEHICLE, DRIVER], 3500), {})
    same = more.after([Change(before=energy_of(3.5), after=energy_of(3.5))])
    assert same == more
    less = more.after([Change(before=energy_of(3.5), after=energy_of(1.0))])
    marks = dict.fromkeys([CONNECTOR, VEHICLE, DRIVER], 3500)
    assert less == Lifetimes(dict.fromkeys(marks, 1000), marks)
    assert less.readings() == dict.fromkeys(marks, 3.5)
    moved = more.after(
        [Change(before=energy_of(3.5), after=energy_of(3.5, vehicle_id="van"))]
    )
    assert moved == Lifetimes(
        {CONNECTOR: 3500, VEHICLE: 0, DRIVER: 3500, VAN: 3500}, {VEHICLE: 3500}
    )
    unknown = energy_of(None)
    assert none.after([Change(before=None, after=unknown)]) == none
    assert none.after([Change(before=unknown, after=energy_of(2.0))]) == new
    # Sums that have not caught up yet leave the mark.
    caught_up = less.after([Change(before=energy_of(1.0), after=energy_of(3.6))])
    assert caught_up == Lifetimes(dict.fromkeys(marks, 3600), marks)
    assert caught_up.readings() == dict.fromkeys(marks, 3.6)


def test_meters_that_are_raised() -> None:
    """Above what they show they get a mark, else they stay as they are."""
    some = Lifetimes({CONNECTOR: 2000, VEHICLE: 2000}, {VEHICLE: 3000})
    readings = {CONNECTOR: 2.0, VEHICLE: 3.001, DRIVER: 0.0, VAN: 0.5}
    raised = some.raised(readings)
    assert raised == Lifetimes(
        {CONNECTOR: 2000, VEHICLE: 2000}, {VEHICLE: 3001, VAN: 500}
    )
    assert raised.readings() == {CONNECTOR: 2.0, VEHICLE: 3.001, VAN: 0.5}
    assert some.raised({VEHICLE: 2.9995}) == some
    # The smallest that is told of one that has nothing yet.
    assert some.raised({VAN: 0.001}).marks == {VEHICLE: 3000, VAN: 1}
