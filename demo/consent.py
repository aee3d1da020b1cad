"""Give consent on a vendor's page, as a person with a browser would."""

from html.parser import HTMLParser
from typing import override

import aiohttp

from .errors import DemoError

TIMEOUT = aiohttp.ClientTimeout(total=30)


class _Buttons(HTMLParser):
    """What each button of a page sends, by the text on it."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.fields: dict[str, dict[str, str]] = {}
        self._open: dict[str, str] | None = None
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Come to a button."""
        if tag == "button":
            given = dict(attrs)
            self._open = {given.get("name") or "": given.get("value") or ""}

    @override
    def handle_data(self, data: str) -> None:
        """Read what is on the button."""
        if self._open is not None:
            self.fields[data.strip()] = self._open

    @override
    def handle_endtag(self, tag: str) -> None:
        """Leave the button."""
        if tag == "button":
            self._open = None


async def allow(url: str, callback: str) -> None:
    """Open a consent page, press "Allow", and follow to where that leads.

    Args:
        url: The page.
        callback: Where it must lead in the end.

    Raises:
        DemoError: It did not lead there.
    """
    async with aiohttp.ClientSession(timeout=TIMEOUT) as browser:
        async with browser.get(url) as response:
            page, text = response.url, await response.text()
        answer = _Buttons(text).fields.get("Allow")
        if answer is None:
            raise DemoError(f"The page {page} has no button to allow anything: {text}")
        async with browser.post(page, data=answer) as response:
            if response.status != 200 or not str(response.url).startswith(callback):
                raise DemoError(
                    f"Allowing access led to {response.url}: {response.status} {(await response.text())[:500]}"
                )
