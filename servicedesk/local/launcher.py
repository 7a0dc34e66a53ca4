"""`python3 run.py`: from an empty data folder to a running desk, and back, in order."""

import fcntl
import os
import signal
import socket
import sys
import time
from typing import NoReturn
from urllib.parse import urlsplit

from servicedesk.local import setting_up
from servicedesk.local.children import (
    Child,
    desk_children,
    stop_all,
    wait_for_answer,
    wait_until_well,
)
from servicedesk.local.environment import desk_environment, given, is_demo
from servicedesk.local.keeper import LONG_PAUSE, ensure_kept, is_kept
from servicedesk.local.logs import Follower, tell
from servicedesk.local.place import Place, Trouble, try_lock
from servicedesk.local.stopping import holder, reset, stop

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PAUSE = 0.25
SERVERS = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Valkey"}
DEMO_PASSWORD = "demo-servicedesk"  # noqa: S105 (of demo people only, printed at start)
DEMO_LOGINS = {
    "melder": "asks, and follows own tickets",
    "collega": "works with melder, sees what their library asks",
    "vreemde": "works at another organisation",
    "agent": "first line: the dispatch queue",
    "tweedelijn": "second line",
    "manager": "figures and reports",
    "beheerder": "administration",
}


def main(arguments: list[str]) -> int:
    """Runs what was asked; the exit status."""
    try:
        match arguments:
            case [] | ["--no-demo"]:
                run(Place.here(), demo=not arguments)
            case ["stop"]:
                stop(Place.here())
            case ["reset"] | ["reset", "--yes"]:
                reset(Place.here(), sure=len(arguments) > 1)
            case _:
                raise Trouble(f"Unknown: {' '.join(arguments)}. See python3 run.py --help")
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def run(place: Place, *, demo: bool) -> None:
    """Starts the desk and stays until a signal says stop."""
    with place.lock_file("launcher") as lock:
        if not try_lock(lock, fcntl.LOCK_EX, within=0.2):  # somebody may be looking who holds it
            _, address = holder(place)
            raise Trouble(
                f"The desk runs already on {place.data}, at {address or 'its address soon'}: "
                "stop it with python3 run.py stop."
            )
        launch = Launch(place, demo=demo)
        lock.truncate(0)
        lock.write(f"{os.getpid()} {launch.address}")
        lock.flush()
        launch.run()


class Launch:
    """One run of the desk."""

    def __init__(self, place: Place, *, demo: bool) -> None:
        self.place = place
        self.began = time.monotonic()
        self.port = _port()
        os.environ["DESK_PORT"] = str(self.port)
        self.demo = demo and is_demo(unless_said=not given("DATABASE_URL"))
        os.environ["DESK_DEMO"] = "1" if self.demo else "0"
        self.address = os.environ.get("DESK_BASE_URL") or f"http://127.0.0.1:{self.port}"
        self.children: list[Child] = []

    def run(self) -> None:
        _on_signals(_leave)
        try:
            with _door(self.port) as door, desk_environment(self.place) as embedded:
                try:
                    self.open(door, embedded)
                    self.watch(embedded)
                finally:
                    _on_signals(signal.SIG_IGN)
                    self.close()
        except SystemExit:
            self.say("Stopped; the data stays")

    def open(self, door: socket.socket, embedded: list[str]) -> None:
        """Everything in order, a line for each step."""
        if embedded:
            self.say(" and ".join(SERVERS[name] for name in embedded) + " up, embedded")
        setting_up.connect()
        if "DATABASE_URL" in embedded and (saved := setting_up.save_before_upgrade(self.place)):
            self.say(f"An older desk: saved before its upgrade, in {saved}")
        setting_up.migrate(self.place)
        self.say("The database is up to date")
        setting_up.collect_static_files(self.place)
        self.say("The static files are ready")
        self.show_demo()
        setting_up.hang_up()
        ailing = self.start(door)
        self.say("Web server, worker and beat run")
        self.welcome()
        if ailing:
            told = ", ".join(f"{part}: {how}" for part, how in ailing.items())
            tell(f"\nNot well: {told}. Administrators read more at {self.page('system/')}")

    def show_demo(self) -> None:
        if self.demo:
            self.demo = setting_up.load_demo(self.place)
            os.environ["DESK_DEMO"] = "1" if self.demo else "0"
            self.say("The demo data is there" if self.demo else "A desk in use: no demo data")

    def start(self, door: socket.socket) -> dict[str, str]:
        """The web server first: nobody should wait for the others to get ready.

        Gives what is not well though all of it runs.
        """
        self.children = desk_children(self.place, door)
        host = urlsplit(self.address).netloc
        self.children[0].start()
        wait_for_answer(self.children[:1], self.port, host)
        for child in self.children[1:]:
            child.start()
        return wait_until_well(self.children, self.port, host)

    def welcome(self) -> None:
        tell(f"\nThe service desk is ready: {self.page()}   (Ctrl-C stops it)")
        if self.demo:
            tell(f"\nDemo logins, all with the password {DEMO_PASSWORD}:")
            for name, what in DEMO_LOGINS.items():
                tell(f"  {name + '@demo.example':26}{what}")

    def page(self, path: str = "") -> str:
        return f"{self.address.rstrip('/')}/{path}"

    def watch(self, embedded: list[str]) -> NoReturn:
        """Whatever is killed is started again, until a signal says stop."""
        keeper = Follower(self.place.log("keeper"))
        while True:
            try:
                if embedded and not is_kept(self.place):
                    tell("The embedded servers were gone; they start again.")
                    ensure_kept(self.place, embedded)
                for line in (*keeper.new_lines(), *(child.heal() for child in self.children)):
                    if line:
                        tell(line)
            except (Trouble, OSError) as trouble:  # a disk without room, say: until it has some
                tell(str(trouble))
                time.sleep(LONG_PAUSE)
            time.sleep(PAUSE)

    def close(self) -> None:
        if self.children:
            self.say("Stopping")
            stop_all(self.children)

    def say(self, line: str) -> None:
        tell(f"[{time.monotonic() - self.began:5.1f} s] {line}")


def _leave(*_: object) -> NoReturn:
    sys.exit(0)


def _on_signals(handler) -> None:
    """Ctrl-C, TERM and HUP; but who started us with nohup wants us to outlive the terminal."""
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _port() -> int:
    text = os.environ.get("DESK_PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"DESK_PORT is not a port: {text!r}.")
    return int(text)


def _door(port: int) -> socket.socket:
    """The listening socket of the desk: ours, so that no other program can get in between."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
        door.listen(1024)
    except PermissionError:
        door.close()
        raise Trouble(f"Only root may use port {port}: choose one above 1023.") from None
    except OSError:
        door.close()
        raise Trouble(
            f"Port {port} is taken by another program: "
            f"choose another one, such as DESK_PORT={port + 1} python3 run.py"
        ) from None
    return door


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
