"""What a look at an account shows of its charging sessions, as the ledger takes it.

None of the vendors names the card that paid. The sessions of a driver's account are all
of that driver, for whom the account's id stands; those of others have no driver.
"""

from collections.abc import Iterable

from msgspec import structs

from ..clients.model import ChargingSession, Connector
from ..clients.reading.same import Mapped
from ..clients.refs import ConnectorRef, DriverRef, VehicleRef
from ..clients.snapshot import Snapshot
from ..ledger import Sighting, Subject, SubjectKind


def shows_the_same(before: Snapshot, after: Snapshot) -> bool:
    """Tell whether two snapshots show the very same sessions; cheap at any size."""
    return (
        after.connectors is before.connectors
        and after.vehicles is before.vehicles
        and after.sessions is before.sessions
        and after.driver is before.driver
    )


class SessionsIn:
    """The sessions of one snapshot after the other.

    What connectors and vehicles show of a session counts more than a list of sessions:
    its sums are steady.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._of_connectors = Mapped(_of_connector)

    def of(self, snapshot: Snapshot) -> dict[str, ChargingSession]:
        """Return all sessions of a snapshot by their ids, each with where it takes place.

        One that a connector shows as before is the very same object as before.
        """
        found = {session.id: session for session in snapshot.sessions or ()}
        if snapshot.driver is not None:
            found |= {session.id: session for session in snapshot.driver.sessions}
        for vehicle in snapshot.vehicles.values():
            if (session := vehicle.session) is not None:
                found[session.id] = structs.replace(
                    session, vehicle_id=session.vehicle_id or vehicle.id
                )
        shown = [
            *filter(None, self._of_connectors.of((*snapshot.connectors.values(),)))
        ]
        if not found and len(alone := {it.id: it for it in shown}) == len(shown):
            return alone
        for session in shown:
            known = found.get(session.id, session)
            found[session.id] = (
                session
                if session.vehicle_id or not known.vehicle_id
                else structs.replace(session, vehicle_id=known.vehicle_id)
            )
        return found


def _of_connector(connector: Connector) -> ChargingSession | None:
    if (session := connector.session) is None:
        return None
    return structs.replace(
        session, station_id=connector.station_id, connector_id=connector.id
    )


def sightings_of(
    sessions: Iterable[ChargingSession], snapshot: Snapshot | None, account_id: str
) -> tuple[Sighting, ...]:
    """Return sessions with the names of where they take place.

    Args:
        sessions: what was shown.
        snapshot: what else there was then; None where nothing is known.
        account_id: by which the ledger knows the account.
    """
    return tuple(_sighting(each, snapshot, account_id) for each in sessions)


def subject_of(ref: object, account_id: str) -> Subject:
    """Return for whom the ledger counts sessions.

    Raises:
        TypeError: it is a reference to something that no sessions are counted for.
    """
    match ref:
        case ConnectorRef(station_id, connector_id):
            return Subject(SubjectKind.CONNECTOR, connector_id, station_id)
        case VehicleRef(vehicle_id):
            return Subject(SubjectKind.VEHICLE, vehicle_id)
        case DriverRef():
            return Subject(SubjectKind.DRIVER, account_id)
        case _:
            raise TypeError(f"no sessions are counted for {ref}")


def _sighting(
    session: ChargingSession, snapshot: Snapshot | None, account_id: str
) -> Sighting:
    told = Sighting(
        session=session,
        meter_start=session.meter_start,
        meter_stop=session.meter_stop,
        intervals=session.intervals,
    )
    if snapshot is None:
        return told
    station = snapshot.stations.get(session.station_id or "")
    connector = snapshot.connectors.get(
        (session.station_id or "", session.connector_id or "")
    )
    vehicle = snapshot.vehicles.get(session.vehicle_id or "")
    location = snapshot.locations.get((station and station.location_id) or "")
    return structs.replace(
        told,
        location_id=station.location_id if station else None,
        location_name=location.name if location else None,
        station_name=station.name if station else None,
        connector_name=connector.name if connector else None,
        vehicle_name=vehicle.name if vehicle else None,
        driver=account_id if snapshot.driver is not None else None,
    )
