"""Processes that stop in the middle of what they do, and go on later."""

import contextlib
import os
import signal
from collections.abc import Iterator

from tests.servicedesk.local.desk import Desk


@contextlib.contextmanager
def standing_still(desk: Desk, words: str) -> Iterator[None]:
    """All that match do nothing meanwhile; there may be none, as when they were just killed."""
    stopped = []
    try:
        for number in desk.processes(words):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGSTOP)
                stopped.append(number)
        yield
    finally:
        for number in set(stopped) & set(desk.processes(words)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGCONT)
