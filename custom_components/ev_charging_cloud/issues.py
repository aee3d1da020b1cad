"""What an account says in Home Assistant's repairs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .clients.enums import Lifecycle, LinkState
from .clients.home_energy import HomeEnergy
from .clients.model import Connector, Notification, Station, Vehicle
from .clients.reading.families import FamilyReport, lasting
from .clients.reading.same import Made, Those
from .clients.snapshot import Kind
from .const import DOMAIN
from .runtime import ChargingConfigEntry

# Signed times, ages and ends of tokens go wrong by then.
CLOCK_TOLERANCE = timedelta(minutes=2)
LOST = frozenset({Lifecycle.UNPAIRED, Lifecycle.DECOMMISSIONED})
EMPTIED: dict[Kind, str] = {
    Station: "emptied_stations",
    Connector: "emptied_connectors",
    Vehicle: "emptied_vehicles",
    HomeEnergy: "emptied_home_energy",
}


@dataclass(frozen=True, kw_only=True)
class _Issue:
    """Something that a person should know of."""

    id: str
    key: str
    placeholders: dict[str, str]
    data: dict[str, str | int | float | None] | None = None
    url: str | None = None


class AccountIssues:
    """What one account says, raised while it is so."""

    def __init__(self, hass: HomeAssistant, entry: ChargingConfigEntry) -> None:
        """Begin; what was raised before a restart is looked at first."""
        self._hass, self._entry = hass, entry
        # What was raised last; None before the first look.
        self._raised: tuple[_Issue, ...] | None = None
        # By these the registry knows them.
        self._raised_keys: tuple[tuple[str, str], ...] = ()
        # Those that the vendor has lost or taken out of use; most vendors tell no such
        # thing.
        self._lost_stations = Those[Station](lambda it: it.lifecycle in LOST)
        self._about_objects = Made[tuple[_Issue, ...]]()
        self._about_account = Made[tuple[_Issue, ...]]()

    @callback
    def async_update(self) -> None:
        """Raise what is wrong in the latest snapshot, and take back what no longer is."""
        now = (*self._of_account(), *self._of_objects())
        registry = ir.async_get(self._hass)
        if now == self._raised and all(
            map(registry.issues.__contains__, self._raised_keys)
        ):
            return
        before = (
            _raised(registry, self._entry)
            if self._raised is None
            else [issue.id for issue in self._raised]
        )
        self._raised = now
        self._raised_keys = tuple((DOMAIN, issue.id) for issue in now)
        ids = {issue.id for issue in now}
        for issue_id in before:
            if issue_id not in ids:
                ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue in now:
            self._raise(issue)

    @callback
    def _raise(self, issue: _Issue) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue.id,
            is_fixable=issue.data is not None,
            severity=ir.IssueSeverity.WARNING,
            translation_key=issue.key,
            translation_placeholders=issue.placeholders,
            data=issue.data,
            learn_more_url=issue.url,
        )

    def _of_account(self) -> tuple[_Issue, ...]:
        signs = _signs(self._entry)
        return self._about_account.of(
            (*signs, self._entry.title), lambda: (*_issues(self._entry, signs),)
        )

    def _of_objects(self) -> tuple[_Issue, ...]:
        snapshot = self._entry.runtime_data.live.data
        lost = self._lost_stations.of(snapshot.stations)
        return self._about_objects.of(
            (lost, snapshot.vehicles, self._entry.title),
            lambda: _of_objects(self._entry, lost, snapshot.vehicles.values()),
        )


@callback
def async_remove_issues(hass: HomeAssistant, entry: ChargingConfigEntry) -> None:
    """Take back all that was said of an account."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and entry.entry_id in issue_id:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


def _raised(registry: ir.IssueRegistry, entry: ChargingConfigEntry) -> list[str]:
    """Return the ids of an account's issues that this room raises; not the planner's."""
    return [
        issue_id
        for domain, issue_id in registry.issues
        if domain == DOMAIN
        and entry.entry_id in issue_id
        and not issue_id.startswith("entity_limit")
    ]


class _Signs(NamedTuple):
    """What tells of something wrong with the account as a whole.

    ``clock_off`` are the minutes that the vendor's clock is ahead, None for next to none.
    """

    is_empty: bool
    emptied: frozenset[Kind]
    schema_problem: str | None
    off: tuple[FamilyReport, ...]
    notifications: tuple[Notification, ...]
    clock_off: int | None


