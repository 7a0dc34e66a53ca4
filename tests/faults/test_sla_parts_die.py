"""Parts of a running desk die while promises break: each alert once, all there, soon and true."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
import redis

from servicedesk.local.place import ROOT, Place
from tests.faults.pace import Pace
from tests.faults.rounds import rounds
from tests.servicedesk.local.desk import Desk, eventually

ROUNDS = rounds(1, 20)
TICKETS = 30
#: A minute is promised: after it the last point has come.
LAST_POINT = 60
KINDS = ("worker", "queue", "database", "beat")
WORKER, BEAT, POSTGRES = "celery.* worker", "celery.* beat", r"postgres .*-D"

PROMISE = """
from servicedesk.accounts.models import *
from sla.models import CalendarVersion, PolicyVersion
day = [["00:00", "24:00"]]
CalendarVersion.objects.update(
    hours={key: day for key in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, holidays=[]
)
PolicyVersion.objects.update(first_response=1, resolution=1, next_response=None, assignment=None)
User.objects.create_user("sofie@bib.example", "Sofie")
agent = User.objects.create_user("noor@desk.example", "Noor", role="agent")
Membership.objects.create(user=agent, team=Team.objects.get(slug="eerste-lijn"))
"""
#: Tickets that were asked up to a minute ago: their first points come within the next minute.
ASK = """
import random
from datetime import timedelta
import time_machine
from django.utils import timezone
from servicedesk.accounts.models import User
from tickets.actions.opening import NewTicket, open_ticket
sofie = User.objects.get(email="sofie@bib.example")
for number in range({count}):
    then = timezone.now() - timedelta(seconds=random.uniform(25, 55))
    with time_machine.travel(then, tick=False):
        open_ticket(NewTicket(sofie, "Printer", "Hij print niet."), by=sofie)
print("asked")
"""
LOOK = """
import json
from collections import Counter
from sla.models import Alert, Clock
from servicedesk.outbox.models import Notification
alerts = list(Alert.objects.values_list("promise", "metric", "point", "at", "raised_at"))
clocks = {(c.ticket_id, c.metric): c for c in Clock.objects.all()}
true = all(
    at == (clocks[ticket, metric].due_at if point == "due" else clocks[ticket, metric].at_risk_at)
    for ticket, metric, point, at, _raised in alerts
)
lines = Counter(Notification.objects.values_list("user", "key"))
print(json.dumps({
    "alerts": len(alerts), "once": len({a[:3] for a in alerts}), "true": true,
    "breached": Clock.objects.filter(breached_at__isnull=False).count(),
    "doubled": sum(count > 1 for count in lines.values()),
}))
"""


def look(desk: Desk) -> dict:
    """What is there now; nothing while the database recovers."""
    done = desk.command("manage", "shell", "-v", "0", "-c", LOOK)
    return json.loads(done.stdout) if done.returncode == 0 else {"alerts": 0}


def look_until(desk: Desk, *, alerts: int, seconds: float) -> dict:
    """What is there when all of them are, or patience has come to its end."""
    eventually(lambda: look(desk)["alerts"] >= alerts, seconds=seconds)
    return look(desk)


@pytest.fixture
def running(desk) -> Desk:
    desk.start()
    desk.shell(PROMISE)
    return desk


def wrong_with_clocks(desk: Desk) -> list[dict]:
    """What `doctor` finds wrong with clocks, alerts and tickets."""
    lines = desk.command("manage", "doctor", "--json").stdout.splitlines()
    checks = [json.loads(line) for line in lines]
    assert checks
    return [one for one in checks if not one["ok"] and "clocks" in one["check"]]


def second_beat(desk: Desk) -> subprocess.Popen:
    """Another timetable beside the one that runs, every second; outlives a database that dies."""
    run = [sys.executable, ROOT / "run.py", "manage", "shell", "-v", "0", "-c", BEATS]
    return subprocess.Popen(run, env=desk.environment, stdout=subprocess.DEVNULL)


BEATS = """
import contextlib, time
from django.db import InterfaceError, OperationalError, connection
from sla.tasks import check_sla
from sla.rounds import check_and_sweep
while True:
    with contextlib.suppress(OperationalError, InterfaceError, check_sla.OperationalError):
        check_sla.apply_async(retry=False, ignore_result=True)
        list(check_and_sweep())
    connection.close()
    time.sleep(1)
"""


def harm(desk: Desk, kind: str) -> None:
    """One fault, at a moment nobody chose."""
    time.sleep(random.uniform(0, 3))
    if kind == "worker":
        for _time in range(3):
            if desk.processes(WORKER):
                desk.kill(WORKER, signal.SIGKILL)
            time.sleep(random.uniform(0.2, 2))
    elif kind == "queue":
        client = redis.Redis(unix_socket_path=str(Place(desk.data).sockets / "valkey.sock"))
        for _number in range(1_000):
            client.lpush("celery", "{}")
        client.flushall()
    elif kind == "database":
        for victim in sorted(desk.processes(POSTGRES))[:1]:
            os.kill(victim, signal.SIGQUIT)  # what `pg_ctl restart -m immediate` sends
    elif kind == "beat":
        desk.kill(BEAT, signal.SIGKILL)


def test_each_alert_once_whatever_dies(running):
    expected, patience = 0, LAST_POINT + Pace(running).recovery
    beat = second_beat(running)
    try:
        for _round in range(ROUNDS):
            running.shell(ASK.format(count=TICKETS))
            expected += 4 * TICKETS  # 75% and due, of the response and of the solution
            for kind in random.sample(KINDS, len(KINDS)):
                harm(running, kind)
            found = look_until(running, alerts=expected, seconds=patience)
            assert found["alerts"] == found["once"] == expected, found
            assert found["true"]
            assert found["doubled"] == 0
            assert found["breached"] == expected // 2
    finally:
        beat.kill()
        beat.wait()
    assert wrong_with_clocks(running) == []
