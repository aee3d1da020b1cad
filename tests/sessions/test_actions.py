"""Tests of the actions that answer from the ledger."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_charging_cloud.const import DOMAIN
from custom_components.ev_charging_cloud.ledger import Ledger, LedgerError
from custom_components.ev_charging_cloud.ledger.errors import Problem
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from simulator import Simulator

from ..common import async_set_up
from .records import HOUR, Money, async_record, device_id, session, sighting

pytestmark = pytest.mark.usefixtures("nobody_charged")

BERLIN = "Europe/Berlin"


@pytest.fixture
async def account(
    hass: HomeAssistant, entry: MockConfigEntry, station_id: str, connector_id: str
) -> MockConfigEntry:
    """Return an account with sessions around both changes of the clock."""
    await hass.config.async_set_time_zone(BERLIN)
    await async_set_up(hass, entry)
    cost = {"s3": Money(1234.0, "EUR"), "s4": Money(50.0, "GBP")}
    starts = {
        # 31 March 2026 23:30 by the summer clock, and 1 April 0:30.
        "s1": datetime(2026, 3, 31, 21, 30, tzinfo=UTC),
        "s2": datetime(2026, 3, 31, 22, 30, tzinfo=UTC),
        # 31 October 2026 23:30 by the winter clock, and 1 November 0:30.
        "s3": datetime(2026, 10, 31, 22, 30, tzinfo=UTC),
        "s4": datetime(2026, 10, 31, 23, 30, tzinfo=UTC),
        # The hour that comes twice, the second time.
        "s5": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    }
    await async_record(
        hass,
        entry,
        [
            sighting(
                session(station_id, connector_id, start, id_=id_, cost=cost.get(id_)),
                driver="Bert" if id_ == "s2" else "Anna",
                meter_start=1500.0 if id_ == "s3" else None,
                meter_stop=11_500.0 if id_ == "s3" else None,
            )
            for id_, start in starts.items()
        ],
    )
    return entry


async def _call(
    hass: HomeAssistant, entry: MockConfigEntry, name: str, **data: Any
) -> dict[str, Any]:
    path = data.pop("path", "account")
    answer: Any = await hass.services.async_call(
        DOMAIN,
        name,
        {"device_id": device_id(hass, entry, path), **data},
        blocking=True,
        return_response=True,
    )
    return dict(json.loads(json.dumps(answer)))


def _ids(answer: dict[str, Any]) -> list[str]:
    return [found["session_id"] for found in answer["sessions"]]


async def test_months_by_the_local_clock(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    """A month begins and ends at midnight on the wall, in summer and in winter."""
    found = {
        month: _ids(await _call(hass, account, "get_sessions", month=month))
        for month in ("2026-03", "2026-04", "2026-10", "2026-11")
    }
    assert found == {
        "2026-03": ["s1"],
        "2026-04": ["s2"],
        "2026-10": ["s3", "s5"],
        "2026-11": ["s4"],
    }


async def test_pages_and_totals(hass: HomeAssistant, account: MockConfigEntry) -> None:
    """The newest come first, page by page; the totals are those of all pages."""
    first = await _call(hass, account, "get_sessions", page_size=3)
    assert _ids(first) == ["s4", "s3", "s5"]
    assert (first["number"], first["page"], first["pages"]) == (5, 1, 2)
    second = await _call(hass, account, "get_sessions", page_size=3, page=2)
    assert _ids(second) == ["s2", "s1"]
    assert second["totals"] == first["totals"]
    totals = {
        (t["month"], t["driver"], t["currency"]): (t["energy_kwh"], t["cost"])
        for t in first["totals"]
    }
    assert totals == {
        ("2026-03", "Anna", None): (10.0, None),
        ("2026-04", "Bert", None): (10.0, None),
        ("2026-10", "Anna", None): (10.0, None),
        ("2026-10", "Anna", "EUR"): (10.0, 12.34),
        ("2026-11", "Anna", "GBP"): (10.0, 0.5),
    }


async def test_filters(
    hass: HomeAssistant,
    account: MockConfigEntry,
    sim: Simulator,
    station_id: str,
    connector_id: str,
) -> None:
    """By driver, by time, by the device that was chosen."""
    assert _ids(await _call(hass, account, "get_sessions", driver="Bert")) == ["s2"]
    answer = await _call(
        hass,
        account,
        "get_sessions",
        start="2026-03-31 23:45:00",
        end="2026-10-25 02:30:00",
    )
    assert _ids(answer) == ["s2"]
    connector = f"connector/{station_id}/{connector_id}"
    other = sim.world.station(station_id).connectors[1].spec.id
    for path, number in (
        (connector, 5),
        (f"station/{station_id}", 5),
        (f"connector/{station_id}/{other}", 0),
        (f"station/{sim.world.station_ids[1]}", 0),
    ):
        answer = await _call(hass, account, "get_sessions", path=path)
        assert answer["number"] == number, path


async def test_without_the_cloud(
    hass: HomeAssistant, account: MockConfigEntry, sim: Simulator
) -> None:
    """What is kept can be had while the account cannot be set up."""
    sim.kempower.faults.put({"path": "/", "status": 503})
    await hass.config_entries.async_reload(account.entry_id)
    assert (await _call(hass, account, "get_sessions"))["number"] == 5


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"month": "2026-03", "start": "2026-03-01 00:00:00"}, "month_or_time"),
        (
            {"start": "2026-03-02 00:00:00", "end": "2026-03-01 00:00:00"},
            "time_ends_before_start",
        ),
        ({"device_id": "nowhere"}, "not_our_device"),
    ],
)
async def test_mistakes(
    hass: HomeAssistant, account: MockConfigEntry, data: dict[str, str], key: str
) -> None:
    """What makes no sense is an error that says so."""
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, account, "get_sessions", **data)
    assert raised.value.translation_key == key


async def test_a_database_that_does_not_answer(
    hass: HomeAssistant, account: MockConfigEntry
) -> None:
    """The database's own words are in the error."""
    err = LedgerError(Problem.UNREACHABLE, "no such host")
    with (
        patch.object(Ledger, "async_sessions", side_effect=err),
        pytest.raises(HomeAssistantError) as raised,
    ):
        await _call(hass, account, "get_sessions")
    assert raised.value.translation_key == "ledger_unavailable"
    assert raised.value.translation_placeholders == {"message": "no such host"}


