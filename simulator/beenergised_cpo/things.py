"""Stations, connectors and locations as tenants may see them: as documented, barely, or richly.

The documents show six attributes of a station and none of connectors and locations. What the rich tenant has beyond
that is a guess at names, after the fields a station is created with and after OCPP; that a client must live with any
of it is not.
"""

from datetime import datetime, timedelta
from zlib import crc32

from simulator.world.model import (
    ConnectorSpec,
    ConnectorView,
    Json,
    Location,
    StationSpec,
    StationView,
)

from . import words
from .ids import connector_uuid, location_uuid, station_uuid, thing_uuid
from .options import BeenergisedCpoOptions
from .windows import stamp

#: how often a station that is reached says so
HEARTBEAT_SECONDS = 60
#: how long a station is silent until it counts as not communicating at all; a guess
SILENT_SECONDS = 86_400


def station(
    view: StationView, place: Location, now: datetime, options: BeenergisedCpoOptions
) -> Json:
    """Return a station."""
    if options.attributes == "sparse":
        attributes: dict[str, Json] = {
            "label": None,
            "chargeBoxIdentity": view.id,
            "serialnumber": None,
        }
    else:
        attributes = _documented_station(view)
        if options.attributes == "rich":
            attributes |= _rich_station(view, place, now, options)
    return {
        "type": "charging_stations",
        "id": station_uuid(view.id),
        "attributes": attributes,
    }


def _documented_station(view: StationView) -> dict[str, Json]:
    """Return the attributes of the quickstart's sample; a station without a SIM card has no numbers of one."""
    number = crc32(view.id.encode())
    wired = number % 3 == 0
    return {
        "label": view.name,
        "chargeBoxIdentity": view.id,
        "iccid": None if wired else f"89358{number:014}",
        "imsi": None if wired else f"24491{number % 10**10:010}",
        "serialnumber": view.spec.serial,
        "firmwareVersion": view.spec.firmware,
    }


def _rich_station(
    view: StationView, place: Location, now: datetime, options: BeenergisedCpoOptions
) -> dict[str, Json]:
    """Return what only a rich tenant tells of a station."""
    number = crc32(view.spec.product_id.encode())
    silent = timedelta(0) if view.online else now - view.seen
    heard = view.seen
    if view.online:
        heard -= timedelta(seconds=heard.timestamp() % HEARTBEAT_SECONDS)
    return {
        "publicDisplayName": f"{place.name}, {view.name}",
        "modelId": 100 + number % 900,
        "companyUuid": thing_uuid("company", "1"),
        "timeZone": "Europe/Helsinki",
        "address": _address(place),
        "geolocation": _geolocation(place),
        "locationUuid": location_uuid(place.id),
        "status": _status(view, silent.total_seconds(), options),
        "lastContact": stamp(heard),
        "vendorName": "Simulated Chargers",
        # what no client is prepared for
        "technicianUserId": 17,
        "gridOperatorReference": f"GRID-{crc32(place.id.encode()) % 10_000:04}",
    }


def _status(view: StationView, silent: float, options: BeenergisedCpoOptions) -> str:
    """Return the state that the vendor's product shows, by the seconds without a word from the station."""
    if view.online or silent < options.pending_after:
        return "online"
    if silent < options.offline_after:
        return "pending"
    return "offline" if silent < SILENT_SECONDS else "no communication"


def bare_connector(
    spec: StationSpec, connector: ConnectorSpec, options: BeenergisedCpoOptions
) -> dict[str, Json]:
    """Return a connector without attributes of its own, and with its station if the options want that."""
    attributes: dict[str, Json] = {}
    document: dict[str, Json] = {
        "type": "connectors",
        "id": connector_uuid(spec.id, connector.id),
        "attributes": attributes,
    }
    parent = station_uuid(spec.id)
    if options.connector_parent == "attribute":
        attributes["cpId"] = parent
    elif options.connector_parent == "relationship":
        document["relationships"] = {
            "charging_station": {"data": {"type": "charging_stations", "id": parent}}
        }
    return document


def rich_connector(
    spec: StationSpec, view: ConnectorView, options: BeenergisedCpoOptions
) -> dict[str, Json]:
    """Return a connector with its live state."""
    document = bare_connector(spec, view.spec, options)
    number = view.spec.number
    since = words.status_since(view)
    document["attributes"] = {
        **_attributes(document),
        "label": view.spec.name,
        "connectorId": number,
        "status": words.connector_status(view),
        "power": round(view.power_w),
        "maxPower": round(view.spec.max_w),
        "plugType": words.PLUG[view.spec.type],
        "evseId": f"FI*SIM*E{spec.id}*{number}",
        "lastStatusUpdate": None if since is None else stamp(since),
        # what no client is prepared for
        "parkingSpotReference": f"P{crc32(spec.id.encode()) % 90 + 10}{number}",
    }
    return document


def _attributes(document: dict[str, Json]) -> dict[str, Json]:
    """Return the attributes which a document has already."""
    attributes = document["attributes"]
    return dict(attributes) if isinstance(attributes, dict) else {}


def location(place: Location, options: BeenergisedCpoOptions) -> Json:
    """Return a location. That the documented one has a label is a guess; its page shows no attribute."""
    attributes: dict[str, Json] = {}
    if options.attributes != "sparse":
        attributes["label"] = place.name
    if options.attributes == "rich":
        attributes |= {
            "address": _address(place),
            "geolocation": _geolocation(place),
        }
    return {
        "type": "locations",
        "id": location_uuid(place.id),
        "attributes": attributes,
    }


def _address(place: Location) -> dict[str, Json]:
    """Return an address; what it consists of is a guess."""
    return {
        "street": place.address,
        "city": place.city,
        "zip": place.postal_code,
        "country": "FI",
    }


def _geolocation(place: Location) -> dict[str, Json]:
    """Return where a place is; what it consists of is a guess."""
    return {"latitude": place.latitude, "longitude": place.longitude}
