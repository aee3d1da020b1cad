"""Measure accounts of many stations: `python -m benchmark --help`."""

import argparse
import asyncio
from collections.abc import Sequence
import platform
import subprocess
import sys

import msgspec

from homeassistant.const import __version__ as core_version

from .clouds import CASES, REPOSITORY
from .measure import POLLS, Result, async_measure
from .table import table


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/benchmark",
        description="What accounts of many stations cost Home Assistant, beside what they could cost at best.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="small accounts only, in two minutes"
    )
    parser.add_argument("--json", action="store_true", help="print all as JSON")
    parser.add_argument("--vendor", choices=tuple(CASES), action="append")
    parser.add_argument("--stations", type=int, action="append", help="these sizes")
    parser.add_argument(
        "--polls", type=int, default=POLLS, help="of each kind; the median counts"
    )
    return parser.parse_args(arguments)


def _alone(key: str, size: int, polls: int) -> list[Result]:
    """Measure in a process of its own, where no other account left anything behind."""
    print(f"{key}, {size:,} …", file=sys.stderr, flush=True)
    done = subprocess.run(  # noqa: S603 - it is this program again
        [
            sys.executable,
            *("-m", "benchmark", "--json", f"--polls={polls}"),
            *(f"--vendor={key}", f"--stations={size}"),
        ],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=list[Result])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print what came of it."""
    chosen = _arguments(arguments)
    wanted = [
        (key, size)
        for key in chosen.vendor or CASES
        for size in chosen.stations
        or (CASES[key].quick if chosen.quick else CASES[key].sizes)
    ]
    if len(wanted) == 1:
        results = [asyncio.run(async_measure(*wanted[0], chosen.polls))]
    else:
        results = [r for each in wanted for r in _alone(*each, chosen.polls)]
    if chosen.json:
        print(msgspec.json.encode(results).decode())
        return
    print(
        f"Home Assistant {core_version}, Python {platform.python_version()},"
        f" {platform.machine()}; processor time of Home Assistant's process; stall: longest turn of its event loop\n"
    )
    print(table(results))


if __name__ == "__main__":
    main()
