"""Starting and stopping sessions at be.ENERGISED, and marking favourites.

Source: the vendor's pages on beginning and ending a charging session. A start names a
connector and the tag of a card that may charge there. ``attemptRemoteStart`` can be
followed. At stations of other operators it stays pending for ever, and there is the
simple ``remoteStart``: it is sent where a station is known to be another operator's, or
where the schema lacks the first, and never after it.

A command is sent once. Only what validation refused, so that nothing was carried out, may
be sent in another form. What a result's status and code can be is not documented: what is
no plain refusal was sent, and reading tells what came of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from msgspec import MsgspecError

from ..enums import SessionStatus, StartOutcome, StopOutcome
from ..errors import (
    AmbiguousCardError,
    ClientError,
    CommandRefusedError,
    NoCardError,
    NoConnectorIdError,
    NotPermittedError,
    NotSentError,
    ResponseError,
    SchemaChangedError,
    SessionOverError,
    StartRefusedError,
    UnexpectedAnswerError,
)
from ..model import Card
from ..reading.lenient import Reader
from ..reading.values import text
from ..reading.words import plain
from . import wire
from .arguments import Values
from .ask import Asker
from .favourites import FAVOURITES
from .queries import (
    ATTEMPT_START,
    ATTEMPT_STATUS,
    AUTO,
    CARDS,
    CHARGELOG,
    START,
    STOP,
    Operations,
)
from .words import (
    ATTEMPT_FAILED,
    ATTEMPT_STARTED,
    ATTEMPT_WAITING,
    REFUSED,
    SESSION_STATUSES,
)

LOOK_EVERY = 2.0
# How long a person waits: while the station waits for a cable, for a start in all, and
# for a stop to show; in seconds.
WAITS_FOR_CABLE, STARTS_WITHIN, STOPS_WITHIN = 30.0, 60.0, 8.0
STATUSES = {plain(word): status for word, status in SESSION_STATUSES.items()}
NO_COMMAND = "the operator has no such command"
NO = b"false"


class Connectors(Protocol):
    """What is known of connectors, by their ids."""

    def is_roaming(self, connector_id: str) -> bool:
        """Tell whether a connector is known to be at another operator's station."""

    def is_nameless(self, connector_id: str) -> bool:
        """Tell whether an id is ours, because the operator tells none."""


