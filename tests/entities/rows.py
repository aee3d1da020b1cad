"""What accounts turn out to have, as rows of a table."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
import re

from custom_components.ev_charging_cloud.tables import TABLES
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .scenes import ALWAYS, SCENES, SOME, Stage

# What is used most stands first.
PLATFORMS = (
    Platform.SENSOR,
    Platform.BINARY_SENSOR,
    Platform.SWITCH,
    Platform.NUMBER,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.CALENDAR,
)
CURRENCIES = re.compile(r"^(EUR|GBP|[A-Z]{3})\b")


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entity that devices of a kind have."""

    name: str
    platform: str
    unit: str
    default: str
    where: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what sets it apart from others of the same device."""
        return self.name, self.platform


type Rows = Mapping[str, Sequence[Row]]


async def async_rows(key: str, stage: Stage) -> Rows:
    """Return the rows of a vendor, by the kind of device.

    What all accounts have that have such a device is always there.
    """
    found: dict[tuple[str, str, str], Row] = {}
    accounts: Counter[str] = Counter()
    times: Counter[tuple[str, str, str]] = Counter()
    async for account, where in SCENES[key](stage):
        devices, entities = _seen(stage.hass, account)
        accounts.update(devices.keys())
        times.update(entities.keys())
        for (kind, name, platform), of_kind in entities.items():
            is_partly = where == ALWAYS and len(of_kind) < devices[kind]
            place = SOME if is_partly else where
            row = _row(of_kind[0], name, platform, place)
            found.setdefault((kind, name, platform), row)
        await _async_take_down(stage.hass, account)
    rows: dict[str, list[Row]] = {}
    for known, row in sorted(found.items(), key=lambda it: _order(it[1])):
        kind = known[0]
        if times[known] == accounts[kind] and row.where != SOME:
            row = replace(row, where=ALWAYS)
        rows.setdefault(kind, []).append(row)
    return rows


def _seen(
    hass: HomeAssistant, account: ConfigEntry
) -> tuple[Counter[str], dict[tuple[str, str, str], list[er.RegistryEntry]]]:
    """Return how many devices there are of each kind, and their entities by name."""
    registry = dr.async_get(hass)
    kinds = {
        device.id: identifier.split("/")[1]
        for device in (
            *dr.async_entries_for_config_entry(registry, account.entry_id),
            *dr.async_child_entries_for_config_entry(registry, account.entry_id),
        )
        for _, identifier in device.identifiers
    }
    entities: dict[tuple[str, str, str], list[er.RegistryEntry]] = {}
    for entry in er.async_entries_for_config_entry(
        er.async_get(hass), account.entry_id
    ):
        kind = kinds[str(entry.device_id)]
        name = str(entry.original_name)
        entities.setdefault((kind, name, entry.domain), []).append(entry)
    return Counter(kinds.values()), entities


async def _async_take_down(hass: HomeAssistant, account: ConfigEntry) -> None:
    """Leave nothing of an account that would be taken for what another has."""
    await hass.config_entries.async_unload(account.entry_id)
    er.async_get(hass).async_clear_config_entry(account.entry_id)
    dr.async_get(hass).async_clear_config_entry(account.entry_id)


def _row(entry: er.RegistryEntry, name: str, platform: str, where: str) -> Row:
    words = ["off" if entry.disabled_by else "on"]
    if entry.entity_category is not None:
        words.append(entry.entity_category.value)
    unit = CURRENCIES.sub("currency", entry.unit_of_measurement or "")
    return Row(
        name=name,
        platform=platform.replace("_", " "),
        unit=unit,
        default=", ".join(words),
        where=where,
    )


def _order(row: Row) -> tuple[bool, bool, int, str]:
    platform = Platform(row.platform.replace(" ", "_"))
    assert platform in TABLES
    return (
        row.default.startswith("off"),
        "," in row.default,
        PLATFORMS.index(platform),
        row.name,
    )


def keys_of(rows: Rows) -> Iterator[tuple[str, str, str]]:
    """Yield what there is, by the kind of device, the name and the platform."""
    for kind, of_kind in rows.items():
        for row in of_kind:
            yield kind, row.name, row.platform
