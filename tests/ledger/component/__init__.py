"""Writes sessions in a real Home Assistant until it is killed; only a test loads this.

It says on standard output which sessions the ledger has acknowledged.
"""

from datetime import UTC, datetime, timedelta
import sys

from custom_components.ev_charging_cloud.clients.enums import SessionStatus
from custom_components.ev_charging_cloud.clients.model import ChargingSession
from custom_components.ev_charging_cloud.ledger import Interval, Sighting, Source
from custom_components.ev_charging_cloud.sessions.ledger import (
    account_id_of,
    async_get_ledger,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers.typing import ConfigType

DOMAIN = "ledger_writer"
ACCOUNTS = "ev_charging_cloud"
START = datetime(2026, 1, 1, tzinfo=UTC)
AT_ONCE = 20


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Write from when Home Assistant has started."""
    number: int = config[DOMAIN]["number"]

    async def write(_: Event) -> None:
        (entry,) = hass.config_entries.async_entries(ACCOUNTS)
        assert entry.state is ConfigEntryState.LOADED, entry.reason
        ledger = await async_get_ledger(hass)
        for turn in range(100_000):
            for energy, status in (
                (1.0, SessionStatus.ACTIVE),
                (2.0, SessionStatus.COMPLETED),
            ):
                recorded = await ledger.async_record(
                    account_id_of(entry),
                    _sightings(number, turn, energy, status),
                    Source.HISTORY,
                    START + timedelta(hours=turn),
                )
                assert recorded.stored, ledger.status
                sys.stdout.write(f"stored {turn} {energy}\n")
                sys.stdout.flush()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STARTED, write)
    return True


def _sightings(
    number: int, turn: int, energy: float, status: SessionStatus
) -> list[Sighting]:
    """Return sessions that are first running and then over."""
    hour = START + timedelta(hours=turn)
    return [
        Sighting(
            session=ChargingSession(
                id=f"{number}-{turn}-{each}",
                status=status,
                station_id="station",
                connector_id="1",
                started_at=hour,
                energy=energy,
            ),
            intervals=(Interval(hour, hour + timedelta(hours=1), energy),),
        )
        for each in range(AT_ONCE)
    ]
