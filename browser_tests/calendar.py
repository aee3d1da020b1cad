"""What a person does on Home Assistant's calendar page, one function per step."""

from datetime import date, datetime

from playwright.async_api import Locator, expect

from .steps import Visitor

TRIES = 5
DRAWN = 300  # milliseconds in which the editor has drawn itself anew


class CalendarPage:
    """The calendar page, in front of a visitor."""

    def __init__(self, visitor: Visitor) -> None:
        """Take who looks at it."""
        self._visitor = visitor
        self._page = visitor.page
        self._detail = self._page.locator("dialog-calendar-event-detail")

    async def open(self) -> None:
        """Open the page."""
        await self._visitor.open("/calendar")
        await expect(self._page.locator("ha-full-calendar")).to_be_visible()

    async def photograph(self, name: str) -> None:
        """Keep a picture of the page."""
        await self._visitor.photograph(name)

    def event(self, summary: str) -> Locator:
        """Return the event with a summary, as it stands on the page."""
        return self._page.locator(".fc-event").filter(
            has=self._page.get_by_text(summary, exact=True)
        )

    async def add(self) -> Editor:
        """Begin to make an event."""
        await self._page.get_by_role("button", name="Add Event").click()
        return await self._editor("Add Event")

    async def look_at(self, summary: str) -> None:
        """Open an event's details."""
        await self.event(summary).click()
        await expect(self._detail.get_by_text(summary, exact=True)).to_be_visible()

    async def edit(self) -> Editor:
        """Begin to change the event whose details are open."""
        await self._detail.get_by_role("button", name="Edit Event").click()
        return await self._editor("Save Event")

    async def delete(self) -> None:
        """Delete the event whose details are open."""
        await self._detail.get_by_role("button", name="Delete Event").click()
        await self._visitor.photograph("delete")
        await self._page.get_by_role("button", name="Delete", exact=True).click()
        await expect(self._detail.locator("ha-dialog")).to_have_count(0)

    async def _editor(self, button: str) -> Editor:
        editor = Editor(self._visitor, button)
        await expect(editor.summary).to_be_visible()
        return editor


class Editor:
    """The dialog in which an event is made or changed."""

    def __init__(self, visitor: Visitor, button: str) -> None:
        """Take who fills it in, and the button that ends it."""
        self._page = visitor.page
        self._dialog = self._page.locator("dialog-calendar-event-editor")
        self._button = button
        self.summary = self._dialog.locator("ha-input[name=summary] input")

    @property
    def refusal(self) -> Locator:
        """Return why the event was not taken."""
        return self._dialog.locator("ha-alert")

    async def choose_calendar(self, device: str) -> None:
        """Choose the calendar of a device."""
        picker = self._dialog.locator("ha-entity-picker")
        await picker.click()
        await picker.get_by_placeholder("Search").fill(device)
        found = picker.locator("ha-picker-combo-box ha-combo-box-item")
        await found.filter(has_text=device).click()
        await expect(picker.locator("ha-picker-field")).to_contain_text(device)

    async def begin(self, moment: datetime) -> None:
        """Let the event begin at a time of this month or one beside it."""
        await self._set(0, moment)

    async def end(self, moment: datetime) -> None:
        """Let the event end at a time of this month or one beside it."""
        await self._set(1, moment)

    async def press(self) -> None:
        """Send the event off."""
        await self._dialog.get_by_role("button", name=self._button).click()

    async def finish(self) -> None:
        """Send the event off, and see the dialog close: the cloud has it now."""
        await self.press()
        await expect(self._dialog.locator("ha-dialog")).to_have_count(0)

    async def _set(self, place: int, moment: datetime) -> None:
        await self._pick(self._dialog.locator("ha-date-input").nth(place), moment)
        time = self._dialog.locator("ha-time-input").nth(place)
        for name, value in (("hours", f"{moment:%H}"), ("minutes", f"{moment:%M}")):
            await self._type(time.locator(f"input[name={name}]"), value)

    async def _type(self, field: Locator, value: str) -> None:
        # the editor still works at what was filled in before, and draws this field
        # anew while it is typed in: a person sees that, and types it again
        for _ in range(TRIES):
            await field.fill(value)
            await field.press("Tab")
            await self._page.wait_for_timeout(DRAWN)
            if await field.input_value() == value:
                return
        await expect(field).to_have_value(value)

    async def _pick(self, field: Locator, day: date) -> None:
        shown = f"{day:%d/%m/%Y}"
        # nothing would tell when the same day has been taken over
        if await field.locator("input").input_value() == shown:
            return
        await field.click()
        picker = self._page.locator("ha-dialog-date-picker")
        month = picker.locator(".month-year")
        await expect(month).to_be_visible()
        shows = datetime.strptime((await month.inner_text()).strip(), "%B %Y").date()
        wanted = date(day.year, day.month, 1)
        if shows != wanted:
            step = "Next" if shows < wanted else "Back"
            await picker.get_by_role("button", name=step).last.click()
        await picker.get_by_role(
            "button", name=f"{day.day} {day:%B}", exact=True
        ).click()
        await picker.get_by_role("button", name="OK").click()
        await expect(field.locator("input")).to_have_value(shown)
