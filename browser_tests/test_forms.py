"""Forms that are filled in wrongly: what is said, and that nothing typed is lost."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, expect
import pytest

from demo.home_assistant import HomeAssistant
from demo.simulation import Simulation

from .steps import Visitor

NOWHERE = "https://nowhere.invalid"


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form: the way there, its fields, and where its server's address goes.

    ``wrong`` is the field that is typed wrongly, and ``refusal`` what is said of it.
    """

    vendor: str
    choices: tuple[str, ...]
    fields: tuple[str, ...]
    wrong: str
    refusal: str
    address: str
    is_collapsed: bool = True


FORMS = (
    Form(
        vendor="kempower",
        choices=("Kempower ChargEye",),
        fields=("refresh_token",),
        wrong="refresh_token",
        refusal="These credentials were not accepted by Kempower ChargEye",
        address="server",
    ),
    Form(
        vendor="ev_energy",
        choices=("ev.energy", "With a client of your own"),
        fields=("client_id", "client_secret"),
        wrong="client_secret",
        refusal="These credentials were not accepted by ev.energy",
        address="server",
    ),
    Form(
        vendor="beenergised_cpo",
        choices=("be.ENERGISED CPO",),
        fields=("client_id", "client_secret"),
        wrong="client_secret",
        refusal="The client ID is right, but the client secret is not",
        address="tenant",
        is_collapsed=False,
    ),
    Form(
        vendor="beenergised_driver",
        choices=("be.ENERGISED for drivers", "With username and password"),
        fields=("psk", "username", "password"),
        wrong="password",
        refusal="The key is right, but the username or the password is not",
        address="tenant",
        is_collapsed=False,
    ),
)


async def fill(visitor: Visitor, form: Form, address: str, **typed: str) -> None:
    """Fill a form in."""
    for field, value in typed.items():
        await visitor.field(field).fill(value)
    if form.is_collapsed:
        await open_server(visitor)
    await visitor.field(form.address).fill(address)


async def open_server(visitor: Visitor) -> None:
    """Open the section with the server's address, which may be open already."""
    if not await visitor.field("server").is_visible():
        await visitor.open_section("Server")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.vendor)
async def test_form(
    page: Page,
    home: HomeAssistant,
    simulation: Simulation,
    screenshots: Path,
    form: Form,
) -> None:
    """Blanks, a server that is not there, and a wrong secret each say what to do."""
    cloud = simulation.vendors[form.vendor]
    right = {field: cloud[field] for field in form.fields}
    if form.vendor == "ev_energy":
        right = {field: cloud[f"organisation_{field}"] for field in form.fields}
    visitor = Visitor(page, home.url, screenshots, f"form-{form.vendor}-")
    await visitor.log_in()
    await visitor.find_integration()
    for choice in form.choices:
        await visitor.choose_vendor(choice)

    await fill(visitor, form, cloud["server"], **dict.fromkeys(form.fields, "  "))
    await visitor.submit()
    # Of blanks there are passwords.
    blank = [field for field in form.fields if field != "password"]
    await expect(visitor.form.get_by_text("Fill this in.")).to_have_count(len(blank))
    await visitor.photograph("blanks")

    await fill(visitor, form, NOWHERE, **right)
    await visitor.submit()
    await expect(visitor.form).to_contain_text("There is no such server")
    await expect(visitor.field(form.address)).to_have_value(NOWHERE)
    await visitor.photograph("no-server")

    typed = right | {form.wrong: "not-the-secret"}
    await fill(visitor, form, cloud["server"], **typed)
    if form.vendor == "beenergised_cpo":
        await open_server(visitor)
        await visitor.field("server").fill(cloud["server"])
    await visitor.submit()
    await expect(visitor.form).to_contain_text(form.refusal)
    await visitor.photograph("wrong-secret")
