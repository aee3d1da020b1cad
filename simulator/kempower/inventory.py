"""Locations, the inventory of stations, and vehicles, as ChargEye writes them."""

from collections.abc import Iterable
from zlib import crc32

from simulator.world.model import Json, Location, StationSpec, StationView, VehicleView

OPERATOR = "Simulated Charging Oy"
TENANT = "tenant-a"
MAINTENANCE_TENANT = "tenant-m"


def tenancy() -> dict[str, Json]:
    """Return who may see and run a thing."""
    return {
        "tenantIds": [TENANT],
        "tenantIdCPO": TENANT,
        "tenantIdEMSP": TENANT,
        "tenantIdMaintenance": MAINTENANCE_TENANT,
    }


def chance(text: str, one_in: int) -> bool:
    """Return True for about one in so many texts, the same ones in every process."""
    return crc32(text.encode()) % one_in == 0


def location(place: Location) -> dict[str, Json]:
    """Return a CeLocation. One without a reference of its own also lacks most of what is optional."""
    sparse = place.reference is None
    answer: dict[str, Json] = {
        "id": place.id,
        "name": place.name,
        "address": place.address,
        "city": place.city,
        "country": "Finland",
        **tenancy(),
    }
    if sparse:
        answer |= {
            "postalCode": None,
            "countryCode": None,
            "lat": None,
            "lng": None,
            "labels": None,
            "operator": None,
        }
        return answer
    east, north = round(place.longitude + 0.0011, 4), round(place.latitude + 0.0007, 4)
    west, south = round(place.longitude - 0.0011, 4), round(place.latitude - 0.0007, 4)
    answer |= {
        "postalCode": place.postal_code,
        "countryCode": "FI",
        "lat": place.latitude,
        "lng": place.longitude,
        "bounds": [[west, north], [east, south]],
        "geo": [],
        "labels": [{"value": "simulated", "tenantIds": [TENANT]}],
        "locationId": place.reference,
        "operator": {"name": OPERATOR, "website": "https://charging.example"},
        "roamingPoolId": None,
        "state": None,
        "positionEstimate": None,
    }
    return answer


def inventory_station(station: StationView, place: Location) -> dict[str, Json]:
    """Return a LocationChargingStation."""
    spec = station.spec
    if station.faulted:
        operational = "OUT_OF_ORDER"
    else:
        operational = "IN_OPERATION" if station.in_service else "NOT_IN_OPERATION"
    return {
        "stationId": spec.id,
        "name": station.name,
        "customer": {"id": "cust-1", "name": OPERATOR},
        "customerSuppliedId": station.name.upper().replace(" ", "-"),
        "model": f"{spec.product} {spec.product_id}",
        "vendorName": "Kempower",
        "firmwareVersion": spec.firmware,
        "maxPowerKw": spec.max_w / 1000,
        "operationalStatus": operational,
        "operator": OPERATOR,
        "locationUid": place.id,
        "location": {
            "id": place.id,
            "name": place.name,
            "address": place.address,
            "lat": place.latitude,
            "lng": place.longitude,
            "locationId": place.reference,
            "roamingPoolId": None,
        },
        "classification": {
            "access": "PRIVATE",
            "applicationTypes": "DEPOT",
            "facilities": None,
            "parkingType": "PARKING_LOT",
        },
        "manufacturingInfo": _manufacturing(spec),
        "stationCapabilities": capabilities(spec.id),
        "commissioningRequired": False,
        "groupPath": None,
        "labels": labels(spec.id),
        "licenseId": None,
        "licenseTenantId": None,
        "notes": None,
        **tenancy(),
    }


def _manufacturing(spec: StationSpec) -> dict[str, Json]:
    """Return a station's `manufacturingInfo`."""
    return {
        "productId": spec.product_id,
        "productName": spec.product,
        "serialNumber": spec.serial,
        "serialNumberStatus": "Inventory",
        "orderNumber": None
        if chance(spec.serial, 3)
        else f"{crc32(spec.serial.encode()) % 900_000 + 100_000}",
        "extraOrder": [],
        "deliveryDate": spec.delivered,
        "partnerId": None,
        "partnerName": None,
        "stock": None,
    }


def labels(station_id: str) -> Json:
    """Return a station's labels; some have none."""
    return None if chance(station_id + "labels", 3) else [{"value": "simulated"}]


def capabilities(station_id: str) -> str | None:
    """Return a station's capabilities; some have none."""
    return None if chance(station_id + "capabilities", 3) else "SerialConnection"


def vehicles(views: Iterable[VehicleView]) -> list[Json]:
    """Return the fleet's vehicles."""
    return [_vehicle(view) for view in views]


def _vehicle(view: VehicleView) -> dict[str, Json]:
    """Return a Vehicle; only buses have the bus protocol's fields."""
    it = view.vehicle
    bus: dict[str, Json] = {"V2icp": None, "v2icpParameters": None}
    if it.model.bus:
        bus = {
            "V2icp": {"vin": it.vin, "odometer": it.odometer_km},
            "v2icpParameters": {
                "preconditioning": False,
                "interiorHvac": None,
                "ambientTemp": None,
            },
        }
    return {
        "id": it.id,
        "name": it.name,
        "evModel": it.model.name,
        "licensePlate": it.plate,
        "evMacAddress": it.mac,
        "fullChargeEnergykWh": it.model.battery_wh / 1000,
        "maxChargePowerkW": it.model.max_dc_w / 1000,
        "consumption": it.model.wh_per_km,
        "enableChargeScheduling": it.model.bus,
        "supportsPauseResume": it.model.bus,
        "notes": "",
        "locationUid": [it.location_id] if chance(it.id, 4) else it.location_id,
        **bus,
    }
