"""Devices and references in the ledger's words: whose sessions, and what it is called."""

from collections.abc import Iterable
from urllib.parse import unquote

from msgspec.structs import replace

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr

from ..clients.refs import (
    ACCOUNT,
    ConnectorRef,
    LocationRef,
    Ref,
    StationRef,
    VehicleRef,
)
from ..const import DOMAIN
from ..ledger import SessionQuery, SessionRecord, Subject, SubjectKind
from .ledger import account_id_of


def ref_of(subject: Subject) -> Ref | None:
    """Return the reference to what sessions are counted for; drivers have none."""
    match subject.kind:
        case SubjectKind.CONNECTOR:
            return ConnectorRef(subject.station_id, subject.id)
        case SubjectKind.STATION:
            return StationRef(subject.id)
        case SubjectKind.LOCATION:
            return LocationRef(subject.id)
        case SubjectKind.VEHICLE:
            return VehicleRef(subject.id)
        case SubjectKind.DRIVER:
            return None


def subject_at(path: str) -> Subject | None:
    """Return what a reference's path stands for; None for the account as a whole."""
    kind, *ids = path.split("/")
    match kind, [unquote(id_) for id_ in ids]:
        case "connector", [station_id, id_]:
            return Subject(SubjectKind.CONNECTOR, id_, station_id)
        case "station" | "location" | "vehicle", [id_]:
            return Subject(SubjectKind(kind), id_)
    return None


def query_of(query: SessionQuery, subject: Subject | None) -> SessionQuery:
    """Return a query that asks for one subject's sessions only; None for all."""
    if subject is None:
        return query
    match subject.kind:
        case SubjectKind.CONNECTOR:
            return replace(
                query, station_id=subject.station_id, connector_id=subject.id
            )
        case SubjectKind.STATION:
            return replace(query, station_id=subject.id)
        case SubjectKind.LOCATION:
            return replace(query, location_id=subject.id)
        case SubjectKind.VEHICLE:
            return replace(query, vehicle_id=subject.id)
        case SubjectKind.DRIVER:
            return replace(query, driver=subject.id)


@callback
def async_find_device(
    hass: HomeAssistant, device_id: str
) -> tuple[ConfigEntry, Subject | None]:
    """Return the account of a device and whose sessions the device stands for.

    The account need not be loaded: what is kept can be read while the cloud is away.

    Raises:
        ServiceValidationError: the device is none of ours, or of nothing that charges.
    """
    device, entry = dr.async_get_device_and_config_entry_for_domain(
        hass, device_id, domain=DOMAIN
    )
    if device is None or entry is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_our_device",
            translation_placeholders={"device": device_id},
        )
    prefix = f"{entry.unique_id}/"
    paths = [
        value.removeprefix(prefix)
        for domain, value in device.identifiers
        if domain == DOMAIN
    ]
    subject = subject_at(paths[0]) if paths else None
    if subject is None and paths and paths[0] != ACCOUNT.path:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_sessions_of_device"
        )
    return entry, subject


def driver_name(entry: ConfigEntry, driver: str | None) -> str | None:
    """Return a driver's name; the sessions of a driver's account have the account's id."""
    return entry.title if driver == account_id_of(entry) else driver


def place_of(record: SessionRecord) -> str | None:
    """Return where a session took place, as far as that is known."""
    station = record.station_name or record.station_id
    parts = (station, record.connector_name) if station else (record.location_name,)
    return ", ".join(part for part in parts if part) or None


def known_name(subject: Subject, records: Iterable[SessionRecord]) -> str | None:
    """Return what the first of some sessions that has a name for a subject calls it."""
    for record in records:
        match subject.kind:
            case SubjectKind.LOCATION:
                name = record.location_name
            case SubjectKind.VEHICLE:
                name = record.vehicle_name
            case _:
                name = place_of(record)
        if name:
            return name
    return None


@callback
def async_name(
    hass: HomeAssistant, entry: ConfigEntry, subject: Subject, known: str | None = None
) -> str:
    """Return what people call a subject: by its device, as they may have renamed it.

    Args:
        hass: Home Assistant.
        entry: the account.
        subject: what is to be named.
        known: its name where it has no device.
    """
    if (name := async_device_name(hass, entry, subject)) is not None:
        return name
    if subject.kind is SubjectKind.CONNECTOR:
        return known or f"{subject.station_id} {subject.id}"
    return known or subject.id


@callback
def async_device_name(
    hass: HomeAssistant, entry: ConfigEntry, subject: Subject
) -> str | None:
    """Return what a subject is called without asking its sessions; None if unknown."""
    ref = ref_of(subject)
    if ref is None:
        return driver_name(entry, subject.id)
    if not isinstance(ref, ConnectorRef):
        return _device_name(hass, entry, ref)
    station = _device_name(hass, entry, StationRef(ref.station_id))
    if station is None:
        return None
    registry = dr.async_get(hass)
    identifier = (DOMAIN, f"{entry.unique_id}/{ref.path}")
    device = registry.async_get_child_device_by_identifier(identifier, entry.entry_id)
    # A connector that the vendor does not know apart is its station.
    return (device.name_by_user or device.name if device else None) or station


def _device_name(hass: HomeAssistant, entry: ConfigEntry, ref: Ref) -> str | None:
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}/{ref.path}"), entry.entry_id
    )
    return (device.name_by_user or device.name) if device else None
