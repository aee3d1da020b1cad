"""The pages that a driver sees in a browser; they work without JavaScript."""

from collections.abc import Iterable
from html import escape

from aiohttp import web

from simulator.server.oauth import page

from .scopes import SCOPES

VENDOR = "ev.energy"


def consent(application: str, person: str, scopes: Iterable[str]) -> web.Response:
    """Return the page which asks for permission; its form goes to the page's own address."""
    items = "".join(
        f"<li>{escape(SCOPES.get(scope, scope))} <code>{escape(scope)}</code></li>"
        for scope in sorted(scopes)
    )
    return page(
        f"Authorize {application}?",
        f"<p>You are signed in as <strong>{escape(person)}</strong>.</p>"
        f"<p><strong>{escape(application)}</strong> would like to:</p><ul>{items}</ul>"
        '<form method="post">'
        '<button type="submit" name="decision" value="deny">Deny</button>'
        '<button type="submit" name="decision" value="allow">Allow</button></form>',
        VENDOR,
    )


def refused(reason: str) -> web.Response:
    """Return the page for a request that cannot be answered with a redirect."""
    return page(
        "This sign-in cannot go on", f"<p>{escape(reason)}</p>", VENDOR, status=400
    )
