"""Chargers with makes, models, status logs and connectivity, as ev.energy writes them."""

from zlib import crc32

from simulator.homes import Charger, ChargerView, Mode
from simulator.world.model import Json

from .context import Context, evse_id, user_id
from .expand import Expand
from .ids import stamp, vendor_id
from .users import user

VOLTS = 238.4
EVSE_EXPAND = ("user", "model", "model.make", "latest_status_log", "ct_clamp")
LOG_EXPAND = ("evse", "evse.model", "evse.model.make", "evse.user")


def evse(ctx: Context, charger_id: str, expand: Expand) -> dict[str, Json]:
    """Return an EVSE."""
    view = ctx.homes.charger(charger_id)
    charger = view.charger
    place = ctx.homes.place(charger_id)
    own = evse_id(charger_id)
    person = charger.home.person.id
    return {
        "id": own,
        "url": ctx.url("evses", own),
        "cpid": charger.serial,
        "model": expand.either(
            "model",
            ctx.url("evse_models", model_id(charger)),
            lambda inner: model(ctx, charger, inner),
        ),
        "user": expand.either(
            "user",
            ctx.url("users", user_id(person)),
            lambda inner: user(ctx, person, inner),
        ),
        "latest_status_log": expand.either(
            "latest_status_log",
            log_url(ctx, view),
            lambda inner: status_log(ctx, view, inner),
        ),
        "ct_clamp": None,
        "lock_mode": "UNLOCKED",
        "location": None
        if place is None
        else {"latitude": place[0], "longitude": place[1]},
        "lifecycle_state": "COMMISSIONED",
        "charging_sub_sessions": f"{ctx.url('charging_sub_sessions')}/?evse_id={own}",
    }


def log_url(ctx: Context, view: ChargerView) -> str:
    """Return the address of a report, with six digits of a second and a slash at its end."""
    moment = view.sampled.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return ctx.url("evses", evse_id(view.charger.id), "status_logs", moment) + "/"


def status_log(ctx: Context, view: ChargerView, expand: Expand) -> dict[str, Json]:
    """Return an EVSEStatusLog."""
    charger = view.charger
    plugged, charging = view.session is not None, view.power_w > 0
    milliamps = round(charger.max_amperes * 1000)
    return {
        "url": log_url(ctx, view),
        "sampled_at": stamp(view.sampled),
        "logged_at": stamp(view.sampled),
        "evse": expand.either(
            "evse",
            ctx.url("evses", evse_id(charger.id)),
            lambda inner: evse(ctx, charger.id, inner),
        ),
        "is_plugged_in": plugged,
        "is_charging": charging,
        "charge_rate_watts": round(view.power_w),
        "export_power_watts": None,
        "control_pilot_status": _pilot(view),
        "meter_reading_watt_hours": int(view.meter_wh),
        "is_enabled": _mode(view) is Mode.UNMANAGED,
        "max_current_rating_milliamps": milliamps,
        "cable_current_rating_milliamps": milliamps if plugged else None,
        "signal_strength_rssi_dbm": _signal(charger),
        "inlet_power_watts": round(view.power_w + 380),
        "voltage_millivolts": round(VOLTS * 1000),
        "state_of_charge_percentage": None,
        "mode": _word(view),
    }


def connectivity(ctx: Context, charger_id: str, expand: Expand) -> dict[str, Json]:
    """Return an EVSEConnectivity."""
    view = ctx.homes.charger(charger_id)
    signal = _signal(view.charger)
    return {
        "signal_strength_rssi_dbm": signal,
        "lowest_signal_strength_rssi_dbm_7d": None if signal is None else signal - 21,
        "highest_signal_strength_rssi_dbm_7d": None if signal is None else signal + 8,
        "connection_reliability_30d": 98 if view.online else 91,
        "ip_address": None if signal is None else "192.0.2.17",
        "iccid": None
        if signal is None
        else f"8900000000{crc32(view.charger.id.encode()):010}",
        "firmware_version": view.charger.firmware,
        "latest_status_log": expand.either(
            "latest_status_log",
            log_url(ctx, view),
            lambda inner: status_log(ctx, view, inner),
        ),
    }


def model_id(charger: Charger) -> str:
    """Return the id of a charger's model."""
    return vendor_id("emod", charger.model)


def make_id(charger: Charger) -> str:
    """Return the id of a charger's make."""
    return vendor_id("emak", charger.make)


def model(ctx: Context, charger: Charger, expand: Expand) -> dict[str, Json]:
    """Return an EVSEModel."""
    own = model_id(charger)
    return {
        "id": own,
        "url": ctx.url("evse_models", own),
        "name": charger.model,
        "make": expand.either(
            "make",
            ctx.url("evse_makes", make_id(charger)),
            lambda inner: make(ctx, charger),
        ),
        "display_name": charger.product,
        "onboarding_url": None,
    }


def make(ctx: Context, charger: Charger) -> dict[str, Json]:
    """Return an EVSEMake."""
    own = make_id(charger)
    return {
        "id": own,
        "url": ctx.url("evse_makes", own),
        "name": charger.make,
        "display_name": charger.make,
        "icon": None,
        "onboarding_url": None,
        "is_beta": False,
        "evse_models": f"{ctx.url('evse_models')}/?make_id={own}",
    }


def _mode(view: ChargerView) -> Mode | None:
    """Return who decides about charging now."""
    return None if view.session is None else view.session.parts[-1].mode


def _pilot(view: ChargerView) -> str:
    """Return the state of the control pilot."""
    if view.fault is not None:
        return "F"
    if view.session is None:
        return "A"
    return "C" if view.power_w > 0 else "B"


def _word(view: ChargerView) -> str:
    """Return the charger's mode in the vendor's word."""
    if view.power_w > 0:
        return "Charge"
    return "Delay" if _mode(view) is Mode.SMART else "Idle"


def _signal(charger: Charger) -> int | None:
    """Return the signal strength in dBm; chargers on Wi-Fi have none."""
    number = crc32(charger.serial.encode())
    return None if charger.phases > 1 else -60 - number % 20
