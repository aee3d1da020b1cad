"""Commanding ChargEye's stations, as far as the customer's own file says how.

Only what a person switched on is here, so nothing else can be sent. What the answer holds
is not documented; a word of OCPP that refuses is believed (API reference, Update Charging
Profile: ``response`` is ``Accepted`` or ``Rejected``).
"""

from collections.abc import Mapping
from typing import override

from ..commands import OperatorCommands
from ..errors import CommandRefusedError, OutOfRangeError, SessionOverError
from ..model import Connector
from ..reading.plain import read_plain
from ..transport.http import HttpClient
from .openapi import Kind, Meaning, Operation, Scalar

ANSWERS = ("response", "status", "result")
REFUSALS = frozenset(
    {
        *("rejected", "failed", "failure", "error", "notsupported", "faulted"),
        *("notimplemented", "unknowntransaction", "unknowncharger", "denied"),
    }
)


class KempowerCommands(OperatorCommands):
    """Gives commands, each with a single request."""

    def __init__(self, http: HttpClient, operations: Mapping[Kind, Operation]) -> None:
        """Prepare to give commands; nothing is sent yet.

        Args:
            http: makes the requests.
            operations: those that may be used.
        """
        self._http = http
        self._operations = operations

    @override
    async def async_start(self, connector: Connector) -> None:
        """Authorise what is plugged in."""
        await self._send(Kind.START, _of_connector(connector))

    @override
    async def async_stop(self, connector: Connector) -> None:
        """Stop the session on a connector."""
        await self._send(Kind.STOP, _of_connector(connector))

    @override
    async def async_set_availability(
        self, connector: Connector, *, available: bool
    ) -> None:
        """Put a connector into service, or out of it."""
        values = {**_of_connector(connector), Meaning.AVAILABLE: available}
        await self._send(Kind.AVAILABILITY, values)

    @override
    async def async_restart(self, station_id: str) -> None:
        """Have a station start anew, when nothing charges if that can be said."""
        await self._send(Kind.RESTART, {Meaning.STATION: station_id})

    @override
    async def async_limit_station(self, station_id: str, power: float) -> None:
        """Limit what all connectors of a station give together, in W."""
        await self._send(
            Kind.STATION_LIMIT, {Meaning.STATION: station_id, Meaning.LIMIT: power}
        )

    @override
    async def async_limit_connector(self, connector: Connector, power: float) -> None:
        """Limit what a connector gives, in W."""
        values = {**_of_connector(connector), Meaning.LIMIT: power}
        await self._send(Kind.CONNECTOR_LIMIT, values)

    @override
    async def async_limit_session(self, connector: Connector, power: float) -> None:
        """Limit what the session on a connector gets, in W."""
        values = {**_of_connector(connector), Meaning.LIMIT: power}
        await self._send(Kind.SESSION_LIMIT, values)

    async def _send(self, kind: Kind, values: Mapping[Meaning, Scalar]) -> None:
        """Send a command, once.

        Raises:
            CommandRefusedError: nobody switched it on, or ChargEye refuses it.
            OutOfRangeError: the file allows no such value.
            SessionOverError: there is no session that it could be about.
            ClientError: any other of its subclasses.
        """
        operation = self._operations.get(kind)
        if operation is None:
            raise CommandRefusedError("this command is not switched on")
        if not operation.meanings <= values.keys():
            raise SessionOverError("there is no session")
        try:
            body = operation.body(values)
            query = operation.query(values)
        except ValueError as err:
            raise OutOfRangeError(str(err)) from None
        answer = await self._http.send(
            operation.method,
            operation.address(values),
            query=query or None,
            json=body,
            is_read=False,
        )
        if (word := _refusal(answer)) is not None:
            raise CommandRefusedError(self._http.clean(word) or "refused")


def _of_connector(connector: Connector) -> dict[Meaning, Scalar]:
    """Return what names a connector, and the session that is on it."""
    values: dict[Meaning, Scalar] = {
        Meaning.STATION: connector.station_id,
        Meaning.CONNECTOR: connector.id,
    }
    if connector.session is not None and connector.session.is_running:
        values[Meaning.SESSION] = connector.session.id
    return values


def _refusal(answer: bytes) -> str | None:
    """Return the word of an answer that refuses; None where there is none."""
    try:
        content = read_plain(answer)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    if content.get("success") is False:
        return "success is false"
    for name in ANSWERS:
        word = content.get(name)
        if isinstance(word, str) and _bare(word) in REFUSALS:
            return word
    return None


def _bare(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalpha())
