"""A fifth vendor: a client, a row in the table and a dialog, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any, override

from aiohttp import ClientSession, hdrs, web
from aiohttp.test_utils import TestServer
from msgspec import Struct
import pytest
import voluptuous as vol
from yarl import URL

from custom_components.ev_charging_cloud.clients.client import (
    Account,
    Capability,
    ChargingClient,
)
from custom_components.ev_charging_cloud.clients.enums import ConnectorStatus
from custom_components.ev_charging_cloud.clients.errors import (
    AuthenticationError,
    NotPermittedError,
)
from custom_components.ev_charging_cloud.clients.model import Connector, Station
from custom_components.ev_charging_cloud.clients.reading.lenient import Reader
from custom_components.ev_charging_cloud.clients.snapshot import LiveState
from custom_components.ev_charging_cloud.clients.transport.address import (
    parse_server_address,
)
from custom_components.ev_charging_cloud.clients.transport.http import HttpClient
from custom_components.ev_charging_cloud.config_flow import EvChargingCloudConfigFlow
from custom_components.ev_charging_cloud.const import (
    CONF_ADVANCED,
    CONF_SERVER,
    CONF_VENDOR,
    DOMAIN,
)
from custom_components.ev_charging_cloud.flows.base import AccountFlow
from custom_components.ev_charging_cloud.flows.forms import (
    SECRET,
    entry_data,
    server_section,
)
from custom_components.ev_charging_cloud.polling import Intervals
from custom_components.ev_charging_cloud.vendors import VENDORS, Access, Vendor
from homeassistant.config_entries import (
    HANDLERS,
    SOURCE_REAUTH,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_API_KEY
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from .common import value_of

KEY, NAME = "paperplug", "Paperplug"

# ---- what would be clients/paperplug/


class _Plug(Struct, frozen=True):
    id: str
    state: str
    watts: float | None = None


class _Box(Struct, frozen=True):
    id: str
    name: str
    plugs: tuple[_Plug, ...]


BOXES = Reader(tuple[_Box, ...])
STATES = {"free": ConnectorStatus.AVAILABLE, "busy": ConnectorStatus.CHARGING}


class PaperplugClient(ChargingClient):
    """All boxes of one key."""

    capabilities = (
        Capability.CONNECTORS | Capability.CONNECTOR_STATUS | Capability.CONNECTOR_POWER
    )

    def __init__(self, session: ClientSession, server: URL, key: str) -> None:
        """Prepare to read an account."""
        super().__init__(NAME)
        self._key = key
        self._http = HttpClient(
            session,
            server,
            read_error=lambda body: body.decode(errors="replace"),
            secrets=lambda: (key,),
            requests=self.requests,
        )

    @override
    async def async_identify(self) -> Account:
        """Return the only account that there is."""
        return Account(id="1")

    @override
    async def async_get_live(self, location_id: str | None = None) -> LiveState:
        """Return all boxes as they are now."""
        try:
            boxes = await self._http.request(
                hdrs.METH_GET, "/boxes", BOXES, headers={"X-Key": self._key}
            )
        except NotPermittedError as err:
            raise AuthenticationError(err.message) from err
        return LiveState(
            stations=tuple(Station(id=box.id, name=box.name) for box in boxes),
            connectors=tuple(
                Connector(
                    station_id=box.id,
                    id=plug.id,
                    status=STATES.get(plug.state),
                    power=plug.watts,
                )
                for box in boxes
                for plug in box.plugs
            ),
            locations={},
        )


# ---- what would be vendors/paperplug.py


def _create(access: Access) -> PaperplugClient:
    return PaperplugClient(
        access.session,
        parse_server_address(access.data[CONF_SERVER]),
        access.data[CONF_API_KEY],
    )


PAPERPLUG = Vendor(
    key=KEY,
    name=NAME,
    manufacturer=NAME,
    portal="https://paperplug.example",
    intervals=Intervals(idle=60, charging=30, slow=3600),
    create_client=_create,
)


# ---- what would be flows/paperplug.py


class PaperplugFlow(AccountFlow):
    """The steps of Paperplug."""

    async def async_step_paperplug(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a key."""
        return await self._async_submit(
            KEY,
            vol.Schema(
                {
                    vol.Required(CONF_API_KEY): SECRET,
                    **server_section("https://paperplug.example"),
                }
            ),
            user_input,
            entry_data(KEY, user_input or {}),
        )

    async def async_step_paperplug_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new key."""
        return await self._async_submit(
            f"{KEY}_reauth",
            vol.Schema({vol.Required(CONF_API_KEY): SECRET}),
            user_input,
            self._get_reauth_entry().data | entry_data(KEY, user_input or {}),
        )


# ---- its cloud, and the rows that name it


class _Cloud:
    """What the vendor's cloud answers."""

    def __init__(self) -> None:
        """Begin with one box."""
        self.key = "the key"
        self.boxes = [
            {
                "id": "B/1",
                "name": "Shed",
                "plugs": [
                    {"id": "left", "state": "busy", "watts": 3600},
                    {"id": "right", "state": "on fire"},
                ],
            }
        ]
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request for the boxes."""
        if request.headers["X-Key"] != self.key:
            raise web.HTTPForbidden
        return web.json_response(self.boxes)


@pytest.fixture
async def cloud(socket_enabled: None) -> AsyncIterator[_Cloud]:
    """Run the vendor's cloud on this machine."""
    cloud = _Cloud()
    app = web.Application()
    app.router.add_route(hdrs.METH_GET, "/boxes", cloud.answer)
    async with TestServer(app) as server:
        cloud.url = str(server.make_url("")).rstrip("/")
        yield cloud


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add what would be a row in ``vendors`` and a base in ``flows``."""

    class WithPaperplug(PaperplugFlow, EvChargingCloudConfigFlow):
        """The dialogs of all vendors and this one."""

    monkeypatch.setitem(VENDORS, KEY, PAPERPLUG)
    monkeypatch.setitem(HANDLERS, DOMAIN, WithPaperplug)


async def test_a_fifth_vendor(hass: HomeAssistant, cloud: _Cloud) -> None:
    """It is in the menu, can be signed in to, shows what it has, and is renewed."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["menu_options"] == [*VENDORS]
    assert KEY in result["menu_options"]
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": KEY}
    )
    form = {CONF_API_KEY: "wrong", CONF_ADVANCED: {CONF_SERVER: cloud.url}}
    result = await hass.config_entries.flow.async_configure(result["flow_id"], form)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "invalid_auth"}
    form[CONF_API_KEY] = cloud.key
    result = await hass.config_entries.flow.async_configure(result["flow_id"], form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == NAME
    entry = result["result"]
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data == {
        CONF_VENDOR: KEY,
        CONF_SERVER: cloud.url,
        CONF_API_KEY: cloud.key,
    }

    assert value_of(hass, entry, "account", "stations") == "1"
    left, right = "connector/B%2F1/left", "connector/B%2F1/right"
    assert value_of(hass, entry, left, "status") == "charging"
    assert float(value_of(hass, entry, left, "power")) == 3.6
    assert value_of(hass, entry, right, "status") == "unknown"
    assert hass.states.get("sensor.shed_left_status")

    cloud.key = "another key"
    await entry.runtime_data.live.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=True)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH
    assert flow["step_id"] == f"{KEY}_reauth"
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {CONF_API_KEY: cloud.key}
    )
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    assert value_of(hass, entry, left, "status") == "charging"
    await hass.config_entries.async_unload(entry.entry_id)
