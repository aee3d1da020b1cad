"""What Kempower's documents say about answers: names, types and enumerations; see documented.py for how it is written."""

from types import NoneType

from tests.simulator.documented import (
    BOOL,
    LIST,
    LIST0,
    NUM,
    NUM0,
    OBJECT,
    OBJECT0,
    TEXT,
    TEXT0,
    Field,
)

CONNECTOR_TYPES = {"AC", "CCS", "CHAdeMO", "Type2", "oppcharge"}

STATION: dict[str, Field] = {
    "stationId": TEXT,
    "name": TEXT,
    "status": TEXT,
    "onlineStatus": TEXT,
    "connectors": LIST,
    "location": OBJECT,
    "locationUid": TEXT,
    "maxPowerKw": NUM,
    "currentPowerKw": NUM,
    "currentPowerA": NUM,
    "maxPowerA": NUM,
    "acDcPowerRatio": NUM,
    "labels": LIST0,
    "powerGroupParentPath": LIST0,
    "stationCapabilities": TEXT0,
}
STATION_ENUMS = {
    "status": {"Faulted", "Operative", "Unavailable"},
    "onlineStatus": {"Offline", "Online"},
}
CONNECTOR: dict[str, Field] = {
    "connectorId": TEXT,
    "name": TEXT,
    "status": TEXT,
    "type": TEXT,
    "maxPowerKw": NUM,
    "maxPowerKwActual": NUM,
    "latestTransaction": OBJECT0,
}
CONNECTOR_ENUMS = {
    "status": {
        "Available",
        "Charging",
        "Faulted",
        "Occupied",
        "Reserved",
        "Unavailable",
        "Unknown",
    },
    "type": CONNECTOR_TYPES,
}
LOCATION: dict[str, Field] = {
    "id": TEXT,
    "name": TEXT,
    "address": TEXT,
    "city": TEXT,
    "country": TEXT,
    "tenantIds": LIST,
    "tenantIdCPO": TEXT,
    "tenantIdEMSP": TEXT,
    "tenantIdMaintenance": TEXT,
    "postalCode": TEXT0,
    "countryCode": TEXT0,
    "lat": NUM0,
    "lng": NUM0,
    "labels": LIST0,
    "operator": OBJECT0,
    "bounds?": LIST,
    "geo?": LIST,
    "locationId?": TEXT,
    "roamingPoolId?": TEXT0,
    "state?": TEXT0,
    "positionEstimate?": OBJECT0,
}
INVENTORY: dict[str, Field] = {
    "stationId": TEXT,
    "name": TEXT,
    "customer": OBJECT,
    "customerSuppliedId": TEXT,
    "model": TEXT,
    "vendorName": TEXT,
    "firmwareVersion": TEXT,
    "maxPowerKw": NUM,
    "operationalStatus": TEXT,
    "operator": TEXT,
    "locationUid": TEXT,
    "location": OBJECT,
    "classification": OBJECT,
    "manufacturingInfo": OBJECT,
    "stationCapabilities": TEXT0,
    "commissioningRequired": BOOL,
    "groupPath": TEXT0,
    "labels": LIST0,
    "licenseId": TEXT0,
    "licenseTenantId": TEXT0,
    "notes": TEXT0,
    "tenantIds": LIST,
    "tenantIdCPO": TEXT,
    "tenantIdEMSP": TEXT,
    "tenantIdMaintenance": TEXT,
}
INVENTORY_ENUMS = {
    "operationalStatus": {"IN_OPERATION", "NOT_IN_OPERATION", "OUT_OF_ORDER"}
}
VEHICLE: dict[str, Field] = {
    "id": TEXT,
    "name": TEXT,
    "evModel": TEXT,
    "licensePlate": TEXT,
    "evMacAddress": TEXT,
    "fullChargeEnergykWh": NUM,
    "maxChargePowerkW": NUM,
    "consumption": NUM,
    "enableChargeScheduling": BOOL,
    "supportsPauseResume": BOOL,
    "notes": TEXT,
    "locationUid": (str, list, NoneType),
    "V2icp": OBJECT0,
    "v2icpParameters": OBJECT0,
}
