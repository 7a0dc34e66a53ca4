"""Compose and systemd start the very programs that run.py starts."""

import re
import shlex
import sys

import pytest
import yaml

from servicedesk.local import programs
from servicedesk.local.place import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
PARTS = {"web": programs.WEB, "worker": programs.WORKER, "beat": programs.BEAT}
WHERE = {"web": ("--bind", "0.0.0.0:8000"), "worker": (), "beat": ()}


@pytest.mark.parametrize("part", PARTS)
def test_compose_runs_what_the_launcher_runs(part):
    assert SERVICES[part]["command"] == ["python", "-m", *PARTS[part], *WHERE[part]]


@pytest.mark.parametrize("part", PARTS)
def test_systemd_runs_what_the_launcher_runs(part):
    unit = (ROOT / "deploy" / "systemd" / f"desk-{part}.service").read_text()
    python, *words = shlex.split(re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE).group(1))
    where = ("--bind", "127.0.0.1:8000") if part == "web" else ()
    assert python == "/opt/desk/.venv/bin/python"
    assert words == ["-m", *PARTS[part], *where]


def test_the_image_runs_the_web_server_by_itself():
    last = (ROOT / "Dockerfile").read_text().rstrip().splitlines()[-1]
    assert yaml.safe_load(last.removeprefix("CMD ")) == SERVICES["web"]["command"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_may_write_its_own_root_or_gain_rights(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    if name in OURS:
        assert service["user"] == "10001:10001"
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    if name != "migrate":
        assert service["healthcheck"]["test"][0] == "CMD"


def test_secrets_come_by_file_and_the_settings_know_them():
    modules = (ROOT / "servicedesk" / "settings").glob("*.py")
    settings = "".join(module.read_text() for module in modules)
    environment = SERVICES["web"]["environment"]
    by_file = {name for name in environment if name.endswith("_FILE")}
    assert by_file == {
        "DATABASE_URL_FILE", "DESK_SECRET_KEY_FILE", "DESK_MAIL_KEY_FILE",
        "DESK_METRICS_TOKEN_FILE", "EMAIL_URL_FILE",
    }  # fmt: skip
    for name in environment:
        assert f'"{name.removesuffix("_FILE")}"' in settings, name
    given = {f"/run/secrets/{name}" for name in COMPOSE["secrets"]}
    assert {environment[name] for name in by_file} <= given


def test_the_image_is_made_from_the_locks_by_their_hashes():
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes --only-binary :all: -r /build/requirements-s3.txt" in text
    version = re.search(r"FROM python:(\d+\.\d+)", text).group(1)
    assert version == f"{sys.version_info.major}.{sys.version_info.minor}"


def test_who_runs_the_image_may_read_what_is_in_it():
    """manage.py lets nobody else read what it writes, and the image is built by root."""
    build = (ROOT / "Dockerfile").read_text().split("\nFROM ")[1]
    assert build.index("collectstatic") < build.index("chmod -R a+rX /desk")


@pytest.mark.parametrize("name", ["docker-compose.yml", "Dockerfile", "deploy/Caddyfile"])
def test_nothing_is_started_that_has_a_fixed_name(name):
    """`--scale` would fail at the second one."""
    assert "container_name" not in (ROOT / name).read_text()
