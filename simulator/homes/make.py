"""What homes are made of: invented British households, chargers and cars."""

from datetime import datetime, time, timedelta

from simulator.world.catalogue import CARS, rng, unique_id
from simulator.world.model import Location

from .model import Car, Charger, Home, Person, Tariff

ZONE = "Europe/London"
TARIFFS = (
    Tariff(
        "tariff-overnight",
        "Simulated Overnight EV",
        "Simulated Energy",
        "GBP",
        ZONE,
        price=27,
        cheap_price=7,
        cheap_from=time(23, 30),
        cheap_to=time(5, 30),
    ),
    Tariff(
        "tariff-afternoon",
        "Simulated Afternoon Saver",
        "Simulated Power Co-operative",
        "GBP",
        ZONE,
        price=25,
        cheap_price=12,
        cheap_from=time(12),
        cheap_to=time(16),
    ),
)
#: make, model, what it is sold as, power in W, phases
CHARGERS = (
    ("Example Charge", "EXW-7", "Wall Charger 2", 7_360.0, 1),
    ("Hearth EV", "HS-11", "Hearth Socket 11", 11_000.0, 3),
)
#: make and trim of the cars of the catalogue
TRIMS = (
    ("Example Motors", "Comfort (44 kWh)"),
    ("Example Motors", "Long Range (77 kWh)"),
    ("Sample Cars", "Touring (93 kWh)"),
    ("Sample Cars", "Crew (68 kWh)"),
)
#: name, e-mail address, street, postal code, city, latitude, longitude
PEOPLE = (
    ("Robin Driver", "robin", "1 Example Road", "BS1 4XX", "Bristol", 51.4545, -2.5879),
    ("Sam Neighbour", "sam", "3 Example Road", "BS1 4XX", "Bristol", 51.4547, -2.5876),
    ("Kim Faraway", "kim", "8 Sample Close", "YO1 7XX", "York", 53.9591, -1.0815),
)
NAMES = ("Family car", "Second car", "Weekend car", "Work van")


def make_home(seed: int, index: int, begin: datetime) -> Home:
    """Make the n-th home; only the first has a solar roof."""
    name, mail, address, postal_code, city, latitude, longitude = PEOPLE[
        index % len(PEOPLE)
    ]
    person = Person(
        f"person-{index + 1}",
        name,
        f"{mail}@example.com",
        begin.replace(minute=14, second=55, microsecond=0) - timedelta(days=900),
    )
    place = Location(
        unique_id(rng(seed, "home", index)),
        "Home",
        address,
        postal_code,
        city,
        latitude,
        longitude,
    )
    tariff = TARIFFS[index % len(TARIFFS)]
    return Home(person, place, tariff, 0.4 if index == 0 else 0.0, time(7))


def make_charger(seed: int, index: int, home: Home) -> Charger:
    """Make the n-th home charger."""
    random = rng(seed, "home charger", index)
    make, model, product, max_w, phases = CHARGERS[index % len(CHARGERS)]
    return Charger(
        id=f"HC{index + 1:05}",
        home=home,
        make=make,
        model=model,
        product=product,
        serial=f"SIM{random.randrange(10**6):06}",
        firmware=random.choice(("1.4.2", "1.5.0", "2.0.1")),
        max_w=max_w,
        phases=phases,
        meter_wh=float(random.randrange(200_000, 6_000_000)),
    )


def make_car(seed: int, index: int, home: Home) -> Car:
    """Make the n-th private car."""
    random = rng(seed, "private car", index)
    kind = (index + 1) % len(CARS)
    make, trim = TRIMS[kind]
    return Car(
        id=f"PC{index + 1:05}",
        home=home,
        name=NAMES[index] if index < len(NAMES) else f"{CARS[kind].name} {index + 1}",
        make=make,
        trim=trim,
        model=CARS[kind],
        odometer_km=float(random.randint(4_000, 90_000)),
    )
