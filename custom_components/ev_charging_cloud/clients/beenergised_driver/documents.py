"""A driver's documents at be.ENERGISED: invoices, credit notes, offers.

Source: the vendor's reference (``accountDocumentsPaged``: id, type, title, date and
download link). A number, an amount and a currency are told where the operator's schema
has them, see :mod:`.names`.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import override

from msgspec import Struct

from ..documents import Document, DocumentArchive, Documents
from ..errors import UnexpectedAnswerError
from ..reading.items import ItemReader, Items
from ..reading.moments import utc
from ..reading.report import ReadingReport
from ..reading.values import text
from ..reading.words import plain
from ..transport.address import web_link
from . import wire
from .ask import Asker
from .lists import Listing, Pages
from .mapping import money
from .queries import DOCUMENTS
from .words import INVOICE

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Invoices(Struct, frozen=True, kw_only=True):
    """How many invoices there are, and when the newest was made."""

    count: int | None = None
    latest: datetime | None = None


class DriverDocuments(DocumentArchive):
    """One driver's documents."""

    def __init__(
        self,
        asker: Asker,
        report: ReadingReport,
        secrets: Callable[[], Iterable[str]],
    ) -> None:
        """Prepare to list; nothing is requested yet.

        Args:
            asker: sends the operations.
            report: hears of what cannot be read.
            secrets: what no link may have in it.
        """
        self._asker = asker
        self._report = report
        self._secrets = secrets

    @override
    async def async_get_documents(self) -> Documents:
        """Return the newest documents.

        Raises:
            UnexpectedAnswerError: the operator has no such list.
            ClientError: any other of its subclasses.
        """
        listing = await self._list()
        if listing is None:
            raise UnexpectedAnswerError("the schema has no list of documents")
        found = self._read(listing)
        all_ = (document for each in found.read if (document := self._document(each)))
        return Documents(
            tuple(sorted(all_, key=lambda it: it.date or LONG_AGO, reverse=True)),
            is_whole=_is_whole(listing, found),
        )

    async def read_invoices(self) -> Invoices:
        """Return how many invoices there are, of the newest documents.

        Raises:
            ClientError: one of its subclasses.
        """
        listing = await self._list()
        if listing is None:
            return Invoices()
        found = self._read(listing)
        invoices = [each for each in found.read if plain(each.type or "") == INVOICE]
        dates = [date for each in invoices if (date := utc(each.document_date))]
        return Invoices(
            count=len(invoices) if _is_whole(listing, found) else None,
            latest=max(dates, default=None),
        )

    async def _list(self) -> Listing | None:
        pages = Pages(
            self._asker, DOCUMENTS, lambda known, page: known.page(DOCUMENTS, page)
        )
        return await pages.read()

    def _read(self, listing: Listing) -> Items[wire.Document]:
        reader = ItemReader("document", "id", wire.DOCUMENT, _same, self._report)
        return reader.read(listing.items)

    def _document(self, found: wire.Document) -> Document | None:
        id_ = text(found.id)
        if id_ is None:
            return None
        return Document(
            id=id_,
            type=text(found.type),
            title=text(found.title),
            number=text(found.number),
            date=utc(found.document_date),
            amount=money(found.amount, found.currency),
            link=web_link(found.download_link, self._secrets()),
        )


def _is_whole(listing: Listing, found: Items[wire.Document]) -> bool:
    return not (found.skipped or listing.is_cut or listing.nulls)


def _same[ItemT](item: ItemT) -> ItemT:
    """Return a wire object as it is."""
    return item
