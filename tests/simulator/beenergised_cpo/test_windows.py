"""Reading and writing maintenance windows of the simulated CPO API."""

from datetime import datetime, timedelta
import re
from typing import Any

import pytest

from simulator import Simulator
from tests.simulator import documented as doc
from tests.simulator.client import Client
from tests.simulator.common import START

from . import documented as cpo_doc
from .client import CpoClient, text_of

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
HOUR = timedelta(hours=1)


def hours(count: float) -> str:
    """Return a moment so many hours after the world's beginning."""
    return text_of(START + count * HOUR)


async def test_begins_with_some(cpo: CpoClient) -> None:
    """One window is over, one runs and one is to come, of stations and of a connector."""
    windows = await cpo.items("maintenance_windows/")
    stations = await cpo.items("charging_stations/")
    seen = set()
    for window_id, it in windows.items():
        doc.check(it, cpo_doc.WINDOW)
        assert window_id.isdecimal()
        assert it["cpId"] in stations
        assert TIME.fullmatch(it["startDate"])
        start, end = (
            datetime.fromisoformat(it[f"{name}Date"]) for name in ("start", "end")
        )
        seen.add("past" if end <= START else "future" if start > START else "running")
        if it["connectorId"] is not None:
            seen.add("connector")
            assert it["connectorId"] in await cpo.items(f"cp/{it['cpId']}/connectors/")
    assert seen == {"past", "running", "future", "connector"}


async def test_quiet_world_has_none(quiet: Simulator) -> None:
    """A world in which nothing happens has no maintenance either; neither does one without stations."""
    assert quiet.beenergised_cpo.windows.all() == []
    assert Simulator(stations=0).beenergised_cpo.windows.all() == []
    assert len(Simulator(stations=1).beenergised_cpo.windows.all()) == 4


async def test_windows_of_a_station(cpo: CpoClient) -> None:
    """A station's list has its own windows, those of its connectors too."""
    everything = await cpo.items("maintenance_windows/")
    parts: dict[str, Any] = {}
    for station in cpo.sim.world.station_ids:
        part = await cpo.items(cpo.windows(station))
        assert {it["cpId"] for it in part.values()} <= {cpo.cloud.station_uuid(station)}
        parts |= part
    assert parts == everything


@pytest.mark.parametrize("all_stations", [True, False])
async def test_filters(quiet: Simulator, all_stations: bool) -> None:
    """The filters leave the windows of which something lies in the period, its ends included."""
    windows = quiet.beenergised_cpo.windows
    uuid = quiet.beenergised_cpo.station_uuid("CS00001")
    for comment, begin, end in (("a", 8, 10), ("b", 12, 13), ("c", 15, 16)):
        windows.add(uuid, None, START + begin * HOUR, START + end * HOUR, comment)
    async with CpoClient(quiet) as cpo:
        await cpo.sign_in()
        path = "maintenance_windows/" if all_stations else cpo.windows()
        for since, until, expected in (
            (None, None, "abc"),
            (0, 24, "abc"),
            (11, None, "bc"),
            (None, 14, "ab"),
            (11, 14, "b"),
            (13.5, 13.6, ""),
            (10, 12, "ab"),
            (10.1, 12, "b"),
            (12.5, 12.6, "b"),
        ):
            query = {}
            if since is not None:
                query["since"] = hours(since)
            if until is not None:
                query["until"] = (START + until * HOUR).isoformat()
            page = await cpo.get(path, limit="1", **query)
            assert page["meta"]["pagination"]["total"] == len(expected)
            # the links keep the filters
            found = [
                item["attributes"]["comment"]
                async for each in cpo.pages(page["links"]["current"])
                for item in each["data"]
            ]
            assert "".join(found) == expected


@pytest.mark.parametrize("text", ["soon", "2026-10-01T08:00:00", ""])
async def test_bad_filter(cpo: CpoClient, text: str) -> None:
    """A filter that is no time with a zone is refused."""
    for name in ("startDate", "endDate"):
        path = f"maintenance_windows/?filter[{name}]={text}"
        assert (await cpo.refused("GET", path))[0] == 400


async def test_create(cpo: CpoClient) -> None:
    """A window is written under one set of names and read under another."""
    body = cpo.body(connector="11")
    status, answer = await cpo.ask("POST", cpo.windows(), body)
    assert status == 200
    assert answer.keys() == {"data"}
    doc.check(answer["data"], cpo_doc.ITEM)
    assert answer["data"]["attributes"] == {
        "cpId": body["cpUuid"],
        "connectorId": body["connectorUuid"],
        "comment": "Cable check",
        "startDate": body["startDate"],
        "endDate": body["endDate"],
    }
    assert answer["data"] in (await cpo.get(cpo.windows()))["data"]


@pytest.mark.parametrize("left_out", ["connectorUuid", "comment"])
async def test_create_without(cpo: CpoClient, left_out: str) -> None:
    """Without a connector a window is the whole station's; a comment is voluntary."""
    body = cpo.body()
    del body[left_out]
    status, answer = await cpo.ask("POST", cpo.windows(), body)
    assert status == 200
    names = {"connectorUuid": "connectorId", "comment": "comment"}
    assert answer["data"]["attributes"][names[left_out]] is None


