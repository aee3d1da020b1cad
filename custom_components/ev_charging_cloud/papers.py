"""The action that returns invoices and other documents of an account."""

from datetime import datetime, time
from math import ceil

from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

from .clients.documents import Document
from .clients.money import to_major
from .commands import DOCUMENTS
from .coordinator import LiveCoordinator


async def async_get_documents(
    coordinator: LiveCoordinator, *, page: int, page_size: int
) -> JsonObjectType:
    """Return a page of an account's documents, the newest first.

    What the vendor does not tell is left out. Amounts are in whole currency.

    Args:
        coordinator: of the account.
        page: which page, from 1.
        page_size: how many documents a page has.

    Raises:
        ServiceValidationError: the account has no documents.
        HomeAssistantError: they could not be read; the message says why.
    """
    found = await coordinator.async_ask(
        DOCUMENTS, lambda archive: archive.async_get_documents()
    )
    begin = (page - 1) * page_size
    return {
        "documents": [_row(it) for it in found.all[begin : begin + page_size]],
        "number": len(found.all),
        "page": page,
        "pages": ceil(len(found.all) / page_size),
        "complete": found.is_whole,
    }


def _row(document: Document) -> JsonObjectType:
    values: dict[str, JsonValueType] = {
        "id": document.id,
        "type": document.type,
        "title": document.title,
        "number": document.number,
        "date": _day(document.date),
        "amount": to_major(document.amount),
        "currency": document.amount.currency if document.amount else None,
        "link": document.link,
    }
    return {name: value for name, value in values.items() if value is not None}


def _day(moment: datetime | None) -> str | None:
    """Return the day of a document; midnight in UTC is how a day alone is written."""
    if moment is None:
        return None
    local = moment if moment.time() == time() else dt_util.as_local(moment)
    return local.date().isoformat()
