"""Tests of a driver's session at be.ENERGISED: renewed, lost, begun anew, taken back."""

from datetime import timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.ev_charging_cloud.const import CONF_PSK
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import (
    ATTR_ENTITY_ID,
    CONF_PASSWORD,
    CONF_TOKEN,
    EVENT_STATE_CHANGED,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
)
from homeassistant.core import Event, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from simulator import Simulator
from tests.common import assert_worded, async_set_up, entity_id_of, logged, value_of

from .common import asked, async_pass, connector_path, hurry, sites

pytestmark = pytest.mark.usefixtures("documents")


@pytest.fixture
def issued(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return the pairs of tokens that are issued from now on."""
    pairs: list[tuple[str, str]] = []
    sessions = sim.beenergised_driver._sessions
    issue = sessions._issue

    def note(session: int) -> tuple[str, str]:
        pairs.append(issue(session))
        return pairs[-1]

    monkeypatch.setattr(sessions, "_issue", note)
    return pairs


@pytest.fixture
def stored(
    sim: Simulator, account: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> list[bool]:
    """Tell of each use of a good session token whether it was stored by then."""
    uses: list[bool] = []
    sessions = sim.beenergised_driver._sessions
    is_valid = sessions.session_valid

    def note(token: str) -> bool:
        if found := is_valid(token):
            kept = account.data.get(CONF_TOKEN, {})
            uses.append(kept.get("session") == token)
        return found

    monkeypatch.setattr(sessions, "session_valid", note)
    return uses


def _gaps(events: list[Event[Any]]) -> list[str]:
    """Return the entities that were unavailable, of events of changed states."""
    return [
        event.data["entity_id"]
        for event in events
        if event.data["new_state"]
        and event.data["new_state"].state == STATE_UNAVAILABLE
    ]


def _pair(account: MockConfigEntry) -> tuple[str, str]:
    """Return the pair of tokens that is stored."""
    token = account.data[CONF_TOKEN]
    return token["session"], token["refresh"]


def _expire(sim: Simulator) -> None:
    """Let the session and what renews it be good for nothing."""
    sim.beenergised_driver.expire_session_tokens()
    sim.beenergised_driver.revoke_refresh_tokens()


@pytest.mark.parametrize("answer", ["200", "401"])
async def test_renewal_with_no_gap(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issued: list[tuple[str, str]],
    stored: list[bool],
    freezer: FrozenDateTimeFactory,
    answer: str,
) -> None:
    """Sessions of ten minutes: for six hours nothing is missing, and nobody is asked."""
    options = sim.beenergised_driver.options
    options.session_lifetime = 600
    options.expired_answer = answer  # type: ignore[assignment]  # one of both
    await async_set_up(hass, account)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    for _ in range(66):
        await async_pass(hass, freezer, sim, timedelta(seconds=331))
        assert value_of(hass, account, "account", "cloud") == STATE_ON
        assert _pair(account) == issued[-1]
    assert _gaps(changes) == []
    assert all(stored)
    assert len(stored) > 100
    assert asked(sim, "initSession") == 1
    assert 30 <= asked(sim, "refreshSession") <= 40
    assert len(issued) == 1 + asked(sim, "refreshSession")
    refused = [
        one
        for one in sim.beenergised_driver.operations
        if one.codes and one.credential == "session"
    ]
    # Two lists of a look can be refused together, which costs one renewal.
    assert len(refused) <= 2 * asked(sim, "refreshSession")
    assert not hass.config_entries.flow.async_progress()


async def test_restart_uses_the_stored_pair(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issued: list[tuple[str, str]],
) -> None:
    """After a restart the session goes on, or is renewed if it ended meanwhile."""
    await async_set_up(hass, account)
    await hass.config_entries.async_reload(account.entry_id)
    assert len(issued) == 1
    await hass.config_entries.async_unload(account.entry_id)
    sim.clock.advance(timedelta(days=1))
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert asked(sim, "initSession") == 1
    assert asked(sim, "refreshSession") == 1
    assert _pair(account) == issued[-1]


@pytest.mark.parametrize("lost", ["entry", "refused", "old"])
async def test_lost_pair(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issued: list[tuple[str, str]],
    lost: str,
) -> None:
    """Where the stored pair is gone or good for nothing, the account signs in by itself."""
    await async_set_up(hass, account)
    first = account.data
    await hass.config_entries.async_reload(account.entry_id)
    await hass.config_entries.async_unload(account.entry_id)
    if lost == "entry":
        hass.config_entries.async_update_entry(
            account, data={k: v for k, v in first.items() if k != CONF_TOKEN}
        )
    elif lost == "refused":
        _expire(sim)
    else:
        # A backup that was restored, from before the pair was rotated.
        sim.beenergised_driver._sessions.renew(first[CONF_TOKEN]["refresh"])
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert asked(sim, "initSession") == 2
    assert _pair(account) == issued[-1]
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    assert not hass.config_entries.flow.async_progress()


async def test_session_that_another_app_ends(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A sign-in elsewhere ends our session; it is begun anew within the same look."""
    await async_set_up(hass, account)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    for number in range(3):
        sim.beenergised_driver._sessions.begin()
        await async_pass(hass, freezer, sim)
        assert asked(sim, "initSession") == number + 2
    assert _gaps(changes) == []
    assert not hass.config_entries.flow.async_progress()


async def test_session_that_ends_before_a_command(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """A start whose token is refused renews it and goes on."""
    await async_set_up(hass, account)
    hurry(account, sim)
    sim.beenergised_driver.expire_session_tokens()
    path = connector_path(sites(sim, roaming=False)[0])
    await hass.services.async_call(
        "button",
        "press",
        {ATTR_ENTITY_ID: entity_id_of(hass, account, path, "start_charging")},
        blocking=True,
    )
    assert asked(sim, "refreshSession") == 1
    assert asked(sim, "attemptRemoteStart") == 1
    assert value_of(hass, account, "account", "session_status") == "active"


async def test_server_that_cannot_renew_for_a_while(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A renewal that gets no answer is tried again; it costs no sign-in."""
    await async_set_up(hass, account)
    sim.beenergised_driver.expire_session_tokens()
    sim.beenergised_driver.faults.add("/graphql/", after=1, status=503)
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, "account", "cloud") == STATE_OFF
    sim.beenergised_driver.faults.clear()
    await async_pass(hass, freezer, sim)
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    assert asked(sim, "initSession") == 1
    assert not hass.config_entries.flow.async_progress()


async def _async_mend(
    hass: HomeAssistant, account: MockConfigEntry, wrong: dict[str, str], **right: str
) -> None:
    """Answer the only sign-in that is asked for, wrongly first."""
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["step_id"] == "beenergised_driver_reauth_password"
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], wrong)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"]
    assert_worded(result)
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], right)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert account.state is ConfigEntryState.LOADED
    assert not hass.config_entries.flow.async_progress()


async def test_changed_password(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issued: list[tuple[str, str]],
    freezer: FrozenDateTimeFactory,
) -> None:
    """A new password: one sign-in is asked for, the old one is not tried on and on."""
    await async_set_up(hass, account)
    unique_id, old = account.unique_id, account.data[CONF_PASSWORD]
    new = sim.beenergised_driver.change_password()
    for _ in range(12):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
    assert value_of(hass, account, "account", "cloud") == STATE_OFF
    # Twice a minute apart, then once an hour.
    assert 2 <= asked(sim, "initSession") <= 2 + 4
    await _async_mend(hass, account, {CONF_PASSWORD: old}, **{CONF_PASSWORD: new})
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    assert account.data[CONF_PASSWORD] == new
    assert account.data[CONF_PSK] == sim.beenergised_driver.psk
    # The session of the form is the account's.
    assert _pair(account) == issued[-1]
    assert len(issued) == 2
    assert account.unique_id == unique_id


async def test_revoked_key(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Without the operator's key a session goes on; once it is over, one is asked for."""
    await async_set_up(hass, account)
    key = sim.beenergised_driver.renew_psk()
    for _ in range(5):
        await async_pass(hass, freezer, sim, timedelta(hours=2))
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    _expire(sim)
    for _ in range(12):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
    assert value_of(hass, account, "account", "cloud") == STATE_OFF
    password = account.data[CONF_PASSWORD]
    await _async_mend(
        hass,
        account,
        {CONF_PASSWORD: password},
        **{CONF_PASSWORD: password, CONF_PSK: key},
    )
    assert value_of(hass, account, "account", "cloud") == STATE_ON
    assert account.data[CONF_PSK] == key


async def test_password_that_changes_before_a_command(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """A command that is refused for the sign-in says so, and starts one flow."""
    await async_set_up(hass, account)
    sim.beenergised_driver.change_password()
    path = connector_path(sites(sim, roaming=False)[0])
    start = entity_id_of(hass, account, path, "start_charging")
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call(
            "button", "press", {ATTR_ENTITY_ID: start}, blocking=True
        )
    # Heard once, it may be a mistake of the vendor's.
    assert caught.value.translation_key == "unavailable"
    assert asked(sim, "attemptRemoteStart") == 0
    for _ in range(3):
        await async_pass(hass, freezer, sim, timedelta(minutes=20))
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


async def test_no_secret_in_any_log(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issued: list[tuple[str, str]],
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever happens to a session, the log at its finest tells no secret."""
    caplog.set_level(logging.DEBUG)
    cloud = sim.beenergised_driver
    secrets = {cloud.psk, cloud.password}
    await async_set_up(hass, account)
    cloud.expire_session_tokens()
    await async_pass(hass, freezer, sim)
    _expire(sim)
    await async_pass(hass, freezer, sim)
    # What was sent may come back in an error: a token, or the password.
    cloud.faults.add("/graphql/", status=500, message=f"Cannot use {issued[-1][0]}")
    await async_pass(hass, freezer, sim)
    cloud.faults.clear()
    assert "Cannot use **REDACTED**" in caplog.text
    await hass.config_entries.async_unload(account.entry_id)
    hass.config_entries.async_update_entry(
        account, data={k: v for k, v in account.data.items() if k != CONF_TOKEN}
    )
    cloud.faults.add("/graphql/", status=500, message=f"Not for {cloud.password}")
    await async_set_up(hass, account)
    assert account.state is ConfigEntryState.LOADED
    assert "Not for **REDACTED**" in caplog.text
    cloud.faults.clear()
    await hass.config_entries.async_reload(account.entry_id)
    secrets.add(cloud.change_password())
    for _ in range(3):
        await async_pass(hass, freezer, sim)
    await _async_mend(
        hass,
        account,
        {CONF_PASSWORD: "no password at all"},
        **{CONF_PASSWORD: cloud.password},
    )
    secrets |= {token for pair in issued for token in pair} | {"no password at all"}
    assert len(secrets) >= 9
    assert "be.ENERGISED" in caplog.text
    for secret in secrets:
        assert secret not in logged(caplog)
        assert secret.replace('"', '\\"') not in logged(caplog)
