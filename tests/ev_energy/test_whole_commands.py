"""Tests of commands: the whole request, the whole error, and what is shown of the answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    ConflictError,
    NotDeliveredError,
    NotPermittedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
)
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient

from .vendor import CAR, CHARGER, Answer, Vendor, problem

type Give = Callable[[EvEnergyClient], Awaitable[Any]]

BOOST: Give = lambda it: it.boost.async_set_boost("cses/1", on=True)  # noqa: E731
END: Give = lambda it: it.boost.async_set_boost("cses1", on=False)  # noqa: E731
SMART: Give = lambda it: it.vehicle.async_set_smart_charging("vhcl1", on=False)  # noqa: E731
LIMIT: Give = lambda it: it.vehicle.async_set_charge_limit("vhcl1", 66)  # noqa: E731
CHARGE: Give = lambda it: it.vehicle.async_set_state_of_charge("vhcl1", 55)  # noqa: E731
TAKEN_BACK: Give = lambda it: it.vehicle.async_set_state_of_charge("vhcl1", None)  # noqa: E731
RELINK: Give = lambda it: it.link.async_relink_vehicle("vhcl1")  # noqa: E731
RELINK_STATION: Give = lambda it: it.link.async_relink_station("evse1")  # noqa: E731

PATCH = "PATCH /v2/vehicles/vhcl1"
STATED = "PATCH /v2/vehicles/vhcl1/state_of_charge"
ADDRESS = "https://link.example/1"


@pytest.fixture
def cars(vendor: Vendor) -> Vendor:
    """Return the vendor of a household with a car that is linked and one that is not."""
    vendor.answers |= {
        "GET /v2/evses": [CHARGER],
        "GET /v2/vehicles": [CAR, {**CAR, "id": "vhcl2"}],
        "POST /v2/charging_sessions/cses1/boost_end": Answer("", 204),
        "POST /v2/charging_sessions/cses/1/boost_start": Answer("", 202),
        PATCH: CAR,
        STATED: {"state_of_charge_percentage": 55},
        "POST /v2/vehicles/vhcl1/reconnect": {"url": ADDRESS},
        "POST /v2/evses/evse1/reconnect": {"url": ADDRESS},
    }
    return vendor


@pytest.mark.parametrize(
    ("give", "asked", "answer"),
    [
        (BOOST, "POST /v2/charging_sessions/cses/1/boost_start", None),
        (END, "POST /v2/charging_sessions/cses1/boost_end", None),
        (SMART, f'{PATCH} {{"smart_charging_enabled":false}}', None),
        (LIMIT, f'{PATCH} {{"maximum_charge_limit_percentage":66}}', None),
        (CHARGE, f'{STATED} {{"state_of_charge_percentage":55}}', None),
        (TAKEN_BACK, f'{STATED} {{"state_of_charge_percentage":null}}', None),
        (RELINK, "POST /v2/vehicles/vhcl1/reconnect", ADDRESS),
        (RELINK_STATION, "POST /v2/evses/evse1/reconnect", ADDRESS),
    ],
)
async def test_what_is_sent(
    cars: Vendor, ours: EvEnergyClient, give: Give, asked: str, answer: str | None
) -> None:
    """Each command is one request, once."""
    assert await give(ours) == answer
    assert cars.asked == [asked]


NEVER_REFUSED = [SMART, LIMIT, CHARGE, RELINK, RELINK_STATION]


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (problem(409, "Not now."), ConflictError, "Not now."),
        (problem(403, "Not you."), NotPermittedError, "Not you."),
        (problem(400, "Too much."), ResponseError, "Too much."),
        (problem(404, "Nothing there."), ResponseError, "Nothing there."),
        (problem(500, "Ouch."), UnavailableError, "Ouch."),
        (
            Answer({"title": "Bad", "field_errors": {"limit": ["Too low."]}}, 400),
            ResponseError,
            "Bad: limit: Too low.",
        ),
        (Answer("<html>", 503), UnavailableError, "HTTP status 503"),
    ],
)
@pytest.mark.parametrize("give", [BOOST, END, *NEVER_REFUSED])
async def test_refusals(
    cars: Vendor,
    ours: EvEnergyClient,
    give: Give,
    answer: Answer,
    error: type[ClientError],
    message: str,
) -> None:
    """Each has its own error with the vendor's words and status, and is never sent again."""
    cars.answers = dict.fromkeys(cars.answers, answer)
    with pytest.raises(ClientError) as caught:
        await give(ours)
    assert type(caught.value) is error
    assert caught.value.message == message
    assert getattr(caught.value, "status", None) == answer.status
    assert len(cars.asked) == 1


