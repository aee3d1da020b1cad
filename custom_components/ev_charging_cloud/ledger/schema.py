"""The ledger's tables, the same in SQLite, PostgreSQL and MariaDB.

Times are whole microseconds since 1970 in UTC, energies Wh, powers W, amounts of money
minor units of their currency. The names have a prefix, as the database can be shared
with others, such as the recorder's.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, override

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Double,
    Index,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA_VERSION = 2

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# The end of a session that runs: later than any other.
OPEN_END = datetime(9999, 12, 31, tzinfo=UTC)

# MariaDB wants an index below 3,072 bytes, at four bytes a letter.
ID_LENGTH = 128
SESSION_ID_LENGTH = 255
NAME_LENGTH = 255


class UtcTime(TypeDecorator[datetime]):
    """An aware time, exact to the microsecond in every database."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> int | None:
        return None if value is None else (value - EPOCH) // MICROSECOND

    @override
    def process_result_value(
        self, value: int | None, dialect: Dialect
    ) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


METADATA = MetaData()

# Otherwise "A" could be taken for "a", and "a " too, where the server knows better.
MARIADB: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mariadb_engine": "InnoDB",
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_nopad_bin",
}

SESSIONS = Table(
    "ev_charging_sessions",
    METADATA,
    Column("account_id", String(ID_LENGTH), primary_key=True),
    Column("session_id", String(SESSION_ID_LENGTH), primary_key=True),
    # For questions about a time: what is known of start and end, never empty.
    Column("began_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("location_id", String(ID_LENGTH)),
    Column("location_name", String(NAME_LENGTH)),
    Column("station_id", String(ID_LENGTH)),
    Column("station_name", String(NAME_LENGTH)),
    Column("connector_id", String(ID_LENGTH)),
    Column("connector_name", String(NAME_LENGTH)),
    Column("vehicle_id", String(ID_LENGTH)),
    Column("vehicle_name", String(NAME_LENGTH)),
    Column("driver", String(ID_LENGTH)),
    Column("status", String(32)),
    Column("stop_reason", String(64)),
    Column("first_started_at", UtcTime),
    Column("started_at", UtcTime),
    Column("charging_started_at", UtcTime),
    Column("charging_ended_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("end_source", String(16)),
    Column("energy", Double),
    Column("average_power", Double),
    Column("peak_power", Double),
    Column("initial_state_of_charge", Double),
    Column("state_of_charge", Double),
    Column("meter_start", Double),
    Column("meter_stop", Double),
    Column("cost", Double),
    Column("currency", String(16)),
    Column("co2", Double),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_seen", UtcTime, nullable=False),
    Index("ev_charging_sessions_began", "account_id", "began_at"),
    Index("ev_charging_sessions_until", "account_id", "until", "began_at"),
    # With the energy, so that meters are added up without looking at the rows.
    Index(
        "ev_charging_sessions_connector",
        "account_id",
        "station_id",
        "connector_id",
        "until",
        "energy",
    ),
    Index(
        "ev_charging_sessions_vehicle", "account_id", "vehicle_id", "until", "energy"
    ),
    Index("ev_charging_sessions_driver", "account_id", "driver", "until", "energy"),
    **MARIADB,
)

INTERVALS = Table(
    "ev_charging_intervals",
    METADATA,
    Column("account_id", String(ID_LENGTH), primary_key=True),
    Column("session_id", String(SESSION_ID_LENGTH), primary_key=True),
    Column("start", UtcTime, primary_key=True, autoincrement=False),
    Column("end", UtcTime, nullable=False),
    Column("energy", Double, nullable=False),
    **MARIADB,
)

# How far the history was read; the cursor is the reader's own.
PROGRESS = Table(
    "ev_charging_progress",
    METADATA,
    Column("account_id", String(ID_LENGTH), primary_key=True),
    Column("name", String(ID_LENGTH), primary_key=True),
    Column("cursor", Text, nullable=False),
    **MARIADB,
)

# What lifetime meters had shown when a correction made their sum smaller.
METERS = Table(
    "ev_charging_meters",
    METADATA,
    Column("account_id", String(ID_LENGTH), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("station_id", String(ID_LENGTH), primary_key=True),
    Column("object_id", String(ID_LENGTH), primary_key=True),
    Column("energy", Double, nullable=False),
    **MARIADB,
)

# When connectors were faulted; since version 2.
FAULTS = Table(
    "ev_charging_faults",
    METADATA,
    Column("account_id", String(ID_LENGTH), primary_key=True),
    Column("station_id", String(ID_LENGTH), primary_key=True),
    Column("connector_id", String(ID_LENGTH), primary_key=True),
    Column("began_at", UtcTime, primary_key=True, autoincrement=False),
    Column("last_seen", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    **MARIADB,
)

META = Table(
    "ev_charging_meta",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    **MARIADB,
)
