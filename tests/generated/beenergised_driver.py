"""Generated answers of be.ENERGISED to a driver's client."""

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import ClientSession
from graphql import introspection_from_schema

from custom_components.ev_charging_cloud.clients.beenergised_driver import (
    BeenergisedDriverClient,
    mapping,
    words,
)
from custom_components.ev_charging_cloud.clients.beenergised_driver.wire import (
    Chargelog,
    Document,
    Station,
)
from custom_components.ev_charging_cloud.clients.model import ChargingSession, Connector
from custom_components.ev_charging_cloud.clients.search import Favourites
from custom_components.ev_charging_cloud.clients.transport.tokens import (
    Token,
    TokenSource,
)
from simulator.beenergised_driver.schema import make_schema

from .feeds import SERVER, Around, Feed, Source, distinct, each, ids, without
from .values import Value

SESSIONS, STATIONS, DOCUMENTS = "chargelogsPaged", "cpsPaged", "accountDocumentsPaged"


def _resolve(*_: object) -> object:
    raise AssertionError("nothing is asked of this schema but what it is")


SCHEMA: Any = introspection_from_schema(make_schema("alpha", {}, _resolve))


def _asks(root: str) -> Callable[[str, str], bool]:
    return lambda _, sent: root in sent


def _around(root: str) -> Around:
    def around(items: Value) -> Value:
        count = len(items) if isinstance(items, list) else 0
        return {"data": {root: {"pagination": {"totalCount": count}, "data": items}}}

    return around


def _link(items: Mapping[str, list[dict[str, Value]]]) -> None:
    ids(items, dict.fromkeys(("session", "station", "document"), "id"))
    for number, (session, station) in enumerate(
        each(items["session"], items["station"])
    ):
        station["connectors"] = [
            {**each_, "id": f"plug-{place}-{number}", "connectors": None}
            for place, each_ in enumerate(_objects(station.get("connectors")))
        ]
        session["connector"] = {"id": f"plug-0-{number}"}


def _objects(found: Value | None) -> list[dict[str, Value]]:
    listed = found if isinstance(found, list) else []
    return [it for it in listed if isinstance(it, dict)]


def _plain(it: object) -> object:
    """Return an object without money and energy, whose units all sessions tell."""
    if isinstance(it, Connector) and it.session is not None:
        return without(it, "session"), _plain(it.session)
    if isinstance(it, ChargingSession):
        return without(it, "energy", "cost", "net_cost")
    return it


async def _token() -> Token:
    return Token(value="token")


def _client(session: ClientSession) -> BeenergisedDriverClient:
    return BeenergisedDriverClient(
        session,
        server=SERVER,
        tokens=TokenSource(_token),
        account_hint="driver@example.com",
        choice=Favourites(),
    )


SOURCE = Source(
    key="beenergised_driver",
    feeds=(
        Feed(
            name="session",
            type_=Chargelog,
            kind="session",
            asks=_asks(SESSIONS),
            around=_around(SESSIONS),
        ),
        Feed(
            name="station",
            type_=Station,
            kind="station",
            asks=_asks(STATIONS),
            around=_around(STATIONS),
            skipped=distinct,
        ),
        Feed(
            name="document",
            type_=Document,
            kind="document",
            asks=_asks(DOCUMENTS),
            around=_around(DOCUMENTS),
        ),
    ),
    link=_link,
    first=lambda *_: {"data": SCHEMA},
    client=_client,
    words=(mapping, words),
    plain=_plain,
)
