"""The vendors' pages have a table of entities for each kind of device: what accounts really have.

``--write-entities`` writes the tables anew; what they say in words stays, and what is
new gets the words that another vendor's page has for it. What is left without words, a
person has to add.
"""

import logging

import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_charging_cloud.vendors import VENDORS
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from simulator import Simulator

from .entities.page import TABLE, Words, kinds_on, page_of, words_of, written
from .entities.rows import Row, async_rows, keys_of
from .entities.scenes import Stage
from .kempower.acts import async_upload


def words_of_others(key: str) -> Words:
    """Return what the pages of other vendors say of entities."""
    return {
        known: text
        for other in VENDORS
        if other != key
        for known, text in words_of(page_of(other).read_text()).items()
        if known[2]
    }


@pytest.mark.parametrize("key", VENDORS)
@pytest.mark.usefixtures("freezer", "without_past")
async def test_tables(
    hass: HomeAssistant,
    demo_world: Simulator,
    hass_client: ClientSessionGenerator,
    pytestconfig: pytest.Config,
    caplog: pytest.LogCaptureFixture,
    key: str,
) -> None:
    """Each table is what would be written now, and every line of it says something."""
    # The log of requests wants a real clock.
    caplog.set_level(logging.WARNING, "aiohttp.access")
    # What has an address must be there before the first request.
    assert await async_setup_component(hass, "file_upload", {})

    async def upload(content: bytes) -> str:
        return await async_upload(await hass_client(), content)

    rows = await async_rows(key, Stage(hass=hass, sim=demo_world, upload=upload))
    file = page_of(key)
    page = file.read_text()
    assert sorted(kinds_on(page)) == sorted(rows)
    should = written(page, rows, words_of_others(key))
    if pytestconfig.getoption("--write-entities"):
        file.write_text(should)
        page = should
    assert page == should, (
        "script/test tests/test_entity_tables.py --write-entities writes it"
    )
    words = words_of(page)
    assert words.keys() == set(keys_of(rows))
    assert [known for known, text in words.items() if not text] == []


def test_words_of_older_forms() -> None:
    """A line that names several entities and no platform gives each of them its words."""
    page = (
        "<!-- entities: station -->\n"
        "| Entity | Default | What it shows |\n"
        "| --- | --- | --- |\n"
        "| Power, peak power | on | In kW. |\n"
        "<!-- entities: end -->\n"
    )
    power = Row(
        name="Power", platform="sensor", unit="kW", default="on", where="always"
    )
    peak = Row(name="Peak power", platform="sensor", unit="kW", default="off", where="")
    table = written(page, {"station": [power, peak]}, {})
    assert "| Power | sensor | kW | on | always | In kW. |" in table
    assert "| Peak power | sensor | kW | off | | In kW. |" in table
    assert written(table, {"station": [power, peak]}, {}) == table
    assert "Peak" not in written(table, {"station": [power]}, {})


def test_words_for_what_is_new() -> None:
    """What is new gets another page's words, and none where there are none."""
    page = "<!-- entities: station -->\n<!-- entities: end -->\n"
    row = Row(name="Power", platform="sensor", unit="kW", default="on", where="always")
    known = {("station", "Power", "sensor"): "Present output."}
    assert "| always | Present output. |" in written(page, {"station": [row]}, known)
    found = TABLE.search(written(page, {"station": [row]}, {}))
    assert found is not None
    assert "| always | |" in found["table"]