@pytest.mark.parametrize(
    ("give", "error"),
    [
        (BOOST, NotDeliveredError),
        (END, NotDeliveredError),
        (SMART, UnavailableError),
        (CHARGE, UnavailableError),
    ],
)
async def test_what_nobody_heard(
    cars: Vendor, ours: EvEnergyClient, give: Give, error: type[ClientError]
) -> None:
    """In the vendor's own words a 503 means that the charger did not hear of a boost."""
    cars.answers = dict.fromkeys(cars.answers, problem(503, "It sleeps."))
    with pytest.raises(ClientError) as caught:
        await give(ours)
    assert type(caught.value) is error
    assert isinstance(caught.value, UnavailableError)
    assert (caught.value.message, caught.value.status) == ("It sleeps.", 503)
    assert caught.value.is_certain is (error is NotDeliveredError)


@pytest.mark.parametrize(
    ("body", "smart", "limit", "is_news"),
    [
        (CAR | {"smart_charging_enabled": False}, False, 80, True),
        (CAR | {"maximum_charge_limit_percentage": 66}, True, 66, True),
        (
            {
                "id": "vhcl1",
                "smart_charging_enabled": None,
                "maximum_charge_limit_percentage": None,
            },
            True,
            80,
            True,
        ),
        # About another one, or about nothing: the listing will tell.
        (CAR | {"id": "vhcl2", "smart_charging_enabled": False}, True, 80, False),
        (CAR | {"id": None}, True, 80, False),
        ("", True, 80, False),
    ],
)
async def test_what_a_change_was_answered(
    cars: Vendor,
    ours: EvEnergyClient,
    body: Any,
    smart: bool,
    limit: float,
    is_news: bool,
) -> None:
    """It is shown without a request, until the vehicles are listed anew; of that one only."""
    cars.left = 10
    await ours.async_get_live()
    assert ours.wait_before_poll() > 0
    cars.answers[PATCH] = body
    cars.asked.clear()
    await LIMIT(ours)
    assert (ours.wait_before_poll() == 0) is is_news
    live = await ours.async_get_live()
    assert not live.is_fresh
    own, other = live.vehicles
    assert (own.smart_charging, own.charge_limit) == (smart, limit)
    assert (other.smart_charging, other.charge_limit) == (True, 80)
    assert own.name == "Family car"
    assert ours.wait_before_poll() > 0
    assert len(cars.asked) == 1


async def test_a_listing_after_a_change(cars: Vendor, ours: EvEnergyClient) -> None:
    """What is listed counts, whatever a command was answered before."""
    cars.answers[PATCH] = CAR | {"smart_charging_enabled": False}
    await SMART(ours)
    live = await ours.async_get_live()
    assert live.is_fresh
    assert live.vehicles[0].smart_charging is True


@pytest.mark.parametrize(
    ("body", "stated", "is_news"),
    [
        ({"state_of_charge_percentage": 55}, 55, True),
        ({"state_of_charge_percentage": None}, None, True),
        ("", 40, False),
    ],
)
async def test_what_a_person_said(
    cars: Vendor,
    ours: EvEnergyClient,
    body: Any,
    stated: float | None,
    is_news: bool,
) -> None:
    """It is shown as the vendor repeats it, without a request."""
    unlinked = {**CAR, "integrated": "UNINTEGRATED"}
    cars.answers["GET /v2/vehicles"] = [unlinked]
    cars.answers["GET /v2/evses"] = problem(403)
    cars.answers["GET /v2/vehicles/vhcl1/state_of_charge"] = {
        "state_of_charge_percentage": 40
    }
    live = await ours.async_get_live()
    assert live.vehicles[0].stated_charge == 40
    cars.left = 10
    await ours.async_identify() if cars.answers.get("GET /v2/users/me") else None
    cars.answers[STATED] = body
    await CHARGE(ours)
    cars.asked.clear()
    assert (ours.wait_before_poll() == 0) is is_news
    live = await ours.async_get_live()
    assert live.vehicles[0].stated_charge == stated
    assert cars.asked == []


@pytest.mark.parametrize("give", [RELINK, RELINK_STATION])
@pytest.mark.parametrize("body", ["", {}, {"url": "ftp://x"}, {"url": None}])
async def test_no_address(
    cars: Vendor, ours: EvEnergyClient, give: Give, body: Any
) -> None:
    """Nobody is sent to what is no page."""
    cars.answers = dict.fromkeys(cars.answers, body)
    with pytest.raises(UnexpectedAnswerError) as caught:
        await give(ours)
    assert caught.value.message == "there is no address in the answer"


@pytest.mark.parametrize("give", [BOOST, SMART, CHARGE])
async def test_reads_after_a_command(
    cars: Vendor, ours: EvEnergyClient, give: Give
) -> None:
    """What a command has done may be read sooner, though few requests are left."""
    cars.left = 80
    cars.answers[PATCH] = cars.answers[STATED] = ""
    await ours.async_get_live()
    before = ours.wait_before_poll()
    assert before == 900
    await give(ours)
    assert 0 < ours.wait_before_poll() < before
