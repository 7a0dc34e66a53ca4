"""The data folder of one installation, and everything that has a place in it."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
#: All that `empty` throws away. By name: other things may lie in the folder that DESK_DATA names.
CONTENTS = (
    "postgres", "postgres.new", "valkey", "files", "mail", "static", "static.sha256", "status",
    "backups", "desk-secret-key", "desk-mail-key", "sockets", "beat-schedule*", "*.log", "*.log.1",
)  # fmt: skip
#: A socket's path may have 107 bytes, of which its name takes some.
LONGEST_SOCKET_FOLDER = 85
LARGEST_LOG = 10 * 1024 * 1024


class Trouble(Exception):
    """The desk cannot do it. Its text is one sentence for the person at the keyboard."""


@dataclass(frozen=True)
class Place:
    """Where one desk keeps its data, logs, locks and sockets."""

    data: Path

    @classmethod
    def here(cls) -> "Place":
        """The place named by DESK_DATA, else `var` beside the code. Raises Trouble."""
        data = Path(os.environ.get("DESK_DATA") or ROOT / "var").resolve()
        try:
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=data):
                pass
        except OSError as error:
            raise Trouble(
                f"The data folder {data} cannot be written to ({error.strerror}): "
                "name another one with DESK_DATA."
            ) from error
        return cls(data)

    @property
    def sockets(self) -> Path:
        """A short folder for unix sockets under the temporary folder of the first who asked.

        It is written down: another process of this desk may have another TMPDIR.
        """
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        name = f"desk-{os.geteuid()}-{name}"
        note = self.data / "sockets"
        if note.exists():
            noted = Path(note.read_text())
            if noted.name == name and noted.parent.is_dir():  # else moved, or somebody else's now
                return noted
            note.unlink()
        folder = Path(tempfile.gettempdir()) / name
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            folder = Path("/tmp") / name  # noqa: S108
        write_once(note, str(folder))
        return Path(note.read_text())

    def log(self, name: str) -> Path:
        """A log file; a large one is put aside first. For whoever is about to start writing it."""
        path = self.data / f"{name}.log"
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(f"{path}.1")
        return path

    def lock_file(self, name: str) -> IO[str]:
        """An open file to take an flock(2) on. The kernel lets go of it when we die."""
        return (self.data / f"{name}.lock").open("a+")

    def secret(self, name: str) -> str:
        """A secret of this installation, made at first use; only its owner can read it."""
        path = self._secret_file(name)
        if not path.exists():
            write_once(path, secrets.token_urlsafe(48))
        return path.read_text().strip()

    def has_secret(self, name: str) -> bool:
        """It was made before."""
        return self._secret_file(name).exists()

    def _secret_file(self, name: str) -> Path:
        return self.data / name.lower().replace("_", "-")

    def empty(self) -> None:
        """Throws everything away that the desk keeps here. Nothing of it may be in use."""
        shutil.rmtree(self.sockets, ignore_errors=True)
        for path in [path for pattern in CONTENTS for path in self.data.glob(pattern)]:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def write_once(path: Path, text: str) -> None:
    """Writes a private file, whole or not at all; of two writers the first one wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def make_private(folder: Path, *, owner: tuple[int, int] | None = None) -> None:
    """Makes a folder that only its owner can enter; refuses one that somebody else put there.

    Root may have given it to nobody before, or not: with `owner` it becomes his, else it stays.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
    found = folder.lstat()
    known = {os.geteuid()} | ({pwd.getpwnam("nobody").pw_uid} if os.geteuid() == 0 else set())
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in known:
        raise Trouble(f"{folder} belongs to somebody else: remove it.")
    folder.chmod(0o700)
    if owner and found.st_uid != owner[0]:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *owner, follow_symlinks=False)


def try_lock(file: IO[str], kind: int, *, within: float = 0.0) -> bool:
    """Takes a lock if that is possible at once, or soon."""
    deadline = time.monotonic() + within
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        else:
            return True
