"""Six operators with other ideas of a station and a session, and what each of them gives.

Three are the simulator's: two schemas, and one that is kept secret. Three are our own:
OCPI's words in a connection, with a union and GeoJSON; old and new fields beside each
other, without units; and a list of sessions in no order, behind an introspection that
answers small questions only.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
)
from custom_components.ev_charging_cloud.clients.enums import ConnectorStatus
from custom_components.ev_charging_cloud.clients.search import Around
from custom_components.ev_charging_cloud.clients.snapshot import LiveState
from simulator import Simulator

from .client import around, make_client
from .tenant import DOCUMENTED, Tenant, client_of, near, page, running

GAMMA = (
    DOCUMENTED
    + """
    extend type Query {
        cpsPaged(first: Int, after: String, near: Near): Sites
    }
    "A circle; the radius is in metres."
    input Near { latitude: Float!, longitude: Float!, radius: Float! }
    type Sites { edges: [SiteEdge], pageInfo: PageInfo! }
    type PageInfo { hasNextPage: Boolean!, endCursor: String }
    type SiteEdge { node: Site }
    union Site = Depot | Kerb
    type Depot { id: ID!, name: String, location: Point, evses: [Evse!] }
    type Kerb { id: ID!, name: String, location: Point, evses: [Evse!] }
    type Point { type: String, coordinates: [Float!]! }
    type Evse { uid: ID, evse_id: String, status: Status, connectors: [Plug] }
    enum Status { AVAILABLE BLOCKED CHARGING INOPERATIVE OUTOFORDER UNKNOWN }
    type Plug { standard: String, max_electric_power: Int }
"""
)
DELTA = (
    DOCUMENTED.replace(
        "meterStart: Float, meterEnd: Float, energyConsumption: Float",
        'meterStart: Int, meterEnd: Int, "kWh" energyConsumption: Float',
    )
    + """
    extend type Query {
        cpsPaged(pagination: PaginationFilter, lat: Float, lng: Float, radius: Int):
            [Station]
    }
    type Station {
        id: Int, uuid: ID, state: String, name: String, lat: Float, lng: Float
        label: String @deprecated(reason: "See name."), capacity: Int
        connectors: [Connector]
    }
    type Connector {
        id: Int, uuid: ID, status: String, isFree: Boolean, chargingPower: Float
        power: Float, "In kW." maxPower: Float, energyPrice: Int, price: Price
    }
    "Per kWh." type Price { energyPrice: Int, currency: String }
"""
)
EPSILON = (
    DOCUMENTED.replace(
        "chargelogsPaged(pagination: PaginationFilter): ChargelogsPaged",
        "chargelogsPaged(pagination: PaginationFilter, filter: LogFilter): ChargelogsPaged",
    ).replace(
        "id: ID, status: String, connector", "id: ID, status: LogStatus, connector"
    )
    + """
    input LogFilter { status: [LogStatus!] }
    enum LogStatus {
        started waiting_for_transaction roaming_start roaming_waiting_for_transaction
        stopped
    }
    extend type Query { cpsPaged(filter: Filter, limit: Int, offset: Int): Page }
    input Filter { latitude: Float, longitude: Float }
    type Page { totalCount: Int, data: [Cp] }
    interface Cp { id: ID!, name: String, latitude: Float, longitude: Float }
    type Ac implements Cp {
        id: ID!, name: String, latitude: Float, longitude: Float, connectors: [Plug]
    }
    type Dc implements Cp {
        id: ID!, name: String, latitude: Float, longitude: Float, connectors: [Plug]
        operatorName: String
    }
    type Plug { id: ID, status: String, "kW" maxPower: String }
"""
)


def gamma() -> Tenant:
    """Return an operator with OCPI's words in a connection of two kinds of sites."""
    sites = [
        {
            "__typename": "Depot" if index % 2 else "Kerb",
            "id": f"site-{index}",
            "name": f"Site {index}",
            "location": {"type": "Point", "coordinates": [25.0, 60.0 + index / 1000]},
            "evses": [
                {
                    "uid": f"evse-{index}",
                    "evse_id": f"FI*GAM*E{index}",
                    "status": "AVAILABLE",
                    "connectors": [
                        {
                            "standard": "IEC_62196_T2_COMBO",
                            "max_electric_power": 150_000,
                        }
                    ],
                }
            ],
        }
        for index in range(120)
    ]

    def read(
        first: int = 10, after: str | None = None, near: Mapping[str, Any] | None = None
    ) -> object:
        begin = int(after or 0)
        end = begin + min(first, 50)
        return {
            "edges": [{"node": site} for site in sites[begin:end]],
            "pageInfo": {"hasNextPage": end < len(sites), "endCursor": str(end)},
        }

    return Tenant(GAMMA, cpsPaged=read, chargelogsPaged=page(LOGS))


