"""Taking the ledger along from one database to another."""

from functools import partial

from msgspec import Struct

from .faults import read_faults
from .merge import merge
from .model import SessionRecord
from .queries import read_accounts, read_progress, read_slice
from .rows import read_records
from .store import Store

SLICE = 1000


class Copied(Struct, frozen=True, kw_only=True):
    """What was copied: ``sessions`` of ``accounts``; what was there is not counted."""

    accounts: int
    sessions: int


def copy_all(from_url: str, to_url: str) -> Copied:
    """Copy all sessions, meters, faults and cursors; this blocks.

    What the other database has already stays, unless it is older. To do it again adds
    nothing but what has come since.

    Args:
        from_url: the address of the database to read.
        to_url: the address of the one to write; tables are made if it has none.

    Raises:
        LedgerError: one of them cannot be used. What was copied so far is there.
    """
    source, target = Store(from_url), Store(to_url)
    try:
        source.open()
        target.open()
        accounts = source.read(read_accounts)
        copied = sum(_copy_account(source, target, account) for account in accounts)
    finally:
        source.close()
        target.close()
    return Copied(accounts=len(accounts), sessions=copied)


def check_address(url: str) -> None:
    """Connect to a database and make its tables, before it is relied on; this blocks.

    Raises:
        LedgerError: it cannot be used.
    """
    store = Store(url)
    try:
        store.open()
    finally:
        store.close()


def _copy_account(source: Store, target: Store, account_id: str) -> int:
    """Copy an account; return how many sessions were not there yet, or older."""
    copied = 0
    after = ""
    while records := source.read(
        partial(read_slice, account_id=account_id, after=after, limit=SLICE)
    ):
        wanted = _wanted(target, account_id, records)
        if wanted:
            target.record(account_id, wanted)
        copied += len(wanted)
        after = records[-1].session_id
    target.keep_faults(
        account_id, source.read(lambda connection: read_faults(connection, account_id))
    )
    target.raise_meters(account_id, source.load(account_id).lifetimes.readings())
    known = target.read(lambda connection: read_progress(connection, account_id))
    cursors = source.read(lambda connection: read_progress(connection, account_id))
    target.set_progress(
        account_id, {n: cursor for n, cursor in cursors.items() if n not in known}
    )
    return copied


def _wanted(
    target: Store, account_id: str, records: tuple[SessionRecord, ...]
) -> list[SessionRecord]:
    """Return the sessions that the target lacks, or has as they were before."""
    known = target.read(
        lambda connection: read_records(
            connection, account_id, [record.session_id for record in records]
        )
    )
    return [
        record
        for record in records
        if (there := known.get(record.session_id)) is None
        or (there.last_seen < record.last_seen and merge(there, record) is not there)
    ]
