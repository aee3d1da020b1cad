"""The recorder's table of hourly statistics, many rows at a time.

The recorder's own function looks for each row and writes it by itself, which takes half
a millisecond: for the past of a fleet, with millions of rows, half an hour in which the
recorder does little else. Here thousands are read or written at once. Writing is done in
the recorder's thread, as everything that it writes.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
import time
from typing import override

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.db_schema import Statistics
from homeassistant.components.recorder.models import StatisticData, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    get_metadata,
)
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance, session_scope

from .series import Row

# So many are no trouble to the recorder's own function.
FEW = 100
# In between, the recorder can write what else happens.
ROWS_AT_ONCE = 5000
# Databases bound how many values a statement may have.
IDS_AT_ONCE = 500

ADD = insert(Statistics)
CORRECT = (
    update(Statistics)
    .where(
        Statistics.metadata_id == bindparam("of_statistic"),
        Statistics.start_ts == bindparam("at"),
    )
    .values(state=bindparam("reading"), sum=bindparam("reading"))
)

type Written = Mapping[str, Mapping[float, float]]
"""Sums by statistic, and by when their hours start."""


def read_sums(
    hass: HomeAssistant, ids: Collection[str], start: float | None, end: float | None
) -> Written:
    """Return what the recorder has of statistics; it reads the database.

    Args:
        hass: Home Assistant.
        ids: of the statistics.
        start: the first hour; None for the first of all.
        end: the hour after the last one; None for all there are.
    """
    found: dict[str, dict[float, float]] = {}
    names = {
        number: id_
        for id_, (number, _) in get_metadata(hass, statistic_ids=set(ids)).items()
    }
    wanted = [Statistics.start_ts >= start] if start is not None else []
    if end is not None:
        wanted.append(Statistics.start_ts < end)
    with session_scope(hass=hass, read_only=True) as session:
        for some in batched(names, IDS_AT_ONCE, strict=False):
            for number, at, total in session.execute(
                select(
                    Statistics.metadata_id, Statistics.start_ts, Statistics.sum
                ).where(Statistics.metadata_id.in_(some), *wanted)
            ):
                found.setdefault(names[number], {})[at] = total or 0.0
    return found


def read_totals(hass: HomeAssistant, before: Mapping[str, float]) -> dict[str, float]:
    """Return what statistics had come to before certain hours; 0 where there is nothing.

    Args:
        hass: Home Assistant.
        before: the hours, by the ids of the statistics.
    """
    known = get_metadata(hass, statistic_ids=set(before))
    totals = dict.fromkeys(before, 0.0)
    with session_scope(hass=hass, read_only=True) as session:
        for id_, (number, _) in known.items():
            total = session.scalar(
                select(Statistics.sum)
                .where(
                    Statistics.metadata_id == number, Statistics.start_ts < before[id_]
                )
                .order_by(Statistics.start_ts.desc())
                .limit(1)
            )
            totals[id_] = total or 0.0
    return totals


async def async_write(
    hass: HomeAssistant,
    changed: Mapping[str, Sequence[Row]],
    metadata: Mapping[str, StatisticMetaData],
    told: set[str],
) -> None:
    """Write rows, and return when they are written.

    Args:
        hass: Home Assistant.
        changed: the rows by the statistics' ids.
        metadata: what the recorder is to know of the statistics.
        told: of which it knows that; more are added.
    """
    is_much = sum(map(len, changed.values())) > FEW
    later: list[tuple[str, Sequence[Row]]] = []
    for id_, rows in changed.items():
        # How statistics are made known is the recorder's business.
        count = int(id_ not in told) if is_much else len(rows)
        if rows and count:
            _add(hass, metadata[id_], rows[:count])
            told.add(id_)
            await asyncio.sleep(0)
        later.append((id_, rows[count:]))
    await _async_queue(hass, [])
    each = ((id_, row) for id_, rows in later for row in rows)
    for some in batched(each, ROWS_AT_ONCE, strict=False):
        if not await _async_queue(hass, some):
            for id_, row in some:
                _add(hass, metadata[id_], [row])
            await _async_queue(hass, [])


def _add(hass: HomeAssistant, metadata: StatisticMetaData, rows: Iterable[Row]) -> None:
    async_add_external_statistics(
        hass,
        metadata,
        [
            StatisticData(
                start=datetime.fromtimestamp(row.start, UTC),
                state=row.reading,
                sum=row.reading,
            )
            for row in rows
        ],
    )


async def _async_queue(hass: HomeAssistant, rows: Sequence[tuple[str, Row]]) -> bool:
    """Write rows after all that the recorder has to do; tell whether that worked."""
    task = _WriteTask(hass, rows)
    get_instance(hass).queue_task(task)
    return await task.written


class _WriteTask(RecorderTask):
    """Rows of statistics that the recorder knows, to be written in its thread."""

    def __init__(self, hass: HomeAssistant, rows: Sequence[tuple[str, Row]]) -> None:
        self.written: asyncio.Future[bool] = hass.loop.create_future()
        self._hass = hass
        self._rows = rows

    @override
    def run(self, instance: Recorder) -> None:
        """Write them, or none of them."""
        is_written = False
        try:
            self._write(instance)
            is_written = True
        except KeyError, SQLAlchemyError:
            # One row after the other, as the recorder does it, may still work.
            pass
        finally:
            self._hass.loop.call_soon_threadsafe(self._tell, is_written)

    def _tell(self, is_written: bool) -> None:
        if not self.written.done():
            self.written.set_result(is_written)

    def _write(self, instance: Recorder) -> None:
        if not self._rows:
            return
        ids = {id_ for id_, _ in self._rows}
        numbers = {
            id_: number
            for id_, (number, _) in get_metadata(self._hass, statistic_ids=ids).items()
        }
        with session_scope(session=instance.get_session()) as session:
            connection = session.connection()
            if new := list(_new(self._rows, numbers)):
                connection.execute(ADD, new)
            if corrected := list(_corrected(self._rows, numbers)):
                connection.execute(CORRECT, corrected)


def _new(
    rows: Iterable[tuple[str, Row]], numbers: Mapping[str, int]
) -> Iterator[dict[str, float]]:
    now = time.time()
    for id_, row in rows:
        if row.is_new:
            yield {
                "created_ts": now,
                "metadata_id": numbers[id_],
                "start_ts": row.start,
                "state": row.reading,
                "sum": row.reading,
            }


def _corrected(
    rows: Iterable[tuple[str, Row]], numbers: Mapping[str, int]
) -> Iterator[dict[str, float]]:
    for id_, row in rows:
        if not row.is_new:
            yield {
                "of_statistic": numbers[id_],
                "at": row.start,
                "reading": row.reading,
            }
