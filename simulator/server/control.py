"""The control endpoint: look at the world, move it, and make the clouds fail, over HTTP."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Literal, override

from aiohttp import web
import msgspec

from simulator.world.model import Json, NotInWorldError
from simulator.world.world import World

from .bodies import decode, json_answer
from .control_homes import HomesControl
from .facade import Facade
from .server import Server

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ClockBody(msgspec.Struct, forbid_unknown_fields=True):
    """Move the time on by seconds, set its speed, or both."""

    advance_seconds: float = 0.0
    speed: float | None = None


class ConnectorBody(msgspec.Struct, forbid_unknown_fields=True):
    """Do something at a connector."""

    action: Literal["plug_in", "start", "stop", "unplug", "fault", "clear_fault"]


class StationBody(msgspec.Struct, forbid_unknown_fields=True):
    """Do something to a station."""

    action: Literal[
        "offline", "online", "remove", "out_of_service", "in_service", "rename"
    ]
    name: str | None = None


class NewStationBody(msgspec.Struct, forbid_unknown_fields=True):
    """Add a station."""

    location: str | None = None
    name: str | None = None
    connectors: int | None = None


class TokensBody(msgspec.Struct, forbid_unknown_fields=True):
    """Do something to a vendor's tokens."""

    action: str


class ControlServer(Server):
    """Everything a test or a demo in another process needs."""

    def __init__(
        self,
        world: World,
        clouds: dict[str, Facade],
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        """Control a world and the clouds in front of it."""
        super().__init__(host, port)
        self._world = world
        self._clouds = clouds

    @override
    def build(self) -> web.Application:
        """Return a new application."""
        app = web.Application(middlewares=[_errors])
        app.add_routes(
            [
                *HomesControl(self._world.homes).routes(),
                web.get("/world", self._show_world),
                web.get("/requests", self._show_requests),
                web.delete("/requests", self._forget_requests),
                web.get("/faults", self._show_faults),
                web.post("/faults", self._add_fault),
                web.delete("/faults", self._clear_faults),
                web.post("/clock", self._move_clock),
                web.post("/stations", self._add_station),
                web.post("/stations/{station}", self._change_station),
                web.post("/connectors/{station}/{connector}", self._change_connector),
                web.post("/{vendor}/tokens", self._change_tokens),
            ]
        )
        app.add_routes(
            web.RouteDef(
                route.method, f"/{name}{route.path}", route.handler, route.kwargs
            )
            for name, cloud in self._clouds.items()
            for route in cloud.control_routes()
        )
        return app

    async def _show_world(self, request: web.Request) -> web.Response:
        """Show time, locations, stations and connectors."""
        world = self._world
        return json_answer(
            {
                "now": world.clock.now().isoformat(),
                "speed": world.clock.speed,
                "seed": world.seed,
                "locations": [
                    {"id": it.id, "name": it.name, "city": it.city}
                    for it in world.locations.values()
                ],
                "stations": [
                    _station(world, station_id) for station_id in world.station_ids
                ],
            }
        )

    async def _show_requests(self, request: web.Request) -> web.Response:
        """Show what the clouds were asked, by cloud."""
        return json_answer(
            {
                name: [_builtins(record) for record in cloud.requests]
                for name, cloud in self._chosen(request).items()
            }
        )

    async def _forget_requests(self, request: web.Request) -> web.Response:
        """Forget what the clouds were asked."""
        for cloud in self._chosen(request).values():
            cloud.requests.clear()
        return json_answer({})

    async def _show_faults(self, request: web.Request) -> web.Response:
        """Show how many faults are in place, by cloud; clouds without any are left out."""
        return json_answer(
            {
                name: len(cloud.faults)
                for name, cloud in self._chosen(request).items()
                if len(cloud.faults)
            }
        )

    async def _add_fault(self, request: web.Request) -> web.Response:
        """Put a fault in place: the fields of `Fault`, and `vendor` unless all clouds are meant."""
        fields = decode(await request.read(), dict[str, msgspec.Raw])
        raw = fields.pop("vendor", None)
        vendor = None if raw is None else decode(bytes(raw), str)
        clouds = self._named(vendor)
        for cloud in clouds.values():
            cloud.faults.put(fields)
        return json_answer({"added": list(clouds)})

    async def _clear_faults(self, request: web.Request) -> web.Response:
        """Take all faults away."""
        for cloud in self._chosen(request).values():
            cloud.faults.clear()
        return json_answer({})

    async def _move_clock(self, request: web.Request) -> web.Response:
        """Move the time on."""
        body = decode(await request.read(), ClockBody)
        clock = self._world.clock
        try:
            clock.advance(timedelta(seconds=body.advance_seconds))
        except OverflowError:
            raise ValueError("advance_seconds is too large") from None
        if body.speed is not None:
            clock.speed = body.speed
        return json_answer({"now": clock.now().isoformat(), "speed": clock.speed})

    async def _add_station(self, request: web.Request) -> web.Response:
        """Add a station."""
        body = decode(await request.read() or b"{}", NewStationBody)
        view = self._world.add_station(
            body.location, name=body.name, connectors=body.connectors
        )
        return json_answer(_station(self._world, view.id))

    async def _change_station(self, request: web.Request) -> web.Response:
        """Do something to a station."""
        world, station = self._world, request.match_info["station"]
        body = decode(await request.read(), StationBody)
        match body.action:
            case "offline":
                world.set_offline(station)
            case "online":
                world.set_online(station)
            case "remove":
                world.remove_station(station)
                return json_answer({})
            case "in_service" | "out_of_service":
                world.set_in_service(station, body.action == "in_service")
            case "rename":
                if not body.name:
                    raise ValueError("rename needs a name")
                world.rename_station(station, body.name)
        return json_answer(_station(world, station))

    async def _change_connector(self, request: web.Request) -> web.Response:
        """Do something at a connector."""
        world = self._world
        station, connector = (
            request.match_info["station"],
            request.match_info["connector"],
        )
        match decode(await request.read(), ConnectorBody).action:
            case "plug_in":
                world.plug_in(station, connector)
            case "start":
                world.start_charging(station, connector)
            case "stop":
                world.stop_charging(station, connector)
            case "unplug":
                world.unplug(station, connector)
            case "fault":
                world.set_fault(station, connector)
            case "clear_fault":
                world.clear_fault(station, connector)
        return json_answer(_station(world, station))

    async def _change_tokens(self, request: web.Request) -> web.Response:
        """Do something to a vendor's tokens, and show the credentials."""
        vendor = request.match_info["vendor"]
        cloud = self._named(vendor)[vendor]
        action = decode(await request.read(), TokensBody).action
        actions = cloud.token_actions()
        if action not in actions:
            raise ValueError(f"no action {action!r}; there are {', '.join(actions)}")
        actions[action]()
        return json_answer(cloud.credentials())

    def _chosen(self, request: web.Request) -> dict[str, Facade]:
        """Return the clouds which `?vendor=` names, or all."""
        return self._named(request.query.get("vendor"))

    def _named(self, vendor: str | None) -> dict[str, Facade]:
        """Return one cloud by its name, or all."""
        if vendor is None:
            return self._clouds
        if vendor not in self._clouds:
            raise NotInWorldError(
                f"no vendor {vendor!r}; there are {', '.join(self._clouds)}"
            )
        return {vendor: self._clouds[vendor]}


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say clearly what was wrong: 404 for what does not exist, 400 for what makes no sense."""
    try:
        return await handler(request)
    except NotInWorldError as error:
        return json_answer({"error": str(error)}, 404)
    except ValueError as error:
        return json_answer({"error": str(error)}, 400)
    except web.HTTPException as error:
        return json_answer({"error": error.reason}, error.status)


def _builtins(thing: object) -> Json:
    """Return a dataclass as JSON content."""
    content: Json = msgspec.to_builtins(thing)
    return content


def _station(world: World, station_id: str) -> dict[str, Json]:
    """Return a station in short."""
    view = world.station(station_id)
    return {
        "id": view.id,
        "name": view.name,
        "location": view.location_id,
        "online": view.online,
        "in_service": view.in_service,
        "power_w": round(view.power_w, 1),
        "connectors": [
            {
                "id": connector.spec.id,
                "type": connector.spec.type.value,
                "status": connector.status.value,
                "power_w": round(connector.power_w, 1),
                "session": None if connector.session is None else connector.session.id,
                "energy_wh": None
                if connector.session is None
                else round(connector.session.energy_wh, 1),
            }
            for connector in view.connectors
        ],
    }
