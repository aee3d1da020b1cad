"""Tests of what is known of connectors: whose station they are at."""

import json

from msgspec.structs import replace
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import wire
from custom_components.ev_charging_cloud.clients.beenergised_driver.connectors import (
    KnownConnectors,
    with_ids,
)
from custom_components.ev_charging_cloud.clients.model import Connector


def log(status: str | None, connector: str | None = "c1") -> wire.Chargelog:
    """Return a session at a connector."""
    return wire.CHARGELOG.read(
        json.dumps(
            {
                "id": "s1",
                "status": status,
                "connector": connector and {"id": connector},
            }
        ).encode()
    )


@pytest.mark.parametrize(
    ("status", "is_roaming"),
    [
        ("roaming_start", True),
        ("ROAMING-START", True),
        ("roaming_waiting_for_transaction", True),
        ("roaming", False),
        ("start", False),
        ("charging", False),
        ("", False),
        (None, False),
    ],
)
def test_sessions_elsewhere(status: str | None, is_roaming: bool) -> None:
    """A session's status tells that its connector is another operator's, and stays known."""
    known = KnownConnectors()
    known.learn_sessions([log(status), log("roaming_start", None)])
    assert known.is_roaming("c1") is is_roaming
    assert not known.is_roaming("c2")
    known.learn_sessions([])
    assert known.is_roaming("c1") is is_roaming


def test_ids_that_several_have() -> None:
    """They are no connector's own; all others are."""
    first, second, third = (
        Connector(station_id=station, id=id_)
        for station, id_ in (("s1", "c1"), ("s2", "c1"), ("s2", "c2"))
    )
    assert with_ids([first, second, third]) == (
        replace(first, has_own_id=False),
        replace(second, has_own_id=False),
        third,
    )
    assert third.has_own_id
