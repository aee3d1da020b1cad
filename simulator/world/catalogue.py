"""What worlds are made of: invented Finnish sites, kinds of station, kinds of vehicle."""

from dataclasses import dataclass
from random import Random
from uuid import UUID

from .model import (
    ConnectorSpec,
    ConnectorType,
    Location,
    StationSpec,
    Vehicle,
    VehicleModel,
)

CCS, CHADEMO, TYPE2 = ConnectorType.CCS, ConnectorType.CHADEMO, ConnectorType.TYPE2

#: name, address, postal code, city, latitude, longitude
SITES = (
    ("Lahti Depot", "Latauskuja 4", "15700", "Lahti", 60.9583, 25.6561),
    ("Helsinki Harbour", "Satamanosturi 11", "00980", "Helsinki", 60.2104, 25.1873),
    ("Tampere Bus Garage", "Johdinautokatu 2", "33400", "Tampere", 61.5121, 23.6547),
    ("Turku Logistics Park", "Rahtiraitti 19", "20360", "Turku", 60.4982, 22.2741),
    ("Oulu North Hub", "Revontulentie 7", "90620", "Oulu", 65.0487, 25.5126),
    ("Kuopio Truck Stop", "Rekkaranta 1", "70460", "Kuopio", 62.9161, 27.6512),
    ("Jyväskylä Terminal", "Kuormalavantie 23", "40320", "Jyväskylä", 62.2719, 25.7894),
    ("Vaasa Energy Yard", "Virtapiirinkatu 5", "65380", "Vaasa", 63.0712, 21.6931),
)

CARS = (
    VehicleModel("City hatchback 44", 44_000, 85_000, 7_400, 70, 155, 360),
    VehicleModel("Family estate 77", 77_000, 135_000, 11_000, 65, 185, 400),
    VehicleModel("Touring saloon 93", 93_000, 250_000, 22_000, 60, 195, 800),
    VehicleModel("Delivery van 68", 68_000, 110_000, 11_000, 72, 260, 400),
)
HEAVY = (
    VehicleModel("City bus 12 m", 350_000, 150_000, 22_000, 80, 1_100, 680, bus=True),
    VehicleModel("Distribution truck 16 t", 265_000, 200_000, 22_000, 75, 900, 650),
)
CHADEMO_CARS = (VehicleModel("Compact 38", 38_000, 46_000, 6_600, 62, 150, 360),)
MODELS = {
    ConnectorType.CCS: (*CARS, *HEAVY),
    ConnectorType.CHADEMO: CHADEMO_CARS,
    ConnectorType.TYPE2: CARS,
    ConnectorType.AC: CARS,
    ConnectorType.PANTOGRAPH: HEAVY[:1],
}


@dataclass(frozen=True, slots=True)
class StationKind:
    """A kind of station: what it is called, its power limit in W and its plugs with their limits in W."""

    product: str
    product_id: str
    max_w: float
    plugs: tuple[tuple[ConnectorType, float], ...]
    id_style: str = "1{n}"
    name_style: str = "1.{n}"
    efficiency: float = 0.87


#: the world's mix, repeated in this order
KINDS = (
    StationKind(
        "Power Unit 240 with satellites", "PU240S2", 240_000, ((CCS, 199_500),) * 2
    ),
    StationKind(
        "Power Unit 400 with satellites", "PU400S4", 400_000, ((CCS, 199_500),) * 4
    ),
    # the ids of this kind are no numbers, as the vendors warn
    StationKind(
        "Wallbox duo 22",
        "WB22D",
        44_000,
        ((TYPE2, 22_000), (ConnectorType.AC, 11_000)),
        id_style="charger1_connector{n}",
        name_style="Nozzle {n}",
        efficiency=1.0,
    ),
    StationKind(
        "Movable 50",
        "MV50",
        50_000,
        ((CHADEMO, 37_949), (CCS, 50_000)),
        name_style="Nozzle {n}",
        efficiency=0.9,
    ),
    StationKind(
        "Pantograph 300",
        "PG300",
        300_000,
        ((ConnectorType.PANTOGRAPH, 300_000),),
        name_style="Mast {n}",
    ),
    StationKind(
        "Station 180",
        "ST180C3",
        180_000,
        ((CCS, 149_800), (CCS, 149_800), (CHADEMO, 50_000)),
    ),
)


def rng(*parts: object) -> Random:
    """Return a generator of its own for one thing, so that no draw disturbs another thing's draws."""
    return Random("/".join(map(str, parts)))


def unique_id(random: Random) -> str:
    """Draw an id in the form of a UUID."""
    return str(UUID(int=random.getrandbits(128), version=4))


def make_location(seed: int, index: int) -> Location:
    """Make the n-th location; after the last known site the names go on with a number."""
    name, address, postal_code, city, latitude, longitude = SITES[index % len(SITES)]
    lap = index // len(SITES)
    return Location(
        id=unique_id(rng(seed, "location", index)),
        name=f"{name} {lap + 1}" if lap else name,
        address=address,
        postal_code=postal_code,
        city=city,
        latitude=round(latitude + lap * 0.01, 4),
        longitude=round(longitude + lap * 0.01, 4),
        reference=None if index % 3 == 1 else f"SITE-{index + 1:03}",
    )


def make_station(seed: int, index: int, connectors: int | None) -> StationSpec:
    """Make the n-th station, with the given number of connectors or else those of its kind."""
    kind = KINDS[index % len(KINDS)]
    random = rng(seed, "station", index)
    count = len(kind.plugs) if connectors is None else connectors
    plugs = [kind.plugs[number % len(kind.plugs)] for number in range(count)]
    return StationSpec(
        id=f"CS{index + 1:05}",
        product=kind.product,
        product_id=kind.product_id,
        serial=f"SIM{random.randrange(10**7):07}",
        firmware=random.choice(("5.0.3", "5.1.0", "4.9.7")),
        max_w=kind.max_w,
        efficiency=kind.efficiency,
        delivered=f"20{random.randint(21, 25)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        connectors=tuple(
            ConnectorSpec(
                id=kind.id_style.format(n=number),
                number=number,
                name=kind.name_style.format(n=number),
                type=plug,
                max_w=max_w,
            )
            for number, (plug, max_w) in enumerate(plugs, 1)
        ),
    )


def make_vehicle(
    random: Random,
    plug: ConnectorType,
    location_id: str | None,
    name: str | None = None,
) -> Vehicle:
    """Draw a vehicle which fits a plug.

    Args:
        random: where the draws come from.
        plug: what it must fit.
        location_id: where it belongs; None for a visitor.
        name: what its owner calls it; None is the model and the plate.
    """
    model = random.choice(MODELS[plug])
    letters = "".join(random.choices("ABCEFGHIJKLMNORSTUVXYZ", k=3))
    plate = f"{letters}-{random.randint(100, 999)}"
    mac = ":".join(f"{part:02X}" for part in (0x02, *random.randbytes(5)))
    return Vehicle(
        id=f"veh-{random.getrandbits(40):010x}",
        name=name or f"{model.name} {plate}",
        model=model,
        plate=plate,
        mac=mac,
        vin=f"SIM{random.getrandbits(56):014X}",
        odometer_km=float(random.randint(3_000, 190_000)),
        location_id=location_id,
    )
