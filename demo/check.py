"""Judge what Home Assistant shows: is every account there, has everything its value."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
import time

from .client import HomeAssistantClient, Json
from .driver import HEADS as SESSION_HEADS, entities_given, try_session
from .errors import DemoError
from .overview import (
    UNAVAILABLE,
    UNKNOWN,
    Overview,
    key_of,
    kind_of,
    look,
    name_of,
    path_of,
)
from .pages import HEADS, Listing, count_pages, missing_pages
from .papers import HEADS as PAPERS_HEADS, try_papers
from .simulation import Simulation

CHECK_SECONDS = 60

# Unknown while no session runs, or none ever ran; and while one waits for nothing, or charges nothing.
ONLY_IN_SESSION = {
    "charge_limit",
    "full_at",
    "next_charging_end",
    "next_charging_start",
    "ready_time",
    "session_average_power",
    "session_connector",
    "session_cost",
    "session_end",
    "session_energy",
    "session_mode",
    "session_peak_power",
    "session_start",
    "session_status",
    "session_stop_reason",
    "state_of_charge",
}
ONLY_AFTER_SESSION = {
    "last_session_cost",
    "last_session_duration",
    "last_session_end",
    "last_session_energy",
}
# Unknown while no maintenance is under way, or none is planned.
ONLY_WITH_MAINTENANCE = {"maintenance_end", "next_maintenance"}
MAY_BE_UNKNOWN = ONLY_IN_SESSION | ONLY_AFTER_SESSION | ONLY_WITH_MAINTENANCE

# Known all the same: a linked vehicle tells them at all times, a connector only in a session.
ALWAYS_KNOWN = {("vehicle", "charge_limit"), ("vehicle", "state_of_charge")}

# Unknown until the past has been read, with which nobody hurries.
AFTER_HISTORY = {("account", "lifetime_energy"), ("vehicle", "lifetime_energy")}

# What the account of each vendor has to show.
KINDS = {
    "beenergised_cpo": {"station", "connector"},
    "beenergised_driver": {"station", "connector"},
    "ev_energy": {"station", "vehicle", "home_energy"},
    "kempower": {"station", "connector"},
}

# What each thing of a kind has to show, enabled or not.
KEYS = {
    "home_energy": {
        f"{flow}_{what}"
        for flow in (
            *("solar", "home", "grid_import", "grid_export"),
            *("battery_charge", "battery_discharge"),
        )
        for what in ("power", "energy")
    }
    | {"battery_level", "last_seen"},
}

# Unknown where a connector tells nothing but that it cannot be used.
ONLY_WHEN_USABLE = {"plug"}
UNUSABLE = {"faulted", "out_of_service"}

# Have no value until somebody or something acts.
DOMAINS_WITHOUT_VALUE = {"button", "event"}

# Unavailable while it makes no sense to press them.
ONLY_WHEN_POSSIBLE = {"boost_end", "boost_start", "start_charging", "stop_charging"}

COLUMNS = (
    ("status", "status"),
    ("power", "power"),
    ("session energy", "session_energy"),
    ("state of charge", "state_of_charge"),
    ("energy price", "energy_price"),
    ("distance", "distance"),
    ("from the sun", "solar_power"),
    ("from the grid", "grid_import_power"),
    ("consumed", "home_power"),
    ("maintenance until", "maintenance_end"),
    ("next maintenance", "next_maintenance"),
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


def missing_kinds(overview: Overview) -> list[str]:
    """Return a line for each kind of thing that a vendor's account should show and does not."""
    # a connector that was entered by its id has entities, but no device beside its station's
    paths = {path_of(device) for device in overview.devices.values()}
    paths |= {str(entity["unique_id"]) for entity in overview.entities.values()}
    there = {
        (vendor, path.split("/")[1])
        for vendor in KINDS
        for path in paths
        if path.startswith(vendor)
    }
    return [
        f"there is no {kind} of {vendor}"
        for vendor, kinds in KINDS.items()
        for kind in sorted(kinds)
        if (vendor, kind) not in there
    ]


def missing_entities(overview: Overview) -> list[str]:
    """Return a line for each entity that a thing of a kind should have and has not."""
    registered = {**overview.entities, **overview.disabled}
    found: dict[str, set[str]] = {}
    for entity in registered.values():
        found.setdefault(str(entity["device_id"]), set()).add(key_of(entity))
    return [
        f"{name_of(device)} has no {key}"
        for device in overview.devices.values()
        for key in sorted(
            KEYS.get(kind_of(device), set()) - found.get(str(device["id"]), set())
        )
    ]


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
        domain, key = entity["entity_id"].partition(".")[0], key_of(entity)
        device = overview.devices.get(entity["device_id"])
        if device is not None and (kind_of(device), key) in ALWAYS_KNOWN:
            return True
        if device is not None and (kind_of(device), key) in AFTER_HISTORY:
            return False
        if key in ONLY_WHEN_USABLE and _is_unusable(overview, entity):
            return False
        return domain not in DOMAINS_WITHOUT_VALUE and key not in MAY_BE_UNKNOWN
    if value == UNAVAILABLE:
        return key_of(entity) not in ONLY_WHEN_POSSIBLE
    return value is None


