"""What a person does in Home Assistant's pages, one function per step."""

from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from demo.client import PASSWORD, USER

NAME = "EV Charging Cloud"
# What people look for is the vendor that they have an account with.
SOUGHT = "kempower"
# the icon and the animation of a dialog, before its picture is taken
SETTLE_MS = 600


class Visitor:
    """A person in front of one Home Assistant, with a camera."""

    def __init__(
        self, page: Page, url: str, screenshots: Path, series: str = ""
    ) -> None:
        """Take a browser window, an address, where pictures go, and what their names begin with."""
        self.page = page
        self._url = url
        self._screenshots = screenshots
        self._series = series
        self._taken: list[str] = []

    async def photograph(self, name: str, window: Page | None = None) -> None:
        """Keep a picture of a window as it is: ours if not another; once of each stage, numbered."""
        if name in self._taken:
            return
        self._taken.append(name)
        window = window or self.page
        await window.wait_for_timeout(SETTLE_MS)
        file = f"{self._series}{len(self._taken):02}-{name}.png"
        await window.screenshot(path=self._screenshots / file)

    async def log_in(self) -> None:
        """Log in as the demo's user."""
        page = self.page
        await page.goto(self._url)
        await page.get_by_role("textbox", name="Username").fill(USER)
        await page.get_by_role("textbox", name="Password").fill(PASSWORD)
        await self.photograph("login")
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_url("**/home/**")

    async def find_integration(self) -> None:
        """Open Devices & services and find ours among the integrations to add."""
        page = self.page
        await self.open("/config/integrations/dashboard")
        await page.get_by_role("button", name="Add integration").click()
        await page.get_by_placeholder("Search for a brand name").fill(SOUGHT)
        row = page.locator("ha-integration-list-item", has_text=NAME)
        await expect(row).to_be_visible()
        await self.photograph("search")
        await row.click()

    async def choose(self, choice: str, menu: str) -> None:
        """Choose in a menu."""
        option = self.page.locator("step-flow-menu").get_by_text(choice, exact=True)
        await expect(option).to_be_visible()
        await self.photograph(menu)
        await option.click()

    async def choose_vendor(self, vendor: str) -> None:
        """Choose a vendor in the first menu."""
        await self.choose(vendor, "vendors")

    async def enter_application(self, name: str, client_id: str, secret: str) -> None:
        """Fill in the application credentials that the flow asks for."""
        dialog = self.page.locator("dialog-add-application-credential")
        for key, value in {
            "name": name,
            "clientId": client_id,
            "clientSecret": secret,
        }.items():
            await dialog.locator(f"ha-input[name={key}] input").fill(value)
        await self.photograph("application-credentials")
        await dialog.get_by_role("button", name="Add").click()

    @asynccontextmanager
    async def sign_in_elsewhere(
        self, going: Coroutine[Any, Any, None]
    ) -> AsyncIterator[Page]:
        """Go where a vendor's page opens; what is done there must close it."""
        async with self.page.expect_popup() as opening:
            await going
        window = await opening.value
        await expect(self.page.locator("step-flow-external")).to_be_visible()
        async with window.expect_event("close"):
            yield window

    @property
    def refusal(self) -> Locator:
        """Return why the flow went no further."""
        return self.page.locator("step-flow-abort")

    async def end_sign_in(self) -> None:
        """Read that signing in again worked, and leave."""
        await expect(self.refusal).to_contain_text("Re-authentication was successful")
        await self.photograph("signed-in-again")
        await self.close_dialog()

    async def close_dialog(self) -> None:
        """Leave a flow that is over."""
        await self.page.get_by_role("button", name="Close").last.click()
        await expect(self.refusal).to_be_hidden()

    @property
    def form(self) -> Locator:
        """Return the form that is open."""
        return self.page.locator("step-flow-form")

    def field(self, name: str) -> Locator:
        """Return an input of the form by its key."""
        return self.form.locator(f"input[name={name}]")

    async def open_section(self, title: str) -> None:
        """Open a collapsed section of the form."""
        await self.form.get_by_text(title, exact=True).click()

    async def submit(self) -> None:
        """Send the form off."""
        await self.page.get_by_role("button", name="Submit").click()

    async def finish(self) -> None:
        """Leave the last dialog, in which rooms could be chosen for the new devices."""
        dialog = self.page.locator("step-flow-create-entry")
        await expect(dialog).to_be_visible()
        await self.photograph("success")
        await (
            self.page.get_by_role("button", name="Skip and finish")
            .or_(self.page.get_by_role("button", name="Finish"))
            .first.click()
        )
        await expect(dialog).to_be_hidden()

    async def open(self, path: str) -> None:
        """Open one of Home Assistant's pages."""
        await self.page.goto(f"{self._url}{path}")

    async def open_devices(self, entry_id: str) -> None:
        """Open the list of an account's devices."""
        await self.open(f"/config/devices/dashboard?config_entry={entry_id}")

    async def open_device(self, device_id: str) -> None:
        """Open a device's page."""
        await self.open(f"/config/devices/device/{device_id}")

    async def expect_values(self, values: Mapping[str, str]) -> None:
        """Find each value beside its name on a device's page."""
        rows = self.page.locator("ha-device-entities-card hui-generic-entity-row")
        for name, value in values.items():
            row = rows.filter(has=self.page.get_by_text(name, exact=True))
            await expect(row, f"{name} should be {value}").to_contain_text(value)

    async def show(self, title: str) -> None:
        """Scroll until a device's page begins with a group of values."""
        heading = self.page.locator("ha-device-entities-card").get_by_text(
            title, exact=True
        )
        await heading.evaluate("heading => heading.scrollIntoView()")

    def button(self, name: str) -> Locator:
        """Return a button of a device."""
        rows = self.page.locator("ha-device-entities-card hui-button-entity-row")
        row = rows.filter(has=self.page.get_by_text(name, exact=True))
        return row.get_by_role("button", name="Press")

    async def press(self, name: str) -> None:
        """Press a button of a device."""
        await self.button(name).click()

    async def expect_toast(self, text: str) -> None:
        """Read what Home Assistant says of what was just done."""
        await expect(self.page.locator("notification-manager")).to_contain_text(text)

    async def expect_notification(self, text: str, patience_ms: float) -> None:
        """Open the notifications and read one, once it is there."""
        await self.page.locator("ha-sidebar .notifications").click()
        drawer = self.page.locator("notification-drawer")
        await expect(drawer).to_contain_text(text, timeout=patience_ms)

    async def close_notifications(self) -> None:
        """Go back to the page behind the notifications."""
        await self.page.keyboard.press("Escape")

    async def find_notice(self, account: str) -> None:
        """Find that one account asks to sign in again, and go on with that."""
        await self.open("/config/integrations/dashboard")
        notice = self.page.locator("ha-config-flow-card")
        await expect(notice).to_have_count(1)
        await expect(notice).to_contain_text(account)
        await self.photograph("notice")
        await notice.get_by_role("button", name="Reconfigure").click()
        await expect(self.page.get_by_title("Sign in again")).to_be_visible()

    async def expect_no_notice(self) -> None:
        """Find that no account asks for anything."""
        await self.open("/config/integrations/dashboard")
        card = self.page.locator("ha-integration-card", has_text=NAME)
        await expect(card).to_be_visible()
        await expect(self.page.locator("ha-config-flow-card")).to_have_count(0)
