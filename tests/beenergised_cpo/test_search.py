"""Tests of asking many stations for their connectors: few at a time, with pauses, and not for ever."""

import asyncio
import logging
from typing import Any

from aiohttp import web
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
    search,
)
from custom_components.ev_charging_cloud.clients.model import Connector

from .common import API
from .tenant import FakeTenant, Json, look, page, places, stations_asked


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the pauses of searches, and make none."""
    noted: list[float] = []

    async def sleep(seconds: float) -> None:
        noted.append(seconds)

    monkeypatch.setattr(search, "sleep", sleep)
    return noted


def _limit(tenant: FakeTenant, station_id: str, *waits: str | None) -> None:
    """Have a station's list limited some times, and then served."""
    path = f"/cp/{station_id}/connectors/"
    left = list(waits)

    def answer(request: web.Request) -> Json:
        if not left:
            return page(tenant.lists[path], request)
        wait = left.pop(0)
        return web.json_response(
            {}, status=429, headers={} if wait is None else {"Retry-After": wait}
        )

    tenant.answers[path] = answer


@pytest.mark.parametrize(
    ("told", "pause"),
    [
        (None, 30),
        ("0", 30),
        ("-5", 30),
        ("nan", 30),
        ("45", 45),
        ("1e30", 3600),
        ("Fri, 01 Jan 2099 00:00:00 GMT", 3600),
        ("Fri, 01 Jan 2010 00:00:00 GMT", 30),
    ],
)
async def test_vendor_wants_a_pause(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    pauses: list[float],
    told: str | None,
    pause: float,
) -> None:
    """A search waits as long as the vendor says, from half a minute to an hour."""
    _limit(tenant, "s1", told)
    live = await look(client)
    assert set(places(live)) == {"c1", "c2", "c3", "c4"}
    assert pauses == [pause]


async def test_vendor_wants_ever_more_pauses(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    pauses: list[float],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A search gives up in words, and what it found so far stays."""
    caplog.set_level(logging.INFO)
    _limit(tenant, "s2", *["60"] * 50)
    live = await look(client)
    assert pauses == [60] * 5
    assert "1 stations told their connectors; the others are asked later" in caplog.text
    assert places(live) == {"c1": "s1", "c2": "s1"}
    assert Connector in live.unlisted
    assert client.families.limit is not None


async def test_no_station_answers(
    tenant: FakeTenant, client: BeenergisedCpoClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Where none answers, a search does not ask them all."""
    tenant.place({f"s{n}": [f"c{n}"] for n in range(100)})
    for number in range(100):
        tenant.refuse(f"/cp/s{number}/connectors/", 403)
    live = await look(client)
    assert not live.connectors
    assert Connector in live.unlisted
    assert stations_asked(tenant) <= 2 * (8 + 4)
    (off,) = client.families.off()
    assert (off.name, off.state, off.reason) == (
        "connectors of stations",
        "denied",
        "not here",
    )


async def test_few_are_asked_at_once(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """No more requests run at a time than the vendor permits for its commands."""
    tenant.place({f"s{n}": [f"c{n}"] for n in range(40)})
    running = most = 0

    async def answer(request: web.Request) -> Any:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return page(tenant.lists[request.path.removeprefix(API)], request)

    for number in range(40):
        tenant.answers[f"/cp/s{number}/connectors/"] = answer
    live = await look(client)
    assert len(live.connectors) == 40
    assert 2 <= most <= 10
