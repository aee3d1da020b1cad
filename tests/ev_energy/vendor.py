"""An ev.energy that answers with the documents a test gives it, and keeps what it was asked, word by word."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
import json
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
from yarl import URL

from custom_components.ev_charging_cloud.clients.client import Memory
from custom_components.ev_charging_cloud.clients.errors import AuthenticationError
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)


@dataclass(frozen=True)
class Answer:
    """What is answered; ``body`` is sent as JSON, a text as it is."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def problem(status: int, detail: str = "It went wrong.") -> Answer:
    """Return an error in the vendor's words."""
    return Answer({"status": status, "title": "A title", "detail": detail}, status)


class Vendor:
    """Answers by method and path, or by method, path and query where that is named too.

    ``asked`` are the requests as ``METHOD path?query body``, ``headers`` are theirs.
    """

    def __init__(self) -> None:
        """Know a household without anything in it."""
        self.answers: dict[str, Any] = {
            "GET /v2/evses": [],
            "GET /v2/vehicles": [],
            "GET /v2/charging_sessions": [],
            "GET /v2/charging_sub_sessions": [],
            "GET /v2/hem_systems": [],
            "GET /v2/notifications": [],
        }
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        # How many requests are left of the hour's, and how many it has.
        self.left: int | None = None
        self.limit: int | None = None
        self.address = URL()
        self.is_refusing = False
        # With which request the sign-in ends.
        self.ends_at: str | None = None

    async def fetch(self) -> Token:
        """Return a token for ten minutes; where it really comes from is for other tests."""
        if self.is_refusing:
            raise AuthenticationError("Who is that?")
        return Token(
            value="t0ken", expires_at=datetime.now(UTC) + timedelta(minutes=10)
        )

    def paths(self) -> list[str]:
        """Return what was asked since the last look, without queries, and forget it."""
        found = [asked.partition("?")[0].partition(" {")[0] for asked in self.asked]
        self.asked.clear()
        return found

    async def respond(self, request: web.Request) -> web.Response:
        """Answer a request, and keep it."""
        body = await request.text()
        target = f"{request.method} {request.path}"
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        whole = f"{target}?{query}" if query else target
        self.asked.append(f"{whole} {body}" if body else whole)
        self.headers.append(dict(request.headers))
        self.is_refusing |= target == self.ends_at
        if self.is_refusing:
            return web.json_response({"title": "Unauthorized"}, status=401)
        known = self.answers.get(whole, self.answers.get(target, problem(404)))
        answer = known if isinstance(known, Answer) else Answer(known)
        headers = dict(answer.headers)
        if self.left is not None:
            headers["X-RateLimit-Remaining"] = str(self.left)
        if self.limit is not None:
            headers["X-RateLimit-Limit"] = str(self.limit)
        return web.Response(
            status=answer.status,
            text=answer.body
            if isinstance(answer.body, str)
            else json.dumps(answer.body),
            content_type="application/json",
            headers=headers,
        )


class Kept:
    """Keeps over restarts what a client wants kept."""

    def __init__(self, **content: str) -> None:
        """Keep something from before."""
        self.content = content
        self.saves = 0

    async def async_load(self) -> dict[str, str]:
        """Return what was kept."""
        return dict(self.content)

    async def async_save(self, content: dict[str, str]) -> None:
        """Keep this instead."""
        self.content = content
        self.saves += 1


