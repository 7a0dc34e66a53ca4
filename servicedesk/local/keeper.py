"""The keeper of the embedded servers: runs them as long as somebody uses them.

Users (the launcher, each manage.py) hold a shared lock on `users.lock`; the kernel takes it from
them however they die. The keeper starts PostgreSQL and Valkey, starts them again when they are
killed, and stops them in order as soon as it gets that lock for itself. Its own death by
kill -9 takes the servers along (PDEATHSIG), and the next user starts another keeper.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from servicedesk.local.logs import tell
from servicedesk.local.place import ROOT, Place, Trouble, try_lock
from servicedesk.local.postgres import Postgres
from servicedesk.local.valkey import Valkey

PAUSE = 0.1
#: In keeper.lock, after the names of the servers.
READY = "ready"
#: After a server could not be started again: others may need the machine to recover.
LONG_PAUSE = 2.0
STOPS_WITHIN = 120


def servers(place: Place) -> dict[str, Postgres | Valkey]:
    """What can be embedded, by the name of the setting that makes it unneeded."""
    return {
        "DATABASE_URL": Postgres(place.data / "postgres", place.sockets),
        "REDIS_URL": Valkey(place.data / "valkey", place.sockets),
    }


@contextmanager
def embedded_servers(place: Place, names: Sequence[str]) -> Iterator[None]:
    """The servers with these names run while this context is open.

    Whoever leaves last sees them stopped before this context is closed.
    """
    with place.lock_file("users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits for a keeper that is just stopping
        ensure_kept(place, names)
        try:
            yield
        finally:
            last = try_lock(users, fcntl.LOCK_EX)
            users.close()
            if last:
                _wait_until_stopped(place)


def ensure_kept(place: Place, names: Sequence[str]) -> None:
    """Returns when a keeper runs these servers, started now if there is none. Only for users."""
    with place.lock_file("start") as start, place.lock_file("keeper") as keeper:
        fcntl.flock(start, fcntl.LOCK_EX)  # one at a time
        kept: set[str] = set()
        while READY not in kept:
            if try_lock(keeper, fcntl.LOCK_SH):
                fcntl.flock(keeper, fcntl.LOCK_UN)
                _start_keeper(place, names)
                return
            time.sleep(0.02)
            keeper.seek(0)
            kept = set(keeper.read().split())
    if missing := set(names) - kept:
        raise Trouble(
            f"The servers of {place.data} run for somebody with other settings, "
            f"without the one for {' and '.join(sorted(missing))}: stop that first."
        )


def is_kept(place: Place) -> bool:
    """A keeper is alive: it holds `keeper.lock`."""
    with place.lock_file("keeper") as keeper:
        return not try_lock(keeper, fcntl.LOCK_SH)


def _wait_until_stopped(place: Place) -> None:
    with place.lock_file("keeper") as keeper:
        try_lock(keeper, fcntl.LOCK_SH, within=STOPS_WITHIN)


def _start_keeper(place: Place, names: Sequence[str]) -> None:
    ready, told = os.pipe()
    log = place.log("keeper")
    with log.open("ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "servicedesk.local.keeper", place.data, str(told), *names],
            pass_fds=[told],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=ROOT,
        )
    os.close(told)
    with os.fdopen(ready, "rb") as pipe:
        answer = pipe.read().decode()  # "ready", or why not
    if answer != READY:
        raise Trouble(answer or f"The embedded servers did not start; see {log}")
    keeper.returncode = 0  # it is nobody's child to wait for: it stops when the last user is gone


def keep(place: Place, told: int, names: Sequence[str]) -> None:
    """Runs until nobody needs the servers any more."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # users decide, not a stray signal
    # In this order: whoever gets `users` when we leave must find `keeper` free.
    with place.lock_file("users") as users, place.lock_file("keeper") as held:
        if not try_lock(held, fcntl.LOCK_EX, within=5):  # somebody may be looking who holds it
            return
        _note(held, *names)
        kept = [server for name, server in servers(place).items() if name in names]
        try:
            _start(kept)
        except Trouble as trouble:
            _tell(told, str(trouble))
            return
        _note(held, *names, READY)
        _tell(told, READY)
        _watch(kept, users)
        _stop(kept)
        shutil.rmtree(place.sockets, ignore_errors=True)


def _note(held: IO[str], *words: str) -> None:
    held.truncate(0)
    held.write(" ".join(words))
    held.flush()


def _tell(told: int, answer: str) -> None:
    with suppress(BrokenPipeError), os.fdopen(told, "w") as starter:
        starter.write(answer)


def _start(kept: Sequence[Postgres | Valkey]) -> None:
    for server in kept:
        try:
            server.start()
        except Trouble:
            _stop(kept)
            raise


def _stop(kept: Sequence[Postgres | Valkey]) -> None:
    for server in reversed(kept):
        server.stop()


def _watch(kept: Sequence[Postgres | Valkey], users: IO[str]) -> None:
    """Returns when the last user is gone; until then killed servers are started again."""
    while not try_lock(users, fcntl.LOCK_EX):
        time.sleep(PAUSE)
        for server in kept:
            if server.process is not None and server.process.poll() is not None:
                name = type(server).__name__
                tell(f"{name} stopped (code {server.process.returncode})")
                try:
                    server.start()
                    tell(f"{name} runs again")
                except (Trouble, OSError) as trouble:  # a full disk gives either
                    tell(str(trouble))
                    time.sleep(LONG_PAUSE)


if __name__ == "__main__":
    keep(Place(Path(sys.argv[1])), int(sys.argv[2]), sys.argv[3:])
