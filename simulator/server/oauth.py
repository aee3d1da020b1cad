"""What the simulated sign-in servers have in common: PKCE, redirect addresses, and pages without JavaScript."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape
import re

from aiohttp import web
from yarl import URL

STYLE = (
    "body{font-family:system-ui,sans-serif;background:#eef3f1;color:#12332b;margin:0}"
    "main{max-width:30rem;margin:8vh auto;background:#fff;padding:2rem;border-radius:12px;"
    "box-shadow:0 2px 12px #0002}h1{font-size:1.4rem;margin-top:0}li{margin:.4rem 0}"
    "label{display:block;margin-top:1rem}input{display:block;width:100%;box-sizing:border-box;"
    "padding:.6rem;font-size:1rem;margin-top:.3rem}.wrong{color:#a3241b}"
    "code{color:#557}small{color:#557}form{display:flex;flex-wrap:wrap;gap:1rem;margin-top:1.5rem}form p{flex-basis:100%;margin:0}"
    "button{flex:1;padding:.8rem;font-size:1rem;border-radius:8px;border:1px solid #0a7a5a;"
    "background:#fff;color:#0a7a5a;cursor:pointer}button[value=allow]{background:#0a7a5a;color:#fff}"
)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a code verifier."""
    digest = sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def may_redirect(uri: str, registered: Iterable[str]) -> bool:
    """Return whether an address is registered; `*` stands for a port number, or at the end for anything."""
    return any(_fits(uri, allowed) for allowed in registered)


def _fits(uri: str, allowed: str) -> bool:
    """Return whether an address is one that is allowed."""
    if allowed.endswith("*"):
        return uri.startswith(allowed[:-1])
    parts = (re.escape(part) for part in allowed.split("*"))
    return re.fullmatch("[0-9]+".join(parts), uri) is not None


def redirect(
    uri: str, answer: Mapping[str, str], query: Mapping[str, str]
) -> web.Response:
    """Send the browser back to the application, with the state it came with."""
    state = {"state": query["state"]} if "state" in query else {}
    location = URL(uri).update_query({**answer, **state})
    return web.Response(status=302, headers={"Location": str(location)})


def texts(form: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of a form which are texts."""
    return {name: text for name, text in form.items() if isinstance(text, str)}


def page(title: str, content: str, vendor: str, status: int = 200) -> web.Response:
    """Return a page of a vendor; `content` is HTML."""
    text = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{content}"
        f"<p><small>{escape(vendor)}, simulated. Nothing here is real.</small></p>"
        "</main></body></html>"
    )
    return web.Response(
        text=text,
        content_type="text/html",
        status=status,
        headers={"Cache-Control": "no-store", "X-Frame-Options": "DENY"},
    )
