"""run.py on machines that lack something: each time one sentence that says what to do."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from servicedesk.local.place import ROOT
from tests.servicedesk.local.desk import let_others_through

LOCKS = (
    "requirements.txt", "requirements-dev.txt", "requirements-s3.txt", "requirements-uv.txt",
)  # fmt: skip


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A fresh copy of what run.py needs before it can hand over."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for name in ("run.py", *LOCKS):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


def test_a_machine_without_the_venv_module_is_told_the_line_to_type(checkout, tmp_path):
    for name in ("venv", "virtualenv"):
        (tmp_path / f"{name}.py").write_text("raise ImportError")
    done = subprocess.run(
        [sys.executable, checkout / "run.py"],
        env={"PYTHONPATH": str(tmp_path), "PATH": str(tmp_path)},  # neither uv nor apt-get
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Making the environment .venv …",
        "Python's venv module is missing: "
        "type 'sudo apt-get install python3-venv' and start again.",
    ]


@pytest.mark.parametrize("venv", ["absent", "made by somebody else"])
def test_a_folder_that_is_not_ours_is_one_sentence(checkout, venv, capfd):
    if venv != "absent":
        (checkout / ".venv").mkdir()
        (checkout / ".venv").chmod(0o555)
    let_others_through(checkout)
    checkout.chmod(0o555)
    if (child := os.fork()) == 0:
        _run_as_nobody(checkout)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    told = capfd.readouterr().err.splitlines()
    assert told == [
        f"{checkout / '.venv'} cannot be made (Permission denied): "
        f"copy {checkout} to a place of your own."
    ]


def _run_as_nobody(checkout: Path) -> None:
    """In a forked child: the interpreter itself may be out of nobody's reach."""
    status = 99
    try:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
        sys.argv = ["run.py"]
        runpy.run_path(str(checkout / "run.py"), run_name="__main__")
    except SystemExit as stop:
        print(stop.code, file=sys.stderr, flush=True)
        status = 1
    finally:
        os._exit(status)


def pins(lock: str) -> set[str]:
    return {line.split()[0] for line in (ROOT / lock).read_text().splitlines() if "==" in line}


def test_tests_run_on_the_very_versions_that_the_desk_runs_on():
    assert pins("requirements.txt") <= pins("requirements-s3.txt") <= pins("requirements-dev.txt")


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text()
    assert text.count("--hash=sha256:") >= len(pins(lock)) > 0
    assert "://" not in text
