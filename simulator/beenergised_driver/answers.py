"""How sessions, cards and documents are written."""

from datetime import UTC, datetime

from simulator.world.model import Json

from . import money
from .cards import Card, Document
from .charges import Charge, Reading, Status
from .options import BeenergisedDriverOptions
from .places import CURRENCY, uuid_for

AUTH_TYPE = "tag"
#: where documents can be downloaded; nobody is there
FILES = "https://files.energy.example/documents"
#: a meter has counted this much when it begins, and so much a second on average, in Wh
METER_BASE, METER_RATE = 120_500, 0.4
METER_SINCE = datetime(2024, 1, 1, tzinfo=UTC)


def moment(at: datetime | None, *, milliseconds: bool = False) -> str | None:
    """Return a moment as it is written; the vendor's samples have both spellings."""
    if at is None:
        return None
    text = at.astimezone(UTC).isoformat(
        timespec="milliseconds" if milliseconds else "seconds"
    )
    return text.replace("+00:00", "Z")


def chargelog(
    charge: Charge, now: datetime, options: BeenergisedDriverOptions, language: str
) -> dict[str, object]:
    """Return a charging session."""
    reading = charge.reading(now)
    energy = round(reading.energy_wh)
    # the meter counts on between two sessions; other drivers come there too
    start = reading.start or charge.asked
    meter = METER_BASE + int((start - METER_SINCE).total_seconds() * METER_RATE)
    begun = reading.start is not None
    return {
        "id": charge.id,
        "status": reading.status.value,
        "connector": {"id": charge.plug.id, "label": charge.plug.label},
        "authId": charge.tag,
        "authType": AUTH_TYPE,
        "dateStart": moment(reading.start),
        "dateEnd": moment(reading.end),
        "meterStart": meter if begun else None,
        "meterEnd": meter + energy if begun else None,
        "energyConsumption": energy / (1000 if options.energy_unit == "kWh" else 1),
        "cost": _cost(charge, reading, options, language),
        "sessionId": f"S-{charge.number}",
        "rateName": charge.plug.tariff.name,
    }


def _cost(
    charge: Charge, reading: Reading, options: BeenergisedDriverOptions, language: str
) -> dict[str, Json] | None:
    """Return what a session costs, as far as the operator knows."""
    if reading.end is None and options.cost_null:
        return None
    if reading.start is None or (
        reading.end is None and not options.cost_while_charging
    ):
        return money.nothing()
    if reading.status is Status.STOPPED and reading.start == reading.end:
        return money.nothing()
    found = money.cost(charge.plug.tariff, reading.energy_wh, reading.seconds, language)
    if (currency := options.currencies.get(charge.id)) is not None:
        found["currency"] = currency
    return found


def card(it: Card) -> dict[str, object]:
    """Return a card."""
    return {
        "id": it.id,
        "tagId": it.tag,
        "number": it.number,
        "label": it.label,
        "expiryDate": moment(it.expires, milliseconds=True),
        "type": it.kind,
    }


def document(it: Document) -> dict[str, object]:
    """Return an invoice or a credit note."""
    return {
        "id": it.id,
        "type": it.kind,
        "title": it.title,
        "documentDate": moment(it.date, milliseconds=not it.date.hour),
        "downloadLink": f"{FILES}/{it.id}.pdf",
        "invoiceNumber": it.number,
        "grossAmount": it.amount,
        "currency": CURRENCY,
    }


def rates(names: tuple[str, ...]) -> list[dict[str, object]]:
    """Return the tariffs a new contract may have."""
    return [
        {"uuid": uuid_for("rate", name), "id": uuid_for("rate", name), "name": name}
        for name in names
    ]


def payment_methods() -> list[dict[str, object]]:
    """Return the ways to pay that a new contract may have."""
    return [
        {
            "uuid": uuid_for("payment", name),
            "applicationId": name,
            "paymentType": kind,
        }
        for name, kind in (("SEPA", "sepaAccount"), ("POSTPAID", "invoice"))
    ]