def delta() -> Tenant:
    """Return an operator that counts in numbers, and ignores what radius is asked for."""
    stations = [
        {
            "id": index,
            "uuid": f"uuid-{index}",
            "state": "Tyrol",
            "name": f"New {index}",
            "label": f"Old {index}",
            "lat": 60.0 + index / 100,
            "lng": 25.0,
            "capacity": 2,
            "connectors": [
                {
                    "id": 1,
                    "uuid": f"plug-{index}",
                    "status": "CHARGING",
                    "isFree": True,
                    "power": 7.0,
                    "maxPower": 22.0,
                    "energyPrice": 49,
                    "price": {"energyPrice": 49, "currency": "EUR"},
                }
            ],
        }
        for index in range(120)
    ]

    def read(pagination: Mapping[str, int], **where: object) -> object:
        # At most 50 on a page, and no word of how many there are.
        offset = pagination["offset"]
        return stations[offset : offset + min(pagination["limit"], 50)]

    return Tenant(DELTA, cpsPaged=read, chargelogsPaged=page(LOGS))


def epsilon() -> Tenant:
    """Return an operator whose list of sessions has no order, and that tells little."""
    logs = [*LOGS[1:], *[{**LOGS[2], "id": f"more-{index}"} for index in range(40)]]
    logs.insert(11, LOGS[0])
    all_ = page(logs)

    def read(filter: Mapping[str, Any] | None = None, **more: Any) -> object:
        if filter is None:
            return all_(**more)
        return page([log for log in logs if log["status"] in filter["status"]])(**more)

    stations = [
        {
            "__typename": "Dc",
            "id": "dc",
            "name": "Fast",
            "latitude": 60.0,
            "longitude": 25.0,
            "operatorName": "Epsilon",
            "connectors": [{"id": "plug", "status": "FREE", "maxPower": "150"}],
        }
    ]
    tenant = Tenant(
        EPSILON,
        chargelogsPaged=read,
        cpsPaged={"totalCount": 1, "data": stations},
    )
    tenant.introspection_depth = 8
    return tenant


LOGS: list[dict[str, Any]] = [
    {
        "id": f"log-{index}",
        "status": "stopped" if index else "started",
        "connector": {"id": "plug-0", "label": "Left"},
        "dateStart": f"2025-05-{20 - index:02}T08:00:00Z",
        "dateEnd": f"2025-05-{20 - index:02}T09:00:00Z" if index else None,
        "meterStart": 1_000_000,
        "meterEnd": 1_000_000 + 7_000 * (index + 1),
        "energyConsumption": 7.0 * (index + 1),
        "cost": {"grossAmount": 2.5 * (index + 1), "currency": "EUR"},
    }
    for index in range(3)
]
LOGS = [LOGS[0], LOGS[2], LOGS[1]]


@asynccontextmanager
async def of_simulator(
    name: str, session: ClientSession
) -> AsyncIterator[BeenergisedDriverClient]:
    """Let one of the simulator's operators run, with a session under way."""
    async with Simulator(
        stations=4, connectors_per_station=2, speed=0, quiet=True
    ) as sim:
        options = sim.beenergised_driver.options
        options.tenant = "beta" if name == "beta" else "alpha"
        options.introspection = name != "secret"
        sim.beenergised_driver.start_session()
        choice = around(sim) if options.introspection else None
        yield make_client(sim, session, choice=choice)


@asynccontextmanager
async def of_ours(
    make: Callable[[], Tenant], session: ClientSession
) -> AsyncIterator[BeenergisedDriverClient]:
    """Let one of our own operators run."""
    async with running(make()) as tenant:
        yield client_of(tenant, session, choice=near())


OURS: Mapping[str, Callable[[], Tenant]] = {
    "gamma": gamma,
    "delta": delta,
    "epsilon": epsilon,
}
COLUMNS = (
    *("stations", "named", "placed", "operator", "online"),
    *("connectors", "own id", "status", "plug", "power", "price", "free text"),
    *("sessions", "running", "energy", "cost", "left out"),
)
# How many of each there are, by operator.
TABLE: Mapping[str, tuple[int, ...]] = {
    "alpha": (7, 7, 7, 7, 7, 16, 16, 16, 16, 16, 16, 0, 91, 1, 91, 91, 18),
    "beta": (7, 7, 7, 7, 7, 16, 16, 16, 16, 16, 0, 16, 91, 1, 91, 91, 19),
    "secret": (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 91, 1, 91, 91, 0),
    "gamma": (48, 48, 48, 0, 0, 48, 48, 48, 48, 48, 0, 0, 3, 1, 3, 3, 2),
    "delta": (5, 5, 5, 0, 0, 5, 5, 5, 0, 5, 0, 0, 3, 1, 3, 3, 11),
    "epsilon": (1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 43, 1, 43, 43, 2),
}


