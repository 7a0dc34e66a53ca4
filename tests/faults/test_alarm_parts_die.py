"""Worker, queue, timetable or database are killed while a site goes down: it rings at the desk, who
is on call is told within two minutes, once; and of two who take it at one instant one has it."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from servicedesk.local.place import ROOT
from tests.faults.house import doctor_must_be_content
from tests.faults.pace import Pace
from tests.faults.rounds import rounds
from tests.servicedesk.local.desk import Desk, eventually

PARTS = {
    "worker": "celery.* worker",
    "queue": "valkey-server",
    "database": "postgres .*-D",
    "beat": "celery.* beat",
}
#: What is killed, round by round.
ROUNDS = rounds(["queue", "database"], [*PARTS] * 20)
#: Seconds: until every open page rings, and until who is on call has it on the phone.
AT_THE_DESK, ON_THE_PHONE = 15, 120

PREPARE = """
import datetime as dt
from django.contrib.sessions.backends.db import SessionStore
from servicedesk.accounts.models import SignIn, User
from servicedesk.catalogue.models import Service
from servicedesk.operations.live import badge_of
from sla.alarms.channels import add_channel
from sla.alarms.models import OnCallPlan
from sla.alarms.roster import Turn, plan_shift
from sla.models import CalendarVersion
days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
plan = OnCallPlan.objects.get()
CalendarVersion.objects.filter(calendar=plan.office).update(hours={})
CalendarVersion.objects.filter(calendar=plan.on_call).update(
    hours={day: [["00:00", "24:00"]] for day in days}, holidays=[])
Service.objects.create(name="Catalogus", slug="catalogus", is_critical=True)
User.objects.create_user("sofie@bib.example", "Sofie")
noor = User.objects.create_user("noor@desk.example", "Noor", role="agent")
bram = User.objects.create_user("bram@desk.example", "Bram", role="manager")
today = dt.date.today()
plan_shift(Turn(noor, 1, today, today + dt.timedelta(days=9)), by=bram)
add_channel(name="gsm", address="HOOK", by=noor)
session = SessionStore()
session.create()
SignIn.objects.create(user=noor, session_key=session.session_key)
print(badge_of(session.session_key))
"""
#: A line for each act: report, take (both at one instant), end.
STORY = """
import json, sys, threading, time, uuid
from django.db import Error, connection
from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from sla.alarms.actions import SiteDown, report_site_down, take
from sla.alarms.models import Alarm, Delivery
from sla.availability.actions import Ending, end_outage
sofie, noor, bram = (User.objects.get(email=f"{name}.example")
                     for name in ("sofie@bib", "noor@desk", "bram@desk"))
service = Service.objects.get(slug="catalogus")

def take_it(by):
    try:
        won.append(take(alarm, by=by))
    finally:
        connection.close()

def report_it():  # as somebody who sees that it did not go, and sends the same form again
    form = SiteDown(service, "Plat", "Plat.", token=uuid.uuid4())
    while True:
        try:
            seen = Alarm.objects.select_related("outage")
            return seen.get(outage=report_site_down(form, by=sofie)[1])
        except Error:
            connection.close()
            time.sleep(1)

for line in sys.stdin:
    connection.close()  # each act is a request of its own
    if line == "report\\n":
        alarm = report_it()
        outage = alarm.outage
        print(alarm.pk, flush=True)
        continue
    won = []
    both = [threading.Thread(target=take_it, args=(by,)) for by in (noor, bram)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    end_outage(outage, Ending("Alles werkt weer."), by=noor)
    told = list(Delivery.objects.filter(alarm=alarm).values_list("person__name", "state"))
    print(json.dumps({"won": sorted(won), "told": told, "alarms": Alarm.objects.count()}),
          flush=True)
"""


class Phone(BaseHTTPRequestHandler):
    """What came in on Noor's phone."""

    got: list[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.got.append(body["message"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


class Story:
    """A requester who reports and two agents who take it, in a process of their own."""

    def __init__(self, desk: Desk) -> None:
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "run.py", "manage", "shell", "-v", "0", "-c", STORY],
            env=desk.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def tell(self, act: str) -> None:
        self.process.stdin.write(f"{act}\n")
        self.process.stdin.flush()

    def hear(self):
        return json.loads(self.process.stdout.readline())


@pytest.fixture
def phone():
    class Mine(Phone):
        got: list[str] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}/", Mine.got
    server.shutdown()


def rings(desk: Desk, badge: str, alarm: int) -> bool:
    """What an open page of Noor hears."""
    line = HTTPConnection("127.0.0.1", desk.port, timeout=10)
    try:
        line.request("GET", "/live/", headers={"Cookie": f"live={badge}"})
        answer = line.getresponse()
        return answer.status == 200 and [alarm] == [
            one["id"] for one in json.load(answer)["alarms"] if one["rings"]
        ]
    finally:
        line.close()


def test_an_alarm_is_heard_once_whatever_dies(desk, phone):
    address, messages = phone
    desk.environment |= {"DESK_ALARM_SCHEMES": "json", "DESK_MONITORS_PRIVATE": "1"}
    desk.start()
    badge = desk.shell(PREPARE.replace("HOOK", address))
    story = Story(desk)
    try:
        for number, part in enumerate(ROUNDS):
            story.tell("report")
            time.sleep(random.uniform(0, 0.3))
            desk.kill(PARTS[part], signal.SIGKILL)
            began = time.monotonic()
            alarm = story.hear()
            assert eventually(lambda n=alarm: rings(desk, badge, n), seconds=AT_THE_DESK), part
            assert eventually(lambda n=number: len(set(messages)) == n + 1, seconds=ON_THE_PHONE), (
                part
            )
            print(f"{part}: on the phone after {time.monotonic() - began:.0f} s")
            story.tell("take")
            said = story.hear()
            assert said["won"] == [False, True]
            assert said["told"] in ([["Noor", "sent"]], [["Noor", "waiting"]])
            assert said["alarms"] == number + 1
        # One that is killed between sending and noting it down sends the same again, as mail does.
        assert len(messages) <= len(ROUNDS) + ROUNDS.count("worker") + ROUNDS.count("database")
    finally:
        story.process.stdin.close()
        story.process.wait(60)
    doctor_must_be_content(desk, Pace(desk).recovery)
