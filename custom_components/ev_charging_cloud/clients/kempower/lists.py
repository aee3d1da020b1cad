"""Lists that a customer's own file describes: past transactions, and how stations were made.

What their answers hold is documented (API reference, Transactions and Locations); where
they are, and what the list in an answer is called, only the file says.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from ..enums import SessionStatus
from ..errors import UnexpectedAnswerError
from ..history import HistoryPage
from ..model import ChargingSession
from ..reading.items import ItemReader
from ..reading.lenient import Reader
from ..reading.report import ReadingReport
from ..transport.http import HttpClient
from . import wire
from .mapping import KempowerMapping, Make, to_make
from .openapi import Kind, Meaning, Operation, Scalar


class Answer(Struct, frozen=True):
    """The items of a list, and where its next page begins as the vendor wrote it."""

    items: list[Raw]
    page: str | None


async def read_list(
    http: HttpClient, operation: Operation, values: Mapping[Meaning, Scalar]
) -> Answer:
    """Return the answer to a request that the file describes.

    Raises:
        UnexpectedAnswerError: it is not of the described shape.
        ClientError: any other of its subclasses.
    """
    path = operation.address(values)
    answer = await http.request(
        operation.method, path, wire.ENVELOPE, query=operation.query(values) or None
    )
    try:
        items = [
            raw
            for name in filter(None, (operation.items, *operation.more))
            for raw in _things(operation.kind, bytes(answer[name]))
        ]
    except (KeyError, msgspec.MsgspecError) as err:
        raise UnexpectedAnswerError(f"{path} answered oddly: {err}") from None
    following = answer.get(operation.page) if operation.page else None
    page = None if following is None else bytes(following).decode(errors="replace")
    return Answer(items, None if page in {"null", "{}"} else page)


def _things(kind: Kind, content: bytes) -> Iterable[Raw]:
    """Return the things of a list, or of an object that has them by their ids."""
    if kind is Kind.POWER_GROUPS:
        return wire.ENVELOPE.read(content).values()
    return wire.RAWS.read(content)


class _Transactions:
    """Knows where past transactions are, and how one is read."""

    def __init__(
        self,
        http: HttpClient,
        operation: Operation,
        mapping: KempowerMapping,
        report: ReadingReport,
    ) -> None:
        """Read nothing yet."""
        self._http = http
        self._operation = operation
        self._reader = ItemReader(
            "transaction", "txId", wire.TRANSACTION, mapping.past, report
        )


class Past(_Transactions):
    """Reads past transactions, the newest first (API reference, List Transactions).

    How a page's key is written is not documented: a text holds JSON as it was sent.
    """

    async def read(self, cursor: str | None) -> HistoryPage:
        """Return a page of what is over; the cursor is the vendor's own key.

        Raises:
            UnexpectedAnswerError: the next page is this one, or the answer is odd.
            ClientError: any other of its subclasses.
        """
        values = {} if cursor is None else {Meaning.PAGE: cursor}
        answer = await read_list(self._http, self._operation, values)
        if answer.page is not None and answer.page == cursor:
            raise UnexpectedAnswerError("the list of transactions repeats a page")
        found = self._reader.read_some(answer.items).read
        return HistoryPage(
            sessions=tuple(each for each in found if _is_over(each)),
            cursor=answer.page if found else None,
        )


class StationPast(Struct, frozen=True):
    """Where a read of past transactions stands, station by station."""

    station: str
    page: str | None = None


class PastByStation(_Transactions):
    """Reads past transactions station by station, where there is no list of all.

    Source: API reference, List Transactions for a Charging Station.
    """

    async def read(
        self, cursor: str | None, station_ids: Iterable[str]
    ) -> HistoryPage | None:
        """Return a page of what is over; None while no station is known.

        Raises:
            UnexpectedAnswerError: the next page is this one, or the answer is odd.
            ClientError: any other of its subclasses.
        """
        stations = sorted(station_ids)
        at = _PLACE.read(cursor.encode()) if cursor else None
        left = [id_ for id_ in stations if at is None or id_ >= at.station]
        if not left:
            return None if at is None else HistoryPage(sessions=(), cursor=None)
        station = left[0]
        page = at.page if at is not None and at.station == station else None
        values: dict[Meaning, Scalar] = {Meaning.STATION: station}
        if page is not None:
            values[Meaning.PAGE] = page
        answer = await read_list(self._http, self._operation, values)
        if answer.page is not None and answer.page == page:
            raise UnexpectedAnswerError("the list of transactions repeats a page")
        found = self._reader.read_some(answer.items).read
        following = answer.page if found else None
        after = station if following else next(iter(left[1:]), None)
        return HistoryPage(
            sessions=tuple(
                replace(each, station_id=station) for each in found if _is_over(each)
            ),
            cursor=msgspec.json.encode(StationPast(after, following)).decode()
            if after
            else None,
            is_ordered=False,
        )


def past_of(
    http: HttpClient,
    operations: Mapping[Kind, Operation],
    mapping: KempowerMapping,
    report: ReadingReport,
) -> Past | PastByStation | None:
    """Return what reads past transactions: all in one list rather than by station."""
    if (operation := operations.get(Kind.TRANSACTIONS)) is not None:
        return Past(http, operation, mapping, report)
    if (operation := operations.get(Kind.STATION_TRANSACTIONS)) is not None:
        return PastByStation(http, operation, mapping, report)
    return None


_PLACE = Reader(StationPast)


def _is_over(session: ChargingSession) -> bool:
    return session.status is SessionStatus.COMPLETED or (
        session.status is None and session.ended_at is not None
    )


class Inventory:
    """Reads how stations were made."""

    def __init__(
        self, http: HttpClient, operation: Operation, report: ReadingReport
    ) -> None:
        """Read nothing yet."""
        self._http = http
        self._operation = operation
        self._reader = ItemReader(
            "inventory", "stationId", wire.INVENTORY, to_make, report
        )

    async def read(self, location_ids: Iterable[str]) -> Mapping[str, Make]:
        """Return how the stations of some locations were made, a request each.

        Raises:
            ClientError: one of its subclasses.
        """
        raws: list[Raw] = []
        for id_ in location_ids:
            values: dict[Meaning, Scalar] = {Meaning.LOCATION: id_}
            raws += (await read_list(self._http, self._operation, values)).items
        found = self._reader.read_some(raws).read
        return {make.station_id: make for make in found}
