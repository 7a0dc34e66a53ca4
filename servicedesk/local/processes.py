"""Child processes that die with us, whatever happens to us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def spawn(
    command: Sequence[str | Path], *, log: Path, dies_by: int = signal.SIGTERM, **options
) -> subprocess.Popen:
    """Starts `command` in a session of its own, its output appended to `log`.

    When this process dies, even by kill -9, the kernel sends `dies_by` to the child (prctl(2)).
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=bound_to_us(dies_by),
            **options,
        )


def bound_to_us(dies_by: int) -> Callable[[], None]:
    """For preexec_fn: the child gets a session of its own and dies with this process."""
    parent = os.getpid()

    def in_child() -> None:
        os.setsid()
        die_with(parent, dies_by)

    return in_child


def die_with(parent: int, by: int) -> None:
    """From now on the kernel sends `by` to this process when its `parent` is gone."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, int(by))
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def end(process: subprocess.Popen, *, by: int = signal.SIGTERM, within: float = 20) -> None:
    """Asks a spawned process to end; after `within` seconds nobody of its session is left."""
    if process.poll() is None:
        process.send_signal(by)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(within)
    end_session(process)


def end_session(process: subprocess.Popen) -> None:
    """Kills a spawned process and whatever it left behind in its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
