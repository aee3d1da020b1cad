"""Lets a part of a vendor's API fail for a while."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from errno import ECONNREFUSED
from fnmatch import fnmatchcase
from unittest.mock import patch

from aiohttp import ClientConnectorError, ClientRequest, ClientTimeout, TCPConnector
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from simulator.server.facade import Facade
from simulator.server.faults import Fault

from .parts import Part
from .troubles import Trouble

type Connect = Callable[
    [TCPConnector, ClientRequest, list[Trace], ClientTimeout], Awaitable[Connection]
]


@contextmanager
def failing(cloud: Facade, part: Part, trouble: Trouble) -> Iterator[list[Fault]]:
    """Let a part of a cloud fail, which has no other faults; the faults are given."""
    faults = [
        cloud.faults.put({"path": part.path, "holds": part.holds} | fields)
        for fields in trouble.faults(part)
    ]
    connect = (
        patch.object(TCPConnector, "connect", _refusing(cloud, part))
        if trouble.refuses
        else nullcontext()
    )
    with connect:
        yield faults
    cloud.faults.clear()


def _refusing(cloud: Facade, part: Part) -> Connect:
    """Return what makes no connection for a part's requests."""
    connect: Connect = TCPConnector.connect

    async def refuse(
        connector: TCPConnector,
        request: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,
    ) -> Connection:
        if _is_for(request, cloud, part):
            raise ClientConnectorError(
                request.connection_key, OSError(ECONNREFUSED, "Connection refused")
            )
        return await connect(connector, request, traces, timeout)

    return refuse


def _is_for(request: ClientRequest, cloud: Facade, part: Part) -> bool:
    if str(request.url.origin()) != cloud.address:
        return False
    path = request.url.path.removeprefix(cloud.base_path)
    content = request.body.decode() if request.body else ""
    return fnmatchcase(path, part.path) and (part.holds or "") in content
