"""How much an operator's connectors were used lately, as an action's response."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..ledger import Figures, Place, Subject, SubjectKind
from ..runtime import ChargingConfigEntry
from .ledger import account_id_of, async_get_ledger
from .places import async_name

PERIODS = (7, 30)


async def async_figures(
    hass: HomeAssistant, entry: ChargingConfigEntry, subject: Subject | None
) -> JsonObjectType:
    """Return the figures of connectors, stations and locations over some days.

    Args:
        hass: Home Assistant.
        entry: the account.
        subject: the location, station or connector that is meant; None for all.

    Raises:
        LedgerError: the sessions cannot be read.
    """
    snapshot = entry.runtime_data.live.data
    places = [
        Place(
            station_id=station_id,
            connector_id=connector_id,
            location_id=snapshot.stations[station_id].location_id,
        )
        for station_id, connector_id in snapshot.connectors
    ]
    places = [p for p in places if subject is None or subject in p.subjects]
    ledger = await async_get_ledger(hass)
    now = dt_util.utcnow()
    answer: JsonObjectType = {}
    for days in PERIODS:
        found = await ledger.async_figures(
            account_id_of(entry), places, now - timedelta(days=days), now
        )
        answer[f"days_{days}"] = [
            {
                "kind": each.kind.value,
                "name": async_name(hass, entry, each),
                "station_id": each.station_id or None,
                "id": each.id,
                **_answer(figures),
            }
            for each, figures in sorted(found.items())
            if _is_part_of(each, subject)
        ]
    return answer


def _is_part_of(each: Subject, subject: Subject | None) -> bool:
    """Tell whether figures are of the whole of something, and not of a part of it."""
    if subject is None or subject.kind is SubjectKind.LOCATION:
        return True
    if subject.kind is SubjectKind.STATION:
        return each.kind is not SubjectKind.LOCATION
    return each == subject


def _answer(figures: Figures) -> JsonObjectType:
    """Return figures in kWh, hours and parts of the time from 0 to 1."""
    return {
        "connectors": figures.connectors,
        "sessions": figures.sessions,
        "energy_kwh": round(figures.energy / 1000, 3),
        "occupied_hours": _hours(figures.occupied),
        "occupied_share": round(figures.occupied_share, 4),
        "charging_hours": _hours(figures.charging),
        "charging_share": None
        if figures.charging_share is None
        else round(figures.charging_share, 4),
        "idle_hours": _hours(figures.idle),
        "faults": figures.faults,
        "faulted_hours": _hours(figures.faulted),
        "hours_between_faults": _hours(figures.between_faults),
    }


def _hours(time: timedelta | None) -> float | None:
    return None if time is None else round(time / timedelta(hours=1), 2)
