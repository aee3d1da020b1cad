"""What we want of be.ENERGISED, and how it may be called.

Source: the vendor's pages, for what is documented: charging sessions (``chargelog``),
cards, starts, stops and documents. A station's fields are documented nowhere; the names
here are those that charging APIs commonly use (OCPP, OCPI, OICP and this vendor's own
API for operators).

Units that a name tells: ``maxPowerKw`` is in kW, ``maxPowerW`` in W; ``distanceKm`` in
km, ``distanceM`` in m. Names that tell none have a meaning of their own.
"""

from .recognise import Kind, Meaning

STATION_PREFIXES = "chargingstation chargingpoint chargestation chargepoint station cp"
CONNECTOR_PREFIXES = "connector evse plug socket"
BOX = "displayname name label title text value code key status id"


def _text(name: str, names: str = "") -> Meaning:
    return Meaning(name, names, boxed=BOX)


def _number(name: str, names: str = "") -> Meaning:
    return Meaning(name, names, Kind.NUMBER)


def _known(name: str, names: str = "", kind: Kind = Kind.TEXT) -> Meaning:
    return Meaning(name, names, kind, documented=True)


PLACE = (
    _number("latitude", "lat"),
    _number("longitude", "lng lon long"),
    _text("street", "streetname road addressline1 address1"),
    _text("houseNumber", "housenr houseno streetnumber streetno"),
    _text("postalCode", "zip zipcode postcode plz"),
    _text("city", "town locality"),
    _text("country", "countrycode countryname"),
    Meaning(
        "fullAddress", "formattedaddress addressline addresstext address", Kind.WORDS
    ),
)
POSITION = Meaning(
    "position",
    "geolocation geoposition geocoordinates coordinates coordinate geo gps latlng",
    Kind.ONE,
    fields=PLACE,
)
ADDRESS = Meaning("address", "postaladdress siteaddress", Kind.ONE, fields=PLACE)

PRICE = (
    _number("perKwh", "energyprice priceperkwh kwhprice pricekwh energyrate energyfee"),
    _number(
        "perMinute", "timeprice priceperminute minuteprice pricemin timerate timefee"
    ),
    _number(
        "perSession",
        "sessionfee sessionprice pricepersession startfee startprice basefee baseprice"
        " connectionfee fixedfee",
    ),
    _text("currency", "currencycode pricecurrency"),
    Meaning(
        "priceText",
        "tarifftext pricetext tariffdescription pricedescription tariffinfo priceinfo"
        " tariffname text description label name price tariff",
        Kind.WORDS,
    ),
)
STATUS = _text("status", "state operationalstatus operationalstate")
AVAILABLE = Meaning("available", "isavailable isfree free", Kind.FLAG)
AVAILABILITY = _text("availability", "availabilitystatus availabilitystate")
# Before an id, so that "evseId" is none.
EVSE_ID = Meaning("evseId", "emi3id evseidentifier ocpievseid")
ID = Meaning("id", "uuid guid identifier")


def _connector(*more: Meaning) -> tuple[Meaning, ...]:
    return (
        EVSE_ID,
        ID,
        _text("label", "name title displayname number nr"),
        STATUS,
        AVAILABLE,
        AVAILABILITY,
        _text(
            "plugType",
            "connectortype plug standard connectorstandard plugstandard outlettype"
            " sockettype type",
        ),
        _number(
            "maxPowerKw",
            "powerkw kw maxpowerinkw powerinkw maxkw chargingpowerkw ratedpowerkw",
        ),
        _number(
            "maxPowerW",
            "powerw watt watts maxwatt maxpowerinw powerinw maxpowerwatt powerwatt"
            " ratedpowerw",
        ),
        _number(
            "maxPower",
            "power maximumpower maxchargingpower chargingpower ratedpower"
            " maxelectricpower capacity",
        ),
        Meaning("price", "tariff pricing prices", Kind.ONE, fields=PRICE),
        *(meaning for meaning in PRICE if meaning.name != "priceText"),
        Meaning(
            "priceText",
            "tarifftext tariffdescription pricedescription tariffinfo priceinfo"
            " tariffname price tariff",
            Kind.WORDS,
        ),
        *more,
    )


