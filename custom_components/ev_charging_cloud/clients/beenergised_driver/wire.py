"""be.ENERGISED's objects as our documents ask for them.

Source: the vendor's pages for the names of what is documented. The kinds of scalars are
documented nowhere, so a leaf is whatever comes, and :mod:`.values` reads it. An alias
gives a station's fields the names they have here, see :mod:`.names`.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct
from msgspec.json import Decoder

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

    id: str | int
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

    net_amount: Leaf = None
    gross_amount: Leaf = None


class Cost(Struct, frozen=True, rename="camel"):
    """What a session costs (``cost``)."""

    total: Leaf = None
    currency: Leaf = None
    tax_amount: Leaf = None
    gross_amount: Leaf = None
    cost_items: list[CostItem | None] | None = None


class ChargelogConnector(Struct, frozen=True):
    """Where a session takes place (``connector``)."""

    id: Leaf = None
    label: Leaf = None


class Chargelog(Struct, frozen=True, kw_only=True, rename="camel"):
    """A charging session (``chargelog``)."""

    id: str | int
    status: Leaf = None
    connector: ChargelogConnector | None = None
    date_start: Leaf = None
    date_end: Leaf = None
    meter_start: Leaf = None
    meter_end: Leaf = None
    energy_consumption: Leaf = None
    cost: Cost | None = None
    rate_name: Leaf = None


class Card(Struct, frozen=True, rename="camel"):
    """A card or contract (``availableCardsForChargingProcess``)."""

    id: Leaf = None
    tag_id: Leaf = None
    number: Leaf = None
    label: Leaf = None


class Document(Struct, frozen=True, rename="camel"):
    """An invoice or the like (``accountDocumentsPaged``)."""

    id: Leaf = None
    type: Leaf = None
    document_date: Leaf = None


class Attempt(Struct, frozen=True):
    """A start that can be followed (``attemptRemoteStart``)."""

    id: Leaf = None
    status: Leaf = None


class CommandResult(Struct, frozen=True, rename="camel"):
    """What a stop says (documented), or a simple start (not documented)."""

    status: Leaf = None
    code: Leaf = None
    message: Leaf = None
    success: Leaf = None
    chargelog_id: Leaf = None
    chargelog: ChargelogConnector | None = None


class Pagination(Struct, frozen=True, rename="camel"):
    """How many there are."""

    total_count: Leaf = None


class Page(Struct, frozen=True, rename="camel"):
    """Some of them."""

    pagination: Pagination | None = None
    total_count: Leaf = None
    data: list[msgspec.Raw] | None = None


type Root[AnswerT] = Mapping[str, AnswerT | None]

PAGE = Decoder(dict[str, Page | list[msgspec.Raw] | None])
STATION = Decoder(Station)
CHARGELOG = Decoder(Chargelog)
CHARGELOG_ROOT = Decoder(dict[str, msgspec.Raw])
CARDS = Decoder(dict[str, list[Card | None] | None])
DOCUMENT = Decoder(Document)
ATTEMPT = Decoder(dict[str, Attempt | None])
# A command's answer can be an object, or only a yes.
RESULT = Decoder(dict[str, CommandResult | bool | str | int | float | None])
ANYTHING = Decoder(msgspec.Raw)
