"""Tests of the dashboard: its modules are served, and what they ask for is answered."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
import re
from typing import Any
from urllib.parse import urljoin

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.ev_charging_cloud.binary_sensor import MOST_ON_MAP
from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.const import ATTR_LATITUDE, ATTR_LONGITUDE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from simulator import Simulator

from .beenergised_cpo.common import make_account
from .common import async_set_up

MODULE = re.compile(rf'import\("(/{DOMAIN}/[0-9a-f]+/dashboard\.js)"')
IMPORT = re.compile(r'from "(\.[^"]+)"')
COMMAND = {"type": f"{DOMAIN}/installation"}


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    hass_storage: dict[str, Any],
) -> TestClient[Any, Any]:
    """Return what asks for pages of a Home Assistant that has a frontend."""
    # Nobody is greeted as on the first visit.
    hass_storage["onboarding"] = {
        "version": 4,
        "data": {"done": ["user", "core_config", "analytics", "integration"]},
    }
    assert await async_setup_component(hass, "frontend", {})
    # The harness's web server takes no more addresses once it runs.
    assert await async_setup_component(hass, DOMAIN, {})
    return await hass_client_no_auth()


async def _modules(browser: TestClient[Any, Any]) -> list[str]:
    """Return the addresses of our modules that the page of the frontend loads."""
    page = await browser.get("/")
    return MODULE.findall(await page.text())


type Ask = Callable[[], Awaitable[list[dict[str, Any]]]]


@pytest.fixture
async def installation(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> Ask:
    """Return what tells of the accounts to somebody who may look and no more."""
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_ws_client(hass, hass_read_only_access_token)

    async def ask() -> list[dict[str, Any]]:
        await client.send_json_auto_id(COMMAND)
        answer = await client.receive_json()
        assert answer["success"], answer
        accounts: list[dict[str, Any]] = answer["result"]["accounts"]
        return accounts

    return ask


async def test_the_module_is_loaded_once(
    hass: HomeAssistant,
    browser: TestClient[Any, Any],
    sim: Simulator,
    entry: MockConfigEntry,
) -> None:
    """However many accounts there are; all that it imports is served, and kept by browsers."""
    await async_set_up(hass, entry)
    await async_set_up(hass, make_account(hass, sim))
    (module,) = await _modules(browser)
    seen: set[str] = set()
    left = {module}
    while left:
        address = left.pop()
        seen.add(address)
        answer = await browser.get(address)
        assert answer.status == HTTPStatus.OK, address
        assert "javascript" in answer.headers["Content-Type"]
        assert "max-age" in answer.headers["Cache-Control"]
        found = IMPORT.findall(await answer.text())
        left |= {urljoin(address, name) for name in found} - seen
    assert len(seen) > 5


async def test_the_module_is_harmless_without_accounts(
    hass: HomeAssistant,
    browser: TestClient[Any, Any],
    installation: Ask,
    entry: MockConfigEntry,
) -> None:
    """With the last account gone the dashboard finds nothing; with a new one all is back."""
    await async_set_up(hass, entry)
    (module,) = await _modules(browser)
    await hass.config_entries.async_remove(entry.entry_id)
    assert await installation() == []
    assert (await browser.get(module)).status == HTTPStatus.OK
    again = MockConfigEntry(domain=DOMAIN, unique_id=entry.unique_id, data=entry.data)
    again.add_to_hass(hass)
    await async_set_up(hass, again)
    assert await _modules(browser) == [module]
    (account,) = await installation()
    assert account["entry_id"] == again.entry_id


async def test_who_may_only_look_sees_all_devices(
    hass: HomeAssistant,
    installation: Ask,
    sim: Simulator,
    entry: MockConfigEntry,
) -> None:
    """Each device is told with its kind; a person who may change nothing can ask, too."""
    await async_set_up(hass, entry)
    other = make_account(hass, sim)
    await async_set_up(hass, other)
    accounts = await installation()
    assert [(it["entry_id"], it["title"], it["vendor"]) for it in accounts] == [
        (entry.entry_id, entry.title, "Kempower ChargEye"),
        (other.entry_id, other.title, "be.ENERGISED CPO"),
    ]
    registry = dr.async_get(hass)
    for account in accounts:
        devices = {
            device.id
            for device in (
                *dr.async_entries_for_config_entry(registry, account["entry_id"]),
                *dr.async_child_entries_for_config_entry(registry, account["entry_id"]),
            )
        }
        assert {it["id"] for it in account["devices"]} == devices
    kinds = [it["kind"] for it in accounts[0]["devices"]]
    stations = len(sim.world.station_ids)
    assert kinds.count("account") == 1
    assert kinds.count("station") == stations
    assert kinds.count("connector") == 2 * stations
    assert kinds.count("location") > 0


async def test_what_is_switched_off_is_left_out(
    hass: HomeAssistant, installation: Ask, entry: MockConfigEntry
) -> None:
    """Neither devices nor accounts that somebody has switched off are told."""
    await async_set_up(hass, entry)
    (account,) = await installation()
    station = next(it for it in account["devices"] if it["kind"] == "station")
    dr.async_get(hass).async_update_device(
        station["id"], disabled_by=dr.DeviceEntryDisabler.USER
    )
    (account,) = await installation()
    assert station["id"] not in {it["id"] for it in account["devices"]}
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    assert await installation() == []


async def test_devices_are_told_while_the_cloud_is_away(
    hass: HomeAssistant,
    installation: Ask,
    entry: MockConfigEntry,
) -> None:
    """An account that is not loaded is no error: its devices are known."""
    await async_set_up(hass, entry)
    (before,) = await installation()
    await hass.config_entries.async_unload(entry.entry_id)
    (after,) = await installation()
    assert after == before


def _on_the_map(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, Any]:
    """Return the positions that maps find, by unique id."""
    return {
        each.unique_id: (
            state.attributes[ATTR_LATITUDE],
            state.attributes[ATTR_LONGITUDE],
        )
        for each in er.async_entries_for_config_entry(
            er.async_get(hass), entry.entry_id
        )
        if (state := hass.states.get(each.entity_id))
        and ATTR_LATITUDE in state.attributes
    }


async def test_stations_are_on_the_map_once(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry, station_id: str
) -> None:
    """One entity of each station has its position, or its location's."""
    await async_set_up(hass, entry)
    found = _on_the_map(hass, entry)
    assert len(found) == len(sim.world.station_ids)
    (site,) = (
        site
        for site in sim.world.locations.values()
        if site.id == sim.world.station(station_id).location_id
    )
    assert found[f"kempower_test/station/{station_id}/online"] == (
        site.latitude,
        site.longitude,
    )


async def test_no_map_is_flooded(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above a number of stations none of them is on the map."""
    assert MOST_ON_MAP < 500
    monkeypatch.setattr(
        "custom_components.ev_charging_cloud.binary_sensor.MOST_ON_MAP", 3
    )
    await async_set_up(hass, entry)
    assert not _on_the_map(hass, entry)