@asynccontextmanager
async def running(vendor: Vendor) -> AsyncIterator[Vendor]:
    """Let the vendor listen."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", vendor.respond)
    server = TestServer(app)
    # Its log wants to know the time zone, which stands still with the time.
    await server.start_server(access_log=None)
    vendor.address = URL(str(server.make_url("/")))
    try:
        yield vendor
    finally:
        await server.close()


def client_of(
    session: ClientSession,
    vendor: Vendor,
    *,
    path: str = "/",
    user_id: str | None = None,
    memory: Memory | None = None,
) -> EvEnergyClient:
    """Return a client of the vendor."""
    return EvEnergyClient(
        session,
        server=vendor.address.with_path(path),
        tokens=TokenSource(vendor.fetch),
        user_id=user_id,
        memory=memory,
    )


def pause(freezer: FrozenDateTimeFactory, **time: float) -> None:
    """Let time pass."""
    freezer.tick(timedelta(**time))


SAMPLED = "2026-11-24T10:18:30Z"
CHARGER: dict[str, Any] = {
    "id": "evse1",
    "url": "https://api.ev.energy/v2/evses/evse1",
    "cpid": "EXC204417",
    "user": "https://api.ev.energy/v2/users/user1",
    "model": {
        "name": "EXW-7",
        "display_name": "Wall Charger 2",
        "make": {"name": "Example Charge", "display_name": "Example"},
    },
    "latest_status_log": {
        "sampled_at": SAMPLED,
        "is_plugged_in": True,
        "is_charging": True,
        "charge_rate_watts": 7140,
        "export_power_watts": 10,
        "control_pilot_status": "C",
        "meter_reading_watt_hours": 4185320,
        "is_enabled": False,
        "max_current_rating_milliamps": 32000,
        "cable_current_rating_milliamps": 20000,
        "signal_strength_rssi_dbm": -67,
        "inlet_power_watts": 7920,
        "voltage_millivolts": 238400,
        "mode": "Charge",
    },
    "lock_mode": "SMART",
    "lifecycle_state": "ENROLLED",
}
CAR: dict[str, Any] = {
    "id": "vhcl1",
    "url": "https://api.ev.energy/v2/vehicles/vhcl1",
    "user": "https://api.ev.energy/v2/users/user1",
    "trim": {
        "name": "Long Range",
        "model": {"name": "Model E", "make": {"name": "Example Motors"}},
    },
    "latest_status_log": {
        "sampled_at": SAMPLED,
        "state_of_charge_percentage": 46,
        "is_charging": True,
        "is_plugged_in": True,
        "charge_rate_watts": 7000,
        "estimated_charge_rate_watts": 6900,
        "charge_level_watt_hours": 34500,
        "target_charge_level_percentage": 85,
        "charge_energy_added_watt_hours": 1600,
        "minutes_to_full_charge": 219,
        "current_type": "AC - Typically home chargers",
        "is_complete": False,
        "odometer_meters": 28411000,
        "state": "PLUGGED_IN_CHARGING",
    },
    "integrated": "ACTIVE",
    "battery_size_watt_hours": 75000,
    "maximum_charge_limit_percentage": 80,
    "description": "Family car",
    "disabled": False,
    "smart_charging_enabled": True,
}
RUNNING_PART: dict[str, Any] = {
    "id": "csub2",
    "url": "https://api.ev.energy/v2/charging_sub_sessions/csub2",
    "start": "2026-11-24T09:45:00Z",
    "end": None,
    "mode": "BOOST",
    "energy_delivered_watt_hours": 3000,
    "grid_energy_delivered_watt_hours": 2800,
    "solar_energy_delivered_watt_hours": 200,
    "cost": 90,
    "cost_per_kilowatt_hour": 30,
    "savings_cost": 4,
    "incentive_earned": 3,
    "currency": "GBP",
    "total_co2_grams": 240,
    "savings_co2_grams": 30,
    "total_points": 17,
    "duration_minutes": 20,
    "percentage_added": 4.5,
    "solar_mode_type": "SOLAR_SMART",
    "carbon_feed": "https://api.ev.energy/v2/carbon_feeds/cabf1",
}
FIRST_PART: dict[str, Any] = {
    **RUNNING_PART,
    "id": "csub1",
    "start": "2026-11-24T08:00:00Z",
    "end": "2026-11-24T09:45:00Z",
    "mode": "SMART",
    "energy_delivered_watt_hours": 1000,
    "grid_energy_delivered_watt_hours": 600,
    "solar_energy_delivered_watt_hours": 400,
    "cost": 10,
    "cost_per_kilowatt_hour": 10,
    "savings_cost": 8,
    "incentive_earned": 2,
    "total_co2_grams": 60,
    "savings_co2_grams": 15,
    "total_points": 5,
    "duration_minutes": 10,
    "percentage_added": 1.5,
    "solar_mode_type": "OFF",
}
SESSION: dict[str, Any] = {
    "id": "cses1",
    "url": "https://api.ev.energy/v2/charging_sessions/cses1",
    "start": "2026-11-24T08:00:00Z",
    "end": None,
    "vehicle": "https://api.ev.energy/v2/vehicles/vhcl1",
    "evse": "https://api.ev.energy/v2/evses/evse1",
    "sub_sessions": [RUNNING_PART, FIRST_PART],
}
PLANNED: dict[str, Any] = {
    "id": "csub2",
    "schedules": {
        "schedules": [
            {
                "started_at": "2026-11-24T10:00:00Z",
                "interval_seconds": 1800,
                "current_milliamps": 32000,
            },
            {
                "started_at": "2026-11-24T10:30:00Z",
                "interval_seconds": 1800,
                "current_milliamps": 32000,
            },
            {
                "started_at": "2026-11-24T11:30:00Z",
                "interval_seconds": 1800,
                "current_milliamps": 32000,
            },
        ]
    },
}