async def test_time_zones(cpo: CpoClient) -> None:
    """A time may come in any zone and is told in UTC."""
    body = cpo.body(
        startDate="2026-10-02T07:00:00+03:00", endDate="2026-10-02T06:00:00.5Z"
    )
    _, answer = await cpo.ask("POST", cpo.windows(), body)
    assert answer["data"]["attributes"]["startDate"] == "2026-10-02T04:00:00.000Z"
    assert answer["data"]["attributes"]["endDate"] == "2026-10-02T06:00:00.500Z"


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"startDate": hours(-1)}, 422, "past"),
        ({"startDate": hours(2)}, 422, "after"),
        ({"startDate": hours(3)}, 422, "after"),
        ({"startDate": "soon"}, 400, "startDate"),
        ({"endDate": "2026-10-01T12:00:00"}, 400, "endDate"),
        ({"endDate": 17}, 400, "endDate"),
        ({"startDate": None}, 400, "startDate"),
        ({"cpUuid": "0d6b3c1e-52a7-4a52-9a54-0b3f6a1f7c01"}, 422, "cpUuid"),
        ({"connectorUuid": "not one of it"}, 422, "connectorUuid"),
        ({"comment": 5}, 400, "comment"),
        ({"cpId": "x"}, 400, "cpId"),
        ({"connectorId": None}, 400, "connectorId"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
async def test_bad_write(
    cpo: CpoClient, method: str, changes: dict[str, Any], status: int, word: str
) -> None:
    """A body that makes no sense changes nothing, and the answer says what is wrong."""
    _, answer = await cpo.ask("POST", cpo.windows(), cpo.body())
    before = cpo.cloud.windows.all()
    path = cpo.windows() + (answer["data"]["id"] if method == "PUT" else "")
    told, detail = await cpo.refused(method, path, cpo.body(**changes))
    assert (told, word in detail) == (status, True), detail
    assert cpo.cloud.windows.all() == before


@pytest.mark.parametrize("missing", ["startDate", "endDate", "cpUuid"])
async def test_missing_field(cpo: CpoClient, missing: str) -> None:
    """A new window needs its times and its station."""
    body = cpo.body()
    del body[missing]
    assert await cpo.refused("POST", cpo.windows(), body) == (
        400,
        f"Missing: {missing}.",
    )


async def test_connector_of_another_station(cpo: CpoClient) -> None:
    """A connector must be the station's own."""
    foreign = cpo.cloud.connector_uuid("CS00002", "11")
    body = cpo.body(connectorUuid=foreign)
    assert (await cpo.refused("POST", cpo.windows(), body))[0] == 422


@pytest.mark.parametrize(
    "sent",
    [
        {"data": b"{}", "headers": {"Content-Type": "application/vnd.api+json"}},
        {"data": b"{}", "headers": {"Content-Type": "text/plain"}},
        {"data": b"[]", "headers": {"Content-Type": "application/json"}},
        {"data": b"nonsense", "headers": {"Content-Type": "application/json"}},
        {"data": b"", "headers": {"Content-Type": "application/json"}},
        {"json": {"data": {"attributes": {"comment": "wrapped"}}}},
    ],
)
async def test_bad_body(cpo: CpoClient, sent: dict[str, Any]) -> None:
    """A body is a flat JSON object under its plain content type."""
    for method, path in (("POST", cpo.windows()), ("PUT", cpo.windows() + "4714")):
        answer, raw = await cpo.answer(method, path, **sent)
        assert answer.status == 400
        assert b"errors" in raw


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_unknown_station_or_window(cpo: CpoClient, method: str) -> None:
    """What a path names must exist, and a window must be that station's."""
    nobody = (
        "charging_stations/0d6b3c1e-52a7-4a52-9a54-0b3f6a1f7c01/maintenance_windows/"
    )
    body = None if method == "DELETE" else cpo.body()
    first = cpo.cloud.windows.all()[0].id
    paths = (
        [nobody]
        if method == "POST"
        else [
            nobody + first,
            cpo.windows() + "9999",
            cpo.windows("CS00002") + first,
        ]
    )
    for path in paths:
        assert (await cpo.refused(method, path, body))[0] == 404


async def test_partial_update(cpo: CpoClient) -> None:
    """What an update leaves out stays; null makes a window the whole station's."""
    _, answer = await cpo.ask("POST", cpo.windows(), cpo.body(connector="11"))
    window, path = answer["data"], cpo.windows() + answer["data"]["id"]
    for body, name, value in (
        ({"comment": "Moved to team B"}, "comment", "Moved to team B"),
        ({"endDate": hours(5)}, "endDate", hours(5)),
        ({"startDate": hours(4)}, "startDate", hours(4)),
        ({"connectorUuid": None}, "connectorId", None),
        ({"cpUuid": cpo.cloud.station_uuid("CS00001")}, "comment", "Moved to team B"),
        ({}, "comment", "Moved to team B"),
    ):
        window["attributes"][name] = value
        assert await cpo.ask("PUT", path, body) == (200, {"data": window})
    assert window in (await cpo.get("maintenance_windows/"))["data"]


async def test_past_window(cpo: CpoClient) -> None:
    """A window that is over cannot be updated, but deleted."""
    path = cpo.windows() + cpo.cloud.windows.all()[0].id
    status, detail = await cpo.refused("PUT", path, {"comment": "late"})
    assert (status, "past" in detail) == (422, True)
    assert await cpo.ask("DELETE", path) == (204, None)


async def test_running_window(cpo: CpoClient) -> None:
    """A running window can be lengthened, shortened and commented; its start may be sent as it is."""
    uuid = cpo.cloud.station_uuid("CS00001")
    running = cpo.cloud.windows.add(
        uuid, None, START - HOUR, START + HOUR, "Cable check"
    )
    path = cpo.windows() + running
    for body in (
        {"comment": "Takes longer", "endDate": hours(3)},
        {"startDate": hours(-1), "endDate": hours(2)},
        {"endDate": hours(0)},
    ):
        assert (await cpo.ask("PUT", path, body))[0] == 200
        cpo.sim.clock.advance(timedelta(0))
    # its end was now: it is over
    assert (await cpo.refused("PUT", path, {"comment": "x"}))[0] == 422
    other = cpo.cloud.windows.add(uuid, None, START - HOUR, START + HOUR, None)
    path = cpo.windows() + other
    for body in ({"startDate": hours(-2)}, {"endDate": hours(-0.5)}):
        status, detail = await cpo.refused("PUT", path, body)
        assert (status, "past" in detail) == (422, True)
    assert (await cpo.ask("PUT", path, {"startDate": hours(0.5)}))[0] == 200


async def test_delete(cpo: CpoClient) -> None:
    """A deleted window is gone; a tenant may not know how to delete."""
    window = cpo.cloud.windows.all()[0].id
    path = cpo.windows() + window
    cpo.cloud.options.delete_supported = False
    assert (await cpo.refused("DELETE", path))[0] == 404
    assert window in await cpo.items("maintenance_windows/")
    cpo.cloud.options.delete_supported = True
    assert await cpo.ask("DELETE", path) == (204, None)
    assert window not in await cpo.items("maintenance_windows/")
    assert (await cpo.refused("DELETE", path))[0] == 404


async def test_empty_answers(cpo: CpoClient) -> None:
    """A tenant may answer a write with nothing."""
    cpo.cloud.options.write_answer = "empty"
    before = set(await cpo.items(cpo.windows()))
    assert await cpo.ask("POST", cpo.windows(), cpo.body()) == (204, None)
    (new,) = set(await cpo.items(cpo.windows())) - before
    assert await cpo.ask("PUT", cpo.windows() + new, {"comment": "x"}) == (204, None)
    assert (await cpo.items(cpo.windows()))[new]["comment"] == "x"


async def test_store(cpo: CpoClient) -> None:
    """Tests put windows in and take them out, in the past and of unknown stations too."""
    store, before = cpo.cloud.windows, len(cpo.cloud.windows.all())
    window = store.add("nobody", None, START - 2 * HOUR, START - HOUR, None)
    assert (await cpo.items("maintenance_windows/"))[window]["cpId"] == "nobody"
    store.remove(window)
    assert len(store.all()) == before
    with pytest.raises(KeyError):
        store.remove(window)


async def test_control(sim: Simulator, cpo: CpoClient) -> None:
    """The demo sees, adds and removes windows over the control endpoint, by the world's ids."""
    path = "/beenergised_cpo/windows"
    async with Client(sim) as client:
        _, shown = await client.control("GET", path)
        assert shown["windows"] == (await cpo.get("maintenance_windows/"))["data"]
        body = {
            "station": "CS00001",
            "connector": "11",
            "begin_in_seconds": -60,
            "seconds": 600,
            "comment": "Look",
        }
        status, added = await client.control("POST", path, body)
        assert status == 200
        assert (await cpo.items(cpo.windows()))[added["id"]] == {
            "cpId": cpo.cloud.station_uuid("CS00001"),
            "connectorId": cpo.cloud.connector_uuid("CS00001", "11"),
            "comment": "Look",
            "startDate": text_of(START - timedelta(minutes=1)),
            "endDate": text_of(START + timedelta(minutes=9)),
        }
        assert (await client.control("POST", path, {"station": "CS00002"}))[0] == 200
        window = f"{path}/{added['id']}"
        assert (await client.control("DELETE", window))[0] == 200
        assert (await client.control("DELETE", window))[0] == 404
        for wrong, expected in (
            ({"station": "nobody"}, 404),
            ({"station": "CS00001", "connector": "77"}, 404),
            ({"station": "CS00001", "seconds": 0}, 400),
            ({"station": "CS00001", "begin_in_seconds": 1e300}, 400),
            ({"station": "CS00001", "wind": 1}, 400),
            ({}, 400),
        ):
            assert (await client.control("POST", path, wrong))[0] == expected
