"""Tests of what is asked for page by page, how far, and of what is kept of it."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.errors import UnexpectedAnswerError
from custom_components.ev_charging_cloud.clients.search import (
    Around,
    Favourites,
    Listed,
    StationChoice,
)
from custom_components.ev_charging_cloud.clients.snapshot import LiveState, Skipped

from .tenant import DOCUMENTED, HOME, Tenant, client_of, near, page, running

pytestmark = pytest.mark.usefixtures("socket_enabled")

ARGUMENTS = (
    "favourites: Boolean, search: String, lat: Float, lng: Float, radiusM: Float"
)
STATIONS = f"""
    extend type Query {{
        cpsPaged(pagination: PaginationFilter, {ARGUMENTS}): CpsPaged
    }}
    type CpsPaged {{ pagination: Pagination, data: [Cp] }}
    type Cp {{
        id: ID, name: String, isFavourite: Boolean, lat: Float, lon: Float
        connectors: [Plug], operator: String
    }}
    type Plug {{ id: ID }}
"""
RELAY = f"""
    extend type Query {{ cpsPaged(first: Int, after: String, {ARGUMENTS}): Relay }}
    type Relay {{ edges: [Edge], pageInfo: PageInfo, totalCount: Int }}
    type PageInfo {{ hasNextPage: Boolean, endCursor: String }}
    type Edge {{ node: Cp }}
    type Cp {{ id: ID, name: String }}
"""
LIST = f"""
    extend type Query {{ cpsPaged(limit: Int, offset: Int, {ARGUMENTS}): [Cp] }}
    type Cp {{ id: ID, name: String }}
"""
# A degree of latitude on a sphere of 6371 km.
DEGREE = 111_194.93


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Return a session of the caller's."""
    async with ClientSession() as session:
        yield session


def stations(count: int) -> list[dict[str, Any]]:
    """Return some stations."""
    return [{"id": f"{index}", "name": f"Station {index}"} for index in range(count)]


async def async_look(
    tenant: Tenant, session: ClientSession, choice: StationChoice
) -> LiveState:
    """Look once at the stations of a choice."""
    return await client_of(tenant, session, choice=choice).async_get_live()


def ids(live: LiveState) -> list[str]:
    """Return the ids of stations, in their order."""
    return [station.id for station in live.stations]


# ---- how far


