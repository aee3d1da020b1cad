"""Papers that a vendor has for an account: invoices, credit notes and the like."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from .model import Money


class Document(Struct, frozen=True, kw_only=True):
    """An invoice or the like.

    ``type`` is the vendor's word, ``link`` where a person can download it (HTTPS).
    """

    id: str
    type: str | None = None
    title: str | None = None
    number: str | None = None
    date: datetime | None = None
    amount: Money | None = None
    link: str | None = None


class Documents(Struct, frozen=True):
    """Documents, the newest first; ``is_whole`` tells whether these are all there are."""

    all: tuple[Document, ...]
    is_whole: bool


class DocumentArchive(Protocol):
    """Where documents are; they are listed on demand."""

    async def async_get_documents(self) -> Documents:
        """Return the documents, as many as a bounded number of requests brings.

        Raises:
            ClientError: they cannot be listed.
        """
