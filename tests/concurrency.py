"""Two people at once: work in a second connection that has to wait for the first."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections, transaction

PATIENCE = 10  # seconds until a test gives up


@contextmanager
def second_one_waiting(work: Callable):
    """Runs `work` in another connection while the block's transaction is open.

    The block ends, and commits, only when the other connection waits for a lock of ours; it then goes on.
    Yields the future of `work`.
    """
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ours = Handle()
            yield ours
            ours.future = pool.submit(in_own_connection, work)
            wait_for_a_waiting_connection(ours.future)
        ours.future.exception(timeout=PATIENCE)


class Handle:
    """What became of the second one's work."""

    future: Future

    def result(self):
        """What the work returned; raises what it raised."""
        return self.future.result(timeout=PATIENCE)


def in_own_connection(work: Callable):
    try:
        return work()
    finally:
        connections.close_all()


def wait_for_a_waiting_connection(future: Future) -> None:
    """Return as soon as some connection waits for a lock of this one's."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not future.done():
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("The second connection did not wait for the first.")
