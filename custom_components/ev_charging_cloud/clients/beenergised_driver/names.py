"""What we want of be.ENERGISED, and what it is called.

Source: the vendor's pages, for what is documented: charging sessions (``chargelog``),
cards, starts, stops and documents. A station's fields are documented nowhere: the names
are OCPI 2.2's and those of operators that were seen. Whatever else an operator has stands
in the diagnostics, with its type and description, and from there this table grows.

A number whose unit stands neither in its name nor in a description is left alone.
"""

from .recognise import ENERGY, POWER, Kind, Meaning


def _known(name: str, kind: Kind = Kind.TEXT) -> Meaning:
    return Meaning(name, kind=kind, documented=True)


def _edges(table: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """Return the things of a connection as Relay specifies it."""
    node = Meaning("node", kind=Kind.ONE, fields=table)
    return (Meaning("edges", kind=Kind.MANY, fields=(node,)),)


# A number beside a uuid is the operator's own count, and no command takes it.
ID = Meaning("id", "uuid id", documented=True)
# OCPI calls that of an EVSE so, the vendor's other API the two in front.
UID = Meaning("id", "connectoruuid cpuuid uuid id uid")
PLACE = (
    Meaning("latitude", "lat", Kind.NUMBER),
    Meaning("longitude", "lng lon", Kind.NUMBER),
    # GeoJSON: longitude first.
    Meaning("coordinates", kind=Kind.NUMBERS),
)
LINES = (
    Meaning("street", "street address"),
    Meaning("houseNumber"),
    Meaning("postalCode", "zip"),
    Meaning("city"),
    Meaning("country"),
)
SITE = (
    Meaning("position", "geolocation coordinates", Kind.ONE, fields=PLACE),
    Meaning("address", kind=Kind.ONE, fields=LINES),
    *PLACE,
    *LINES,
)
PRICE = (
    Meaning("perKwh", "priceperkwh energyprice price", Kind.AMOUNT, demands="kwh"),
    Meaning(
        "perMinute", "priceperminute timeprice price", Kind.AMOUNT, demands="minute"
    ),
    Meaning("perSession", "pricepersession sessionfee", Kind.AMOUNT, demands="session"),
    Meaning("currency"),
)
CONNECTOR = (
    Meaning("evseId"),
    UID,
    Meaning("label", "physicalreference"),
    Meaning("status"),
    Meaning("available", kind=Kind.FLAG),
    Meaning("plugType", "plug standard"),
    Meaning("maxPower", "power maxelectricpower:W", Kind.NUMBER, units=POWER),
    Meaning("price", kind=Kind.ONE, fields=PRICE),
    *PRICE,
    Meaning("priceText", "tarifftext"),
)
# Where a station has EVSEs and these have connectors, both are looked at.
PLUGS = (*CONNECTOR, Meaning("connectors", kind=Kind.MANY, fields=CONNECTOR))
STATION = (
    UID,
    Meaning("displayName", "publicdisplayname"),
    Meaning("label", "name"),
    # Of a country, say, or of the station.
    Meaning("status", "state", words=frozenset({"online", "offline"})),
    *SITE,
    Meaning("location", kind=Kind.ONE, fields=SITE),
    Meaning("isFavourite", kind=Kind.FLAG),
    Meaning("isRoaming", kind=Kind.FLAG),
    Meaning("operator", "operatorname network"),
    Meaning("operatorDetails", "operator", Kind.ONE, fields=(Meaning("name"),)),
    Meaning("connectors", "evses", Kind.MANY, fields=PLUGS),
    Meaning("connection", "connectors evses", Kind.ONE, fields=_edges(PLUGS)),
)
COST = (
    _known("total", Kind.AMOUNT),
    _known("currency"),
    _known("taxAmount", Kind.AMOUNT),
    _known("grossAmount", Kind.AMOUNT),
    Meaning(
        "costItems",
        kind=Kind.MANY,
        documented=True,
        fields=(_known("netAmount", Kind.AMOUNT), _known("grossAmount", Kind.AMOUNT)),
    ),
)
CHARGELOG = (
    ID,
    _known("status"),
    Meaning("connector", kind=Kind.ONE, documented=True, fields=(ID, _known("label"))),
    _known("dateStart"),
    _known("dateEnd"),
    *(
        Meaning(name, kind=Kind.NUMBER, documented=True, units=ENERGY)
        for name in ("meterStart", "meterEnd", "energyConsumption")
    ),
    Meaning("cost", kind=Kind.ONE, documented=True, fields=COST),
    _known("rateName"),
)
CARD = (_known("id"), _known("tagId"), _known("number"), _known("label"))
DOCUMENT = (
    *(_known(it) for it in ("id", "type", "title", "documentDate", "downloadLink")),
    # What the reference does not name; an operator may have it all the same.
    Meaning("number", "documentnumber invoicenumber number"),
    Meaning("amount", "grossamount totalamount amount", Kind.AMOUNT),
    Meaning("currency", "currencycode currency"),
)
ATTEMPT = (_known("id"), _known("status"))
RESULT = (_known("status"), _known("code"), _known("message"))
# Not documented but for its name: what a simple start answers.
START_RESULT = (
    Meaning("status"),
    Meaning("code"),
    Meaning("message"),
    Meaning("chargelogId"),
)


def paged(table: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """Return the table of a page of things.

    Documented is that of ``accountDocumentsPaged``; the other is a connection as Relay
    specifies it.
    """
    total = _known("totalCount", Kind.NUMBER)
    page_info = (Meaning("hasNextPage", kind=Kind.FLAG), Meaning("endCursor"))
    return (
        Meaning("pagination", kind=Kind.ONE, documented=True, fields=(total,)),
        Meaning("totalCount", kind=Kind.NUMBER),
        Meaning("pageInfo", kind=Kind.ONE, fields=page_info),
        Meaning("data", kind=Kind.MANY, documented=True, fields=table),
        *_edges(table),
    )
