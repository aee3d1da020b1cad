"""Tests of what is asked of an operator's schema, whole or in pieces, and what is read."""

from collections.abc import AsyncIterator

from aiohttp import ClientSession
from graphql import build_schema
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver.client import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.schema import (
    Field,
    Named,
    Schema,
    SchemaType,
    TypeRef,
)
from custom_components.ev_charging_cloud.clients.model import Connector
from custom_components.ev_charging_cloud.clients.reading.families import FamilyState

from .client import schema_of
from .tenant import DOCUMENTED, HOME, Scripted, client_of, failure, near, running
from .test_introspection import CLOSED, Limited

SHOP = """
    extend type Query {
        cpsPaged(where: Where, pagination: PaginationFilter): CpsPaged
        shop: Shop
    }
    input Where { lat: Float!, lng: Float!, mood: Mood = GOOD, tags: [Tag!] }
    enum Mood { GOOD BAD @deprecated(reason: "Nobody is in it.") }
    scalar Tag
    type CpsPaged { pagination: Pagination, data: [Cp], cursor: Cursor }
    scalar Cursor
    interface Cp { id: ID!, lat: Float, lng: Float }
    type Own implements Cp {
        id: ID!, lat: Float, lng: Float, open: Boolean, evses(mood: Mood): [Evse]
    }
    type Other implements Cp { id: ID!, lat: Float, lng: Float, floor: Int, of: [Owner!]! }
    type Evse {
        uid: ID
        status: String @deprecated(reason: "Use ocppStatus.")
        ocppStatus: String
    }
    type Owner { name: String }
    type Shop { things: [Thing] }
    type Thing { id: ID }
"""
CPS = {
    "pagination": {"totalCount": 1},
    "data": [
        {
            "__typename": "Own",
            "id": "s",
            "lat": HOME[0],
            "lng": HOME[1],
            "evses": [{"uid": "plug", "status": "FAULTED", "ocppStatus": "AVAILABLE"}],
        }
    ],
}
TYPE_0 = "type { kind name }"
TYPE_1 = "type { kind name ofType { kind name } }"
TYPE_2 = "type { kind name ofType { kind name ofType { kind name } } }"
TYPE_3 = (
    "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"
)
SAID = "name description"
ALL = "(includeDeprecated: true)"
OLD = "isDeprecated deprecationReason"
KIND = "kind name description possibleTypes { name }"
BIGGEST = (
    f"{KIND} fields{ALL} {{ {SAID} {TYPE_3} {OLD} args {{ {SAID} {TYPE_3} defaultValue }} }}"
    f" inputFields {{ {SAID} {TYPE_3} defaultValue }} enumValues{ALL} {{ name }}"
)
SIZES = (
    BIGGEST,
    (
        f"{KIND} fields{ALL} {{ {SAID} {TYPE_2} {OLD}"
        f" args {{ {SAID} {TYPE_1} defaultValue }} }}"
        f" inputFields {{ {SAID} {TYPE_2} defaultValue }} enumValues{ALL} {{ name }}"
    ),
    (
        f"{KIND} fields{ALL} {{ {SAID} {TYPE_1} {OLD}"
        f" args {{ {SAID} {TYPE_0} defaultValue }} }}"
        f" inputFields {{ {SAID} {TYPE_1} defaultValue }} enumValues{ALL} {{ name }}"
    ),
    (
        f"{KIND} fields {{ {SAID} {TYPE_1}  args {{ {SAID} {TYPE_0} defaultValue }} }}"
        f" inputFields {{ {SAID} {TYPE_1} defaultValue }} enumValues {{ name }}"
    ),
)
NAMES = "queryType { name } mutationType { name }"
WHOLE = f"query {{ __schema {{ {NAMES} types {{ {BIGGEST} }} }} }}"
ROOTS = f"query {{ __schema {{ {NAMES} }} }}"


def piece(name: str, size: int) -> str:
    """Return the question for one type."""
    return f'query {{ __type(name: "{name}") {{ {SIZES[size]} }} }}'


