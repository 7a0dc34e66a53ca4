"""Keys are made for a desk at hand, never for one on a database of its own."""

import os
import subprocess
import sys

import pytest

from servicedesk.local.place import ROOT, Place

ELSEWHERE = {"DATABASE_URL": "postgres://x@127.0.0.1:1/desk", "REDIS_URL": "redis://127.0.0.1:1/0"}
KEYS = {"DESK_SECRET_KEY": "een-sleutel", "DESK_MAIL_KEY": "nog-een-sleutel"}


@pytest.fixture
def manage(tmp_path):
    """`manage.py check` on a database that nobody can reach: it looks at code only."""

    def run(**given: str) -> subprocess.CompletedProcess[str]:
        keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", "check"],
            env={**keep, "DESK_DATA": str(tmp_path), **ELSEWHERE, **given},
            text=True,
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.mark.parametrize("name", list(KEYS))
def test_a_command_on_a_database_of_its_own_makes_no_key(manage, name, tmp_path):
    answer = manage(**{key: value for key, value in KEYS.items() if key != name})
    assert (answer.returncode, answer.stdout) == (os.EX_TEMPFAIL, "")
    assert answer.stderr.startswith(f"{name} is not set: ")
    assert len(answer.stderr.splitlines()) == 1
    assert not Place(tmp_path).has_secret(name)


def test_keys_that_are_given_or_kept_will_do_and_a_demo_makes_its_own(manage, tmp_path):
    assert manage(**KEYS).returncode == 0
    assert not list(tmp_path.glob("desk-*-key"))
    (tmp_path / "key").write_text("uit een bestand")
    files = {f"{name}_FILE": str(tmp_path / "key") for name in KEYS}
    assert manage(**files).returncode == 0
    assert manage(DESK_DEMO="1").returncode == 0
    assert len(list(tmp_path.glob("desk-*-key"))) == 2
    assert manage().returncode == 0
