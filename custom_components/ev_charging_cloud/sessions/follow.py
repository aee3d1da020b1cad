"""What follows an account's sessions: events, what is read of the past, statistics."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..clients.client import Capability
from ..const import DOMAIN
from ..ledger import SubjectKind
from ..runtime import ChargingConfigEntry
from .history import SessionHistory
from .ledger import async_get_ledger
from .news import Newsroom
from .statistics import VERSION, SessionStatistics, is_recorded, store_key

# Where a person charges at other people's stations, these are none of the person's.
OWN = frozenset(
    {
        SubjectKind.CONNECTOR,
        SubjectKind.LOCATION,
        SubjectKind.VEHICLE,
        SubjectKind.DRIVER,
    }
)
OWN_OF_DRIVER = frozenset({SubjectKind.VEHICLE, SubjectKind.DRIVER})

_STATISTICS: HassKey[dict[str, SessionStatistics]] = HassKey(f"{DOMAIN}.statistics")


async def async_follow_sessions(
    hass: HomeAssistant, entry: ChargingConfigEntry
) -> None:
    """Tell what becomes of an account's sessions, until it is unloaded."""
    ledger = await async_get_ledger(hass)
    newsroom = Newsroom(hass, entry, ledger, entry.runtime_data.live)
    entry.async_on_unload(newsroom.async_start())
    # What waits for a database that is away is no less news.
    recorder = entry.runtime_data.recorder
    entry.async_on_unload(recorder.async_add_news_listener(newsroom.async_tell))
    if Capability.HISTORY in entry.runtime_data.client.capabilities:
        SessionHistory(hass, entry, ledger).async_start()
    else:
        # Which vendors have a past may be known only once something was read.
        recorder.history.async_give_up()
    if not is_recorded(hass):
        return
    is_driver = Capability.DRIVER_SESSIONS in entry.runtime_data.client.capabilities
    own = OWN_OF_DRIVER if is_driver else OWN
    kept = SessionStatistics(hass, entry, ledger, recorder.history, own)
    everyone = hass.data.setdefault(_STATISTICS, {})
    everyone[entry.entry_id] = kept

    @callback
    def forget() -> None:
        del everyone[entry.entry_id]

    entry.async_on_unload(forget)
    _ = entry.async_create_background_task(
        hass, kept.async_start(), f"{entry.title} statistics"
    )


def statistics_of(
    hass: HomeAssistant, entry: ChargingConfigEntry
) -> SessionStatistics | None:
    """Return what keeps an account's statistics; None without a recorder."""
    return hass.data.get(_STATISTICS, {}).get(entry.entry_id)


async def async_forget_statistics(
    hass: HomeAssistant, entry: ChargingConfigEntry
) -> None:
    """Forget what was still to be written of an account that is removed."""
    await Store(hass, VERSION, store_key(entry)).async_remove()
