"""Choosing which of very many stations to show: near by, favourites, or certain ones."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryBaseFlow, ConfigFlowResult
from homeassistant.const import CONF_RADIUS, CONF_TOKEN, UnitOfLength
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
)

from ..clients.client import ChargingClient
from ..clients.errors import ClientError
from ..clients.model import Station
from ..clients.search import Around, Favourites, Listed
from ..const import CONF_CONNECTORS, CONF_SEARCH, CONF_STATION_IDS, CONF_STATIONS
from ..errors import form_error
from ..vendors import station_choice
from .base import AccountFlow

AROUND, FAVOURITES, LISTED, NONE = "around", "favourites", "listed", "none"
DEFAULT_RADIUS = 5
RADIUS = NumberSelector(
    NumberSelectorConfig(
        min=1, max=50, step=1, unit_of_measurement=UnitOfLength.KILOMETERS
    )
)


class StationSteps(ConfigEntryBaseFlow):
    """The steps to choose stations, at set-up and later.

    Home Assistant and the texts know a vendor's by its key. So the vendor's flow calls
    them ``async_step_<key>_stations`` and ``async_step_<key>_pick``.
    """

    _options: dict[str, Any]
    _picked: list[str]
    _found: tuple[Station, ...]

    @property
    @abstractmethod
    def _vendor_key(self) -> str:
        """Whose stations they are."""

    @property
    @abstractmethod
    def _station_client(self) -> ChargingClient:
        """What knows which stations there are."""

    @abstractmethod
    def _async_stations_chosen(self, options: dict[str, Any]) -> ConfigFlowResult:
        """Go on with what was chosen."""

    async def _async_choose_stations(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user choose in which way stations are found."""
        ways = list(self._ways())
        if user_input is None:
            return self._show_ways(ways)
        self._picked = getattr(self, "_options", {}).get(CONF_STATION_IDS, [])
        self._options = {
            key: value for key, value in user_input.items() if value not in ("", [])
        }
        if self._options[CONF_STATIONS] != LISTED:
            return self._async_stations_chosen(self._options)
        return await self._async_search(ways)

    def _ways(self) -> Iterator[str]:
        """Yield the ways in which stations can be found."""
        search = self._station_client.search
        choices = search.choices if search else frozenset()
        if Around in choices:
            yield AROUND
        if Favourites in choices:
            yield FAVOURITES
        if Around in choices or Listed in choices:
            yield LISTED
        yield NONE

    def _show_ways(
        self, ways: list[str], failure: ClientError | None = None, *, none: bool = False
    ) -> ConfigFlowResult:
        before = getattr(self, "_options", {})
        schema: dict[vol.Marker, Any] = {
            vol.Required(CONF_STATIONS, default=ways[0]): SelectSelector(
                SelectSelectorConfig(options=ways, translation_key="station_choice")
            )
        }
        if LISTED in ways:
            schema[vol.Optional(CONF_RADIUS, default=DEFAULT_RADIUS)] = RADIUS
            schema[vol.Optional(CONF_SEARCH)] = TextSelector()
        schema[vol.Optional(CONF_CONNECTORS)] = TextSelector(
            TextSelectorConfig(multiple=True)
        )
        error = "no_stations_found" if none else None
        if failure:
            error = form_error(failure)
        return self.async_show_form(
            step_id=f"{self._vendor_key}_stations",
            data_schema=self.add_suggested_values_to_schema(vol.Schema(schema), before),
            errors={"base": error} if error else None,
            description_placeholders={
                "message": failure.message if failure else "",
                "vendor": self._station_client.report.vendor,
            },
        )

    async def _async_search(self, ways: list[str]) -> ConfigFlowResult:
        search = self._station_client.search
        home = (self.hass.config.latitude, self.hass.config.longitude)
        choice = station_choice(
            {**self._options, CONF_STATION_IDS: ()},
            home if search and Around in search.choices else None,
        )
        try:
            self._found = await search.async_search(choice) if search and choice else ()
        except ClientError as err:
            return self._show_ways(ways, err)
        if not self._found:
            return self._show_ways(ways, none=True)
        return await self._async_pick_stations()

    async def _async_pick_stations(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user pick stations out of those that were found."""
        # Without a single one all that are found would be shown.
        if user_input is not None and user_input[CONF_STATION_IDS]:
            return self._async_stations_chosen(self._options | user_input)
        schema = vol.Schema(
            {
                vol.Required(
                    CONF_STATION_IDS,
                    default=[s.id for s in self._found if s.id in self._picked],
                ): SelectSelector(
                    SelectSelectorConfig(
                        options=[_option(station) for station in self._found],
                        multiple=True,
                    )
                )
            }
        )
        return self.async_show_form(
            step_id=f"{self._vendor_key}_pick",
            data_schema=schema,
            description_placeholders={"stations": str(len(self._found))},
        )


class StationSetUpFlow(AccountFlow, StationSteps):
    """Chooses stations before an entry is made."""

    @property
    @override
    def _vendor_key(self) -> str:
        return self._probe.vendor.key

    @property
    @override
    def _station_client(self) -> ChargingClient:
        return self._probe.client

    @override
    def _async_stations_chosen(self, options: dict[str, Any]) -> ConfigFlowResult:
        if self._probe.token:
            # A search can have renewed it since the sign-in.
            self._data[CONF_TOKEN] = dict(self._probe.token)
        return self._create(options)


def _option(station: Station) -> SelectOptionDict:
    """Return a station as a form lists it: name, address, distance."""
    distance = station.distance
    parts = (
        station.name or station.id,
        station.address,
        None if distance is None else f"{distance / 1000:.1f} km",
    )
    return SelectOptionDict(value=station.id, label=", ".join(filter(None, parts)))
