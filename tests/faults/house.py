"""A running desk in which people ask while something fails, and that must be sound after it."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
        """Questions one after another, so many and until it is over: what happens meanwhile, once,
        at a random moment."""
        self.pace = Pace(self.desk)

        def trouble() -> None:
            time.sleep(random.uniform(0, 1.5))
            meanwhile()

        with ThreadPoolExecutor(1) as beside:
            troubled = beside.submit(trouble)
            while count > 0 or not troubled.done():
                self.ask_once()
                count -= 1
        troubled.result()  # what went wrong there goes wrong here

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
        doctor_must_be_content(self.desk, patience)


def troubles(desk: Desk) -> list[str]:
    """What the doctor finds wrong."""
    told = desk.command("manage", "doctor")
    lines = told.stdout.splitlines()
    wrong = [line for line in lines if not json.loads(line)["ok"]]
    return wrong or ([] if lines and not told.returncode else [told.stderr or "nothing was said"])


def doctor_must_be_content(desk: Desk, seconds: float) -> None:
    """Within that time: a part that has just come back may have to catch up."""
    assert eventually(lambda: not troubles(desk), seconds=seconds), troubles(desk)


@contextmanager
def house_of(desk: Desk) -> Iterator[House]:
    """A desk that starts now and stops in the end, nothing of it left behind."""
    if not desk.data.exists():
        desk.move_in()
    try:
        desk.start()
        yield House(desk)
    finally:
        desk.command("stop")
        if desk.process is not None:
            desk.process.wait(60)
    assert desk.nothing_runs()