# What is reached from the fields that are wanted, nearest first; ``shop`` is not.
REACHED = (
    *("Query", "Mutation", "Chargelog", "ChargelogsPaged", "PaginationFilter", "Card"),
    *("RemoteStartAttempt", "AccountDocumentsPaged", "CpsPaged", "Where"),
    *("AttemptRemoteStartInput", "RemoteStartResponse", "AuthorizationInput"),
    *("RemoteStopResponse", "ChargelogConnector", "DateTime", "ChargelogCost"),
    *("Pagination", "AccountDocument", "Cp", "Cursor", "Mood", "Tag"),
    *("AuthorizationType", "CostItem", "Own", "Other", "Evse", "Owner"),
)

# Behind arguments that are demanded, or in lists that are: too deep for the smallest ones.
DEEP = {
    *("AttemptRemoteStartInput", "AuthorizationInput", "AuthorizationType", "Tag"),
    "Owner",
}
TOO_DEEP: tuple[set[str], ...] = (set(), {"Owner"}, DEEP, DEEP)


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Limited]:
    """Let an operator run whose stations are of two kinds."""
    async with running(Limited(DOCUMENTED + SHOP, cpsPaged=CPS)) as tenant:
        assert isinstance(tenant, Limited)
        yield tenant


def questions(tenant: Limited) -> list[str]:
    """Return what was asked of the schema."""
    return [it for it in tenant.documents if "__schema" in it or "__type(" in it]


def introspection_of(client: BeenergisedDriverClient) -> FamilyState | None:
    """Return how it stands with the schema; None where all is well."""
    off = {it.name: it.state for it in client.families.off()}
    return off.get("introspection")


async def async_look(tenant: Limited) -> tuple[tuple[Connector, ...], dict[str, str]]:
    """Look once; return connectors, and what was not recognised."""
    async with ClientSession() as session:
        client = client_of(tenant, session, choice=near())
        live = await client.async_get_live()
        assert client.has_schema
        assert client.schema_problem is None
        assert introspection_of(client) is None
        assert client.charging is not None
        return live.connectors, client.recognition.left_out


TOO_OLD = failure('Unknown argument "includeDeprecated"', "GRAPHQL_VALIDATION_FAILED")


@pytest.mark.parametrize(
    ("depth", "refuses", "size"),
    [
        (9, None, None),
        (8, None, 0),
        (7, None, 1),
        (6, None, 1),
        (5, None, 2),
        (None, ("includeDeprecated", TOO_OLD), 3),
        (None, (r"\b__schema\b", failure("No introspection", "FORBIDDEN")), 0),
        (
            None,
            (
                r"\b__schema\b",
                failure('Cannot query field "__schema"', "GRAPHQL_VALIDATION_FAILED"),
            ),
            0,
        ),
    ],
)
async def test_the_questions(
    tenant: Limited,
    depth: int | None,
    refuses: tuple[str, Scripted] | None,
    size: int | None,
) -> None:
    """The whole, then the roots' names, then each type that is used, as big as may be."""
    tenant.introspection_depth = depth
    tenant.refuses = refuses
    (connector,), left_out = await async_look(tenant)
    assert (connector.id, connector.station_id) == ("plug", "s")
    # The smallest question is not told what is deprecated.
    assert (connector.status is None) is (size == 3)
    if size is None:
        assert questions(tenant) == [WHOLE]
        assert left_out["shop"] == "Shop"
        return
    assert questions(tenant) == [
        WHOLE,
        ROOTS,
        *(piece("Query", it) for it in range(size)),
        *(piece(name, size) for name in REACHED if name not in TOO_DEEP[size]),
    ]
    assert "shop" not in left_out


