"""What a payment card paid for a transaction, as ChargEye writes it."""

from datetime import timedelta

from simulator.world.model import (
    CARD_CENTS_PER_KWH,
    CARD_CURRENCY,
    Authorization,
    Json,
    Session,
)

VAT = 0.255  # Finland's
MAX_CARD_CENTS = 5_000


def payment(session: Session) -> dict[str, Json]:
    """Return the payment of a card; other sessions have none."""
    cost = session.cost_cents
    if (
        session.authorization is not Authorization.CARD
        or cost is None
        or session.authorized_at is None
    ):
        return {}
    number = int(session.id[-6:], 16)
    ended = session.end is not None
    return {
        "emvDeviceType": "PAYTER",
        "paymentCurrency": CARD_CURRENCY,
        "paymentReference": 100_000 + number % 900_000,
        "paymentSessionId": f"ps-{number}",
        # a payment that is still reserved has no state that the documents name
        "paymentState": ("COMMITTED" if cost else "VOIDED") if ended else None,
        "maxCostCents": MAX_CARD_CENTS,
        "totalCostCents": cost,
        "waitingForPaymentReservation": False,
        "signedEnergyMeterValue": None,
        "paymentDetails": {
            "authMethod": "EMV",
            "cardScheme": "simulated",
            "cardType": "DEBIT",
            "maskedCardNumber": f"000000******{number % 10_000:04}",
            "merchantId": "merchant-1",
            "terminalId": f"T{session.station_id}",
            "priceSummary": _prices(cost),
            "activeTariff": _tariff(session),
        },
    }


def _prices(cents: int) -> dict[str, Json]:
    """Return a `priceSummary`: everything was paid for energy."""
    net = round(cents / (1 + VAT))
    zero = ("durationPrice", "durationPriceExVat", "flatPrice", "flatPriceExVat")
    parking = ("parkingDurationPrice", "parkingDurationPriceExVat")
    return {
        "energyPrice": cents,
        "energyPriceExVat": net,
        **dict.fromkeys((*zero, *parking), 0),
        "totalPrice": cents,
        "totalPriceExVat": net,
        "vatAmount": cents - net,
    }


def _tariff(session: Session) -> dict[str, Json]:
    """Return the tariff in OCPI's shape."""
    net = round(CARD_CENTS_PER_KWH / 100 / (1 + VAT), 4)
    component: dict[str, Json] = {
        "type": "ENERGY",
        "price": net,
        "vat": VAT * 100,
        "step_size": 1,
    }
    return {
        "id": "tariff-1",
        "party_id": "SIM",
        "country_code": "FI",
        "currency": CARD_CURRENCY,
        "type": "AD_HOC_PAYMENT",
        "elements": [{"price_components": [component]}],
        "last_updated": (session.start - timedelta(days=30))
        .isoformat(timespec="seconds")
        .replace("+00:00", "Z"),
        "tariff_version": "OCPI",
    }
