"""System health: how it goes with the accounts' clouds, and with what is kept of sessions.

What it says is copied into issues: vendors are named, but nobody's account is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .const import CONF_VENDOR, DOMAIN
from .ledger import Ledger, LedgerError, SessionQuery
from .runtime import ChargingConfigEntry, ChargingRuntimeData
from .sessions.ledger import FILE, account_id_of, async_database, ledger_of, own_file
from .vendors import VENDORS

type Facts = Mapping[str, str | int]

NONE = "-"


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is shown."""
    register.async_register_info(
        async_system_health_info, f"/config/integrations/integration/{DOMAIN}"
    )


async def async_system_health_info(hass: HomeAssistant) -> dict[str, str | int]:
    """Return what is known without asking any cloud."""
    named = _named(hass)
    loaded = {
        name: entry.runtime_data
        for name, entry in named.items()
        if entry.state is ConfigEntryState.LOADED
    }

    def listed(read: Callable[[ChargingRuntimeData], str | None]) -> str:
        found = {name: read(runtime) for name, runtime in loaded.items()}
        return "; ".join(f"{name}: {it}" for name, it in found.items() if it) or NONE

    return {
        "accounts": len(named),
        "cloud": "; ".join(f"{name}: {_cloud(entry)}" for name, entry in named.items())
        or NONE,
        "last_success": listed(_last_success),
        "requests_last_hour": listed(lambda it: str(it.client.requests.last_hour)),
        "requests_left": listed(_requests_left),
        "parts_failing": listed(_parts_failing),
        **await _async_kept(hass, named.values()),
    }


def _named(hass: HomeAssistant) -> dict[str, ChargingConfigEntry]:
    """Return the accounts by their vendors' names, numbered where there are several."""
    entries: list[ChargingConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False
    )
    names = [VENDORS[entry.data[CONF_VENDOR]].name for entry in entries]
    counts = Counter(names)
    seen: Counter[str] = Counter()
    named: dict[str, ChargingConfigEntry] = {}
    for name, entry in zip(names, entries, strict=True):
        seen[name] += 1
        named[f"{name} {seen[name]}" if counts[name] > 1 else name] = entry
    return named


def _cloud(entry: ChargingConfigEntry) -> str:
    if entry.state is not ConfigEntryState.LOADED:
        return str(entry.state.value)
    return "ok" if entry.runtime_data.live.last_update_success else "unreachable"


def _last_success(runtime: ChargingRuntimeData) -> str:
    poll = runtime.live.data.poll
    return f"{dt_util.as_local(poll.taken_at):%Y-%m-%d %H:%M:%S%z}"


def _requests_left(runtime: ChargingRuntimeData) -> str | None:
    left, limit = runtime.client.requests.left, runtime.client.requests.limit
    if left is None:
        return None
    return str(left) if limit is None else f"{left} / {limit}"


def _parts_failing(runtime: ChargingRuntimeData) -> str | None:
    return ", ".join(
        f"{report.name} ({report.state.value})"
        for report in runtime.client.families.off()
        if not report.is_optional
    )


async def _async_kept(
    hass: HomeAssistant, entries: Iterable[ChargingConfigEntry]
) -> Facts:
    """Return how many sessions are kept, and how large what they are kept in is."""
    if (ledger := ledger_of(hass)) is None:
        return {}
    problem = ledger.status.problem
    return {
        "sessions": await _async_count(ledger, entries),
        "waiting_sessions": ledger.status.waiting,
        "ledger": await _async_size(hass) if problem is None else problem.value,
    }


async def _async_count(
    ledger: Ledger, entries: Iterable[ChargingConfigEntry]
) -> int | str:
    try:
        return sum(
            [
                (
                    await ledger.async_sessions(
                        SessionQuery(
                            account_id=account_id_of(entry), limit=1, intervals=False
                        )
                    )
                ).total
                for entry in entries
            ]
        )
    except LedgerError:
        return NONE


async def _async_size(hass: HomeAssistant) -> str:
    """Return the size of the file; of a server only its kind, as the rest is secret."""
    url = await async_database(hass)
    if url != own_file(hass):
        return url.partition(":")[0].partition("+")[0]
    size = await hass.async_add_executor_job(_size_of, Path(hass.config.path(FILE)))
    return f"{size / 1e6:.1f} MB"


def _size_of(file: Path) -> int:
    """Return the bytes of a database, with what is written beside it at first."""
    return sum(
        path.stat().st_size
        for path in (file, file.with_name(f"{file.name}-wal"))
        if path.exists()
    )
