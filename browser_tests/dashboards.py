"""What a person does with dashboards: adds ours, opens its pages, reads its cards."""

from playwright.async_api import ConsoleMessage, Error, Locator, Page, Route, expect

from .steps import Visitor

NAME = "EV charging"
# Drawn by the browser's own means in a machine without a graphics card.
DRIVER_NOTE = "GL Driver Message"
EMPTY_TILES = {
    "tilejson": "3.0.0",
    "tiles": ["https://tiles.invalid/{z}/{x}/{y}"],
    "minzoom": 0,
    "maxzoom": 0,
    "vector_layers": [],
}


class Console:
    """What a page complained of."""

    def __init__(self, page: Page) -> None:
        """Listen from now on."""
        self.complaints: list[str] = []
        page.on("console", self._on_message)
        page.on("pageerror", self._on_error)

    def _on_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and DRIVER_NOTE not in message.text:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _on_error(self, error: Error) -> None:
        self.complaints.append(str(error))


async def draw_empty_maps(page: Page) -> None:
    """Answer in place of the map's server, which a test does not ask."""

    async def answer(route: Route) -> None:
        if "tilejson" in route.request.url:
            await route.fulfill(json=EMPTY_TILES)
        else:
            await route.fulfill(status=204)

    await page.route("**/api/map_tiles/**", answer)
    await page.route("https://tiles.invalid/**", answer)


async def add_dashboard(visitor: Visitor) -> str:
    """Add ours by Home Assistant's own dialog, and return its address."""
    page = visitor.page
    await visitor.open("/config/lovelace/dashboards")
    await page.get_by_role("button", name="Add dashboard").click()
    offers = page.locator("dashboard-card")
    ours = offers.filter(has_text=NAME)
    await expect(ours).to_contain_text("What charges, what is free")
    await ours.scroll_into_view_if_needed()
    await visitor.photograph("offer")
    await ours.click()
    form = page.locator("dialog-lovelace-dashboard-detail")
    title = form.locator("input").first
    await expect(title).to_have_value(NAME)
    await visitor.photograph("new")
    await form.get_by_role("button", name="Create").click()
    link = page.locator("ha-sidebar").get_by_text(NAME, exact=True)
    await link.click()
    await page.wait_for_url("**/overview")
    return f"/{page.url.split('/')[-2]}"


async def open_page(visitor: Visitor, address: str) -> None:
    """Open a page of a dashboard and wait until its cards are there."""
    await visitor.open(address)
    await expect(
        visitor.page.locator("hui-sections-view hui-card").first
    ).to_be_visible()


def section(page: Page, heading: str) -> Locator:
    """Return a part of a page by its heading."""
    title = page.locator("hui-heading-card", has_text=heading)
    return page.locator("hui-grid-section", has=title).first
