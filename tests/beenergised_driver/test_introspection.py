"""Tests of operators that answer small or old-fashioned questions for their schema only."""

from collections.abc import AsyncIterator, Mapping
import re
from typing import Any, override

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.enums import ConnectorStatus

from .tenant import (
    DOCUMENTED,
    HOME,
    Scripted,
    Tenant,
    client_of,
    failure,
    near,
    running,
)

RELAY = """
    extend type Query {
        cpsPaged(pagination: PaginationFilter, latitude: Float, longitude: Float): CpsPaged
    }
    type CpsPaged { pagination: Pagination, data: [Cp] }
    type Cp {
        id: ID, latitude: Float, longitude: Float, connectors: ConnectorConnection
    }
    type ConnectorConnection { edges: [ConnectorEdge] }
    type ConnectorEdge { node: Connector, cursor: String }
    type Connector {
        id: Int, connectorUuid: ID, ocppStatus: String
        status: String @deprecated(reason: "Use ocppStatus.")
    }
"""
CP = {
    "id": "s",
    "latitude": HOME[0],
    "longitude": HOME[1],
    "connectors": {
        "edges": [
            None,
            {"node": None},
            {
                "node": {
                    "id": 17,
                    "connectorUuid": "plug",
                    "status": "FAULTED",
                    "ocppStatus": "AVAILABLE",
                }
            },
        ]
    },
}
CLOSED = failure("GraphQL introspection is not allowed", "GRAPHQL_VALIDATION_FAILED")


class Limited(Tenant):
    """An operator that refuses some questions for its schema."""

    refuses: tuple[str, Scripted] | None = None

    @override
    def _refused(self, document: str) -> list[dict[str, object]]:
        if self.refuses is not None and re.search(self.refuses[0], document):
            content: Any = self.refuses[1][1]
            problems: list[dict[str, object]] = content["errors"]
            return problems
        return super()._refused(document)


@pytest.fixture
async def tenant(socket_enabled: None) -> AsyncIterator[Limited]:
    """Let an operator run whose connectors are a connection."""
    content: Mapping[str, object] = {"pagination": {"totalCount": 1}, "data": [CP]}
    async with running(Limited(DOCUMENTED + RELAY, cpsPaged=content)) as tenant:
        assert isinstance(tenant, Limited)
        yield tenant


@pytest.mark.parametrize(
    ("depth", "refuses"),
    [
        (None, None),
        (9, None),
        (7, None),
        (6, None),
        (None, (r"\b__schema\b", failure("Not here", "FORBIDDEN"))),
        (None, (r"\b__schema\b.*types", failure("Too complex", "QUERY_TOO_COMPLEX"))),
        (
            None,
            (
                "includeDeprecated",
                failure(
                    'Unknown argument "includeDeprecated"', "GRAPHQL_VALIDATION_FAILED"
                ),
            ),
        ),
    ],
)
async def test_small_questions(
    tenant: Limited, depth: int | None, refuses: tuple[str, Scripted] | None
) -> None:
    """2.8: whatever is asked for, the list is recognised, down to its connectors."""
    tenant.introspection_depth = depth
    tenant.refuses = refuses
    async with ClientSession() as session:
        client = client_of(tenant, session, choice=near())
        live = await client.async_get_live()
        assert client.has_schema
        assert client.schema_problem is None
        asked = len(tenant.documents)
        await client.async_get_live()
        # The schema is not read again.
        assert len(tenant.documents) == asked + 2
    (connector,) = live.connectors
    # 1.3, 2.5: the uuid, and what the deprecated status is replaced by.
    assert (connector.station_id, connector.id) == ("s", "plug")
    assert connector.has_own_id
    is_old = refuses is not None and refuses[0] == "includeDeprecated"
    assert connector.status is (None if is_old else ConnectorStatus.AVAILABLE)


async def test_a_schema_that_is_closed(tenant: Limited) -> None:
    """Who says that introspection is closed is not asked for pieces."""
    tenant.refuses = ("__schema|__type", CLOSED)
    async with ClientSession() as session:
        client = client_of(tenant, session, choice=near())
        live = await client.async_get_live()
        assert not client.has_schema
    assert live.connectors == ()
    assert tenant.count("__schema") == 2
    assert tenant.count("__type") == 0


async def test_no_question_is_small_enough(tenant: Limited) -> None:
    """Then it is as if the schema were kept secret, and each size is tried once."""
    tenant.introspection_depth = 3
    async with ClientSession() as session:
        client = client_of(tenant, session, choice=near())
        live = await client.async_get_live()
        asked = {it for it in tenant.documents if "__type(" in it}
        assert not client.has_schema
        assert live.driver is not None
        assert client.schema_problem is None
    assert len(asked) == 4
