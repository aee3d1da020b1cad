"""An HTTP server inside the running event loop which can stop and come back on the same port."""

from abc import ABC, abstractmethod
import socket
import weakref

from aiohttp import web

#: how long a stopping server waits for answers under way, in seconds
SHUTDOWN_SECONDS = 0.1


class Server(ABC):
    """A server on one port of this machine only."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Remember where to listen; port 0 takes a free one at the first start and keeps it."""
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self._held: weakref.finalize[[], Server] | None = None

    @abstractmethod
    def build(self) -> web.Application:
        """Return a new application; one serves for one start only."""

    @property
    def address(self) -> str:
        """Return the server's address without a path; known after the first start."""
        return f"http://{self._host}:{self._port}"

    @property
    def listening(self) -> bool:
        """Return whether the server listens."""
        return self._runner is not None

    async def start(self) -> None:
        """Listen; does nothing if it does already."""
        if self._runner is not None:
            return
        runner = web.AppRunner(
            self.build(),
            access_log=None,
            handle_signals=False,
            # a client that left must not leave a delayed answer behind
            handler_cancellation=True,
            shutdown_timeout=SHUTDOWN_SECONDS,
        )
        await runner.setup()
        self.release()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._port = int(runner.addresses[0][1])
        self._runner = runner

    async def stop(self, *, for_good: bool = False) -> None:
        """Stop listening and close every connection; does nothing if it has stopped already.

        Whoever connects is refused then. Unless it is for good, the port is kept, so that no other program is given it
        before the next start.
        """
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
            if not for_good:
                self._hold()

    def release(self) -> None:
        """Let others have the port of a server that has stopped."""
        if self._held is not None:
            self._held()

    def _hold(self) -> None:
        """Take the port without listening there."""
        holder = socket.socket()
        # as a server does: connections that were closed a moment ago are in nobody's way
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((self._host, self._port))
        self._held = weakref.finalize(self, holder.close)
