"""The browser that this machine has, as the tests and the pictures of the docs use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
import shutil

from playwright.async_api import Browser, async_playwright, expect

# Home Assistant lets ten seconds pass between two polls that were asked for
PATIENCE_MS = 20_000
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Return where the browser is, or None if there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@asynccontextmanager
async def run_browser(executable: str) -> AsyncIterator[Browser]:
    """Start the browser and end it again; what is expected of its pages is waited for."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=ARGUMENTS
        )
        yield browser
        await browser.close()
