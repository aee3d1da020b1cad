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
from custom_components.ev_charging_cloud.clients.beenergised_cpo.search import Search
from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
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
    assert most == 4


# ---- one search


class Stations:
    """Stations that answer what a test has laid out for them, by their ids; else well."""

    def __init__(self, answers: dict[str, list[ClientError | None]]) -> None:
        """Begin with nobody asked."""
        self._answers = answers
        self.asked: list[str] = []

    async def ask(self, station_id: str) -> None:
        """Answer the next time."""
        self.asked.append(station_id)
        left = self._answers.get(station_id, [])
        if left and (error := left.pop(0)) is not None:
            raise error


def _limited(wait: float | None = None) -> ClientError:
    return RateLimitedError("slow down", wait)


def _names(many: int) -> list[str]:
    return [f"s{number}" for number in range(many)]


async def test_who_is_asked(pauses: list[float]) -> None:
    """Those that have to be, then the others while that is of use, each once and in order."""
    stations = Stations({})
    await Search(stations.ask).run(
        ["a", "b"], ["c", "d", "e"], lambda: len(stations.asked) < 4
    )
    assert stations.asked == ["a", "b", "c", "d"]
    await Search(stations.ask).run(["f"])
    await Search(stations.ask).run([], ["g"])
    assert stations.asked[4:] == ["f", "g"]
    assert pauses == []


@pytest.mark.parametrize(
    ("failing", "asked", "is_raised"),
    [
        # Seven in a row say nothing of the eighth.
        ([*range(7)], 20, False),
        ([*range(8)], 8, True),
        ([*range(2, 10)], 10, True),
        ([number for number in range(20) if number % 8 != 7], 20, False),
        ([*range(1, 20, 2)], 20, False),
    ],
)
async def test_how_many_failures_end_a_search(
    failing: list[int], asked: int, is_raised: bool
) -> None:
    """Eight stations in a row that give no answer, and one between begins anew."""
    errors: dict[str, list[ClientError | None]] = {
        f"s{number}": [ResponseError(f"no {number}")] for number in failing
    }
    stations = Stations(errors)
    search = Search(stations.ask)
    if is_raised:
        with pytest.raises(ResponseError, match=f"no {failing[-1]}"):
            await search.run(_names(20))
    else:
        await search.run(_names(20))
    assert stations.asked == _names(asked)


async def test_all_of_few_fail() -> None:
    """Where no station answered at all, the last reason is told; where one did, none."""
    stations = Stations({"a": [ResponseError("1")], "b": [UnavailableError("2")]})
    with pytest.raises(UnavailableError, match="2"):
        await Search(stations.ask).run(["a", "b"])
    stations = Stations({"a": [ResponseError("1")], "b": [UnavailableError("2")]})
    await Search(stations.ask).run(["a", "c", "b"])
    assert stations.asked == ["a", "c", "b"]


async def test_refused_sign_in_ends_a_search() -> None:
    """Nobody else is asked then, and that reason stands."""
    stations = Stations({"b": [AuthenticationError("no")], "c": [ResponseError("x")]})
    with pytest.raises(AuthenticationError, match="no"):
        await Search(stations.ask).run(["a", "b", "c"], ["d"])
    assert stations.asked == ["a", "b"]


async def test_who_is_asked_again(pauses: list[float]) -> None:
    """After a pause, the one that was to slow down last, and before the others."""
    stations = Stations({"b": [_limited(45)]})
    await Search(stations.ask).run(["a", "b", "c"], ["d"])
    assert stations.asked == ["a", "b", "c", "b", "d"]
    assert pauses == [45]


@pytest.mark.parametrize("waits", [(45, 60, None), (60, None, 45), (None, 45, 60)])
async def test_the_longest_pause_counts(
    pauses: list[float], waits: tuple[float | None, ...]
) -> None:
    """Of several that were asked at once."""
    asked: list[str] = []

    async def ask(station_id: str) -> None:
        asked.append(station_id)
        await asyncio.sleep(0)
        if len(asked) <= len(waits):
            raise RateLimitedError("slow down", waits[int(station_id)])

    await Search(ask).run([str(number) for number in range(len(waits))])
    assert len(asked) == 2 * len(waits)
    assert pauses == [60]


@pytest.mark.parametrize(
    ("limits", "patience", "pauses_made", "is_raised"),
    [
        ([5], 5, 5, False),
        ([6], 5, 5, True),
        ([1], 0, 0, True),
        ([2], 1, 1, True),
        # A station that answers in between begins the count anew.
        ([5, 5, 5], 5, 15, False),
        ([5, 6], 5, 10, True),
    ],
)
async def test_how_many_pauses_are_made(
    pauses: list[float],
    limits: list[int],
    patience: int,
    pauses_made: int,
    is_raised: bool,
) -> None:
    """So many in a row that bring no answer; then the vendor's demand is told."""
    stations = Stations(
        {f"s{place}": [_limited()] * many for place, many in enumerate(limits)}
    )
    search = Search(stations.ask, patience=patience)
    first, *others = (f"s{place}" for place in range(len(limits)))
    if is_raised:
        with pytest.raises(RateLimitedError):
            await search.run([first], others)
    else:
        await search.run([first], others)
    assert pauses == [30.0] * pauses_made
