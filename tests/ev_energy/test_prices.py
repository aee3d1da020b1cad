"""Tests of prices and carbon of the hours to come, and of the vendor's messages."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType
from simulator import Simulator
from simulator.ev_energy import USUAL
from simulator.ev_energy.options import Message
from simulator.homes.prices import carbon_at
from tests.common import async_set_up

from .common import async_pass

HALF_HOUR = timedelta(minutes=30)


def account_device(hass: HomeAssistant, account: MockConfigEntry) -> str:
    """Return the id of an account's device."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{account.unique_id}/account"), account.entry_id
    )
    assert device is not None
    return device.id


async def async_ask(
    hass: HomeAssistant, account: MockConfigEntry, **data: object
) -> JsonObjectType:
    """Return what the action returns."""
    answer = await hass.services.async_call(
        DOMAIN,
        "get_prices",
        {"device_id": account_device(hass, account), **data},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    return answer


def rows(found: JsonValueType) -> list[JsonObjectType]:
    """Return the rows of a response."""
    assert isinstance(found, list)
    return [row for row in found if isinstance(row, dict)]


async def test_prices_of_a_time(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Half hours come in order, whole where the time begins in one, with both figures."""
    sim.ev_energy.grant(USUAL | {"tariff:prices:read"})
    sim.ev_energy.options.carbon_forecast_hours = 24
    await async_set_up(hass, account)
    start = sim.clock.now().replace(minute=10, second=0, microsecond=0)
    before = len(sim.ev_energy.requests)

    answer = await async_ask(
        hass, account, start=start.isoformat(), end=start + timedelta(hours=2)
    )
    assert len(sim.ev_energy.requests) - before <= 6
    assert answer["problems"] == {}
    prices, carbon = rows(answer["prices"]), rows(answer["carbon_intensity"])
    begins = [dt_util.parse_datetime(str(each["start"])) for each in prices]
    first = start.replace(minute=0)
    assert begins == [first + n * HALF_HOUR for n in range(5)]
    assert {each["currency"] for each in prices} == {"GBP"}
    assert all(0 < float(str(each["price"])) < 1 for each in prices)
    assert [each["intensity"] for each in carbon] == [
        carbon_at(first + n * HALF_HOUR) for n in range(5)
    ]


async def test_a_day_ahead(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Without a time, it is the day from now on; a missing scope costs its part."""
    sim.ev_energy.options.carbon_forecast_hours = 48
    await async_set_up(hass, account)
    answer = await async_ask(hass, account)
    assert answer["prices"] is None
    assert isinstance(answer["problems"], dict)
    assert "permission" in str(answer["problems"]["prices"])
    assert len(rows(answer["carbon_intensity"])) in {48, 49}


async def test_nothing_can_be_read(
    hass: HomeAssistant, sim: Simulator, account: MockConfigEntry
) -> None:
    """Where neither may be read, the vendor's words say so."""
    sim.ev_energy.grant(USUAL - {"carbon:read"})
    await async_set_up(hass, account)
    with pytest.raises(HomeAssistantError, match="permission"):
        await async_ask(hass, account)


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z", "time_ends_before_start"),
        ("2026-11-24T10:00:00Z", "2026-12-24T10:00:00Z", "time_too_long"),
    ],
)
async def test_times_that_make_no_sense(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    start: str,
    end: str,
    key: str,
) -> None:
    """Nothing is asked for a time that makes no sense."""
    await async_set_up(hass, account)
    before = len(sim.ev_energy.requests)
    with pytest.raises(ServiceValidationError) as caught:
        await async_ask(hass, account, start=start, end=end)
    assert caught.value.translation_key == key
    assert len(sim.ev_energy.requests) == before


async def test_other_accounts_know_no_prices(
    hass: HomeAssistant, sim: Simulator, entry: MockConfigEntry
) -> None:
    """An account whose vendor tells none says so."""
    await async_set_up(hass, entry)
    with pytest.raises(ServiceValidationError) as caught:
        await async_ask(hass, entry)
    assert caught.value.translation_key == "no_forecasts"


async def test_messages_that_ask_for_something(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """They are repairs in the vendor's words until they are read or resolved."""
    at = datetime(2026, 11, 24, 7, 12, 40, tzinfo=UTC)
    link = "https://ev.example/reconnect"
    asks = Message(1, "Vehicle needs reconnecting", "Sign in\nagain.", at, link=link)
    sim.ev_energy.options.notifications = [
        asks,
        Message(2, "Try our new plan", "It is cheap.", at, category="MARKETING"),
        Message(3, "Charger was offline", "It is back.", at, resolved=at),
    ]
    await async_set_up(hass, account)
    await hass.async_block_till_done(wait_background_tasks=True)
    await async_pass(hass, freezer, sim)
    (issue,) = issue_registry.issues.values()
    assert issue.translation_key == "notification"
    assert issue.learn_more_url == link
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["title"] == "Vehicle needs reconnecting"
    assert issue.translation_placeholders["text"] == "Sign in again."

    asks.read = at
    await async_pass(hass, freezer, sim, timedelta(minutes=16))
    await async_pass(hass, freezer, sim)
    assert not issue_registry.issues


async def test_an_inbox_that_may_not_be_read(
    hass: HomeAssistant,
    sim: Simulator,
    account: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    freezer: FrozenDateTimeFactory,
) -> None:
    """It costs the messages, and nothing else."""
    sim.ev_energy.faults.add("/v2/notifications", status=403)
    await async_set_up(hass, account)
    await async_pass(hass, freezer, sim)
    assert not issue_registry.issues
    off = account.runtime_data.client.families.off()
    # The client of these tests has no scope for home energy.
    assert [report.name for report in off] == ["home energy", "notifications"]
