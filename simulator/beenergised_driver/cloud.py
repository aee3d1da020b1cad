"""The simulated be.ENERGISED of one operator, as drivers see it: one GraphQL address and an Auth0-like server beside it.

What the document leaves open, and how it is here:

- Times are simulated ones throughout, as for tokens so for starts and stops.
- Introspection wants no token, as it reaches no resolver; everything else does.
- An unknown or missing token is answered as an expired one; a wrong pre-shared key always with 401.
- A limit above `options.page_cap` is lowered without a word: go on by what came, not by what was asked for.
- The driver's past sessions are such as the first two stations of the world had anyway.
- `meterEnd` is there while the session runs, `dateEnd` only after its end.
"""

from collections.abc import Callable, Iterable
from typing import override

from aiohttp import web
from graphql import GraphQLSchema
from yarl import URL

from simulator.server.facade import Facade
from simulator.world.model import WorldError
from simulator.world.world import World

from . import errors
from .auth0 import AUTHORIZE, TOKEN, Auth0Server
from .auth0_tokens import Auth0Tokens, Client
from .cards import Driver
from .charges import Charge
from .commands import Commands
from .control import DriverControl
from .endpoint import PATH, Endpoint, bearer
from .operations import OperationLog
from .options import BeenergisedDriverOptions
from .places import Site
from .resolvers import Resolvers
from .sessions import Sessions
from .stations import Stations, Wish


