"""Tests of all that is read of a user and the home: whole answers, and at each edge of the hour's requests."""

from typing import Any

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.ev_charging_cloud.clients.client import Account
from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    ClientError,
    NotPermittedError,
    ResponseError,
)
from custom_components.ev_charging_cloud.clients.ev_energy import EvEnergyClient
from custom_components.ev_charging_cloud.clients.ev_energy.home import SeveralUsersError
from custom_components.ev_charging_cloud.clients.model import (
    Money,
    Notification,
    Supply,
)
from custom_components.ev_charging_cloud.clients.snapshot import SlowState

from .vendor import CAR, CHARGER, Answer, Vendor, client_of, pause, problem

USER: dict[str, Any] = {
    "id": "user1",
    "email": "robin@example.com",
    "full_name": "Robin",
    "default_location": {
        "tariff": "https://api.ev.energy/v2/tariffs/tari1",
        "current_carbon_intensity_grams_per_kilowatt_hour": 183,
    },
}
TARIFF: dict[str, Any] = {
    "id": "tari1",
    "name": "Night Saver",
    "currency": "gbp",
    "current_price": 27,
}
MESSAGE: dict[str, Any] = {
    "id": "notf1",
    "category": "ACTIONABLE",
    "short_text_title": "Reconnect",
    "short_text_body": "Your car needs you.",
    "detail_page_title": "Reconnect your car",
    "detail_page_body": "Sign in\n again.",
    "external_link": "https://ev.example/reconnect",
    "read_at": None,
    "resolved_at": None,
}
TOLD = Notification(
    id="notf1",
    title="Reconnect",
    text="Sign in again.",
    url="https://ev.example/reconnect",
)
LOOK = [
    "GET /v2/users/me",
    "GET /v2/notifications?page_size=100",
    "GET /v2/hem_systems?page_size=100",
    "GET /v2/tariffs/tari1",
]


@pytest.fixture
def home(vendor: Vendor) -> Vendor:
    """Return the vendor of a user with a tariff and a message."""
    vendor.answers |= {
        "GET /v2/users/me": USER,
        "GET /v2/users": [USER],
        "GET /v2/users/user1": USER,
        "GET /v2/tariffs/tari1": TARIFF,
        "GET /v2/notifications": [MESSAGE],
    }
    return vendor


async def test_a_whole_look(home: Vendor, ours: EvEnergyClient) -> None:
    """Four requests tell what energy costs and emits, and what is asked of the user."""
    assert await ours.async_get_slow() == SlowState(
        locations={},
        supply=Supply(
            tariff="Night Saver", price=Money(27, "GBP"), carbon_intensity=183
        ),
        notifications=(TOLD,),
    )
    assert home.asked == LOOK
    assert not ours.families.off()


@pytest.mark.parametrize(
    ("user", "tariff", "supply"),
    [
        ({"default_location": None}, TARIFF, None),
        ({"default_location": {}}, TARIFF, Supply()),
        (
            {"default_location": {"tariff": {"id": "tari1"}}},
            TARIFF,
            Supply(tariff="Night Saver", price=Money(27, "GBP")),
        ),
        ({}, {"name": " "}, Supply(carbon_intensity=183)),
        ({}, {"current_price": 27}, Supply(carbon_intensity=183)),
        (
            {},
            {"name": "N", "currency": "EUR"},
            Supply(tariff="N", carbon_intensity=183),
        ),
        (
            {},
            {"currency": "EUR", "current_price": 0},
            Supply(price=Money(0, "EUR"), carbon_intensity=183),
        ),
        ({}, problem(404), Supply(carbon_intensity=183)),
        ({}, problem(500), Supply(carbon_intensity=183)),
        ({}, problem(400), Supply(carbon_intensity=183)),
    ],
)
async def test_supply(
    home: Vendor,
    ours: EvEnergyClient,
    user: dict[str, Any],
    tariff: Any,
    supply: Supply | None,
) -> None:
    """What is told of it is shown, whatever else is missing."""
    home.answers["GET /v2/users/me"] = USER | user
    home.answers["GET /v2/tariffs/tari1"] = tariff
    assert (await ours.async_get_slow()).supply == supply


