"""A running desk in which people ask while something fails, and that must be sound after it."""

import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.faults.pace import Pace
from tests.faults.visitor import AWAY, MAKE_SOFIE, Visitor
from tests.servicedesk.local.desk import Desk, eventually

COUNT = (
    "from tickets.models import *; from servicedesk.outbox.models import OutgoingEmail as M;"
    "from sla.models import Clock;"
    "print(Ticket.objects.count(), Message.objects.count(),"
    "Clock.objects.filter(metric='resolution').count(), M.objects.exclude(state='sent').count())"
)


class House:
    """A running desk, its visitor, how many questions were taken, and how patient we are."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.visitor = Visitor(desk)
        self.asked = 0
        self.pace = Pace(desk)
        desk.shell(MAKE_SOFIE)
        self.visitor.sign_in()

    def ask(self, count: int, meanwhile: Callable[[], object]) -> None:
        """Questions one after another, while something happens once at a random moment."""
        self.pace = Pace(self.desk)
        trouble = threading.Timer(random.uniform(0, 1.5), meanwhile)
        trouble.start()
        for _turn in range(count):
            self.ask_once()
        trouble.join()

    def ask_once(self) -> None:
        """One question, whatever it takes."""
        assert re.search(r"/tickets/\d+/$", self.insist(self.page()))
        self.asked += 1

    def insist(self, page: str) -> str:
        """Where the form led, sent again until it was taken."""
        return self.visitor.insist(page, self.asked, seconds=self.pace.recovery)

    def page(self) -> str:
        """The empty form, as soon as it can be had."""
        got: list[str] = []

        def get() -> bool:
            try:
                got.append(self.visitor.get("/tickets/new/"))
            except AWAY:
                return False
            return True

        assert eventually(get, seconds=self.pace.recovery)
        return got[0]

    def counts(self) -> str:
        return self.desk.shell(COUNT)

    def must_be_sound(self) -> None:
        patience = self.pace.recovery
        assert eventually(lambda: self.desk.status() == 200, seconds=patience)
        expected = f"{self.asked} {self.asked} {self.asked} 0"
        assert eventually(lambda: self.counts() == expected, seconds=patience), self.counts()
        assert eventually(lambda: not self.troubles(), seconds=patience), self.troubles()

    def troubles(self) -> list[str]:
        """What the doctor finds wrong."""
        told = self.desk.command("manage", "doctor")
        wrong = [line for line in told.stdout.splitlines() if not json.loads(line)["ok"]]
        return wrong or ([told.stderr] if told.returncode else [])


@contextmanager
def house_of(desk: Desk) -> Iterator[House]:
    """A desk that starts now and stops in the end, nothing of it left behind."""
    try:
        desk.start()
        yield House(desk)
    finally:
        desk.command("stop")
        if desk.process is not None:
            desk.process.wait(60)
    assert desk.nothing_runs()