@pytest.fixture
async def folder(hass: HomeAssistant) -> Path:
    """Return a folder that Home Assistant may write to."""
    folder = Path(hass.config.path("www"))
    await hass.async_add_executor_job(folder.mkdir)
    hass.config.allowlist_external_dirs = {str(folder)}
    return folder


def _table(file: str, delimiter: str) -> list[dict[str, str]]:
    text = Path(file).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=delimiter))


async def test_export_for_a_spreadsheet(
    hass: HomeAssistant, account: MockConfigEntry, folder: Path
) -> None:
    """A month in German: commas, local times, meters; the totals beside it."""
    answer = await _call(
        hass,
        account,
        "export_sessions",
        file="www/oktober.csv",
        month="2026-10",
        language="de",
    )
    assert answer["sessions"] == 2
    file, beside = answer["files"]
    assert (file, beside) == (
        str(folder / "oktober.csv"),
        str(folder / "oktober-totals.csv"),
    )
    rows = await hass.async_add_executor_job(_table, file, ";")
    assert [row["Ladevorgang"] for row in rows] == ["s5", "s3"]
    assert rows[0]["Beginn"] == "2026-10-25 02:30:00+01:00"
    assert rows[1]["Energie (kWh)"] == "10"
    assert rows[1]["Zählerstand Beginn (kWh)"] == "1,5"
    assert rows[1]["Zählerstand Ende (kWh)"] == "11,5"
    assert rows[1]["Kosten"] == "12,34"
    totals = await hass.async_add_executor_job(_table, beside, ";")
    assert [(t["Fahrer"], t["Währung"], t["Kosten"]) for t in totals] == [
        ("Anna", "", ""),
        ("Anna", "EUR", "12,34"),
    ]


