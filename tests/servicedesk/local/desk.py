"""run.py as the person at the keyboard meets it: real processes on a data folder of their own."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from servicedesk.local.place import ROOT, Place
from tests.once import once, shared

READY = "is ready"


class Desk:
    """A data folder and a port, and run.py on them."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        keep = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG"}}
        self.environment = {**keep, "DESK_DATA": str(data), "DESK_PORT": str(self.port)}
        #: What puts the launcher in a namespace of its own, if anything.
        self.around: list[str] = []
        self.process: subprocess.Popen | None = None
        self.printed: Path = data.with_name(f"{data.name}.out")

    def move_in(self) -> None:
        """The data folder is there and its database up to date, as that of a desk that ran before.

        Migrated once in a run, and copied: that takes ten seconds.
        """
        self.data.mkdir(mode=0o700, exist_ok=True)
        # As it is: its owner may be nobody.
        subprocess.run(["cp", "-a", *up_to_date(), self.data], check=True)

    def _make(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        done = self.command("manage", "migrate", "-v", "0")
        assert done.returncode == 0, done.stderr
        assert self.nothing_runs()

    def command(
        self, *arguments: str, answer: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.beside, sys.executable, ROOT / "run.py", *arguments],
            env={**self.environment, **more},
            cwd=ROOT if self.beside else None,  # a namespace begins at the root of its files
            input=answer,
            text=True,
            capture_output=True,
            timeout=300,
            check=False,
        )

    @property
    def beside(self) -> list[str]:
        """What puts a command where the launcher is."""
        if not self.around or self.process is None:
            return []
        return ["nsenter", "-U", "-m", "--preserve-credentials", "-t", str(self.process.pid)]

    def shell(self, code: str) -> str:
        done = self.command("manage", "shell", "-v", "0", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self, *arguments: str) -> str:
        """Starts the desk and waits until it says that it is ready; gives what it printed."""
        with self.printed.open("w") as output:
            self.process = subprocess.Popen(
                [*self.around, sys.executable, ROOT / "run.py", *(arguments or ("--no-demo",))],
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        ready = eventually(
            lambda: self.process.poll() is not None or READY in self.output, seconds=300
        )
        assert ready, self.output
        assert READY in self.output, self.output
        return self.output

    @property
    def output(self) -> str:
        return self.printed.read_text()

    def status(self) -> int:
        url = f"http://127.0.0.1:{self.port}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def processes(self, words: str = "") -> dict[int, str]:
        """The living processes of this desk whose command line matches, by process number."""
        if not self.data.exists():
            return {}
        marks = (os.fspath(self.data), os.fspath(Place(self.data).sockets))
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                known = line + (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if line and any(mark in known for mark in marks) and re.search(words, line):
                found[int(folder.name)] = line
        return found

    def kill(self, words: str, signal: int) -> set[int]:
        """Sends `signal` to all that match; there must be some. Gives their numbers."""
        victims = set(self.processes(words))
        assert victims, f"{words} does not run"
        for victim in victims:
            os.kill(victim, signal)
        return victims

    def runs_anew(self, words: str, victims: set[int]) -> bool:
        return eventually(lambda: set(self.processes(words)) - victims)

    def nothing_runs(self) -> bool:
        return eventually(lambda: not self.processes())


def up_to_date() -> list[Path]:
    """What a new data folder needs to have its database up to date."""
    model = Desk(shared("desk") / "var")
    once("desk", model._make)
    return [model.data / name for name in ("postgres", "desk-secret-key", "desk-mail-key")]


def eventually(check: Callable[[], object], *, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def let_others_through(folder: Path) -> None:
    """pytest's temporary folders are private; another user has to get to this one."""
    while folder.parent != Path(folder.anchor) and folder.stat().st_uid == os.geteuid():
        folder.chmod(folder.stat().st_mode | 0o011)
        folder = folder.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
