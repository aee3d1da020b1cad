"""Who asks, and whether they may: tokens, versions, users, scopes and the rate limit."""

from collections.abc import Awaitable, Callable

from aiohttp import web
import msgspec

from simulator.homes import Homes
from simulator.world.model import NotInWorldError

from .context import Context, user_id
from .endpoint import Endpoint
from .grants import Grants, Token
from .limits import RateLimit
from .options import EvEnergyOptions
from .problems import ProblemError

VERSION = "2"
# what a request carries, in one word
NONE, BASIC, ACCESS, EXPIRED, UNKNOWN = (
    "none",
    "basic",
    "access",
    "expired",
    "unknown",
)


class Api:
    """Stands before every endpoint."""

    def __init__(
        self,
        homes: Homes,
        grants: Grants,
        limit: RateLimit,
        options: EvEnergyOptions,
    ) -> None:
        """Guard some homes."""
        self._homes = homes
        self._grants = grants
        self._limit = limit
        self._options = options

    def credential(self, request: web.Request) -> str:
        """Return in one word which credential a request carries."""
        header = request.headers.get("Authorization", "")
        if not header:
            return NONE
        if header.lower().startswith("basic "):
            return BASIC
        token = self._token(request)
        if token is None:
            return UNKNOWN
        return ACCESS if self._grants.valid(token) else EXPIRED

    def check(self, request: web.Request, credential: str) -> web.Response | None:
        """Return the answer to a request that goes no further; None lets it pass and counts it.

        Raises:
            ProblemError: if the version is unknown or nothing acceptable can be answered.
        """
        token = self._token(request)
        if credential == NONE and self._options.edge_403:
            return web.Response(status=403, text="Forbidden")
        if credential != ACCESS or token is None:
            raise ProblemError(
                401,
                None if credential == NONE else "The access token is not valid.",
            )
        wait = self._limit.count(_bucket(token), self._options.rate_limit)
        if wait is not None:
            response = ProblemError(
                429,
                f"Request was rate limited. Try again in {wait} seconds",
                kind="rate-limit-exceeded",
            ).response(str(request.url.origin()))
            response.headers["Retry-After"] = str(wait)
            return response
        if request.headers.get("EvEnergy-Version", VERSION) != VERSION:
            raise ProblemError(
                400,
                "The requested API version does not exist.",
                title="Unsupported version",
                kind="pagination-parameters",
            )
        if not _acceptable(request.headers.get("Accept", "*/*")):
            raise ProblemError(406)
        return None

    def left(self, request: web.Request) -> int:
        """Return how many requests are left to who asks."""
        token = self._token(request)
        bucket = None if token is None else _bucket(token)
        return self._limit.left(bucket, self._options.rate_limit)

    def handler(
        self,
        endpoint: Endpoint,
        origin: Callable[[], str],
        permitted: Callable[[], frozenset[str]],
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return the handler of an endpoint's route.

        Args:
            endpoint: what to do.
            origin: tells the server's address.
            permitted: tells the application's scopes.
        """

        async def handle(request: web.Request) -> web.Response:
            try:
                ctx = self._context(request, origin(), permitted())
                ctx.demand(endpoint.scopes)
                answer = await endpoint.handler(request, ctx)
            except ProblemError as problem:
                return problem.response(origin())
            except NotInWorldError:
                return ProblemError(404).response(origin())
            response = web.Response(
                status=answer.status,
                body=msgspec.json.encode(answer.content),
                content_type="application/json",
            )
            if answer.link is not None:
                response.headers["Link"] = answer.link
            return response

        return handle

    def _context(
        self, request: web.Request, origin: str, permitted: frozenset[str]
    ) -> Context:
        """Return what the answer depends on."""
        token = self._token(request)
        if token is None:
            raise ProblemError(401)
        people = tuple(person.id for person in self._homes.people)
        me = token.person
        if me is None:
            me = self._named(request.headers.get("EvEnergy-User"), people)
            if me is None and self._options.user_header_required:
                raise ProblemError(400, "The EvEnergy-User header is required.")
        return Context(
            origin=origin,
            homes=self._homes,
            now=self._homes.clock.now(),
            people=people if me is None else (me,),
            me=me,
            scopes=token.scopes & permitted,
            options=self._options,
        )

    def _named(self, name: str | None, people: tuple[str, ...]) -> str | None:
        """Return whom an organisation acts for; None if it does not say.

        Raises:
            ProblemError: 400 if the name has the wrong form, 403 if it is nobody's whom the application has.
        """
        if name is None:
            return None
        is_url = "/" in name
        if self._options.user_header == ("id" if is_url else "url"):
            raise ProblemError(400, "The EvEnergy-User header is malformed.")
        own = name.rstrip("/").rpartition("/")[2]
        for person in people:
            if user_id(person) == own:
                return person
        raise ProblemError(403)

    def _token(self, request: web.Request) -> Token | None:
        """Return what a request's token stands for, dead or alive."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        return self._grants.find_access(text) if scheme.lower() == "bearer" else None


def _bucket(token: Token) -> str:
    """Return whose requests count together: with client credentials all of the application's."""
    person = "" if token.by_client else token.person
    return f"{token.client.client_id}/{person}"


def _acceptable(accept: str) -> bool:
    """Return whether JSON may be answered."""
    kinds = {part.split(";")[0].strip().lower() for part in accept.split(",")}
    return bool(kinds & {"*/*", "application/*", "application/json", ""})