def _is_unusable(overview: Overview, entity: Json) -> bool:
    """Return whether an entity belongs to a connector that is broken or closed."""
    status = overview.of_device(entity["device_id"]).get("status")
    return status is not None and overview.value(status) in UNUSABLE


def _is_offline(overview: Overview, entity: Json) -> bool:
    """Return whether an entity belongs to a station that the vendor cannot reach."""
    return any(
        overview.value(online) == "off"
        for device in overview.lineage(entity["device_id"])
        if (online := overview.of_device(device["id"]).get("online"))
    )


def table(overview: Overview) -> str:
    """Return a row per station, connector and vehicle, by account."""
    lines: list[str] = []
    for entry_id, entry in overview.entries.items():
        lines += ["", f"{entry['title']} ({entry['state']})"]
        heads = ("device", *(title for title, _ in COLUMNS))
        lines += _grid(heads, _rows(overview, entry_id))
    return "\n".join(lines)


def table_of_pages(listings: list[Listing]) -> str:
    """Return a row per list that came in pages."""
    rows = (listing.cells for listing in listings)
    return "\n".join(["", "Read in pages", *_grid(HEADS, rows)])


def _grid(heads: tuple[str, ...], content: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table; a column without a single cell is left out."""
    rows = list(content)
    columns = [
        (head, *cells)
        for head, *cells in zip(heads, *rows, strict=True)
        if any(cells) or not rows
    ]
    widths = [max(map(len, column)) for column in columns]
    lines = list(zip(*columns, strict=True))
    lines.insert(1, tuple("-" * width for width in widths))
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _rows(overview: Overview, entry_id: str) -> Iterator[tuple[str, ...]]:
    """Yield the cells of an account's devices."""
    for depth, device in overview.tree(entry_id):
        entities = overview.of_device(device["id"])
        texts = {key: overview.text(entities.get(key)) for _, key in COLUMNS}
        texts["status"] = texts["status"] or _what_it_does(overview, entities)
        yield (f"{'  ' * depth}{name_of(device)}", *texts.values())


def _what_it_does(overview: Overview, entities: dict[str, Json]) -> str:
    """Return in a word what a vehicle does: it has a plug, but no status."""
    if "plug" not in entities:
        return ""
    states = {key: overview.value(entities[key]) for key in entities}
    if states.get("charging") == "on":
        return "charging"
    return {"on": "plugged in", "off": "not plugged in"}.get(states["plug"] or "", "–")


def counts(overview: Overview) -> str:
    """Return how much there is of everything."""
    kinds = Counter(kind_of(device) for device in overview.devices.values())
    with_value = sum(
        overview.value(entity) not in (None, UNKNOWN, UNAVAILABLE)
        for entity in overview.entities.values()
    )
    return (
        f"{len(overview.entries)} account(s), {len(overview.devices)} devices "
        f"({kinds['station']} stations, {kinds['connector']} connectors, {kinds['vehicle']} vehicles, "
        f"{kinds['home_energy']} home energy systems), "
        f"{len(overview.entities)} enabled entities, {with_value} with a value"
    )


async def check(
    client: HomeAssistantClient, accounts: dict[str, str], simulation: Simulation
) -> None:
    """Wait until everything is there, print it, and say what is missing.

    Raises:
        DemoError: An account is not loaded, a list is not whole, or a value is missing after a minute.
    """
    start = time.monotonic()
    while True:
        overview = await look(client)
        missing = accounts_not_loaded(overview, accounts) or missing_values(overview)
        listings = await count_pages(overview, simulation)
        missing += missing_kinds(overview) + missing_entities(overview)
        missing += missing_pages(listings)
        if not missing or time.monotonic() - start > CHECK_SECONDS:
            break
        await asyncio.sleep(0.5)
    print(table(overview))
    print(table_of_pages(listings))
    print(f"\n{counts(overview)}")
    if missing:
        listed = "\n".join(f"    {line}" for line in missing)
        raise DemoError(f"After {CHECK_SECONDS} s this is missing:\n{listed}")
    await _check_driver(client, overview, simulation)


async def _check_driver(
    client: HomeAssistantClient, overview: Overview, simulation: Simulation
) -> None:
    """Print what the driver's operator gives, and what became of a session.

    Raises:
        DemoError: Home Assistant showed it wrongly.
    """
    print(f"\nWhat a driver of be.ENERGISED has, tenant {simulation.driver_tenant}")
    print(*entities_given(overview), sep="\n")
    trial = await try_session(client, simulation)
    print(f"\nA session: {trial.where}")
    print(*_grid(SESSION_HEADS, trial.rows), sep="\n")
    if trial.wrong:
        listed = "\n".join(f"    {line}" for line in trial.wrong)
        raise DemoError(f"The session was shown wrongly:\n{listed}")
    rows, wrong = await try_papers(client, simulation)
    print("\nDocuments, prices and favourites")
    print(*_grid(PAPERS_HEADS, rows), sep="\n")
    if wrong:
        listed = "\n".join(f"    {line}" for line in wrong)
        raise DemoError(f"What a driver can ask for is wrong:\n{listed}")
