"""The pages that a driver sees in a browser; they work without JavaScript."""

from html import escape

from aiohttp import web

from simulator.server.oauth import page

VENDOR = "be.ENERGISED"
MEANINGS = {
    "openid": "Know who you are",
    "profile": "See your name",
    "email": "See your e-mail address",
    "offline_access": "Stay signed in while you are away",
}


def sign_in(
    application: str, scopes: tuple[str, ...], username: str = "", *, wrong: bool
) -> web.Response:
    """Return the page which asks for user name, password and permission; its form goes to its own address."""
    meant = [MEANINGS[scope] for scope in scopes if scope in MEANINGS]
    items = "".join(
        f"<li>{escape(text)}</li>"
        for text in ("See your charging sessions, start and stop them", *meant)
    )
    complaint = (
        '<p class="wrong" role="alert">Wrong email or password.</p>' if wrong else ""
    )
    return page(
        f"Log in to go on to {application}",
        f"<p><strong>{escape(application)}</strong> would like to:</p><ul>{items}</ul>"
        f'{complaint}<form method="post">'
        '<p><label>Email address<input name="username" autocomplete="username" '
        f'value="{escape(username)}"></label>'
        '<label>Password<input name="password" type="password" autocomplete="current-password"></label></p>'
        # the Enter key presses the first button
        '<button type="submit" name="decision" value="allow">Allow</button>'
        '<button type="submit" name="decision" value="deny">Deny</button></form>',
        VENDOR,
        status=400 if wrong else 200,
    )


def refused(reason: str) -> web.Response:
    """Return the page for a request that cannot be answered with a redirect."""
    return page(
        "This sign-in cannot go on", f"<p>{escape(reason)}</p>", VENDOR, status=400
    )
