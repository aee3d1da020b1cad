"""The Auth0-like server: sign-in page and token endpoint.

What Auth0 documents and this keeps to: errors of the token endpoint are `{"error", "error_description"}`, with 403 for a
bad code, verifier or refresh token and 401 for a wrong secret; a public application shows no secret and must use
PKCE; a refresh token comes only with `offline_access`; the use of a rotated-out one ends its family; an access token
that was asked for without the API's audience is opaque.
"""

from collections.abc import Iterable, Mapping
import hmac

from aiohttp import web
import msgspec

from simulator.server.oauth import may_redirect, redirect, texts
from simulator.world.model import Json

from . import login_page
from .auth0_tokens import OFFLINE, Auth0Error, Auth0Tokens, Client, Grant
from .options import BeenergisedDriverOptions
from .sessions import Sessions

AUTHORIZE, TOKEN = "/authorize", "/oauth/token"
KNOWN_SCOPES = ("openid", "profile", "email", OFFLINE)


class Auth0Server:
    """The two addresses of an Auth0 tenant that a sign-in uses."""

    def __init__(
        self,
        tokens: Auth0Tokens,
        users: Sessions,
        clients: Iterable[Client],
        options: BeenergisedDriverOptions,
    ) -> None:
        """Serve some applications and the one user."""
        self._tokens = tokens
        self._users = users
        self._clients = {client.client_id: client for client in clients}
        self._options = options

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get(AUTHORIZE, self._ask, allow_head=False),
            web.post(AUTHORIZE, self._decide),
            web.post(TOKEN, self._token),
        ]

    # ---- the browser

    async def _ask(self, request: web.Request) -> web.Response:
        """Show the sign-in page."""
        return self.visit(request.query, None)

    async def _decide(self, request: web.Request) -> web.Response:
        """Take the driver's answer."""
        return self.visit(request.query, texts(await request.post()))

    def visit(
        self, query: Mapping[str, str], form: Mapping[str, str] | None
    ) -> web.Response:
        """Answer a browser: without a form with the page, with one by what it says."""
        client = self._clients.get(query.get("client_id", ""))
        if client is None:
            return login_page.refused(
                f"Unknown client: {query.get('client_id', '(none)')}"
            )
        uri = query.get("redirect_uri", "")
        if not may_redirect(uri, self._options.redirect_uris):
            return login_page.refused(
                "Callback URL mismatch. The application may not send you to that address."
            )
        mistake = _mistake(query, client)
        if mistake is None and form is not None and form.get("decision") != "allow":
            mistake = ("access_denied", "User did not authorize the request")
        if mistake is not None:
            error, description = mistake
            return redirect(
                uri, {"error": error, "error_description": description}, query
            )
        scopes = self._scopes(query)
        username = (form or {}).get("username", "")
        right = self._users.knows(username, (form or {}).get("password", ""))
        if form is None or not right:
            return login_page.sign_in(
                self._options.application_name,
                scopes,
                username,
                wrong=form is not None,
            )
        code = self._tokens.code(
            client, scopes, query.get("audience"), uri, query.get("code_challenge")
        )
        return redirect(uri, {"code": code}, query)

    def _scopes(self, query: Mapping[str, str]) -> tuple[str, ...]:
        """Return what is granted of the scopes that were asked for: unknown ones are left out, as Auth0 does."""
        asked = query.get("scope", "").split()
        refuses = not self._options.auth0_refresh_tokens
        return tuple(
            scope
            for scope in KNOWN_SCOPES
            if scope in asked and not (scope == OFFLINE and refuses)
        )

    # ---- the application

    async def _token(self, request: web.Request) -> web.Response:
        """Give tokens for a code or a refresh token."""
        try:
            return _answer(self._give(await _fields(request)))
        except Auth0Error as error:
            return _answer(
                {"error": error.error, "error_description": error.description},
                error.status,
            )

    def _give(self, fields: Mapping[str, str]) -> dict[str, Json]:
        """Return what the token endpoint answers."""
        kind = fields.get("grant_type", "")
        if kind not in {"authorization_code", "refresh_token"}:
            raise Auth0Error(
                "unsupported_grant_type", f"Unsupported grant type: {kind}"
            )
        client = self._client(fields)
        if kind == "authorization_code":
            grant = self._tokens.take_code(
                _required(fields, "code"),
                client,
                fields.get("redirect_uri"),
                fields.get("code_verifier"),
            )
            refresh = self._tokens.refresh(grant) if OFFLINE in grant.scopes else None
            return self._answer(grant, refresh)
        grant = self._tokens.take_refresh(_required(fields, "refresh_token"), client)
        rotated = self._tokens.refresh(grant) if self._options.auth0_rotates else None
        return self._answer(grant, rotated)

    def _client(self, fields: Mapping[str, str]) -> Client:
        """Return the application, which has shown its secret if it has one."""
        client = self._clients.get(_required(fields, "client_id"))
        if client is None:
            raise Auth0Error("access_denied", "Unauthorized", 401)
        if client.secret is not None and not hmac.compare_digest(
            fields.get("client_secret", "").encode(), client.secret.encode()
        ):
            raise Auth0Error("access_denied", "Unauthorized", 401)
        return client

    def _answer(self, grant: Grant, refresh: str | None) -> dict[str, Json]:
        """Return a token answer; without rotation a renewal gives no refresh token."""
        answer: dict[str, Json] = {
            "access_token": self._tokens.access(grant),
            "expires_in": self._options.auth0_lifetime,
            "token_type": "Bearer",
            "scope": " ".join(grant.scopes),
        }
        return answer if refresh is None else {**answer, "refresh_token": refresh}


def _mistake(query: Mapping[str, str], client: Client) -> tuple[str, str] | None:
    """Return the error of a request whose sender is known."""
    challenge = query.get("code_challenge")
    if query.get("response_type") != "code":
        return "unsupported_response_type", "Only response_type=code is supported"
    if challenge is None and client.secret is None:
        return "invalid_request", "Parameter 'code_challenge' is required"
    if challenge is not None and query.get("code_challenge_method") != "S256":
        return "invalid_request", "Parameter 'code_challenge_method' must be S256"
    return None


async def _fields(request: web.Request) -> dict[str, str]:
    """Return the fields of a JSON or form body."""
    if request.content_type != "application/json":
        return texts(await request.post())
    try:
        return texts(msgspec.json.decode(await request.read(), type=dict[str, object]))
    except msgspec.DecodeError:
        raise Auth0Error("invalid_request", "The body is no JSON object", 400) from None


def _required(fields: Mapping[str, str], name: str) -> str:
    """Return a field that must be there."""
    if not fields.get(name):
        raise Auth0Error("invalid_request", f"Missing required parameter: {name}", 400)
    return fields[name]


def _answer(content: Json, status: int = 200) -> web.Response:
    """Return a JSON answer which nobody keeps."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(content),
        content_type="application/json",
        headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
    )
