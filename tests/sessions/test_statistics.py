"""Tests of the statistics: hours, sums that go on, corrections, and after a restart."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from sqlalchemy import text

from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.ledger import Sighting, Source, stretches
from custom_components.ev_charging_cloud.sessions import table
from custom_components.ev_charging_cloud.sessions.progress import HistoryState
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.recorder import get_instance

from ..common import async_set_up
from .records import (
    HOUR,
    Interval,
    Money,
    async_changes,
    async_record,
    async_statistics,
    async_write_statistics,
    device_id,
    session,
    sighting,
)

pytestmark = pytest.mark.usefixtures("nobody_charged")

START = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
FIRST = datetime(2026, 3, 2, 18, tzinfo=UTC)
EURO = Money(300.0, "EUR")


@pytest.fixture
def entry(recorder_mock: Recorder, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an account where there is a recorder."""
    return entry


async def _name(hass: HomeAssistant, entry: MockConfigEntry, path: str) -> str:
    """Return what a connector is called, along with its station."""
    child = dr.async_get(hass).async_get(device_id(hass, entry, path))
    assert child is not None and child.name is not None
    return child.name


async def test_hours_of_a_session(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """Energy, cost and CO₂ stand in their hours, by connector, location and driver."""
    await async_record(
        hass,
        loaded,
        [sighting(session(station_id, connector_id, START, cost=EURO, co2=500.0))],
    )
    await async_write_statistics(hass)
    name = await _name(hass, loaded, f"connector/{station_id}/{connector_id}")
    energy = {FIRST: 2.5, FIRST + HOUR: 5.0, FIRST + 2 * HOUR: 2.5}
    assert await async_changes(hass, f"{name} charged energy") == energy
    assert await async_changes(hass, "Depot charged energy") == energy
    assert await async_changes(hass, "Anna charged energy") == energy
    assert list((await async_changes(hass, "Anna charging cost (EUR)")).values()) == [
        0.75,
        1.5,
        0.75,
    ]
    assert sum((await async_changes(hass, "Anna charging CO₂")).values()) == 0.5


async def test_the_energy_dashboard_offers_each_thing_once(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """Its picker lists what is of the class of energies: no sums over connectors."""
    await async_record(
        hass,
        loaded,
        [sighting(session(station_id, connector_id, START, cost=EURO))],
    )
    await async_write_statistics(hass)
    offered = {
        name
        for name, each in (await async_statistics(hass)).items()
        if each["unit_class"] == "energy" and each["has_sum"]
    }
    name = await _name(hass, loaded, f"connector/{station_id}/{connector_id}")
    assert offered == {f"{name} charged energy", "Anna charged energy"}
    units = {
        each["statistics_unit_of_measurement"]
        for each in (await async_statistics(hass)).values()
    }
    assert units == {"kWh", "EUR"}


async def test_each_currency_has_a_statistic(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """Sessions in euros and in francs are never added up, and none is lost."""
    await async_record(
        hass,
        loaded,
        [
            sighting(
                session(
                    station_id,
                    connector_id,
                    START + number * 24 * HOUR,
                    cost=Money(300.0 + number, currency),
                    id_=f"s{number}",
                )
            )
            for number, currency in enumerate(("EUR", "CHF", "EUR"))
        ],
    )
    await async_write_statistics(hass)
    for currency, total in (("EUR", 6.02), ("CHF", 3.01)):
        name = f"Anna charging cost ({currency})"
        told = (await async_statistics(hass))[name]
        assert told["statistics_unit_of_measurement"] == currency
        found = sum((await async_changes(hass, name)).values())
        assert found == pytest.approx(total)


async def test_a_late_session_shifts_what_follows(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """An older session that comes later has its hours, and the newer one keeps its own."""
    for number, start in enumerate((START, START - 24 * HOUR)):
        told = session(station_id, connector_id, start, id_=f"s{number}")
        await async_record(hass, loaded, [sighting(told)])
        await async_write_statistics(hass)
    changes = await async_changes(hass, "Anna charged energy")
    assert list(changes.values()) == [2.5, 5.0, 2.5, 2.5, 5.0, 2.5]
    assert min(changes) == FIRST - 24 * HOUR


async def test_corrections(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """What is corrected is right in its hours; an hour that lost its energy has none."""
    first = session(station_id, connector_id, START, cost=EURO)
    later = session(station_id, connector_id, START + 5 * HOUR, id_="s2")
    await async_record(hass, loaded, [sighting(first), sighting(later)])
    await async_write_statistics(hass)
    intervals = (Interval(FIRST + HOUR, FIRST + 2 * HOUR, 8000.0),)
    told = session(
        station_id, connector_id, START, energy=8000.0, cost=Money(200.0, "GBP")
    )
    await async_record(hass, loaded, [sighting(told, intervals=intervals)])
    await async_write_statistics(hass)
    assert await async_changes(hass, "Anna charged energy") == {
        FIRST: 0.0,
        FIRST + HOUR: 8.0,
        FIRST + 2 * HOUR: 0.0,
        FIRST + 5 * HOUR: 2.5,
        FIRST + 6 * HOUR: 5.0,
        FIRST + 7 * HOUR: 2.5,
    }
    assert sum((await async_changes(hass, "Anna charging cost (EUR)")).values()) == 0
    assert await async_changes(hass, "Anna charging cost (GBP)") == {FIRST + HOUR: 2.0}


async def test_nothing_new_writes_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """The same session once more, or a reload, leaves the recorder in peace."""
    told = sighting(session(station_id, connector_id, START))
    await async_record(hass, loaded, [told])
    await async_write_statistics(hass)
    with patch.object(
        get_instance(hass), "async_import_statistics", wraps=None
    ) as write:
        await async_record(hass, loaded, [told])
        await async_write_statistics(hass)
        await hass.config_entries.async_reload(loaded.entry_id)
        await async_write_statistics(hass)
    write.assert_not_called()


async def test_what_was_not_written_yet_is_written_after_a_restart(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """An account that is unloaded in between loses nothing."""
    await async_record(
        hass, loaded, [sighting(session(station_id, connector_id, START))]
    )
    await hass.config_entries.async_unload(loaded.entry_id)
    await async_write_statistics(hass)
    assert not await async_statistics(hass)
    await async_set_up(hass, loaded)
    await async_write_statistics(hass)
    assert sum((await async_changes(hass, "Anna charged energy")).values()) == 10.0


async def test_what_a_kill_lost_is_found(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    hass_storage: dict[str, object],
) -> None:
    """After a stop without a farewell all is looked through."""
    await async_record(
        hass, entry, [sighting(session(station_id, connector_id, START))]
    )
    hass_storage[f"{DOMAIN}.statistics.{entry.entry_id}"] = {
        "version": 1,
        "key": f"{DOMAIN}.statistics.{entry.entry_id}",
        "data": {"in_order": False, "pending": []},
    }
    await async_set_up(hass, entry)
    await async_write_statistics(hass)
    assert sum((await async_changes(hass, "Anna charged energy")).values()) == 10.0


MANY = 60


def _many(station_id: str, connector_id: str) -> list[Sighting]:
    """Return one session a day, with a few rows each."""
    return [
        sighting(
            session(
                station_id,
                connector_id,
                START + number * 24 * HOUR,
                cost=EURO,
                id_=f"s{number}",
            )
        )
        for number in range(MANY)
    ]


@pytest.mark.parametrize("at_once", [7, 2000])
async def test_a_long_past(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    at_once: int,
) -> None:
    """Many rows come to the same as few; so do their corrections, in any stretches."""
    with patch.object(stretches, "SESSIONS_AT_ONCE", at_once):
        await async_set_up(hass, entry)
        past = _many(station_id, connector_id)
        await async_record(hass, entry, past, source=Source.HISTORY)
        await async_write_statistics(hass)
        for name, amounts in (
            ("Anna charged energy", [2.5, 5.0, 2.5]),
            ("Anna charging cost (EUR)", [0.75, 1.5, 0.75]),
            ("Depot charged energy", [2.5, 5.0, 2.5]),
        ):
            changes = await async_changes(hass, name)
            assert list(changes.values()) == amounts * MANY
            assert min(changes) == FIRST
        # The second of them turns out to have had twice the energy: all sums shift.
        more = session(
            station_id, connector_id, START + 24 * HOUR, energy=20_000.0, id_="s1"
        )
        await async_record(hass, entry, [sighting(more)], source=Source.HISTORY)
        await async_write_statistics(hass)
        changes = await async_changes(hass, "Anna charged energy")
        after = [2.5, 5.0, 2.5] * (MANY - 2)
        assert list(changes.values()) == [2.5, 5.0, 2.5, 5.0, 10.0, 5.0, *after]


async def test_many_rows_that_the_recorder_does_not_take_at_once(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """They are written one after the other."""
    past = _many(station_id, connector_id)
    await async_record(hass, loaded, past, source=Source.HISTORY)
    broken = text("INSERT INTO nothing_like_it VALUES (1)")
    with patch.object(table, "ADD", broken):
        await async_write_statistics(hass)
    changes = await async_changes(hass, "Anna charged energy")
    assert list(changes.values()) == [2.5, 5.0, 2.5] * MANY


async def test_while_the_past_is_read(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """What there is of it is written after two minutes, then four; all at its end."""
    history: HistoryState = loaded.runtime_data.recorder.history
    history.is_awaited = True

    async def record(number: int) -> None:
        told = session(
            station_id, connector_id, START - 24 * number * HOUR, id_=f"s{number}"
        )
        await async_record(hass, loaded, [sighting(told)], source=Source.HISTORY)

    async def charged() -> float:
        return sum((await async_changes(hass, "Anna charged energy")).values())

    await record(0)
    await async_write_statistics(hass, after=timedelta(seconds=100))
    assert not await async_statistics(hass)
    await async_write_statistics(hass, after=timedelta(seconds=121))
    assert await charged() == 10.0
    await record(1)
    await async_write_statistics(hass, after=timedelta(seconds=221))
    assert await charged() == 10.0
    await async_write_statistics(hass, after=timedelta(seconds=241))
    assert await charged() == 20.0
    await record(2)
    await async_write_statistics(hass, after=timedelta(seconds=241))
    assert await charged() == 20.0
    history.async_give_up()
    await async_write_statistics(hass, after=timedelta(seconds=16))
    assert await charged() == 30.0


async def test_rebuild_deletes_what_is_no_more(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """After a rebuild there is no statistic of a currency that no session has."""
    for currency in ("EUR", "CHF"):
        told = session(station_id, connector_id, START, cost=Money(1.0, currency))
        await async_record(hass, loaded, [sighting(told)])
        await async_write_statistics(hass)
    assert "Anna charging cost (EUR)" in await async_statistics(hass)
    await hass.services.async_call(
        DOMAIN,
        "rebuild_statistics",
        {"device_id": device_id(hass, loaded, "account")},
        blocking=True,
        return_response=True,
    )
    await async_write_statistics(hass)
    found = await async_statistics(hass)
    assert "Anna charging cost (EUR)" not in found
    assert "Anna charging cost (CHF)" in found


async def test_rebuild(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """What went wrong in the recorder is right again after the action."""
    await async_record(
        hass, loaded, [sighting(session(station_id, connector_id, START))]
    )
    await async_write_statistics(hass)
    before = await async_changes(hass, "Anna charged energy")
    id_ = (await async_statistics(hass))["Anna charged energy"]["statistic_id"]
    get_instance(hass).async_adjust_statistics(id_, FIRST + HOUR, 1000.0, "kWh")
    await async_write_statistics(hass)
    assert await async_changes(hass, "Anna charged energy") != before
    answer = await hass.services.async_call(
        DOMAIN,
        "rebuild_statistics",
        {"device_id": device_id(hass, loaded, "account")},
        blocking=True,
        return_response=True,
    )
    # Of the connector, the location and the driver.
    assert answer == {"statistics": 3}
    await async_write_statistics(hass)
    assert await async_changes(hass, "Anna charged energy") == before


async def test_rebuild_of_a_station(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """A station stands for its connectors, and for nothing else."""
    await async_record(
        hass, loaded, [sighting(session(station_id, connector_id, START))]
    )
    answer = await hass.services.async_call(
        DOMAIN,
        "rebuild_statistics",
        {"device_id": device_id(hass, loaded, f"station/{station_id}")},
        blocking=True,
        return_response=True,
    )
    assert answer == {"statistics": 1}
    name = await _name(hass, loaded, f"connector/{station_id}/{connector_id}")
    assert set(await async_statistics(hass)) == {f"{name} charged energy"}


async def test_a_stop_in_good_order_is_known(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station_id: str,
    connector_id: str,
    hass_storage: dict[str, Any],
) -> None:
    """As long as it runs, it counts as killed; when it stops, what lacks is kept."""
    key = f"{DOMAIN}.statistics.{entry.entry_id}"
    await async_set_up(hass, entry)
    assert hass_storage[key]["data"] == {"in_order": False, "pending": []}
    await async_record(
        hass, entry, [sighting(session(station_id, connector_id, START))]
    )
    await hass.async_stop(force=True)
    kept = hass_storage[key]["data"]
    assert kept["in_order"]
    assert {(row["kind"], row["measure"]) for row in kept["pending"]} == {
        ("connector", "energy"),
        ("driver", "energy"),
        ("location", "energy"),
    }
    assert {row["since"] for row in kept["pending"]} == {FIRST.isoformat()}
