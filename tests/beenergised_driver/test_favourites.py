"""Tests of marking favourites: where the schema has a way, once, and as it is read."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession
from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.client import Capability
from custom_components.ev_charging_cloud.clients.errors import CommandRefusedError
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.const import ATTR_ENTITY_ID, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from simulator import Simulator
from simulator.beenergised_driver.places import Site
from tests.common import async_set_up, entity_id_of, value_of

from .acts import said_by
from .common import asked, async_pass, sites, station_path
from .tenant import DOCUMENTED, Tenant, client_of, near, page, running

pytestmark = pytest.mark.usefixtures("documents")
ADD, REMOVE = "addCpToFavourites", "removeCpFromFavourites"


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


def unmarked(sim: Simulator) -> Site:
    """Return a station near by that is no favourite any more."""
    site = sites(sim, roaming=False)[0]
    assert sim.beenergised_driver.stations.mark(site.id, on=False)
    return site


async def async_switch(
    hass: HomeAssistant, account: MockConfigEntry, path: str, action: str
) -> None:
    """Turn a favourite on or off."""
    await hass.services.async_call(
        "switch",
        action,
        {ATTR_ENTITY_ID: entity_id_of(hass, account, path, "favourite")},
        blocking=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_mark_and_unmark(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A station is marked and unmarked, whoever runs it, and what is shown was read."""
    own = unmarked(sim)
    await async_set_up(hass, account)
    for site in (own, sites(sim, roaming=True)[0]):
        path = station_path(site)
        assert value_of(hass, account, path, "favourite") == STATE_OFF
        await async_switch(hass, account, path, "turn_on")
        assert value_of(hass, account, path, "favourite") == STATE_ON
        assert site.id in {
            it.id for it in sim.beenergised_driver.sites() if it.favourite
        }
        await async_switch(hass, account, path, "turn_off")
        assert value_of(hass, account, path, "favourite") == STATE_OFF
    assert asked(sim, ADD) == asked(sim, REMOVE) == 2