async def test_what_is_seen_in_pieces(tenant: Limited) -> None:
    """The same as in the whole, but for what nobody wants; types as far as they are told."""
    tenant.introspection_depth = 9
    _, whole = await async_look(tenant)
    assert whole["Other.of"] == "[Owner!]!"
    assert whole["cpsPaged(where.tags)"] == "[Tag!]"
    assert whole["cpsPaged(where.mood)"] == "Mood: GOOD | BAD"
    assert whole.pop("shop") == "Shop"
    tenant.introspection_depth = 8
    assert (await async_look(tenant))[1] == whole
    # What is deeper has no name there.
    tenant.introspection_depth = 6
    assert (await async_look(tenant))[1] == whole | {"Other.of": "[]!"}
    tenant.introspection_depth = 5
    del whole["cpsPaged(where.tags)"]
    assert (await async_look(tenant))[1] == whole | {"Other.of": "!"}


async def test_no_more_than_some_types(socket_enabled: None) -> None:
    """A schema without end is left after sixty types."""
    chain = " ".join(f"type T{it} {{ next: T{it + 1} }}" for it in range(70))
    text = DOCUMENTED + SHOP.replace("floor: Int", "floor: T0")
    endless = Limited(f"{text} {chain} type T70 {{ id: ID }}", cpsPaged=CPS)
    endless.introspection_depth = 8
    async with running(endless) as tenant:
        assert isinstance(tenant, Limited)
        await async_look(tenant)
        asked = [it for it in questions(tenant) if "__type(" in it]
    assert len(asked) == 60
    assert asked[-1] == piece("T30", 0)


async def test_an_operator_without_what_we_want(socket_enabled: None) -> None:
    """Then there is nothing to go by, and what is documented is tried."""
    other = Limited("type Query { shop: Int } type Subscription { x: Int }")
    other.introspection_depth = 8
    async with running(other) as tenant, ClientSession() as session:
        assert isinstance(tenant, Limited)
        client = client_of(tenant, session)
        assert await client.async_search(near()) == ()
        assert not client.has_schema
        assert introspection_of(client) is None
        assert questions(tenant) == [WHOLE, ROOTS, piece("Query", 0)]


async def test_an_operator_without_commands(socket_enabled: None) -> None:
    """A schema that changes nothing is asked for by the usual names, and is no matter."""
    text = DOCUMENTED.partition("type Mutation")
    without = Limited(
        text[0]
        + "input PaginationFilter"
        + text[2].partition("input PaginationFilter")[2]
    )
    without.refuses = (r"\b__schema\b", failure("Not here", "FORBIDDEN"))
    async with running(without) as tenant, ClientSession() as session:
        assert isinstance(tenant, Limited)
        client = client_of(tenant, session)
        await client.async_get_live()
        assert client.has_schema
        assert client.charging is None
        assert piece("Mutation", 0) in questions(tenant)


async def test_a_closed_schema_that_was_too_big(tenant: Limited) -> None:
    """What the first refusal said counts: nobody said that it is closed for good."""
    tenant.refuses = (r"types \{", failure("Too complex", "QUERY_TOO_COMPLEX"))
    tenant.scripted["__schema"] = [
        failure("Too complex", "QUERY_TOO_COMPLEX"),
        CLOSED,
    ]
    async with ClientSession() as session:
        client = client_of(tenant, session)
        live = await client.async_get_live()
        assert live.driver is not None
        assert not client.has_schema
        assert introspection_of(client) is FamilyState.FAILING
        (off,) = client.families.off()
        assert (off.name, off.reason) == ("introspection", "Too complex")
        assert not off.is_optional
    assert questions(tenant) == [WHOLE, ROOTS]


async def test_a_schema_that_is_not_for_drivers(tenant: Limited) -> None:
    """A refusal for good is no news to a person; each size was tried before."""
    tenant.refuses = (r"__schema|__type", failure("Not for you", "FORBIDDEN"))
    async with ClientSession() as session:
        client = client_of(tenant, session)
        live = await client.async_get_live()
        assert live.driver is not None
        assert introspection_of(client) is FamilyState.DENIED
        (off,) = client.families.off()
        assert (off.name, off.is_optional) == ("introspection", True)
    assert questions(tenant) == [WHOLE, ROOTS, *(piece("Query", it) for it in range(4))]


