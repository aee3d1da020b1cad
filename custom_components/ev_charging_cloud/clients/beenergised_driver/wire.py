"""be.ENERGISED's objects as our documents ask for them.

Source: the vendor's pages for the names of what is documented. The kinds of scalars are
documented nowhere; of a station, a leaf is whatever comes, and
:mod:`~..reading.values` reads it. An alias gives a station's fields the names they have here, see :mod:`.names`.
"""

from datetime import datetime

from msgspec import Raw, Struct

from ..reading.bounds import Amount, Id, WattHours
from ..reading.lenient import Reader

type Leaf = object


class Place(Struct, frozen=True, rename="camel"):
    """Where something is."""

    latitude: Leaf = None
    longitude: Leaf = None
    street: Leaf = None
    house_number: Leaf = None
    postal_code: Leaf = None
    city: Leaf = None
    country: Leaf = None
    full_address: Leaf = None


class Site(Place, frozen=True, rename="camel"):
    """Where a station is, in parts."""

    position: Place | None = None
    address: Place | None = None


class Price(Struct, frozen=True, rename="camel"):
    """What charging costs."""

    per_kwh: Leaf = None
    per_minute: Leaf = None
    per_session: Leaf = None
    currency: Leaf = None
    price_text: Leaf = None


class Connector(Price, frozen=True, rename="camel"):
    """A connector, or an EVSE with connectors."""

    id: Leaf = None
    evse_id: Leaf = None
    label: Leaf = None
    status: Leaf = None
    available: Leaf = None
    availability: Leaf = None
    plug_type: Leaf = None
    max_power_kw: Leaf = None
    max_power_w: Leaf = None
    max_power: Leaf = None
    price: Price | None = None
    connectors: list[Connector | None] | None = None


class Station(Site, frozen=True, kw_only=True, rename="camel"):
    """A station."""

    id: Id
    evse_id: Leaf = None
    display_name: Leaf = None
    label: Leaf = None
    status: Leaf = None
    available: Leaf = None
    availability: Leaf = None
    online: Leaf = None
    location: Site | None = None
    distance_km: Leaf = None
    distance_m: Leaf = None
    is_favourite: Leaf = None
    is_roaming: Leaf = None
    operator: Leaf = None
    connectors: list[Connector | None] | None = None


class CostItem(Struct, frozen=True, rename="camel"):
    """A part of a cost (``costItems``)."""

    net_amount: Amount | None = None
    gross_amount: Amount | None = None


class Cost(Struct, frozen=True, rename="camel"):
    """What a session costs (``cost``)."""

    total: Amount | None = None
    currency: str | None = None
    tax_amount: Amount | None = None
    gross_amount: Amount | None = None
    cost_items: list[CostItem | None] | None = None


class ChargelogConnector(Struct, frozen=True):
    """Where a session takes place (``connector``)."""

    id: str | None = None
    label: str | None = None


class Chargelog(Struct, frozen=True, kw_only=True, rename="camel"):
    """A charging session (``chargelog``)."""

    id: Id
    status: str | None = None
    connector: ChargelogConnector | None = None
    date_start: datetime | None = None
    date_end: datetime | None = None
    meter_start: WattHours | None = None
    meter_end: WattHours | None = None
    energy_consumption: WattHours | None = None
    cost: Cost | None = None
    rate_name: str | None = None


class Card(Struct, frozen=True, rename="camel"):
    """A card or contract (``availableCardsForChargingProcess``)."""

    id: str | None = None
    tag_id: str | None = None
    number: str | None = None
    label: str | None = None


class Document(Struct, frozen=True, rename="camel"):
    """An invoice or the like (``accountDocumentsPaged``)."""

    id: str | None = None
    type: str | None = None
    document_date: datetime | None = None


class Attempt(Struct, frozen=True):
    """A start that can be followed (``attemptRemoteStart``)."""

    id: str | None = None
    status: str | None = None


class CommandResult(Struct, frozen=True, rename="camel"):
    """What a stop says (documented), or a simple start (not documented)."""

    status: str | bool | None = None
    code: str | None = None
    message: str | None = None
    success: bool | None = None
    chargelog_id: str | None = None
    chargelog: ChargelogConnector | None = None


class Pagination(Struct, frozen=True, rename="camel"):
    """How many there are."""

    total_count: int | None = None


class Page(Struct, frozen=True, rename="camel"):
    """Some of them."""

    pagination: Pagination | None = None
    total_count: int | None = None
    data: list[Raw] | None = None


PAGE = Reader(dict[str, Page | list[Raw] | None])
STATION = Reader(Station)
CHARGELOG = Reader(Chargelog)
CHARGELOG_ROOT = Reader(dict[str, Raw])
CARDS = Reader(dict[str, list[Card | None] | None])
DOCUMENT = Reader(Document)
ATTEMPT = Reader(dict[str, Attempt | None])
# A command's answer can be an object, or only a yes.
RESULT = Reader(dict[str, CommandResult | bool | str | float | None])
