"""Bringing a database to the schema that this version knows.

A new version of the schema is a step here: the function that turns the version before
into it. PostgreSQL and SQLite undo a step that fails; MariaDB does not, so that a step
must also work on tables where it was half done.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, insert, inspect, select, update

from .errors import NewerSchemaError
from .schema import FAULTS, META, METADATA, SCHEMA_VERSION

VERSION = "schema_version"

type Step = Callable[[Connection], None]


def _add_faults(connection: Connection) -> None:
    """Add the table of faults."""
    FAULTS.create(connection, checkfirst=True)


# By the version that it leads to.
STEPS: Mapping[int, Step] = {2: _add_faults}


def prepare(
    connection: Connection,
    *,
    steps: Mapping[int, Step] = STEPS,
    known: int = SCHEMA_VERSION,
) -> None:
    """Create the tables, or bring them to the version that is known.

    Args:
        connection: in a transaction of its own.
        steps: leads from each version to the next.
        known: the newest version.

    Raises:
        NewerSchemaError: a newer version of the integration has made them.
    """
    found = version_of(connection)
    if found is None:
        METADATA.create_all(connection)
        connection.execute(insert(META).values(name=VERSION, value=str(known)))
        return
    if found > known:
        raise NewerSchemaError(found, known)
    if found == known:
        return
    for version in range(found + 1, known + 1):
        steps[version](connection)
    connection.execute(
        update(META).where(META.c.name == VERSION).values(value=str(known))
    )


def version_of(connection: Connection) -> int | None:
    """Return the version of a database's schema; None where it has no tables of ours."""
    if not inspect(connection).has_table(META.name):
        return None
    value = connection.scalar(select(META.c.value).where(META.c.name == VERSION))
    return None if value is None else int(value)
