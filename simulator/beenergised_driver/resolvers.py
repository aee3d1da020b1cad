"""What the top fields of queries and mutations give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.world.clock import Clock
from simulator.world.model import Json

from . import answers, errors, tenants
from .auth0_tokens import Auth0Tokens
from .cards import Driver
from .commands import Commands
from .errors import ApiError, unauthenticated
from .options import BeenergisedDriverOptions
from .own_stations import AC_TARIFF, DC_TARIFF
from .sessions import Sessions
from .stations import Stations

#: items of a page if no limit is asked for; the document does not say
DEFAULT_LIMIT = 10
BAD_LOGIN = "Invalid username or password"
BAD_PSK = "The pre-shared key is not valid"
BAD_REFRESH = "The refresh token is not valid or has expired"
BAD_SESSION = "The session is not valid or has expired"
STOP_MESSAGES = {
    "SESSION_NOT_RUNNING": "The charging session is not running",
    "STATION_NOT_REACHABLE": "The charging station does not answer",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the bearer's token, and the language of texts."""

    token: str
    language: str


type TopField = Callable[[Caller, Mapping[str, Any]], object]


class Resolvers:
    """The top fields of the schema, by "Query.name" or "Mutation.name"."""

    def __init__(
        self,
        *,
        clock: Clock,
        options: BeenergisedDriverOptions,
        sessions: Sessions,
        auth0: Auth0Tokens,
        stations: Stations,
        driver: Driver,
        commands: Commands,
    ) -> None:
        """Answer from these."""
        self._clock = clock
        self._options = options
        self._sessions = sessions
        self._auth0 = auth0
        self._stations = stations
        self._driver = driver
        self._commands = commands
        self._open: dict[str, TopField] = {
            "Mutation.initSession": self._init_session,
            "Mutation.refreshSession": self._refresh_session,
        }
        self._closed: dict[str, TopField] = {
            "Query.chargelog": self._chargelog,
            "Query.chargelogsPaged": self._chargelogs,
            "Query.cpsPaged": self._cps,
            "Query.availableCardsForChargingProcess": self._cards,
            "Query.remoteStartAttemptStatus": self._attempt_status,
            "Query.accountDocument": self._document,
            "Query.accountDocumentsPaged": self._documents,
            "Query.contractRateOptions": self._rates,
            "Query.contractPaymentMethods": self._payment_methods,
            "Mutation.attemptRemoteStart": self._attempt,
            "Mutation.remoteStart": self._remote_start,
            "Mutation.remoteStop": self._remote_stop,
            "Mutation.addCpToFavourites": self._add_favourite,
            "Mutation.removeCpFromFavourites": self._remove_favourite,
        }

    def top(self, name: str, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Return the value of a top field.

        Raises:
            ApiError: if the token does not permit it, or it cannot be done.
        """
        if name in self._open:
            return self._open[name](caller, arguments)
        if not (
            self._sessions.session_valid(caller.token)
            or self._auth0.valid(caller.token)
        ):
            message = BAD_SESSION if caller.token else errors.MESSAGES[401]
            raise unauthenticated(self._expired_status, message)
        self._commands.settle()
        return self._closed[name](caller, arguments)

    @property
    def _expired_status(self) -> int:
        """Return the HTTP status of the answer to a token that is not valid."""
        return int(self._options.expired_answer)

    # ---- sessions

    def _init_session(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Sign in: wants the pre-shared key as token."""
        if not self._sessions.psk_valid(caller.token):
            raise unauthenticated(401, BAD_PSK)
        if not self._sessions.knows(arguments["username"], arguments["password"]):
            raise unauthenticated(200, BAD_LOGIN)
        return _pair(self._sessions.begin())

    def _refresh_session(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Prolong a session: wants its refresh token as token."""
        if not self._sessions.refresh_valid(caller.token):
            raise unauthenticated(self._expired_status, BAD_REFRESH)
        return _pair(self._sessions.renew(caller.token))

    # ---- reading

    def _chargelog(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Show one session."""
        charge = self._commands.charge(arguments["id"])
        return answers.chargelog(
            charge, self._clock.now(), self._options, caller.language
        )

    def _chargelogs(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """List the sessions."""
        now = self._clock.now()
        return self._paged(
            self._commands.charges(),
            arguments,
            lambda it: answers.chargelog(it, now, self._options, caller.language),
        )

    def _cps(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """List stations, as the operator writes them."""
        alpha = self._options.tenant == "alpha"
        wish = tenants.alpha_wish if alpha else tenants.beta_wish
        station = tenants.alpha_station if alpha else tenants.beta_station
        offset, limit = self._window(arguments)
        total, sites = self._stations.page(wish(arguments), offset, limit)
        return {
            "pagination": {"totalCount": total},
            "data": [station(site, self._stations.state(site)) for site in sites],
        }

    def _cards(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """List the cards that can be used at a connector."""
        found = self._stations.find(arguments["connectorId"])
        if found is None:
            raise ApiError(errors.NOT_FOUND, "Connector not found")
        cards = self._driver.usable(*found, self._stations.state(found[0]))
        return [answers.card(card) for card in cards]

    def _attempt_status(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Show where a tracked start is."""
        attempt = self._commands.attempt_status(arguments["id"])
        return {"id": attempt.id, "status": attempt.status.value}

    def _document(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Show one document."""
        for document in self._driver.documents:
            if document.id == arguments.get("id"):
                return answers.document(document)
        raise ApiError(errors.NOT_FOUND, "Document not found")

    def _documents(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """List the documents."""
        return self._paged(
            self._driver.documents,
            arguments,
            answers.document,
        )

    def _rates(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """List the tariffs of new contracts."""
        return answers.rates((AC_TARIFF.name, DC_TARIFF.name))

    def _payment_methods(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """List the ways to pay of new contracts."""
        return answers.payment_methods()

    # ---- commands

    def _attempt(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Start, tracked."""
        wanted = arguments["input"]
        attempt = self._commands.attempt(wanted["connectorId"], wanted["tagId"])
        return {"id": attempt.id, "status": attempt.status.value}

    def _remote_start(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Start, simply."""
        charge = self._commands.remote_start(
            arguments["connector"], arguments["authorization"]["identifier"]
        )
        return {"status": "success", "message": None, "chargelogId": charge.id}

    def _remote_stop(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Stop; what is not possible stands in the data."""
        code = self._commands.stop(arguments["transaction"])
        if code is None:
            return {"status": "success", "code": None, "message": None}
        return {"status": "error", "code": code, "message": STOP_MESSAGES[code]}

    def _add_favourite(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Mark a station."""
        return self._mark(arguments["cpId"], on=True)

    def _remove_favourite(self, caller: Caller, arguments: Mapping[str, Any]) -> object:
        """Unmark a station."""
        return self._mark(arguments["cpId"], on=False)

    def _mark(self, station: str, *, on: bool) -> object:
        """Mark a station, or no longer; what is not possible stands in the data."""
        if self._options.refuse_favourites is not None:
            return {"status": "error", "message": self._options.refuse_favourites}
        if not self._stations.mark(station, on=on):
            raise ApiError(errors.NOT_FOUND, "Station not found")
        return {"status": "success", "message": None}

    # ---- pages

    def _paged[T](
        self,
        items: Sequence[T],
        arguments: Mapping[str, Any],
        write: Callable[[T], object],
    ) -> object:
        """Return a page of a list; only what is on it is written."""
        offset, limit = self._window(arguments)
        return {
            "pagination": {"totalCount": len(items)},
            "data": [write(item) for item in items[offset : offset + limit]],
        }

    def _window(self, arguments: Mapping[str, Any]) -> tuple[int, int]:
        """Return offset and limit; a limit that is too high is lowered without a word."""
        wanted = arguments.get("pagination") or {}
        offset, limit = wanted.get("offset"), wanted.get("limit")
        offset = 0 if offset is None else offset
        limit = DEFAULT_LIMIT if limit is None else limit
        if offset < 0 or limit < 0:
            raise ApiError(errors.BAD_INPUT, "limit and offset must not be negative")
        return offset, min(limit, self._options.page_cap)


def _pair(tokens: tuple[str, str]) -> dict[str, Json]:
    """Return a session's tokens."""
    return {"sessionToken": tokens[0], "refreshToken": tokens[1]}
