"""What this vendor adds to the control endpoint: its options, and the driver's sessions."""

from collections.abc import Callable
from dataclasses import fields
from typing import Literal, get_type_hints

from aiohttp import web
import msgspec

from simulator.server.bodies import decode, json_answer
from simulator.world.model import Json

from .charges import Charge
from .options import BeenergisedDriverOptions


class SessionBody(msgspec.Struct, forbid_unknown_fields=True):
    """Start or stop a session by hand; what is left out is chosen."""

    action: Literal["start", "stop"]
    connector: str | None = None
    tag: str | None = None
    session: str | None = None


class DriverControl:
    """Everything about the driver that a test or a demo in another process needs."""

    def __init__(
        self,
        options: BeenergisedDriverOptions,
        running: Callable[[], list[Charge]],
        start: Callable[[str | None, str | None], str],
        stop: Callable[[str | None], str],
    ) -> None:
        """Control the options and the sessions."""
        self._options = options
        self._running = running
        self._start = start
        self._stop = stop

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/options", self._show_options),
            web.post("/options", self._change_options),
            web.get("/sessions", self._show_sessions),
            web.post("/sessions", self._change_sessions),
        ]

    async def _show_options(self, request: web.Request) -> web.Response:
        """Show every option."""
        return json_answer(self._content())

    async def _change_options(self, request: web.Request) -> web.Response:
        """Change some options: all that are named, or none if one makes no sense."""
        wanted = decode(await request.read(), dict[str, msgspec.Raw])
        types = get_type_hints(BeenergisedDriverOptions)
        if unknown := wanted.keys() - types.keys():
            raise ValueError(f"no such option: {', '.join(sorted(unknown))}")
        decoded = {
            name: decode(bytes(raw), types[name]) for name, raw in wanted.items()
        }
        for name, value in decoded.items():
            setattr(self._options, name, value)
        return json_answer(self._content())

    async def _show_sessions(self, request: web.Request) -> web.Response:
        """Show the sessions that are not over."""
        return json_answer([_session(charge) for charge in self._running()])

    async def _change_sessions(self, request: web.Request) -> web.Response:
        """Start or stop a session."""
        body = decode(await request.read(), SessionBody)
        if body.action == "start":
            session = self._start(body.connector, body.tag)
        else:
            session = self._stop(body.session)
        return json_answer({"session": session})

    def _content(self) -> Json:
        """Return the options as JSON content."""
        return {
            option.name: msgspec.to_builtins(getattr(self._options, option.name))
            for option in fields(self._options)
        }


def _session(charge: Charge) -> dict[str, Json]:
    """Return a session in short."""
    return {
        "id": charge.id,
        "station": charge.site.label,
        "connector": charge.plug.id,
        "tag": charge.tag,
    }
