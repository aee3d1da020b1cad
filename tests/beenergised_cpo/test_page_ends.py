"""Tests of how lists in pages end: what is still asked for, and what is said to be missing."""

from itertools import count
from typing import Any

from aiohttp import web
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
)
from custom_components.ev_charging_cloud.clients.model import Location
from custom_components.ev_charging_cloud.clients.snapshot import Skipped
from custom_components.ev_charging_cloud.clients.transport.pages import REPEATED

from .tenant import FakeTenant, Json, item, page

STATIONS, LOCATIONS = "/charging_stations/", "/locations/"
FOUR = [item(f"s{number}") for number in range(4)]


@pytest.mark.parametrize(
    ("told", "next_", "asked"),
    [
        # As documented: the second page of two is the last.
        ({}, None, 2),
        ({"lastPage": None}, None, 2),
        ({"total": None}, None, 2),
        ({"lastPage": None}, "?x", 3),
        # Nothing says that it is the last, so one more is asked for.
        ({"total": None, "lastPage": None}, None, 3),
        ({"total": None, "lastPage": False}, None, 3),
        ({"total": None, "lastPage": None}, "?x", 3),
        # A word that it is the last goes before a link.
        ({"total": None, "lastPage": True}, "?x", 1),
        ({"lastPage": False}, None, 2),
        ({"lastPage": False}, " ", 2),
        ({"lastPage": False}, 5, 2),
        ({"lastPage": False}, "5", 2),
        ({"lastPage": False}, {"href": "?x"}, 3),
        ({"lastPage": False}, {"href": None}, 2),
    ],
)
async def test_which_page_is_the_last(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    told: dict[str, Json],
    next_: Json,
    asked: int,
) -> None:
    """A list is read to its end, and not beyond where its end is told."""

    def answer(request: web.Request) -> Json:
        found = page(FOUR, request, cap=2, **told)
        found["links"]["next"] = next_
        return found

    tenant.answers[STATIONS] = answer
    live = await client.async_get_live()
    assert len(live.stations) == (4 if asked > 1 else 2)
    assert live.skipped == ()
    assert tenant.asked[f"GET {STATIONS}"] == asked


@pytest.mark.parametrize(
    ("pages", "missing"),
    [
        # The same to whatever page is asked for.
        ([{}, {}], None),
        ([{"lastPage": False}, {"lastPage": False}], REPEATED),
        # A next page that turns out to be the end.
        ([{"total": 4, "next": "?x"}, {"total": 4}], None),
        ([{"total": 4, "next": "?x"}, {"lastPage": True}], None),
        ([{"total": 4, "next": "?x"}, {"total": 4, "next": "?x"}], REPEATED),
        ([{"next": "?x"}, {}], None),
        ([{"next": "?x"}, {"next": "?x"}], REPEATED),
        # What was announced counts, whatever page announced it.
        ([{"total": 5, "next": "?x"}, {"total": 4}], "1 of 5 lack"),
        ([{"total": 4, "next": "?x"}, {"total": 6}], "2 of 6 lack"),
    ],
)
async def test_a_page_that_was_read_already(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    pages: list[dict[str, Json]],
    missing: str | None,
) -> None:
    """It ends a list, and whether anything may be missing depends on what it says."""
    left = iter(pages)

    def answer(_: web.Request) -> Json:
        told = dict(next(left))
        next_ = told.pop("next", None)
        return {
            "data": FOUR,
            "meta": {"pagination": told},
            "links": {"next": next_},
        }

    tenant.answers[STATIONS] = answer
    live = await client.async_get_live()
    assert len(live.stations) == 4
    assert live.skipped == ((Skipped("stations", missing),) if missing else ())
    assert tenant.asked[f"GET {STATIONS}"] == 2


@pytest.mark.parametrize("total", [0, None])
async def test_an_empty_list(
    tenant: FakeTenant, client: BeenergisedCpoClient, total: int | None
) -> None:
    """An account without stations is one all the same, and lacks none."""
    tenant.answers[STATIONS] = lambda _: {
        "data": [],
        "meta": {"pagination": {"total": total}},
    }
    live = await client.async_get_live()
    assert (live.stations, live.skipped) == ((), ())
    assert tenant.asked[f"GET {STATIONS}"] == 1


async def test_what_is_odd_about_a_page(
    tenant: FakeTenant, client: BeenergisedCpoClient
) -> None:
    """It is counted by where it stands, and costs nothing."""
    tenant.answers[STATIONS] = lambda request: page(FOUR, request, total="four")
    assert len((await client.async_get_live()).stations) == 4
    assert client.report.odd_values == {"page.meta.pagination.total": 1}


# ---- by cursor


@pytest.mark.parametrize(
    ("first", "second", "asked", "is_whole"),
    [
        ({}, None, 1, True),
        ({"links": {"next": None}}, None, 1, True),
        ({"links": {"next": "17"}}, None, 1, True),
        ({"links": {"next": " 17 "}}, None, 1, True),
        ({"links": {"next": 17}}, None, 1, True),
        ({"links": {"next": True}}, None, 1, True),
        ({"links": {"next": {"href": " "}}}, None, 1, True),
        (
            {"links": {"next": "?c=1"}, "meta": {"pagination": {"lastPage": True}}},
            None,
            1,
            True,
        ),
        (
            {"links": {"next": "?c=1"}, "meta": {"pagination": {"lastPage": False}}},
            [item("l2")],
            2,
            True,
        ),
        ({"links": {"next": "?c=1"}}, [item("l2")], 2, True),
        ({"links": {"next": "?c=1"}}, [], 2, True),
        ({"links": {"next": "?c=1"}}, [item("l1")], 2, False),
        ({"links": {"next": "//elsewhere.example/"}}, None, 1, False),
    ],
)
async def test_how_a_list_by_cursor_ends(
    tenant: FakeTenant,
    client: BeenergisedCpoClient,
    first: dict[str, Json],
    second: list[Json] | None,
    asked: int,
    is_whole: bool,
) -> None:
    """With its last page, or before where there is no way on: then others may be missing."""
    numbers = count()

    def answer(_: web.Request) -> Json:
        if next(numbers):
            return {"data": second}
        return {"data": [item("l1")], **first}

    tenant.answers[LOCATIONS] = answer
    slow = await client.async_get_slow()
    known: list[Any] = second or []
    assert [*slow.locations] == ["l1", *(it["id"] for it in known if it["id"] != "l1")]
    assert tenant.asked[f"GET {LOCATIONS}"] == asked
    live = await client.async_get_live()
    assert (Location not in live.unlisted) is is_whole


async def test_gaps_of_the_locations_are_reported(
    tenant: FakeTenant, client: BeenergisedCpoClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever reads the log learns which list was cut short."""
    tenant.answers[LOCATIONS] = lambda _: {
        "data": [item("l1"), 7],
        "links": {"next": "//elsewhere.example/"},
    }
    await client.async_get_slow()
    assert "Skipped locations of be.ENERGISED CPO" in caplog.text
    assert "Skipped location number 2 of be.ENERGISED CPO" in caplog.text
