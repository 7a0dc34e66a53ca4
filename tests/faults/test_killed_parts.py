"""Worker, beat or Valkey die while tickets come in: pages go on, nothing is lost or doubled."""

import http.cookiejar
import os
import random
import re
import signal
import time
import urllib.parse
import urllib.request

import pytest

from tests.servicedesk.local.desk import Desk, eventually
from tickets.intake.asking import NO_IDEA

LONG = bool(os.environ.get("DESK_TEST_LONG"))
TICKETS = 200 if LONG else 25
PARTS = {"worker": "celery.* worker", "beat": "celery.* beat", "valkey": "valkey-server"}
EMAIL, PASSWORD = "sofie@heidedal.example", "een-lang-wachtwoord"
MAKE_SOFIE = (
    "from servicedesk.accounts.models import User;"
    f"User.objects.create_user('{EMAIL}', 'Sofie', '{PASSWORD}')"
)
COUNT = (
    "from tickets.models import *; from servicedesk.outbox.models import OutgoingEmail as M;"
    "from sla.models import Clock;"
    "print(Ticket.objects.count(), Message.objects.count(),"
    "Clock.objects.filter(metric='resolution').count(),"
    "M.objects.filter(state='sent').count(), M.objects.exclude(state='sent').count())"
)


class Browser:
    """Signs in and sends the form, as a browser without scripts does."""

    def __init__(self, desk: Desk) -> None:
        self.base = f"http://127.0.0.1:{desk.port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=30) as answer:
            return answer.read().decode()

    def post(self, path: str, page: str, **fields: str) -> str:
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|token)"\s+value="([^"]+)"', page))
        data = urllib.parse.urlencode({**hidden, **fields}).encode()
        request = urllib.request.Request(self.base + path, data, {"Referer": self.base})
        with self.opener.open(request, timeout=30) as answer:
            return answer.geturl()

    def sign_in(self) -> None:
        url = self.post(
            "/accounts/login/", self.get("/accounts/login/"), login=EMAIL, password=PASSWORD
        )
        assert "login" not in url

    def ask(self, number: int) -> str:
        page = self.get("/tickets/new/")
        subject, body = f"Vraag {number}", "Hoe pas ik de openingsuren van december aan?"
        return self.post(
            "/tickets/new/", page, kind="information", service=NO_IDEA, subject=subject, body=body
        )


@pytest.mark.parametrize("part", PARTS)
def test_a_part_dies_while_tickets_come_in(desk, part):
    desk.start()
    desk.shell(MAKE_SOFIE)
    browser = Browser(desk)
    browser.sign_in()
    slowest = 0.0
    for number in range(TICKETS):
        if number % 5 == 2:
            desk.kill(PARTS[part], signal.SIGKILL) if desk.processes(PARTS[part]) else None
            time.sleep(random.uniform(0, 0.3))
        began = time.monotonic()
        assert re.search(r"/tickets/\d+/$", browser.ask(number))
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 10  # two pages; a page that waits for the dead takes longer

    expected = f"{TICKETS} {TICKETS} {TICKETS} {TICKETS} 0"
    assert eventually(lambda: desk.shell(COUNT) == expected, seconds=120), desk.shell(COUNT)
    mails = [path.read_text() for path in (desk.data / "mail").iterdir()]
    sent = re.findall(r"^Message-ID: (\S+)", "\n".join(mails), re.MULTILINE)
    # A worker that died between sending and noting it down sends once more, under the same name.
    assert len(set(sent)) == TICKETS
    assert desk.status() == 200
