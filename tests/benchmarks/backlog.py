"""How a mailbox with thousands of waiting mails is emptied, and what pages cost meanwhile.

    python -m tests.benchmarks.backlog [--mails 10000]

A whole desk of its own, as run.py starts it, and a real Dovecot; the mails are those of
`tests.benchmarks.mail`, from 2,000 people. While they come in, an agent looks at the dispatch
queue, at a ticket, at a search and at the list of all mail, and a requester at the own tickets: a
request every second. Prints mails a second, and p50, p95 and the longest of each page.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from tests.benchmarks.mail import letters
from tests.faults.plain_browser import AWAY, EMAIL, PASSWORD, PlainBrowser
from tests.servicedesk.local.desk import Desk, eventually
from tests.tickets.mail.dovecot import Dovecot

SENDERS = 2000
AGENT = "noor@desk.example"
PEOPLE = f"""
from servicedesk.accounts.models import Organisation, User
bib = Organisation.objects.create(name="Bib")
User.objects.create_user({EMAIL!r}, "Sofie", {PASSWORD!r}, organisation=bib)
User.objects.create_user({AGENT!r}, "Noor", {PASSWORD!r}, role=User.Role.ADMINISTRATOR)
"""
BOX = """
from servicedesk.lib.sealing import seal
from tickets.models import Mailbox
Mailbox.objects.create(name="Mail", host={host!r}, port={port}, username={user!r},
                       sealed_password=seal({password!r}), interval=15)
"""
COUNT = """
from tickets.models import IncomingEmail, Ticket
print(IncomingEmail.objects.filter(state="done").count(), Ticket.objects.count())
"""
PAGES = {
    AGENT: ["/queue/dispatch/", "/tickets/10001/", "/queue/search/?q=catalogus", "/mail/"],
    EMAIL: ["/tickets/"],
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests.benchmarks.backlog")
    parser.add_argument("--mails", type=int, default=10_000)
    count = parser.parse_args(arguments).mails
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="desk-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        dovecot = Dovecot()
        stack.callback(dovecot.stop)
        deliver(dovecot, letters(count, "backlog", senders=SENDERS))
        desk = Desk(folder / "desk")
        desk.environment |= {"DESK_MAIL_CA": str(dovecot.ca), "DESK_MFA_REQUIRED": "0"}
        desk.start()
        stack.callback(desk.command, "stop")
        desk.shell(PEOPLE)
        take_in(desk, dovecot, count)
        print("doctor:", doctor(desk))
    return 0


def deliver(dovecot: Dovecot, mails: Iterable[bytes]) -> None:
    """Into the folder of new mail, in order; far quicker than by IMAP."""
    maildir = dovecot.folder / "mail" / dovecot.user / "Maildir"
    with dovecot.session():  # makes it
        pass
    owner = maildir.stat()
    now = int(time.time())
    for number, raw in enumerate(mails):
        file = maildir / "new" / f"{now}.{number:06}.bench"
        file.write_bytes(raw)
        os.chown(file, owner.st_uid, owner.st_gid)


def take_in(desk: Desk, dovecot: Dovecot, count: int) -> None:
    """Connects the mailbox, and looks at pages until all is in."""
    visitors = [Looking(desk, email) for email in PAGES]
    began = time.monotonic()
    desk.shell(
        BOX.format(
            host=dovecot.host, port=dovecot.port, user=dovecot.user, password=dovecot.password
        )
    )
    eventually(lambda: int(desk.shell(COUNT).split()[1]) > 0)
    for visitor in visitors:
        visitor.start()
    done = 0
    while done < count:
        time.sleep(10)
        done, tickets = map(int, desk.shell(COUNT).split())
        seconds = time.monotonic() - began
        print(f"{seconds:6.0f} s: {done:6,} mails, {tickets:6,} tickets", flush=True)
    print(f"{count:,} mails in {seconds:.0f} s: {count / seconds:.1f} a second")
    for visitor in visitors:
        visitor.stop()
        visitor.tell()


def doctor(desk: Desk) -> str:
    """What is wrong after that: nothing."""
    done = desk.command("manage", "doctor", "--json")
    wrong = [line for line in map(json.loads, done.stdout.splitlines()) if not line["ok"]]
    return f"exit {done.returncode}, wrong: {wrong or 'nothing'}"


class Looking(threading.Thread):
    """One person, who looks at these pages in turn, one a second."""

    def __init__(self, desk: Desk, email: str) -> None:
        super().__init__(daemon=True)
        self.browser, self.pages = PlainBrowser(desk), PAGES[email]
        self.browser.sign_in(email)
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.failed = 0
        self.over = threading.Event()

    def run(self) -> None:
        for page in itertools.cycle(self.pages):
            if self.over.is_set():
                return
            began = time.perf_counter()
            try:
                self.browser.get(page)
                self.seconds[page].append(time.perf_counter() - began)
            except AWAY:
                self.failed += 1
            self.over.wait(max(0.0, 1 - (time.perf_counter() - began)))

    def stop(self) -> None:
        self.over.set()
        self.join(60)

    def tell(self) -> None:
        for page, taken in self.seconds.items():
            p95 = sorted(taken)[int(len(taken) * 0.95)]
            print(
                f"{page:28}{len(taken):5} times  p50 {statistics.median(taken) * 1000:6.0f} ms"
                f"  p95 {p95 * 1000:6.0f} ms  longest {max(taken) * 1000:6.0f} ms"
            )
        print(f"failed: {self.failed}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
