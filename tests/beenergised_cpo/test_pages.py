"""Tests of lists in pages: followed to the end, however their pages tell of the next."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
    pages,
)
from custom_components.ev_charging_cloud.clients.errors import UnexpectedAnswerError
from custom_components.ev_charging_cloud.clients.model import Location
from custom_components.ev_charging_cloud.clients.snapshot import LiveState
from custom_components.ev_charging_cloud.clients.transport.pages import REPEATED

from .tenant import FakeTenant, Json, item, page

STATIONS, LOCATIONS = "/charging_stations/", "/locations/"
SEVEN = [item(f"s{number}", label=f"Station {number}") for number in range(7)]

type Change = Callable[[dict[str, Json], web.Request], object]


def _set(part: str, key: str, value: Json) -> Change:
    def change(answer: dict[str, Json], _: web.Request) -> None:
        answer[part][key] = value

    return change


def _replace(part: str, value: Json) -> Change:
    def change(answer: dict[str, Json], _: web.Request) -> None:
        answer[part] = value

    return change


def _next(answer: dict[str, Json], value: Json, otherwise: Json = None) -> None:
    """Replace what is said of pages by a link to the next one."""
    is_last = answer["meta"]["pagination"]["lastPage"]
    answer["meta"]["pagination"] = []
    answer["links"] = {"next": otherwise if is_last else value}


async def _read(tenant: FakeTenant, client: BeenergisedCpoClient) -> LiveState:
    live = await client.async_get_live()
    assert tenant.asked[f"GET {STATIONS}"] > 1
    return live


async def test_what_comes_twice_takes_nobodys_place(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """A page that repeats items of before is followed by the next new ones."""
    tenant.lists[STATIONS] = [item(f"s{number}") for number in range(7)]

    def answer(request: web.Request) -> Json:
        told = page(tenant.lists[STATIONS], request, cap=2)
        told["data"] = [item("s0"), *told["data"]]
        return told

    tenant.answers[STATIONS] = answer
    live = await _read(tenant, client)
    assert [station.id for station in live.stations] == [f"s{n}" for n in range(7)]
    assert not live.skipped


async def test_full_pages_hour_by_hour(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page that is as before is not looked through again, and one that is not is."""
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    tenant.answers[STATIONS] = lambda request: page(
        tenant.lists[STATIONS], request, cap=2
    )
    for ids in ("abcd", "abcd", "abcde", "bcde", "abcf", "fedcba", "fedcba"):
        tenant.lists[STATIONS] = [item(id_, label=f"{id_}{len(ids)}") for id_ in ids]
        live = await client.async_get_live()
        assert [station.id for station in live.stations] == [*ids]
        assert [station.name for station in live.stations] == [
            f"{id_}{len(ids)}" for id_ in ids
        ]
        freezer.tick(timedelta(hours=1))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_set("meta", "other", 1), id="as documented"),
        pytest.param(
            lambda answer, _: answer["meta"]["pagination"].update(total="7"),
            id="total as text",
        ),
        pytest.param(
            lambda answer, _: answer["meta"]["pagination"].update(total=None),
            id="no total",
        ),
        pytest.param(
            lambda answer, _: answer["meta"]["pagination"].update(
                lastPage=int(answer["meta"]["pagination"]["lastPage"])
            ),
            id="lastPage as 0 and 1",
        ),
        pytest.param(
            lambda answer, _: answer["meta"]["pagination"].update(
                lastPage=str(answer["meta"]["pagination"]["lastPage"]).lower()
            ),
            id="lastPage as text",
        ),
        pytest.param(
            lambda answer, _: answer["meta"]["pagination"].update(lastPage=None),
            id="no lastPage",
        ),
        pytest.param(
            lambda answer, _: answer["meta"]["pagination"].update(lastPage=False),
            id="no page is the last",
        ),
        pytest.param(
            lambda answer, _: answer["meta"]["pagination"].update(limit=500),
            id="limit is what was asked for",
        ),
        pytest.param(
            lambda answer, request: _next(answer, str(request.url)), id="next as text"
        ),
        pytest.param(
            lambda answer, request: _next(answer, {"href": str(request.url)}),
            id="next as object",
        ),
        pytest.param(
            lambda answer, _: _next(answer, "?x=1", False), id="next is false"
        ),
        pytest.param(
            lambda answer, _: _next(answer, "?x=1", {"href": None}),
            id="next leads nowhere",
        ),
        pytest.param(
            lambda answer, _: _next(answer, "https://elsewhere.example/"),
            id="next elsewhere",
        ),
        pytest.param(_replace("meta", []), id="meta is an empty list"),
        pytest.param(
            lambda answer, _: answer.update(meta=None, links=None), id="nothing is told"
        ),
    ],
)
async def test_pages_by_offset(
    tenant: FakeTenant, client: BeenergisedCpoClient, change: Change
) -> None:
    """All seven stations are there, in pages of two, and none is said to lack."""

    def answer(request: web.Request) -> Json:
        found = page(SEVEN, request, cap=2)
        change(found, request)
        return found

    tenant.answers[STATIONS] = answer
    live = await _read(tenant, client)
    assert [station.name for station in live.stations] == [
        f"Station {number}" for number in range(7)
    ]
    assert not live.skipped
    assert tenant.asked[f"GET {STATIONS}"] <= 5


