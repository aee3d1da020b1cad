"""Put faults into a copy of the integration, and count those that a test notices: `script/test --mutants`."""

import argparse
import os
import time

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

from .cover import Cover
from .pool import change_of, equivalents, sample
from .session import (
    REPOSITORY,
    SESSION,
    TRACES,
    copied,
    is_traced,
    run,
    run_again,
    said,
    trace,
)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/test --mutants", description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=300, help="of faults")
    parser.add_argument("--seed", type=int, default=16, help="which of the many")
    parser.add_argument(
        "--again",
        action="store_true",
        help="only those of the last run that survived, with the tests changed since",
    )
    parser.add_argument(
        "--go-on", action="store_true", help="with a run that was ended before its end"
    )
    parser.add_argument(
        "--only",
        metavar="GLOB",
        nargs="+",
        default=["**"],
        help="of modules below the integration, such as clients/kempower/**",
    )
    parser.add_argument(
        "--copies", type=int, default=os.cpu_count() or 1, help="tried side by side"
    )
    return parser.parse_args()


def _skip_known(db: WorkDB) -> None:
    """Take out what has become known to change nothing."""
    known = equivalents()
    for item, result in list(db.completed_work_items):
        change = change_of(REPOSITORY, item)
        if change is not None and not result.is_killed and change.key in known:
            db.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


def _report(db: WorkDB, began: float) -> float:
    """Print what survived and the score; return the share that was noticed."""
    done = [
        (item, result)
        for item, result in db.completed_work_items
        if result.worker_outcome is not WorkerOutcome.SKIPPED
    ]
    alive = [one for one in done if one[1].test_outcome is TestOutcome.SURVIVED]
    for item, result in sorted(alive, key=lambda one: one[0].mutations[0].start_pos):
        print(said(item, result))
    share = 1 - len(alive) / max(len(done), 1)
    print(
        f"{len(done) - len(alive)} of {len(done)} faults were noticed: {share:.1%}, "
        f"in {(time.monotonic() - began) / 60:.0f} minutes"
    )
    return share


def main() -> None:
    """Make the faults, try each, and fail when too many are not noticed."""
    chosen = _arguments()
    began = time.monotonic()
    if not is_traced():
        if chosen.again or chosen.go_on:
            raise SystemExit("The integration has changed since that run.")
        trace()
    copied()
    known = Cover(REPOSITORY, TRACES)
    if known.failed:
        print(
            "Failed without any fault, and left out:", *sorted(known.failed), sep="\n"
        )
    with use_db(str(SESSION), WorkDB.Mode.create) as db:
        if chosen.again:
            _skip_known(db)
            run_again(db, chosen.copies)
        else:
            if not chosen.go_on:
                db.clear()
                faults = sample(REPOSITORY, chosen.number, chosen.seed, chosen.only)
                db.add_work_items(faults)
            run(db, known, chosen.copies)
        if _report(db, began) < 0.95:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
