"""What Kempower's documents say about answers: names, types and enumerations, and a check against them.

A name ending in "?" may be missing. The types are Python's; `None` among them means nullable.
"""

from types import NoneType
from typing import Any

type Field = tuple[type, ...]

NUM: Field = (int, float)
NUM0: Field = (int, float, NoneType)
TEXT: Field = (str,)
TEXT0: Field = (str, NoneType)
BOOL: Field = (bool,)
LIST: Field = (list,)
LIST0: Field = (list, NoneType)
OBJECT: Field = (dict,)
OBJECT0: Field = (dict, NoneType)

END_REASONS = {
    "ChargingStateChanged",
    "DeAuthorized",
    "EVDisconnected",
    "EmergencyStop",
    "GroundFault",
    "ImmediateReset",
    "Local",
    "LocalOutOfCredit",
    "Other",
    "OvercurrentFault",
    "PowerLoss",
    "Remote",
    "SOCLimitReached",
    "StoppedByEV",
    "TimeLimitReached",
    "Timeout",
    "UnlockCommand",
}
START_REASONS = {
    "Authorized",
    "CablePluggedIn",
    "ChargingStateChanged",
    "EVPresenceDetected",
    "Local",
    "RemoteStart",
    "UserStartButtonPressed",
}
TRANSACTION_STATUS = {
    "Alarm",
    "AuthorizedNotPluggedIn",
    "Charging",
    "Ended",
    "InsulationTest",
    "PluggedInIdle",
    "Unknown",
}
CONNECTOR_TYPES = {"AC", "CCS", "CHAdeMO", "Type2", "oppcharge"}
TRIGGERS = {
    "Authorized",
    "CablePluggedIn",
    "ChargingRateChanged",
    "ChargingStateChanged",
    "Deauthorized",
    "EVCommunicationLost",
    "EVConnectTimeout",
    "EVDeparted",
    "EVDetected",
    "EnergyLimitReached",
    "MeterValueClock",
    "MeterValuePeriodic",
    "RemoteStart",
    "RemoteStop",
    "StopAuthorized",
    "TimeLimitReached",
    "Trigger",
    "UnlockCommand",
}
LIMITATIONS = {"Charger", "Vehicle", "Grid", "Shared", "Queue"}
CLASSIFICATIONS = {
    "OK",
    "LOW_POWER",
    "NOT_IDENTIFIED",
    "NOT_PLUGGED_IN",
    "HANDSHAKE_FAIL",
    "HANDSHAKE_CANCELED",
    "INVALID_SESSION",
    "ABRUPTLY_CANCELED",
    "ABRUPT_STOP",
    "INVALID_USER",
}

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
TX_INFO: dict[str, Field] = {
    "txId": TEXT,
    "connectorId": TEXT,
    "connectorName": TEXT,
    "connectorType": TEXT,
    "status": TEXT,
    "triggerReason": TEXT,
    "authorizationToken": TEXT,
    "startTime": TEXT,
    "startReason": TEXT,
    "chargingStartTime?": TEXT,
    "chargingStartReason?": TEXT,
    "chargingEndTime?": TEXT0,
    "chargingEndReason?": TEXT,
    "endTime?": TEXT,
    "endReason?": TEXT,
    "chargedEnergyKwh?": NUM,
    "powerKw": NUM0,
    "powerKwAvg?": NUM,
    "powerKwMax?": NUM,
    "soc": NUM0,
    "socInitial?": NUM,
    "socLimit": NUM0,
    "energyLimitKwh?": NUM,
    "timeLimitMs?": NUM,
    "powerLimitation?": TEXT,
    "schedulePlan": OBJECT,
    "updateTime": TEXT,
}
TX_INFO_ENUMS = {
    "status": TRANSACTION_STATUS,
    "connectorType": CONNECTOR_TYPES,
    "triggerReason": TRIGGERS,
    "startReason": START_REASONS,
    "chargingStartReason": START_REASONS,
    "chargingEndReason": END_REASONS,
    "endReason": END_REASONS,
    "powerLimitation": LIMITATIONS,
}
TRANSACTION: dict[str, Field] = {
    "txId": TEXT,
    "stationId": TEXT,
    "locationUid": TEXT,
    "locationId": TEXT0,
    "evseId": TEXT,
    "actualEVSEId": (str, int),
    "evseName": TEXT,
    "evseType": TEXT,
    "parentId": TEXT0,
    "remoteStartId": NUM0,
    "remoteTransactionId": NUM,
    "sequenceNumber": NUM,
    "sourceConnectionType": TEXT,
    "simulated": BOOL,
    "eMeterId": TEXT,
    "status": TEXT,
    "triggerReason": TEXT,
    "authenticated": BOOL,
    "authorizationMethod": TEXT0,
    "idToken": OBJECT0,
    "authorizationReference": TEXT0,
    "contractId": TEXT0,
    "ocpiConnectionProfileId": TEXT0,
    "startTime": TEXT,
    "startReason": TEXT,
    "activeStartTime": TEXT0,
    "chargingStartTime": TEXT0,
    "chargingStartReason": TEXT0,
    "chargingEndTime": TEXT0,
    "chargingEndReason": TEXT0,
    "endTime": TEXT0,
    "endReason": TEXT0,
    "chargingDurationMs": NUM,
    "sessionDurationMs": NUM,
    "timeToBulk": NUM0,
    "timeToFull": NUM0,
    "updateTime": TEXT,
    "chargedEnergyKwh": NUM,
    "power": NUM0,
    "voltage": NUM0,
    "current": NUM0,
    "powerKw": NUM0,
    "avgPowerKw": NUM,
    "maxPowerKw": NUM0,
    "currentReservation": NUM0,
    "targetVoltage": NUM0,
    "targetCurrent": NUM0,
    "evMaximumCurrent": NUM0,
    "evMaximumPower": NUM0,
    "evMaximumVoltage": NUM0,
    "evseMaxPowerKw": NUM,
    "evseMaxPowerkWActual": NUM,
    "evseMaxPowerkWPresent": NUM,
    "evseMaxPowerkWPresentActual": NUM,
    "evseMaxPowerKwWithoutDynamicLimit": NUM,
    "evseMaxPowerKwWithoutDynamicLimitActual": NUM,
    "soc": NUM0,
    "socStart": NUM0,
    "socEnd": NUM0,
    "socLimit": NUM0,
    "ambientTemp": NUM,
    "pin1temp": NUM0,
    "pin2temp": NUM0,
    "cableConnected": BOOL,
    "evMacAddress": TEXT0,
    "evRunId": TEXT0,
    "evCommunicationStandard": TEXT0,
    "evErrorCode": TEXT0,
    "evIdentify": OBJECT,
    "evCluster": OBJECT,
    "vehicle": OBJECT0,
    "chargingForecast": OBJECT,
    "powerLimitation": TEXT0,
    "schedulePlan": OBJECT,
    "energyLimitKwh?": NUM,
    "timeLimitMs?": NUM,
    "chargingEndAlarms": LIST,
    "endReasonDescription?": TEXT,
    "technicalFailClassification?": TEXT,
    "paymentCurrency?": TEXT,
    "totalCostCents?": NUM,
    "maxCostCents?": NUM,
    "paymentReference?": NUM,
    "paymentSessionId?": TEXT,
    "paymentState?": TEXT0,
    "emvDeviceType?": TEXT,
    "waitingForPaymentReservation?": BOOL,
    "paymentDetails?": OBJECT,
    "signedEnergyMeterValue?": TEXT0,
}
TRANSACTION_ENUMS = {
    **{
        name: values
        for name, values in TX_INFO_ENUMS.items()
        if name != "connectorType"
    },
    "evseType": CONNECTOR_TYPES,
    "authorizationMethod": {"EMV", "EVMAC", "IMPLICIT", "REMOTE_AUTH", "RFID_TOKEN"},
    "evCommunicationStandard": {"DIN", "ISO1", "ISODIS"},
    "sourceConnectionType": {"ocpi", "ocpp"},
    "technicalFailClassification": CLASSIFICATIONS,
    "paymentState": {"CANCELLED", "COMMITTED", "VOIDED"},
}
ID_TOKEN_TYPES = {
    "Central",
    "ISO14443",
    "ISO15693",
    "KeyCode",
    "Local",
    "NoAuthorization",
    "eMAID",
}
SUMMARY: dict[str, Field] = dict.fromkeys(
    ("count", "chargedEnergyKwh", "chargingTimeMs", "occupiedTimeMs"), NUM
)
SCHEDULE_PLAN: dict[str, Field] = {
    "powerkW": NUM,
    "powerkWValidUntil": TEXT,
    "updatedAt": TEXT,
    "evId?": TEXT,
    "scheduleId?": TEXT,
    "plannedArrivalTime?": TEXT,
    "plannedDepartureTime?": TEXT,
    "targetSoC?": NUM,
}
PRICE_SUMMARY: dict[str, Field] = dict.fromkeys(
    (
        "energyPrice",
        "energyPriceExVat",
        "durationPrice",
        "durationPriceExVat",
        "flatPrice",
        "flatPriceExVat",
        "parkingDurationPrice",
        "parkingDurationPriceExVat",
        "totalPrice",
        "totalPriceExVat",
        "vatAmount",
    ),
    NUM,
)
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


def check(
    thing: dict[str, Any],
    fields: dict[str, Field],
    enums: dict[str, set[str]] | None = None,
) -> None:
    """Assert that a thing has the documented fields and no other, with documented types and values."""
    names = {name.removesuffix("?") for name in fields}
    assert thing.keys() <= names, thing.keys() - names
    for name, types in fields.items():
        key = name.removesuffix("?")
        if key not in thing:
            assert name.endswith("?"), f"{key} is missing in {thing}"
            continue
        assert type(thing[key]) in types, f"{key} is {thing[key]!r}"
    for name, values in (enums or {}).items():
        if thing.get(name) is not None:
            assert thing[name] in values, f"{name} is {thing[name]!r}"
