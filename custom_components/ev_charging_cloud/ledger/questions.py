"""Questions to the ledger, asked from the event loop."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from functools import partial

from sqlalchemy import Connection

from .fleet import Figures, Place, figures
from .hours import Series, hourly
from .model import SessionPage, SessionQuery, Subject
from .queries import (
    read_accounts,
    read_entries,
    read_progress,
    read_sessions,
    read_slice,
)
from .totals import Total, add_up

# Between slices others may have the thread.
SLICE = 1000


class Questions(ABC):
    """What can be asked. Each question may raise a :class:`LedgerError`."""

    @abstractmethod
    async def _async_read[ResultT](
        self, question: Callable[[Connection], ResultT]
    ) -> ResultT:
        """Return what the database answers."""

    async def async_sessions(self, query: SessionQuery) -> SessionPage:
        """Return one page of sessions."""
        return await self._async_read(
            lambda connection: read_sessions(connection, query)
        )

    async def async_totals(self, query: SessionQuery, zone: tzinfo) -> list[Total]:
        """Return totals by month, driver and currency; pages do not matter.

        Args:
            query: which sessions; with ``by_start`` each is in one period only.
            zone: whose clock the months are by.
        """
        return await self._async_read(
            lambda connection: add_up(read_entries(connection, query), zone)
        )

    async def async_hourly(
        self, account_id: str, since: datetime | None = None
    ) -> dict[Series, dict[datetime, float]]:
        """Return the hourly sums of an account's statistics.

        Args:
            account_id: whose.
            since: the first hour that is wanted; None for all.
        """
        sums: dict[Series, dict[datetime, float]] = {}
        after: str | None = ""
        while after is not None:
            after = await self._async_read(
                partial(
                    _add_hours,
                    account_id=account_id,
                    since=since,
                    after=after,
                    sums=sums,
                )
            )
        return sums

    async def async_figures(
        self, account_id: str, places: Iterable[Place], start: datetime, end: datetime
    ) -> dict[Subject, Figures]:
        """Return how much connectors, stations and locations were used.

        Args:
            account_id: whose.
            places: the connectors that there are.
            start: the time's beginning, such as seven days ago.
            end: its end.
        """
        places = tuple(places)
        query = SessionQuery(account_id=account_id, start=start, end=end)
        return await self._async_read(
            lambda connection: figures(
                read_sessions(connection, query).sessions, places, start, end
            )
        )

    async def async_progress(self, account_id: str) -> dict[str, str]:
        """Return the cursors of the account's history, by their names."""
        return await self._async_read(
            lambda connection: read_progress(connection, account_id)
        )

    async def async_accounts(self) -> frozenset[str]:
        """Return the ids of the accounts that have sessions."""
        return await self._async_read(read_accounts)


def _add_hours(
    connection: Connection,
    *,
    account_id: str,
    since: datetime | None,
    after: str,
    sums: dict[Series, dict[datetime, float]],
) -> str | None:
    """Add a slice of the sessions to sums; return where the next one begins, if any."""
    records = read_slice(connection, account_id, since, after, SLICE)
    for series, hours in hourly(records, since).items():
        target = sums.setdefault(series, {})
        for hour, amount in hours.items():
            target[hour] = target.get(hour, 0.0) + amount
    return records[-1].session_id if len(records) == SLICE else None