async def test_export_for_a_program(
    hass: HomeAssistant, account: MockConfigEntry, folder: Path
) -> None:
    """JSON has sessions and totals in one file, and the system's language is no matter."""
    answer = await _call(
        hass, account, "export_sessions", file=str(folder / "all.json"), format="json"
    )
    (file,) = answer["files"]
    content = json.loads(await hass.async_add_executor_job(Path(file).read_text))
    assert _ids(content) == ["s1", "s2", "s5", "s3", "s4"]
    assert content["sessions"][3]["meter_stop_kwh"] == 11.5
    assert content["totals"] == answer["totals"]


async def test_export_to_the_media_folder(
    hass: HomeAssistant, account: MockConfigEntry, tmp_path: Path
) -> None:
    """In a container the media are outside of the configuration folder."""
    hass.config.media_dirs = {"local": str(tmp_path / "media")}
    hass.config.allowlist_external_dirs = {str(tmp_path / "media")}
    answer = await _call(hass, account, "export_sessions", file="media/new/all.csv")
    assert answer["files"][0] == str(tmp_path / "media/new/all.csv")
    with pytest.raises(ServiceValidationError):
        await _call(hass, account, "export_sessions", file="media/../all.csv")
    with pytest.raises(ServiceValidationError):
        await _call(hass, account, "export_sessions", file="media")


async def test_where_home_assistant_may_not_write(
    hass: HomeAssistant, account: MockConfigEntry, folder: Path
) -> None:
    """A path that is not allowed, or leads through a file, is an error; folders are made."""
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, account, "export_sessions", file="secrets.csv")
    assert raised.value.translation_key == "path_not_allowed"
    answer = await _call(hass, account, "export_sessions", file="www/new/there.csv")
    for file in answer["files"]:
        assert await hass.async_add_executor_job(Path(file).exists)
    with pytest.raises(HomeAssistantError) as failed:
        await _call(
            hass, account, "export_sessions", file="www/new/there.csv/below.csv"
        )
    assert failed.value.translation_key == "cannot_write_file"


async def test_figures(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    sim: Simulator,
    station_id: str,
    connector_id: str,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Each connector, station and location has its shares of the last days."""
    now = dt_util.utcnow()
    told = [
        session(
            station_id,
            connector_id,
            now - timedelta(days=days),
            hours=4,
            id_=f"s{days}",
            charging_started_at=now - timedelta(days=days),
            charging_ended_at=now - timedelta(days=days) + HOUR,
        )
        for days in (2, 20)
    ]
    await async_record(hass, loaded, [sighting(each) for each in told])
    answer = await _call(hass, loaded, "get_figures")
    week = {
        (each["kind"], each["station_id"], each["id"]): each
        for each in answer["days_7"]
    }
    location_id = sim.world.station(station_id).location_id
    assert week["connector", station_id, connector_id]["sessions"] == 1
    assert week["connector", station_id, connector_id]["occupied_hours"] == 4.0
    assert week["connector", station_id, connector_id]["charging_hours"] == 1.0
    assert week["connector", station_id, connector_id]["idle_hours"] == 3.0
    assert week["connector", station_id, connector_id]["occupied_share"] == round(
        4 / 168, 4
    )
    assert week["station", None, station_id]["connectors"] == 2
    assert week["station", None, station_id]["occupied_share"] == round(2 / 168, 4)
    assert week["location", None, location_id]["energy_kwh"] == 10.0
    month = {
        (each["kind"], each["station_id"], each["id"]): each
        for each in answer["days_30"]
    }
    assert month["station", None, station_id]["sessions"] == 2
    part = await _call(hass, loaded, "get_figures", path=f"station/{station_id}")
    assert {each["kind"] for each in part["days_7"]} == {"station", "connector"}
    assert len(part["days_7"]) == 3


async def test_the_driver_of_a_drivers_account(
    hass: HomeAssistant, loaded: MockConfigEntry, station_id: str, connector_id: str
) -> None:
    """Whose sessions are kept under the account's id is called as the account is."""
    told = session(station_id, connector_id, datetime(2026, 3, 1, tzinfo=UTC))
    await async_record(hass, loaded, [sighting(told, driver=loaded.unique_id)])
    answer = await _call(hass, loaded, "get_sessions", driver="Depots")
    assert [found["driver"] for found in answer["sessions"]] == ["Depots"]
    assert [total["driver"] for total in answer["totals"]] == ["Depots"]
