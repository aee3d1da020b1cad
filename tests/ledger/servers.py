"""A PostgreSQL server of our own, from Debian's binaries, on a free port."""

from collections.abc import Iterator
import os
from pathlib import Path
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# Where Debian has them; a folder can be named by PG_BIN.
DEBIAN = Path("/usr/lib/postgresql")
PROGRAMS = ("initdb", "postgres", "createdb", "pg_isready")
USER = "postgres"
SECONDS = 30

FREE_PORT = """
import socket
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    print(probe.getsockname()[1])
"""


def find_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL; None if there is none."""
    folders: list[Path] = []
    if named := os.environ.get("PG_BIN"):
        folders.append(Path(named))
    if on_path := shutil.which("initdb"):
        # What is on the path may only point to where it is.
        folders.append(Path(on_path).resolve().parent)
    versions = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    folders += sorted(versions, key=lambda p: int(p.parent.name), reverse=True)
    return next(
        (
            path
            for path in folders
            if all((path / program).exists() for program in PROGRAMS)
        ),
        None,
    )


def free_port() -> int:
    """Return a port that nobody listens on; tests themselves may open no socket."""
    found = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", FREE_PORT], check=True, capture_output=True, text=True
    )
    return int(found.stdout)


class PostgresServer:
    """A server with an empty database, until it is removed."""

    def __init__(self, binaries: Path) -> None:
        """Make its files; it does not run yet."""
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="ledger-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self._port = free_port()
        if os.geteuid() == 0:
            owner = pwd.getpwnam(USER)
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
            "--username=ledger",
            f"--pgdata={self._folder / 'data'}",
        )

    def start(self) -> None:
        """Run it, and wait until it answers."""
        self._process = subprocess.Popen(  # noqa: S603 - Debian's binary and our words
            self._command(
                "postgres",
                "-D",
                str(self._folder / "data"),
                "-h",
                "127.0.0.1",
                "-p",
                str(self._port),
                "-k",
                "",
                "-c",
                "fsync=off",
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + SECONDS
        while not self._is_ready():
            assert self._process.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it, whoever is connected."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(SECONDS)

    def remove(self) -> None:
        """End it without ceremony and delete its files."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    def create_database(self) -> str:
        """Return the address of a new database."""
        self._databases += 1
        name = f"ledger{self._databases}"
        self._run(
            "createdb",
            "--host=127.0.0.1",
            f"--port={self._port}",
            "--username=ledger",
            "--template=template0",
            name,
        )
        return f"postgresql://ledger@127.0.0.1:{self._port}/{name}"

    def _is_ready(self) -> bool:
        asked = subprocess.run(  # noqa: S603 - Debian's binary and our words
            [self._binaries / "pg_isready", "-h", "127.0.0.1", "-p", str(self._port)],
            check=False,
            capture_output=True,
        )
        return asked.returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - Debian's binary and our words
            self._command(program, *arguments), check=True, capture_output=True
        )

    def _command(self, program: str, *arguments: str) -> list[str]:
        """Return a command; PostgreSQL refuses to be run by root."""
        command = [str(self._binaries / program), *arguments]
        if os.geteuid() == 0:
            ids = (f"--reuid={USER}", f"--regid={USER}", "--clear-groups")
            # It ends with the tests, even if these are killed.
            options = (*ids, "--pdeathsig=SIGQUIT")
            command = [shutil.which("setpriv") or "setpriv", *options, *command]
        return command


def running_postgres(binaries: Path) -> Iterator[PostgresServer]:
    """Run a server for as long as it is needed."""
    server = PostgresServer(binaries)
    try:
        server.start()
        yield server
    finally:
        server.remove()
