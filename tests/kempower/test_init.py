"""Tests of an account's life: set up, outage and return, unload, removal."""

from datetime import timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from simulator import Simulator
from tests.common import async_poll, async_set_up, state_of, value_of

OURS = "custom_components.ev_charging_cloud"


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the integration logged for people to see."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(OURS) and record.levelno >= logging.INFO
    ]


async def test_set_up_takes_three_requests(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """A token, the locations and one request for everything live."""
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert [record.path for record in sim.kempower.requests] == [
        "/auth/refreshAccessToken",
        "/locations",
        "/stations",
    ]


async def test_locations_that_ask_for_a_pause_keep_no_account_from_starting(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """What set-up does not need cannot stop it; the pause holds for what follows."""
    sim.kempower.faults.add("/locations", status=429, retry_after=900)
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    assert 890 < entry.runtime_data.client.families.quiet_for <= 900


async def test_a_poll_takes_one_request(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Later polls are one request each, whatever the number of stations."""
    await async_set_up(hass, entry)
    sim.kempower.requests.clear()
    await async_poll(hass, freezer)
    assert [record.path for record in sim.kempower.requests] == ["/stations"]


async def test_outage_and_return(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An outage of a day makes entities unavailable, and two lines in the log."""
    path = f"station/{station_id}"
    await async_set_up(hass, entry)
    assert value_of(hass, entry, path, "status") == "operative"
    assert value_of(hass, entry, "account", "cloud") == STATE_ON
    caplog.clear()
    await sim.stop()
    for _ in range(30):
        await async_poll(hass, freezer, timedelta(minutes=48))
        assert value_of(hass, entry, path, "status") == STATE_UNAVAILABLE
        assert value_of(hass, entry, "account", "cloud") == STATE_OFF
    await sim.start()
    await async_poll(hass, freezer)
    assert value_of(hass, entry, path, "status") == "operative"
    assert value_of(hass, entry, "account", "cloud") == STATE_ON
    lines = _lines(caplog)
    assert len(lines) == 2, lines
    assert "Kempower ChargEye cannot be reached" in lines[0]
    assert "recovered" in lines[1]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"status": 500}, "Internal server error"),
        ({"status": 503}, "Error handling the request"),
        ({"drop": True}, "cannot be reached"),
        ({"truncate": True}, "cannot be reached"),
        ({"html": True}, "do not describe"),
        ({"body": "[1, 2"}, "do not describe"),
        ({"redirect": "https://elsewhere.example/"}, "do not describe"),
        ({"status": 400}, "refused the request: Invalid request parameters"),
        ({"status": 403}, "does not permit"),
        ({"status": 404}, "refused the request: Resource not found"),
        ({"status": 429}, "asks for a pause"),
        ({"pad_bytes": 70_000_000}, "larger than"),
    ],
    ids=str,
)
async def test_each_failure_is_told_and_passes(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, object],
    message: str,
) -> None:
    """Whatever a poll meets, it says so, asks for no login, and the next one works."""
    path = f"station/{station_id}"
    await async_set_up(hass, entry)
    sim.kempower.faults.put({"path": "/stations"} | fault)
    await async_poll(hass, freezer)
    assert value_of(hass, entry, path, "status") == STATE_UNAVAILABLE
    assert message in caplog.text
    sim.kempower.faults.clear()
    await async_poll(hass, freezer)
    assert value_of(hass, entry, path, "status") == "operative"
    assert not hass.config_entries.flow.async_progress()


