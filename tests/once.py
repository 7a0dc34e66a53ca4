"""What the processes of one test run make once, for all of them: a database that is up to date."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def once(name: str, make: Callable[[], object]) -> None:
    """Whoever comes first makes it, the others wait; after a failure the next one tries."""
    done = shared(f"{name}.done")
    with shared(f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make()
            done.touch()


def shared(name: str) -> Path:
    """In a folder that goes when the run ends."""
    return Path(os.environ["DESK_TEST_SHARED"]) / name  # named by servicedesk.local.testenv
