"""The OAuth server: consent page, token endpoint and revocation."""

from base64 import b64decode
import binascii
from collections.abc import Iterable, Mapping
import hmac
from urllib.parse import unquote_plus

from aiohttp import web
import msgspec

from simulator.homes import Homes
from simulator.server.oauth import may_redirect, redirect, texts
from simulator.world.model import Json

from . import consent
from .grants import ACCESS_LIFETIME, Client, Grants, OAuthError
from .options import EvEnergyOptions
from .scopes import SCOPES, USUAL

AUTHORIZE, TOKEN, REVOKE = "/o/authorize/", "/o/token/", "/o/revoke_token/"


class OAuthServer:
    """The pages and endpoints below /o/."""

    def __init__(
        self,
        homes: Homes,
        grants: Grants,
        clients: Iterable[Client],
        options: EvEnergyOptions,
    ) -> None:
        """Serve some applications; the first person is at the browser."""
        self._homes = homes
        self._grants = grants
        self._clients = {client.client_id: client for client in clients}
        self._options = options
        self.scopes = USUAL
        self.signed_in = homes.people[0].id

    def routes(self) -> list[web.RouteDef]:
        """Return the routes. The token endpoint answers with and without slash: the vendor's pages differ."""
        return [
            web.get(AUTHORIZE, self._ask, allow_head=False),
            web.post(AUTHORIZE, self._decide),
            web.get(AUTHORIZE[:-1], self._add_slash, allow_head=False),
            web.post(TOKEN, self._token),
            web.post(TOKEN[:-1], self._token),
            web.post(REVOKE, self._revoke),
        ]

    # ---- the browser

    async def _add_slash(self, request: web.Request) -> web.Response:
        """Send the browser to the documented address."""
        location = request.rel_url.with_path(AUTHORIZE, keep_query=True)
        return web.Response(status=301, headers={"Location": str(location)})

    async def _ask(self, request: web.Request) -> web.Response:
        """Show the consent page."""
        return self.visit(request.query, None)

    async def _decide(self, request: web.Request) -> web.Response:
        """Take the driver's answer."""
        form = await request.post()
        return self.visit(request.query, form.get("decision") == "allow")

    def visit(self, query: Mapping[str, str], allowed: bool | None) -> web.Response:
        """Answer a browser: None shows the page, True or False is the driver's decision."""
        client = self._clients.get(query.get("client_id", ""))
        if client is None or client.everybody:
            return consent.refused("The application is unknown.")
        uri = query.get("redirect_uri", "")
        if not may_redirect(uri, self._options.redirect_uris):
            return consent.refused("The application may not send you to that address.")
        scopes = frozenset(query.get("scope", "").split()) or self.scopes
        error = self._mistake(query, scopes)
        if error is None and allowed is False:
            error = "access_denied"
        if error is not None:
            return redirect(uri, {"error": error}, query)
        person = self._homes.home(self.signed_in).person
        if allowed is None:
            return consent.consent(self._options.application_name, person.name, scopes)
        code = self._grants.code(
            client, person.id, scopes, uri, query.get("code_challenge")
        )
        return redirect(uri, {"code": code}, query)

    def _mistake(self, query: Mapping[str, str], scopes: frozenset[str]) -> str | None:
        """Return the error code of a request whose sender is known."""
        challenge = query.get("code_challenge")
        if query.get("response_type") != "code":
            return "unsupported_response_type"
        if challenge is None and self._options.pkce_required:
            return "invalid_request"
        if challenge is not None and (
            query.get("code_challenge_method") != "S256" or not challenge
        ):
            return "invalid_request"
        return None if scopes <= self.scopes & SCOPES.keys() else "invalid_scope"

    # ---- the application

    async def _token(self, request: web.Request) -> web.Response:
        """Give tokens for a code, a refresh token or the client's own credentials."""
        form = texts(await request.post())
        try:
            return _answer(self._give(request, form))
        except OAuthError as error:
            return _refusal(error)

    async def _revoke(self, request: web.Request) -> web.Response:
        """End a token; an unknown one is ended already."""
        form = texts(await request.post())
        try:
            client, _ = self._client(request, form)
        except OAuthError as error:
            return _refusal(error)
        if "token" not in form:
            return _refusal(OAuthError("invalid_request", "The token is missing."))
        self._grants.revoke(form["token"], client)
        return web.Response()

    def _give(self, request: web.Request, form: Mapping[str, str]) -> dict[str, Json]:
        """Return what the token endpoint answers."""
        client, proven = self._client(request, form)
        kind = form.get("grant_type", "")
        if kind == "client_credentials":
            if not proven:
                raise OAuthError("invalid_client", "The client_secret is missing.", 401)
            wanted = self._wanted(form, self.scopes)
            person = None if client.everybody else self._homes.people[0].id
            tokens = self._grants.issue(kind, client, person, wanted)
            return _tokens(*tokens, wanted)
        if kind == "authorization_code":
            return self._exchange(client, form, proven=proven)
        if kind == "refresh_token":
            return self._refresh(client, form, proven=proven)
        raise OAuthError("unsupported_grant_type", f"No grant type {kind!r} here.")

    def _exchange(
        self, client: Client, form: Mapping[str, str], *, proven: bool
    ) -> dict[str, Json]:
        """Return tokens for a code."""
        if not proven and "code_verifier" not in form:
            raise OAuthError("invalid_client", "The client_secret is missing.", 401)
        if "code" not in form:
            raise OAuthError("invalid_request", "The code is missing.")
        code = self._grants.take_code(
            form["code"], client, form.get("redirect_uri"), form.get("code_verifier")
        )
        tokens = self._grants.issue(
            form["grant_type"], client, code.person, code.scopes, secretless=not proven
        )
        return _tokens(*tokens, code.scopes)

    def _refresh(
        self, client: Client, form: Mapping[str, str], *, proven: bool
    ) -> dict[str, Json]:
        """Return tokens for a refresh token."""
        options, text = self._options, form.get("refresh_token")
        if text is None:
            raise OAuthError("invalid_request", "The refresh_token is missing.")
        if not proven and not self._grants.secretless(text):
            raise OAuthError("invalid_client", "The client_secret is missing.", 401)
        token = self._grants.take_refresh(
            text,
            client,
            rotate=options.rotation,
            reuse_ends_grant=options.reuse_ends_grant,
        )
        scopes = self._wanted(form, token.scopes)
        tokens = self._grants.issue(
            form["grant_type"],
            client,
            token.person,
            scopes,
            secretless=token.secretless,
            grant=token.grant,
            refresh=None if options.rotation else text,
        )
        return _tokens(*tokens, scopes)

    @staticmethod
    def _wanted(form: Mapping[str, str], most: frozenset[str]) -> frozenset[str]:
        """Return the scopes that a request asks for, or all it may have."""
        wanted = frozenset(form.get("scope", "").split()) or most
        if not wanted <= most:
            raise OAuthError("invalid_scope", "More than the application may have.")
        return wanted

    def _client(
        self, request: web.Request, form: Mapping[str, str]
    ) -> tuple[Client, bool]:
        """Return the application, and whether it has shown its secret, in the header or the body.

        Raises:
            OAuthError: if it is unknown or its secret is wrong or missing without reason.
        """
        client_id, secret = _basic(request.headers.get("Authorization"))
        if client_id is None:
            client_id, secret = form.get("client_id"), form.get("client_secret")
        client = self._clients.get(client_id or "")
        if client is None:
            raise OAuthError("invalid_client", "The application is unknown.", 401)
        if secret is None and self._options.secretless_pkce and not client.everybody:
            return client, False
        if secret is None or not hmac.compare_digest(
            secret.encode(), client.secret.encode()
        ):
            raise OAuthError("invalid_client", "The client_secret is wrong.", 401)
        return client, True


def _basic(header: str | None) -> tuple[str | None, str | None]:
    """Return client id and secret of a Basic header."""
    scheme, _, text = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        client_id, _, secret = b64decode(text, validate=True).decode().partition(":")
    except binascii.Error, UnicodeDecodeError:
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def _tokens(
    access: str, refresh: str | None, scopes: frozenset[str]
) -> dict[str, Json]:
    """Return a token answer."""
    answer: dict[str, Json] = {
        "access_token": access,
        "expires_in": int(ACCESS_LIFETIME.total_seconds()),
        "token_type": "Bearer",
        "scope": " ".join(sorted(scopes)),
    }
    return answer if refresh is None else {**answer, "refresh_token": refresh}


def _answer(content: Json, status: int = 200) -> web.Response:
    """Return a JSON answer which nobody keeps."""
    return web.Response(
        status=status,
        body=msgspec.json.encode(content),
        content_type="application/json",
        headers={"Cache-Control": "no-store", "Pragma": "no-cache"},
    )


def _refusal(error: OAuthError) -> web.Response:
    """Return an error answer in the form of RFC 6749."""
    answer = _answer(
        {"error": error.error, "error_description": error.description}, error.status
    )
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="ev.energy"'
    return answer
