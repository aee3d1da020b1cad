"""What was measured, in a shape that can be kept: a run can be done piece by piece."""

from datetime import UTC, datetime
import os
from pathlib import Path
import platform

import msgspec
from msgspec import Struct

from homeassistant.const import __version__ as core_version

from .meter import Cost

type Piece = tuple[str, str, int]


class Result(Struct, kw_only=True):
    """What one piece of the benchmark came to.

    ``case`` and ``key`` say what was measured, of ``n`` stations (or sessions). ``listed`` is how many of them there were in
    the end, ``enabled`` and ``registered`` how many entities, ``dropped`` how many enabled ones have no state. ``spans`` are
    costs by what was done, ``load`` is that of the machine before it began: above one, others were at work.
    """

    case: str
    key: str
    n: int
    listed: int = 0
    enabled: int = 0
    registered: int = 0
    dropped: int = 0
    spans: dict[str, Cost]
    at: str = ""
    machine: str = ""
    core: str = core_version
    load: float = 0.0

    @property
    def piece(self) -> Piece:
        """What sets it apart from the other pieces of a run."""
        return self.case, self.key, self.n

    def cpu(self, span: str) -> float | None:
        """Return the processor time of a span in seconds; None where it was not measured."""
        cost = self.spans.get(span)
        return None if cost is None else cost.cpu


def stamped(result: Result, load: float) -> Result:
    """Return a result with when and where it was measured."""
    result.at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    result.machine = machine()
    result.load = load
    return result


def machine() -> str:
    """Return in a few words what this machine is."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    return f"{os.cpu_count()} × {name}, Python {platform.python_version()}"


def load_kept(path: Path) -> dict[Piece, Result]:
    """Return what was kept before."""
    if not path.exists():
        return {}
    kept = msgspec.json.decode(path.read_bytes(), type=list[Result])
    return {result.piece: result for result in kept}


def keep(path: Path, results: dict[Piece, Result]) -> None:
    """Keep results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = msgspec.json.encode(list(results.values()))
    path.write_bytes(msgspec.json.format(found, indent=1))
