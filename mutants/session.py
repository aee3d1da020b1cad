"""A run: a copy of the tree, what its tests cover, and the faults one after the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
import hashlib
import json
import os
from pathlib import Path
from queue import SimpleQueue
import re
import shutil
import subprocess

from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

from .cover import Cover
from .pool import PACKAGE, change_of

REPOSITORY = Path(__file__).parent.parent
FOLDER = REPOSITORY / ".mutants"
TREE = FOLDER / "tree"
TRACES = FOLDER / "trace"
# what was traced
SOURCE = TRACES / "source"
KNOWN_TESTS = TRACES / "tests.json"
SESSION = FOLDER / "session.sqlite"
PYTHON = REPOSITORY / ".venv/bin/python"
# by which `trace` knows where to write
TRACE = "MUTANTS_TRACE"
# seconds of tests, without any fault, in each go: most faults are noticed by the first few
GOES = (2.0, 10.0, 60.0)
# how much longer than without a fault tests may take, on a machine that does other things too
PATIENCE = 10
LEAST_PATIENCE = 120
# what `warm` says of a child that came to nothing
NOT_RUN = 70
_GONE = re.compile(rf"^ERROR: not found: {re.escape(str(TREE))}/(.*)$", re.MULTILINE)
OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", "--timeout=100", "--tb=line", "-rN")


def copied(tree: Path = TREE) -> Path:
    """Copy what git knows or would take, so that a fault never stands in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],  # noqa: S607 - whichever git there is
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    kept = {name for name in listed.stdout.split("\0") if (REPOSITORY / name).is_file()}
    if tree.exists():
        for path in tree.rglob("*.py"):
            if path.relative_to(tree).as_posix() not in kept:
                path.unlink()
    for name in kept:
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, target)
    return tree


def is_traced() -> bool:
    """Return whether there is a traced run of the integration as it is."""
    return SOURCE.exists() and SOURCE.read_text() == _fingerprint()


def _fingerprint() -> str:
    source = hashlib.sha256()
    for path in sorted((REPOSITORY / PACKAGE).rglob("*.py")):
        source.update(path.relative_to(REPOSITORY).as_posix().encode())
        source.update(path.read_bytes())
    return source.hexdigest()


def _test_files() -> dict[str, str]:
    """Return what the files of tests hold, as digests."""
    return {
        path.relative_to(REPOSITORY).as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in sorted((REPOSITORY / "tests").rglob("test_*.py"))
    }


