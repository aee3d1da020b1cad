"""Generated answers of ev.energy."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from aiohttp import ClientSession

from custom_components.ev_charging_cloud.clients.ev_energy import (
    EvEnergyClient,
    mapping,
)
from custom_components.ev_charging_cloud.clients.ev_energy.wire import (
    Evse,
    EvseConnectivity,
    Session,
    SubSession,
    Tariff,
    User,
    Vehicle,
)
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)

from .feeds import SERVER, Feed, Source, distinct, each, ids
from .values import Value


def _asks(path: str) -> Callable[[str, str], bool]:
    return lambda asked, _: fnmatchcase(asked, f"/v2/{path}")


def _link(items: Mapping[str, list[dict[str, Value]]]) -> None:
    ids(
        items,
        {
            "charger": "id",
            "vehicle": "id",
            "session": "id",
            "sub-session": "id",
            "user": "id",
        },
    )
    for number, (session, part) in enumerate(
        each(items["session"], items["sub-session"])
    ):
        session["evse"] = f"https://cloud.example/v2/evses/charger-{number}"
        session["vehicle"] = {"id": f"vehicle-{number}"}
        if session.get("end") is not None:
            # Of the type that is described any text is, but a time is meant.
            session["end"] = f"2025-05-{number + 1:02}T10:00:00Z"
        parts = session.get("sub_sessions")
        for place, told in enumerate(parts if isinstance(parts, list) else ()):
            if isinstance(told, dict):
                told["id"] = part["id"] if place == 0 else f"part-{place}-{number}"
    home = items["user"][0].get("default_location")
    items["user"][0]["default_location"] = {
        **(home if isinstance(home, dict) else {}),
        "tariff": "https://cloud.example/v2/tariffs/tariff",
    }


async def _token() -> Token:
    return Token(value="token")


def _client(session: ClientSession) -> EvEnergyClient:
    return EvEnergyClient(session, server=SERVER, tokens=TokenSource(_token))


SOURCE = Source(
    key="ev_energy",
    feeds=(
        Feed(
            name="charger",
            type_=Evse,
            kind="charger",
            asks=_asks("evses"),
            skipped=distinct,
        ),
        Feed(
            name="vehicle",
            type_=Vehicle,
            kind="vehicle",
            asks=_asks("vehicles"),
            skipped=distinct,
        ),
        Feed(
            name="session",
            type_=Session,
            kind="session",
            asks=_asks("charging_sessions"),
        ),
        Feed(
            name="sub-session",
            type_=SubSession,
            kind="sub-session",
            asks=_asks("charging_sub_sessions"),
            # Read only while something charges.
            is_typed=False,
        ),
        Feed(
            name="user", type_=User, kind="user", asks=_asks("users/*"), is_single=True
        ),
        Feed(
            name="tariff",
            type_=Tariff,
            kind="tariff",
            asks=_asks("tariffs/*"),
            is_single=True,
        ),
        Feed(
            name="connectivity",
            type_=EvseConnectivity,
            kind="connectivity",
            asks=_asks("evses/charger-0/connectivity"),
            is_single=True,
        ),
    ),
    link=_link,
    first=lambda *_: [],
    client=_client,
    words=(mapping,),
    polls=2,
)
