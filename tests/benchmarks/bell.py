"""What live pages cost, and how fast an alarm is heard.

    python -m tests.benchmarks.bell [--agents 100] [--seconds 20] [--runs 50]

Starts a desk of its own. First that many agents ask the live endpoint once a second each, and the
processor time of the web server is read from the system. Then two agents have pages open in two
real browsers, a requester reports that a site is down and one of the agents takes it, again and
again; printed is the time from the commit to the banner and the sound in both, and to the name.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import OPTIONS
from tests.servicedesk.local.desk import Desk

PEOPLE = """
from django.contrib.sessions.backends.db import SessionStore
from servicedesk.accounts.models import SignIn, User
from servicedesk.catalogue.models import Service
from servicedesk.operations.live import badge_of
from sla.models import CalendarVersion
days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CalendarVersion.objects.filter(calendar__name="Kantooruren").update(
    hours={day: [["00:00", "24:00"]] for day in days}, holidays=[])
Service.objects.get_or_create(slug="bel", defaults={"name": "Bel", "is_critical": True})
made = [User.objects.create_user(f"a{n}@desk.example", f"Agent {n}", "een-lang-wachtwoord",
        role="agent") for n in range(AGENTS)]
User.objects.create_user("melder@lid.example", "Melder", "een-lang-wachtwoord")
import json
badges = []
for user in made:
    session = SessionStore()
    session.create()
    SignIn.objects.create(user=user, session_key=session.session_key)
    badges.append(badge_of(session.session_key))
print("BADGES", json.dumps(badges))
"""
REPORT = """
import time
from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from sla.alarms.actions import SiteDown, report_site_down, take
from sla.availability.actions import Ending, end_outage
requester = User.objects.get(email="melder@lid.example")
agent = User.objects.get(email="a0@desk.example")
import sys
for line in sys.stdin:
    _ticket, outage = report_site_down(
        SiteDown(Service.objects.get(slug="bel"), "Plat " + line.strip(), "Plat."), by=requester)
    print("AT", time.time(), flush=True)
    sys.stdin.readline()
    take(outage.alarm, by=agent)
    print("TAKEN", time.time(), flush=True)
    sys.stdin.readline()
    time.sleep(4)  # the sound of one page keeps the others of its browser silent
    end_outage(outage, Ending("Alles werkt weer."), by=agent)
    print("OVER", flush=True)
"""
TICKS = os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests.benchmarks.bell")
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=50)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="desk-bell-") as folder:
        desk = Desk(Path(folder) / "data")
        desk.environment["DESK_MFA_REQUIRED"] = "0"
        desk.start()
        try:
            printed = desk.shell(PEOPLE.replace("AGENTS", str(wanted.agents)))
            badges = json.loads(printed.partition("BADGES ")[2])
            poll(desk, badges, wanted.seconds)
            if wanted.runs:
                ring(desk, wanted.runs)
        finally:
            desk.command("stop")
    return 0


def poll(desk: Desk, badges: list[str], seconds: int) -> None:
    """Each badge asks once a second; prints what that cost the web server."""
    answers: list[float] = []
    web = desk.processes("gunicorn")
    before, began = _processor(web), time.monotonic()
    asking = [
        threading.Thread(target=_ask, args=(desk.port, badge, seconds, answers)) for badge in badges
    ]
    for agent in asking:
        agent.start()
        time.sleep(1 / len(badges))
    for agent in asking:
        agent.join()
    took = time.monotonic() - began
    cost = (_processor(web) - before) / took * 100
    print(
        f"{len(badges)} agents asked {len(answers)} times in {took:.0f} s: "
        f"{cost:.1f} % of one core, p50 {statistics.median(answers) * 1000:.1f} ms, "
        f"p95 {_at(answers, 0.95) * 1000:.1f} ms"
    )


def _ask(port: int, badge: str, seconds: int, answers: list[float]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    tag, until = "", time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        line.request("GET", f"/live/?seen={tag}", headers={"Cookie": f"live={badge}"})
        answer = line.getresponse()
        body = answer.read()
        answers.append(time.monotonic() - began)
        if answer.status == 200:
            tag = json.loads(body)["tag"]
        time.sleep(max(0.0, 1 - answers[-1]))


def _processor(processes: dict[int, str]) -> float:
    """Seconds of processor time these have used."""
    used = 0
    for number in processes:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def ring(desk: Desk, runs: int) -> None:
    """Prints how long after the commit both agents see the banner and hear the sound, and how long
    after one took it both see by whom."""
    reporter = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", REPORT],
        env=desk.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reporter.stdin
    assert reporter.stdout
    heard: list[float] = []
    known: list[float] = []
    with sync_playwright() as playwright:
        browsers = [
            playwright.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
            for _agent in range(2)
        ]
        pages = [_open(browser.new_page(), desk, n) for n, browser in enumerate(browsers)]
        for run in range(runs):
            for page in pages:
                page.evaluate("window.rangAt = window.takenAt = 0")
            reporter.stdin.write(f"{run}\n")
            reporter.stdin.flush()
            began = float(reporter.stdout.readline().split()[1])
            heard += [_rang(page) - began for page in pages]
            reporter.stdin.write("take\n")
            reporter.stdin.flush()
            taken = float(reporter.stdout.readline().split()[1])
            known += [_saw_who(page) - taken for page in pages]
            reporter.stdin.write("over\n")
            reporter.stdin.flush()
            reporter.stdout.readline()
            for page in pages:
                page.locator(".alarm").wait_for(state="detached")
    reporter.stdin.close()
    reporter.wait()
    for what, waits in (("heard", heard), ("who took it known", known)):
        print(
            f"{runs} alarms in two browsers, {what}: p50 {statistics.median(waits):.2f} s, "
            f"p99 {_at(waits, 0.99):.2f} s, slowest {max(waits):.2f} s"
        )


def _open(page: Page, desk: Desk, number: int) -> Page:
    page.goto(f"http://127.0.0.1:{desk.port}/accounts/login/")
    page.locator("[name=login]").fill(f"a{number}@desk.example")
    page.locator("[type=password]").fill("een-lang-wachtwoord")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"http://127.0.0.1:{desk.port}/{'articles/' if number else 'queue/dispatch/'}")
    page.locator("desk-bell button").click()
    page.wait_for_timeout(3000)
    page.evaluate(
        "document.querySelector('desk-bell audio').addEventListener('playing', () => {"
        " window.rangAt ||= Date.now() / 1000 });"
        "new MutationObserver(() => { if (document.querySelector('.alarm.taken'))"
        " window.takenAt ||= Date.now() / 1000 })"
        ".observe(document.querySelector('desk-live'), { childList: true, subtree: true })"
    )
    return page


def _rang(page: Page) -> float:
    """When this page showed the banner and played its sound."""
    page.locator(".alarm").wait_for()
    return _noted(page, "rangAt")


def _saw_who(page: Page) -> float:
    """When this page said that somebody took it."""
    return _noted(page, "takenAt")


def _noted(page: Page, name: str) -> float:
    while not (at := page.evaluate(f"window.{name}")):
        page.wait_for_timeout(50)
    return at


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
