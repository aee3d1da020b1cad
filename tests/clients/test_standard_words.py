"""Tests of the standards' words, and of what is counted of what nobody understands."""

import logging
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.enums import ConnectorStatus
from custom_components.ev_charging_cloud.clients.reading.lenient import Oddity
from custom_components.ev_charging_cloud.clients.reading.report import ReadingReport
from custom_components.ev_charging_cloud.clients.reading.words import (
    CONNECTOR_STATUSES,
    CONNECTOR_TYPES,
    ONLINE,
    STATION_STATUSES,
    Words,
    is_plugged_in,
    plain,
)
from custom_components.ev_charging_cloud.clients.snapshot import Skipped

# OCPP 1.6 and 2.0.1, OCPI 2.2.
STATUSES = {
    "Available": "available",
    "Blocked": "out_of_service",
    "BLOCKED": "out_of_service",
    "Charging": "charging",
    "Faulted": "faulted",
    "Finishing": "finishing",
    "Inoperative": "out_of_service",
    "Occupied": "preparing",
    "OutOfOrder": "faulted",
    "Preparing": "preparing",
    "Reserved": "reserved",
    "SuspendedEV": "suspended_ev",
    "SuspendedEVSE": "suspended_evse",
    "Unavailable": "out_of_service",
}
STATIONS = {
    "Available": "operative",
    "Defective": "faulted",
    "Faulted": "faulted",
    "Inoperative": "out_of_service",
    "In Service": "operative",
    "Operative": "operative",
    "OutOfOrder": "faulted",
    "Out of service": "out_of_service",
    "Unavailable": "out_of_service",
}
SEEN = {
    "Connected": True,
    "Disconnected": False,
    "No communication": False,
    "Offline": False,
    "Online": True,
    "Pending": None,
}
TYPES = {
    "ac": (
        *("AC", "AC fixed cable", "Cable attached type 1", "DOMESTIC_F", "Schuko"),
        *("Fixed AC cable", "IEC_60309_2_single_16", "IEC_60309_2_three_16"),
        *("IEC_60309_2_three_32", "IEC_62196_T1", "IEC_62196_T3A", "IEC_62196_T3C"),
        *("Type 1", "Type 1 Connector (Cable Attached)", "Type E/F", "Type F Schuko"),
    ),
    "type2": (
        *("Cable attached type 2", "IEC_62196_T2", "IEC 62196 Type 2", "Mennekes"),
        *("IEC 62196 Type 2 Cable Attached", "IEC 62196 Type 2 Outlet", "Typ 2"),
        *("Type 2", "Type 2 Connector (Cable Attached)", "Type 2 Mennekes"),
        "Type 2 Outlet",
    ),
    "ccs": (
        *("CCS", "CCS2", "CCS Combo 1", "CCS Combo 2", "CCS Type 2", "Combo"),
        *("Combo 1", "Combo 2", "IEC_62196_T1_COMBO", "IEC_62196_T2_COMBO"),
    ),
    "chademo": ("CHAdeMO",),
    "oppcharge": (
        *("OppCharge", "Pantograph", "PANTOGRAPH_BOTTOM_UP", "PANTOGRAPH_TOP_DOWN"),
    ),
}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (CONNECTOR_STATUSES, STATUSES),
        (STATION_STATUSES, STATIONS),
        (ONLINE, SEEN),
        (
            CONNECTOR_TYPES,
            {word: ours for ours, all_ in TYPES.items() for word in all_},
        ),
    ],
    ids=["connectors", "stations", "online", "types"],
)
def test_words_of_the_standards(
    table: dict[str, object], words: dict[str, Any]
) -> None:
    """Each word of OCPP, OCPI and OICP is one of ours, and no other is."""
    assert {plain(word): table[plain(word)] for word in words} == {
        plain(word): ours for word, ours in words.items()
    }
    assert {plain(word) for word in words} == table.keys()


def test_spellings_and_unknown_words(caplog: pytest.LogCaptureFixture) -> None:
    """Words are compared by letters and digits; what nobody lists is counted and named."""
    report = ReadingReport("Vendor")
    words = Words("status", {"In-Use 2": "used", "idle": "idle"}, report)
    assert [words.read(word) for word in ("IN_USE.2", "in use 2", " Idle ")] == [
        "used",
        "used",
        "idle",
    ]
    for nothing in (None, "", " -. ", "Unknown", "PLANNED", "removed"):
        assert words.read(nothing) is None
    assert not report.unknown_values
    assert not caplog.records
    for _ in range(2):
        assert words.read("Melted") is None
    assert words.read("Frozen") is None
    assert report.unknown_values == {("status", "Melted"): 2, ("status", "Frozen"): 1}
    [record] = caplog.records
    assert record.getMessage() == (
        "Vendor sent 'Melted' as status, which its documents do not list; it is shown as"
        " unknown"
    )
    own = Words("status", {"unknown": "u"}, report, unmapped=["N/A"])
    assert (own.read("Unknown"), own.read("na")) == ("u", None)


def test_ever_new_words_fill_no_memory() -> None:
    """What spellings differ in is remembered of some thousands of words."""
    for number in range(5000):
        assert plain(f"Word-{number}") == f"word{number}"
    assert plain.cache_info().currsize == 4096


@pytest.mark.parametrize("status", [*ConnectorStatus, None])
def test_what_a_status_says_of_a_car(status: ConnectorStatus | None) -> None:
    """OCPP has some statuses only with a car, and one only without."""
    with_car = {"preparing", "charging", "suspended_ev", "suspended_evse", "finishing"}
    known = True if status in with_car else False if status == "available" else None
    assert is_plugged_in(status) is known


# ---- the report


def test_a_report_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    """Twenty words a field, 200 fields and 400 lines of the log; the rest is counted."""
    report = ReadingReport("V")
    for number in range(22):
        report.unknown_value("status", f"word{number}")
    report.unknown_value("status", "word3")
    report.unknown_value("type", "x" * 60)
    assert len(report.unknown_values) == 22
    assert report.unknown_values["status", "word19"] == 1
    assert report.unknown_values["status", "(more)"] == 2
    assert report.unknown_values["status", "word3"] == 2
    assert report.unknown_values["type", "x" * 50] == 1
    assert len(caplog.records) == 2
    for number in range(203):
        report.odd_value(f"field{number}", "odd")
    report.odd_value("field7", "odd")
    assert len(report.odd_values) == 201
    assert report.odd_values["field199"] == 1
    assert report.odd_values["(more)"] == 3
    assert report.odd_values["field7"] == 2
    assert len(caplog.records) == 2 + 201
    for number in range(400):
        report.skipped(Skipped(f"station {number}", "odd"))
    assert len(caplog.records) == 400


def test_what_a_report_says(caplog: pytest.LogCaptureFixture) -> None:
    """What it is, why, and whose; each once."""
    report = ReadingReport("Vendor")
    for _ in range(2):
        report.oddities("station", [Oddity("power", "a text"), Oddity("at", "no time")])
        report.skipped(Skipped("station 7", "no id"))
    assert report.odd_values == {"station.power": 2, "station.at": 2}
    assert report.vendor == "Vendor"
    assert not report.attributes
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 3
    assert [record.getMessage() for record in caplog.records] == [
        "Vendor sent a station.power that cannot be read (a text); it is shown as unknown",
        "Vendor sent a station.at that cannot be read (no time); it is shown as unknown",
        "Skipped station 7 of Vendor, which could not be read: no id",
    ]