# Where a station has EVSEs and these have connectors, both are looked at.
CONNECTORS = Meaning(
    "connectors",
    "evses plugs sockets outlets connectorlist",
    Kind.MANY,
    fields=_connector(
        Meaning(
            "connectors",
            "plugs sockets",
            Kind.MANY,
            fields=_connector(),
            prefixes=CONNECTOR_PREFIXES,
        )
    ),
    prefixes=CONNECTOR_PREFIXES,
)
STATION = (
    EVSE_ID,
    ID,
    _text("displayName", "publicdisplayname publicname"),
    _text("label", "name title"),
    _text("status", "state operationalstatus operationalstate connectivitystatus"),
    AVAILABLE,
    AVAILABILITY,
    Meaning("online", "isonline isconnected connected", Kind.FLAG),
    POSITION,
    ADDRESS,
    Meaning("location", "site", Kind.ONE, fields=(POSITION, ADDRESS, *PLACE)),
    *PLACE,
    _number("distanceKm", "distanceinkm distancekilometers"),
    _number("distanceM", "distanceinm distancemeters distancemetres distanceinmeters"),
    Meaning("isFavourite", "isfavorite favourite favorite", Kind.FLAG),
    Meaning("isRoaming", "roaming isroamingstation isforeign", Kind.FLAG),
    _text(
        "operator", "operatorname network networkname provider providername cpo owner"
    ),
    CONNECTORS,
)

COST = (
    _known("total", kind=Kind.NUMBER),
    _known("currency", "currencycode"),
    _known("taxAmount", "vatamount", Kind.NUMBER),
    _known("grossAmount", "gross totalgross", Kind.NUMBER),
    Meaning(
        "costItems",
        "items",
        Kind.MANY,
        documented=True,
        fields=(
            _known("netAmount", "net", Kind.NUMBER),
            _known("grossAmount", "gross", Kind.NUMBER),
        ),
    ),
)
CHARGELOG = (
    _known("id", "uuid"),
    _known("status", "state"),
    Meaning(
        "connector",
        "plug",
        Kind.ONE,
        documented=True,
        fields=(_known("id", "uuid"), _known("label", "name")),
    ),
    _known("dateStart", "startdate startedat starttime start"),
    _known("dateEnd", "enddate endedat stoppedat endtime end"),
    _known("meterStart", "meterstartwh startmeter", Kind.NUMBER),
    _known("meterEnd", "meterendwh meterstop endmeter", Kind.NUMBER),
    _known("energyConsumption", "consumption consumedenergy energy", Kind.NUMBER),
    Meaning("cost", "costs", Kind.ONE, documented=True, fields=COST),
    _known("rateName", "tariffname rate"),
)
CARD = (
    _known("id", "uuid"),
    _known("tagId", "tag idtag"),
    _known("number", "cardnumber"),
    _known("label", "name"),
)
DOCUMENT = (_known("id", "uuid"), _known("type"), _known("documentDate", "date"))
ATTEMPT = (_known("id", "uuid"), _known("status", "state"))
RESULT = (_known("status", "state"), _known("code"), _known("message", "text"))
# Not documented but for its name: what a simple start answers.
START_RESULT = (
    Meaning("status", "state"),
    Meaning("code", "errorcode"),
    Meaning("message", "text errormessage"),
    Meaning("success", "successful ok accepted", Kind.FLAG),
    Meaning(
        "chargelogId",
        "chargelogid chargelog chargelogs chargingprocessid chargingsessionid"
        " transactionid transaction sessionid uuid id",
    ),
    Meaning(
        "chargelog",
        "chargingprocess session",
        Kind.ONE,
        fields=(Meaning("id", "uuid"),),
    ),
)


def paged(table: tuple[Meaning, ...], prefixes: str = "") -> tuple[Meaning, ...]:
    """Return the table of a page of things (documented for ``accountDocumentsPaged``)."""
    return (
        Meaning(
            "pagination",
            "paging pageinfo",
            Kind.ONE,
            documented=True,
            fields=(
                Meaning("totalCount", "total count", Kind.NUMBER, documented=True),
            ),
        ),
        _number("totalCount", "total count"),
        Meaning(
            "data",
            "items nodes results entries list",
            Kind.MANY,
            documented=True,
            fields=table,
            prefixes=prefixes,
        ),
    )
