"""An operator with one station, whose driver has something of everything."""

from datetime import UTC, datetime

from custom_components.ev_charging_cloud.clients.enums import (
    ConnectorStatus,
    ConnectorType,
    SessionStatus,
)
from custom_components.ev_charging_cloud.clients.model import (
    ChargingSession,
    Connector,
    Money,
    Station,
)

from .tenant import DOCUMENTED, HOME, Tenant, page

STATIONS = """
    extend type Query {
        cpsPaged(pagination: PaginationFilter, lat: Float, lng: Float): CpsPaged
    }
    extend type AccountDocument {
        title: String, downloadLink: String, invoiceNumber: String
        totalAmount: Float, currency: String
    }
    type CpsPaged { pagination: Pagination, data: [Cp] }
    type Cp {
        cpUuid: ID, publicDisplayName: String, status: String, location: Where
        isRoaming: Boolean, operator: Operator, evses: [Evse]
    }
    type Where { lat: Float, lon: Float, address: Address }
    type Address { street: String, houseNumber: String, zip: String, city: String }
    type Operator { name: String }
    type Evse {
        evseId: String, status: String, powerKw: Float, pricePerKwh: Float
        pricePerMinute: Float, sessionFee: Float, currency: String, tariffText: String
        connectors: [Connector]
    }
    type Connector { uuid: ID, label: String, standard: String }
"""
CP = {
    "cpUuid": "s",
    "publicDisplayName": "Town hall",
    "status": "online",
    "location": {
        "lat": HOME[0] + 0.01,
        "lon": HOME[1],
        "address": {
            "street": "Main",
            "houseNumber": "4",
            "zip": "1010",
            "city": "Town",
        },
    },
    "isRoaming": False,
    "operator": {"name": "Alpha"},
    "evses": [
        {
            "evseId": "AT*1",
            "status": "Occupied",
            "powerKw": 22,
            "pricePerKwh": 0.49,
            "pricePerMinute": 0.1,
            "sessionFee": 1,
            "currency": "EUR",
            "tariffText": "0.49 EUR/kWh",
            "connectors": [{"uuid": "c", "label": None, "standard": "IEC_62196_T2"}],
        },
        {"evseId": "AT*2", "status": "AVAILABLE"},
    ],
}
NOW = {
    "id": "2",
    "status": "started",
    "connector": {"id": "c", "label": "Left"},
    "dateStart": "2025-05-04T08:00:00Z",
    "dateEnd": None,
    "meterStart": 120_500,
    "meterEnd": 127_940,
    "energyConsumption": 7.44,
    "cost": {
        "total": 2.46,
        "currency": "EUR",
        "taxAmount": 0.49,
        "grossAmount": 2.95,
        "costItems": [{"netAmount": 2.46, "grossAmount": 2.95}],
    },
    "rateName": "Standard",
}
THEN = {
    "id": "1",
    "status": "stopped",
    "connector": {"id": "else", "label": "Elsewhere"},
    "dateStart": "2025-05-01T08:00:00Z",
    "dateEnd": "2025-05-01T09:00:00Z",
    "energyConsumption": 5.0,
}
PAPERS = [
    {
        "id": "d1",
        "type": "invoice",
        "title": "April",
        "documentDate": "2025-04-30T00:00:00.000Z",
        "downloadLink": "https://files.example.org/d-1.pdf",
        "invoiceNumber": "2025-1",
        "totalAmount": 12.5,
        "currency": "EUR",
    },
    {"id": "d2", "type": "INVOICE", "documentDate": "2025-05-31T10:15:30Z"},
    {"id": "d3", "type": "creditnote", "documentDate": None},
    {"id": "d4", "type": "offer", "downloadLink": "http://files.example.org/open"},
]
NEWEST = datetime(2025, 5, 31, 10, 15, 30, tzinfo=UTC)
RUNNING = ChargingSession(
    id="2",
    status=SessionStatus.ACTIVE,
    station_id="s",
    connector_id="c",
    connector_name="Left",
    started_at=datetime(2025, 5, 4, 8, tzinfo=UTC),
    energy=7440,
    tariff="Standard",
    cost=Money(295, "EUR"),
    net_cost=Money(246, "EUR"),
    meter_start=120_500,
)
OVER = ChargingSession(
    id="1",
    status=SessionStatus.COMPLETED,
    connector_id="else",
    connector_name="Elsewhere",
    started_at=datetime(2025, 5, 1, 8, tzinfo=UTC),
    ended_at=datetime(2025, 5, 1, 9, tzinfo=UTC),
    energy=5000,
)
TOWN_HALL = Station(
    id="s",
    name="Town hall",
    online=True,
    latitude=60.01,
    longitude=25.0,
    address="Main 4, 1010 Town",
    distance=1112,
    operator="Alpha",
    is_roaming=False,
)
PLUG = Connector(
    station_id="s",
    id="c",
    name="Left",
    type=ConnectorType.TYPE_2,
    status=ConnectorStatus.CHARGING,
    online=True,
    plugged_in=True,
    max_power=22_000,
    session=RUNNING,
    evse_id="AT*1",
    price=Money(49, "EUR"),
    price_per_minute=Money(10, "EUR"),
    price_per_session=Money(100, "EUR"),
    price_text="0.49 EUR/kWh",
)
NAMELESS = Connector(
    station_id="s",
    id="AT*2",
    status=ConnectorStatus.AVAILABLE,
    online=True,
    plugged_in=False,
    has_own_id=False,
    evse_id="AT*2",
)


def town_hall() -> Tenant:
    """Return the operator."""
    return Tenant(
        DOCUMENTED + STATIONS,
        cpsPaged=page([CP]),
        chargelogsPaged=page([NOW, THEN]),
        accountDocumentsPaged=page(PAPERS),
    )
