"""The simulated ev.energy: sign-in, permissions, limits and routes.

One origin serves the OAuth pages below /o/ and the API below /v2. What the document leaves open, and how it is here:

- Times are simulated ones throughout: a code lives 60 s, an access token 36,000 s and a rate-limit hour 3,600 s of the
  clock. With a clock that stands still nothing expires and no request leaves the hour.
- `/o/token` and `/o/authorize` also answer without their slash (the second by a redirect), `/o/revoke_token` answers
  405 without. Reading paths answer with and without a slash at the end, commands as the document writes them only.
- PKCE is voluntary unless `options.pkce_required`; plain challenges are refused. A code that is bound to a challenge
  can be exchanged without client secret, and what comes of it refreshed without. `scope` may ask for less.
- A refresh token can be used once; using it again is refused (`options.reuse_ends_grant`: and ends the grant). The
  access token before it lives on until it expires. Revoking a refresh token takes its access tokens along.
- A token permits what it was granted and the application still has; see `grant`.
- Client credentials of the first application act for its one driver, those of the second for an organisation with
  three users. Without EvEnergy-User the second sees everybody's things and `/users/me` does not exist. A user whom the
  application does not have gives 403, a malformed name 400. Tokens from a code ignore the header.
- Only requests with a valid token count against the limit, refused scopes among them. 401 for everything else; the
  edge's plain text 403 for anonymous requests is `options.edge_403`.
- A boost goes through the charger: 503 while it is offline, 409 unless the mode fits, away from home, or for a guest.
- Sums of a running sub-session are live; savings, points, incentive and labels are null until it is over. A boost that
  reached the limit stays the running sub-session until the cable is pulled.
- Home energy is told in half hours, days or months, the running one as far as it is over (`options.energy_to_come`).
- Prices and grid levels reach a day ahead, carbon intensities to now; all newest first. Schedules oldest first.
- `cost` is in minor units and leaves out what came from the roof.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from typing import override

from aiohttp import web
from yarl import URL

from simulator.server.facade import Facade
from simulator.world.world import World

from . import read_energy, read_home, read_messages, read_sessions, read_things, write
from .api import Api
from .context import user_id
from .grants import Client, Grants, Issue, Revocation
from .limits import RateLimit
from .oauth import AUTHORIZE, REVOKE, TOKEN, OAuthServer
from .options import EvEnergyOptions
from .problems import ProblemError
from .scopes import HOME_ENERGY

VERSION = "2"


class EvEnergyCloud(Facade):
    """The documented part of ev.energy's API that concerns drivers, chargers, vehicles, sessions and energy."""

    wrong_method = 405
    client_id = "simulated-ev-energy-client-id"
    client_secret = "simulated-ev-energy-client-secret"  # noqa: S105 - made up, and meant to be read
    organisation_client_id = "simulated-ev-energy-organisation-id"
    organisation_client_secret = "simulated-ev-energy-organisation-secret"  # noqa: S105 - made up, and meant to be read

    def __init__(self, world: World, host: str = "127.0.0.1", port: int = 0) -> None:
        """Stand in front of a world's homes."""
        super().__init__(world, host, port)
        self.options = EvEnergyOptions()
        self.grants = Grants(world.clock)
        self.limit = RateLimit(world.clock)
        clients = (
            Client(self.client_id, self.client_secret, everybody=False),
            Client(
                self.organisation_client_id,
                self.organisation_client_secret,
                everybody=True,
            ),
        )
        self._oauth = OAuthServer(world.homes, self.grants, clients, self.options)
        self._api = Api(world.homes, self.grants, self.limit, self.options)

    # ---- for tests

    @property
    def authorize_url(self) -> str:
        """Return the address of the consent page."""
        return self.address + AUTHORIZE

    @property
    def token_url(self) -> str:
        """Return the address of the token endpoint."""
        return self.address + TOKEN

    @property
    def revoke_url(self) -> str:
        """Return the address of the revocation endpoint."""
        return self.address + REVOKE

    @property
    def api_url(self) -> str:
        """Return the base of the API."""
        return f"{self.address}/v2"

    @property
    def user_id(self) -> str:
        """Return the id of the driver who owns the first household."""
        return self.user_ids[0]

    @property
    def user_ids(self) -> list[str]:
        """Return the ids of all users, of whom only an organisation sees all."""
        return [user_id(person.id) for person in self.world.homes.people]

    @property
    def tokens_issued(self) -> list[Issue]:
        """Return what the token endpoint has given out, oldest first."""
        return self.grants.issued

    @property
    def revoked(self) -> list[Revocation]:
        """Return the revocations that were asked for, oldest first."""
        return self.grants.revoked

    def grant(self, scopes: Iterable[str]) -> None:
        """Let the application have these scopes and no other; tokens it holds lose what is not among them."""
        self._oauth.scopes = frozenset(scopes)

    @property
    def scopes(self) -> frozenset[str]:
        """Return what the application may have."""
        return self._oauth.scopes

    def sign_in(self, user: str) -> None:
        """Let another user sit at the browser.

        Raises:
            ValueError: if there is no such user.
        """
        index = self.user_ids.index(user)
        self._oauth.signed_in = self.world.homes.people[index].id

    def consent(self, authorize_url: str, *, allow: bool = True) -> str:
        """Do what the driver does in the browser, and return where the browser is sent.

        Raises:
            ValueError: if it is not sent anywhere.
        """
        answer = self._oauth.visit(URL(authorize_url).query, allow)
        if "Location" not in answer.headers:
            raise ValueError(f"the consent page says: {answer.text}")
        return answer.headers["Location"]

    def expire_access_tokens(self) -> None:
        """Refuse every access token issued so far."""
        self.grants.expire_access()

    def revoke_refresh_tokens(self) -> None:
        """Refuse every refresh token issued so far; access tokens live on until they expire."""
        self.grants.revoke_refresh()

    # ---- for the façade

    @staticmethod
    @override
    def add_arguments(parser: ArgumentParser) -> None:
        """Add whether the application may see home energy."""
        parser.add_argument(
            "--home-energy",
            action="store_true",
            help="ev.energy's application may see home energy too",
        )

    @override
    def choose(self, choices: Namespace) -> None:
        """Take what was chosen on the command line."""
        if choices.home_energy:
            self.grant(self.scopes | HOME_ENERGY)

    @override
    def credentials(self) -> dict[str, str]:
        """Return the applications' credentials and where to use them."""
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "authorize_url": self.authorize_url,
            "token_url": self.token_url,
            "revoke_url": self.revoke_url,
            "user_id": self.user_id,
            "organisation_client_id": self.organisation_client_id,
            "organisation_client_secret": self.organisation_client_secret,
        }

    @override
    def token_actions(self) -> dict[str, Callable[[], object]]:
        """Return what can be done to the tokens."""
        return {
            "expire_access_tokens": self.expire_access_tokens,
            "revoke_refresh_tokens": self.revoke_refresh_tokens,
        }

    @override
    def credential(self, request: web.Request) -> str:
        """Return none, basic, access, expired or unknown."""
        return self._api.credential(request)

    @override
    def refusal(
        self, request: web.Request, path: str, credential: str
    ) -> web.Response | None:
        """Want a valid token and a known version for the API, and keep its rate; the OAuth server looks itself."""
        if not path.startswith("/v2"):
            return None
        try:
            return self._api.check(request, credential)
        except ProblemError as problem:
            return problem.response(self.address)

    @override
    def error(self, status: int, message: str | None = None) -> web.Response:
        """Return a problem."""
        return ProblemError(status, message).response(self.address)

    @override
    def routes(self) -> Iterable[web.RouteDef]:
        """Return the OAuth server's routes and the API's."""
        endpoints = [
            *read_things.endpoints(),
            *read_sessions.endpoints(),
            *read_energy.endpoints(),
            *read_home.endpoints(),
            *read_messages.endpoints(),
            *write.endpoints(),
        ]
        routes = self._oauth.routes()
        routes.append(web.route("*", REVOKE[:-1], self._not_without_slash))
        for endpoint in endpoints:
            handler = self._api.handler(endpoint, lambda: self.address, self.grant_of)
            path = f"/v2{endpoint.path}"
            routes.append(web.route(endpoint.method, path, handler))
            if endpoint.method == "GET":
                routes.append(web.get(f"{path}/", handler, allow_head=False))
        return routes

    def grant_of(self) -> frozenset[str]:
        """Return what the application may have now."""
        return self._oauth.scopes

    @override
    def build(self) -> web.Application:
        """Return a new application, whose every answer tells version and rate."""
        app = super().build()
        app.on_response_prepare.append(self._stamp)
        return app

    async def _not_without_slash(self, request: web.Request) -> web.Response:
        """Refuse the revocation address without its slash."""
        return self.error(405)

    async def _stamp(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers which every answer of the API has."""
        if not request.path.startswith("/v2"):
            return
        usual = {
            "EvEnergy-Version": VERSION,
            "X-RateLimit-Limit": str(self.options.rate_limit),
            "X-RateLimit-Remaining": str(self._api.left(request)),
        }
        # What a fault says stays.
        for name, value in usual.items():
            response.headers.setdefault(name, value)
