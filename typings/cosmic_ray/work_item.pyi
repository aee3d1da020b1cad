import enum
from pathlib import Path

class WorkerOutcome(enum.StrEnum):
    NORMAL = ...
    SKIPPED = ...

class TestOutcome(enum.StrEnum):
    SURVIVED = ...
    KILLED = ...

class WorkResult:
    worker_outcome: WorkerOutcome
    output: str | None
    test_outcome: TestOutcome | None
    def __init__(
        self,
        worker_outcome: WorkerOutcome,
        output: str | None = None,
        test_outcome: TestOutcome | None = None,
        diff: str | None = None,
    ) -> None: ...
    @property
    def is_killed(self) -> bool: ...

class MutationSpec:
    module_path: Path
    operator_name: str
    occurrence: int
    start_pos: tuple[int, int]
    end_pos: tuple[int, int]
    def __init__(
        self,
        module_path: Path,
        operator_name: str,
        occurrence: int,
        start_pos: tuple[int, int],
        end_pos: tuple[int, int],
    ) -> None: ...

class WorkItem:
    job_id: str
    mutations: tuple[MutationSpec, ...]
    @classmethod
    def single(cls, job_id: str, mutation: MutationSpec) -> WorkItem: ...
