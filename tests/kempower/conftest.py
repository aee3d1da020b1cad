"""What tests of Kempower share."""

from pathlib import Path
import tempfile

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from .acts import Upload, async_upload


@pytest.fixture
def connector(station_id: str, connector_id: str) -> str:
    """Return the path of the connector that tests play with."""
    return f"connector/{station_id}/{connector_id}"


@pytest.fixture
def upload(
    hass: HomeAssistant,
    hass_client: ClientSessionGenerator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Upload:
    """Return what uploads a file to Home Assistant, into a folder of this test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def async_send(content: bytes) -> str:
        # What has an address must be there before the first request.
        for component in ("diagnostics", "file_upload"):
            await async_setup_component(hass, component, {})
        return await async_upload(await hass_client(), content)

    return async_send
