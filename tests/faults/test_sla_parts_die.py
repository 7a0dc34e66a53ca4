"""Parts of a running desk die while promises break: each alert once, all there, soon and true."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time

import psycopg2
import pytest
import redis
from celery import Celery

from servicedesk.local.place import ROOT, Place
from servicedesk.local.postgres import DATABASE, USER
from tests.faults.house import troubles
from tests.faults.pace import Pace
from tests.faults.rounds import rounds
from tests.faults.standing_still import standing_still
from tests.servicedesk.local.desk import Desk, eventually

ROUNDS = rounds(1, 20)
TICKETS = 30
#: A minute is promised: after it the last point has come.
LAST_POINT = 60
KINDS = ("worker", "queue", "database", "beat", "rounds")
#: How many wait when the queue is emptied; some more are sent, as a worker may just take one.
JOBS, SPARE = 1_000, 20
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
alerts = list(Alert.objects.values_list("promise", "metric", "point", "at"))
clocks = {(c.ticket_id, c.metric): c for c in Clock.objects.all()}
true = all(
    at == (clocks[ticket, metric].due_at if point == "due" else clocks[ticket, metric].at_risk_at)
    for ticket, metric, point, at in alerts
)
lines = Counter(Notification.objects.values_list("user", "key"))
print(json.dumps({
    "alerts": len(alerts), "once": len({a[:3] for a in alerts}), "true": true,
    "breached": sum(clock.breached_at == clock.due_at for clock in clocks.values()),
    "doubled": sum(count > 1 for count in lines.values()),
}))
"""


def look(desk: Desk) -> dict:
    """What is there now."""
    return json.loads(desk.shell(LOOK))


def alerts_of(desk: Desk) -> int:
    """How many alerts there are; none while the database recovers."""
    try:
        own = psycopg2.connect(host=str(Place(desk.data).sockets), user=USER, dbname=DATABASE)
    except psycopg2.OperationalError:
        return 0
    with contextlib.closing(own), own.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sla_alert")
        return cursor.fetchone()[0]


@pytest.fixture
def running(desk) -> Desk:
    desk.start()
    desk.shell(PROMISE)
    return desk


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


#: Eight processes look at once, some times over; a database that dies only ends one look.
ROUNDS_AT_ONCE = """
import contextlib, os, traceback
from django.db import InterfaceError, OperationalError, connection
from sla.rounds import check_and_sweep
connection.close()
children = []
print("go", flush=True)
for _number in range(8):
    children.append(os.fork())
    if not children[-1]:
        try:
            for _turn in range(5):
                with contextlib.suppress(OperationalError, InterfaceError):
                    list(check_and_sweep())
                connection.close()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
assert not any(os.waitpid(child, 0)[1] for child in children)
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
        lose_queue(desk)
    elif kind == "rounds":
        assert rounds_at_once(desk).wait(120) == 0
    elif kind == "database":
        busy = rounds_at_once(desk)
        time.sleep(random.uniform(0, 1))
        os.kill(min(desk.processes(POSTGRES)), signal.SIGQUIT)  # as `pg_ctl restart -m immediate`
        busy.wait(120)
    elif kind == "beat":
        desk.kill(BEAT, signal.SIGKILL)


def rounds_at_once(desk: Desk) -> subprocess.Popen:
    """Eight processes that each look for what is due; they have just begun."""
    run = [sys.executable, ROOT / "run.py", "manage", "shell", "-v", "0", "-c", ROUNDS_AT_ONCE]
    started = subprocess.Popen(run, env=desk.environment, stdout=subprocess.PIPE, text=True)
    assert started.stdout.readline() == "go\n"
    return started


def lose_queue(desk: Desk) -> None:
    """A thousand jobs are waiting when the queue forgets everything."""
    socket = Place(desk.data).sockets / "valkey.sock"
    client = redis.Redis(unix_socket_path=str(socket))
    with (
        standing_still(desk, WORKER),
        Celery(broker=f"redis+socket://{socket}", set_as_current=False) as sender,
        sender.producer_pool.acquire() as line,
    ):
        for _number in range(JOBS + SPARE):
            sender.send_task("sla.tasks.check_sla", producer=line, ignore_result=True)
        assert client.llen("celery") >= JOBS
        client.flushall()


def test_each_alert_once_whatever_dies(running):
    expected, patience = 0, LAST_POINT + Pace(running).recovery
    beat = second_beat(running)
    try:
        for number in range(ROUNDS):
            running.shell(ASK.format(count=TICKETS))
            expected += 4 * TICKETS  # 75% and due, of the response and of the solution
            for kind in random.sample(KINDS, len(KINDS)):
                harm(running, kind)
            began = time.monotonic()
            eventually(lambda n=expected: alerts_of(running) >= n, seconds=patience)
            print(f"round {number + 1}: all there {time.monotonic() - began:.0f} s after the last")
            found = look(running)
            assert found["alerts"] == found["once"] == expected, found
            assert found["true"]
            assert found["doubled"] == 0
            assert found["breached"] == expected // 2
    finally:
        beat.kill()
        beat.wait()
    assert eventually(lambda: not troubles(running), seconds=patience), troubles(running)
