"""Tests of the one place through which commands and questions go, and of whom a poll tells."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
import logging
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.clients.errors import (
    ClientError,
    ConflictError,
    NotDeliveredError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    UnavailableError,
    UnexpectedAnswerError,
    WrongSecretError,
)
from custom_components.ev_charging_cloud.clients.refs import (
    ACCOUNT,
    POLL,
    ConnectorRef,
    Ref,
    StationRef,
)
from custom_components.ev_charging_cloud.commands import Purpose
from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.coordinator import LiveCoordinator
from homeassistant.components import persistent_notification
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from simulator import Simulator

from .common import async_poll, async_set_up, value_of


@pytest.fixture
async def live(hass: HomeAssistant, entry: MockConfigEntry) -> LiveCoordinator:
    """Return the coordinator of an account that is set up."""
    await async_set_up(hass, entry)
    found: LiveCoordinator = entry.runtime_data.live
    return found


def lent(**more: Any) -> Purpose[str]:
    """Return a purpose whose commands any account has."""
    return Purpose(find=lambda _: "commands", **more)


NONE: Purpose[str] = Purpose(find=lambda _: None, missing="no_forecasts")


def failing(error: Exception) -> Callable[[str], Awaitable[str]]:
    """Return a command that ends so."""

    async def give(commands: str) -> str:
        assert commands == "commands"
        raise error

    return give


async def answered(commands: str) -> str:
    """Be a command that works."""
    return f"the answer to {commands}"


def notices(hass: HomeAssistant) -> dict[str, tuple[str | None, str]]:
    """Return the notices that are shown: title and text by id."""
    shown = persistent_notification._async_get_or_create_notifications(hass)
    return {id_: (it["title"], it["message"]) for id_, it in shown.items()}


def reauths(hass: HomeAssistant) -> int:
    """Return how many times somebody is asked to sign in."""
    return sum(
        flow["context"]["source"] == SOURCE_REAUTH
        for flow in hass.config_entries.flow.async_progress()
    )


async def test_a_command_that_works(sim: Simulator, live: LiveCoordinator) -> None:
    """What came of it is told, and read; the same one may follow at once."""
    sim.kempower.requests.clear()
    for number in (1, 2):
        found = await live.async_command(lent(), "account/x", answered)
        assert found == "the answer to commands"
        assert len(sim.kempower.requests) == number


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (ConflictError("No.", 409), "command_conflict"),
        (NotDeliveredError("No.", 503), "command_not_delivered"),
        (NotPermittedError("No.", 403), "command_not_permitted"),
        (RateLimitedError("No.", None), "rate_limited"),
        (ResponseError("No.", 400), "refused"),
        (WrongSecretError("No."), "invalid_auth"),
    ],
)
async def test_a_command_that_is_refused(
    hass: HomeAssistant,
    sim: Simulator,
    live: LiveCoordinator,
    error: ClientError,
    key: str,
) -> None:
    """The vendor's word for it is told; it may be given again at once, and is read after."""
    sim.kempower.requests.clear()
    for number in (1, 2):
        with pytest.raises(HomeAssistantError) as caught:
            await live.async_command(lent(settles_in=60), "account/x", failing(error))
        assert caught.value.translation_domain == DOMAIN
        assert caught.value.translation_key == key
        assert caught.value.translation_placeholders is not None
        assert caught.value.translation_placeholders["vendor"] == "Kempower ChargEye"
        assert caught.value.translation_placeholders["message"] == "No."
        assert caught.value.__cause__ is error
        assert len(sim.kempower.requests) == number
    assert notices(hass) == {}
    await hass.async_block_till_done(wait_background_tasks=True)
    # The read that followed was accepted, so nobody has to sign in.
    assert reauths(hass) == 0


@pytest.mark.parametrize(
    "error", [UnavailableError("Silence."), UnexpectedAnswerError("Silence.")]
)
async def test_a_command_of_which_nothing_is_known(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    live: LiveCoordinator,
    error: ClientError,
) -> None:
    """A notice says so, and it is not given again until its effect would show."""
    sim.kempower.requests.clear()
    purpose = lent(settles_in=60)
    assert await live.async_command(purpose, "account/x", failing(error)) is None
    assert len(sim.kempower.requests) == 1
    ((id_, (title, text)),) = notices(hass).items()
    assert id_ == f"{DOMAIN}_{entry.entry_id}_account/x"
    assert title == "Kempower ChargEye"
    assert "Silence." in text
    with pytest.raises(ServiceValidationError) as caught:
        await live.async_command(purpose, "account/x", answered)
    assert caught.value.translation_key == "command_just_given"
    assert await live.async_command(purpose, "account/y", answered)


