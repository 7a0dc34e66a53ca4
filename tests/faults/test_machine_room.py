"""Web server, launcher, PostgreSQL and queue fail while people ask: nothing is lost or doubled.

One desk for the whole file: each fault finds it as the one before left it. After each one the
doctor must be content, every question there once, and the desk well by itself.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Iterator

import pytest

from servicedesk.local.place import ROOT
from servicedesk.local.programs import BEAT
from tests.faults.house import House, house_of
from tests.faults.pace import Pace
from tests.faults.rounds import rounds
from tests.faults.standing_still import standing_still
from tests.faults.visitor import AWAY, Visitor
from tests.servicedesk.local.desk import Desk, eventually

ROUNDS = range(rounds(1, 20))
QUESTIONS = rounds(6, 20)
WEB, POSTGRES, KEEPER = "gunicorn", r"bin/postgres -D", "servicedesk.local.keeper"
WORKER, BEATS = "celery.* worker", "celery.* beat"
JOBS = rounds(100, 1000)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with house_of(Desk(tmp_path_factory.mktemp("desk") / "var")) as house:
        yield house


@pytest.mark.parametrize("turn", ROUNDS)
def test_kill_9_of_the_web_server(house, turn):
    house.ask(QUESTIONS, lambda: house.desk.kill(WEB, signal.SIGKILL))
    house.must_be_sound()


@pytest.mark.parametrize("turn", ROUNDS)
def test_postgresql_stops_at_once_under_load(house, turn):
    """SIGQUIT is what `pg_ctl restart -m immediate` sends: no checkpoint, recovery at start."""
    pages: list[str] = []

    def stop_and_look() -> None:
        with standing_still(house.desk, KEEPER):  # nobody starts it again before we have looked
            house.desk.kill(POSTGRES, signal.SIGQUIT)
            patience = house.pace.page
            eventually(
                lambda: pages.append(status_page(house.visitor)) or pages[-1], seconds=patience
            )

    house.ask(QUESTIONS, stop_and_look)
    page = pages[-1]
    assert page.startswith("503 ")
    assert "even weg" in page or "away for a moment" in page
    assert "Traceback" not in page
    house.must_be_sound()


def status_page(visitor: Visitor) -> str:
    """What a visitor reads while the database is away; empty when it is there."""
    try:
        visitor.get("/tickets/new/")
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"
    except AWAY:
        return ""
    return ""


@pytest.mark.parametrize("turn", ROUNDS)
def test_the_queue_is_emptied_with_all_that_was_in_it(house, turn):
    held: list[int] = []

    def fill_and_flush() -> None:
        with standing_still(house.desk, WORKER):  # or they would be done before it is emptied
            held.append(int(house.desk.shell(FILL_AND_FLUSH)))

    house.ask(QUESTIONS, fill_and_flush)
    assert held[0] >= JOBS
    house.must_be_sound()


#: A worker that stands still may have just asked for its next one.
FILL_AND_FLUSH = f"""
from servicedesk.lib.redis_client import redis_client
from servicedesk.outbox.tasks import send_outgoing_mail
for _number in range({JOBS + 20}):
    send_outgoing_mail.delay()
print(redis_client().llen("celery"))
redis_client().flushall()
"""


@pytest.mark.parametrize("turn", ROUNDS)
def test_valkey_stands_still_and_pages_do_not_wait(house, turn):
    """SIGSTOP: connections stay open and nobody answers, the worst there is."""
    house.pace = Pace(house.desk)
    victims = house.desk.kill("valkey-server", signal.SIGSTOP)
    try:
        for _question in range(3):
            began = time.monotonic()
            house.ask_once()
            assert time.monotonic() - began < 2 * house.pace.page  # the form and its answer
        time.sleep(rounds(5, 300) if turn == 0 else random.uniform(0, 5))
    finally:
        if victims & set(house.desk.processes("valkey-server")):
            house.desk.kill("valkey-server", signal.SIGCONT)
    house.must_be_sound()


@pytest.mark.parametrize("turn", ROUNDS)
def test_the_same_form_five_times_at_once(house, turn):
    page = house.page()
    answers: list[str] = []
    visitors = [
        threading.Thread(target=lambda: answers.append(house.insist(page))) for _turn in range(5)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    house.asked += 1
    assert len(answers) == 5
    assert len(set(answers)) == 1
    house.must_be_sound()


@pytest.mark.parametrize("turn", ROUNDS)
def test_kill_9_of_the_launcher_and_a_new_start(house, turn):
    def kill_and_start() -> None:
        assert house.desk.process is not None
        house.desk.process.kill()
        house.desk.process.wait()
        assert house.desk.nothing_runs()
        house.desk.start()

    house.ask(2, kill_and_start)
    house.must_be_sound()


@pytest.mark.long
@pytest.mark.parametrize("turn", range(20))
def test_of_two_beats_one_goes_and_the_other_takes_over(house, turn, tmp_path):
    """As on two machines: two processes, each with a timetable of its own."""
    log = tmp_path / "beat.log"
    first = set(house.desk.processes(BEATS))
    with log.open("w") as output:
        second = subprocess.Popen(
            [sys.executable, ROOT / "run.py", "manage", "shell", "-v", "0", "-c", BECOME_A_BEAT],
            env=house.desk.environment, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        assert eventually(lambda: "beat: Starting" in log.read_text())
        house.ask(QUESTIONS, lambda: time.sleep(15))  # more than one round of the timetable
        assert "Sending due task" not in log.read_text()
        house.ask(QUESTIONS, lambda: [os.kill(number, signal.SIGKILL) for number in first])
        assert eventually(lambda: "this beat goes" in log.read_text())
        assert eventually(lambda: "Sending due task" in log.read_text())
        house.must_be_sound()
    finally:
        second.kill()
        second.wait()
    house.must_be_sound()


BECOME_A_BEAT = f"""
import os, sys
os.execv(sys.executable, [sys.executable, "-m", *{BEAT}])
"""
