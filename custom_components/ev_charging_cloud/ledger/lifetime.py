"""Lifetime meters: the energy of all sessions of a connector, a vehicle or a driver.

A meter never falls. It shows the sum of the sessions, the running ones included; where a
correction makes the sum smaller, it stays where it was until the sum has caught up. What
it had shown then is kept (its mark). Energies are counted in whole mWh, so that sums are
exact.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.sql.elements import ColumnElement

from .merge import DECIMALS
from .model import Change, SessionRecord, Subject, SubjectKind
from .schema import METERS, SESSIONS

UNITS_PER_WH: int = 10**DECIMALS

METERED = frozenset({SubjectKind.CONNECTOR, SubjectKind.VEHICLE, SubjectKind.DRIVER})


class Lifetimes(Struct, frozen=True):
    """The meters of an account: sums of its sessions, and marks, in mWh."""

    sums: Mapping[Subject, int]
    marks: Mapping[Subject, int]

    def readings(self) -> dict[Subject, float]:
        """Return what the meters show, in Wh."""
        return {
            subject: self._units(subject) / UNITS_PER_WH
            for subject in (*self.sums, *(self.marks.keys() - self.sums.keys()))
        }

    def after(self, changes: Iterable[Change]) -> Lifetimes:
        """Return the meters as they are once sessions have changed."""
        sums = dict(self.sums)
        touched: set[Subject] = set()
        for change in changes:
            for sign, record in ((-1, change.before), (1, change.after)):
                for subject, units in _shares(record):
                    sums[subject] = sums.get(subject, 0) + sign * units
                    touched.add(subject)
        marks = dict(self.marks)
        for subject in touched:
            shown = self._units(subject)
            if sums[subject] < shown:
                marks[subject] = shown
        return Lifetimes(sums, marks)

    def raised(self, readings: Mapping[Subject, float]) -> Lifetimes:
        """Return the meters with marks, so that they show no less than this, in Wh."""
        marks = dict(self.marks)
        for subject, energy in readings.items():
            if _whole(energy) > self._units(subject):
                marks[subject] = _whole(energy)
        return Lifetimes(self.sums, marks)

    def _units(self, subject: Subject) -> int:
        return max(self.sums.get(subject, 0), self.marks.get(subject, 0))


def metered_by(record: SessionRecord) -> Iterator[Subject]:
    """Yield whose meters count a session."""
    for subject in record.subjects:
        if subject.kind in METERED:
            yield subject


def read_lifetimes(connection: Connection, account_id: str) -> Lifetimes:
    """Return the meters of an account as the database has them."""
    columns = SESSIONS.c
    sums = {
        Subject(kind, *ids): energy
        for kind, owners in (
            (SubjectKind.CONNECTOR, (columns.connector_id, columns.station_id)),
            (SubjectKind.VEHICLE, (columns.vehicle_id,)),
            (SubjectKind.DRIVER, (columns.driver,)),
        )
        for ids, energy in _sums(connection, account_id, owners)
    }
    marks = {
        Subject(SubjectKind(row.kind), row.object_id, row.station_id): _whole(
            row.energy
        )
        for row in connection.execute(
            select(METERS).where(METERS.c.account_id == account_id)
        )
    }
    return Lifetimes(sums, marks)


def write_marks(
    connection: Connection, account_id: str, old: Lifetimes, new: Lifetimes
) -> None:
    """Keep the marks that are new."""
    for subject, units in new.marks.items():
        if old.marks.get(subject) == units:
            continue
        place = {
            "account_id": account_id,
            "kind": subject.kind,
            "station_id": subject.station_id,
            "object_id": subject.id,
        }
        connection.execute(
            delete(METERS).where(
                *(METERS.c[name] == id_ for name, id_ in place.items())
            )
        )
        connection.execute(insert(METERS).values(**place, energy=units / UNITS_PER_WH))


def _sums(
    connection: Connection,
    account_id: str,
    owners: Sequence[ColumnElement[str | None]],
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the energy of all sessions in mWh, by the ids of their owners."""
    for *ids, energy in connection.execute(
        select(*owners, func.sum(SESSIONS.c.energy))
        .where(
            SESSIONS.c.account_id == account_id,
            SESSIONS.c.energy.is_not(None),
            *(owner.is_not(None) for owner in owners),
        )
        .group_by(*owners)
    ):
        yield tuple(ids), _whole(energy)


def _shares(record: SessionRecord | None) -> Iterable[tuple[Subject, int]]:
    if record is None or record.energy is None:
        return
    units = _whole(record.energy)
    for subject in metered_by(record):
        yield subject, units


def _whole(wh: float) -> int:
    return round(wh * UNITS_PER_WH)