def trace() -> None:
    """Run all tests once and write down what each comes by."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    copied()
    TRACES.mkdir()
    SOURCE.write_text(_fingerprint())
    KNOWN_TESTS.write_text(json.dumps(_test_files()))
    subprocess.run(  # noqa: S603 - our own tests
        [
            *(PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-p", "mutants.trace", "-n", "auto", "tests"),
        ],
        cwd=TREE,
        env={**os.environ, TRACE: str(TRACES)},
        check=False,
    )


class Copy:
    """A copy of the repository with a process that runs its tests, with Home Assistant loaded."""

    def __init__(self, tree: Path, process: subprocess.Popen[str]) -> None:
        """Take the copy and the process, as `warm` describes it."""
        self._tree = tree
        self._process = process

    def fail(self, tests: list[str], seconds: float) -> tuple[bool, str]:
        """Return whether one of these tests fails, and the end of what pytest says.

        Args:
            tests: Their ids.
            seconds: How long they take without a fault; much longer is a failure.
        """
        while True:
            code, output = self._run(tests, LEAST_PATIENCE + PATIENCE * seconds)
            gone = set(_GONE.findall(output.replace(f"{self._tree}/", f"{TREE}/")))
            if not gone:
                return code != 0, output
            # a parameter's name that the fault changed: the others have to notice
            tests = [test for test in tests if test not in gone]
            if not tests:
                return False, output

    def _run(self, tests: list[str], patience: float) -> tuple[int, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = json.dumps([[*OPTIONS, *tests], patience])
        print(told, file=self._process.stdin, flush=True)
        code, output = json.loads(self._process.stdout.readline())
        if code == NOT_RUN:
            raise RuntimeError(f"pytest did not run: {output}")
        return code, output

    @contextmanager
    def fault(self, item: WorkItem) -> Iterator[None]:
        """Make a fault in the copy, and take it back with what was compiled of it.

        Python compares seconds and sizes, so that one fault's compiled module would stand for the next one's.
        """
        spec = item.mutations[0]
        module = self._tree / spec.module_path
        operator = get_operator(spec.operator_name)()
        try:
            with use_mutation(module, operator, spec.occurrence):
                yield
        finally:
            for compiled in (module.parent / "__pycache__").glob(f"{module.stem}.*"):
                compiled.unlink()


@contextmanager
def copy(number: int) -> Iterator[Copy]:
    """Make one of the copies, until nobody needs it."""
    tree = copied(TREE if number == 0 else FOLDER / f"tree{number}")
    process = subprocess.Popen(  # noqa: S603
        [PYTHON, REPOSITORY / "mutants/warm.py"],
        cwd=tree,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Copy(tree, process)
    finally:
        process.communicate()


def goes(tests_by: list[str], known: Cover) -> Iterator[tuple[list[str], float]]:
    """Yield the tests of each go, and how long they take."""
    left = list(tests_by)
    for limit in GOES:
        go: list[str] = []
        seconds = 0.0
        while left and (not go or seconds + known.seconds(left[0]) <= limit):
            seconds += known.seconds(left[0])
            go.append(left.pop(0))
        if go:
            yield go, seconds


def try_one(item: WorkItem, known: Cover, place: Copy) -> WorkResult:
    """Make a fault in a copy, run the tests that come by, and take it back."""
    spec = item.mutations[0]
    found = known.tests(spec.module_path, spec.start_pos[0])
    output = "" if found else "no test comes by"
    outcome = TestOutcome.SURVIVED
    with place.fault(item):
        for go, seconds in goes(found, known):
            failed, output = place.fail(go, seconds)
            if failed:
                outcome = TestOutcome.KILLED
                break
    return WorkResult(
        worker_outcome=WorkerOutcome.NORMAL,
        test_outcome=outcome,
        output=f"{len(found)} tests\n{output}",
        diff=str(change_of(REPOSITORY, item)),
    )


def _with_copies[T](
    items: list[T], many: int, work: Callable[[T, Copy], WorkResult]
) -> Iterator[tuple[T, WorkResult]]:
    """Do some work with each of these, in so many copies side by side; yield what is done."""
    free: SimpleQueue[Copy] = SimpleQueue()

    def one(item: T) -> WorkResult:
        place = free.get()
        try:
            return work(item, place)
        finally:
            free.put(place)

    with ExitStack() as stack:
        for number in range(many):
            free.put(stack.enter_context(copy(number)))
        pool = stack.enter_context(ThreadPoolExecutor(many))
        jobs = {pool.submit(one, item): item for item in items}
        for job in as_completed(jobs):
            yield jobs[job], job.result()


def run(db: WorkDB, known: Cover, many: int) -> None:
    """Try what has no result yet, in so many copies side by side."""
    waiting = list(db.pending_work_items)

    def work(item: WorkItem, place: Copy) -> WorkResult:
        return try_one(item, known, place)

    for number, (item, result) in enumerate(_with_copies(waiting, many, work), 1):
        db.set_result(item.job_id, result)
        if not result.is_killed:
            print(
                f"{number} of {len(waiting)} survived: {said(item, result)}",
                flush=True,
            )


def run_again(db: WorkDB, many: int) -> None:
    """Try what survived with the test files that have changed since the traced run."""
    known = json.loads(KNOWN_TESTS.read_text())
    files = [name for name, told in _test_files().items() if known.get(name) != told]
    alive = [
        (item, result)
        for item, result in db.completed_work_items
        if not result.is_killed and result.worker_outcome is WorkerOutcome.NORMAL
    ]
    if not files or not alive:
        return
    with copy(0) as place:
        failed, output = place.fail(files, 300)
        if failed:
            raise SystemExit(f"A new test fails without any fault:\n{output}")

    def work(one: tuple[WorkItem, WorkResult], place: Copy) -> WorkResult:
        with place.fault(one[0]):
            failed, output = place.fail(files, 300)
        return (
            WorkResult(WorkerOutcome.NORMAL, output, TestOutcome.KILLED)
            if failed
            else one[1]
        )

    for (item, before), result in _with_copies(alive, many, work):
        if result is not before:
            db.set_result(item.job_id, result)


def said(item: WorkItem, result: WorkResult) -> str:
    """Return a fault in a few lines."""
    spec = item.mutations[0]
    change = change_of(REPOSITORY, item)
    assert change is not None
    many = (result.output or "").partition("\n")[0]
    return (
        f"{spec.module_path}:{spec.start_pos[0]} {spec.operator_name} ({many})\n"
        f"    - {change.before}\n    + {change.after}"
    )
