"""`run.py stop` and `run.py reset`."""

import fcntl
import os
import signal
from contextlib import suppress

from servicedesk.local.environment import given
from servicedesk.local.place import Place, Trouble, try_lock

STOPS_WITHIN = 120.0


def stop(place: Place) -> None:
    """Stops the desk that runs on this data folder, and waits until it is gone."""
    with place.lock_file("launcher") as lock:
        if try_lock(lock, fcntl.LOCK_SH):
            print("The desk does not run.")
            return
        pid, _ = holder(place)
        with suppress(ProcessLookupError):
            _terminate(pid)
        if not try_lock(lock, fcntl.LOCK_SH, within=STOPS_WITHIN):
            raise Trouble(f"The desk, process {pid}, does not stop.")
    print("The desk is stopped.")


def reset(place: Place, *, sure: bool) -> None:
    """Throws all data of this desk away, and nothing else that may be in the folder."""
    if given("DATABASE_URL"):
        raise Trouble(
            "reset throws the embedded database away, but DATABASE_URL names another one: "
            "nothing was thrown away."
        )
    with place.lock_file("launcher") as lock, place.lock_file("users") as users:
        if not try_lock(lock, fcntl.LOCK_EX, within=1):
            raise Trouble("The desk runs: stop it first with python3 run.py stop.")
        if not try_lock(users, fcntl.LOCK_EX, within=5):
            raise Trouble(f"A command still uses the data in {place.data}: let it end first.")
        if not (sure or _asked(place)):
            raise Trouble("Nothing was thrown away.")
        place.empty()
    print("All data is gone; the next start begins anew.")


def holder(place: Place) -> tuple[int, str]:
    """Process and address of the desk that runs on this data folder."""
    pid, _, address = (place.data / "launcher.lock").read_text().partition(" ")
    return int(pid or 0), address


def _terminate(pid: int) -> None:
    if not pid:
        raise Trouble("The desk is just being started: try again.")
    try:
        os.kill(pid, signal.SIGTERM)
    except PermissionError:
        raise Trouble(f"The desk, process {pid}, belongs to somebody else.") from None


def _asked(place: Place) -> bool:
    print(f"This throws ALL tickets, people, files and mail in {place.data} away.")
    with suppress(EOFError):
        return input("Type 'yes' to go on: ").strip().lower() in {"yes", "ja"}
    return False
