"""Figures for Prometheus: behind a token, from rows, and whole when several processes count."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as desk_settings
from django.test import Client
from django.utils import timezone

from servicedesk.lib.redis_client import redis_client
from servicedesk.operations.metrics import QUEUE
from servicedesk.operations.models import Heartbeat, TaskRun
from servicedesk.outbox.models import OutgoingEmail
from sla.models import Clock

TOKEN = "een-geheim-van-twintig-tekens"


@pytest.fixture
def read(db, settings):
    """The lines that Prometheus reads."""
    settings.DESK_METRICS_TOKEN = TOKEN

    def lines() -> dict[str, float]:
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        told = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _space, value in (x.rpartition(" ") for x in told)}

    return lines


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer anders", f"Basic {TOKEN}", "Bearer é"])
def test_without_the_token_there_is_no_such_page(db, settings, given):
    settings.DESK_METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", headers={"Authorization": given}).status_code == 404


def test_without_a_token_in_the_settings_there_is_none_for_anybody(db, settings):
    settings.DESK_METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_what_waits_and_who_lives(ticket, read):
    now = timezone.now()
    Heartbeat.objects.create(kind="worker", host="a", pid=1, seen_at=now, started_at=now)
    TaskRun.objects.create(name="a.task", heard_at=now, runs=7, failures=2)
    OutgoingEmail.objects.update(created_at=now - timezone.timedelta(minutes=5))
    got = read()
    assert got['desk_processes{kind="worker"}'] == 1
    assert got['desk_processes{kind="beat"}'] == 0
    assert got['desk_up{part="beat"}'] == 0
    assert got['desk_up{part="database"}'] == 1
    assert got['desk_outbox{state="waiting"}'] == OutgoingEmail.objects.count()
    assert 300 <= got["desk_outbox_age_seconds"] < 330
    assert got['desk_task_runs_total{task="a.task"}'] == 7
    assert got['desk_task_failures_total{task="a.task"}'] == 2
    assert got["desk_oldest_due_seconds"] == 0
    assert got["desk_held"] == 0


def test_a_clock_that_should_have_rung_is_counted_from_then(ticket, read):
    Clock.objects.filter(ticket=ticket, metric="resolution").update(
        next_alert_at=timezone.now() - timezone.timedelta(minutes=10)
    )
    assert 600 <= read()["desk_oldest_due_seconds"] < 630


def test_messages_that_wait_are_counted(read):
    before = read()["desk_queue_messages"]
    redis_client().rpush(QUEUE, "one", "two")
    try:
        assert read()["desk_queue_messages"] == before + 2
    finally:
        redis_client().rpop(QUEUE, 2)


def test_redis_away_leaves_its_figure_out(read, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    got = read()
    assert "desk_queue_messages" not in got
    assert got['desk_up{part="redis"}'] == 0


def test_requests_are_timed_by_the_name_of_their_page(read, ticket, as_user, agent):
    name = 'desk_request_seconds_count{method="GET",page="tickets:ticket-detail",status="2xx"}'
    before = read().get(name, 0)
    as_user(agent).get(ticket.get_absolute_url())
    assert read()[name] == before + 1
    assert not any(str(ticket.pk) in line for line in read())


COUNT = """
import os, django
django.setup()
from servicedesk.operations.metrics import REQUESTS
for child in range(3):
    if os.fork() == 0:
        REQUESTS.labels("home", "GET", "2xx").observe(0.1)
        os._exit(0)
    os.wait()
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_several_processes_are_counted_together(tmp_path):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env=environment, text=True, capture_output=True,
        cwd=desk_settings.BASE_DIR, check=True,
    )  # fmt: skip
    line = 'desk_request_seconds_count{method="GET",page="home",status="2xx"} 3.0'
    assert line in done.stdout.splitlines()
