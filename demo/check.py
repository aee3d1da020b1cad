"""Judge what Home Assistant shows: is every account there, has everything its value."""

import asyncio
from collections.abc import Iterator
import time

from .client import HomeAssistantClient, Json
from .errors import DemoError
from .home_assistant import DOMAIN
from .overview import UNAVAILABLE, UNKNOWN, Overview, key_of, look, name_of

CHECK_SECONDS = 60

# Unknown while no session runs, or none ever ran.
ONLY_IN_SESSION = {
    "charge_limit",
    "ready_time",
    "session_average_power",
    "session_cost",
    "session_end",
    "session_energy",
    "session_peak_power",
    "session_start",
    "session_stop_reason",
    "state_of_charge",
}
ONLY_AFTER_SESSION = {
    "last_session_cost",
    "last_session_duration",
    "last_session_end",
    "last_session_energy",
}
MAY_BE_UNKNOWN = ONLY_IN_SESSION | ONLY_AFTER_SESSION

# Have no value until somebody or something acts.
DOMAINS_WITHOUT_VALUE = {"button", "event"}

COLUMNS = (
    ("status", "status"),
    ("power", "power"),
    ("session energy", "session_energy"),
    ("state of charge", "state_of_charge"),
)


def accounts_not_loaded(overview: Overview, accounts: dict[str, str]) -> list[str]:
    """Return a line for each account that Home Assistant has not loaded."""
    lines = []
    for entry_id, title in accounts.items():
        entry = overview.entries.get(entry_id)
        state = entry["state"] if entry else "gone"
        if state != "loaded":
            reason = (entry or {}).get("reason") or "no reason given"
            lines.append(f"account {title!r} is {state}: {reason}")
    return lines


def missing_values(overview: Overview) -> list[str]:
    """Return a line for each enabled entity that has no value and should have."""
    return [
        f"{entity['entity_id']} is {overview.value(entity) or 'not there'}"
        for entity in overview.entities.values()
        if _lacks_value(overview, entity) and not _is_offline(overview, entity)
    ]


def _lacks_value(overview: Overview, entity: Json) -> bool:
    """Return whether an entity has no value, where one is due."""
    value = overview.value(entity)
    if value == UNKNOWN:
        domain = entity["entity_id"].partition(".")[0]
        return (
            domain not in DOMAINS_WITHOUT_VALUE and key_of(entity) not in MAY_BE_UNKNOWN
        )
    return value in (None, UNAVAILABLE)


def _is_offline(overview: Overview, entity: Json) -> bool:
    """Return whether an entity belongs to a station that the vendor cannot reach."""
    return any(
        overview.value(online) == "off"
        for device in overview.lineage(entity["device_id"])
        if (online := overview.of_device(device["id"]).get("online"))
    )


def table(overview: Overview) -> str:
    """Return a row per station and connector, by account."""
    lines: list[str] = []
    for entry_id, entry in overview.entries.items():
        lines += ["", f"{entry['title']} ({entry['state']})"]
        rows = [("device", *(title for title, _ in COLUMNS))]
        rows += list(_rows(overview, entry_id))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        rows.insert(1, tuple("-" * width for width in widths))
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append(f"  {'  '.join(cells)}".rstrip())
    return "\n".join(lines)


def _rows(overview: Overview, entry_id: str) -> Iterator[tuple[str, ...]]:
    """Yield the cells of an account's devices."""
    for depth, device in overview.tree(entry_id):
        entities = overview.of_device(device["id"])
        cells = (overview.text(entities.get(key)) for _, key in COLUMNS)
        yield (f"{'  ' * depth}{name_of(device)}", *cells)


def counts(overview: Overview) -> str:
    """Return how much there is of everything."""
    parents = {device.get("parent_device_id") for device in overview.devices.values()}
    connectors = sum(
        1 for device in overview.devices.values() if device.get("parent_device_id")
    )
    stations = sum(
        1
        for device_id in overview.devices
        if device_id in parents or "online" in overview.of_device(device_id)
    )
    with_value = sum(
        overview.value(entity) not in (None, UNKNOWN, UNAVAILABLE)
        for entity in overview.entities.values()
    )
    return (
        f"{len(overview.entries)} account(s), {len(overview.devices)} devices "
        f"({stations} stations, {connectors} connectors), "
        f"{len(overview.entities)} enabled entities, {with_value} with a value"
    )


async def check(client: HomeAssistantClient, accounts: dict[str, str]) -> None:
    """Wait until everything is there, print it, and say what is missing.

    Raises:
        DemoError: An account is not loaded or a value is missing after a minute.
    """
    start = time.monotonic()
    while True:
        overview = await look(client)
        missing = accounts_not_loaded(overview, accounts) or missing_values(overview)
        if not overview.entities:
            missing.append(f"there is no entity of {DOMAIN}")
        if not missing or time.monotonic() - start > CHECK_SECONDS:
            break
        await asyncio.sleep(0.5)
    print(table(overview))
    print(f"\n{counts(overview)}")
    if missing:
        listed = "\n".join(f"    {line}" for line in missing)
        raise DemoError(f"After {CHECK_SECONDS} s this is missing:\n{listed}")
