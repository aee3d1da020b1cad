"""Tests of the words that states, events and actions have: automations compare with them, so they stay."""

from enum import StrEnum

import pytest

from custom_components.ev_charging_cloud.clients import enums
from custom_components.ev_charging_cloud.clients.home_energy import BATTERY, GRID, Flow

WORDS: dict[type[StrEnum], str] = {
    enums.StationStatus: "operative out_of_service faulted",
    enums.ConnectorStatus: (
        "available preparing charging suspended_ev suspended_evse finishing reserved"
        " out_of_service faulted"
    ),
    enums.ConnectorType: "ac type2 ccs chademo oppcharge",
    enums.SessionStatus: "pending active completed",
    enums.PowerLimitation: "charger vehicle grid shared queue",
    enums.SessionMode: "smart boost unmanaged_home unmanaged_away managed_away",
    enums.LockMode: "unlocked smart locked",
    enums.ControlPilot: "a b c d e f",
    enums.StationMode: (
        "idle delay charge discharge frequency_response load_match export_match"
        " peak_time deep_sleep"
    ),
    enums.LinkState: "active inactive none",
    enums.Lifecycle: (
        "linked installed pending enrolled commissioned decommissioned unpaired"
    ),
    enums.VehicleState: (
        "driving recently_driven stationary in_service plugged_in charging"
        " almost_complete near_departure complete"
    ),
    enums.CurrentType: "ac dc",
    enums.SolarMode: "off solar_only solar_and_grid solar_smart",
    enums.StartReason: (
        "authorized cable_plugged_in charging_state_changed ev_presence_detected local"
        " remote_start user_start_button_pressed"
    ),
    enums.StopReason: (
        "charging_state_changed deauthorized emergency_stop ev_disconnected"
        " ground_fault immediate_reset local local_out_of_credit other"
        " overcurrent_fault power_loss remote soc_limit_reached stopped_by_ev"
        " time_limit_reached timeout unlock_command"
    ),
    enums.StartOutcome: "started waiting_for_cable requested",
    enums.StopOutcome: "stopped requested",
    enums.MaintenanceRule: "starts_in_past ends_before_start is_over",
    Flow: "solar home grid_import grid_export battery_charge battery_discharge",
}


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_words_stay(kind: type[StrEnum]) -> None:
    """In the order in which people choose from them."""
    assert [word.value for word in kind] == WORDS[kind].split()


def test_no_words_are_missing() -> None:
    """A new list of words belongs into this table."""
    ours = {
        kind
        for kind in vars(enums).values()
        if isinstance(kind, type)
        and issubclass(kind, StrEnum)
        and kind.__module__ == enums.__name__
    }
    assert ours | {Flow} == WORDS.keys()


def test_what_flows_together() -> None:
    """The grid and the battery each have a flow in and one out."""
    assert {"grid_import", "grid_export"} == GRID
    assert {"battery_charge", "battery_discharge"} == BATTERY
