"""Fixtures of the tests of sessions."""

import pytest

from simulator.world.history import History


@pytest.fixture
def nobody_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the world begin with connectors that were never used."""
    monkeypatch.setattr(History, "newest", None)
