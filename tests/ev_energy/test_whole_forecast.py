"""Tests of prices and carbon of a time: what is asked for, and what comes of whole answers."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    RateLimitedError,
)
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.clients.forecast import (
    CarbonInterval,
    Forecast,
    PriceInterval,
)
from custom_components.ev_charging_cloud.clients.model import Money

from .vendor import CHARGER, SESSION, Answer, Vendor, pause, problem

START = datetime(2026, 11, 24, 12, 10, tzinfo=timezone(timedelta(hours=1)))
END = START + timedelta(hours=1)
TIME = "page_size=100&started_at__gte=2026-11-24T09:10:00Z&started_at__lte=2026-11-24T12:10:00Z"
PRICES = f"GET /v2/tariffs/tari1/prices?{TIME}"
CARBON = f"GET /v2/carbon_feeds/cabf1/carbon_intensities?{TIME}"
FEEDS = "GET /v2/carbon_feeds?page_size=100"


def at(hour: int, minute: int = 0) -> datetime:
    """Return a time of the day."""
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


def price(started_at: str, minor: float, seconds: float = 1800) -> dict[str, Any]:
    """Return a price as the vendor tells it."""
    return {
        "started_at": f"2026-11-24T{started_at}",
        "interval_seconds": seconds,
        "price_minor_units": minor,
    }


def carbon(started_at: str, grams: float) -> dict[str, Any]:
    """Return an intensity as the vendor tells it."""
    return {
        "started_at": f"2026-11-24T{started_at}",
        "interval_seconds": 1800,
        "co2_intensity_grams_per_kilowatt_hour": grams,
    }


@pytest.fixture
def feeds(vendor: Vendor) -> Vendor:
    """Return the vendor of a home with a tariff and the only carbon feed, newest first."""
    vendor.answers |= {
        "GET /v2/users/me": {
            "id": "user1",
            "default_location": {"tariff": "https://x/v2/tariffs/tari1"},
        },
        "GET /v2/tariffs/tari1": {"name": "Night", "currency": "gbp"},
        "GET /v2/tariffs/tari1/prices": [
            price("12:00:00Z", 31),
            price("11:30:00Z", 30),
            price("11:00:00Z", 29.5),
            # Before and after: one ends as the time begins, one begins as it ends.
            price("10:40:00Z", 28),
            price("12:10:00Z", 32),
            price("11:15:00Z", 1, 10**8),
        ],
        "GET /v2/carbon_feeds": [{"id": "cabf1"}],
        "GET /v2/carbon_feeds/cabf1/carbon_intensities": {
            "carbon_intensities": [
                carbon("12:10:00Z", 4),
                carbon("12:00:00Z", 3),
                carbon("11:30:00Z", 2),
                carbon("11:00:00Z", 1),
                carbon("10:40:00Z", 0),
            ]
        },
    }
    return vendor


FOUND_PRICES = (
    PriceInterval(start=at(11), end=at(11, 30), price=Money(29.5, "GBP")),
    PriceInterval(
        start=at(11, 15),
        end=at(11, 15) + timedelta(seconds=10**8),
        price=Money(1, "GBP"),
    ),
    PriceInterval(start=at(11, 30), end=at(12), price=Money(30, "GBP")),
    PriceInterval(start=at(12), end=at(12, 30), price=Money(31, "GBP")),
)
FOUND_CARBON = (
    CarbonInterval(start=at(11), end=at(11, 30), intensity=1),
    CarbonInterval(start=at(11, 30), end=at(12), intensity=2),
    CarbonInterval(start=at(12), end=at(12, 30), intensity=3),
)


async def test_a_whole_time(feeds: Vendor, ours: EvEnergyClient) -> None:
    """What overlaps the time is told, the earliest first, in whole intervals."""
    found = await ours.forecasts.async_get(START, END)
    assert found == Forecast(prices=FOUND_PRICES, carbon=FOUND_CARBON, problems={})
    assert feeds.asked == [
        "GET /v2/users/me",
        "GET /v2/tariffs/tari1",
        PRICES,
        FEEDS,
        CARBON,
    ]
    # The feed is known from now on.
    feeds.asked.clear()
    assert await ours.forecasts.async_get(START, END) == found
    assert feeds.asked == ["GET /v2/users/me", "GET /v2/tariffs/tari1", PRICES, CARBON]


async def test_what_is_known_is_not_asked_for(
    feeds: Vendor, ours: EvEnergyClient
) -> None:
    """The look knows user and tariff, and sessions name the carbon feed."""
    await ours.async_get_slow()
    feeds.answers["GET /v2/evses"] = [CHARGER]
    feeds.answers["GET /v2/charging_sessions"] = [SESSION]
    await ours.async_get_live()
    # That no session names one any more changes nothing.
    feeds.answers["GET /v2/charging_sessions"] = [{**SESSION, "sub_sessions": []}]
    await ours.async_get_live()
    feeds.asked.clear()
    found = await ours.forecasts.async_get(START, END)
    assert found == Forecast(prices=FOUND_PRICES, carbon=FOUND_CARBON, problems={})
    assert feeds.asked == [PRICES, CARBON]


@pytest.mark.parametrize(
    ("parts", "feed"),
    [
        ([{"carbon_feed": None}, {"carbon_feed": "https://x/carbon_feeds/cabf2"}], 2),
        ([{"carbon_feed": {"id": "cabf2"}}, {"carbon_feed": {"id": "cabf1"}}], 2),
        (["https://x/csub", {"carbon_feed": {"id": "cabf2"}}], 2),
        ([{}, {}], 1),
    ],
)
async def test_which_feed(
    feeds: Vendor, ours: EvEnergyClient, parts: list[Any], feed: int
) -> None:
    """The newest part that names one tells which it is; else it is the only one."""
    feeds.answers["GET /v2/evses"] = [CHARGER]
    feeds.answers["GET /v2/charging_sessions"] = [{**SESSION, "sub_sessions": parts}]
    await ours.async_get_live()
    feeds.asked.clear()
    await ours.forecasts.async_get(START, END)
    (asked,) = [it for it in feeds.asked if "carbon_intensities" in it]
    assert asked == CARBON.replace("cabf1", f"cabf{feed}")
    assert (FEEDS in feeds.asked) is (feed == 1)


TARIFF = "GET /v2/tariffs/tari1"


@pytest.mark.parametrize(
    ("request_", "answer", "part", "reason"),
    [
        ("GET /v2/users/me", problem(403, "No."), "prices", "No."),
        (
            "GET /v2/users/me",
            {"id": "user1"},
            "prices",
            "no tariff is set for this home",
        ),
        (
            "GET /v2/users/me",
            {"id": "user1", "default_location": {"tariff": None}},
            "prices",
            "no tariff is set for this home",
        ),
        (TARIFF, problem(404), "prices", "no tariff is set for this home"),
        (TARIFF, problem(500, "Ouch."), "prices", "Ouch."),
        (TARIFF, {"currency": None}, "prices", "the tariff has no currency"),
        (f"{TARIFF}/prices", problem(403, "Not yours."), "prices", "Not yours."),
        ("GET /v2/carbon_feeds", [], "carbon", "0 carbon feeds are visible"),
        (
            "GET /v2/carbon_feeds",
            [{"id": "cabf1"}, {"id": "cabf2"}],
            "carbon",
            "2 carbon feeds are visible",
        ),
        ("GET /v2/carbon_feeds", problem(500, "Ouch."), "carbon", "Ouch."),
        (
            "GET /v2/carbon_feeds/cabf1/carbon_intensities",
            problem(403, "Not yours."),
            "carbon",
            "Not yours.",
        ),
    ],
)
async def test_one_of_both(
    feeds: Vendor,
    ours: EvEnergyClient,
    request_: str,
    answer: Any,
    part: str,
    reason: str,
) -> None:
    """What cannot be told costs itself, and the reason stands with it."""
    feeds.answers[request_] = answer
    found = await ours.forecasts.async_get(START, END)
    assert found == Forecast(
        prices=None if part == "prices" else FOUND_PRICES,
        carbon=None if part == "carbon" else FOUND_CARBON,
        problems={part: reason},
    )


@pytest.mark.parametrize(
    ("prices", "carbons"),
    [(problem(403), []), ([], {"carbon_intensities": []}), ([], {})],
)
async def test_there_is_none(
    feeds: Vendor, ours: EvEnergyClient, prices: Any, carbons: Any
) -> None:
    """An empty list is an answer, too."""
    feeds.answers["GET /v2/tariffs/tari1/prices"] = prices
    feeds.answers["GET /v2/carbon_feeds/cabf1/carbon_intensities"] = carbons
    if isinstance(prices, Answer):
        with pytest.raises(ClientError, match="It went wrong"):
            await ours.forecasts.async_get(START, END)
        return
    found = await ours.forecasts.async_get(START, END)
    assert found == Forecast(prices=(), carbon=(), problems={})


async def test_neither_can_be_told(feeds: Vendor, ours: EvEnergyClient) -> None:
    """The first reason is given."""
    feeds.answers["GET /v2/tariffs/tari1/prices"] = problem(403, "No prices.")
    feeds.answers["GET /v2/carbon_feeds"] = problem(500, "No carbon.")
    with pytest.raises(NotPermittedError, match=r"^No prices\.$"):
        await ours.forecasts.async_get(START, END)


@pytest.mark.parametrize("request_", [TARIFF, "GET /v2/carbon_feeds"])
async def test_a_pause_that_the_vendor_wants(
    feeds: Vendor, ours: EvEnergyClient, request_: str
) -> None:
    """It holds for all of it: nothing more is asked for."""
    feeds.answers[request_] = Answer({"title": "Slowly"}, 429, {"Retry-After": "60"})
    with pytest.raises(RateLimitedError) as caught:
        await ours.forecasts.async_get(START, END)
    assert (caught.value.message, caught.value.retry_after) == ("Slowly", 60)
    assert feeds.paths()[-1] == request_


async def test_a_sign_in_that_is_refused(
    feeds: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """It is no matter of one part."""
    await ours.forecasts.async_get(START, END)
    feeds.is_refusing = True
    pause(freezer, minutes=11)
    with pytest.raises(AuthenticationError):
        await ours.forecasts.async_get(START, END)


@pytest.mark.parametrize(("left", "is_read"), [(106, True), (105, False)])
async def test_requests_for_a_day(
    feeds: Vendor, ours: EvEnergyClient, left: int, is_read: bool
) -> None:
    """Six requests must be left of nine tenths of the hour's thousand."""
    feeds.left = left
    await ours.async_identify()
    feeds.asked.clear()
    if is_read:
        await ours.forecasts.async_get(START, END)
        return
    with pytest.raises(RateLimitedError) as caught:
        await ours.forecasts.async_get(START, END)
    assert caught.value.message == "the requests of this hour are used up"
    assert caught.value.retry_after is None
    assert feeds.asked == []


async def test_odd_intervals(feeds: Vendor, ours: EvEnergyClient) -> None:
    """One that cannot be read, or has no end, is left out."""
    feeds.answers["GET /v2/tariffs/tari1/prices"] = [
        price("12:00:00", 31),
        price("noon", 30),
        price("11:30:00Z", 29, -5),
        {**price("11:30:00Z", 29), "started_at": "0001-01-01T00:00:00Z"},
    ]
    found = await ours.forecasts.async_get(START, END)
    assert found.prices == (
        PriceInterval(start=at(12), end=at(12, 30), price=Money(31, "GBP")),
    )
    assert ours.report.odd_values == {}
