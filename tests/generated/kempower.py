"""Generated answers of Kempower ChargEye, with the lists that a customer's file adds."""

from collections.abc import Mapping
import re

from aiohttp import ClientSession
import msgspec

from custom_components.ev_charging_cloud.clients.kempower import (
    KempowerClient,
    find_operations,
    mapping,
)
from custom_components.ev_charging_cloud.clients.kempower.wire import (
    CeLocation,
    EvSchedule,
    LocationChargingStation,
    PowerGroup,
    StationInfo,
    Transaction,
    Vehicle,
)
from simulator.kempower.api_files import FILES

from .feeds import COUNT, SERVER, Feed, Source, each, ids
from .values import Value

FINDINGS = find_operations(msgspec.json.encode(FILES["alpha"]()))
BY_LOCATION = re.compile(r".*/locations/location-(\d)/(stations|schedules)")


def _link(items: Mapping[str, list[dict[str, Value]]]) -> None:
    ids(
        items,
        {
            "station": "stationId",
            "location": "id",
            "transaction": "txId",
            "vehicle": "id",
            "group": "groupId",
        },
    )
    others = each(items["inventory"], items["schedule"], items["station"])
    for number, (made, schedule, station) in enumerate(others):
        made["stationId"] = f"station-{number}"
        schedule["evId"] = f"vehicle-{number}"
        if "locationUid" in station:
            station["locationUid"] = f"location-{number}"
        if "powerGroupParentPath" in station:
            station["powerGroupParentPath"] = [f"group-{number}"]
        connectors = station.get("connectors")
        for place, connector in enumerate(
            connectors if isinstance(connectors, list) else ()
        ):
            assert isinstance(connector, dict)
            connector["connectorId"] = str(place)
            _plan(connector, number)


def _plan(connector: dict[str, Value], number: int) -> None:
    """Let the sessions of a connector be those of its station's vehicle."""
    for field in ("latestTransaction", "lastTransaction"):
        session = connector.get(field)
        plan = session.get("schedulePlan") if isinstance(session, dict) else None
        if isinstance(plan, dict) and "evId" in plan:
            plan["evId"] = f"vehicle-{number}"


def _location_of(path: str) -> int | None:
    """Return the number of the location that a path is about."""
    found = BY_LOCATION.fullmatch(path)
    return int(found[1]) if found and int(found[1]) < COUNT else None


def _groups(items: Value) -> Value:
    """Return power groups by their ids, or by their places where they have none."""
    listed = items if isinstance(items, list) else []
    return {"tree": {str(number): group for number, group in enumerate(listed)}}


def _client(session: ClientSession) -> KempowerClient:
    return KempowerClient(
        session, server=SERVER, refresh_token="refresh-token", findings=FINDINGS
    )


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
        Feed(
            name="transaction",
            type_=Transaction,
            kind="transaction",
            asks=lambda path, _: path == "/transactions",
            around=lambda items: {"transactions": items},
            id_field="txId",
        ),
        Feed(
            name="inventory",
            type_=LocationChargingStation,
            kind="inventory",
            asks=lambda path, _: path.endswith("/stations") and path != "/stations",
            around=lambda items: {"stations": items},
            id_field="stationId",
            part=_location_of,
        ),
        Feed(
            name="schedule",
            type_=EvSchedule,
            kind="schedule",
            asks=lambda path, _: path.endswith("/schedules"),
            around=lambda items: {"recurringSchedules": [], "schedules": items},
            id_field="evId",
            part=_location_of,
        ),
        Feed(
            name="vehicle",
            type_=Vehicle,
            kind="vehicle",
            asks=lambda path, _: path == "/vehicles",
            around=lambda items: {"vehicles": items},
        ),
        Feed(
            name="group",
            type_=PowerGroup,
            kind="power group",
            asks=lambda path, _: path == "/loadBalancing/powerGroups",
            around=_groups,
            id_field="groupId",
        ),
    ),
    link=_link,
    first=lambda *_: {"token": "token"},
    client=_client,
    words=(mapping,),
    has_past=True,
)
