"""The client library knows nothing of Home Assistant, and so do its tests."""

import pytest


@pytest.fixture(autouse=True)
def _our_integration() -> None:
    """Start no Home Assistant: the fixture of this name would."""
