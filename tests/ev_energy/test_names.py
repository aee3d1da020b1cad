"""Tests of what is said of values and items that cannot be read: each is called what it is."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
import logging
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.errors import ClientError
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient

from .vendor import CAR, CHARGER, PLANNED, SESSION, Vendor

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
END = datetime(2026, 11, 24, 13, tzinfo=UTC)
ODD: dict[str, Any] = {"id": None}
HOUR = {"started_at": "2026-11-24T12:00:00Z", "interval_seconds": 3600}
USER = {"id": "user1", "default_location": {"tariff": "https://x/tari1"}}
OVER = {**SESSION, "end": "2026-11-24T10:00:00Z"}
PAST = '{"in_parts":true,"oldest":"2026-11-20T08:00:00Z"}'

type Read = Callable[[EvEnergyClient], Awaitable[object]]


async def poll(client: EvEnergyClient) -> None:
    """Poll as often as there are details."""
    for _ in range(4):
        await client.async_get_live()


async def look(client: EvEnergyClient) -> None:
    """Look at what changes rarely, and at the home."""
    await client.async_get_slow()
    await client.async_get_live()


async def ask(client: EvEnergyClient) -> None:
    """Ask for prices and carbon."""
    await client.forecasts.async_get(START, END)


async def first_page(client: EvEnergyClient) -> None:
    """Read the newest sessions that are over."""
    await client.async_read_history(None)


async def parts(client: EvEnergyClient) -> None:
    """Read what is older than sessions."""
    await client.async_read_history(PAST)


async def users(client: EvEnergyClient) -> None:
    """List the users."""
    await client.async_get_users()


@pytest.fixture
def everything(vendor: Vendor) -> Vendor:
    """Return the vendor of a household that has something of everything."""
    vendor.answers |= {
        "GET /v2/evses": [{**CHARGER, "latest_status_log": None}],
        "GET /v2/vehicles": [CAR, {**CAR, "id": "vhcl2", "integrated": "UNINTEGRATED"}],
        "GET /v2/charging_sessions": [SESSION],
        "GET /v2/charging_sub_sessions": [PLANNED],
        "GET /v2/users/me": USER,
        "GET /v2/users": [USER],
        "GET /v2/tariffs/tari1": {"name": "Night", "currency": "GBP"},
        "GET /v2/tariffs/tari1/prices": [{**HOUR, "price_minor_units": 1}],
        "GET /v2/carbon_feeds": [{"id": "cabf1"}],
        "GET /v2/carbon_feeds/cabf1/carbon_intensities": {"carbon_intensities": []},
        "GET /v2/evses/evse1/connectivity": {},
        "GET /v2/vehicles/vhcl1/location_logs": [],
        "GET /v2/vehicles/vhcl2/state_of_charge": {},
        "GET /v2/hem_systems": [{"id": "hems1"}],
        "GET /v2/hem_systems/hems1/live_power": {},
        "GET /v2/hem_systems/hems1/energy_stats": {"buckets": []},
    }
    return vendor


@pytest.mark.parametrize(
    ("path", "answer", "read", "field"),
    [
        ("evses", [{**CHARGER, "cpid": []}], poll, "charger.cpid"),
        ("vehicles", [{**CAR, "description": []}], poll, "vehicle.description"),
        ("charging_sessions", [{**SESSION, "start": "x"}], poll, "session.start"),
        (
            "charging_sub_sessions",
            [{**PLANNED, "start": "x"}],
            poll,
            "sub-session.start",
        ),
        (
            "evses/evse1/connectivity",
            {"firmware_version": []},
            poll,
            "connectivity.firmware_version",
        ),
        (
            "vehicles/vhcl1/location_logs",
            [{"at_home": "x"}],
            poll,
            "vehicle location.at_home",
        ),
        (
            "vehicles/vhcl2/state_of_charge",
            {"state_of_charge_percentage": "x"},
            poll,
            "stated charge.state_of_charge_percentage",
        ),
        ("users/me", {**USER, "email": []}, look, "user.email"),
        ("tariffs/tari1", {"name": []}, look, "tariff.name"),
        (
            "notifications",
            [{"id": "n", "external_link": 5}],
            look,
            "notification.external_link",
        ),
        (
            "hem_systems/hems1/live_power",
            {"import_watts": "x"},
            look,
            "live power.import_watts",
        ),
        (
            "hem_systems/hems1/energy_stats",
            {
                "buckets": [
                    {
                        "period_start": "2026-11-24T10:00:00Z",
                        "period_end": "2026-11-24T10:30:00Z",
                        "import_wh": "x",
                    }
                ]
            },
            look,
            "energy statistics.buckets.import_wh",
        ),
        ("users", [{**USER, "email": []}], users, "user.email"),
        (
            "charging_sessions",
            [OVER, {**OVER, "start": "x"}],
            first_page,
            "session.start",
        ),
        (
            "charging_sub_sessions",
            [{"id": "p", "start": "x"}],
            parts,
            "sub-session.start",
        ),
    ],
)
async def test_odd_values(
    everything: Vendor,
    ours: EvEnergyClient,
    path: str,
    answer: Any,
    read: Read,
    field: str,
) -> None:
    """An odd value is counted by what it is of, and by its field."""
    everything.answers[f"GET /v2/{path}"] = answer
    await read(ours)
    assert set(ours.report.odd_values) == {field}


@pytest.mark.parametrize(
    ("path", "answer", "read", "name"),
    [
        ("evses", [CHARGER, ODD], poll, "charger number 2"),
        ("vehicles", [CAR, ODD], poll, "vehicle number 2"),
        ("charging_sessions", [SESSION, ODD], poll, "session number 2"),
        ("charging_sub_sessions", [PLANNED, 5], poll, "sub-session number 2"),
        ("users", [USER, ODD], users, "user number 2"),
        ("notifications", [{"id": "n"}, ODD], look, "notification number 2"),
        ("hem_systems", [{"id": "hems1"}, ODD], look, "home energy system number 2"),
        (
            "tariffs/tari1/prices",
            [{**HOUR, "price_minor_units": "x"}],
            ask,
            "price 2026-11-24T12:00:00Z",
        ),
        ("carbon_feeds", [{"id": "cabf1"}, ODD], ask, "carbon feed number 2"),
        (
            "carbon_feeds/cabf1/carbon_intensities",
            {"carbon_intensities": [HOUR]},
            ask,
            "carbon 2026-11-24T12:00:00Z",
        ),
        ("charging_sessions", [OVER, ODD], first_page, "session number 2"),
        (
            "charging_sub_sessions",
            [{"id": "p"}, 5],
            parts,
            "sub-session number 2",
        ),
    ],
)
async def test_items_that_cannot_be_read(
    everything: Vendor,
    ours: EvEnergyClient,
    caplog: pytest.LogCaptureFixture,
    path: str,
    answer: Any,
    read: Read,
    name: str,
) -> None:
    """The log names each, once."""
    caplog.set_level(logging.WARNING)
    everything.answers[f"GET /v2/{path}"] = answer
    await read(ours)
    (line,) = [it.getMessage() for it in caplog.records if "Skipped" in it.getMessage()]
    assert line.startswith(f"Skipped {name} of ev.energy, ")


@pytest.mark.parametrize(
    ("path", "answer", "read", "reason"),
    [
        ("evses", [5], poll, "none of 1 chargers could be read: "),
        ("charging_sessions", [5], first_page, "none of 1 sessions could be read: "),
        ("charging_sub_sessions", [5], parts, "none of 1 sub-sessions could be read"),
        ("charging_sessions", {}, first_page, "/charging_sessions answered oddly: "),
        ("charging_sub_sessions", {}, parts, "/charging_sub_sessions answered oddly"),
    ],
)
async def test_lists_that_make_no_sense(
    everything: Vendor,
    ours: EvEnergyClient,
    path: str,
    answer: Any,
    read: Read,
    reason: str,
) -> None:
    """A list of which nothing can be read is none."""
    everything.answers[f"GET /v2/{path}"] = answer
    if read is poll:
        await read(ours)
        (report,) = [it for it in ours.families.off() if it.name == "chargers"]
        assert report.reason.startswith(reason)
        return
    with pytest.raises(ClientError) as caught:
        await read(ours)
    assert caught.value.message.startswith(reason)
