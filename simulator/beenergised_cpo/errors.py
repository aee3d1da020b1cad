"""Errors as JSON:API writes them. How the CPO API writes its own is not documented."""

from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web

from simulator.server.faults import Handler
from simulator.world.model import Json

TITLES = {status.value: status.phrase for status in HTTPStatus}
DETAILS = {
    401: "The access token is missing or not valid.",
    403: "The access token lacks a scope that starts with cpoapi.",
    404: "There is no such resource.",
    429: "Too many requests are running in parallel.",
}


class ApiError(Exception):
    """Ends the handling of a request with an error answer."""

    def __init__(self, status: int, detail: str | None = None) -> None:
        """Say which status, and what is wrong unless the usual text does."""
        super().__init__(detail or DETAILS.get(status, "The request failed."))
        self.status = status
        self.detail = detail


def document(status: int, detail: str | None) -> Json:
    """Return the body of an error."""
    return {
        "errors": [
            {
                "status": str(status),
                "title": TITLES.get(status, "Error"),
                "detail": detail or DETAILS.get(status, "The request failed."),
            }
        ]
    }


def answering(
    handler: Handler, error: Callable[[int, str | None], web.Response]
) -> Handler:
    """Return a handler whose ApiErrors become answers."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as failure:
            return error(failure.status, failure.detail)

    return handle