async def test_a_command_that_makes_no_sense(live: LiveCoordinator) -> None:
    """What is refused here was not given: it may be given at once."""
    error = ServiceValidationError(translation_domain=DOMAIN, translation_key="x")
    purpose = lent(settles_in=60)
    for _ in range(2):
        with pytest.raises(ServiceValidationError) as caught:
            await live.async_command(purpose, "account/x", failing(error))
        assert caught.value is error
    assert await live.async_command(purpose, "account/x", answered)
    with pytest.raises(ServiceValidationError) as again:
        await live.async_command(purpose, "account/x", answered)
    assert again.value.translation_key == "command_just_given"


async def test_commands_that_an_account_has_not(live: LiveCoordinator) -> None:
    """A person is told what is missing, of a command and of a question."""
    with pytest.raises(ServiceValidationError) as command:
        await live.async_command(NONE, "account/x", answered)
    with pytest.raises(ServiceValidationError) as question:
        await live.async_ask(NONE, answered)
    for caught in (command.value, question.value):
        assert caught.translation_domain == DOMAIN
        assert caught.translation_key == "no_forecasts"


@pytest.mark.parametrize("shows_at_once", [True, False])
async def test_what_follows_a_command(
    hass: HomeAssistant,
    sim: Simulator,
    live: LiveCoordinator,
    freezer: FrozenDateTimeFactory,
    shows_at_once: bool,
) -> None:
    """Where its effect takes a while, it is looked for again soon."""
    await live.async_command(lent(shows_at_once=shows_at_once), "account/x", answered)
    wait = live.update_interval
    assert wait is not None
    assert (wait.total_seconds() < 7) is not shows_at_once


async def test_a_question(
    hass: HomeAssistant, sim: Simulator, live: LiveCoordinator
) -> None:
    """It is answered without reading anything, and says what went wrong."""
    sim.kempower.requests.clear()
    assert await live.async_ask(lent(), answered) == "the answer to commands"
    assert not sim.kempower.requests


@pytest.mark.parametrize(
    ("error", "before_command", "key"),
    [
        (NotPermittedError("No.", 403), False, "not_permitted"),
        (NotPermittedError("No.", 403), True, "command_not_permitted"),
        (WrongSecretError("No."), False, "invalid_auth"),
        (UnavailableError("No."), False, "unavailable"),
    ],
)
async def test_a_question_that_is_refused(
    hass: HomeAssistant,
    live: LiveCoordinator,
    error: ClientError,
    before_command: bool,
    key: str,
) -> None:
    """Its error is that of an answer, or of the command that it is about."""
    more = {"before_command": True} if before_command else {}
    with pytest.raises(HomeAssistantError) as caught:
        await live.async_ask(lent(), failing(error), **more)
    assert caught.value.translation_domain == DOMAIN
    assert caught.value.translation_key == key
    assert caught.value.translation_placeholders == {
        "vendor": "Kempower ChargEye",
        "message": "No.",
    }
    assert caught.value.__cause__ is error
    await hass.async_block_till_done(wait_background_tasks=True)
    assert reauths(hass) == (key == "invalid_auth")


async def test_a_sign_in_that_works_again(
    hass: HomeAssistant, live: LiveCoordinator, freezer: FrozenDateTimeFactory
) -> None:
    """Nobody is asked for it any more once a poll worked; other flows stay."""
    for _ in range(2):
        with pytest.raises(HomeAssistantError):
            await live.async_ask(lent(), failing(WrongSecretError("No.")))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert reauths(hass) == 1
    await async_poll(hass, freezer)
    assert reauths(hass) == 0


