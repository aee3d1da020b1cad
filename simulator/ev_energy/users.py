"""Users, their homes and tariffs, as ev.energy writes them."""

from simulator.homes import Tariff
from simulator.homes.prices import carbon_at, price_at
from simulator.world.model import Json

from .context import Context, evse_id, user_id, vehicle_id
from .expand import Expand
from .ids import stamp, vendor_id

USER_EXPAND = (
    "default_location.tariff",
    "default_location.tariff.supplier",
    "default_location.evse_site",
)
TARIFF_EXPAND = ("supplier", "scheduler_tariff", "prices")


def user(
    ctx: Context, person_id: str, expand: Expand, *, single: bool = False
) -> dict[str, Json]:
    """Return a User; the single form also tells the home's present carbon intensity."""
    home = ctx.homes.home(person_id)
    own = user_id(person_id)
    inner = expand.below("default_location")
    location: dict[str, Json] = {}
    if single:
        location["current_carbon_intensity_grams_per_kilowatt_hour"] = carbon_at(
            ctx.now
        )
    location |= {
        "address_1": home.place.address,
        "address_2": None,
        "postal_code": home.place.postal_code,
        "country_code": "GB",
        "coordinates": {
            "latitude": home.place.latitude,
            "longitude": home.place.longitude,
        },
        "tariff": inner.either(
            "tariff",
            ctx.url("tariffs", tariff_id(home.tariff)),
            lambda deeper: tariff(ctx, home.tariff, deeper),
        ),
        "city": home.place.city,
        "state": None,
        "evse_site": None,
    }
    return {
        "id": own,
        "url": ctx.url("users", own),
        "email": home.person.email,
        "full_name": home.person.name,
        "joined_at": stamp(home.person.joined),
        "terms_consent_datetime": stamp(home.person.joined),
        "default_location": location,
        "vehicles": [
            ctx.url("vehicles", vehicle_id(it))
            for it in ctx.homes.car_ids((person_id,))
        ],
        "evses": [
            ctx.url("evses", evse_id(it)) for it in ctx.homes.charger_ids((person_id,))
        ],
    }


def tariff_id(it: Tariff) -> str:
    """Return the id of a tariff."""
    return vendor_id("tari", it.id)


def supplier_id(it: Tariff) -> str:
    """Return the id of a tariff's supplier."""
    return vendor_id("supl", it.supplier)


def tariff(
    ctx: Context, it: Tariff, expand: Expand, *, single: bool = False
) -> dict[str, Json]:
    """Return a Tariff; the single form also tells the present price."""
    own = tariff_id(it)
    answer: dict[str, Json] = {
        "id": own,
        "url": ctx.url("tariffs", own),
        "supplier": expand.either(
            "supplier",
            ctx.url("suppliers", supplier_id(it)),
            lambda inner: supplier(ctx, it),
        ),
        "name": it.name,
        "currency": it.currency,
        "highlighted": True,
        "timezone_name": it.timezone,
        "price_chart_url": None,
        "gsp_group": "_L",
        "valid_from": "2026-04-01",
        "valid_until": None,
        "scheduler_tariff": None,
    }
    if ctx.options.contract_tariffs:
        answer |= _contract(it)
    if single:
        answer["current_price"] = price_at(it, ctx.now)
        answer["prices"] = ctx.url("tariffs", own, "prices")
    return answer


def supplier(ctx: Context, it: Tariff) -> dict[str, Json]:
    """Return a Supplier."""
    own = supplier_id(it)
    return {
        "id": own,
        "url": ctx.url("suppliers", own),
        "name": it.supplier,
        "icon": None,
        "highlighted": True,
    }


def _contract(it: Tariff) -> dict[str, Json]:
    """Return what a tariff tells by contract only."""
    start, end = it.cheap_from.isoformat(), it.cheap_to.isoformat()
    return {
        "type": "DUAL_RATE",
        "daily_prices": {
            "peak": {
                "price": f"{it.price / 100:.2f}",
                "times": [{"start": end, "end": start}],
            },
            "off_peak": {
                "price": f"{it.cheap_price / 100:.2f}",
                "times": [{"start": start, "end": end}],
            },
        },
    }
