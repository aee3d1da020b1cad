"""The coordinator of the live state."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import timedelta
import logging
from typing import Protocol, override

from msgspec import Struct

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .clients.changes import Changes
from .clients.client import ChargingClient
from .clients.errors import AuthenticationError, ClientError, RateLimitedError
from .clients.reading.same import Made
from .clients.refs import POLL, Finder
from .clients.snapshot import Poll, Snapshot
from .clients.snapshots import Snapshots
from .clients.steady import SteadyReadings
from .commands import CommandGuard, Purpose
from .const import DOMAIN
from .errors import answer_error, command_error
from .notices import Notices
from .polling import Cadence, is_charging, wanted_wait
from .slow import SlowCoordinator
from .vendors import Vendor, log_name

_LOGGER = logging.getLogger(__name__)


class Follower(Protocol):
    """Whoever wants to know when an object changed."""

    def async_look_again(self) -> None:
        """Look at it again."""


# What refers to any object.
type AnyRef = Finder[object]
type Followers = dict[AnyRef, list[Follower]]


class _Unfollow(Struct, frozen=True, gc=False):
    """Ends that something is followed.

    Thousands of entities hold on to one of these, so it is as little as can be; being
    called, as it is when its entity is removed, is what ends its life.
    """

    followers: Followers
    ref: AnyRef
    follower: Follower

    def __call__(self) -> None:
        others = self.followers[self.ref]
        others.remove(self.follower)
        if not others:
            del self.followers[self.ref]


class LiveCoordinator(DataUpdateCoordinator[Snapshot]):
    """What changes from minute to minute.

    Listeners hear of every poll. Who follows an object hears of it only when that
    changed, came or went, or when the cloud became reachable or unreachable.
    """

    config_entry: ConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: ChargingClient,
        vendor: Vendor,
        slow: SlowCoordinator,
        *,
        guard: CommandGuard,
        location_ids: Collection[str] | None,
    ) -> None:
        """Initialize the coordinator.

        Args:
            hass: Home Assistant.
            entry: the account's config entry.
            client: the account's client.
            vendor: the account's vendor.
            slow: gives what changes rarely.
            guard: sees to it that commands are given once.
            location_ids: the locations the user picked; None for all.
        """
        self._cadence = Cadence(vendor.intervals)
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{log_name(entry, vendor)} live",
            update_interval=self._cadence.next(charging=False),
        )
        self.client = client
        self.vendor = vendor
        self._slow = slow
        self._location_ids = location_ids
        self._followers: Followers = {}
        self._was_reachable = True
        self._asked_to_sign_in = False
        self._is_over = False
        entry.async_on_unload(self._async_end)
        self._readings = SteadyReadings()
        self._charging = Made[bool]()
        self._snapshots = Snapshots(location_ids)
        self._guard = guard
        self._notices = Notices(hass, entry, vendor)
        self._reading_again = asyncio.Lock()
        self._polls_begun = 0
        self.changes = Changes.none()
        # Whether all that is known was seen before Home Assistant started, and whether
        # the vendor only wants fewer reads, so that commands go through.
        self.is_restored = self.is_paused = False

    @callback
    def async_restore(self, snapshot: Snapshot) -> None:
        """Go on with what was seen before the start, as the first poll failed.

        It is known what there was, but nothing of how it is now: all that asks for a
        poll that worked is unavailable until one does.
        """
        self.data = snapshot
        self.changes = self._snapshots.begin_with(snapshot)
        self.is_restored = True
        self._was_reachable = False

    async def async_command[CommandsT, ResultT](
        self,
        purpose: Purpose[CommandsT],
        subject: str,
        command: Callable[[CommandsT], Awaitable[ResultT]],
    ) -> ResultT | None:
        """Give a command, once, and read what came of it. All commands pass here.

        Whoever asked may be gone before the vendor answers, as when a script is
        stopped: the command goes on, and what came of it is read.

        Args:
            purpose: what the command is for.
            subject: what it is about: the path of a reference, or ``session/`` or
                ``window/`` and an id; with what it says, where another one may follow.
            command: gives it, by means of the client's commands of that purpose.

        Returns:
            What the vendor answered; None where that is not known, of which a person
            is told by a notice.

        Raises:
            ServiceValidationError: the account has no such commands, the vendor would
                not take this one, or it was given just now.
            HomeAssistantError: the vendor refused it, or it was not sent.
        """
        self._guard.begin(subject)
        task = self.hass.async_create_task(
            self._async_give(purpose, subject, command), f"command {subject}"
        )
        # One that nobody waits for any more has told its error to the log.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait([task])
        return task.result()

    async def _async_give[CommandsT, ResultT](
        self,
        purpose: Purpose[CommandsT],
        subject: str,
        command: Callable[[CommandsT], Awaitable[ResultT]],
    ) -> ResultT | None:
        settles_in = purpose.settles_in
        try:
            await self._guard.async_hold(subject, settles_in=settles_in)
            return await self._async_lend(purpose, command)
        except ClientError as err:
            if err.is_certain:
                settles_in = 0.0
                raise command_error(err, self.vendor) from err
            _LOGGER.debug("It is not known what came of a command: %s", err)
            self._notices.async_show(
                subject, "command_unconfirmed", message=err.message
            )
            return None
        except ServiceValidationError:
            settles_in = 0.0
            raise
        finally:
            await self._guard.async_end(subject, settles_in=settles_in)
            if not purpose.shows_at_once:
                self._cadence.follow_command()
            await self._async_read_again()

    async def _async_read_again(self) -> None:
        """Read what a command has done, unless a poll that began after it did so.

        Not by way of ``async_request_refresh``, which lets the second of two commands
        wait. When Home Assistant stops, nobody would see it, and there may be no
        connection any more.
        """
        if self.hass.is_stopping:
            return
        begun = self._polls_begun
        async with self._reading_again:
            if self._polls_begun == begun:
                await self.async_refresh()

    async def async_ask[CommandsT, AnswerT](
        self,
        purpose: Purpose[CommandsT],
        question: Callable[[CommandsT], Awaitable[AnswerT]],
        *,
        before_command: bool = False,
    ) -> AnswerT:
        """Ask for something that changes nothing.

        Args:
            purpose: by what kind of commands it is asked.
            question: asks for it.
            before_command: whether it is about a command that may follow.

        Raises:
            ServiceValidationError: the account has no such commands.
            HomeAssistantError: there was no answer.
        """
        try:
            return await self._async_lend(purpose, question)
        except ClientError as err:
            translate = command_error if before_command else answer_error
            raise translate(err, self.vendor) from err

    async def _async_lend[CommandsT, ResultT](
        self,
        purpose: Purpose[CommandsT],
        use: Callable[[CommandsT], Awaitable[ResultT]],
    ) -> ResultT:
        """Lend the client's commands of a purpose."""
        commands = purpose.find(self.client)
        if commands is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key=purpose.missing
            )
        try:
            return await use(commands)
        except AuthenticationError:
            self._async_ask_to_sign_in()
            raise

    @callback
    def async_notice(self, subject: str, key: str) -> None:
        """Tell a person something about a command that was accepted."""
        self._notices.async_show(subject, key)

    @override
    async def _async_update_data(self) -> Snapshot:
        """Read everything live in one go and find what changed."""
        self._polls_begun += 1
        self.changes = Changes.none()
        wait = self.client.wait_before_poll()
        if self.last_update_success:
            wait = max(wait, self.client.families.quiet_for)
        # What is not read for the vendor's sake stands as it is.
        if wait and not self.is_restored and self.data is not None:
            # Home Assistant counts from the last whole second.
            self.update_interval = timedelta(seconds=wait + 1)
            return self.data
        only = self._location_ids
        try:
            live = await self.client.async_get_live(
                next(iter(only)) if only is not None and len(only) == 1 else None
            )
        except ClientError as err:
            raise self._failure(err) from err
        self._async_signed_in()
        now = dt_util.utcnow()
        live = self._readings.apply(live, now)
        interval = self._cadence.next(
            charging=self._charging.of(
                (live.connectors, live.vehicles, live.driver),
                lambda: is_charging(live),
            ),
            steady=live.is_steady,
            wait=live.retry_after,
        )
        self.update_interval = interval
        snapshot, changes = self._snapshots.next(
            live,
            self._slow.data,
            Poll(
                taken_at=now,
                next_at=now + interval,
                requests_last_hour=self.client.requests.last_hour,
                requests_left=self.client.requests.left,
                skipped=len(live.skipped),
                parts_failing=sum(
                    not report.is_optional for report in self.client.families.off()
                ),
            ),
        )
        self.changes = changes
        self.is_restored = False
        self._guard.see(snapshot)
        return snapshot

    def _failure(self, err: ClientError) -> UpdateFailed:
        """Return why there is no snapshot; a refused sign-in is a person's to mend.

        Polling goes on all the same: the client itself sends a refused credential once
        an hour, and what was refused by mistake is accepted again.
        """
        self.update_interval = self._cadence.after_failure(err)
        was_paused = self.is_paused
        self.is_paused = isinstance(err, RateLimitedError) and not self.is_restored
        if self.is_paused is not was_paused and not self.last_update_success:
            self.async_notify(tuple(self._followers))
        if isinstance(err, AuthenticationError):
            self._async_ask_to_sign_in()
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=err.word,
            translation_placeholders={
                "vendor": self.vendor.name,
                "message": err.message,
            },
            retry_after=self.update_interval.total_seconds()
            if wanted_wait(err) is not None
            else None,
        )

    @callback
    def _async_ask_to_sign_in(self) -> None:
        if not self._is_over:
            self._asked_to_sign_in = True
            self.config_entry.async_start_reauth(self.hass)

    @callback
    def _async_signed_in(self) -> None:
        """Take back that a sign-in was asked for, once the vendor accepts the old one."""
        if not self._asked_to_sign_in:
            return
        self._asked_to_sign_in = False
        for flow in self.config_entry.async_get_active_flows(
            self.hass, {SOURCE_REAUTH}
        ):
            self.hass.config_entries.flow.async_abort(flow["flow_id"])

    @callback
    def _async_end(self) -> None:
        """Have a poll that is under way ask for nothing in the name of its successor."""
        self._is_over = True

    @callback
    def async_follow(self, ref: AnyRef, follower: Follower) -> CALLBACK_TYPE:
        """Have somebody look at an object again when it changed; return how to end it."""
        self._followers.setdefault(ref, []).append(follower)
        return _Unfollow(self._followers, ref, follower)

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Notify those whose object changed; all, when the cloud came or went."""
        super().async_update_listeners()
        refs: Iterable[AnyRef]
        if self.last_update_success is self._was_reachable:
            refs = (POLL, *self.changes.all())
        else:
            self._was_reachable = self.last_update_success
            refs = tuple(self._followers)
        self.async_notify(refs)

    @callback
    def async_notify(self, refs: Iterable[AnyRef]) -> None:
        """Have those who follow some objects look at them again."""
        for ref in refs:
            for follower in tuple(self._followers.get(ref, ())):
                self._notify(ref, follower)

    def _notify(self, ref: AnyRef, follower: Follower) -> None:
        try:
            follower.async_look_again()
        except Exception:
            # One entity that fails must not keep the others from being called.
            _LOGGER.exception("Unexpected error in a follower of %s", ref.path)
