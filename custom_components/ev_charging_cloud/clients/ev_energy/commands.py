"""The commands that ev.energy takes (OpenAPI file, write operations of drivers)."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import msgspec

from ..errors import ConflictError, NotDeliveredError, ResponseError, UnavailableError
from . import wire
from .api import EvEnergyApi
from .details import Details

ANYTHING = msgspec.json.Decoder(msgspec.Raw)


class EvEnergyCommands:
    """Commands of one account."""

    def __init__(self, api: EvEnergyApi, details: Details) -> None:
        """Give commands by way of the API; what they answer is kept as details."""
        self._api = api
        self._details = details

    async def async_set_boost(self, session_id: str, *, on: bool) -> None:
        """Start or end charging at once in a running session.

        Raises:
            ConflictError: the session cannot be boosted.
            NotDeliveredError: charger or car cannot be reached.
            ClientError: any other of its subclasses.
        """
        action = "boost_start" if on else "boost_end"
        with _documented_refusals():
            await self._api.post(f"/charging_sessions/{session_id}/{action}", ANYTHING)

    async def async_set_smart_charging(self, vehicle_id: str, *, on: bool) -> None:
        """Let ev.energy decide when a vehicle charges, or not."""
        with _documented_refusals():
            await self._api.patch(
                f"/vehicles/{vehicle_id}", {"smart_charging_enabled": on}, ANYTHING
            )

    async def async_set_charge_limit(self, vehicle_id: str, limit: int) -> None:
        """Set where a vehicle stops charging, in per cent from 50 to 100."""
        with _documented_refusals():
            await self._api.patch(
                f"/vehicles/{vehicle_id}",
                {"maximum_charge_limit_percentage": limit},
                ANYTHING,
            )

    async def async_set_state_of_charge(
        self, vehicle_id: str, state_of_charge: int | None
    ) -> None:
        """Say how full a vehicle without a link is, in per cent; None takes it back."""
        with _documented_refusals():
            answer = await self._api.patch(
                f"/vehicles/{vehicle_id}/state_of_charge",
                {"state_of_charge_percentage": state_of_charge},
                wire.VEHICLE_STATE_OF_CHARGE,
            )
        self._details.keep_stated_charge(vehicle_id, answer)

    async def async_reconnect(self, vehicle_id: str) -> str:
        """Return the address where a person can link a vehicle anew; it is short-lived."""
        with _documented_refusals():
            answer = await self._api.post(
                f"/vehicles/{vehicle_id}/reconnect", wire.RECONNECT
            )
        return answer.url


@contextmanager
def _documented_refusals() -> Iterator[None]:
    """Raise what the vendor documents of commands: 409 and 503 have a meaning there."""
    try:
        yield
    except ResponseError as err:
        if err.status == HTTPStatus.CONFLICT:
            raise ConflictError(err.message, err.status) from err
        raise
    except UnavailableError as err:
        if err.status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise NotDeliveredError(err.message, err.status) from err
        raise