def counts(client: BeenergisedDriverClient, live: LiveState) -> tuple[int, ...]:
    """Return how many of each an operator gives."""
    driver = live.driver
    assert driver is not None

    def count(values: list[object]) -> int:
        return sum(value is not None and value is not False for value in values)

    stations, plugs, logs = live.stations, live.connectors, driver.sessions
    return (
        len(stations),
        count([it.name for it in stations]),
        count([it.latitude for it in stations]),
        count([it.operator for it in stations]),
        count([it.online for it in stations]),
        len(plugs),
        count([it.has_own_id for it in plugs]),
        count([it.status for it in plugs]),
        count([it.type for it in plugs]),
        count([it.max_power for it in plugs]),
        count([it.price for it in plugs]),
        count([it.price_text for it in plugs]),
        len(logs),
        count([it.is_running for it in logs]),
        count([it.energy for it in logs]),
        count([it.cost for it in logs]),
        len(client.recognition.left_out),
    )


@pytest.mark.parametrize("name", TABLE)
# How many sessions there were by now depends on the hour.
@pytest.mark.usefixtures("freezer")
async def test_what_an_operator_gives(
    socket_enabled: None, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table of what each gives, as this test prints it."""
    async with ClientSession() as session:
        made = of_ours(OURS[name], session) if name in OURS else None
        async with made or of_simulator(name, session) as client:
            await client.async_get_slow()
            found = counts(client, await client.async_get_live())
    with capsys.disabled():
        told = ", ".join(
            f"{column} {count}" for column, count in zip(COLUMNS, found, strict=True)
        )
        print(f"\n{name}: {told}")  # noqa: T201 - the table is for people
    assert found == TABLE[name]
    assert client.schema_problem is None


async def test_gamma_in_detail(socket_enabled: None) -> None:
    """A union of sites, GeoJSON, an EVSE's id, a radius in metres, pages by cursor."""
    async with running(gamma()) as tenant, ClientSession() as session:
        live = await client_of(tenant, session, choice=near()).async_get_live()
        asked = tenant.given("cpsPaged")
    assert {it["near"]["radius"] for it in asked} == {5000}
    assert [it.get("after") for it in asked] == [None, "50", "100"]
    kerb, depot = live.stations[:2]
    assert (kerb.name, depot.name) == ("Site 0", "Site 1")
    assert (depot.latitude, depot.longitude) == (60.001, 25.0)
    (plug,) = [it for it in live.connectors if it.station_id == depot.id]
    assert (plug.id, plug.evse_id, plug.max_power) == ("evse-1", "FI*GAM*E1", 150_000)
    # 2.7: the server ignores the circle.
    assert max(it.distance or 0 for it in live.stations) <= 5250


async def test_delta_in_detail(socket_enabled: None) -> None:
    """The uuid, the newer name, our own distance; what looks alike is left out."""
    async with running(delta()) as tenant, ClientSession() as session:
        client = client_of(tenant, session, choice=near())
        live = await client.async_get_live()
        # 2.3: pages of 50 without a total, until one is short.
        assert [it["pagination"]["offset"] for it in tenant.given("cpsPaged")] == [
            0,
            50,
            100,
        ]
    first = live.stations[0]
    assert (first.id, first.name, first.status) == ("uuid-0", "New 0", None)
    plug = live.connectors[0]
    assert (plug.id, plug.max_power, plug.price) == ("plug-0", 22_000, None)
    # Not "available" because it costs nothing.
    assert plug.status is ConnectorStatus.CHARGING
    assert {
        "Station.state": "String",
        "Station.capacity": "Int",
        "Connector.isFree": "Boolean",
        "Connector.chargingPower": "Float",
        "Price.energyPrice": "Int",
    }.items() <= client.recognition.left_out.items()
    assert client.recognition.notes == [
        "cpsPaged: the radius has no unit, and is sent as m"
    ]
    assert client.units == {
        "energyConsumption": "kWh",
        "meterStart and meterEnd": "Wh",
        "cost": "whole currency",
    }


async def test_epsilon_in_detail(socket_enabled: None) -> None:
    """A schema in pieces, an interface, a running session that is the twelfth of many."""
    async with running(epsilon()) as tenant, ClientSession() as session:
        client = client_of(tenant, session, choice=near())
        live = await client.async_get_live()
        assert tenant.count("__type") > 10
        assert client.has_schema
        before = tenant.count("__type")
        await client.async_get_live()
        assert tenant.count("__type") == before
    assert live.driver is not None
    assert live.driver.running is not None
    assert live.driver.running.id == "log-0"
    assert live.driver.last is not None
    assert live.driver.last.id == "log-1"
    assert live.stations[0].operator == "Epsilon"
    assert live.connectors[0].max_power == 150_000


async def test_a_radius_that_brings_nothing(socket_enabled: None) -> None:
    """2.6: that there was no station, or none so near, is said in the diagnostics."""
    async with running(delta()) as tenant, ClientSession() as session:
        client = client_of(
            tenant, session, choice=Around(latitude=0, longitude=0, radius=2000)
        )
        await client.async_get_live()
        far = dict(client.diagnostics)
        tenant.content["cpsPaged"] = []
        await client.async_get_live()
        assert far["stations"] == "120 stations, none of them within 2000 m"
        assert client.diagnostics["stations"] == "nothing within 2000 m"