@pytest.mark.parametrize(
    "told", [{}, {"meta": [], "links": []}, {"links": {"next": ""}}]
)
async def test_list_that_is_not_in_pages(
    tenant: FakeTenant, client: BeenergisedCpoClient, told: dict[str, Json]
) -> None:
    """Where the same is answered to whatever page, that is the list."""
    tenant.answers[STATIONS] = lambda _: {"data": SEVEN, **told}
    live = await _read(tenant, client)
    assert len(live.stations) == 7
    assert tenant.asked[f"GET {STATIONS}"] == 2


async def test_many_small_pages(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """There is no end after a hundred pages."""
    many = [item(f"s{number}") for number in range(1201)]
    tenant.answers[STATIONS] = lambda request: page(many, request, cap=10)
    live = await _read(tenant, client)
    assert len(live.stations) == 1201
    assert not live.skipped


async def test_limit_is_lowered_on_the_way(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Pages that become smaller leave nothing out."""
    limits = iter((4, 2, 1, 1))
    tenant.answers[STATIONS] = lambda request: page(SEVEN, request, cap=next(limits))
    live = await _read(tenant, client)
    assert len(live.stations) == 7
    assert not live.skipped


@pytest.mark.parametrize(
    ("first", "second", "names", "skipped"),
    [
        # One was taken out of the first page meanwhile, so one is in none of both.
        (SEVEN, SEVEN[1:], {0, 1, 2, 3, 5, 6}, "1 of 7 lack"),
        # One came in before, so one is in both.
        (SEVEN[1:], SEVEN, {1, 2, 3, 4, 5, 6}, "1 of 7 lack"),
        # All that followed is gone.
        (SEVEN, SEVEN[:3], {0, 1, 2, 3}, "3 of 7 lack"),
        # What was to follow is gone, and something came in before.
        (SEVEN[1:6], SEVEN[:5], {1, 2, 3, 4}, "1 of 5 lack"),
    ],
)
async def test_list_that_changes_while_it_is_read(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    first: list[Json],
    second: list[Json],
    names: set[int],
    skipped: str,
) -> None:
    """What may have been missed is said, so that nothing is taken to be gone."""
    lists = iter((first, second))
    tenant.answers[STATIONS] = lambda request: page(next(lists), request, cap=4)
    live = await _read(tenant, client)
    assert {station.id for station in live.stations} == {f"s{n}" for n in names}
    assert [odd.reason for odd in live.skipped] == [skipped]


@pytest.mark.parametrize(
    ("told", "lack"), [({"total": 70}, "63 of 70 lack"), ({}, REPEATED)]
)
async def test_ever_the_same_page(
    tenant: FakeTenant, client: BeenergisedCpoClient, told: dict[str, Json], lack: str
) -> None:
    """Pages that go round end with the second one; what they lack is not believed gone."""
    tenant.answers[STATIONS] = lambda _: {
        "data": SEVEN,
        "meta": {"pagination": {**told, "lastPage": False}},
    }
    live = await _read(tenant, client)
    assert len(live.stations) == 7
    assert [odd.reason for odd in live.skipped] == [lack]
    assert tenant.asked[f"GET {STATIONS}"] == 2


# ---- by cursor


def _cursor_pages(next_of: Callable[[str], Json]) -> Callable[[web.Request], Json]:
    """Return pages of two locations, which are called by their cursors."""

    def answer(request: web.Request) -> Json:
        start = int(request.query.get("cursor", "0"))
        places = [item(f"l{number}", label=f"Place {number}") for number in range(7)]
        following = start + 2
        return {
            "data": places[start:following],
            "links": {"next": next_of(str(following)) if following < 7 else None},
        }

    return answer


@pytest.mark.parametrize(
    "spelling",
    [
        "{address}/api/cpoapi/v1/locations/?cursor={cursor}",
        "/api/cpoapi/v1/locations/?cursor={cursor}",
        "?cursor={cursor}",
        " ?cursor={cursor} ",
    ],
)
@pytest.mark.parametrize("wrap", [str, lambda text: {"href": text}])
async def test_pages_by_cursor(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    spelling: str,
    wrap: Callable[[str], Json],
) -> None:
    """A next page is found by a whole address, and by one relative to its page."""
    tenant.answers[LOCATIONS] = _cursor_pages(
        lambda cursor: wrap(spelling.format(address=tenant.address, cursor=cursor))
    )
    slow = await client.async_get_slow()
    assert [place.name for place in slow.locations.values()] == [
        f"Place {number}" for number in range(7)
    ]
    assert tenant.asked[f"GET {LOCATIONS}"] == 4


@pytest.mark.parametrize("end", [None, "", False, {}, {"href": None}, 0, []])
async def test_last_page_by_cursor(
    tenant: FakeTenant, client: BeenergisedCpoClient, end: Any
) -> None:
    """What is no address of a next page says that there is none."""
    tenant.answers[LOCATIONS] = lambda _: {
        "data": [item("l1", label="Place")],
        "links": {"next": end},
    }
    slow = await client.async_get_slow()
    assert [place.name for place in slow.locations.values()] == ["Place"]
    assert not client.families.off()
    assert tenant.asked[f"GET {LOCATIONS}"] == 1


@pytest.mark.parametrize("link", ["http://[::1", "https://", "http://a:b/"])
async def test_link_that_is_no_address(
    tenant: FakeTenant, client: BeenergisedCpoClient, link: str
) -> None:
    """What was read before an unusable link stays."""
    tenant.answers[LOCATIONS] = _cursor_pages(lambda _: link)
    slow = await client.async_get_slow()
    assert list(slow.locations) == ["l0", "l1"]


@pytest.mark.parametrize(
    "link",
    ["{scheme}://elsewhere.example/", "//127.0.0.1:9/x", "{scheme}://127.0.0.1:9/"],
)
async def test_next_page_elsewhere(
    tenant: FakeTenant, client: BeenergisedCpoClient, link: str
) -> None:
    """No page is read at another server: the token would go there."""
    tenant.answers[LOCATIONS] = _cursor_pages(lambda _: link.format(scheme="http"))
    assert len((await client.async_get_slow()).locations) == 2
    assert not client.families.off()
    assert Location in (await client.async_get_live()).unlisted


async def test_cursor_without_end(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """Ever new cursors to the same page end after the second one."""
    numbers = count()
    tenant.answers[LOCATIONS] = lambda _: {
        "data": [item("l1")],
        "links": {"next": f"?cursor={next(numbers)}"},
    }
    assert len((await client.async_get_slow()).locations) == 1
    assert Location in (await client.async_get_live()).unlisted
    assert tenant.asked[f"GET {LOCATIONS}"] == 2


# ---- bodies


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"data": [{"id": "s1", "attributes": {"label": "A"}}]}',
        b'{"data": [{"id": "s1", "attributes": {"label": "A", "x": "\xff"}}]}',
        b'{"data": [{"id": "s1", "attributes": {"label": "A", "x": "\\ud800"}}]}',
        b'{"data": [{"id": "s1", "attributes": {"label": "A", "power": NaN}}]}',
    ],
    ids=["byte order mark", "no UTF-8", "half a pair", "not a number"],
)
async def test_odd_bytes(
    tenant: FakeTenant, client: BeenergisedCpoClient, body: bytes
) -> None:
    """A station is read beside bytes that cannot be."""
    tenant.answers[STATIONS] = lambda _: web.Response(
        body=body, content_type="application/json"
    )
    (station,) = (await client.async_get_live()).stations
    assert station.name == "A"
    assert station.power is None


@pytest.mark.parametrize(
    "answer", [None, [], 7, {}, {"data": None}, {"data": 7}, {"data": [{"id": ""}, 7]}]
)
async def test_answer_that_is_no_list(
    tenant: FakeTenant, client: BeenergisedCpoClient, answer: Any
) -> None:
    """What holds no station at all is no answer, and not an empty account."""
    tenant.answers[STATIONS] = lambda _: web.json_response(answer)
    with pytest.raises(UnexpectedAnswerError):
        await client.async_get_live()
