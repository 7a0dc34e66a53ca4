"""A virus scanner of the test's own: Debian's clamd with a signature of our own making."""

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MISSING = "This test needs ClamAV. Type: sudo apt-get install clamav-daemon"
#: What our one signature knows; harmless, and not the file that every scanner knows.
HARMFUL = b"Dit bestand is alleen voor deze test besmet.\n" * 3


@dataclass
class Scanner:
    """clamd on a socket of its own; its database is one line long, so that it starts at once."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"unix://{self.folder / 'clamd.sock'}"

    def start(self) -> None:
        program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            pytest.fail(MISSING)
        database = self.folder / "db"
        database.mkdir(exist_ok=True)
        known = f"{hashlib.md5(HARMFUL).hexdigest()}:{len(HARMFUL)}:Desk.Test\n"
        (database / "desk.hdb").write_text(known)
        settings = self.folder / "clamd.conf"
        settings.write_text(
            f"LocalSocket {self.folder}/clamd.sock\nDatabaseDirectory {database}\n"
            "Foreground yes\nStreamMaxLength 1M\n"
        )
        self.process = subprocess.Popen(
            [program, "-c", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while not (self.folder / "clamd.sock").exists():
            assert self.process.poll() is None, "clamd ended by itself"
            assert time.monotonic() < until, "clamd does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            (self.folder / "clamd.sock").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def clamd(tmp_path_factory) -> Iterator[Scanner]:
    """Installed first where that is possible; else the line to type."""
    install()
    scanner = Scanner(Path(tmp_path_factory.mktemp("clamd")))
    scanner.start()
    yield scanner
    scanner.stop()


def install() -> None:
    if shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin") is None and os.geteuid() == 0:
        install = ["install", "-y", "-qq", "--no-install-recommends", "clamav-daemon"]
        for step in (["update", "-qq"], install):
            subprocess.run(["apt-get", *step], stdout=subprocess.DEVNULL, check=False)
