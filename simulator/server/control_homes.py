"""The part of the control endpoint that concerns homes: look at chargers and cars, and move them."""

from typing import Literal

from aiohttp import web
import msgspec

from simulator.homes import Homes, Link
from simulator.world.model import Json

from .bodies import decode, json_answer


class ChargerBody(msgspec.Struct, forbid_unknown_fields=True):
    """Do something at a home charger; `car`, `guest` and `soc` are for plugging in."""

    action: Literal[
        "plug_in",
        "start",
        "stop",
        "unplug",
        "fault",
        "clear_fault",
        "offline",
        "online",
        "boost_start",
        "boost_end",
    ]
    car: str | None = None
    guest: bool = False
    soc: float | None = None


class CarBody(msgspec.Struct, forbid_unknown_fields=True):
    """Change a private car: what is left out stays."""

    smart: bool | None = None
    limit: int | None = None
    link: Link | None = None


class HomesControl:
    """Everything about homes that a test or a demo in another process needs."""

    def __init__(self, homes: Homes) -> None:
        """Control some homes."""
        self._homes = homes

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/homes", self._show),
            web.post("/chargers/{charger}", self._change_charger),
            web.post("/cars/{car}", self._change_car),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        """Show people, chargers and cars."""
        homes = self._homes
        return json_answer(
            {
                "people": [
                    {"id": it.id, "name": it.name, "email": it.email}
                    for it in homes.people
                ],
                "chargers": [self._charger(it) for it in homes.charger_ids()],
                "cars": [self._car(it) for it in homes.car_ids()],
            }
        )

    async def _change_charger(self, request: web.Request) -> web.Response:
        """Do something at a charger."""
        homes, charger = self._homes, request.match_info["charger"]
        body = decode(await request.read(), ChargerBody)
        match body.action:
            case "plug_in":
                homes.plug_in(charger, car_id=body.car, guest=body.guest, soc=body.soc)
            case "start":
                homes.start_charging(charger)
            case "stop":
                homes.stop_charging(charger)
            case "unplug":
                homes.unplug(charger)
            case "fault":
                homes.set_fault(charger)
            case "clear_fault":
                homes.clear_fault(charger)
            case "offline":
                homes.set_offline(charger)
            case "online":
                homes.set_online(charger)
            case "boost_start":
                homes.boost_start(charger)
            case "boost_end":
                homes.boost_end(charger)
        return json_answer(self._charger(charger))

    async def _change_car(self, request: web.Request) -> web.Response:
        """Change a car."""
        homes, car = self._homes, request.match_info["car"]
        body = decode(await request.read(), CarBody)
        if body.limit is not None and not 50 <= body.limit <= 100:
            raise ValueError("limit is from 50 to 100")
        if body.smart is not None:
            homes.set_smart(car, body.smart)
        if body.limit is not None:
            homes.set_limit(car, body.limit)
        if body.link is not None:
            homes.set_link(car, body.link)
        return json_answer(self._car(car))

    def _charger(self, charger_id: str) -> dict[str, Json]:
        """Return a charger in short."""
        view = self._homes.charger(charger_id)
        session = view.session
        return {
            "id": charger_id,
            "person": view.charger.home.person.id,
            "serial": view.charger.serial,
            "online": view.online,
            "fault": view.fault,
            "plugged_in": session is not None,
            "power_w": round(view.power_w, 1),
            "mode": None if session is None else session.parts[-1].mode.value,
            "car": None if session is None or session.car is None else session.car.id,
        }

    def _car(self, car_id: str) -> dict[str, Json]:
        """Return a car in short."""
        view = self._homes.car(car_id)
        return {
            "id": car_id,
            "person": view.car.home.person.id,
            "name": view.car.name,
            "soc": round(view.soc, 1),
            "power_w": round(view.power_w, 1),
            "smart": view.smart,
            "limit": view.limit,
            "link": view.link.value,
        }
