"""What the tests of the driver's account at be.ENERGISED share."""

from collections.abc import Iterable, Iterator

from aiohttp import ClientSession
from graphql import GraphQLSchema, build_schema, graphql_sync, parse, validate
import msgspec
from yarl import URL

from custom_components.ev_charging_cloud.clients.beenergised_driver.arguments import (
    Page,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.auth import (
    PskSignIn,
    SessionPair,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.client import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.queries import (
    ATTEMPT_START,
    ATTEMPT_STATUS,
    AUTO,
    CARDS,
    CHARGELOG,
    CHARGELOGS,
    DOCUMENTS,
    START,
    STOP,
    Operations,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.schema import (
    INTROSPECTION,
    SCHEMA,
    Schema,
)
from custom_components.ev_charging_cloud.clients.search import (
    Around,
    Favourites,
    Listed,
    StationChoice,
)
from simulator import Simulator

NASTY = 'a "b" \\ {c} # ä\n\t☃'
# The parts of a schema that the documents describe.
DOCUMENTED = """
    scalar DateTime
    type Mutation { remoteStart(authorization: Auth!, connector: String!): Started }
    input Auth { identifier: String, type: AuthType } enum AuthType { AUTO }
    input PaginationFilter { limit: Int, offset: Int }
    type Pagination { totalCount: Int }
"""

# Types that fields of a station may have.
MORE = """
    enum Link { ONLINE OFFLINE PENDING }
    enum Country { AT DE }
    scalar Degrees
"""


class Store:
    """Keeps pairs of tokens, as an account's entry does."""

    def __init__(self) -> None:
        """Begin with none."""
        self.pairs: list[SessionPair] = []

    async def __call__(self, pair: SessionPair) -> None:
        """Keep a pair."""
        self.pairs.append(pair)


def sign_in(
    sim: Simulator,
    session: ClientSession,
    *,
    store: Store | None = None,
    pair: SessionPair | None = None,
    psk: str | None = None,
    password: str | None = None,
) -> PskSignIn:
    """Return the sign-in of the simulated driver."""
    cloud = sim.beenergised_driver
    return PskSignIn(
        session,
        server=URL(cloud.url),
        psk=psk or cloud.psk,
        username=cloud.username,
        password=password or cloud.password,
        store=store or Store(),
        pair=pair,
    )


def make_client(
    sim: Simulator,
    session: ClientSession,
    *,
    choice: StationChoice | None = None,
    connector_ids: Iterable[str] = (),
) -> BeenergisedDriverClient:
    """Return a client of the simulated driver's account."""
    known = sign_in(sim, session)
    return BeenergisedDriverClient(
        session,
        server=URL(sim.beenergised_driver.url),
        tokens=known.tokens,
        account_hint=sim.beenergised_driver.username,
        choice=choice,
        connector_ids=tuple(connector_ids),
        requests=known.requests,
    )


def around(sim: Simulator, radius: float = 5000) -> Around:
    """Return the surroundings of the world's first location."""
    place = next(iter(sim.world.locations.values()))
    return Around(latitude=place.latitude, longitude=place.longitude, radius=radius)


def schema_of(schema: GraphQLSchema) -> Schema:
    """Return a schema as introspection tells it."""
    result = graphql_sync(schema, INTROSPECTION)
    assert not result.errors
    return SCHEMA.read(msgspec.json.encode(result.data)).schema


def operations_of(
    text: str, started: str = "type Started { secret: Int }"
) -> tuple[GraphQLSchema, Operations]:
    """Return a schema, made of its text and what is documented, and its operations."""
    schema = build_schema(DOCUMENTED + text + started)
    return schema, Operations(schema_of(schema))


def selected(fields: Iterable[str], more: str = "", kind: str = "S") -> str:
    """Return what is asked for of a type of thing with these fields, below a station."""
    schema, operations = operations_of(
        f"type Query {{ cpsPaged(favourites: Boolean): [S] }} {more}"
        f" type {kind} {{ {' '.join(fields)} }}"
    )
    page = operations.stations(Favourites(), Page(limit=5))
    assert page is not None
    assert_valid(schema, [page])
    return page.removeprefix("query { cpsPaged(favourites: true) ").removesuffix(" }")


def every_document(operations: Operations) -> Iterator[str]:
    """Yield every document that can be sent once somebody is signed in."""
    circle = Around(latitude=48.2, longitude=-16.4, radius=4999.5)
    candidates = [
        *(
            operations.stations(choice, Page(limit=100, offset=200, after="x"))
            for choice in (
                circle,
                Favourites(),
                Listed(station_ids=(NASTY, "b"), around=circle),
                Listed(text=NASTY),
                Listed(text=NASTY, around=circle),
            )
        ),
        operations.page(CHARGELOGS, Page(limit=10), running=True),
        operations.page(DOCUMENTS, Page(limit=100)),
        operations.document(CHARGELOG, {"id": NASTY}),
        operations.document(CARDS, {"connectorId": NASTY}),
        operations.document(
            ATTEMPT_START, {"input": {"connectorId": NASTY, "tagId": NASTY}}
        ),
        operations.document(ATTEMPT_STATUS, {"id": NASTY}),
        operations.document(
            START,
            {
                "authorization": {"identifier": NASTY, "type": AUTO},
                "connector": NASTY,
            },
        ),
        operations.document(STOP, {"transaction": NASTY}),
    ]
    yield from (document for document in candidates if document is not None)


def assert_valid(schema: GraphQLSchema, documents: Iterable[str]) -> None:
    """Check that documents fit a schema."""
    for document in documents:
        assert validate(schema, parse(document)) == [], document
