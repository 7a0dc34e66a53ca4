"""`python3 run.py test`: what the tests need from the machine, then pytest."""

import os
import shutil
import subprocess
import sys

from servicedesk.local.place import ROOT

#: program → Debian package
PROGRAMS = {"chromium": "chromium", "dovecot": "dovecot-imapd"}
#: One more than there are processors, as tests of faults wait more than they reckon; the files in
#: the order of tests/conftest.py, which has these first.
SPREAD = [
    "-n", str(min((os.cpu_count() or 1) + 1, 4)), "--dist", "loadfile", "--no-loadscope-reorder",
]  # fmt: skip
#: With nothing but these all tests run, and are spread.
HARMLESS = {"--long", "-q", "-v", "-x"}


def main(arguments: list[str]) -> int:
    """Runs pytest with `arguments`; the exit status."""
    install_programs()
    os.chdir(ROOT)
    options = SPREAD if set(arguments) <= HARMLESS else []
    return subprocess.call([sys.executable, "-m", "pytest", *options, *arguments])


def install_programs() -> None:
    """As root on Debian installs what is absent; else says what to type.

    Without it the tests run all the same, and those that need it fail.
    """
    missing = [package for name, package in PROGRAMS.items() if _program(name) is None]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(missing)} for the tests …", flush=True)
        install = ["install", "-y", "-qq", "--no-install-recommends", *missing]
        for step in (["update", "-qq"], install):
            subprocess.run(["apt-get", *step], stdout=subprocess.DEVNULL, check=False)
    else:
        names = " ".join(missing)
        print(f"Some tests need {names}: sudo apt-get install {names}", flush=True)


def _program(name: str) -> str | None:
    """Where a program is; servers lie where the path of an ordinary user does not lead."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
