"""The commands that ev.energy takes (OpenAPI file, write operations of drivers).

The answer to a change of a vehicle is the vehicle as it is now. It is shown until the
vehicles are listed anew, which may take a while where few requests are left.
"""

from collections.abc import Sequence

from aiohttp import hdrs
import msgspec
from msgspec import structs

from ..errors import UnexpectedAnswerError
from ..reading.lenient import Reader
from ..transport.address import path_to
from ..transport.budget import Budget
from . import wire
from .api import EvEnergyApi
from .details import Details


class EvEnergyCommands:
    """Commands of one account.

    ``is_news`` tells that the answer to one has not been looked at.
    """

    def __init__(self, api: EvEnergyApi, budget: Budget, details: Details) -> None:
        """Give commands by way of the API; what they answer is kept for the look."""
        self._api = api
        self._budget = budget
        self._details = details
        self._changed: dict[str, wire.Vehicle] = {}
        self.is_news = False

    async def async_set_boost(self, session_id: str, *, on: bool) -> None:
        """Start or end charging at once in a running session.

        Raises:
            ConflictError: the session cannot be boosted.
            NotDeliveredError: charger or car cannot be reached.
            ClientError: any other of its subclasses.
        """
        action = "boost_start" if on else "boost_end"
        self._budget.note_command()
        await self._api.deliver(path_to("/charging_sessions/{}/{}", session_id, action))

    async def async_set_smart_charging(self, vehicle_id: str, *, on: bool) -> None:
        """Let ev.energy decide when a vehicle charges, or not."""
        await self._change(vehicle_id, {"smart_charging_enabled": on})

    async def async_set_charge_limit(self, vehicle_id: str, limit: int) -> None:
        """Set where a vehicle stops charging, in per cent from 50 to 100."""
        await self._change(vehicle_id, {"maximum_charge_limit_percentage": limit})

    async def async_set_state_of_charge(
        self, vehicle_id: str, state_of_charge: int | None
    ) -> None:
        """Say how full a vehicle without a link is, in per cent; None takes it back."""
        self._budget.note_command()
        body = await self._api.command(
            hdrs.METH_PATCH,
            path_to("/vehicles/{}/state_of_charge", vehicle_id),
            {"state_of_charge_percentage": state_of_charge},
        )
        if (said := _read(wire.VEHICLE_STATE_OF_CHARGE, body)) is not None:
            self._details.keep_stated_charge(vehicle_id, said)
            self.is_news = True

    async def async_relink_vehicle(self, vehicle_id: str) -> str:
        """Return the address where a person can link a vehicle anew; it is short-lived."""
        return await self._relink(path_to("/vehicles/{}/reconnect", vehicle_id))

    async def async_relink_station(self, station_id: str) -> str:
        """Return the address where a person can link a charger anew."""
        return await self._relink(path_to("/evses/{}/reconnect", station_id))

    async def _relink(self, path: str) -> str:
        body = await self._api.command(hdrs.METH_POST, path)
        answer = _read(wire.RECONNECT, body)
        if answer is None:
            raise UnexpectedAnswerError("there is no address in the answer")
        return answer.url

    def begin_poll(self) -> None:
        """Note that the vehicles are about to be listed anew."""
        self._changed.clear()

    def as_changed(self, vehicles: Sequence[wire.Vehicle]) -> Sequence[wire.Vehicle]:
        """Return vehicles with what commands have changed since they were listed."""
        if not self._changed:
            return vehicles
        return [
            structs.replace(vehicle, **_told_by(answer))
            if (answer := self._changed.get(vehicle.id))
            else vehicle
            for vehicle in vehicles
        ]

    async def _change(self, vehicle_id: str, changes: dict[str, object]) -> None:
        self._budget.note_command()
        body = await self._api.command(
            hdrs.METH_PATCH, path_to("/vehicles/{}", vehicle_id), changes
        )
        answer = _read(wire.VEHICLE, body)
        if answer is not None and answer.id == vehicle_id:
            self._changed[vehicle_id] = answer
            self.is_news = True


def _told_by(answer: wire.Vehicle) -> dict[str, object]:
    """Return the settings that the answer to a command tells."""
    settings = {
        "smart_charging_enabled": answer.smart_charging_enabled,
        "maximum_charge_limit_percentage": answer.maximum_charge_limit_percentage,
    }
    return {name: value for name, value in settings.items() if value is not None}


def _read[AnswerT](reader: Reader[AnswerT], body: bytes) -> AnswerT | None:
    """Read the answer to a command that was carried out, whatever it says of it."""
    try:
        return reader.read(body)
    except msgspec.MsgspecError:
        return None
