"""Home Assistant's backups: the file of charging sessions is whole while it is copied."""

from homeassistant.core import HomeAssistant

from .sessions.ledger import ledger_of


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Write what waits into the file, and nothing more until the copy is made."""
    if (ledger := ledger_of(hass)) is not None:
        await ledger.async_pause()


async def async_post_backup(hass: HomeAssistant) -> None:
    """Write again; what was seen meanwhile waited in memory."""
    if (ledger := ledger_of(hass)) is not None:
        await ledger.async_resume()
