"""Many mails, one after another: each is read while the one before it is dealt with.

One confined process reads them all, for making a process costs as much as reading a usual mail.
Whatever goes wrong in it, its mail is read once more in a process of its own (`confined`), so that
no mail pays for another one; large mails are read there from the start.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import IO, TypeVar

from tickets.mail.confined import (
    SECONDS,
    SECONDS_FOR_LARGE,
    Unreadable,
    be_confined,
    finish,
    fork,
    limit_time,
    read_answer,
    read_confined,
    waited,
    write_answer,
)
from tickets.mail.mail import Mail
from tickets.mail.reading import read
from tickets.models import IncomingEmail

#: Larger mails would leave the process large for all that follow.
LARGEST = 1024 * 1024
#: After so many mails comes a new process.
MOST_MAILS = 500
#: What is left for a mail that is read once more.
LEAST_SECONDS = 2.0
_read, _more = b".", b"m"
T = TypeVar("T")


class Reading:
    """One mail that is being read. Ask for each once, in the order in which they were begun."""

    def __init__(self, raw: bytes, ahead: ReadingAhead) -> None:
        self.raw, self.ahead = raw, ahead
        #: Without one it is read alone.
        self.file: IO[bytes] | None = None

    def mail(self) -> Mail:
        """What the mail says. Raises Unreadable, and OSError where there is no room."""
        return self.ahead.answer(self)


class ReadingAhead:
    """Begins to read mails and has them ready. Closed, its process is gone."""

    def __init__(self, *, reader: Callable[[bytes], Mail] = read, seconds: float = SECONDS) -> None:
        self.reader, self.seconds = reader, seconds
        self._child = 0
        self._line: socket.socket | None = None
        self._asked: deque[Reading] = deque()
        self._count = 0

    def __enter__(self) -> ReadingAhead:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop()

    def begin(self, raw: bytes) -> Reading:
        """Starts reading; the answer is fetched when somebody asks for it."""
        reading = Reading(raw, self)
        if len(raw) <= LARGEST:
            self._send(reading)
        return reading

    def answer(self, reading: Reading) -> Mail:
        """Waits for the answer about this mail, and for those about the ones before it."""
        started = time.monotonic()
        while reading in self._asked:
            first = self._asked[0]
            if self._is_read():
                self._asked.popleft()
                continue
            late = time.monotonic() - started >= self.seconds
            self._stop()
            if late and first is reading:
                raise Unreadable(IncomingEmail.Reason.TIME)
        if reading.file is None:
            return self._alone(reading.raw, spent=time.monotonic() - started)
        with reading.file as answer:
            reading.file = None
            return read_answer(answer)

    def _alone(self, raw: bytes, *, spent: float) -> Mail:
        whole = self.seconds if len(raw) <= LARGEST else SECONDS_FOR_LARGE
        return read_confined(raw, reader=self.reader, at_most=max(whole - spent, LEAST_SECONDS))

    def _send(self, reading: Reading) -> None:
        if self._count >= MOST_MAILS:
            if self._asked:  # it has to answer first; this one is read alone
                return
            self._stop()
        line = self._line or self._start()
        file = tempfile.TemporaryFile()  # noqa: SIM115 (closed when its answer was read)
        file.write(reading.raw)
        file.flush()
        try:
            socket.send_fds(line, [_more], [file.fileno()])
        except OSError:  # the process died meanwhile
            file.close()
            return
        reading.file = file
        self._count += 1
        self._asked.append(reading)

    def _is_read(self) -> bool:
        line = self._line
        try:
            if line is None or not waited(line.fileno(), self.seconds):
                return False
            return line.recv(1) == _read
        except OSError:  # it is gone
            return False

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        child = fork()
        if child == 0:
            finish(partial(_read_all, theirs, self.reader, self.seconds))
        theirs.close()
        self._child, self._line, self._count = child, ours, 0
        return ours

    def _stop(self) -> None:
        """Ends the process; what it had not read yet is read alone."""
        for reading in self._asked:
            if reading.file is not None:
                reading.file.close()
            reading.file = None
        self._asked.clear()
        if self._line is not None:
            self._line.close()
            self._line = None
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._child, signal.SIGKILL)
                os.waitpid(self._child, 0)


def one_ahead(things: Iterable[T]) -> Iterator[T]:
    """The same things, each made before the one before it is given away."""
    waiting: deque[T] = deque()
    try:
        for thing in things:
            waiting.append(thing)
            if len(waiting) > 1:
                yield waiting.popleft()
    except Exception:
        yield from waiting
        raise
    yield from waiting


def _read_all(line: socket.socket, reader: Callable[[bytes], Mail], seconds: float) -> None:
    """The whole life of the reading process. It ends with whoever asked, or with a bad mail."""
    be_confined(keeping=[line.fileno()])
    while True:
        said, files, _flags, _address = socket.recv_fds(line, 1, 1)
        if not said:
            return
        limit_time(seconds)
        with os.fdopen(files[0], "r+b") as file:
            file.seek(0)
            mail = reader(file.read())
            file.seek(0)
            file.truncate()
            write_answer(mail, file)
        signal.alarm(0)
        line.sendall(_read)
