"""Run tests again and again without loading Home Assistant again: a child for each run.

A line of standard input is a run, a list of pytest's arguments and the seconds it may take, as JSON; a line of standard
output is what came of it, pytest's exit code (-9 where time was up) and the end of its output. The integration is loaded
by the child, so that it loads what is on disk.
"""

import gc
import importlib
import json
import os
from pathlib import Path
import resource
import signal
import sys
import tempfile
import time
import traceback

import pytest

# in this order: the harness has to come before the recorder that it changes
KNOWN = (
    "pytest_homeassistant_custom_component.plugins",
    "homeassistant.components.recorder",
    "homeassistant.components.sensor",
    "hypothesis",
    "simulator",
)
# a fault that collects without end ends itself
MEMORY = 6 * 1024**3
TAIL = 6000
NOT_RUN = 70


def _child(arguments: list[str], output: int) -> None:
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, target)
    os._exit(int(pytest.main(arguments)))


def _run(arguments: list[str], seconds: float) -> tuple[int, str]:
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if not child:
            try:
                _child(arguments, output.fileno())
            except BaseException:  # noqa: BLE001 - the child ends here, whatever came of it
                traceback.print_exc()
            os._exit(NOT_RUN)
        end = time.monotonic() + seconds
        code = -signal.SIGKILL
        while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
            if time.monotonic() > end:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                break
            time.sleep(0.02)
        else:
            code = os.waitstatus_to_exitcode(ended[1])
        output.seek(0)
        return code, output.read().decode(errors="replace")[-TAIL:]


def main() -> None:
    """Answer until there is nothing more to run."""
    sys.path.insert(0, str(Path.cwd()))
    for name in KNOWN:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        arguments, seconds = json.loads(line)
        print(json.dumps(_run(arguments, seconds)), flush=True)


if __name__ == "__main__":
    main()