class DriverCommands:
    """Commands of one driver."""

    def __init__(
        self,
        asker: Asker,
        connectors: Connectors,
        *,
        watch: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare to give commands.

        Args:
            asker: sends the operations.
            connectors: what is known of connectors.
            watch: hears the id of a session that a start named.
            sleep: waits between two looks, in seconds.
        """
        self._asker = asker
        self._connectors = connectors
        self._watch = watch
        self._sleep = sleep

    # ---- cards

    async def async_get_cards(self, connector_id: str) -> tuple[Card, ...]:
        """Return the driver's cards that may charge on a connector.

        Raises:
            NoConnectorIdError: the connector has no id that could be asked for.
            ClientError: any other of its subclasses.
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
        if self._connectors.is_nameless(connector_id):
            raise NoConnectorIdError("the operator tells no id of this connector")
        values: Values = {"connectorId": connector_id}
        answer = await self._asker.run(
            CARDS, lambda known: known.document(CARDS, values), wire.CARDS
        )
        found = next(iter(answer.data.values()), None) if answer else None
        return [card for card in found or () if card is not None]

    async def _tag(self, connector_id: str, wanted: str | None) -> str:
        """Return the tag of the card that is to pay."""
        cards = {
            tag: card
            for card in await self._cards(connector_id)
            if (tag := text(card.tag_id))
        }
        if not cards:
            raise NoCardError("no card may charge on this connector")
        if wanted is None:
            return next(iter(cards))
        name = wanted.strip().casefold()
        for spellings in (
            {tag: (card.id, tag) for tag, card in cards.items()},
            {tag: (card.number, card.label) for tag, card in cards.items()},
        ):
            called = [
                tag
                for tag, names in spellings.items()
                if name and name in {(text(it) or "").casefold() for it in names}
            ]
            if len(called) > 1:
                ids = ", ".join(filter(None, (text(cards[tag].id) for tag in called)))
                raise AmbiguousCardError(f"several cards have this name: {ids}")
            if called:
                return called[0]
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
            NoConnectorIdError: the operator tells no id of the connector.
            NoCardError: no card may charge there, or not this one.
            AmbiguousCardError: several cards have this name.
            StartRefusedError: the vendor or the station refuses.
            NotSentError: nothing was sent, for want of an answer to what comes before.
            ClientError: any other of its subclasses; if it is not certain, the start
                was sent, and what came of it is not known.
        """
        with _before_sending():
            tag = await self._tag(connector_id, card)
        if not self._connectors.is_roaming(connector_id):
            values: Values = {"input": {"connectorId": connector_id, "tagId": tag}}
            answer = await self._send(
                ATTEMPT_START,
                _of(ATTEMPT_START, values),
                wire.ATTEMPT,
                StartRefusedError,
            )
            if answer is not None:
                return await self._follow(_first(answer))
        authorization: Values = {"identifier": tag, "type": AUTO}
        values = {"authorization": authorization, "connector": connector_id}
        result = await self._send(
            START, _of(START, values), wire.RESULT, StartRefusedError
        )
        if result is None:
            raise StartRefusedError(NO_COMMAND)
        started = _accepted(_first(result), StartRefusedError)
        if session_id := text(started.chargelog_id):
            self._watch(session_id)
        return StartOutcome.REQUESTED

    async def _follow(self, attempt: wire.Attempt | None) -> StartOutcome:
        """Return how far a start gets while a person waits."""
        id_ = text(attempt.id) if attempt else None
        status = attempt.status if attempt else None
        waited = waited_for_cable = 0.0
        while True:
            word = plain(status or "")
            if word == ATTEMPT_STARTED:
                return StartOutcome.STARTED
            if word == ATTEMPT_FAILED:
                raise StartRefusedError("the station did not accept the start")
            if word == ATTEMPT_WAITING and waited_for_cable >= WAITS_FOR_CABLE:
                return StartOutcome.WAITING_FOR_CABLE
            if id_ is None or waited >= STARTS_WITHIN:
                return StartOutcome.REQUESTED
            await self._sleep(LOOK_EVERY)
            waited += LOOK_EVERY
            waited_for_cable += LOOK_EVERY if word == ATTEMPT_WAITING else 0.0
            answer = await self._look(ATTEMPT_STATUS, id_, wire.ATTEMPT)
            found = _first(answer) if answer else None
            status = found.status if found and found.status else status

    # ---- stop

    async def async_stop(self, session_id: str) -> StopOutcome:
        """Stop a session.

        Raises:
            SessionOverError: it is over already; nothing was sent.
            CommandRefusedError: the vendor refuses.
            ClientError: any other of its subclasses; if it is not certain, the stop was
                sent, and what came of it is not known.
        """
        if await self._is_over(session_id):
            raise SessionOverError("the session is over")
        values: Values = {"transaction": session_id}
        answer = await self._send(
            STOP, _of(STOP, values), wire.RESULT, CommandRefusedError
        )
        if answer is None:
            raise CommandRefusedError(NO_COMMAND)
        _accepted(_first(answer), CommandRefusedError)
        waited = 0.0
        while CHARGELOG in self._asker.operations and waited < STOPS_WITHIN:
            await self._sleep(LOOK_EVERY)
            waited += LOOK_EVERY
            if await self._is_over(session_id):
                return StopOutcome.STOPPED
        return StopOutcome.REQUESTED

    async def _is_over(self, session_id: str) -> bool:
        """Tell whether a session is known to be over."""
        answer = await self._look(CHARGELOG, session_id, wire.ROOTS)
        raw = _first(answer) if answer else None
        try:
            status = wire.CHARGELOG.read(bytes(raw or b"")).status
        except MsgspecError:
            return False
        return STATUSES.get(plain(status or "")) is SessionStatus.COMPLETED

    # ---- favourites

    async def async_set_favourite(self, station_id: str, *, on: bool) -> None:
        """Mark a station as a favourite, or no longer.

        Raises:
            CommandRefusedError: the vendor refuses.
            ClientError: any other of its subclasses; if it is not certain, it was sent,
                and what came of it is not known.
        """
        answer = await self._send(
            FAVOURITES,
            lambda known: known.favourite(station_id, on=on),
            wire.ROOTS,
            CommandRefusedError,
        )
        if answer is None:
            raise CommandRefusedError(NO_COMMAND)
        said = bytes(_first(answer) or b"")
        if said == NO:
            raise CommandRefusedError("the answer is no")
        try:
            result = wire.ONE_RESULT.read(said)
        except MsgspecError:
            # An answer of another kind; reading tells what came of it.
            return
        _accepted(result, CommandRefusedError)

    # ---- inside

    async def _look[DataT](
        self, operation: str, id_: str, answer: Reader[DataT]
    ) -> DataT | None:
        """Return what is known of something by its id; None where that is not told now.

        A look that fails keeps nobody from a command, and undoes none.
        """
        try:
            found = await self._asker.run(
                operation, lambda known: known.document(operation, {"id": id_}), answer
            )
        except ClientError:
            return None
        return found.data if found else None

    async def _send[DataT](
        self,
        operation: str,
        build: Callable[[Operations], str | None],
        answer: Reader[DataT],
        refused: type[CommandRefusedError],
    ) -> DataT | None:
        """Send a command; what the vendor says against it is a refusal.

        Returns:
            The answer; None where the operator has no such command, so that nothing was
            carried out.
        """
        try:
            found = await self._asker.run(operation, build, answer)
        except SchemaChangedError:
            return None
        except UnexpectedAnswerError:
            raise
        except (ResponseError, NotPermittedError) as err:
            raise refused(err.message, err.status) from err
        return found.data if found else None


def _of(operation: str, values: Values) -> Callable[[Operations], str | None]:
    """Return what builds a documented operation."""
    return lambda known: known.document(operation, values)


def _first[FoundT](answer: Mapping[str, FoundT]) -> FoundT | None:
    """Return the content of an answer to one operation."""
    return next(iter(answer.values()), None)


def _accepted(
    result: wire.CommandResult | None, refused: type[CommandRefusedError]
) -> wire.CommandResult:
    """Return what a command answered, unless that is a plain refusal."""
    found = result or wire.CommandResult()
    if plain(found.status or "") in REFUSED:
        said = filter(None, map(text, (found.message, found.code, found.status)))
        raise refused(next(said))
    return found


@contextmanager
def _before_sending() -> Iterator[None]:
    """Make it certain that nothing was sent when what comes before a command fails."""
    try:
        yield
    except ClientError as err:
        if err.is_certain:
            raise
        raise NotSentError(err.message) from err
