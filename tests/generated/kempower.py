"""Generated answers of Kempower ChargEye."""

from collections.abc import Mapping

from aiohttp import ClientSession

from custom_components.ev_charging_cloud.clients.kempower import KempowerClient, mapping
from custom_components.ev_charging_cloud.clients.kempower.wire import (
    CeLocation,
    StationInfo,
)

from .feeds import SERVER, Feed, Source, ids
from .values import Value


def _link(items: Mapping[str, list[dict[str, Value]]]) -> None:
    ids(items, {"station": "stationId", "location": "id"})
    for number, station in enumerate(items["station"]):
        if "locationUid" in station:
            station["locationUid"] = f"location-{number}"
        connectors = station.get("connectors")
        for place, connector in enumerate(
            connectors if isinstance(connectors, list) else ()
        ):
            assert isinstance(connector, dict)
            connector["connectorId"] = str(place)


def _client(session: ClientSession) -> KempowerClient:
    return KempowerClient(session, server=SERVER, refresh_token="refresh-token")


SOURCE = Source(
    key="kempower",
    feeds=(
        Feed(
            name="station",
            type_=StationInfo,
            kind="station",
            asks=lambda path, _: path == "/stations",
            around=lambda items: {"stations": items},
            skipped=len,
            id_field="stationId",
        ),
        Feed(
            name="location",
            type_=CeLocation,
            kind="location",
            asks=lambda path, _: path == "/locations",
            around=lambda items: {"locations": items},
        ),
    ),
    link=_link,
    first=lambda *_: {"token": "token"},
    client=_client,
    words=(mapping,),
)
