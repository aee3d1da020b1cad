"""What a simulated cloud was asked, for tests to read."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

#: how many requests are kept; the oldest go first
KEPT = 50_000


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """One request. The credential itself is never kept, only which kind it was.

    `path` is as the vendor documents it, without the base path. `status` is None when no answer was given.
    `time` is simulated time.
    """

    method: str
    path: str
    query: dict[str, str]
    status: int | None
    time: datetime
    credential: str


class RequestLog(list[RequestRecord]):
    """The requests, oldest first; `clear()` forgets them."""

    def add(self, record: RequestRecord) -> None:
        """Keep a request."""
        if len(self) >= KEPT:
            del self[: KEPT // 10]
        self.append(record)

    def matching(
        self, path: str = "*", *, method: str | None = None, status: int | None = None
    ) -> list[RequestRecord]:
        """Return the requests for a path (`*` stands for anything), of a method, with a status."""
        return [
            record
            for record in self
            if fnmatchcase(record.path, path)
            and (method is None or record.method == method)
            and (status is None or record.status == status)
        ]
