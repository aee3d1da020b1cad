"""Tests of the vendor's words, one by one."""

import pytest

from .making import Account


@pytest.fixture
def account() -> Account:
    """Return an account of which nothing is known yet."""
    return Account()


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("CREATED_LINKED", "linked"),
        ("INSTALLED", "installed"),
        ("PROBABLY_INSTALLED", "installed"),
        ("COMMISSIONED", "commissioned"),
        ("ENROLLED", "enrolled"),
        ("PENDING", "pending"),
        ("DECOMMISSIONED", "decommissioned"),
        ("UNPAIRED", "unpaired"),
        ("UNKNOWN", None),
    ],
)
def test_lifecycle(account: Account, word: str, ours: str | None) -> None:
    """Each stage in a charger's life that the vendor documents."""
    assert account.charger(lifecycle=word)[0].lifecycle == ours
    assert not account.report.unknown_values


@pytest.mark.parametrize(
    ("word", "ours"),
    [("UNLOCKED", "unlocked"), ("SMART", "smart"), ("LOCKED", "locked")],
)
def test_lock_mode(account: Account, word: str, ours: str) -> None:
    """Each lock mode that the vendor documents."""
    assert account.charger(lock=word)[0].lock_mode == ours


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("Idle", "idle"),
        ("Delay", "delay"),
        ("Charge", "charge"),
        ("Discharge", "discharge"),
        ("FFR", "frequency_response"),
        ("Load match", "load_match"),
        ("Export match", "export_match"),
        ("Peak time", "peak_time"),
        ("Deep sleep", "deep_sleep"),
        ("Unknown", None),
    ],
)
def test_station_mode(account: Account, word: str, ours: str | None) -> None:
    """Each mode of a charger that the vendor documents."""
    assert account.charger(mode=word)[0].mode == ours
    assert not account.report.unknown_values


@pytest.mark.parametrize("word", ["A", "B", "C", "D", "E", "F"])
def test_control_pilot(account: Account, word: str) -> None:
    """Each state of the control pilot is known by its letter."""
    assert account.charger(control_pilot_status=word)[0].control_pilot == (word.lower())


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("DRIVING", "driving"),
        ("RECENTLY_FINISHED_DRIVING", "recently_driven"),
        ("STATIONARY", "stationary"),
        ("IN_SERVICE", "in_service"),
        ("PLUGGED_IN_NOT_CHARGING", "plugged_in"),
        ("PLUGGED_IN_CHARGING", "charging"),
        ("PLUGGED_IN_COMPLETE", "complete"),
        ("PLUGGED_IN_NEAR_READY_BY_TIME", "near_departure"),
        ("PLUGGED_IN_ALMOST_COMPLETE", "almost_complete"),
        ("UNKNOWN", None),
    ],
)
def test_vehicle_state(account: Account, word: str, ours: str | None) -> None:
    """Each state of a vehicle that the vendor documents."""
    assert account.vehicle(state=word).state == ours
    assert not account.report.unknown_values


@pytest.mark.parametrize(
    ("word", "ours"),
    [("ACTIVE", "active"), ("INACTIVE", "inactive"), ("UNINTEGRATED", "none")],
)
def test_link(account: Account, word: str, ours: str) -> None:
    """Each kind of link that the vendor documents."""
    assert account.vehicle(link=word).link == ours


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("SMART", "smart"),
        ("BOOST", "boost"),
        ("UNMANAGED_HOME", "unmanaged_home"),
        ("UNMANAGED_OTG", "unmanaged_away"),
        ("MANAGED_OTG", "managed_away"),
    ],
)
def test_session_mode(account: Account, word: str, ours: str) -> None:
    """Each mode of a session that the vendor documents."""
    assert account.session({"mode": word}).mode == ours


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("OFF", "off"),
        ("SOLAR_ONLY", "solar_only"),
        ("SOLAR_AND_GRID", "solar_and_grid"),
        ("SOLAR_SMART", "solar_smart"),
    ],
)
def test_solar_mode(account: Account, word: str, ours: str) -> None:
    """Each solar mode that the vendor documents."""
    assert account.session({"solar_mode_type": word}).solar_mode == ours


def test_words_that_nobody_knows(account: Account) -> None:
    """Each is counted with what it is about."""
    account.charger(lifecycle="W", lock="W", mode="W", control_pilot_status="W")
    account.vehicle(link="W", state="W")
    account.session({"mode": "W", "solar_mode_type": "W"})
    assert set(account.report.unknown_values) == {
        ("charger lifecycle", "W"),
        ("lock mode", "W"),
        ("charger mode", "W"),
        ("control pilot status", "W"),
        ("vehicle link", "W"),
        ("vehicle state", "W"),
        ("session mode", "W"),
        ("solar mode", "W"),
    }
