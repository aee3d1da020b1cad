"""Kempower ChargEye: REST API with a refresh token.

Source: the vendor's quickstart guide (authentication, errors) and API reference
(``GET /locations``, ``GET /stations``). Charger commands exist, but no document at hand
gives their paths, so none is offered.

A 401 means "not permitted" once a fresh token is refused; only the token endpoint's own
refusal says that the refresh token is bad (API reference, security).
"""

from hashlib import sha256
from http import HTTPStatus
from typing import override

from aiohttp import ClientSession, hdrs
import msgspec
from yarl import URL

from ..client import Account, Capability, ChargingClient
from ..errors import (
    AuthenticationError,
    NotPermittedError,
    ResponseError,
    UnexpectedAnswerError,
)
from ..reading.items import ItemReader, utc
from ..snapshot import LiveState, SlowState
from ..transport.auth import BearerMiddleware
from ..transport.http import HttpClient
from ..transport.tokens import Token, TokenSource
from . import wire
from .about import NAME
from .mapping import KempowerMapping, to_location

DEFAULT_SERVER = "https://kempower.io/api"


class KempowerClient(ChargingClient):
    """One ChargEye account, seen through one refresh token."""

    capabilities = (
        Capability.LOCATIONS
        | Capability.CONNECTORS
        | Capability.CONNECTOR_STATUS
        | Capability.CONNECTOR_POWER
        | Capability.SESSIONS
        | Capability.CONNECTIVITY
        | Capability.STATION_STATUS
        | Capability.STATION_POWER
        | Capability.STATION_CURRENT
        | Capability.SESSION_POWER
        | Capability.SESSION_PLAN
        | Capability.STATE_OF_CHARGE
        | Capability.POWER_LIMITATION
        | Capability.SESSION_REASONS
        | Capability.CHARGING_TIMES
        | Capability.CONNECTOR_MAX_POWER
    )

    def __init__(
        self, session: ClientSession, *, server: URL, refresh_token: str
    ) -> None:
        """Prepare to read an account; nothing is requested yet.

        Args:
            session: the caller's session.
            server: base of the API, see ``DEFAULT_SERVER``.
            refresh_token: made in ChargEye's Account Administration; never rotated.
        """
        super().__init__(NAME)
        self._refresh_token = refresh_token
        tokens = TokenSource(self._async_fetch_token)
        self._http = HttpClient(
            session,
            server,
            read_error=_read_error,
            secrets=lambda: (refresh_token, *tokens.secrets),
            requests=self.requests,
        )
        self._bearer = BearerMiddleware(tokens, lasting_401=NotPermittedError)
        self._stations = ItemReader(
            "station",
            "stationId",
            wire.STATION,
            KempowerMapping(self.report).station,
            self.report,
        )
        self._locations = ItemReader(
            "location", "id", wire.LOCATION, to_location, self.report
        )

    @override
    async def async_identify(self) -> Account:
        """Return a digest of the refresh token: ChargEye tells nowhere who is asking."""
        digest = sha256(self._refresh_token.encode()).hexdigest()[:16]
        return Account(id=digest, is_named_by_vendor=False)

    @override
    async def async_get_slow(self) -> SlowState:
        """Return the locations that the account sees (``GET /locations``)."""
        try:
            answer = await self._http.request(
                hdrs.METH_GET, "/locations", wire.LOCATIONS, bearer=self._bearer
            )
        except NotPermittedError as err:
            self.report.deny("locations", err.message)
            return SlowState(locations={})
        self.report.denied.pop("locations", None)
        locations, _ = self._locations.read(answer.locations)
        return SlowState(locations={location.id: location for location in locations})

    @override
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return stations and connectors (``GET /stations``, one request).

        Args:
            location_id: only the stations of this location; None for all.

        Raises:
            UnexpectedAnswerError: not a single station of the list could be read.
            ClientError: any other of its subclasses.
        """
        answer = await self._http.request(
            hdrs.METH_GET,
            "/stations",
            wire.STATIONS,
            query=[("locationUid", location_id)] if location_id else None,
            bearer=self._bearer,
        )
        reads, skipped = self._stations.read(answer.stations)
        if skipped and not reads:
            raise UnexpectedAnswerError(
                f"none of {len(skipped)} stations could be read: {skipped[0].reason}"
            )
        return LiveState(
            stations=tuple(read.station for read in reads),
            connectors=tuple(c for read in reads for c in read.connectors),
            locations={
                read.location.id: read.location for read in reads if read.location
            },
            skipped=tuple(skipped),
        )

    async def _async_fetch_token(self) -> Token:
        """Exchange the refresh token for a JWT (quickstart guide, Authentication)."""
        try:
            answer = await self._http.request(
                hdrs.METH_GET,
                "/auth/refreshAccessToken",
                wire.TOKEN,
                headers={hdrs.AUTHORIZATION: f"Bearer {self._refresh_token}"},
            )
        except NotPermittedError as err:
            raise AuthenticationError(err.message) from err
        except ResponseError as err:
            if err.status == HTTPStatus.BAD_REQUEST:
                raise AuthenticationError(err.message) from err
            if err.status == HTTPStatus.NOT_FOUND:
                raise UnexpectedAnswerError(err.message, err.status) from err
            raise
        return Token(value=answer.token, expires_at=utc(answer.valid_until))


def _read_error(body: bytes) -> str | None:
    try:
        return wire.ERROR.decode(body).error_message
    except msgspec.MsgspecError, UnicodeDecodeError:
        return None