async def test_retry_after_is_obeyed(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A pause that the vendor asks for is kept, and not a minute longer."""
    await async_set_up(hass, entry)
    sim.kempower.faults.add("/stations", status=429, retry_after=600, times=1)
    await async_poll(hass, freezer)
    sim.kempower.requests.clear()
    await async_poll(hass, freezer, timedelta(seconds=590))
    assert not sim.kempower.requests
    await async_poll(hass, freezer, timedelta(seconds=12))
    assert [record.status for record in sim.kempower.requests] == [200]


async def test_set_up_waits_for_the_cloud(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """A cloud that is away at start is tried again later."""
    await sim.stop()
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.reason is not None
    assert "Kempower ChargEye cannot be reached" in entry.reason


async def test_set_up_with_a_revoked_token_asks_for_a_new_one(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Only the token endpoint's own refusal means that the credential is bad."""
    sim.kempower.revoke_refresh_token()
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    # Once may be a mistake of the vendor's; it is heard again a minute later.
    assert not hass.config_entries.flow.async_progress()
    for _ in range(3):
        await async_poll(hass, freezer, timedelta(minutes=2))
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert len(sim.kempower.requests.matching("/auth/*")) == 2
    assert [
        flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()
    ] == [SOURCE_REAUTH]


async def test_expired_access_token_is_renewed(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A token that was refused is renewed within the same poll."""
    await async_set_up(hass, entry)
    sim.kempower.expire_access_tokens()
    sim.kempower.requests.clear()
    await async_poll(hass, freezer)
    assert [(r.path, r.status) for r in sim.kempower.requests] == [
        ("/stations", 401),
        ("/auth/refreshAccessToken", 200),
        ("/stations", 200),
    ]
    assert value_of(hass, entry, f"station/{station_id}", "status") == "operative"


async def test_access_token_is_renewed_before_its_end(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Over a day no request is refused: tokens of eight hours are renewed in time."""
    await async_set_up(hass, entry)
    for _ in range(24):
        sim.clock.advance(timedelta(hours=1))
        await async_poll(hass, freezer, timedelta(hours=1))
    assert not sim.kempower.requests.matching(status=401)
    assert 3 <= len(sim.kempower.requests.matching("/auth/*")) <= 5


async def test_revoked_token_starts_one_reauth(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A refresh token that is revoked while all runs starts one flow, not many."""
    await async_set_up(hass, entry)
    sim.kempower.revoke_refresh_token()
    sim.kempower.expire_access_tokens()
    for _ in range(5):
        await async_poll(hass, freezer, timedelta(minutes=61))
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]
    assert value_of(hass, entry, "account", "cloud") == STATE_OFF


async def test_lasting_401_is_a_missing_permission(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A 401 that a fresh token meets too is no login matter; it is asked ever more rarely."""
    await async_set_up(hass, entry)
    sim.kempower.requests.clear()
    sim.kempower.deny("/stations", status=401)
    for _ in range(5):
        await async_poll(hass, freezer)
    assert len(sim.kempower.requests.matching("/auth/*")) == 3
    assert not hass.config_entries.flow.async_progress()
    assert "does not permit this account to list its stations" in caplog.text
    sim.kempower.allow("/stations")
    await async_poll(hass, freezer, timedelta(hours=1))
    assert value_of(hass, entry, "account", "cloud") == STATE_ON


async def test_without_permission_for_locations(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """Stations are shown, at locations named as the stations name them."""
    sim.kempower.deny("/locations", status=403)
    await async_set_up(hass, entry)
    assert entry.state is ConfigEntryState.LOADED
    location = next(iter(sim.world.locations.values()))
    state = state_of(hass, entry, f"location/{location.id}", "power")
    assert state is not None
    assert state.name == f"{location.name} Power"


@pytest.mark.parametrize(
    "fault",
    [
        {"spoil": ["locations.0.name"]},
        {"remove": ["locations.0.name"]},
        {"replace": {"locations.0.name": ["north"]}},
    ],
    ids=["no UTF-8", "missing", "a list"],
)
async def test_name_of_a_location_that_cannot_be_read(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, fault: Any
) -> None:
    """The name that its stations tell stands in for it."""
    location = next(iter(sim.world.locations.values()))
    sim.kempower.faults.add("/locations", **fault)
    await async_set_up(hass, entry)
    state = state_of(hass, entry, f"location/{location.id}", "power")
    assert state is not None
    assert state.name == f"{location.name} Power"


async def test_account_without_stations(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An empty list is said aloud, and what was known is kept."""
    await async_set_up(hass, entry)
    issue_id = f"emptied_stations_{entry.entry_id}"
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None
    sim.kempower.faults.add("/stations", replace={"stations": []})
    before = len(hass.states.async_all())
    for _ in range(5):
        await async_poll(hass, freezer, timedelta(minutes=30))
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is not None
    assert len(hass.states.async_all()) == before
    sim.kempower.faults.clear()
    await async_poll(hass, freezer)
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None


async def test_unload_stops_polling(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """An unloaded account asks nothing; loaded again, it is as before."""
    await async_set_up(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    sim.kempower.requests.clear()
    await async_poll(hass, freezer)
    assert not sim.kempower.requests
    await async_set_up(hass, entry)
    assert value_of(hass, entry, "account", "stations") == "4"


async def test_removal_takes_issues_along(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """What was said of an account goes with it."""
    sim.kempower.faults.add("/stations", replace={"stations": []})
    await async_set_up(hass, entry)
    assert len(issue_registry.issues) == 1
    await hass.config_entries.async_remove(entry.entry_id)
    assert not issue_registry.issues


async def test_no_secret_in_the_log(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither token is logged, not even where the vendor's message holds it."""
    caplog.set_level(logging.DEBUG)
    token = sim.kempower.refresh_token
    await async_set_up(hass, entry)
    sim.kempower.faults.add("/stations", status=500, message=f"bad token {token}")
    await async_poll(hass, freezer)
    assert "bad token **REDACTED**" in caplog.text
    sim.kempower.revoke_refresh_token()
    sim.kempower.expire_access_tokens()
    sim.kempower.faults.clear()
    for _ in range(3):
        await async_poll(hass, freezer)
    assert hass.config_entries.flow.async_progress()
    ours = [r.getMessage() for r in caplog.records if r.name.startswith(OURS)]
    assert token not in "\n".join(ours)
    assert "Bearer" not in "\n".join(ours)


async def test_a_pause_that_locations_met_leaves_what_is_shown(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    station_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """While the vendor wants to be asked for nothing, what was read last stands."""
    path = f"station/{station_id}"
    await async_set_up(hass, entry)
    sim.kempower.faults.add("/locations", status=429, retry_after=900, times=1)
    await async_poll(hass, freezer, timedelta(minutes=66))
    sim.kempower.requests.clear()
    for _ in range(12):
        await async_poll(hass, freezer)
        assert value_of(hass, entry, path, "status") == "operative"
    assert not sim.kempower.requests
    for _ in range(2):
        await async_poll(hass, freezer)
    assert sim.kempower.requests.matching("/stations", status=200)
