"""The part of the control endpoint that concerns maintenance windows: look at them, add one, remove one."""

from datetime import timedelta

from aiohttp import web
import msgspec

from simulator.server.bodies import decode, json_answer
from simulator.world.model import NotInWorldError
from simulator.world.world import World

from .ids import connector_uuid, station_uuid
from .windows import Windows, stamp


class NewWindowBody(msgspec.Struct, forbid_unknown_fields=True):
    """Add a window to a station or a connector of the world; it may begin in the past."""

    station: str
    connector: str | None = None
    begin_in_seconds: float = 0.0
    seconds: float = 3_600.0
    comment: str | None = None


class WindowsControl:
    """What a demo in another process needs."""

    def __init__(self, world: World, windows: Windows) -> None:
        """Control the windows of a world's stations."""
        self._world = world
        self._windows = windows

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/windows", self._show),
            web.post("/windows", self._add),
            web.delete("/windows/{id}", self._remove),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        """Show all windows."""
        return json_answer({"windows": [it.document() for it in self._windows.all()]})

    async def _add(self, request: web.Request) -> web.Response:
        """Add a window."""
        body = decode(await request.read(), NewWindowBody)
        if body.connector is None:
            self._world.station(body.station)
            connector = None
        else:
            self._world.connector(body.station, body.connector)
            connector = connector_uuid(body.station, body.connector)
        if body.seconds <= 0:
            raise ValueError("seconds must be more than 0")
        try:
            start = self._world.clock.now() + timedelta(seconds=body.begin_in_seconds)
            end = start + timedelta(seconds=body.seconds)
        except OverflowError:
            raise ValueError("that is too far away") from None
        window_id = self._windows.add(
            station_uuid(body.station), connector, start, end, body.comment
        )
        return json_answer({"id": window_id, "start": stamp(start), "end": stamp(end)})

    async def _remove(self, request: web.Request) -> web.Response:
        """Remove a window."""
        window_id = request.match_info["id"]
        if self._windows.get(window_id) is None:
            raise NotInWorldError(f"no maintenance window {window_id!r}")
        self._windows.remove(window_id)
        return json_answer({})