async def test_refused(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """What the operator refuses is said, sent once, and shows as it is."""
    sim.beenergised_driver.options.refuse_favourites = "Too many favourites"
    path = station_path(unmarked(sim))
    await async_set_up(hass, account)
    with pytest.raises(HomeAssistantError) as caught:
        await async_switch(hass, account, path, "turn_on")
    assert said_by(caught) == ("command_refused", "Too many favourites")
    assert value_of(hass, account, path, "favourite") == STATE_OFF
    assert asked(sim, ADD) == 1


async def test_marked_in_the_app(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """What is marked elsewhere shows with the next poll."""
    site = unmarked(sim)
    await async_set_up(hass, account)
    assert value_of(hass, account, station_path(site), "favourite") == STATE_OFF
    assert sim.beenergised_driver.stations.mark(site.id, on=True)
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, station_path(site), "favourite") == STATE_ON


async def test_operator_without_favourites(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Where the schema has no way, there is no switch."""
    sim.beenergised_driver.options.tenant = "beta"
    await async_set_up(hass, account)
    entities = er.async_entries_for_config_entry(er.async_get(hass), account.entry_id)
    assert entities
    assert not [
        it for it in entities if it.platform == DOMAIN and it.domain == "switch"
    ]


# ---- what is recognised

STATIONS = """
    extend type Query {
        cpsPaged(pagination: PaginationFilter, latitude: Float, longitude: Float): Cps
    }
    type Cps { pagination: Pagination, data: [Cp] }
    type Cp { id: ID, label: String, isFavourite: Boolean }
    enum Colour { RED }
"""


def schema_with(mutations: str, *, types: str = "") -> str:
    """Return a schema of stations whose mutations are also these."""
    return f"{DOCUMENTED}{STATIONS}{types} extend type Mutation {{ {mutations} }}"


@pytest.mark.parametrize(
    ("mutations", "types", "marked", "unmarked"),
    [
        (
            "addFavourite(cpId: ID!): Boolean removeFavourite(cpId: ID!): Boolean",
            "",
            ("addFavourite", {"cpId": "s1"}),
            ("removeFavourite", {"cpId": "s1"}),
        ),
        (
            "markStationAsFavorite(id: String!): Cp unmarkStationAsFavorite(id: String!): Cp",
            "",
            ("markStationAsFavorite", {"id": "s1"}),
            ("unmarkStationAsFavorite", {"id": "s1"}),
        ),
        (
            "setFavourite(input: Mark!): Cp",
            "input Mark { chargingStationId: ID!, isFavourite: Boolean!, colour: Colour }",
            (
                "setFavourite",
                {"input": {"chargingStationId": "s1", "isFavourite": True}},
            ),
            (
                "setFavourite",
                {"input": {"chargingStationId": "s1", "isFavourite": False}},
            ),
        ),
    ],
)
async def test_recognised(
    session: ClientSession,
    mutations: str,
    types: str,
    marked: tuple[str, object],
    unmarked: tuple[str, object],
) -> None:
    """Names and arguments that leave no doubt are used, once for each command."""
    stations = page([{"id": "s1", "label": "One", "isFavourite": False}])
    tenant = Tenant(
        schema_with(mutations, types=types),
        cpsPaged=stations,
        addFavourite=True,
        removeFavourite=False,
    )
    async with running(tenant):
        client = client_of(tenant, session, choice=near())
        await client.async_get_live()
        assert Capability.FAVOURITES in client.capabilities
        assert client.favourites is not None
        await client.favourites.async_set_favourite("s1", on=True)
        assert tenant.given(marked[0]) == [marked[1]]
        if unmarked[0] == "removeFavourite":
            with pytest.raises(CommandRefusedError):
                await client.favourites.async_set_favourite("s1", on=False)
        else:
            await client.favourites.async_set_favourite("s1", on=False)
        assert tenant.given(unmarked[0])[-1] == unmarked[1]


@pytest.mark.parametrize(
    "mutations",
    [
        "addFavourite(cpId: ID!): Boolean",
        "addFavourite(id: ID!): Boolean removeFavourite(id: ID!): Boolean",
        "addFavourite(connectorId: ID!): Cp removeFavourite(connectorId: ID!): Cp",
        "addFavourite(cpId: Int!): Cp removeFavourite(cpId: Int!): Cp",
        "addFavourite(cpId: ID!, colour: Colour!): Cp removeFavourite(cpId: ID!): Cp",
        "setFavourite(cpId: ID!): Cp",
        "addFavourite(cpId: ID!): Cp removeAllFavourites(cpId: ID!): Cp",
        """addFavourite(cpId: ID!): Cp addCpFavourite(cpId: ID!): Cp
        removeFavourite(cpId: ID!): Cp""",
        "removeFavouriteCard(cpId: ID!): Cp addFavouriteCard(cpId: ID!): Cp",
    ],
)
async def test_not_recognised(session: ClientSession, mutations: str) -> None:
    """What leaves a doubt is not offered."""
    stations = page([{"id": "s1", "label": "One", "isFavourite": False}])
    async with running(Tenant(schema_with(mutations), cpsPaged=stations)) as tenant:
        client = client_of(tenant, session, choice=near())
        await client.async_get_live()
        assert Capability.FAVOURITES not in client.capabilities
        assert client.favourites is None


async def test_schema_in_pieces(session: ClientSession) -> None:
    """A schema that is read piece by piece has its favourites as well."""
    both = "addFavourite(cpId: ID!): Boolean removeFavourite(cpId: ID!): Boolean"
    stations = page([{"id": "s1", "label": "One", "isFavourite": True}])
    tenant = Tenant(schema_with(both), cpsPaged=stations, addFavourite=True)
    tenant.introspection_depth = 8
    async with running(tenant):
        client = client_of(tenant, session, choice=near())
        await client.async_get_live()
        assert tenant.count("__type")
        assert client.favourites is not None
        await client.favourites.async_set_favourite("s1", on=True)
        assert tenant.given("addFavourite") == [{"cpId": "s1"}]
