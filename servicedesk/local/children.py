"""The processes of the desk (web, worker, beat): started, watched, started again, stopped."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from servicedesk.local import programs
from servicedesk.local.logs import tail
from servicedesk.local.place import ROOT, Place, Trouble
from servicedesk.local.processes import end, end_session, spawn

#: A process that ran for this long was well; only after shorter lives the pause grows.
WELL_AFTER = 30.0
SHORTEST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
#: Longer than gunicorn gives its requests, and most tasks take.
STOPS_WITHIN = 20.0
ANSWERS_WITHIN = 60.0
#: What a start waits for, in the words of /healthz.
STARTED = ("database", "redis", "worker", "beat")
WELL = "ok"


@dataclass
class Child:
    """One process that must always run."""

    name: str
    command: list[str]
    log: Path
    files: tuple[int, ...] = ()
    dies_by: int = signal.SIGTERM
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    pause: float = 0.0
    starts_at: float = 0.0

    def start(self) -> None:
        self.process = spawn(
            [sys.executable, "-m", *self.command],
            log=self.log, dies_by=self.dies_by, pass_fds=self.files, cwd=ROOT,
        )  # fmt: skip
        self.started_at = time.monotonic()

    @property
    def is_gone(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def heal(self) -> str:
        """Starts it again when it is gone and its pause is over; says so in a line, else ''."""
        if self.process is None:
            if time.monotonic() >= self.starts_at:
                self.start()
            return ""
        if not self.is_gone:
            return ""
        end_session(self.process)
        lived = time.monotonic() - self.started_at
        self.pause = SHORTEST_PAUSE if lived > WELL_AFTER else self._longer_pause()
        self.starts_at = time.monotonic() + self.pause
        code, self.process = self.process.returncode, None
        return f"The {self.name} stopped (code {code}); it starts again. Its log: {self.log}"

    def terminate(self) -> None:
        if self.process is not None and not self.is_gone:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Until it has stopped; after `seconds` it is killed."""
        if self.process is not None:
            end(self.process, within=seconds)

    def _longer_pause(self) -> float:
        return min(max(self.pause * 2, SHORTEST_PAUSE), LONGEST_PAUSE)


def desk_children(place: Place, door: socket.socket) -> list[Child]:
    """Web server, worker and beat of one desk, in the order in which they start.

    The web server gets the open `door`: while it is started again, visitors wait in front of it.
    """
    web = [*programs.WEB, "--bind", f"fd://{door.fileno()}"]
    return [
        Child("web server", web, place.log("web"), files=(door.fileno(),)),
        # On TERM it would first finish its tasks, which may take minutes.
        Child("worker", [*programs.WORKER], place.log("worker"), dies_by=signal.SIGKILL),
        Child("beat", [*programs.BEAT], place.log("beat")),
    ]


def stop_all(children: list[Child]) -> None:
    """Stops them together; none takes longer than STOPS_WITHIN."""
    deadline = time.monotonic() + STOPS_WITHIN
    for child in children:
        child.terminate()
    for child in children:
        child.wait(max(deadline - time.monotonic(), 0))


def wait_for_answer(children: list[Child], port: int, host: str) -> None:
    """Returns when the desk answers, whatever it says; Trouble when it will not do so."""
    _wait(children, port, host, until=lambda _report: True)


def wait_until_well(children: list[Child], port: int, host: str) -> dict[str, str]:
    """Returns when all that we started is well: what else is not. Trouble when it never is."""
    return not_well(_wait(children, port, host, until=started_is_well))


def started_is_well(report: str) -> bool:
    """By the desk's own report.

    Not the rest: the page where the wrong password of a mailbox is corrected is one of the desk.
    """
    parts = _parts(report)
    return all(parts.get(part) == WELL for part in STARTED)


def not_well(report: str) -> dict[str, str]:
    """Which parts are not, and why."""
    return {part: how for part, how in _parts(report).items() if how != WELL}


def _parts(report: str) -> dict[str, str]:
    try:
        return dict(json.loads(report))
    except ValueError:  # a page about an error
        return {}


def _wait(children: list[Child], port: int, host: str, *, until: Callable[[str], bool]) -> str:
    """The first report of the desk with which `until` is content."""
    deadline = time.monotonic() + ANSWERS_WITHIN
    while (report := _health(port, host)) is None or not until(report):
        for child in children:
            if child.is_gone:
                raise Trouble(f"The {child.name} stopped; see {child.log}:\n{tail(child.log)}")
        if time.monotonic() > deadline:
            raise Trouble(f"The desk does not become well: {report or 'no answer'}")
        time.sleep(0.05)
    return report


def _health(port: int, host: str) -> str | None:
    """The desk's own report; None while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
