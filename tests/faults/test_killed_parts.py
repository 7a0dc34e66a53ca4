"""Worker, beat or Valkey die while tickets come in: pages go on, nothing is lost or doubled."""

import random
import re
import signal
import time

import pytest

from tests.faults.house import doctor_must_be_content
from tests.faults.pace import Pace
from tests.faults.rounds import rounds
from tests.faults.visitor import MAKE_SOFIE, Visitor
from tests.servicedesk.local.desk import eventually

TICKETS = rounds(10, 200)
PARTS = {"worker": "celery.* worker", "beat": "celery.* beat", "valkey": "valkey-server"}
COUNT = (
    "from tickets.models import *; from servicedesk.outbox.models import OutgoingEmail as M;"
    "from sla.models import Clock;"
    "print(Ticket.objects.count(), Message.objects.count(),"
    "Clock.objects.filter(metric='resolution').count(),"
    "M.objects.filter(state='sent').count(), M.objects.exclude(state='sent').count())"
)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_dies_while_tickets_come_in(desk, part):
    desk.start()
    desk.shell(MAKE_SOFIE)
    browser = Visitor(desk)
    browser.sign_in()
    pace = Pace(desk)
    slowest = 0.0
    for number in range(TICKETS):
        if number % 5 == 2:
            desk.kill(PARTS[part], signal.SIGKILL) if desk.processes(PARTS[part]) else None
            time.sleep(random.uniform(0, 0.3))
        began = time.monotonic()
        assert re.search(r"/tickets/\d+/$", browser.ask(number))
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 2 * pace.page  # the form and its answer

    expected = f"{TICKETS} {TICKETS} {TICKETS} {TICKETS} 0"
    assert eventually(lambda: desk.shell(COUNT) == expected, seconds=pace.recovery), desk.shell(
        COUNT
    )
    mails = [path.read_text() for path in (desk.data / "mail").iterdir()]
    sent = re.findall(r"^Message-ID: (\S+)", "\n".join(mails), re.MULTILINE)
    # A worker that died between sending and noting it down sends once more, under the same name.
    assert len(set(sent)) == TICKETS
    assert eventually(lambda: desk.status() == 200, seconds=pace.recovery)
    doctor_must_be_content(desk, pace.recovery)
