"""Sessions and their totals as files, for spreadsheets and for programs."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
import json
from pathlib import Path
from typing import NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError, write_utf8_file_atomic
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..ledger import (
    SessionQuery,
    SessionRecord,
    Total,
    csv_lines,
    session_row,
    total_row,
)
from ..ledger.export import Row
from .errors import asking_ledger
from .ledger import async_get_ledger
from .places import driver_name
from .texts import async_texts, has_decimal_comma

ATTR_FILE = "file"
ATTR_FORMAT = "format"
ATTR_LANGUAGE = "language"

MEDIA = "media"
LOCAL = "local"

CSV = "csv"
JSON = "json"
FORMATS = (CSV, JSON)

# By it spreadsheets know what the letters are.
BYTE_ORDER_MARK = "\ufeff"
COLUMN = "column_"


class Tables(NamedTuple):
    """What is written: sessions and totals, by a certain clock on the wall."""

    entry: ConfigEntry
    records: tuple[SessionRecord, ...]
    sums: list[Total]
    zone: tzinfo

    def sessions(self) -> Iterator[Row]:
        """Yield a row for each session."""
        return (self._named(session_row(record, self.zone)) for record in self.records)

    def totals(self) -> Iterator[Row]:
        """Yield a row for each total."""
        return (self._named(total_row(total)) for total in self.sums)

    def _named(self, row: Row) -> Row:
        driver = row["driver"]
        if isinstance(driver, str):
            row["driver"] = driver_name(self.entry, driver)
        return row


async def async_export(
    call: ServiceCall, entry: ConfigEntry, query: SessionQuery
) -> JsonObjectType:
    """Write sessions to a file, the oldest first, and return what was written.

    A CSV has its totals in a file beside it: two tables do not fit into one.

    Raises:
        ServiceValidationError: Home Assistant may not write there.
        HomeAssistantError: the ledger did not answer, or the file cannot be written.
    """
    hass = call.hass
    path = _path_of(hass, call.data[ATTR_FILE])
    if not await hass.async_add_executor_job(hass.config.is_allowed_path, str(path)):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"file": str(path)},
        )
    zone = dt_util.get_default_time_zone()
    ledger = await async_get_ledger(hass)
    with asking_ledger():
        records = (await ledger.async_sessions(query)).sessions
        totals = await ledger.async_totals(query, zone)
    tables = Tables(entry, records, totals, zone)
    if call.data[ATTR_FORMAT] == JSON:
        job = hass.async_add_executor_job(_write_json, path, tables)
    else:
        language = call.data.get(ATTR_LANGUAGE) or hass.config.language
        texts = await async_texts(hass, language)
        job = hass.async_add_executor_job(_write_csv, path, tables, texts, language)
    try:
        files = await job
    except (OSError, WriteError) as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="cannot_write_file",
            translation_placeholders={"file": str(path), "message": str(err)},
        ) from err
    return {
        "files": list(files),
        "sessions": len(records),
        "totals": [dict(row) for row in tables.totals()],
    }


def _path_of(hass: HomeAssistant, file: str) -> Path:
    """Return where a file is to be: a relative path starts in the configuration folder.

    One that starts with ``media`` leads to Home Assistant's media, which are elsewhere
    where it runs in a container.
    """
    first, *rest = Path(file).parts or (file,)
    if first == MEDIA and rest and (media := hass.config.media_dirs.get(LOCAL)):
        return Path(media, *rest)
    return Path(hass.config.path(file))


def _write_json(path: Path, tables: Tables) -> list[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"sessions": list(tables.sessions()), "totals": list(tables.totals())}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    write_utf8_file_atomic(str(path), f"{text}\n")
    return [str(path)]


def _write_csv(
    path: Path, tables: Tables, texts: Mapping[str, str], language: str
) -> list[str]:
    headings = {
        key.removeprefix(COLUMN): text
        for key, text in texts.items()
        if key.startswith(COLUMN)
    }
    decimal_comma = has_decimal_comma(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.stem}-totals{path.suffix}")
    for file, rows in ((path, tables.sessions()), (beside, tables.totals())):
        lines = csv_lines(rows, decimal_comma=decimal_comma, headings=headings)
        write_utf8_file_atomic(str(file), BYTE_ORDER_MARK + "".join(lines))
    return [str(path), str(beside)]
