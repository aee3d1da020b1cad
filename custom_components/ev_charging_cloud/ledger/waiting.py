"""Sessions that wait in memory for a database that cannot be written."""

from collections.abc import Iterable, Sequence

from .model import SessionRecord

MOST_WAITING = 10_000


class Waiting:
    """A bounded number of sessions; the newest are kept."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        """Hold nothing yet.

        Args:
            most: how many are held.
        """
        self._most = most
        self._records: dict[str, dict[str, SessionRecord]] = {}
        self.dropped = 0

    def __len__(self) -> int:
        """Return how many sessions wait."""
        return sum(map(len, self._records.values()))

    def add(self, records: Iterable[SessionRecord]) -> Sequence[SessionRecord]:
        """Let sessions wait, in the place of what waits of the same ones.

        Returns:
            Those that cannot wait any longer, as there are too many.
        """
        for record in records:
            self._records.setdefault(record.account_id, {})[record.session_id] = record
        excess = len(self) - self._most
        return self._drop(excess) if excess > 0 else ()

    def of_account(self, account_id: str) -> tuple[SessionRecord, ...]:
        """Return what waits of an account."""
        return tuple(self._records.get(account_id, {}).values())

    def accounts(self) -> tuple[str, ...]:
        """Return the accounts of which something waits."""
        return tuple(self._records)

    def remove(self, records: Iterable[SessionRecord]) -> None:
        """Take away what was written, unless there is newer news of it by now."""
        for record in records:
            waiting = self._records.get(record.account_id, {})
            if waiting.get(record.session_id) is record:
                del waiting[record.session_id]
            if not waiting:
                self._records.pop(record.account_id, None)

    def forget(self, account_id: str) -> None:
        """Take away all that waits of an account."""
        self._records.pop(account_id, None)

    def _drop(self, excess: int) -> Sequence[SessionRecord]:
        """Drop the oldest sessions; one that runs counts as new."""
        # More than needed, so as not to look through all of them every time.
        excess += self._most // 20
        everything = [r for own in self._records.values() for r in own.values()]
        everything.sort(key=lambda record: (not record.is_over, record.until))
        oldest = everything[:excess]
        self.dropped += len(oldest)
        self.remove(oldest)
        return oldest
