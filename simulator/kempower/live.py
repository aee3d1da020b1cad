"""The live list of stations with their connectors and latest transactions, as ChargEye writes it."""

from datetime import timedelta
from math import ceil, sqrt

from simulator.world.catalogue import rng, unique_id
from simulator.world.model import (
    ConnectorView,
    Json,
    Location,
    Phase,
    Session,
    StationView,
)

from . import words
from .inventory import capabilities, chance, labels
from .options import KempowerOptions

#: line voltage of the stations' supply, and so the watts that one ampere of input current stands for
WATTS_PER_AMPERE = 400 * sqrt(3)


def station(
    view: StationView, place: Location, options: KempowerOptions
) -> dict[str, Json]:
    """Return a StationInfo."""
    spec = view.spec
    power = 0.0 if view.faulted else view.power_w
    address = "" if place.reference is None else place.address
    return {
        "stationId": spec.id,
        "name": view.name,
        "status": words.station_status(view),
        "onlineStatus": "Online" if view.online else "Offline",
        # a few stations do not tell their limit, as in the vendor's own example
        "maxPowerKw": 0 if chance(spec.id + "limit", 9) else spec.max_w / 1000,
        "currentPowerKw": kilo(power),
        "currentPowerA": round(power / spec.efficiency / WATTS_PER_AMPERE, 1),
        "maxPowerA": ceil(spec.max_w / spec.efficiency / WATTS_PER_AMPERE / 10) * 10,
        "acDcPowerRatio": spec.efficiency,
        "locationUid": place.id,
        "location": {
            "name": place.name,
            "lng": place.longitude,
            "lat": place.latitude,
            "address": address,
        },
        "labels": labels(spec.id),
        "powerGroupParentPath": None
        if chance(spec.id + "group", 4)
        else [power_group(place)],
        "stationCapabilities": capabilities(spec.id),
        "connectors": [_connector(connector, options) for connector in view.connectors],
    }


def power_group(place: Location) -> str:
    """Return the id of a location's power group."""
    return unique_id(rng("power group", place.id))


def kilo(value: float) -> float:
    """Return W as kW or Wh as kWh, with the many decimals the vendor sends."""
    return round(value / 1000, 5)


def _connector(view: ConnectorView, options: KempowerOptions) -> dict[str, Json]:
    """Return a ConnectorInfo."""
    shown = view.session if not options.hide_transactions else None
    kilowatts = view.spec.max_w / 1000
    return {
        "connectorId": view.spec.id,
        "name": view.spec.name,
        "type": words.CONNECTOR_TYPE[view.spec.type],
        "status": words.connector_status(view),
        "maxPowerKw": round(kilowatts, -1) if kilowatts >= 25 else round(kilowatts),
        "maxPowerKwActual": kilowatts,
        options.transaction_field: None
        if shown is None
        else latest_transaction(shown, options),
    }


def latest_transaction(session: Session, options: KempowerOptions) -> dict[str, Json]:
    """Return a TxInfo as the list of stations shows it; what does not apply is mostly left out."""
    answer: dict[str, Json] = {
        "txId": session.id,
        "connectorId": session.connector.id,
        "connectorName": session.connector.name,
        "connectorType": words.CONNECTOR_TYPE[session.connector.type],
        "status": words.transaction_status(session),
        "authorizationToken": session.id_token,
        "startTime": options.time(session.start),
        "startReason": words.start_reason(session),
        "triggerReason": words.trigger_reason(session),
        "powerKw": running_power(session),
        "soc": None if session.soc is None else int(session.soc),
        "socLimit": known_limit(session),
        "schedulePlan": schedule_plan(session, options),
        "updateTime": options.time(session.updated),
    }
    if session.charging_start is not None:
        answer |= _charged(session, options)
    if session.end is not None and session.end_reason is not None:
        answer["endTime"] = options.time(session.end)
        answer["endReason"] = words.END_REASON[session.end_reason]
    answer |= limits(session)
    return answer


def _charged(session: Session, options: KempowerOptions) -> dict[str, Json]:
    """Return the fields which exist once charging has begun."""
    answer: dict[str, Json] = {
        "chargingStartTime": options.time_or_none(session.charging_start),
        "chargingStartReason": words.charging_start_reason(session),
        "chargedEnergyKwh": kilo(session.energy_wh),
        "powerKwAvg": kilo(session.average_w),
        "powerKwMax": kilo(session.peak_w),
    }
    if not session.connector.type.alternating:
        answer["socInitial"] = int(session.soc_start)
    if session.limiter is not None:
        answer["powerLimitation"] = words.POWER_LIMITATION[session.limiter]
    if session.charging_end is not None and session.stop_reason is not None:
        answer["chargingEndTime"] = options.time(session.charging_end)
        answer["chargingEndReason"] = words.END_REASON[session.stop_reason]
    elif chance(session.id, 2):
        answer["chargingEndTime"] = None
    return answer


def running_power(session: Session) -> float | None:
    """Return the power in kW: 0 while nothing flows, null when the session is over."""
    return None if session.phase is Phase.ENDED else kilo(session.power_w)


def limits(session: Session) -> dict[str, Json]:
    """Return the energy or time limit of a session which has one; known here only once it was reached."""
    reason = (
        None if session.stop_reason is None else words.END_REASON[session.stop_reason]
    )
    if reason == "LocalOutOfCredit":
        return {"energyLimitKwh": kilo(session.energy_wh)}
    if reason == "TimeLimitReached":
        return {"timeLimitMs": milliseconds(session.charging_seconds)}
    return {}


def known_limit(session: Session) -> float | None:
    """Return the limit of the state of charge; AC has none."""
    return None if session.connector.type.alternating else session.soc_limit


def milliseconds(seconds: float) -> int:
    """Return seconds as whole milliseconds."""
    return round(seconds * 1000)


def schedule_plan(session: Session, options: KempowerOptions) -> dict[str, Json]:
    """Return a `schedulePlan`: a planned departure for buses, otherwise no more than the present power."""
    running = session.phase is Phase.CHARGING
    plan: dict[str, Json] = {
        "powerkW": kilo(session.power_w),
        "powerkWValidUntil": options.time(
            session.updated + timedelta(hours=1 if running else 0)
        ),
        "updatedAt": options.time(session.updated),
    }
    if session.vehicle.model.bus and session.vehicle.location_id is not None:
        plan |= {
            "evId": session.vehicle.id,
            "scheduleId": f"sch-{session.vehicle.id}",
            "plannedArrivalTime": options.time(session.start - timedelta(minutes=5)),
            "plannedDepartureTime": options.time(session.start + timedelta(hours=3)),
            "targetSoC": session.soc_limit,
        }
    return plan
