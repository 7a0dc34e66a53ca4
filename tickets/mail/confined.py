"""Reading a mail in a process of its own, which may not cost more than it should.

A mail comes from anybody. Its reader is forked, has so much time and memory, and only its answer
comes back: a header line of JSON and the bytes of the files, through a file without a name. When
it is stopped, or dies of what it read, the caller gets `Unreadable` and goes on.

Forking is safe here because commands and workers read mail in processes with one thread; pages
never do, they only ask a worker to.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import gc
import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import IO, Any, NoReturn

from tickets.mail.headers import Address
from tickets.mail.mail import File, Mail
from tickets.mail.reading import read
from tickets.models import IncomingEmail

Reason = IncomingEmail.Reason

MEGABYTE = 1024 * 1024
MOST_MEMORY = 512 * MEGABYTE
SECONDS, SECONDS_FOR_LARGE = 12, 26
LARGE = 8 * MEGABYTE
#: Nested parts are read by functions that call each other.
DEEPEST_CALLS = 6000
_done = b"\n"


class Unreadable(Exception):
    """The mail could not be read within its limits; `reason` is one of IncomingEmail.Reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_confined(
    raw: bytes, *, reader: Callable[[bytes], Mail] = read, at_most: float = SECONDS_FOR_LARGE
) -> Mail:
    """The mail in `raw`, or Unreadable; OSError when there is no room for a process."""
    seconds = min(at_most, SECONDS_FOR_LARGE if len(raw) > LARGE else SECONDS)
    with tempfile.TemporaryFile() as answer:
        work = partial(_read_into, answer, raw, reader)
        status = _in_child(work, seconds=seconds, keeping=answer.fileno())
        if status is None:
            raise Unreadable(Reason.TIME)
        if status != 0:
            raise Unreadable(_why(status))
        return read_answer(answer)


def _read_into(answer: IO[bytes], raw: bytes, reader: Callable[[bytes], Mail]) -> None:
    write_answer(reader(raw), answer)


def _in_child(work: Callable[[], None], *, seconds: float, keeping: int) -> int | None:
    """Runs `work` in a fork; its exit status, negative for a signal, None when it was stopped."""
    ours, theirs = os.pipe()
    child = fork()
    if child == 0:
        finish(partial(_confined, work, seconds, [keeping, theirs]))
    os.close(theirs)
    try:
        # The pipe closes when the child is gone, however it went.
        ended = waited(ours, seconds)
        if not ended:
            os.kill(child, signal.SIGKILL)
        _pid, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) if ended else None
    except BaseException:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        raise
    finally:
        os.close(ours)


def _confined(work: Callable[[], None], seconds: float, keeping: Collection[int]) -> None:
    be_confined(keeping=keeping)
    limit_time(seconds)
    work()


def fork() -> int:
    """As os.fork, with nothing left to be written twice."""
    sys.stdout.flush()
    sys.stderr.flush()
    return os.fork()


def waited(pipe: int, seconds: float) -> bool:
    """Whether there is something to read, or an end, within this time."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            return True
    return False


def be_confined(*, keeping: Collection[int]) -> None:
    """For the process that reads: 512 MB more than it has, and no files but these.

    What its parent has open, such as the connection with its locks, ends with the parent.
    """
    _close_all_but(keeping)
    # Else collecting garbage touches, and so copies, all that is shared with the parent.
    gc.freeze()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    # What the process has mapped already counts too, though it is shared with its parent.
    resource.setrlimit(resource.RLIMIT_AS, (now + MOST_MEMORY, now + MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(DEEPEST_CALLS)


def limit_time(seconds: float) -> None:
    """Ends this process after that time, should nobody else be there to do so."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(seconds) + 2)


def _close_all_but(keeping: Collection[int]) -> None:
    for number in [int(file.name) for file in Path("/proc/self/fd").iterdir()]:
        if number > 2 and number not in keeping:
            with contextlib.suppress(OSError):  # the one that listed them
                os.close(number)


def finish(work: Callable[[], None]) -> NoReturn:
    """Does the work and ends this process at once: nothing of the parent is closed or flushed."""
    status = 70
    try:
        work()
        status = 0
    except MemoryError:
        status = 71
    except RecursionError:
        status = 72
    except OSError:
        status = 74
    except BaseException as error:
        with contextlib.suppress(Exception):
            os.write(2, f"reading a mail failed: {type(error).__name__}\n".encode())
    finally:
        os._exit(status)


def _why(status: int) -> str:
    if status == 74:
        raise OSError("no room to read a mail")
    reasons = {71: Reason.MEMORY, 72: Reason.NESTING, -signal.SIGALRM: Reason.TIME}
    return reasons.get(status, Reason.UNREADABLE)


# --- the answer -----------------------------------------------------------------------------


def write_answer(mail: Mail, out: IO[bytes]) -> None:
    """The mail, for the process that asked."""
    plain = dataclasses.asdict(dataclasses.replace(mail, files=[]))
    plain["date"] = mail.date.isoformat() if mail.date else None
    plain["files"] = [{"size": len(file.content), **_without_content(file)} for file in mail.files]
    out.write(json.dumps(plain).encode() + _done)
    for file in mail.files:
        out.write(file.content)
    out.flush()


def _without_content(file: File) -> dict[str, Any]:
    names = ("filename", "content_type", "inline", "content_id")
    return {name: getattr(file, name) for name in names}


def read_answer(answer: IO[bytes]) -> Mail:
    """The mail that `write_answer` wrote."""
    answer.seek(0)
    plain: dict[str, Any] = json.loads(answer.readline())
    files = plain.pop("files")
    sizes = [file.pop("size") for file in files]
    plain["sender"] = Address(**plain["sender"])
    for name in ("to", "cc", "reply_to"):
        plain[name] = [Address(**one) for one in plain[name]]
    if plain["date"]:
        plain["date"] = dt.datetime.fromisoformat(plain["date"])
    mail = Mail(**plain)
    mail.files = [
        File(content=answer.read(size), **file) for file, size in zip(files, sizes, strict=True)
    ]
    return mail
