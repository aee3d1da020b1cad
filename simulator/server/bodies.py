"""Bodies of requests to the control endpoint, and of its answers."""

from aiohttp import web
import msgspec

from simulator.world.model import Json


def decode[T](body: bytes, kind: type[T]) -> T:
    """Return what the body of a request holds.

    Raises:
        ValueError: if it is not such a thing.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(f"cannot use this body: {error}") from error


def json_answer(content: Json, status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(
        body=msgspec.json.encode(content),
        status=status,
        content_type="application/json",
    )
