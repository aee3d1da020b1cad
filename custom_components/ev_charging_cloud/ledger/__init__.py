"""Charging sessions for keeps.

The ledger is a package that stands by itself: it knows the model of sessions and
nothing of coordinators, entities or Home Assistant. :class:`Ledger` is the way in;
``hours``, ``totals``, ``fleet`` and ``export`` compute from sessions without it.
"""

from ..clients.model import Interval
from .availability import LedgerStatus
from .copying import Copied, check_address, copy_all
from .engine import shown_address, sqlite_url
from .errors import BackupError, LedgerError, NewerSchemaError, Problem
from .export import csv_lines, session_row, total_row
from .faults import Fault
from .fleet import Figures, Place, figures
from .hours import Measure, Series, first_changed_hours, hourly, series_of
from .keeper import Ledger
from .model import (
    Change,
    EndSource,
    Recorded,
    SessionPage,
    SessionQuery,
    SessionRecord,
    Sighting,
    Source,
    Subject,
    SubjectKind,
)
from .stretches import Stretch
from .totals import Total, add_up, entry_of, months

__all__ = [
    "BackupError",
    "Change",
    "Copied",
    "EndSource",
    "Fault",
    "Figures",
    "Interval",
    "Ledger",
    "LedgerError",
    "LedgerStatus",
    "Measure",
    "NewerSchemaError",
    "Place",
    "Problem",
    "Recorded",
    "Series",
    "SessionPage",
    "SessionQuery",
    "SessionRecord",
    "Sighting",
    "Source",
    "Stretch",
    "Subject",
    "SubjectKind",
    "Total",
    "add_up",
    "check_address",
    "copy_all",
    "csv_lines",
    "entry_of",
    "figures",
    "first_changed_hours",
    "hourly",
    "months",
    "series_of",
    "session_row",
    "shown_address",
    "sqlite_url",
    "total_row",
]
