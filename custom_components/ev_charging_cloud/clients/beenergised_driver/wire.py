"""be.ENERGISED's objects as our operations ask for them.

Source: the vendor's pages for the names of what is documented, with the units that the
operator's schema tells, see :mod:`.names`. The kinds of scalars are documented nowhere.
An alias gives a station's fields the names that they have here.
"""

from datetime import datetime

from msgspec import Raw, Struct

from ..reading.bounds import (
    Amount,
    Id,
    KilowattHours,
    Latitude,
    Longitude,
    MostKilowatts,
    MostWatts,
    WattHours,
)
from ..reading.lenient import Reader


class Place(Struct, frozen=True, rename="camel", gc=False):
    """Where something is: a position in either spelling, an address, or both."""

    latitude: Latitude | None = None
    longitude: Longitude | None = None
    coordinates: list[float] | None = None
    street: str | None = None
    house_number: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None


class Site(Place, frozen=True, rename="camel"):
    """Where something is, perhaps in parts."""

    position: Place | None = None
    address: Place | None = None


class Price(Struct, frozen=True, rename="camel", gc=False):
    """What charging costs, in whole currency."""

    per_kwh: Amount | None = None
    per_minute: Amount | None = None
    per_session: Amount | None = None
    currency: str | None = None


class Connector(Price, frozen=True, rename="camel"):
    """A connector, or an EVSE with connectors; its price may be an object of its own."""

    id: str | None = None
    evse_id: str | None = None
    label: str | None = None
    status: str | None = None
    available: bool | None = None
    plug_type: str | None = None
    max_power_kw: MostKilowatts | None = None
    max_power_w: MostWatts | None = None
    price: Price | None = None
    price_text: str | None = None
    connectors: list[Connector | None] | None = None


class ConnectorEdge(Struct, frozen=True, gc=False):
    """A connector in a connection (Relay)."""

    node: Connector | None = None


class Connectors(Struct, frozen=True, gc=False):
    """A station's connectors as a connection (Relay)."""

    edges: list[ConnectorEdge | None] | None = None


class Operator(Struct, frozen=True, gc=False):
    """Who runs a station."""

    name: str | None = None


class Station(Site, frozen=True, kw_only=True, rename="camel"):
    """A station."""

    id: Id
    display_name: str | None = None
    label: str | None = None
    status: str | None = None
    location: Site | None = None
    is_favourite: bool | None = None
    is_roaming: bool | None = None
    operator: str | None = None
    operator_details: Operator | None = None
    connectors: list[Connector | None] | None = None
    connection: Connectors | None = None


class CostItem(Struct, frozen=True, rename="camel", gc=False):
    """A part of a cost (``costItems``)."""

    net_amount: Amount | None = None
    gross_amount: Amount | None = None


class Cost(Struct, frozen=True, rename="camel", gc=False):
    """What a session costs (``cost``)."""

    total: Amount | None = None
    currency: str | None = None
    tax_amount: Amount | None = None
    gross_amount: Amount | None = None
    cost_items: list[CostItem | None] | None = None


class ChargelogConnector(Struct, frozen=True, gc=False):
    """Where a session takes place (``connector``)."""

    id: str | None = None
    label: str | None = None


class Chargelog(Struct, frozen=True, kw_only=True, rename="camel", gc=False):
    """A charging session (``chargelog``); an energy's name ends with its unit if told."""

    id: Id
    status: str | None = None
    connector: ChargelogConnector | None = None
    date_start: datetime | None = None
    date_end: datetime | None = None
    meter_start: WattHours | None = None
    meter_start_wh: WattHours | None = None
    meter_start_kwh: KilowattHours | None = None
    meter_end: WattHours | None = None
    meter_end_wh: WattHours | None = None
    meter_end_kwh: KilowattHours | None = None
    energy_consumption: WattHours | None = None
    energy_consumption_wh: WattHours | None = None
    energy_consumption_kwh: KilowattHours | None = None
    cost: Cost | None = None
    rate_name: str | None = None


class Card(Struct, frozen=True, rename="camel", gc=False):
    """A card or contract (``availableCardsForChargingProcess``)."""

    id: str | None = None
    tag_id: str | None = None
    number: str | None = None
    label: str | None = None


class Document(Struct, frozen=True, rename="camel", gc=False):
    """An invoice or the like (``accountDocumentsPaged``)."""

    id: str | None = None
    type: str | None = None
    title: str | None = None
    number: str | None = None
    document_date: datetime | None = None
    download_link: str | None = None
    amount: Amount | None = None
    currency: str | None = None


class Attempt(Struct, frozen=True, gc=False):
    """A start that can be followed (``attemptRemoteStart``)."""

    id: str | None = None
    status: str | None = None


class CommandResult(Struct, frozen=True, rename="camel", gc=False):
    """What a stop says (documented), or a simple start (not documented)."""

    status: str | None = None
    code: str | None = None
    message: str | None = None
    chargelog_id: str | None = None


class Pagination(Struct, frozen=True, rename="camel", gc=False):
    """How many there are."""

    total_count: int | None = None


class PageInfo(Struct, frozen=True, rename="camel", gc=False):
    """Whether there are more, and where they begin (Relay)."""

    has_next_page: bool | None = None
    end_cursor: str | None = None


class Edge(Struct, frozen=True, gc=False):
    """A thing in a connection (Relay)."""

    node: Raw | None = None


class Page(Struct, frozen=True, rename="camel", gc=False):
    """Some of them."""

    pagination: Pagination | None = None
    total_count: int | None = None
    page_info: PageInfo | None = None
    data: list[Raw] | None = None
    edges: list[Edge | None] | None = None


PAGES = Reader(dict[str, Page | list[Raw] | None])
STATION = Reader(Station)
CHARGELOG = Reader(Chargelog)
ROOTS = Reader(dict[str, Raw])
CARDS = Reader(dict[str, list[Card | None] | None])
DOCUMENT = Reader(Document)
ATTEMPT = Reader(dict[str, Attempt | None])
ONE_RESULT = Reader(CommandResult)
RESULT = Reader(dict[str, CommandResult | None])
