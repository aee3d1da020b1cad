"""Starting and stopping sessions at be.ENERGISED.

Source: the vendor's pages on beginning and ending a charging session. A start names a
connector and the tag of a card that may charge there. ``attemptRemoteStart`` can be
followed; it stays pending for ever at stations of other operators, for which there is
the simple ``remoteStart``. What a result's status and code can be is not documented.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
import re
from time import monotonic

import msgspec

from ..enums import SessionStatus, StartOutcome
from ..errors import (
    CommandRefusedError,
    NoCardError,
    NotPermittedError,
    RateLimitedError,
    ResponseError,
    SchemaChangedError,
    SessionOverError,
    StartRefusedError,
    UnavailableError,
)
from ..model import Card
from ..reading.lenient import Reader
from ..reading.values import text
from ..reading.words import plain
from . import wire
from .ask import Asker
from .queries import (
    ATTEMPT_START,
    ATTEMPT_STATUS,
    CARDS,
    CHARGELOG,
    START,
    STOP,
    Documents,
)
from .words import (
    ATTEMPT_FAILED,
    ATTEMPT_PENDING,
    ATTEMPT_STARTED,
    ATTEMPT_WAITING,
    SESSION_STATUSES,
)

POLL_EVERY = 2.0
# How long each state may last before a person is told; in seconds.
PENDING_FOR, WAITING_FOR, AT_MOST = 20.0, 30.0, 90.0
# A stop that was accepted takes a while to show.
STOP_SHOWS_WITHIN = 30.0
BAD = re.compile(
    r"error|fail|reject|refus|denied|declin|invalid|not.?(found|allowed|accepted|possible)"
    r"|unknown|time.?out|unavailable|forbidden",
    re.IGNORECASE,
)
GOOD = frozenset(
    {
        *("0", "200", "201", "202", "204", "ok", "true"),
        *("accepted", "done", "finished", "pending", "sent", "started"),
        *("stopped", "stopping", "success", "successful"),
    }
)
# An answer that says nothing about the command.
GENERAL = "internalservererror"


class DriverCommands:
    """Commands of one driver."""

    def __init__(
        self,
        asker: Asker,
        *,
        is_roaming: Callable[[str], bool],
        started: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare to give commands.

        Args:
            asker: sends the documents.
            is_roaming: tells whether a connector is known as another operator's.
            started: hears the id of a session that a start named.
            sleep: waits between two looks at a start, in seconds.
        """
        self._asker = asker
        self._is_roaming = is_roaming
        self._started = started
        self._sleep = sleep
        self._starting: set[str] = set()
        self._stopping = asyncio.Lock()
        # When the latest stop of a session was accepted.
        self._stopped: dict[str, float] = {}

    # ---- cards

    async def async_get_cards(self, connector_id: str) -> tuple[Card, ...]:
        """Return the driver's cards that may charge on a connector.

        Raises:
            ClientError: one of its subclasses.
        """
        return tuple(
            Card(
                id=text(card.id) or tag,
                tag=tag,
                name=text(card.label) or text(card.number),
            )
            for card in await self._cards(connector_id)
            if (tag := text(card.tag_id))
        )

    async def _cards(self, connector_id: str) -> list[wire.Card]:
        answer = await self._asker.run(
            CARDS, lambda documents: documents.cards(connector_id), wire.CARDS
        )
        found = next(iter(answer.data.values()), None) if answer else None
        found = found or []
        return [card for card in found if card is not None]

    async def _tag(self, connector_id: str, wanted: str | None) -> str:
        """Return the tag of the card that is to pay."""
        cards = [
            (card, tag)
            for card in await self._cards(connector_id)
            if (tag := text(card.tag_id))
        ]
        if not cards:
            raise NoCardError("no card may charge on this connector")
        if wanted is None:
            return cards[0][1]
        name = wanted.strip().casefold()
        for card, tag in cards:
            called = (card.id, card.tag_id, card.number, card.label)
            if name in {(text(each) or "").casefold() for each in called}:
                return tag
        raise NoCardError("this card may not charge on this connector")

    # ---- start

    async def async_start(
        self, connector_id: str, card: str | None = None
    ) -> StartOutcome:
        """Start a session on a connector.

        Args:
            connector_id: the connector's own id.
            card: id, tag, number or label of a card; None for the first that may.

        Raises:
            NoCardError: no card may charge there, or not this one.
            StartRefusedError: the vendor or the station refuses.
            CommandRefusedError: a start on this connector is under way.
            ClientError: any other of its subclasses.
        """
        if connector_id in self._starting:
            raise CommandRefusedError("a start on this connector is under way")
        self._starting.add(connector_id)
        try:
            tag = await self._tag(connector_id, card)
            if self._is_roaming(connector_id):
                return await self._start_simply(connector_id, tag)
            return await self._start_and_follow(connector_id, tag)
        finally:
            self._starting.discard(connector_id)

    async def _start_and_follow(self, connector_id: str, tag: str) -> StartOutcome:
        attempt = await self._command(
            ATTEMPT_START,
            lambda documents: documents.attempt_start(connector_id, tag),
            wire.ATTEMPT,
            StartRefusedError,
        )
        if attempt is None:
            return await self._start_simply(connector_id, tag)
        found = next(iter(attempt.values()), None)
        status = plain(text(found.status) or "") if found else ""
        if found is None or (id_ := text(found.id)) is None:
            # It was sent, and cannot be followed.
            return _outcome(status) or StartOutcome.REQUESTED
        lasted: dict[str, float] = {}
        while (outcome := _outcome(status)) is None:
            lasted[status] = lasted.get(status, 0) + POLL_EVERY
            if lasted.get(ATTEMPT_PENDING, 0) > PENDING_FOR:
                return await self._start_simply(connector_id, tag)
            if lasted.get(ATTEMPT_WAITING, 0) > WAITING_FOR:
                return StartOutcome.WAITING_FOR_CABLE
            if sum(lasted.values()) > AT_MOST:
                return StartOutcome.REQUESTED
            await self._sleep(POLL_EVERY)
            status = await self._attempt_status(id_) or status
        return outcome

    async def _attempt_status(self, attempt_id: str) -> str | None:
        """Return how far a start got; None where that cannot be told this time."""
        try:
            answer = await self._asker.run(
                ATTEMPT_STATUS,
                lambda documents: documents.attempt_status(attempt_id),
                wire.ATTEMPT,
            )
        except UnavailableError, RateLimitedError, ResponseError:
            # The start itself goes on.
            return None
        found = next(iter(answer.data.values()), None) if answer else None
        return plain(found.status or "") if found else None

    async def _start_simply(self, connector_id: str, tag: str) -> StartOutcome:
        answer = await self._command(
            START,
            lambda documents: documents.start(connector_id, tag),
            wire.RESULT,
            StartRefusedError,
        )
        if answer is None:
            raise StartRefusedError("the operator has no such command")
        found = next(iter(answer.values()), None)
        _check(found, StartRefusedError)
        if isinstance(found, wire.CommandResult):
            inner = found.chargelog.id if found.chargelog else None
            if (session_id := text(found.chargelog_id) or text(inner)) is not None:
                self._started(session_id)
        return StartOutcome.REQUESTED

    # ---- stop

    async def async_stop(self, session_id: str) -> None:
        """Stop a session, once.

        Raises:
            SessionOverError: it is over already; nothing was sent.
            CommandRefusedError: the vendor refuses.
            ClientError: any other of its subclasses.
        """
        async with self._stopping:
            sent = self._stopped.get(session_id)
            if sent is not None and monotonic() - sent < STOP_SHOWS_WITHIN:
                # It is on its way: once is enough.
                return
            if await self._is_over(session_id):
                raise SessionOverError("the session is over")
            answer = await self._command(
                STOP,
                lambda documents: documents.stop(session_id),
                wire.RESULT,
                CommandRefusedError,
            )
            if answer is None:
                raise CommandRefusedError("the operator has no such command")
            _check(next(iter(answer.values()), None), CommandRefusedError)
            self._stopped = {session_id: monotonic()}

    async def _is_over(self, session_id: str) -> bool:
        """Tell whether a session is known to be over."""
        try:
            answer = await self._asker.run(
                CHARGELOG,
                lambda documents: documents.chargelog(session_id),
                wire.CHARGELOG_ROOT,
            )
            raw = next(iter(answer.data.values()), None) if answer else None
            session = wire.CHARGELOG.read(bytes(raw)) if raw else None
        except SchemaChangedError, msgspec.MsgspecError:
            # A session that cannot be looked at can be stopped all the same.
            return False
        status = plain(text(session.status) or "") if session else ""
        return SESSION_STATUSES.get(status) is SessionStatus.COMPLETED

    # ---- inside

    async def _command[DataT](
        self,
        operation: str,
        build: Callable[[Documents], str | None],
        answer: Reader[DataT],
        refused: type[CommandRefusedError],
    ) -> DataT | None:
        """Send a command; what the vendor says against it is a refusal.

        Returns:
            The answer; None where the operator has no such command.
        """
        try:
            found = await self._asker.run(operation, build, answer)
        except SchemaChangedError:
            # Nothing was carried out: the operator has no such command any more.
            return None
        except ResponseError as err:
            raise refused(err.message, err.status) from err
        except NotPermittedError as err:
            raise refused(err.message) from err
        except UnavailableError as err:
            if err.status == HTTPStatus.OK and plain(err.message) != GENERAL:
                raise refused(err.message, err.status) from err
            raise
        return found.data if found else None


def _outcome(status: str) -> StartOutcome | None:
    """Return what an attempt ended with; None while it goes on."""
    if status == ATTEMPT_FAILED:
        raise StartRefusedError("the station did not accept the start")
    return StartOutcome.STARTED if status == ATTEMPT_STARTED else None


def _check(
    result: wire.CommandResult | bool | str | float | None,
    refused: type[CommandRefusedError],
) -> None:
    """Raise what a result stands for, if it looks like a refusal."""
    if not isinstance(result, wire.CommandResult):
        if result is False or (isinstance(result, str) and BAD.search(result)):
            raise refused("refused")
        return
    status, code = text(result.status), text(result.code)
    good = plain(status or "") in GOOD or result.status is True
    bad = (
        result.success is False
        or result.status is False
        or bool(status and BAD.search(status))
        or bool(code and not good and plain(code) not in GOOD)
    )
    if bad:
        said = filter(None, (text(result.message), code, status))
        raise refused(next(said, "refused"))
