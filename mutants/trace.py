"""A plugin of pytest that writes down which lines of the integration each test comes by, one JSON object a line.

Coverage's contexts could tell the same, at several times the cost: here a line is reported once a test and costs nothing
after that, and other people's code costs one call a function.
"""

from collections.abc import Iterator
import json
import os
from pathlib import Path
import sys
import time
from types import CodeType

import pytest

TRACE = "MUTANTS_TRACE"
PACKAGE = str(Path.cwd() / "custom_components/ev_charging_cloud") + os.sep
MONITORING = sys.monitoring
TOOL = 4
EVENTS = MONITORING.events


class Trace:
    """What one process comes by."""

    def __init__(self, path: Path) -> None:
        """Begin to write into a file."""
        self._file = path.open("a")
        self._lines: dict[str, set[int]] = {}
        self._has_failed = False
        MONITORING.use_tool_id(TOOL, "mutants")
        MONITORING.register_callback(TOOL, EVENTS.PY_START, self._started)
        MONITORING.register_callback(TOOL, EVENTS.LINE, self._came_by)
        MONITORING.set_events(TOOL, EVENTS.PY_START)

    def _started(self, code: CodeType, _offset: int) -> object:
        if code.co_filename.startswith(PACKAGE):
            MONITORING.set_local_events(TOOL, code, EVENTS.LINE)
        return MONITORING.DISABLE

    def _came_by(self, code: CodeType, line: int) -> object:
        module = code.co_filename.removeprefix(PACKAGE)
        self._lines.setdefault(module, set()).add(line)
        return MONITORING.DISABLE

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Write down a test, its preparation with it."""
        self._lines, self._has_failed = {}, False
        MONITORING.restart_events()
        began = time.process_time()
        result = yield
        told = {
            "test": item.nodeid,
            # of the processor: how busy the machine is says nothing of a test
            "seconds": round(time.process_time() - began, 3),
            "failed": self._has_failed,
            "lines": {name: sorted(lines) for name, lines in self._lines.items()},
        }
        print(json.dumps(told), file=self._file, flush=True)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember whether a phase went wrong."""
        self._has_failed |= report.outcome != "passed"


def pytest_unconfigure() -> None:
    """Let go, before the interpreter ends."""
    if MONITORING.get_tool(TOOL) is not None:
        MONITORING.set_events(TOOL, EVENTS.NO_EVENTS)
        MONITORING.free_tool_id(TOOL)


def pytest_configure(config: pytest.Config) -> None:
    """Trace in the processes that run tests."""
    is_worker = hasattr(config, "workerinput")
    if is_worker or not config.getoption("numprocesses", None):
        name = os.environ.get("PYTEST_XDIST_WORKER", f"main{os.getpid()}")
        config.pluginmanager.register(
            Trace(Path(os.environ[TRACE]) / f"{name}.jsonl"), "trace"
        )