@pytest.mark.parametrize(
    ("count", "cap", "total", "offsets", "cut"),
    [
        (199, 100, True, [0, 100], 0),
        (200, 100, True, [0, 100], 0),
        (201, 100, True, [0, 100, 200], 0),
        (200, 100, False, [0, 100, 200], 0),
        (201, 100, False, [0, 100, 200], 0),
        (500, 100, True, [0, 100, 200, 300, 400], 0),
        (501, 100, True, [0, 100, 200, 300, 400], 500),
        (499, 100, False, [0, 100, 200, 300, 400], 0),
        (500, 100, False, [0, 100, 200, 300, 400], 500),
        (40, 2, True, [*range(0, 40, 2)], 0),
        (41, 2, True, [*range(0, 40, 2)], 40),
    ],
)
async def test_how_far_a_list_is_read(
    session: ClientSession,
    count: int,
    cap: int,
    total: bool,
    offsets: list[int],
    cut: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Pages of a hundred, five hundred items, twenty pages; that it was cut is said once."""
    content = page(stations(count), cap=cap, total=total)
    chosen = Listed(station_ids=("0", "1", "9999"), text="x")
    async with running(Tenant(DOCUMENTED + STATIONS, cpsPaged=content)) as tenant:
        live = await async_look(tenant, session, chosen)
        assert tenant.given("cpsPaged") == [
            {"search": "x", "pagination": {"limit": 100, "offset": offset}}
            for offset in offsets
        ]
        said = f"there are more than {cut}"
        assert ids(live) == ["0", "1"]
        # One that was picked may come after it.
        assert live.skipped == ((Skipped("stations", said),) if cut else ())
        assert (said in caplog.text) is bool(cut)
        all_ = await async_look(tenant, session, Favourites())
        assert len(all_.stations) == (cut or count)
        assert all_.skipped == ()


@pytest.mark.parametrize(
    ("pages", "asked"),
    [
        ([(2, True, "a", None), (1, False, "b", None)], [None, "a"]),
        ([(2, True, "a", 3), (1, True, "b", 3)], [None, "a"]),
        ([(2, False, "a", 5), (2, False, "b", 5), (1, True, "c", 5)], [None, "a", "b"]),
        ([(2, None, "a", None), (1, None, "b", None)], [None, "a"]),
        ([(2, None, "a", None), (2, None, "b", None), (0, None, "c", None)], None),
        ([(1, False, None, None)], [None]),
    ],
)
async def test_pages_of_a_connection(
    session: ClientSession,
    pages: list[tuple[int, bool | None, str | None, int | None]],
    asked: list[str | None] | None,
) -> None:
    """The total counts most, then whether there is a next page, then how full each is."""
    everything = iter(stations(9))
    answers = iter(
        {
            "edges": [{"node": next(everything)} for _ in range(count)],
            "pageInfo": {"hasNextPage": more, "endCursor": after},
            "totalCount": total,
        }
        for count, more, after, total in pages
    )
    tenant = Tenant(DOCUMENTED + RELAY, cpsPaged=lambda **_: next(answers))
    async with running(tenant):
        live = await async_look(tenant, session, Favourites())
        assert ids(live) == [str(it) for it in range(sum(each[0] for each in pages))]
        assert live.skipped == ()
        expected = [None, "a", "b"] if asked is None else asked
        assert tenant.given("cpsPaged") == [
            {"favourites": True, "first": 100} | ({"after": it} if it else {})
            for it in expected
        ]


async def test_a_connection_without_a_word_on_pages(session: ClientSession) -> None:
    """No total, no page information, and edges that are nothing: what is there is read."""
    edges = [{"node": stations(1)[0]}, None, {"node": None}]
    tenant = Tenant(
        DOCUMENTED + RELAY, cpsPaged=lambda after=None, **_: {"edges": edges}
    )
    async with running(tenant):
        live = await async_look(tenant, session, Favourites())
        assert ids(live) == ["0"]
        assert live.skipped == (Skipped("stations", "2 came without any content"),)
        assert tenant.count("cpsPaged") == 2


async def test_a_list_without_a_page_around_it(session: ClientSession) -> None:
    """It is asked for by its arguments, and ends where it is short or empty."""
    everything = [*stations(100), None, *stations(150)[101:]]

    def read(limit: int, offset: int, **_: object) -> object:
        return everything[offset : offset + limit]

    async with running(Tenant(DOCUMENTED + LIST, cpsPaged=read)) as tenant:
        live = await async_look(tenant, session, Favourites())
        assert len(live.stations) == 149
        assert live.skipped == (Skipped("stations", "1 came without any content"),)
        assert tenant.given("cpsPaged") == [
            {"favourites": True, "limit": 100, "offset": offset} for offset in (0, 100)
        ]


async def test_a_list_without_pages(session: ClientSession) -> None:
    """It is asked for once, however much comes."""
    schema = DOCUMENTED + LIST.replace("limit: Int, offset: Int, ", "")
    async with running(Tenant(schema, cpsPaged=stations(600))) as tenant:
        live = await async_look(tenant, session, Favourites())
        assert len(live.stations) == 600
        assert live.skipped == ()
        assert tenant.given("cpsPaged") == [{"favourites": True}]


@pytest.mark.parametrize(
    "answer", [{"cpsPaged": {"data": None}}, {"cpsPaged": None}, {}]
)
async def test_an_answer_without_a_list(
    session: ClientSession, answer: dict[str, object]
) -> None:
    """Nothing where a list should be is no empty list."""
    async with running(Tenant(DOCUMENTED + STATIONS)) as tenant:
        tenant.scripted["cpsPaged"] = [(200, {"data": answer})]
        client = client_of(tenant, session)
        with pytest.raises(UnexpectedAnswerError, match=r"no list of cpsPaged$"):
            await client.async_search(Favourites())


async def test_what_is_missing_in_a_list(
    session: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """Stations without content or connectors prove nothing gone; other fields do not."""
    some = [
        {"id": "a", "connectors": [{"id": "1"}], "isFavourite": True},
        None,
        {"id": "b", "connectors": [{"id": "2"}], "isFavourite": False},
        {"id": "c", "connectors": None, "isFavourite": None},
        {"id": None, "name": "Nobody"},
    ]
    content = {"pagination": {"totalCount": 5}, "data": some}
    problems = [
        {"message": "No plugs", "path": ["cpsPaged", "data", 3, "connectors"]},
        {"message": "No name", "path": ["cpsPaged", "data", 2, "name"]},
        {"message": "Half of it"},
    ]
    async with running(Tenant(DOCUMENTED + STATIONS)) as tenant:
        tenant.scripted["cpsPaged"] = [
            (200, {"data": {"cpsPaged": content}, "errors": problems})
        ]
        client = client_of(tenant, session, choice=Favourites())
        live = await client.async_get_live()
        assert ids(live) == ["a", "c"]
        assert [it.id for it in live.connectors] == ["1"]
        odd, *others = live.skipped
        assert odd.name == "station number 4"
        assert others == [
            Skipped("stations", "1 came without any content"),
            Skipped("cpsPaged.data.connectors", "No plugs"),
        ]
        assert client.partial_errors == {
            "cpsPaged.data.connectors": "No plugs",
            "cpsPaged.data.name": "No name",
            "answer": "Half of it",
        }
        assert client.diagnostics["partial_errors"] == client.partial_errors
        assert "Skipped cpsPaged.data.name of be.ENERGISED" in caplog.text


# ---- what is wanted of it


def at(metres: float, id_: str) -> dict[str, object]:
    """Return a station so far to the north of home."""
    return {"id": id_, "lat": HOME[0] + metres / DEGREE, "lon": HOME[1]}


@pytest.mark.parametrize(
    ("choice", "wanted", "note"),
    [
        # A twentieth more, for maps are flat.
        (near(), ["here", "far", "edge", "nowhere"], None),
        (Listed(around=near()), ["here", "far", "edge", "nowhere"], None),
        (Listed(around=near(), text="x"), ["here", "far", "edge", "nowhere"], None),
        (Listed(station_ids=("beyond", "far"), around=near()), ["far", "beyond"], None),
        (Listed(text="x"), ["here", "far", "edge", "beyond", "nowhere"], None),
        (
            Listed(station_ids=("gone",), around=near(5000.4)),
            [],
            "5 stations, none of them within 5000 m",
        ),
        (Listed(station_ids=("gone",), text="x"), [], None),
    ],
)
async def test_stations_of_a_choice(
    session: ClientSession, choice: StationChoice, wanted: list[str], note: str | None
) -> None:
    """Within the radius by our own distance, or picked; what nobody can tell is kept."""
    some = [
        at(0, "here"),
        at(5000, "far"),
        at(5250.2, "edge"),
        at(5251.2, "beyond"),
        {"id": "nowhere"},
    ]
    async with running(Tenant(DOCUMENTED + STATIONS, cpsPaged=page(some))) as tenant:
        client = client_of(tenant, session, choice=choice)
        live = await client.async_get_live()
        assert ids(live) == wanted
        assert client.diagnostics["stations"] == note
        if note:
            tenant.content["cpsPaged"] = page([])
            assert ids(await client.async_get_live()) == []
            assert client.diagnostics["stations"] == "nothing within 5000 m"
            tenant.content["cpsPaged"] = page([at(9000, "gone")])
            assert ids(await client.async_get_live()) == ["gone"]
            assert client.diagnostics["stations"] is None


@pytest.mark.parametrize(
    ("choice", "given"),
    [
        (near(), {"lat": 60.0, "lng": 25.0, "radiusM": 5000.0}),
        (Favourites(), {"favourites": True}),
        (Listed(text="x"), {"search": "x"}),
        (
            Listed(around=near(), text="x"),
            {"lat": 60.0, "lng": 25.0, "radiusM": 5000.0, "search": "x"},
        ),
    ],
)
async def test_how_a_choice_is_asked_for(
    session: ClientSession, choice: StationChoice, given: dict[str, object]
) -> None:
    """By the arguments that the list has for it."""
    async with running(Tenant(DOCUMENTED + STATIONS, cpsPaged=page([]))) as tenant:
        await async_look(tenant, session, choice)
        assert tenant.given("cpsPaged") == [
            {**given, "pagination": {"limit": 100, "offset": 0}}
        ]


async def test_what_is_found_comes_in_order(session: ClientSession) -> None:
    """The nearest first, then by name; what has no place comes last."""

    def named(found: dict[str, object], name: str | None) -> dict[str, object]:
        return {**found, "name": name}

    some: Iterable[dict[str, object]] = [
        named({"id": "1"}, "B"),
        named(at(2000, "2"), "B"),
        named(at(2000, "3"), None),
        named({"id": "4"}, "A"),
        named(at(2000, "5"), "A"),
        named(at(0, "6"), "Z"),
        named(at(1, "7"), "A"),
    ]
    async with running(Tenant(DOCUMENTED + STATIONS, cpsPaged=page(some))) as tenant:
        client = client_of(tenant, session)
        found = await client.async_search(
            Around(latitude=HOME[0], longitude=HOME[1], radius=9000)
        )
        assert [it.id for it in found] == ["6", "7", "3", "5", "2", "4", "1"]
        assert [it.distance for it in found[:3]] == [0, 1, 2000]