def _signs(entry: ChargingConfigEntry) -> _Signs:
    runtime = entry.runtime_data
    client, snapshot = runtime.client, runtime.live.data
    emptied = runtime.devices.emptied
    offset = client.requests.clock.offset
    off = client.families.off()
    return _Signs(
        # A driver has an account for the sessions, wherever these take place.
        is_empty=not (
            snapshot.stations or snapshot.vehicles or snapshot.driver or emptied
        ),
        emptied=emptied,
        schema_problem=client.schema_problem,
        off=lasting(off, dt_util.utcnow()) if off else (),
        notifications=snapshot.notifications,
        clock_off=round(offset.total_seconds() / 60)
        if abs(offset) > CLOCK_TOLERANCE
        else None,
    )


def _issues(entry: ChargingConfigEntry, signs: _Signs) -> Iterator[_Issue]:
    """Yield what is wrong with the account."""
    about = _about(entry)
    emptied = signs.emptied
    if signs.is_empty:
        yield _Issue(
            id=f"no_stations_{entry.entry_id}", key="no_stations", placeholders=about
        )
    # Without stations there are no connectors; once is enough.
    for kind in emptied - ({Connector} if Station in emptied else set()):
        key = EMPTIED[kind]
        yield _Issue(id=f"{key}_{entry.entry_id}", key=key, placeholders=about)
    if (problem := signs.schema_problem) is not None:
        yield _Issue(
            id=f"schema_changed_{entry.entry_id}",
            key="schema_changed",
            placeholders={**about, "message": problem},
        )
    yield from _family_issues(entry, about, signs.off)
    yield from _notifications(entry, about, signs.notifications)
    if signs.clock_off is not None:
        yield _Issue(
            id=f"clock_off_{entry.entry_id}",
            key="clock_slow" if signs.clock_off > 0 else "clock_fast",
            placeholders={**about, "minutes": str(abs(signs.clock_off))},
        )


def _of_objects(
    entry: ChargingConfigEntry, lost: Iterable[Station], vehicles: Iterable[Vehicle]
) -> tuple[_Issue, ...]:
    """Return what is wrong with single vehicles and stations."""
    about = _about(entry)
    return (
        *_vehicle_issues(entry, about, vehicles),
        *_station_issues(entry, about, lost),
    )


def _about(entry: ChargingConfigEntry) -> dict[str, str]:
    return {"account": entry.title, "vendor": entry.runtime_data.vendor.name}


def _family_issues(
    entry: ChargingConfigEntry, about: dict[str, str], off: Iterable[FamilyReport]
) -> Iterator[_Issue]:
    """Yield what could not be read for so long that a person should know."""
    for report in off:
        yield _Issue(
            id=f"family_{report.name.replace(' ', '_')}_{entry.entry_id}",
            key="family_denied" if report.is_denied else "family_failing",
            placeholders={**about, "family": report.name, "message": report.reason},
        )


def _notifications(
    entry: ChargingConfigEntry,
    about: dict[str, str],
    notifications: Iterable[Notification],
) -> Iterator[_Issue]:
    """Yield what the vendor itself asks a person for, in its own words."""
    for notification in notifications:
        yield _Issue(
            id=f"notification_{entry.entry_id}_{notification.id}",
            key="notification",
            placeholders={
                **about,
                "title": notification.title,
                "text": notification.text or notification.title,
            },
            url=notification.url,
        )


def _vehicle_issues(
    entry: ChargingConfigEntry, about: dict[str, str], vehicles: Iterable[Vehicle]
) -> Iterator[_Issue]:
    """Yield which vehicles the vendor cannot or does not charge."""
    for vehicle in vehicles:
        name = vehicle.name or vehicle.id
        if vehicle.link is LinkState.INACTIVE:
            yield _link_issue(entry, "vehicle_link", vehicle.id, name)
        elif vehicle.disabled:
            yield _Issue(
                id=f"vehicle_disabled_{entry.entry_id}_{vehicle.id}",
                key="vehicle_disabled",
                placeholders={**about, "vehicle": name},
            )


def _station_issues(
    entry: ChargingConfigEntry,
    about: dict[str, str],
    stations: Iterable[Station],
) -> Iterator[_Issue]:
    """Yield which stations the vendor has lost or taken out of use."""
    for station in stations:
        name = station.name or station.id
        if station.lifecycle is Lifecycle.UNPAIRED:
            yield _link_issue(entry, "station_link", station.id, name)
        elif station.lifecycle is Lifecycle.DECOMMISSIONED:
            yield _Issue(
                id=f"station_decommissioned_{entry.entry_id}_{station.id}",
                key="station_decommissioned",
                placeholders={**about, "station": name},
            )


def _link_issue(entry: ChargingConfigEntry, key: str, id_: str, name: str) -> _Issue:
    """Return that something must be linked anew, which a person can do from here."""
    kind = key.removesuffix("_link")
    return _Issue(
        id=f"{key}_{entry.entry_id}_{id_}",
        key=key,
        placeholders={kind: name},
        data={"entry_id": entry.entry_id, "kind": kind, "id": id_, "name": name},
    )
