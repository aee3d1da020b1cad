"""Full transactions and their summary, as ChargEye writes them."""

from collections.abc import Iterable
from datetime import timedelta

from simulator.world.charging import charge
from simulator.world.model import Json, Location, Phase, Session

from . import words
from .live import kilo, known_limit, limits, milliseconds, running_power, schedule_plan
from .options import KempowerOptions
from .payment import payment


def transaction(
    session: Session, place: Location, options: KempowerOptions
) -> dict[str, Json]:
    """Return a Transaction; what does not apply is null or left out, as in the vendor's examples."""
    return {
        **_identity(session, place),
        **_authorisation(session),
        **_timing(session, options),
        **_electrical(session),
        **_connector_power(session),
        **_battery(session),
        **_vehicle(session, options),
        **_outcome(session),
        **limits(session),
        **payment(session),
        "schedulePlan": schedule_plan(session, options),
        "updateTime": options.time(session.updated),
    }


def summary(sessions: Iterable[Session]) -> dict[str, Json]:
    """Return a TransactionsSummary."""
    count, energy, charging, occupied = 0, 0.0, 0.0, 0.0
    for session in sessions:
        count += 1
        energy += session.energy_wh
        charging += session.charging_seconds
        occupied += ((session.end or session.updated) - session.start).total_seconds()
    return {
        "count": count,
        "chargedEnergyKwh": kilo(energy),
        "chargingTimeMs": milliseconds(charging),
        "occupiedTimeMs": milliseconds(occupied),
    }


