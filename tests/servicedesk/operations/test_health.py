"""Is the desk well? Each part that is not says so, in a word and without secrets."""

import datetime as dt
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from servicedesk.operations import alive
from servicedesk.operations.heartbeats import Pulse
from servicedesk.operations.models import Heartbeat

WELL = {"database": "ok", "redis": "ok", "worker": "ok", "beat": "ok", "intake": "ok"}


@pytest.fixture
def living(db) -> None:
    for kind in ("worker", "beat"):
        Heartbeat.objects.create(
            kind=kind, host="a", pid=1, seen_at=timezone.now(), started_at=timezone.now()
        )


def health() -> tuple[int, dict[str, str]]:
    answer = Client().get("/healthz")
    return answer.status_code, answer.json()


def test_all_is_well(living):
    assert health() == (200, WELL)
    assert list(default_storage.listdir("")[1]) == []  # the trial file is gone


@pytest.mark.parametrize("kind", ["worker", "beat"])
def test_who_is_not_seen_any_more(living, kind):
    Heartbeat.objects.filter(kind=kind).update(seen_at=timezone.now() - dt.timedelta(minutes=1))
    assert health() == (503, WELL | {kind: "not seen"})


def test_who_was_stopped(living):
    Heartbeat.objects.filter(kind="worker").update(stopped_at=timezone.now())
    assert health() == (503, WELL | {"worker": "not seen"})


def test_redis_is_away_and_the_worker_is_still_seen(living, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    assert health() == (503, WELL | {"redis": "unreachable"})


def test_there_is_no_place_for_files(living, settings, tmp_path):
    (tmp_path / "files").write_text("a file where the folder should be")
    assert health() == (503, WELL | {"intake": "unwritable"})


def check_of_container(kind: str) -> int:
    return subprocess.run([sys.executable, "-m", "servicedesk.operations.alive", kind]).returncode


@pytest.fixture
def signs(tmp_path, monkeypatch) -> Path:
    """The temporary folder of a container."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_a_container_whose_worker_gives_no_sign_any_more_is_not_well(signs):
    alive.give_sign("worker")
    assert check_of_container("worker") == 0
    assert check_of_container("beat") == 1
    (sign,) = signs.iterdir()
    os.utime(sign, (time.time() - 60, time.time() - 60))
    assert check_of_container("worker") == 1


def test_a_sign_is_not_given_through_a_link_that_somebody_put_there(signs):
    alive.give_sign("beat")
    (sign,) = signs.iterdir()
    sign.unlink()
    sign.symlink_to(signs / "of-somebody-else")
    alive.give_sign("beat")
    assert [path.name for path in signs.iterdir()] == [sign.name]


def test_a_web_server_lives_as_long_as_it_answers(live_server):
    port = urlsplit(live_server.url).port
    assert alive.lives("web", port=port)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert not alive.lives("web", port=nobody.getsockname()[1])


@pytest.mark.django_db(transaction=True)
def test_a_pulse_says_that_it_lives_and_that_it_stops(signs):
    pulse = Pulse(Heartbeat.Kind.WORKER)
    pulse.start()
    row = Heartbeat.objects.get()
    assert (row.kind, row.stopped_at, row.is_spare) == ("worker", None, False)
    assert check_of_container("worker") == 0
    pulse.stop()
    pulse.join()
    assert check_of_container("worker") == 1
    row.refresh_from_db()
    assert row.stopped_at is not None