class BeenergisedDriverCloud(Facade):
    """The documented part of the driver's API that concerns stations, sessions, cards and documents."""

    wrong_method = 405
    client_id = "simulated-auth0-client-id"
    client_secret = "simulated-auth0-client-secret"  # noqa: S105 - made up, and meant to be read
    public_client_id = "simulated-auth0-public-client-id"

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        """Stand in front of a world."""
        super().__init__(world, host, port)
        self.options = BeenergisedDriverOptions()
        self._sessions = Sessions(world.clock, self.options)
        self._auth0_tokens = Auth0Tokens(world.clock, self.options)
        clients = (
            Client(self.client_id, self.client_secret),
            Client(self.public_client_id, None),
        )
        self._auth0 = Auth0Server(
            self._auth0_tokens, self._sessions, clients, self.options
        )
        self.stations = Stations(world, self.options)
        self.driver = Driver(world.clock.now())
        self._commands = Commands(world, self.stations, self.driver, self.options)
        resolvers = Resolvers(
            clock=world.clock,
            options=self.options,
            sessions=self._sessions,
            auth0=self._auth0_tokens,
            stations=self.stations,
            driver=self.driver,
            commands=self._commands,
        )
        self._endpoint = Endpoint(world.clock, self.options, resolvers, self.credential)

    # ---- for tests

    @property
    def schema(self) -> GraphQLSchema:
        """Return the executable schema as the options are now.

        Raises:
            ValueError: if a field is to be renamed that does not exist.
        """
        return self._endpoint.schema

    @property
    def operations(self) -> OperationLog:
        """Return what was asked for, oldest first, without secrets."""
        return self._endpoint.operations

    @property
    def graphql_url(self) -> str:
        """Return the address of the API."""
        return self.address + PATH

    @property
    def authorize_url(self) -> str:
        """Return the address of the sign-in page."""
        return self.address + AUTHORIZE

    @property
    def token_url(self) -> str:
        """Return the address of the token endpoint."""
        return self.address + TOKEN

    @property
    def psk(self) -> str:
        """Return the pre-shared key."""
        return self._sessions.psk

    @property
    def username(self) -> str:
        """Return the driver's user name."""
        return self._sessions.username

    @property
    def password(self) -> str:
        """Return the driver's password."""
        return self._sessions.password

    def sites(self, wish: Wish | None = None) -> list[Site]:
        """Return the operator's own stations and those of others near by, without the far ones."""
        return self.stations.page(wish or Wish(), 0, len(self.world.station_ids) + 5)[1]

    def charges(self) -> list[Charge]:
        """Return the driver's sessions, newest first."""
        return self._commands.charges()

    def running(self) -> list[Charge]:
        """Return the driver's sessions that are not over, newest first."""
        return self._commands.running()

    def start_session(
        self, connector: str | None = None, tag: str | None = None
    ) -> str:
        """Let the driver plug in and show a card, at once, and return the session's id.

        Args:
            connector: its uuid; None is the first that is free.
            tag: the card's; None is the first card's.

        Raises:
            WorldError: if that is not possible.
        """
        return self._commands.by_hand(connector, tag).id

    def stop_session(self, charge_id: str | None = None) -> str:
        """Stop a session as the driver's own app would, and return its id; None is the newest that runs.

        Raises:
            WorldError: if it does not run.
        """
        if charge_id is None:
            running = self.running()
            if not running:
                raise WorldError("no session is running")
            charge_id = running[0].id
        try:
            code = self._commands.stop(charge_id)
        except errors.ApiError as error:
            raise WorldError(error.message) from None
        if code is not None:
            raise WorldError(f"cannot stop: {code}")
        return charge_id

    def consent(self, authorize_url: str, *, allow: bool = True) -> str:
        """Do what the driver does in the browser, and return where the browser is sent.

        Raises:
            ValueError: if it is not sent anywhere.
        """
        form = {
            "username": self.username,
            "password": self.password,
            "decision": "allow" if allow else "deny",
        }
        answer = self._auth0.visit(URL(authorize_url).query, form)
        if "Location" not in answer.headers:
            raise ValueError(f"the sign-in page says: {answer.text}")
        return answer.headers["Location"]

    def expire_session_tokens(self) -> None:
        """Refuse every session token and Auth0 access token issued so far."""
        self._sessions.expire_session_tokens()
        self._auth0_tokens.expire_access()

    def revoke_refresh_tokens(self) -> None:
        """Refuse every refresh token of a session; session tokens live on until they expire."""
        self._sessions.revoke_refresh_tokens()

    def revoke_psk(self) -> None:
        """Refuse the pre-shared key; sessions go on."""
        self._sessions.revoke_psk()

    def renew_psk(self) -> str:
        """Make and return a new pre-shared key; the old one is refused."""
        return self._sessions.renew_psk()

    def change_password(self) -> str:
        """Change and return the driver's password; every session and grant ends."""
        self._auth0_tokens.revoke()
        self._auth0_tokens.expire_access()
        return self._sessions.change_password()

    def revoke_auth0_grant(self) -> None:
        """End what was granted: no refresh token of Auth0 works; access tokens live on until they expire."""
        self._auth0_tokens.revoke()

    # ---- for the façade

    @override
    def credentials(self) -> dict[str, str]:
        """Return the ways in, and where to use them."""
        known = {
            "psk": self.psk,
            "username": self.username,
            "password": self.password,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "public_client_id": self.public_client_id,
            "authorize_url": self.authorize_url,
            "token_url": self.token_url,
        }
        audience = self.options.auth0_audience
        return known if audience is None else {**known, "audience": audience}

    @override
    def token_actions(self) -> dict[str, Callable[[], object]]:
        """Return what can be done to the credentials."""
        return {
            "expire_session_tokens": self.expire_session_tokens,
            "revoke_refresh_tokens": self.revoke_refresh_tokens,
            "revoke_psk": self.revoke_psk,
            "renew_psk": self.renew_psk,
            "change_password": self.change_password,
            "revoke_auth0_grant": self.revoke_auth0_grant,
        }

    @override
    def control_routes(self) -> Iterable[web.RouteDef]:
        """Return how options are set and sessions driven from outside."""
        return DriverControl(
            self.options, self.running, self.start_session, self.stop_session
        ).routes()

    @override
    def credential(self, request: web.Request) -> str:
        """Return psk, session, refresh, auth0, none or unknown; whether it is still valid is not looked at."""
        token = bearer(request)
        if token is None:
            return "unknown" if "Authorization" in request.headers else "none"
        kind = self._sessions.kind(token)
        if kind is not None:
            return kind
        return "auth0" if self._auth0_tokens.knows(token) else "unknown"

    @override
    def refusal(
        self, request: web.Request, path: str, credential: str
    ) -> web.Response | None:
        """Refuse nothing here: what a token permits is a matter of the field that is asked for."""
        return None

    @override
    def error(self, status: int, message: str | None = None) -> web.Response:
        """Return `{"errors": [...]}`."""
        response = self.json(errors.by_status(status, message))
        response.set_status(status)
        return response

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return the API's address and those of the Auth0-like server."""
        return [web.post(PATH, self._endpoint.answer), *self._auth0.routes()]