@pytest.mark.parametrize(
    ("tariff", "reason"),
    [
        (problem(404), None),
        (problem(400), "It went wrong."),
        (problem(403), "It went wrong."),
    ],
)
async def test_a_tariff_that_is_gone(
    home: Vendor, ours: EvEnergyClient, tariff: Answer, reason: str | None
) -> None:
    """One that the vendor does not know any more is no failure; all else is one."""
    home.answers["GET /v2/tariffs/tari1"] = tariff
    await ours.async_get_slow()
    assert [report.reason for report in ours.families.off()] == (
        [reason] if reason else []
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, TOLD),
        ({"category": "actionable"}, TOLD),
        ({"category": "MARKETING"}, None),
        ({"category": None}, None),
        ({"read_at": "2026-11-24T07:00:00Z"}, None),
        ({"resolved_at": "2026-11-24T07:00:00Z"}, None),
        ({"read_at": " ", "resolved_at": ""}, TOLD),
        ({"short_text_title": None, "detail_page_title": None}, None),
        ({"short_text_title": " ", "detail_page_title": "\n"}, None),
        (
            {"short_text_title": " "},
            Notification(
                id="notf1",
                title="Reconnect your car",
                text="Sign in again.",
                url="https://ev.example/reconnect",
            ),
        ),
        (
            {"detail_page_body": "", "external_link": "javascript:1"},
            Notification(id="notf1", title="Reconnect", text="Your car needs you."),
        ),
        (
            {"detail_page_body": None, "short_text_body": None, "external_link": None},
            Notification(id="notf1", title="Reconnect"),
        ),
    ],
)
async def test_what_a_message_asks_for(
    home: Vendor,
    ours: EvEnergyClient,
    changes: dict[str, Any],
    told: Notification | None,
) -> None:
    """It is for a person as long as it asks for something, and has words for it."""
    home.answers["GET /v2/notifications"] = [MESSAGE | changes]
    found = (await ours.async_get_slow()).notifications
    assert found == ((told,) if told else ())


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a" * 249 + " " + "b" * 250, "a" * 249 + " " + "b" * 250),
        ("a" * 250 + " " + "b" * 250, "a" * 250 + " …"),
    ],
    ids=["500 letters", "501 letters"],
)
async def test_long_words(
    home: Vendor, ours: EvEnergyClient, words: str, shown: str
) -> None:
    """So much a person reads; what is longer ends at a word."""
    home.answers["GET /v2/notifications"] = [MESSAGE | {"detail_page_body": words}]
    (found,) = (await ours.async_get_slow()).notifications
    assert found.text == shown


async def test_many_messages(home: Vendor, ours: EvEnergyClient) -> None:
    """The ten newest that ask for something are shown, in the vendor's order; one page is read."""
    messages = [MESSAGE | {"id": f"notf{number}"} for number in range(12)]
    messages[3]["category"] = "MARKETING"
    more = {"Link": '</v2/notifications?page=2>; rel="next"'}
    home.answers["GET /v2/notifications"] = Answer(messages, 200, more)
    found = (await ours.async_get_slow()).notifications
    assert [it.id for it in found] == [
        f"notf{number}" for number in (0, 1, 2, 4, 5, 6, 7, 8, 9, 10)
    ]
    assert home.asked == LOOK


@pytest.mark.parametrize(("left", "is_read"), [(104, True), (103, False)])
async def test_requests_for_a_look(
    home: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    left: int,
    is_read: bool,
) -> None:
    """Nine tenths of the hour's thousand are for others too; what was known stands."""
    before = await ours.async_get_slow()
    home.left = left
    await ours.async_identify()
    home.asked.clear()
    home.answers["GET /v2/tariffs/tari1"] = TARIFF | {"name": "Another"}
    home.answers["GET /v2/notifications"] = []
    after = await ours.async_get_slow()
    if is_read:
        assert home.asked == LOOK
        assert after.supply
        assert (after.supply.tariff, after.notifications) == ("Another", ())
        return
    assert home.asked == []
    assert after == before


@pytest.mark.parametrize(
    ("request_", "reads"),
    [
        ("GET /v2/users/me", lambda slow: slow.supply),
        ("GET /v2/tariffs/tari1", lambda slow: slow.supply.tariff),
        ("GET /v2/notifications", lambda slow: slow.notifications),
    ],
)
@pytest.mark.parametrize("status", [500, 403])
async def test_what_cannot_be_read_any_more(
    home: Vendor,
    ours: EvEnergyClient,
    freezer: FrozenDateTimeFactory,
    request_: str,
    reads: Any,
    status: int,
) -> None:
    """It stays for two hours, and not for longer."""
    known = reads(await ours.async_get_slow())
    home.answers[request_] = problem(status)
    pause(freezer, minutes=119, seconds=59)
    assert reads(await ours.async_get_slow()) == known
    pause(freezer, seconds=1)
    assert not reads(await ours.async_get_slow())


async def test_who_it_is(home: Vendor, ours: EvEnergyClient) -> None:
    """The user who consented has an id and an address."""
    assert await ours.async_identify() == Account(id="user1", name="robin@example.com")
    assert home.asked == ["GET /v2/users/me"]


