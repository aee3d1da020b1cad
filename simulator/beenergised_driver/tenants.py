"""How the two operators write a station, and what they can be asked."""

from collections.abc import Mapping
from typing import Any

from simulator.world.model import ConnectorType

from . import errors
from .errors import ApiError
from .places import CURRENCY, Plug, PlugStatus, Site, SiteState, Tariff
from .stations import Circle, Wish

ALPHA_PLUGS = {
    ConnectorType.CCS: "COMBO_2",
    ConnectorType.CHADEMO: "CHADEMO",
    ConnectorType.TYPE2: "TYPE_2",
    ConnectorType.AC: "AC_FIXED_CABLE",
    ConnectorType.PANTOGRAPH: "PANTOGRAPH",
}
BETA_PLUGS = {
    ConnectorType.CCS: "IEC_62196_T2_COMBO",
    ConnectorType.CHADEMO: "CHADEMO",
    ConnectorType.TYPE2: "IEC_62196_T2",
    ConnectorType.AC: "Fixed AC cable",
    ConnectorType.PANTOGRAPH: "PANTOGRAPH_TOP_DOWN",
}
BETA_STATUSES = {
    PlugStatus.AVAILABLE: "AVAILABLE",
    PlugStatus.OCCUPIED: "BLOCKED",
    PlugStatus.CHARGING: "CHARGING",
    PlugStatus.FAULTED: "OUTOFORDER",
    PlugStatus.UNAVAILABLE: "INOPERATIVE",
    PlugStatus.RESERVED: "RESERVED",
    PlugStatus.UNKNOWN: "UNKNOWN",
}
BROKEN = {PlugStatus.FAULTED, PlugStatus.UNAVAILABLE}


def alpha_wish(arguments: Mapping[str, Any]) -> Wish:
    """Return what a filter of the first operator wants."""
    wanted = arguments.get("filter") or {}
    position = wanted.get("position")
    circle = (
        None
        if position is None
        else _circle(position["latitude"], position["longitude"], position["radius"])
    )
    return Wish(circle, wanted.get("favourites"), wanted.get("search"))


def beta_wish(arguments: Mapping[str, Any]) -> Wish:
    """Return what the arguments of the second operator want; a place is told whole or not at all."""
    place = [arguments.get(name) for name in ("latitude", "longitude", "radius")]
    favourites = arguments.get("onlyFavorites")
    if all(part is None for part in place):
        return Wish(None, favourites)
    latitude, longitude, radius = place
    if latitude is None or longitude is None or radius is None:
        raise ApiError(
            errors.BAD_INPUT, "latitude, longitude and radius belong together"
        )
    return Wish(_circle(latitude, longitude, radius * 1000), favourites)


def _circle(latitude: float, longitude: float, radius_m: float) -> Circle:
    """Return a circle on the earth."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180 and radius_m >= 0):
        raise ApiError(errors.BAD_INPUT, "There is no such position")
    return Circle(latitude, longitude, radius_m)


def alpha_station(site: Site, state: SiteState) -> dict[str, object]:
    """Return a station as the first operator writes it."""
    return {
        "id": site.id,
        "label": site.label,
        "publicDisplayName": site.public_name,
        "status": state.status.value,
        "position": {"latitude": site.latitude, "longitude": site.longitude},
        "address": {
            "street": site.street,
            "houseNumber": site.house_number,
            "zip": site.postal_code,
            "city": site.city,
            "country": site.country,
        },
        "isFavourite": site.favourite,
        "connectors": [_alpha_plug(plug, state.plugs[plug.id]) for plug in site.plugs],
        "operatorName": site.operator,
        "isRoaming": site.roaming,
    }


def _alpha_plug(plug: Plug, status: PlugStatus) -> dict[str, object]:
    """Return a connector."""
    tariff = plug.tariff
    return {
        "id": plug.id,
        "label": plug.label,
        "status": status.value,
        "plugType": ALPHA_PLUGS[plug.kind],
        "maxPower": round(plug.max_w),
        "evseId": plug.evse_id,
        "price": {
            "energyPrice": tariff.per_kwh,
            "timePrice": tariff.per_minute,
            "sessionFee": tariff.per_session,
            "currency": CURRENCY,
        },
    }


def beta_station(site: Site, state: SiteState) -> dict[str, object]:
    """Return a station as the second operator writes it."""
    return {
        "uuid": site.id,
        "name": site.public_name,
        "state": state.status.name,
        "geoLocation": {"lat": site.latitude, "lng": site.longitude},
        "street": f"{site.street} {site.house_number}",
        "postalCode": site.postal_code,
        "city": site.city,
        "evses": [_beta_plug(plug, state.plugs[plug.id]) for plug in site.plugs],
        "network": site.operator,
    }


def _beta_plug(plug: Plug, status: PlugStatus) -> dict[str, object]:
    """Return a connector."""
    return {
        "uuid": plug.id,
        "evseId": plug.evse_id,
        "status": BETA_STATUSES[status],
        "plug": BETA_PLUGS[plug.kind],
        "powerKw": plug.max_w / 1000,
        "tariffText": _words(plug.tariff),
        "availability": "inoperative" if status in BROKEN else "operative",
        "available": status is PlugStatus.AVAILABLE,
    }


def _words(tariff: Tariff) -> str:
    """Return a tariff in words."""
    parts = [f"{tariff.per_kwh:.2f} {CURRENCY}/kWh"]
    if tariff.per_minute:
        parts.append(f"{tariff.per_minute:.2f} {CURRENCY}/min")
    if tariff.per_session:
        parts.append(f"{tariff.per_session:.2f} {CURRENCY} per session")
    return " + ".join(parts)
