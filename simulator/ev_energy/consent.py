"""The pages that a driver sees in a browser; they work without JavaScript."""

from collections.abc import Iterable
from html import escape

from aiohttp import web

from .scopes import SCOPES

STYLE = (
    "body{font-family:system-ui,sans-serif;background:#eef3f1;color:#12332b;margin:0}"
    "main{max-width:30rem;margin:8vh auto;background:#fff;padding:2rem;border-radius:12px;"
    "box-shadow:0 2px 12px #0002}h1{font-size:1.4rem;margin-top:0}li{margin:.4rem 0}"
    "code{color:#557}small{color:#557}form{display:flex;gap:1rem;margin-top:1.5rem}"
    "button{flex:1;padding:.8rem;font-size:1rem;border-radius:8px;border:1px solid #0a7a5a;"
    "background:#fff;color:#0a7a5a;cursor:pointer}button[value=allow]{background:#0a7a5a;color:#fff}"
)


def consent(application: str, person: str, scopes: Iterable[str]) -> web.Response:
    """Return the page which asks for permission; its form goes to the page's own address."""
    items = "".join(
        f"<li>{escape(SCOPES.get(scope, scope))} <code>{escape(scope)}</code></li>"
        for scope in sorted(scopes)
    )
    return _page(
        f"Authorize {application}?",
        f"<p>You are signed in as <strong>{escape(person)}</strong>.</p>"
        f"<p><strong>{escape(application)}</strong> would like to:</p><ul>{items}</ul>"
        '<form method="post">'
        '<button type="submit" name="decision" value="deny">Deny</button>'
        '<button type="submit" name="decision" value="allow">Allow</button></form>',
    )


def refused(reason: str) -> web.Response:
    """Return the page for a request that cannot be answered with a redirect."""
    return _page("This sign-in cannot go on", f"<p>{escape(reason)}</p>", status=400)


def _page(title: str, content: str, status: int = 200) -> web.Response:
    """Return a page."""
    text = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{content}"
        "<p><small>ev.energy, simulated. Nothing here is real.</small></p>"
        "</main></body></html>"
    )
    return web.Response(
        text=text,
        content_type="text/html",
        status=status,
        headers={"Cache-Control": "no-store", "X-Frame-Options": "DENY"},
    )
