"""A MariaDB server of our own, from Debian's binaries, on a free port."""

from collections.abc import Iterator
from importlib.util import find_spec
import os
from pathlib import Path
import shutil
import subprocess
import tempfile
import time

from .servers import free_port

PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb")
# Debian's path for what only administrators run.
FOLDERS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
# Unlike the other one, it can be installed without a compiler.
DRIVER = "pymysql"
USER = "ledger"
SECONDS = 30


def has_mariadb() -> bool:
    """Tell whether there is a server, and what Python needs to speak to it."""
    programs = (shutil.which(program, path=FOLDERS) for program in PROGRAMS)
    return all(programs) and find_spec(DRIVER) is not None


class MariaServer:
    """A server, until it is removed."""

    def __init__(self) -> None:
        """Make its files; it does not run yet."""
        self._folder = Path(tempfile.mkdtemp(prefix="ledger-mariadb-"))
        self._socket = self._folder / "socket"
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        # Started by root, it wants to be told that it may go on being root.
        self._user = ["--user=root"] if os.geteuid() == 0 else []
        self._run(
            "mariadb-install-db",
            *self._user,
            f"--datadir={self._folder / 'data'}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        )

    def start(self) -> None:
        """Run it, and wait until it answers."""
        self._process = subprocess.Popen(  # noqa: S603 - Debian's binary and our words
            self._command(
                "mariadbd",
                *self._user,
                f"--datadir={self._folder / 'data'}",
                "--bind-address=127.0.0.1",
                f"--port={self._port}",
                f"--socket={self._socket}",
                f"--pid-file={self._folder / 'pid'}",
                "--innodb-flush-log-at-trx-commit=0",
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + SECONDS
        while not self._answers("SELECT 1"):
            assert self._process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
        assert self._answers(
            f"CREATE USER '{USER}'@'127.0.0.1'; GRANT ALL ON *.* TO '{USER}'@'127.0.0.1'"
        )

    def remove(self) -> None:
        """End it without ceremony and delete its files."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(SECONDS)
        shutil.rmtree(self._folder)

    def create_database(self) -> str:
        """Return the address of a new database."""
        self._databases += 1
        name = f"ledger{self._databases}"
        assert self._answers(f"CREATE DATABASE {name}")
        return f"mariadb+{DRIVER}://{USER}@127.0.0.1:{self._port}/{name}"

    def _answers(self, words: str) -> bool:
        asked = subprocess.run(  # noqa: S603 - Debian's binary and our words
            self._command(
                "mariadb",
                f"--socket={self._socket}",
                "--user=root",
                f"--execute={words}",
            ),
            check=False,
            capture_output=True,
        )
        return asked.returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - Debian's binary and our words
            self._command(program, *arguments), check=True, capture_output=True
        )

    @staticmethod
    def _command(program: str, *arguments: str) -> list[str]:
        """Return a command that reads none of the machine's settings."""
        found = shutil.which(program, path=FOLDERS)
        assert found is not None
        return [found, "--no-defaults", *arguments]


def running_mariadb() -> Iterator[MariaServer]:
    """Run a server for as long as it is needed."""
    server = MariaServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()
