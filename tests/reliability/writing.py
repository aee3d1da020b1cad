"""Writes the page from what the tests report, whichever process ran them."""

import msgspec
import pytest

from .outcome import Outcome
from .page import PAGE, Case, cases, parse, text_between, write


class Writer:
    """Collects outcomes; those of cases that did not run stay as they are in the page."""

    def __init__(self) -> None:
        """Begin with none."""
        self._outcomes: dict[Case, Outcome] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test found out."""
        for name, value in report.user_properties:
            if name == "reliability" and report.when == "call" and report.passed:
                *case, outcome = msgspec.convert(value, list[object])
                key, part, trouble = msgspec.convert(case, Case)
                self._outcomes[key, part, trouble] = msgspec.convert(outcome, Outcome)

    def pytest_sessionfinish(self) -> None:
        """Write the page."""
        known = {**parse(text_between(PAGE.read_text())), **self._outcomes}
        write({case: known[case] for case in cases() if case in known})