async def test_an_account_that_is_over_asks_for_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, live: LiveCoordinator
) -> None:
    """What was under way as it ended is its successor's to say."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError):
        await live.async_ask(lent(), failing(WrongSecretError("No.")))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert reauths(hass) == 0


class Caller:
    """Calls somebody when it is to look again."""

    def __init__(self, call: Callable[[], None]) -> None:
        """Call somebody later."""
        self.async_look_again = call


class Heard:
    """Who was called, one after the other."""

    def __init__(self, live: LiveCoordinator) -> None:
        """Hear nothing yet."""
        self._live = live
        self.calls: list[str] = []

    def follow(self, name: str, ref: Ref | None) -> Callable[[], None]:
        """Follow an object by a name."""
        if ref is None:
            return self._live.async_add_listener(lambda: self.calls.append(name))
        return self._live.async_follow(ref, Caller(lambda: self.calls.append(name)))

    def told(self) -> list[str]:
        """Return who was called since the last look."""
        found, self.calls = self.calls, []
        return found


async def test_who_is_told(
    hass: HomeAssistant,
    sim: Simulator,
    live: LiveCoordinator,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Those who follow what changed, each once, until they end it."""
    heard = Heard(live)
    one, other = StationRef(station_id), ConnectorRef(station_id, connector_id)
    heard.follow("poll", POLL)
    heard.follow("all", None)
    first = heard.follow("first", one)
    second = heard.follow("second", one)
    heard.follow("account", ACCOUNT)
    heard.follow("connector", other)
    live.async_notify((one, other, one))
    assert heard.told() == ["first", "second", "connector", "first", "second"]
    first()
    live.async_notify((one,))
    assert heard.told() == ["second"]
    third = heard.follow("third", one)
    live.async_notify((one,))
    assert heard.told() == ["second", "third"]
    second()
    third()
    live.async_notify((one,))
    assert heard.told() == []
    heard.follow("fourth", one)
    live.async_notify((one,))
    assert heard.told() == ["fourth"]
    await async_poll(hass, freezer)
    assert sorted(heard.told()) == ["all", "poll"]
    sim.world.plug_in(station_id, connector_id)
    await async_poll(hass, freezer)
    assert sorted(heard.told()) == ["account", "all", "connector", "poll"]
    # As the cloud goes, and as it comes back, all are told; in between nobody.
    sim.kempower.faults.add("*", status=500)
    everybody = ["account", "all", "connector", "fourth", "poll"]
    await async_poll(hass, freezer)
    assert sorted(heard.told()) == everybody
    await async_poll(hass, freezer)
    assert "fourth" not in heard.told()
    sim.kempower.faults.clear()
    await async_poll(hass, freezer)
    assert sorted(heard.told()) == everybody


async def test_one_that_fails(
    hass: HomeAssistant, live: LiveCoordinator, caplog: pytest.LogCaptureFixture
) -> None:
    """It keeps no other from being told, and its error is in the log."""
    heard = Heard(live)

    def fail() -> None:
        raise RuntimeError("It is broken")

    live.async_follow(ACCOUNT, Caller(fail))
    heard.follow("other", ACCOUNT)
    caplog.set_level(logging.ERROR)
    live.async_notify((ACCOUNT,))
    assert heard.told() == ["other"]
    assert "Unexpected error in a follower of account" in caplog.text
    assert "It is broken" in caplog.text


@pytest.mark.parametrize("status", [429, 500])
async def test_a_pause_that_the_vendor_wants(
    hass: HomeAssistant,
    sim: Simulator,
    entry: MockConfigEntry,
    live: LiveCoordinator,
    freezer: FrozenDateTimeFactory,
    status: int,
) -> None:
    """It is told from an outage: commands go through, and all hear of it."""
    sim.kempower.faults.add("*", status=500)
    await async_poll(hass, freezer)
    assert not live.is_paused
    heard = Heard(live)
    heard.follow("station", ACCOUNT)
    sim.kempower.faults.clear()
    sim.kempower.faults.add("*", status=status, retry_after=300)
    await async_poll(hass, freezer)
    assert live.is_paused is (status == 429)
    assert heard.told() == (["station"] if status == 429 else [])
    await async_poll(hass, freezer)
    assert heard.told() == []
    assert value_of(hass, entry, "account", "cloud") == "off"
    assert isinstance(live.last_exception, HomeAssistantError)
    assert live.last_exception.translation_domain == DOMAIN
    assert live.last_exception.translation_key == (
        "rate_limited" if status == 429 else "unavailable"
    )
    placeholders = live.last_exception.translation_placeholders
    assert placeholders is not None
    assert placeholders["vendor"] == "Kempower ChargEye"
    assert placeholders["message"]
    sim.kempower.faults.clear()
    sim.kempower.faults.add("*", status=500)
    await async_poll(hass, freezer, timedelta(seconds=310))
    assert not live.is_paused
    assert heard.told() == (["station"] if status == 429 else [])