def test_a_schema_as_it_is_read() -> None:
    """Every part of what introspection tells, and nothing that it does not."""
    found = schema_of(
        build_schema(
            '''
            type Query { "All of them" cps("How many" first: Int! = 5, of: [Mood!]): [Cp!]! }
            """Where they are"""
            interface Cp { id: ID! @deprecated(reason: "Use uuid.") }
            type Own implements Cp { id: ID!, uuid: ID }
            union Any = Own
            enum Mood { GOOD BAD @deprecated }
            input Where { lat: Float! = 1.5, "Which" mood: Mood }
            '''
        )
    )
    assert (found.query, found.mutation) == ("Query", None)
    own = {name: it for name, it in found.types.items() if not name.startswith("__")}
    id_ = TypeRef("NON_NULL", None, TypeRef("SCALAR", "ID"))
    built_in = {"Int", "ID", "Float", "String", "Boolean"}
    assert own.keys() == {"Query", "Cp", "Own", "Any", "Mood", "Where"} | built_in
    assert {name: it for name, it in own.items() if name not in built_in} == {
        "Query": SchemaType(
            "OBJECT",
            "Query",
            fields=(
                Field(
                    "cps",
                    TypeRef(
                        "NON_NULL",
                        None,
                        TypeRef(
                            "LIST",
                            None,
                            TypeRef("NON_NULL", None, TypeRef("INTERFACE", "Cp")),
                        ),
                    ),
                    "All of them",
                    (
                        Field(
                            "first",
                            TypeRef("NON_NULL", None, TypeRef("SCALAR", "Int")),
                            "How many",
                            default_value="5",
                        ),
                        Field(
                            "of",
                            TypeRef(
                                "LIST",
                                None,
                                TypeRef("NON_NULL", None, TypeRef("ENUM", "Mood")),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        "Cp": SchemaType(
            "INTERFACE",
            "Cp",
            "Where they are",
            fields=(
                Field("id", id_, is_deprecated=True, deprecation_reason="Use uuid."),
            ),
            possible_types=(Named("Own"),),
        ),
        "Own": SchemaType(
            "OBJECT",
            "Own",
            fields=(Field("id", id_), Field("uuid", TypeRef("SCALAR", "ID"))),
        ),
        "Any": SchemaType("UNION", "Any", possible_types=(Named("Own"),)),
        "Mood": SchemaType("ENUM", "Mood", enum_values=(Named("GOOD"), Named("BAD"))),
        "Where": SchemaType(
            "INPUT_OBJECT",
            "Where",
            input_fields=(
                Field(
                    "lat",
                    TypeRef("NON_NULL", None, TypeRef("SCALAR", "Float")),
                    default_value="1.5",
                ),
                Field("mood", TypeRef("ENUM", "Mood"), "Which"),
            ),
        ),
    }
    (cps,) = found.roots().values()
    assert (cps.name, cps.kind, cps.type_name, str(cps.type)) == (
        *("cps", "INTERFACE", "Cp", "[Cp!]!"),
    )
    assert cps.is_list
    first, of = cps.args
    assert [(str(it.type), it.is_list, it.is_required) for it in (first, of)] == [
        ("Int!", False, False),
        ("[Mood!]", True, False),
    ]
    assert Schema(query="Query", mutation=None, types={}).roots() == {}
    assert [found.words(it) for it in ("Mood", "Own", "Nobody")] == [
        *(("GOOD", "BAD"), (), ()),
    ]
    assert {name: [*it.used()] for name, it in own.items() if it.kind != "SCALAR"} == {
        "Query": ["Cp", "Int", "Mood"],
        "Cp": ["ID", "Own"],
        "Own": ["ID", "ID"],
        "Any": ["Own"],
        "Mood": [],
        "Where": ["Float", "Mood"],
    }
