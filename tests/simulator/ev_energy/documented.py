"""What ev.energy's document says about answers: names, types, nullability and enumerations.

A name ending in "?" is not listed as required. The simulator sends every documented field, so that only a few are
ever missing here.
"""

from types import NoneType

from tests.simulator.documented import (
    BOOL,
    LIST,
    LIST0,
    NUM0,
    OBJECT,
    OBJECT0,
    TEXT,
    TEXT0,
    Field,
)

INT: Field = (int,)
INT0: Field = (int, NoneType)
BOOL0: Field = (bool, NoneType)
REF: Field = (str, dict)
REF0: Field = (str, dict, NoneType)

USER: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "email": TEXT,
    "full_name": TEXT,
    "joined_at": TEXT,
    "terms_consent_datetime": TEXT0,
    "default_location": OBJECT,
    "vehicles": LIST,
    "evses": LIST,
}
USER_LOCATION: dict[str, Field] = {
    "address_1": TEXT0,
    "address_2": TEXT0,
    "postal_code": TEXT0,
    "city": TEXT0,
    "state": TEXT0,
    "country_code": TEXT,
    "coordinates": OBJECT0,
    "tariff": REF0,
    "evse_site": REF0,
    "current_carbon_intensity_grams_per_kilowatt_hour?": INT0,
}
EVSE: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "cpid": TEXT,
    "model": REF,
    "user": REF,
    "latest_status_log": REF0,
    "ct_clamp": REF0,
    "lock_mode": TEXT0,
    "location": OBJECT0,
    "lifecycle_state": TEXT0,
    "charging_sub_sessions": TEXT,
}
EVSE_ENUMS = {
    "lock_mode": {"UNLOCKED", "SMART", "LOCKED"},
    "lifecycle_state": {"CREATED_LINKED", "INSTALLED", "COMMISSIONED", "UNKNOWN"},
}
EVSE_MODEL: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "name": TEXT,
    "display_name": TEXT0,
    "make": REF,
    "onboarding_url": TEXT0,
}
EVSE_MAKE: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "name": TEXT,
    "display_name": TEXT0,
    "icon": TEXT0,
    "onboarding_url": TEXT0,
    "is_beta": BOOL,
    "evse_models": TEXT,
}
EVSE_LOG: dict[str, Field] = {
    "url": TEXT,
    "evse": REF,
    "sampled_at": TEXT,
    "logged_at": TEXT,
    "is_plugged_in": BOOL0,
    "is_charging": BOOL0,
    "charge_rate_watts": INT0,
    "export_power_watts": INT0,
    "control_pilot_status": TEXT0,
    "meter_reading_watt_hours": INT0,
    "is_enabled": BOOL0,
    "max_current_rating_milliamps": INT0,
    "cable_current_rating_milliamps": INT0,
    "signal_strength_rssi_dbm": INT0,
    "inlet_power_watts": INT0,
    "voltage_millivolts": INT0,
    "state_of_charge_percentage": INT0,
    "mode": TEXT0,
}
EVSE_LOG_ENUMS = {
    "control_pilot_status": set("ABCDEF"),
    "mode": {
        *("Unknown", "Idle", "Delay", "Charge", "Discharge", "FFR", "Load match"),
        *("Export match", "Peak time", "Deep sleep"),
    },
}
CONNECTIVITY: dict[str, Field] = {
    "signal_strength_rssi_dbm": INT0,
    "lowest_signal_strength_rssi_dbm_7d": INT0,
    "highest_signal_strength_rssi_dbm_7d": INT0,
    "connection_reliability_30d": INT,
    "ip_address": TEXT0,
    "iccid": TEXT0,
    "firmware_version": TEXT0,
    "latest_status_log": REF0,
}
VEHICLE: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "trim": REF,
    "user": REF,
    "latest_status_log": REF0,
    "charging_sub_sessions": TEXT,
    "integrated": TEXT,
    "battery_size_watt_hours": INT,
    "effective_battery_size_watt_hours": INT,
    "maximum_charge_limit_percentage": INT,
    "description": TEXT,
    "disabled": BOOL,
    "smart_charging_enabled": BOOL,
    "vehicle_class": TEXT0,
}
VEHICLE_ENUMS = {
    "integrated": {"UNINTEGRATED", "ACTIVE", "INACTIVE"},
    "vehicle_class": {"PASSENGER", "COMMERCIAL"},
}
TRIM: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "name": TEXT,
    "model": REF,
    "battery_size_watt_hours": INT0,
    "onboarding_url": TEXT0,
}
VEHICLE_MODEL: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "name": TEXT,
    "make": REF,
    "onboarding_url": TEXT0,
    "vehicle_trims": TEXT,
    "default_battery_size_watt_hours": INT,
    "default_connector_type": TEXT0,
}
VEHICLE_MAKE: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "name": TEXT,
    "icon": TEXT0,
    "onboarding_url": TEXT0,
    "models": TEXT,
    "subscription_name": TEXT0,
    "subscription_package": TEXT0,
}
VEHICLE_LOG: dict[str, Field] = {
    "url": TEXT,
    "vehicle": REF,
    "sampled_at": TEXT,
    "logged_at": TEXT,
    "state_of_charge_percentage": INT0,
    "is_charging": BOOL0,
    "is_plugged_in": BOOL0,
    "charge_rate_watts": INT0,
    "estimated_charge_rate_watts": INT0,
    "charge_level_watt_hours": INT0,
    "target_charge_level_percentage": INT0,
    "target_charge_level_watt_hours": INT0,
    "charge_energy_added_watt_hours": INT0,
    "minutes_to_full_charge": INT0,
    "current_type": TEXT0,
    "is_complete": BOOL0,
    "odometer_meters": INT0,
    "data_source": TEXT0,
    "state": TEXT0,
}
VEHICLE_LOG_ENUMS = {
    "current_type": {
        "AC - Typically home chargers",
        "DC - Typically OTG chargers",
    },
    "state": {
        *("DRIVING", "RECENTLY_FINISHED_DRIVING", "STATIONARY", "IN_SERVICE"),
        *("PLUGGED_IN_NOT_CHARGING", "PLUGGED_IN_CHARGING", "PLUGGED_IN_COMPLETE"),
        *("PLUGGED_IN_NEAR_READY_BY_TIME", "PLUGGED_IN_ALMOST_COMPLETE", "UNKNOWN"),
    },
}
STATE_OF_CHARGE: dict[str, Field] = {
    "url": TEXT,
    "vehicle": TEXT,
    "state_of_charge_percentage": INT0,
    "source": TEXT0,
    "updated_at": TEXT0,
}
STATE_OF_CHARGE_ENUMS = {"source": {"MANUAL", "CONNECTED"}}
LOCATION_LOG: dict[str, Field] = {
    "url": TEXT,
    "sampled_at": TEXT,
    "logged_at": TEXT,
    "vehicle": REF,
    "at_home": BOOL0,
}
SESSION: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "start": TEXT,
    "end": TEXT0,
    "vehicle": REF0,
    "evse": REF0,
    "sub_sessions": LIST,
}
SUB_SESSION: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "start": TEXT,
    "end": TEXT0,
    "mode": TEXT,
    "vehicle": REF0,
    "evse": REF0,
    "energy_delivered_watt_hours": INT,
    "cost": INT0,
    "currency": TEXT,
    "cost_per_kilowatt_hour": INT0,
    "savings_cost": INT0,
    "incentive_earned": INT0,
    "savings_co2_grams": INT0,
    "total_co2_grams": INT0,
    "co2_intensity_grams_per_kilowatt_hour": INT0,
    "co2_intensity_classification": TEXT0,
    "percentage_added": NUM0,
    "total_points": INT,
    "total_points_missed": INT0,
    "duration_minutes": INT,
    "grid_energy_delivered_watt_hours": INT0,
    "solar_energy_delivered_watt_hours": INT0,
    "labels": LIST0,
    "location": OBJECT,
    "solar_mode_type": TEXT0,
    "energy_usage": REF,
    "schedules": REF,
    "flags": REF,
    "assessment": REF,
    "debug_metadata": REF,
    "tariff": REF0,
    "carbon_feed": REF0,
    "grid_feeds": LIST,
}
SUB_SESSION_ENUMS = {
    "mode": {"SMART", "BOOST", "UNMANAGED_HOME", "UNMANAGED_OTG", "MANAGED_OTG"},
    "co2_intensity_classification": {
        *("very low", "low", "moderate", "high", "very high"),
    },
    "solar_mode_type": {"OFF", "SOLAR_ONLY", "SOLAR_AND_GRID", "SOLAR_SMART"},
}
LABELS = {
    *("OUTSIDE", "OFF_PEAK", "SUMMER_PEAK", "MIXED", "OTHER", "PRIMARY", "AWAY"),
    *("CONED", "ORU"),
}
SUB_SESSION_LOCATION: dict[str, Field] = {
    "name": TEXT,
    "coordinates": OBJECT0,
    "postal_code": TEXT0,
    "address_1": TEXT0,
    "timezone": TEXT0,
}
USAGE: dict[str, Field] = {
    "url": TEXT,
    "currency": TEXT,
    "charging_sub_session": TEXT,
    "last_updated_at": TEXT,
    "intervals": LIST,
}
INTERVAL: dict[str, Field] = {
    "started_at": TEXT,
    "interval_seconds": INT,
    "total_energy_delivered_watt_hours": INT,
    "meter_usage_watt_hours": INT0,
    "alt_usage_watt_hours": INT0,
    "percentage_import": INT0,
    "electricity_cost_sub_unit": TEXT0,
    "energy_delivered_by_price": (dict, list),
}
SCHEDULES: dict[str, Field] = {
    "url": TEXT,
    "charging_sub_session": TEXT,
    "schedules": LIST,
}
SCHEDULE: dict[str, Field] = {
    "started_at": TEXT,
    "interval_seconds": INT0,
    "current_milliamps": INT,
    "schedule_type": TEXT,
    "dispatched_at": TEXT0,
    "created_at": TEXT,
}
SCHEDULE_ENUMS = {"schedule_type": {"SMART", "BOOST", "INITIAL_CHARGE_TIME"}}
PLAN: dict[str, Field] = {
    "id": TEXT,
    "created_at": TEXT,
    "ready_by_time": TEXT,
    "price_threshold_minor_unit": INT0,
    "power_on_current_milliamps": INT,
    "power_off_current_milliamps": INT,
    "seconds_to_charge": INT,
    "vehicle_charge_level_watt_hours": INT0,
    "estimated_charge_rate_watts": INT,
    "estimated_charge_rate_source": TEXT0,
    "watt_hours_to_charge": INT,
    "min_charge_limit_percent": INT,
    "max_charge_limit_percent": INT,
    "price_data": OBJECT0,
}
TARIFF: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "supplier": REF,
    "name": TEXT,
    "currency": TEXT,
    "highlighted": BOOL,
    "timezone_name": TEXT,
    "price_chart_url": TEXT0,
    "gsp_group": TEXT0,
    "valid_from": TEXT,
    "valid_until": TEXT0,
    "scheduler_tariff": REF0,
    "type?": TEXT,
    "daily_prices?": OBJECT,
    "current_price?": INT0,
    "prices?": (str, list, NoneType),
}
TARIFF_ENUMS = {
    "type": {"FLAT_RATE", "DUAL_RATE", "THREE_RATE", "DYNAMIC", "OTHER"},
}
SUPPLIER: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "name": TEXT,
    "icon": TEXT0,
    "highlighted": BOOL,
}
PRICE: dict[str, Field] = {
    "started_at": TEXT,
    "interval_seconds": INT,
    "price_minor_units": INT,
}
CARBON_FEED: dict[str, Field] = {"id": TEXT, "url": TEXT, "name": TEXT}
CARBON: dict[str, Field] = {
    "started_at": TEXT,
    "interval_seconds": INT,
    "co2_intensity_grams_per_kilowatt_hour": INT,
    "created_at": TEXT,
}
GRID_FEED: dict[str, Field] = {
    "id": TEXT,
    "url": TEXT,
    "name": TEXT,
    "reference_code": TEXT,
    "priority": INT,
}
GRID_LEVEL: dict[str, Field] = {
    "value": INT,
    "started_at": TEXT0,
    "interval_seconds": INT0,
    "created_at": TEXT,
}
PROBLEM: dict[str, Field] = {
    "title": TEXT,
    "detail": TEXT,
    "status": INT,
    "type?": TEXT,
    "instance?": TEXT,
    "field_errors?": OBJECT,
    "notification?": OBJECT,
}

HEM_SYSTEM: dict[str, Field] = {"id": TEXT, "url": TEXT, "created_at": TEXT}
FLOWS = (
    *("generation", "consumption", "import", "export", "charge", "discharge"),
    *("solar_to_home", "solar_to_battery", "solar_to_grid", "battery_to_home"),
    *("battery_to_grid", "grid_to_home", "grid_to_battery"),
)
LIVE_POWER: dict[str, Field] = {
    "sampled_at": TEXT,
    **{f"{flow}_watts?": INT0 for flow in FLOWS},
    "battery_state_of_charge_percentage?": INT0,
}
ENERGY_STATS: dict[str, Field] = {
    "resolution": TEXT,
    "start": TEXT,
    "end": TEXT,
    "buckets": LIST,
}
ENERGY_BUCKET: dict[str, Field] = {
    "period_start": TEXT,
    "period_end": TEXT,
    **{f"{flow}_wh?": INT0 for flow in FLOWS},
    "avg_battery_state_of_charge_percentage?": INT0,
}
