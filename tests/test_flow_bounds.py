"""Where the dialogs' limits begin, and what a page that is reloaded in the middle shows."""

from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import (
    CONF_DATABASE,
    CONF_DETAIL,
    CONF_DETAIL_AT,
    CONF_LOCATIONS,
    CONF_SESSIONS,
)
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulator import Simulator

from .common import async_configure, async_set_up
from .ev_energy.common import make_account as make_home
from .kempower.common import async_choose, form_of

FLOWS = "custom_components.ev_charging_cloud.flows"


def said(form: ConfigFlowResult, key: str) -> str:
    """Return what a form says."""
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    return placeholders[key]


async def test_menu_that_is_opened_again(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """A page that is reloaded says once more how many entities the choice has."""
    await async_set_up(hass, entry)
    options = hass.config_entries.options
    form = await options.async_init(entry.entry_id)
    first, _ = sim.world.locations
    choice = {CONF_DETAIL_AT: {"totals": [first]}}
    menu = await options.async_configure(form["flow_id"], choice)
    again = await options.async_configure(form["flow_id"])
    for shown in (menu, again):
        assert (shown["type"], shown["step_id"]) == (FlowResultType.MENU, "confirm")
        assert shown["menu_options"] == ["keep", "again"]
    assert again["description_placeholders"] == menu["description_placeholders"]


async def test_form_without_the_cloud_that_is_opened_again(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """What went wrong is said once; where sessions are kept can still be said."""
    sim.kempower.faults.add("*", status=503, message="Too busy")
    options = hass.config_entries.options
    form = await options.async_init(entry.entry_id)
    assert (form["step_id"], form["errors"]) == (
        "without_cloud",
        {"base": "cannot_connect"},
    )
    assert said(form, "message") == "Too busy"
    again = await options.async_configure(form["flow_id"])
    assert (again["step_id"], again["errors"]) == ("without_cloud", None)
    assert again["description_placeholders"] == {"message": ""}
    result = await options.async_configure(form["flow_id"], {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_database_that_is_none_where_there_are_no_locations(
    hass: HomeAssistant, sim: Simulator
) -> None:
    """The form comes again with what was typed; then the choice is kept."""
    account = make_home(hass, sim)
    options = hass.config_entries.options
    form = await options.async_init(account.entry_id)
    assert form["step_id"] == "sessions"
    typed = {CONF_DETAIL: "totals", CONF_SESSIONS: {CONF_DATABASE: "nonsense"}}
    form = await options.async_configure(form["flow_id"], typed)
    assert (form["step_id"], form["errors"]) == (
        "sessions",
        {CONF_SESSIONS: "database_unknown"},
    )
    assert form["data_schema"] is not None
    fields = {str(marker): marker for marker in form["data_schema"].schema}
    assert fields[CONF_DETAIL].description == {"suggested_value": "totals"}
    result = await options.async_configure(form["flow_id"], {CONF_DETAIL: "totals"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == {CONF_DETAIL: "totals"}


@pytest.mark.parametrize("fits", [True, False])
async def test_from_when_on_an_account_is_large(
    hass: HomeAssistant, sim: Simulator, socket_enabled: None, fits: bool
) -> None:
    """As many entities as the limit are shown unasked; of one more it is asked how much."""
    form = await async_configure(hass, await async_choose(hass), form_of(sim))
    many = int(said(form, "all"))
    hass.config_entries.flow.async_abort(form["flow_id"])
    limit = many if fits else many - 1
    first, _ = sim.world.locations
    with (
        patch(f"{FLOWS}.base.MOST_ENTITIES", limit),
        patch(f"{FLOWS}.detail.MOST_ENTITIES", limit),
    ):
        form = await async_configure(hass, await async_choose(hass), form_of(sim))
        assert said(form, "limit") == str(limit)
        result = await async_configure(hass, form, {CONF_LOCATIONS: [first]})
        assert (result["type"] is FlowResultType.CREATE_ENTRY) is fits
        if not fits:
            assert result["step_id"] == "confirm"
            assert said(result, "limit") == str(limit)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize(("more", "step"), [(0, None), (1, "detail")])
async def test_from_when_on_an_account_of_one_location_is_large(
    hass: HomeAssistant, socket_enabled: None, more: int, step: str | None
) -> None:
    """Without locations to pick it is all or a level of detail, from the same limit on."""
    async with Simulator(stations=1, speed=0, quiet=True) as sim:
        with patch(f"{FLOWS}.base.MOST_ENTITIES", 1):
            form = await async_configure(hass, await async_choose(hass), form_of(sim))
        assert form["step_id"] == "detail"
        many = int(said(form, "all"))
        hass.config_entries.flow.async_abort(form["flow_id"])
        with patch(f"{FLOWS}.base.MOST_ENTITIES", many - more):
            result = await async_configure(hass, await async_choose(hass), form_of(sim))
        assert result.get("step_id") == step
        await hass.async_block_till_done(wait_background_tasks=True)
