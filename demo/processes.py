"""Start a program, watch it, and end it for certain."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
import os
from pathlib import Path
import shutil
import signal
from typing import Self

from .errors import ProcessEnded

TAIL_LINES = 25


class ManagedProcess:
    """A child process with its output in a log file; an async context manager that ends it.

    The child gets a process group of its own, so that Ctrl-C reaches only us and we end it in order.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        cwd: Path,
        log: Path,
        env: Mapping[str, str] | None = None,
        patience: float = 20.0,
    ) -> None:
        """Describe the process; nothing runs yet.

        Args:
            name: What a person calls it.
            command: The program and its arguments.
            cwd: The folder it runs in.
            log: Where its output goes.
            env: Additions to our own environment.
            patience: How long it may take to end when asked, in seconds, before it is killed.
        """
        self.name = name
        self.log = log
        self._command = list(command)
        self._cwd = cwd
        self._env = {**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})}
        self._patience = patience
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Return the process id."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""
        return None if self._process is None else self._process.returncode

    async def __aenter__(self) -> Self:
        """Start it."""
        command = self._command
        if setpriv := shutil.which("setpriv"):
            # should we be killed outright, the kernel ends the child
            command = [setpriv, "--pdeathsig", "TERM", *command]
        with self.log.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                cwd=self._cwd,
                env=self._env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it."""
        await self.stop()

    async def wait(self) -> int:
        """Wait until it ends and return its exit code."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask it to end, then make it; whatever it started itself goes too."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), self._patience)
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def kill(self) -> None:
        """End it without a word, as a crash would."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        """Signal the child's whole group; our own is another one."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def tail(self) -> str:
        """Return the last lines of its log, indented."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        lines = text.splitlines()[-TAIL_LINES:] or ["(it wrote nothing)"]
        return "\n".join(f"    {line}" for line in lines)

    def raise_if_ended(self) -> None:
        """Say how it ended, with the tail of its log, if it did.

        Raises:
            ProcessEnded: It is not running any more.
        """
        if self.returncode is not None:
            raise ProcessEnded(
                f"{self.name} ended by itself (exit code {self.returncode}). The end of its log:\n{self.tail()}"
            )
