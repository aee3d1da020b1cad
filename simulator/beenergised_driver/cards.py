"""The driver: a contact with two cards, and the documents of the contract."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.world.catalogue import rng

from .places import Plug, PlugStatus, Site, SiteState, SiteStatus, uuid_for


@dataclass(frozen=True, slots=True)
class Card:
    """A card. Only one with `roams` is taken by other operators."""

    id: str
    tag: str
    number: str
    label: str
    kind: str | None
    expires: datetime | None
    roams: bool


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or a credit note."""

    id: str
    kind: str
    title: str
    number: str
    date: datetime
    amount: float


DOCUMENTS = 14
CREDIT_NOTES = {4, 9}

#: connectors where nothing can be charged
DEAD = {PlugStatus.FAULTED, PlugStatus.UNAVAILABLE, PlugStatus.UNKNOWN}


class Driver:
    """One contact of the operator."""

    def __init__(self, began: datetime) -> None:
        """Have two cards, and documents from before the world began."""
        expires = began.replace(hour=0, minute=0, second=0, microsecond=0)
        self.cards = (
            Card(
                uuid_for("card", "1"),
                "04A1B2C3",
                "AT-0001",
                "My contract",
                None,
                None,
                roams=True,
            ),
            Card(
                uuid_for("card", "2"),
                "04D4E5F6",
                "AT-0002",
                "Company card",
                "rfid",
                expires + timedelta(days=700),
                roams=False,
            ),
        )
        self.documents = [_document(began, index) for index in range(DOCUMENTS)]

    def card(self, tag: str, site: Site) -> Card | None:
        """Return a card by its tag if it is one of the driver's that a station takes."""
        for card in self.cards:
            if card.tag.casefold() == tag.casefold() and (
                card.roams or not site.roaming
            ):
                return card
        return None

    def usable(self, site: Site, plug: Plug, state: SiteState) -> list[Card]:
        """Return the cards that can be used at a connector as it is now."""
        if state.plugs[plug.id] in DEAD or state.status not in {
            SiteStatus.ONLINE,
            SiteStatus.PENDING,
        }:
            return []
        return [card for card in self.cards if card.roams or not site.roaming]


def _document(began: datetime, index: int) -> Document:
    """Return the n-th document, counted from the newest."""
    kind = "creditnote" if index in CREDIT_NOTES else "invoice"
    title = "Credit note" if kind == "creditnote" else "Invoice"
    date = began - timedelta(days=3 + 26 * index)
    # the vendor's samples have midnights and times of day
    if index % 3:
        date = date.replace(hour=0, minute=0, second=0, microsecond=0)
    number = rng("document", index).randint(100, 999)
    return Document(
        uuid_for("document", str(index)),
        kind,
        f"{title} {date.year}-{number}",
        f"{date.year}-{number}",
        date,
        round(rng("amount", index).uniform(4, 180), 2)
        * (-1 if kind == "creditnote" else 1),
    )
