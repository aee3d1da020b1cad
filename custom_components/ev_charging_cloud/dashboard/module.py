"""The dashboard's JavaScript: where it is served, and how the frontend learns of it."""

from hashlib import sha256
from pathlib import Path

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.core import HomeAssistant

from ..const import DOMAIN

FRONTEND = "frontend"
FOLDER = Path(__file__).parent.parent / "frontend"
ENTRY = "dashboard.js"
DIGITS = 12


async def async_serve_module(hass: HomeAssistant) -> None:
    """Serve the modules, and have every page of the frontend load the first of them.

    A Home Assistant without a frontend shows no dashboards.
    """
    if FRONTEND not in hass.config.components:
        return
    version = await hass.async_add_executor_job(_version)
    # The version is a folder: by it the modules that are imported change with the first.
    address = f"/{DOMAIN}/{version}"
    await hass.http.async_register_static_paths(
        [StaticPathConfig(address, str(FOLDER), cache_headers=True)]
    )
    add_extra_js_url(hass, f"{address}/{ENTRY}")


def _version() -> str:
    """Return a digest of the modules; it reads files."""
    digest = sha256()
    for path in sorted(FOLDER.rglob("*.js")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:DIGITS]