def _identity(session: Session, place: Location) -> dict[str, Json]:
    """Return which transaction it is and where."""
    # one message a minute or so: only its growth matters
    sequence = int((session.updated - session.start).total_seconds() // 60) + 1
    return {
        "txId": session.id,
        "stationId": session.station_id,
        "locationUid": place.id,
        "locationId": place.reference,
        "evseId": session.connector.id,
        # seen as number and as text
        "actualEVSEId": session.connector.number
        if session.connector.number % 2
        else str(session.connector.number),
        "evseName": session.connector.name,
        "evseType": words.CONNECTOR_TYPE[session.connector.type],
        "parentId": None,
        "remoteStartId": None,
        "remoteTransactionId": int(session.id[:6], 16),
        "sequenceNumber": sequence,
        "sourceConnectionType": "ocpp",
        "simulated": False,
        "eMeterId": f"M-{session.station_id[2:]}",
        "status": words.transaction_status(session),
        "triggerReason": words.trigger_reason(session),
    }


def _authorisation(session: Session) -> dict[str, Json]:
    """Return how the driver was recognised."""
    known = session.authorized_at is not None
    token: Json = (
        {
            "idToken": session.id_token,
            "type": words.ID_TOKEN_TYPE[session.authorization],
        }
        if known
        else None
    )
    return {
        "authenticated": known,
        "authorizationMethod": words.AUTHORIZATION_METHOD[session.authorization]
        if known
        else None,
        "idToken": token,
        "authorizationReference": None,
        "contractId": None,
        "ocpiConnectionProfileId": None,
    }


def _timing(session: Session, options: KempowerOptions) -> dict[str, Json]:
    """Return the times; the durations are filled at the end only."""
    ended = session.end is not None
    active = None
    if session.plugged_at is not None and session.authorized_at is not None:
        active = max(session.plugged_at, session.authorized_at)
    bulk, full = _seconds_to(session, 80), _seconds_to(session, 100)
    return {
        "startTime": options.time(session.start),
        "startReason": words.start_reason(session),
        "activeStartTime": options.time_or_none(active),
        "chargingStartTime": options.time_or_none(session.charging_start),
        "chargingStartReason": words.charging_start_reason(session)
        if session.charging_start
        else None,
        "chargingEndTime": options.time_or_none(session.charging_end),
        "chargingEndReason": words.END_REASON[session.stop_reason]
        if session.stop_reason
        else None,
        "endTime": options.time_or_none(session.end),
        "endReason": words.END_REASON[session.end_reason]
        if session.end_reason
        else None,
        "chargingDurationMs": milliseconds(session.charging_seconds) if ended else 0,
        "sessionDurationMs": milliseconds(
            (session.updated - session.start).total_seconds()
        )
        if ended
        else 0,
        "timeToBulk": bulk,
        "timeToFull": full,
        "chargingForecast": _forecast(session, bulk),
    }


def _seconds_to(session: Session, soc: float) -> int | None:
    """Return in how many seconds a state of charge will be reached, where that can be known."""
    now = session.soc
    if session.phase is not Phase.CHARGING or now is None or now >= soc:
        return None
    alternating = session.connector.type.alternating
    return round(
        charge(session.vehicle.model, alternating, now, soc, session.connector.max_w)[0]
    )


def _forecast(session: Session, bulk: int | None) -> dict[str, Json]:
    """Return a `chargingForecast`, empty where nothing is forecast."""
    if bulk is None or session.soc is None:
        return {"chargeTimes": {}, "chargeTimesSeconds": {}, "histogram": []}
    return {
        "chargeTimes": {"80": f"0{timedelta(seconds=bulk)}"},
        "chargeTimesSeconds": {"80": bulk},
        "histogram": [{"x": 0, "y": int(session.soc)}, {"x": bulk * 1000, "y": 80}],
    }


def _electrical(session: Session) -> dict[str, Json]:
    """Return power, voltage and current; null when the session is over."""
    charging = session.phase is Phase.CHARGING
    soc = session.soc
    volts = None
    if charging:
        # a battery's voltage rises as it fills
        volts = (
            400.0
            if soc is None
            else session.vehicle.model.volts * (0.94 + 0.1 * soc / 100)
        )
    current = None if volts is None else round(session.power_w / volts, 1)
    return {
        "chargedEnergyKwh": kilo(session.energy_wh),
        "powerKw": running_power(session),
        "avgPowerKw": kilo(session.average_w),
        "maxPowerKw": kilo(session.peak_w) if session.charging_start else None,
        "power": None if session.phase is Phase.ENDED else round(session.power_w),
        "voltage": None if volts is None else round(volts, 1),
        "current": current,
        "currentReservation": None if current is None else round(current * 1.1),
        "targetVoltage": None
        if volts is None
        else round(session.vehicle.model.volts * 1.08),
        "targetCurrent": None if current is None else round(current),
        "powerLimitation": words.POWER_LIMITATION[session.limiter]
        if session.limiter
        else None,
    }


def _connector_power(session: Session) -> dict[str, Json]:
    """Return the connector's limits, in the vendor's mixed spelling of kW."""
    most = session.connector.max_w / 1000
    present = kilo(session.power_w)
    return {
        "evseMaxPowerKw": round(most),
        "evseMaxPowerkWActual": most,
        "evseMaxPowerkWPresent": round(present),
        "evseMaxPowerkWPresentActual": present,
        "evseMaxPowerKwWithoutDynamicLimit": round(most),
        "evseMaxPowerKwWithoutDynamicLimitActual": most,
    }


def _battery(session: Session) -> dict[str, Json]:
    """Return state of charge and temperatures; AC knows neither."""
    soc = None if session.soc is None else int(session.soc)
    return {
        "soc": soc,
        "socStart": None if soc is None else int(session.soc_start),
        "socEnd": soc if session.end is not None else None,
        "socLimit": known_limit(session),
        "ambientTemp": 4.5,
        "pin1temp": None if soc is None else round(20 + session.power_w / 15_000),
        "pin2temp": None if soc is None else round(21 + session.power_w / 15_000),
    }


def _vehicle(session: Session, options: KempowerOptions) -> dict[str, Json]:
    """Return what the station learnt about the vehicle: little before charging, nothing on AC."""
    model, known = session.vehicle.model, session.soc is not None
    seen = session.charging_start or session.start
    cluster = dict.fromkeys(
        (
            "artificialId",
            "batteryChargeEstimate",
            "batterySizeEstimate",
            "chargingPhase",
            "closestMatchClusterName",
            "closestMatchId",
            "clusterId",
            "clusterName",
            "clusterGroupId",
            "clusterGroupName",
            "displayName",
            "initialClusterId",
            "matchScore",
            "stableEncodingPrediction",
        )
    )
    recognised: dict[str, Json] = {**cluster}
    if known and session.phase is Phase.CHARGING:
        recognised |= {
            "batterySizeEstimate": round(model.battery_wh / 1000),
            "chargingPhase": "CHARGING",
            "clusterId": "c-17",
            "clusterName": model.name,
            "displayName": model.name,
            "matchScore": 0.93,
        }
    fleet = session.vehicle.location_id is not None
    return {
        "cableConnected": session.plugged_at is not None
        and session.phase is not Phase.ENDED,
        "evMacAddress": session.vehicle.mac if known else None,
        "evRunId": f"{session.vehicle.mac}:00:00" if known else None,
        "evCommunicationStandard": ("ISO1" if model.volts >= 600 else "DIN")
        if known
        else None,
        "evErrorCode": None,
        "evMaximumCurrent": round(model.max_dc_w / model.volts) if known else None,
        "evMaximumPower": round(model.max_dc_w) if known else None,
        "evMaximumVoltage": round(model.volts * 1.08) if known else None,
        "evIdentify": {
            "clusteringTimestamp": options.time(seen),
            "displayName": model.name if known else "Unknown",
            "seqNo": 1,
        },
        "evCluster": recognised,
        "vehicle": {"id": session.vehicle.id, "name": session.vehicle.name}
        if fleet and known
        else None,
    }


def _outcome(session: Session) -> dict[str, Json]:
    """Return how it ended, as far as it has."""
    answer: dict[str, Json] = {"chargingEndAlarms": list(session.alarms)}
    if session.end is not None:
        answer |= {
            "endReasonDescription": "Cable removed"
            if session.charging_start
            else "Nobody authorised in time",
            "technicalFailClassification": words.classification(session),
        }
    return answer