async def test_the_chosen_user(home: Vendor, session: ClientSession) -> None:
    """Who was chosen is asked for by id; if there is no such user, there is no other."""
    client = client_of(session, home, user_id="user1")
    assert await client.async_identify() == Account(
        id="user1", name="robin@example.com"
    )
    home.answers["GET /v2/users/user1"] = problem(404, "Nobody.")
    with pytest.raises(ResponseError) as caught:
        await client.async_identify()
    assert (caught.value.message, caught.value.status) == ("Nobody.", 404)
    assert home.paths() == ["GET /v2/users/user1"] * 2


async def test_the_only_user(home: Vendor, ours: EvEnergyClient) -> None:
    """An organization's client has no user of its own: the only one it is."""
    home.answers["GET /v2/users/me"] = problem(404)
    home.answers["GET /v2/users"] = [{"id": "user1"}]
    assert await ours.async_identify() == Account(id="user1", name="robin@example.com")
    assert home.asked == [
        "GET /v2/users/me",
        "GET /v2/users?page_size=100",
        "GET /v2/users/user1",
    ]
    assert [user.id for user in await ours.async_get_users()] == ["user1"]


@pytest.mark.parametrize("users", [0, 2])
async def test_not_one_user(home: Vendor, ours: EvEnergyClient, users: int) -> None:
    """Whose account it is nobody guesses, though chargers say whose they are."""
    home.answers["GET /v2/users/me"] = problem(404)
    home.answers["GET /v2/users"] = [{"id": f"user{n}"} for n in range(users)]
    home.answers["GET /v2/evses"] = [CHARGER]
    await ours.async_get_live()
    with pytest.raises(SeveralUsersError, match=f"^{users} users are visible$"):
        await ours.async_identify()


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_a_user_that_cannot_be_read(
    home: Vendor, ours: EvEnergyClient, status: int
) -> None:
    """Only where there is no such user are others looked for."""
    home.answers["GET /v2/users/me"] = problem(status, "No.")
    with pytest.raises(ClientError, match=r"^No\.$"):
        await ours.async_identify()
    assert set(home.paths()) == {"GET /v2/users/me"}


@pytest.mark.parametrize(
    ("charger", "car", "owner"),
    [
        (CHARGER, CAR, "user1"),
        (CHARGER, CAR | {"user": None}, "user1"),
        (CHARGER | {"user": {"id": "user1"}}, CAR, "user1"),
        (CHARGER | {"user": None}, CAR | {"user": "https://x/users/user2/"}, "user2"),
        (CHARGER, CAR | {"user": "https://x/users/user2"}, None),
        (CHARGER | {"user": None}, CAR | {"user": None}, None),
    ],
)
async def test_owners(
    home: Vendor,
    ours: EvEnergyClient,
    charger: dict[str, Any],
    car: dict[str, Any],
    owner: str | None,
) -> None:
    """Where the user cannot be read, chargers and vehicles tell it, if they agree."""
    home.answers |= {
        "GET /v2/users/me": problem(403, "Not your scope."),
        "GET /v2/evses": [charger],
        "GET /v2/vehicles": [car],
    }
    with pytest.raises(NotPermittedError, match="Not your scope"):
        await ours.async_identify()
    await ours.async_get_live()
    if owner is None:
        with pytest.raises(NotPermittedError, match="Not your scope"):
            await ours.async_identify()
    else:
        assert await ours.async_identify() == Account(id=owner)


@pytest.mark.parametrize("missing", ["GET /v2/evses", "GET /v2/vehicles"])
async def test_owners_of_what_is_listed(
    home: Vendor, ours: EvEnergyClient, missing: str
) -> None:
    """Either list is enough."""
    home.answers |= {
        "GET /v2/users/me": problem(403),
        "GET /v2/evses": [CHARGER],
        "GET /v2/vehicles": [CAR],
        missing: problem(403),
    }
    await ours.async_get_live()
    assert await ours.async_identify() == Account(id="user1")


async def test_a_sign_in_that_is_refused(
    home: Vendor, ours: EvEnergyClient, freezer: FrozenDateTimeFactory
) -> None:
    """It is not made up for by what is known."""
    home.answers["GET /v2/evses"] = [CHARGER]
    await ours.async_get_live()
    home.is_refusing = True
    pause(freezer, minutes=11)
    with pytest.raises(AuthenticationError):
        await ours.async_identify()
    with pytest.raises(AuthenticationError):
        await ours.async_get_users()


async def test_users_that_cannot_be_listed(home: Vendor, ours: EvEnergyClient) -> None:
    """There is nobody to choose then."""
    home.answers["GET /v2/users"] = [USER, {"id": "user2"}, {"id": None}]
    assert [it.id for it in await ours.async_get_users()] == ["user1", "user2"]
    home.answers["GET /v2/users"] = problem(500)
    assert await ours.async_get_users() == ()
