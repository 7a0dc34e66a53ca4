#!/usr/bin/env python3
"""The service desk in one command.

    python3 run.py                  set everything up and run the desk; Ctrl-C stops it
    python3 run.py --no-demo        the same, without demo data and demo logins
    python3 run.py stop             stop the desk that runs on this data folder
    python3 run.py reset [--yes]    throw the data away (asks first)
    python3 run.py manage ARGS      a command of manage.py, such as: manage createsuperuser
    python3 run.py test [ARGS]      all tests; ARGS go to pytest; --long: the long rounds too

Needs Python 3.11 and nothing else. Settings come from the environment: see README.md.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(arguments: list[str]) -> None:
    """Makes the environment, then hands this process over to what was asked."""
    if sys.version_info < (3, 11):
        sys.exit(f"The service desk needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if arguments[:1] in (["--help"], ["-h"], ["help"]):
        print(__doc__.strip())
        return
    command = arguments[0] if arguments else ""
    lock = "requirements-dev.txt" if command == "test" else "requirements.txt"
    try:
        prepare(lock)
    except OSError as error:
        sys.exit(f"{VENV} cannot be made ({error.strerror}): copy {ROOT} to a place of your own.")
    except KeyboardInterrupt:
        sys.exit("Stopped; start again to go on.")
    hand_over(command, arguments)


def hand_over(command: str, arguments: list[str]) -> None:
    """Becomes the environment's Python, with a script or a module."""
    if os.environ.get("DESK_DATA"):
        os.environ["DESK_DATA"] = os.path.abspath(os.environ["DESK_DATA"])
    if command == "manage":  # stays in the folder of the caller, who may name files
        os.execv(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments[1:]])
    os.chdir(ROOT)
    if command == "test":
        os.execv(PYTHON, [str(PYTHON), "-m", "servicedesk.local.testing", *arguments[1:]])
    os.execv(PYTHON, [str(PYTHON), "-m", "servicedesk.local.launcher", *arguments])


def prepare(lock: str) -> None:
    """The environment with the packages of `lock`, made or brought up to date if need be."""
    if is_installed(lock) and PYTHON.exists():
        return
    with open(__file__) as turn:  # two first starts at once: the second one waits
        fcntl.flock(turn, fcntl.LOCK_EX)
        make_environment()
        if not is_installed(lock):
            install(lock)


def make_environment() -> None:
    """Makes .venv by whatever this machine has: venv, uv or virtualenv."""
    if works(PYTHON):
        return
    VENV.mkdir(exist_ok=True)
    (VENV / "writable").touch()  # raises where nothing can be written
    print("Making the environment .venv …", file=sys.stderr, flush=True)
    if any(attempt(maker) for maker in makers()):
        return
    install_venv_module()
    if not attempt([sys.executable, "-m", "venv", str(VENV)]):
        sys.exit(
            "Python's venv module is missing: "
            "type 'sudo apt-get install python3-venv' and start again."
        )


def makers() -> list[list[str]]:
    return [
        [sys.executable, "-m", "venv", str(VENV)],
        ["uv", "venv", "--quiet", "--seed", "--python", sys.executable, str(VENV)],
        [sys.executable, "-m", "virtualenv", "--quiet", str(VENV)],
    ]


def attempt(command: list[str]) -> bool:
    """Runs `command` in silence; True when a working environment came of it."""
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        quiet(command)
    except (OSError, subprocess.CalledProcessError):
        return False
    return works(PYTHON)


def works(python: Path) -> bool:
    if not python.exists():
        return False
    check = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True)
    return check.returncode == 0


def install_venv_module() -> None:
    """On Debian the venv module is a package of its own; as root we may install it."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["update", "-qq"], ["install", "-y", "-qq", "python3-venv"]):
            subprocess.run(["apt-get", *step], stdout=subprocess.DEVNULL, check=False)


def is_installed(lock: str) -> bool:
    return mark_of(lock).exists() and mark_of(lock).read_text() == hash_of(lock)


def mark_of(lock: str) -> Path:
    return VENV / f"installed-{lock.removesuffix('.txt')}"


def hash_of(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def install(lock: str) -> None:
    """Installs the locked packages, checked by their hashes: by uv, else by pip."""
    print("Installing the packages …", file=sys.stderr, flush=True)
    (VENV / "writable").touch()  # raises where nothing can be written
    if "PIP_INDEX_URL" in os.environ:  # uv does not read pip's settings
        os.environ.setdefault("UV_DEFAULT_INDEX", os.environ["PIP_INDEX_URL"])
    locked = ["--require-hashes", "--only-binary", ":all:", "-r"]
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", *locked]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "-q", "--python", str(PYTHON), *locked]
    try:
        quiet([*pip, str(ROOT / "requirements-uv.txt")])
        quiet([*uv, str(ROOT / lock)])
    except (OSError, subprocess.CalledProcessError):
        installed = subprocess.run([*pip, str(ROOT / lock)], check=False)
        if installed.returncode:
            sys.exit("The packages could not be installed: is there a network? See above.")
    mark_of(lock).write_text(hash_of(lock))


def quiet(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main(sys.argv[1:])
