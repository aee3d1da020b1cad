"""Measure accounts of many stations: `python -m benchmark --help`."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
import os
from pathlib import Path
import subprocess
import sys

import msgspec

from .clouds import CASES, REPOSITORY
from .measure import POLLS, async_measure
from .nexblue import async_measure_nexblue, is_there
from .page import where, write
from .past import async_measure_past
from .results import Piece, Result, keep, load_kept, stamped
from .table import tables

SIZES, QUICK_SIZES = (10, 1_000, 10_000), (10,)
# The vendor that a short run looks at with more.
QUICK_LARGE: Mapping[str, int] = {"kempower": 1_000}
# Of a peer that asks for each charger by itself, and of which Home Assistant drops what is beyond 10,000 entities.
PEER_SIZES = (10, 1_000)
PAST, QUICK_PAST = 100_000, 10_000
QUICK_POLLS, QUICK_ROUNDS = 5, 1
KINDS = ("account", "nexblue", "sessions")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/benchmark",
        description="What accounts of many stations cost Home Assistant, beside what they could cost at best.",
    )
    parser.add_argument("--quick", action="store_true", help="less, in two minutes")
    parser.add_argument("--json", action="store_true", help="print all as JSON")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/performance.md"
    )
    parser.add_argument(
        "--case", choices=KINDS, action="append", help="these; more than one is fine"
    )
    parser.add_argument(
        "--vendor", choices=tuple(CASES), action="append", help="accounts of these only"
    )
    parser.add_argument(
        "--n", type=int, action="append", help="so many stations, or sessions"
    )
    parser.add_argument(
        "--polls", type=int, help="of each kind; the one in the middle counts"
    )
    parser.add_argument("--rounds", type=int, help="so often is an account set up")
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FILE",
        help="keep what is measured there, beside what other runs have left in it",
    )
    parser.add_argument(
        "--only-show",
        action="store_true",
        help="measure nothing: show, or write, what FILE has",
    )
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    return parser


def _pieces(chosen: argparse.Namespace) -> Iterator[Piece]:
    kinds = chosen.case or (("account",) if chosen.vendor else KINDS)
    if "account" in kinds:
        for key in chosen.vendor or CASES:
            sizes = QUICK_SIZES if chosen.quick else SIZES
            if chosen.quick and key in QUICK_LARGE:
                sizes = (*sizes, QUICK_LARGE[key])
            for n in chosen.n or sizes:
                yield "account", key, n
    if "nexblue" in kinds:
        if is_there():
            for n in chosen.n or PEER_SIZES:
                yield "nexblue", "nexblue", n
        else:
            print(
                "NexBlue's library is missing; script/benchmark brings it",
                file=sys.stderr,
            )
    if "sessions" in kinds:
        for n in chosen.n or ((QUICK_PAST if chosen.quick else PAST),):
            yield "sessions", "sessions", n


async def _measured(piece: Piece, polls: int, rounds: int | None) -> Result:
    """Measure one piece in this process."""
    case, key, n = piece
    load = os.getloadavg()[0]
    match case:
        case "nexblue":
            found = await async_measure_nexblue(n, polls)
        case "sessions":
            found = await async_measure_past(n)
        case _:
            found = await async_measure(key, n, polls, rounds)
    return stamped(found, load)


def _alone(piece: Piece, polls: int, rounds: int | None) -> Result:
    """Measure in a process of its own, where no other account left anything behind."""
    case, key, n = piece
    print(f"{key}, {n:,} …", file=sys.stderr, flush=True)
    arguments = ["--alone", f"--case={case}", f"--n={n}", f"--polls={polls}"]
    if rounds:
        arguments.append(f"--rounds={rounds}")
    if case == "account":
        arguments.append(f"--vendor={key}")
    done = subprocess.run(  # noqa: S603 - it is this program again
        [sys.executable, "-m", "benchmark", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Result)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print what came of it."""
    chosen = _parser().parse_args(arguments)
    polls = chosen.polls or (QUICK_POLLS if chosen.quick else POLLS)
    rounds = chosen.rounds or (QUICK_ROUNDS if chosen.quick else None)
    if chosen.alone:
        (piece,) = _pieces(chosen)
        found = asyncio.run(_measured(piece, polls, rounds))
        print(msgspec.json.encode(found).decode())
        return
    results = load_kept(chosen.results) if chosen.results else {}
    for piece in () if chosen.only_show else _pieces(chosen):
        results[piece] = _alone(piece, polls, rounds)
        if chosen.results:
            keep(chosen.results, results)
    if not results:
        sys.exit("Nothing was measured")
    if chosen.write:
        write(results)
    if chosen.json:
        print(msgspec.json.encode(list(results.values())).decode())
        return
    print(f"{where(results.values())}\n\n{tables(results)}")


if __name__ == "__main__":
    main()
