"""What a charging session costs."""

from simulator.world.model import Json

from .places import CURRENCY, TAX_PERCENT, Tariff

#: descriptions of cost items by language
WORDS = {
    "en": ("Energy", "Time", "Session fee"),
    "de": ("Energie", "Zeit", "Startgebühr"),
}


def cost(
    tariff: Tariff, energy_wh: float, seconds: float, language: str
) -> dict[str, Json]:
    """Return a session's cost; `total` is without tax."""
    words = WORDS.get(language, WORDS["en"])
    amounts = (
        energy_wh / 1000 * tariff.per_kwh,
        seconds / 60 * tariff.per_minute,
        tariff.per_session,
    )
    items = [
        _item(round(net, 2), word)
        for net, word in zip(amounts, words, strict=True)
        if round(net, 2)
    ]
    return _sum(items)


def nothing() -> dict[str, Json]:
    """Return the cost of a session whose costs are not known yet."""
    return _sum([])


def _item(net: float, description: str) -> dict[str, Json]:
    """Return one item."""
    tax = round(net * TAX_PERCENT / 100, 2)
    gross = round(net + tax, 2)
    return {
        "netAmount": net,
        "netAmountLocalCurrency": net,
        "grossAmount": gross,
        "grossAmountLocalCurrency": gross,
        "taxAmount": tax,
        "taxAmountLocalCurrency": tax,
        "taxRate": TAX_PERCENT,
        "description": description,
    }


def _sum(items: list[dict[str, Json]]) -> dict[str, Json]:
    """Return items with their sums."""

    def total(name: str) -> float:
        return round(sum(float(str(item[name])) for item in items), 2)

    return {
        "costItems": items,
        "total": total("netAmount"),
        "currency": CURRENCY,
        "tax": TAX_PERCENT,
        "taxAmount": total("taxAmount"),
        "grossAmount": total("grossAmount"),
        "grossAmountLocalCurrency": total("grossAmount"),
    }
