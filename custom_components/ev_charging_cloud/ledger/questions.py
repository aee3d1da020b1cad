"""Questions to the ledger, asked from the event loop."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from .faults import WATCHED_SINCE, Fault, read_faults, read_open_faults
from .fleet import Figures, Place, figures
from .model import SessionPage, SessionQuery, Subject
from .queries import read_accounts, read_entries, read_progress, read_sessions
from .stretches import Stretch, read_stretch
from .totals import Total, add_up


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

    async def async_stretch(
        self,
        account_id: str,
        start: datetime | None = None,
        subjects: Collection[Subject] | None = None,
    ) -> Stretch:
        """Return the hourly sums of an account's statistics for a stretch of time.

        Args:
            account_id: whose.
            start: the first hour of the stretch; None for the first of all.
            subjects: for whom; None for all.
        """
        return await self._async_read(
            lambda connection: read_stretch(connection, account_id, start, subjects)
        )

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

        def answer(connection: Connection) -> dict[Subject, Figures]:
            watched = read_progress(connection, account_id).get(WATCHED_SINCE)
            return figures(
                read_sessions(connection, query).sessions,
                places,
                start,
                end,
                faults=read_faults(connection, account_id, start),
                watched_since=datetime.fromisoformat(watched) if watched else None,
            )

        return await self._async_read(answer)

    async def async_open_faults(self, account_id: str) -> tuple[Fault, ...]:
        """Return the faults of connectors whose end nobody saw, the oldest first."""
        return await self._async_read(
            lambda connection: read_open_faults(connection, account_id)
        )

    async def async_progress(self, account_id: str) -> dict[str, str]:
        """Return the cursors of the account's history, by their names."""
        return await self._async_read(
            lambda connection: read_progress(connection, account_id)
        )

    async def async_accounts(self) -> frozenset[str]:
        """Return the ids of the accounts that have sessions or faults."""
        return await self._async_read(read_accounts)
