"""One pass over an account's sessions that brings its statistics into line with them.

It goes through the time in stretches, and through all statistics that are to be written
at once: each session is read and its hours are computed once, and each row is looked at
once. Sums go on from one stretch to the next.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from homeassistant.components.recorder.models import StatisticMetaData
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance

from ..ledger import Ledger, Series, SessionQuery, Stretch, Subject
from .ledger import account_id_of
from .places import async_device_name, async_name, known_name, query_of
from .series import Row, changed_rows, ledgers_unit, metadata, statistic_id
from .table import async_write, read_sums, read_totals
from .texts import async_texts

type Wanted = Mapping[Subject, Mapping[Series, datetime] | None]
"""From which hours on statistics are to be written; None for all of a subject's."""

# Among so many of the newest sessions one has the name of where it took place.
NAMES_AT = 20


class Pass:
    """Writes certain statistics of one account, once."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, ledger: Ledger, wanted: Wanted
    ) -> None:
        """Begin nothing yet.

        Args:
            hass: Home Assistant.
            entry: the account.
            ledger: has its sessions.
            wanted: what is to be written.
        """
        self._hass = hass
        self._entry = entry
        self._ledger = ledger
        self._account_id = account_id_of(entry)
        self._wanted = wanted
        hours = [hour for each in wanted.values() for hour in (each or {}).values()]
        is_whole = any(each is None for each in wanted.values())
        self._start = None if is_whole or not hours else min(hours)
        # From which hour on each is written, and what it has come to.
        self._since = {
            series: hour.timestamp()
            for each in wanted.values()
            for series, hour in (each or {}).items()
        }
        self._totals: dict[Series, float] = {}
        self._metadata: dict[str, StatisticMetaData] = {}
        self._names: dict[Subject, Callable[[Series], str]] = {}
        self._told: set[str] = set()

    async def async_run(self) -> int:
        """Write what differs; return how many statistics were looked at.

        Raises:
            LedgerError: the sessions cannot be read.
            SQLAlchemyError: the recorder's database cannot.
        """
        if not self._wanted:
            return 0
        start, is_over = self._start, False
        while not is_over:
            stretch = await self._ledger.async_stretch(
                self._account_id, start, self._wanted.keys()
            )
            recorder = get_instance(self._hass)
            changed = await recorder.async_add_executor_job(
                self._changed, stretch, start
            )
            for series in changed:
                await self._async_name(series)
            await async_write(
                self._hass,
                {self._id(series): rows for series, rows in changed.items()},
                self._metadata,
                self._told,
            )
            start, is_over = stretch.end, stretch.end is None
        return len(self._totals)

    def _id(self, series: Series) -> str:
        return statistic_id(self._account_id, series)

    def _changed(
        self, stretch: Stretch, start: datetime | None
    ) -> dict[Series, Sequence[Row]]:
        """Return the rows of a stretch that are not as they ought to be."""
        end = None if stretch.end is None else stretch.end.timestamp()
        amounts = {
            series: self._in_units(series, hours)
            for series, hours in stretch.sums.items()
            if self._is_wanted(series)
        }
        for series, hours in amounts.items():
            if series not in self._since and hours:
                self._since[series] = min(hours)
        due = {
            series: (self._id(series), since)
            for series, since in self._since.items()
            if end is None or since < end
        }
        self._begin(due)
        written = read_sums(
            self._hass,
            [id_ for id_, _ in due.values()],
            None if start is None else start.timestamp(),
            end,
        )
        changed: dict[Series, Sequence[Row]] = {}
        for series, (id_, since) in due.items():
            there = {
                hour: total
                for hour, total in written.get(id_, {}).items()
                if hour >= since
            }
            hours = amounts.get(series, {})
            added = {hour: hours[hour] for hour in hours if hour >= since}
            rows, self._totals[series] = changed_rows(
                self._totals[series], there, added
            )
            if rows:
                changed[series] = rows
        return changed

    def _is_wanted(self, series: Series) -> bool:
        hours = self._wanted.get(series.subject, {})
        return hours is None or series in hours

    def _begin(self, due: Mapping[Series, tuple[str, float]]) -> None:
        """Have what statistics had come to before their first hours."""
        first = {
            series: told for series, told in due.items() if series not in self._totals
        }
        totals = read_totals(self._hass, dict(first.values()))
        self._totals.update({series: totals[id_] for series, (id_, _) in first.items()})

    @staticmethod
    def _in_units(
        series: Series, hours: Mapping[datetime, float]
    ) -> dict[float, float]:
        unit = ledgers_unit(series)
        return {hour.timestamp(): amount * unit for hour, amount in hours.items()}

    async def _async_name(self, series: Series) -> None:
        """Know what the recorder is to be told of a statistic."""
        id_ = self._id(series)
        if id_ in self._metadata:
            return
        if (name := self._names.get(series.subject)) is None:
            name = await self._async_names(series.subject)
            self._names[series.subject] = name
        self._metadata[id_] = metadata(self._account_id, series, name(series))

    async def _async_names(self, subject: Subject) -> Callable[[Series], str]:
        """Return what names a subject's statistics, in the system's language."""
        known = None
        if async_device_name(self._hass, self._entry, subject) is None:
            query = SessionQuery(
                account_id=self._account_id, limit=NAMES_AT, intervals=False
            )
            page = await self._ledger.async_sessions(query_of(query, subject))
            known = known_name(subject, page.sessions)
        name = async_name(self._hass, self._entry, subject, known)
        texts = await async_texts(self._hass, self._hass.config.language)
        return lambda series: texts[f"statistic_{series.measure}"].format(
            name=name, currency=series.currency
        )
