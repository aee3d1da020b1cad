"""What ChargEye can be told to do, in the two dialects of the made-up OpenAPI files."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from aiohttp import web
import msgspec

from simulator.server.bodies import decode
from simulator.world.model import Json, NotInWorldError, Phase, WorldError
from simulator.world.world import World

from .api_files import Dialect
from .options import KempowerOptions

#: how long a station is away when it starts anew, in seconds
RESTART_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Given:
    """A command as it arrived: its name, and what it said, powers in W."""

    name: str
    values: dict[str, Json] = field(default_factory=dict)


class _Thing(msgspec.Struct):
    id: str


class _Start(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    connector_id: str


class _Availability(msgspec.Struct, forbid_unknown_fields=True):
    availability: str


class _Limit(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    power_limit_kw: float


class _Command(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    station: _Thing | None = None
    connector: _Thing | None = None
    station_id: str | None = None
    charging_station_id: str | None = None
    transaction_id: str | None = None
    operative: bool | None = None
    type: str | None = None
    limit: float | None = None
    unit: str | None = None


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    command: _Command


class Commands:
    """Takes commands, each of which is written down."""

    def __init__(self, world: World, options: KempowerOptions) -> None:
        """Have been given none yet."""
        self.given: list[Given] = []
        self._world = world
        self._options = options

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the routes of both dialects; the one that is not spoken answers 404."""
        station = "/chargingStations/{station}"
        connector = station + "/connectors/{connector}"
        session = station + "/transactions/{session}"
        limit = "powerLimit"
        alpha = [
            ("POST", f"{station}/transactions/start", self._start),
            ("POST", f"{session}/stop", self._stop),
            ("PUT", f"{connector}/availability", self._availability),
            ("POST", f"{station}/restart", self._restart),
            ("PUT", f"{station}/{limit}", self._limit),
            ("PUT", f"{connector}/{limit}", self._limit),
            ("PUT", f"{session}/{limit}", self._limit),
        ]
        beta = [
            ("POST", "/operations/start", "start"),
            ("POST", "/operations/stop", "stop"),
            ("PATCH", "/operations/availability", "availability"),
            ("POST", "/operations/restart", "restart"),
            ("POST", "/operations/limits/station", "limit"),
            ("POST", "/operations/limits/connector", "limit"),
            ("POST", "/operations/limits/transaction", "limit"),
        ]
        for method, path, read in alpha:
            yield web.route(method, path, self._handler("alpha", read))
        for method, path, name in beta:
            yield web.route(method, path, self._handler("beta", _enveloped(name)))

    def _handler(
        self, dialect: Dialect, read: Callable[[dict[str, str], bytes], Given]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.Response:
            if self._options.dialect != dialect:
                raise web.HTTPNotFound
            try:
                given = read(dict(request.match_info), await request.read())
                self.given.append(given)
                self._obey(given)
            except NotInWorldError:
                raise web.HTTPNotFound from None
            except ValueError, WorldError:
                raise web.HTTPBadRequest from None
            if self._options.command_answer == "rejected":
                return web.json_response({"response": "Rejected"})
            return web.json_response({"response": "Accepted"})

        return handle

    # ---- the first dialect: ids stand in the path

    def _start(self, ids: dict[str, str], body: bytes) -> Given:
        return Given("start", {**ids, "connector": decode(body, _Start).connector_id})

    def _stop(self, ids: dict[str, str], body: bytes) -> Given:
        return Given("stop", {**ids})

    def _availability(self, ids: dict[str, str], body: bytes) -> Given:
        word = decode(body, _Availability).availability
        if word not in ("Operative", "Inoperative"):
            raise ValueError(word)
        return Given("availability", {**ids, "operative": word == "Operative"})

    def _restart(self, ids: dict[str, str], body: bytes) -> Given:
        return Given("restart", {**ids})

    def _limit(self, ids: dict[str, str], body: bytes) -> Given:
        watts = decode(body, _Limit).power_limit_kw * 1000
        return Given("limit", {**ids, "watts": watts})

    # ---- what comes of it

    def _obey(self, given: Given) -> None:
        if self._options.command_answer == "rejected":
            return
        world = self._world
        station, connector = self._target(given)
        match given.name:
            case "start":
                world.start_charging(station, connector or "")
            case "stop":
                world.stop_charging(station, connector or "")
            case "availability":
                operative = bool(given.values["operative"])
                world.set_connector_in_service(station, connector or "", operative)
            case "restart":
                world.restart(station, RESTART_SECONDS)
            case "limit":
                world.limit_power(
                    station,
                    float(str(given.values["watts"])),
                    connector,
                    session_only="session" in given.values,
                )

    def _target(self, given: Given) -> tuple[str, str | None]:
        """Return the station and the connector that a command is about."""
        values = given.values
        if (session := values.get("session")) is not None:
            for station in self._world.stations():
                for connector in station.connectors:
                    running = connector.session
                    if (
                        running is not None
                        and running.id == session
                        and running.phase is not Phase.ENDED
                    ):
                        return station.id, connector.spec.id
            raise NotInWorldError("no such transaction")
        connector_id = values.get("connector")
        return str(values["station"]), None if connector_id is None else str(
            connector_id
        )


def _enveloped(name: str) -> Callable[[dict[str, str], bytes], Given]:
    """Return what reads a command of the second dialect: everything stands in the body."""

    def read(ids: dict[str, str], body: bytes) -> Given:
        command = decode(body, _Envelope).command
        values: dict[str, Json] = {}
        station = command.station.id if command.station else command.station_id
        if station := station or command.charging_station_id:
            values["station"] = station
        if command.connector:
            values["connector"] = command.connector.id
        if command.transaction_id:
            values["session"] = command.transaction_id
        if command.operative is not None:
            values["operative"] = command.operative
        if command.type:
            values["type"] = command.type
        if command.limit is not None:
            if command.unit != "W":
                raise ValueError("no unit for a power")
            values["watts"] = command.limit
        return Given(name, values)

    return read
