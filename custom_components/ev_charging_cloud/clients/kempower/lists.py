"""Lists that a customer's own file describes: past transactions, and how stations were made.

What their answers hold is documented (API reference, Transactions and Locations); where
they are, and what the list in an answer is called, only the file says.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Raw, Struct

from ..enums import SessionStatus
from ..errors import UnexpectedAnswerError
from ..history import HistoryPage
from ..model import ChargingSession, Station
from ..reading.items import ItemReader
from ..reading.report import ReadingReport
from ..transport.http import HttpClient
from . import wire
from .mapping import KempowerMapping, Make, to_make
from .openapi import Meaning, Operation, Scalar


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
        items = wire.RAWS.read(bytes(answer[operation.items or ""]))
    except (KeyError, msgspec.MsgspecError) as err:
        raise UnexpectedAnswerError(f"{path} answered oddly: {err}") from None
    following = answer.get(operation.page or "")
    page = None if following is None else bytes(following).decode(errors="replace")
    return Answer(items, None if page in {"null", "{}"} else page)


class Past:
    """Reads past transactions, the newest first (API reference, List Transactions).

    How a page's key is written is not documented: a text holds JSON as it was sent.
    """

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


def _is_over(session: ChargingSession) -> bool:
    return session.status is SessionStatus.COMPLETED or (
        session.status is None and session.ended_at is not None
    )


class Inventory:
    """Knows how stations were made, and gives it to those that a poll sees."""

    def __init__(
        self, http: HttpClient, operation: Operation, report: ReadingReport
    ) -> None:
        """Know nothing yet."""
        self._http = http
        self._operation = operation
        self._reader = ItemReader(
            "inventory", "stationId", wire.INVENTORY, to_make, report
        )
        self._makes: Mapping[str, Make] = {}

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

    def take(self, makes: Mapping[str, Make]) -> bool:
        """Give this to the stations from now on, and tell whether it is anything new."""
        is_new = makes != self._makes
        self._makes = makes
        return is_new

    def add_to(self, station: Station) -> Station:
        """Return a station with what is known of how it was made."""
        make = self._makes.get(station.id)
        return station if make is None else make.added_to(station)
