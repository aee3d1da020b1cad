"""The one thread in which all of the ledger's database work is done."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread


class Worker:
    """Runs jobs one after the other, in the order in which they came.

    Its thread is a daemon: a database that does not answer holds nobody up for longer
    than they want to wait, not even the end of the program.
    """

    def __init__(self, name: str) -> None:
        """Start nothing yet; the thread comes with the first job."""
        self._name = name
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._is_last_done: Callable[[], bool] = lambda: True

    @property
    def is_busy(self) -> bool:
        """Tell whether a job waits or runs."""
        return not self._is_last_done()

    async def async_run[ResultT](self, work: Callable[[], ResultT]) -> ResultT:
        """Run a job and return what it returns.

        Raises:
            Exception: what the job raises.
        """
        future: Future[ResultT] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work())
            except Exception as err:  # noqa: BLE001 - it is raised where it is awaited
                future.set_exception(err)

        if self._thread is None:
            self._thread = Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._is_last_done = future.done
        self._jobs.put(job)
        return await asyncio.wrap_future(future)

    async def async_stop(self, seconds: float) -> bool:
        """End the thread after the jobs that it has; tell whether it came to that.

        Args:
            seconds: how long to wait for it.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            return True
        self._jobs.put(None)
        await asyncio.to_thread(thread.join, seconds)
        return not thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
