"""Generated answers of the be.ENERGISED CPO API, whose attributes have no types."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import ClientSession
from msgspec import Struct, defstruct
from yarl import URL

from custom_components.ev_charging_cloud.clients.beenergised_cpo import (
    BeenergisedCpoClient,
    mapping,
    names,
)
from custom_components.ev_charging_cloud.clients.beenergised_cpo.wire import WindowItem
from custom_components.ev_charging_cloud.clients.reading import words

from .feeds import SERVER, Around, Feed, Source, distinct, each, ids
from .mutations import is_id
from .values import Value

API = "/api/cpoapi/v1"


def _item(kind: str, table: tuple[names.Name, ...]) -> type[Struct]:
    """Return the struct of an item whose attributes have the names of a table."""
    spellings = dict.fromkeys(name.spelling for name in table)
    attributes = defstruct(
        f"{kind}Attributes", [(name, Any, None) for name in spellings]
    )
    return defstruct(f"{kind}Item", [("id", str), ("attributes", attributes)])


def _asks(path: str) -> Callable[[str, str], bool]:
    return lambda asked, _: fnmatchcase(asked, f"{API}/{path}/")


def _page(items: Value) -> Value:
    listed = items if isinstance(items, list) else []
    # What is there twice counts once.
    count = distinct([_id_of(item) for item in listed])
    return {
        "data": items,
        "meta": {"pagination": {"total": count, "lastPage": True}},
        "links": {"current": "x"},
    }


def _id_of(item: Value) -> Value:
    found = item.get("id") if isinstance(item, dict) else None
    return found if is_id(found) else item


_PAGE: Around = _page


def _attributes(item: dict[str, Value]) -> dict[str, Value]:
    found = item["attributes"]
    assert isinstance(found, dict)
    return found


def _link(items: Mapping[str, list[dict[str, Value]]]) -> None:
    ids(items, dict.fromkeys(("station", "connector", "location", "window"), "id"))
    stations = [name.spelling for name in names.CONNECTOR if name.field == "station"]
    for number, (connector, location, window) in enumerate(
        each(items["connector"], items["location"], items["window"])
    ):
        told = _attributes(connector)
        for name in stations:
            told.pop(name, None)
        told["chargingStationUuid"] = f"station-{number}"
        for name in ("stations", "cps"):
            _attributes(location).pop(name, None)
        _attributes(location)["chargingStations"] = [f"station-{number}"]
        _attributes(window)["cpId"] = f"station-{number}"
        # Without its times a window is none.
        _attributes(window)["startDate"] = "2025-05-01T10:00:00Z"
        _attributes(window)["endDate"] = f"2025-07-0{number + 1}T10:00:00Z"


def _client(session: ClientSession) -> BeenergisedCpoClient:
    return BeenergisedCpoClient(
        session,
        tenant=URL("https://tenant.example"),
        server=SERVER,
        client_id="client",
        client_secret="secret",
    )


SOURCE = Source(
    key="beenergised_cpo",
    feeds=(
        Feed(
            name="station",
            type_=_item("Station", names.STATION),
            kind="station",
            asks=_asks("charging_stations"),
            around=_PAGE,
            skipped=distinct,
            is_typed=False,
        ),
        Feed(
            name="connector",
            type_=_item("Connector", names.CONNECTOR),
            kind="connector",
            asks=_asks("connectors"),
            around=_PAGE,
            skipped=distinct,
            is_typed=False,
        ),
        Feed(
            name="location",
            type_=_item("Location", names.LOCATION),
            kind="location",
            asks=_asks("locations"),
            around=_PAGE,
            is_typed=False,
        ),
        Feed(
            name="window",
            type_=WindowItem,
            kind="maintenance window",
            asks=_asks("maintenance_windows"),
            around=_PAGE,
        ),
    ),
    link=_link,
    first=lambda path, _: {"access_token": "token"} if "token" in path else _page([]),
    client=_client,
    words=(mapping, words),
    is_strict=False,
)
