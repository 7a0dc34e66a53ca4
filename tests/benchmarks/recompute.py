"""What it costs to recompute many open tickets after a calendar changed.

    python -m tests.benchmarks.recompute [--tickets 10000]

An embedded PostgreSQL of its own with that many unsolved tickets. First the preview, then the deed,
both in a second process as a worker does them; this process asks for the dispatch queue all the
while. Prints how long each took, how much of that was work of the worker itself, and how long the
queue took to answer, before and meanwhile.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import statistics
import sys
import tempfile
import time
from pathlib import Path


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests.benchmarks.recompute")
    parser.add_argument("--tickets", type=int, default=10_000)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        _measure(Path(folder), wanted.tickets)
    return 0


def _measure(folder: Path, count: int) -> None:
    from tests.benchmarks.pages import load, start

    folder.chmod(0o755)
    (folder / "static").mkdir()
    stop = start(folder)
    try:
        load(count // 4)
        open_tickets(count)
        change_calendar()
        show("the queue before", ask_for_queue(until=time.monotonic() + 5))
        for state in ("previewing", "applying"):
            began = time.monotonic()
            worker = multiprocessing.get_context("fork").Process(target=work, args=(state,))
            from django.db import connections

            connections.close_all()
            worker.start()
            answers = ask_for_queue(until=None, worker=worker)
            print(f"{state}: {time.monotonic() - began:.1f} s for {count} tickets", flush=True)
            show("  the queue meanwhile", answers)
            if worker.exitcode:
                raise SystemExit(f"the worker broke while {state}")
    finally:
        stop()


def open_tickets(count: int) -> None:
    """Unsolved tickets of the last days, as rows; folded in bulk."""
    from django.utils import timezone

    from servicedesk.accounts.models import User
    from sla.clocks import refresh_many
    from tickets.models import Ticket, TicketEvent

    requester = User.objects.filter(role="requester").earliest("pk")
    now = timezone.now()
    tickets = Ticket.objects.bulk_create(
        Ticket(
            subject=f"Vraag {number}",
            requester=requester,
            organisation=requester.organisation,
            channel="portal",
            created_at=now - dt.timedelta(minutes=number),
        )
        for number in range(count)
    )
    data = {
        "channel": "portal", "status": "new", "requester": requester.pk, "organisation": None,
        "service": None, "category": None, "kwis": "information", "priority": "normal",
        "team": None, "answered": False,
    }  # fmt: skip
    TicketEvent.objects.bulk_create(
        TicketEvent(ticket=ticket, kind="opened", at=ticket.created_at, data=data)
        for ticket in tickets
    )
    refresh_many([ticket.pk for ticket in tickets], quietly=True)


def change_calendar() -> None:
    """The desk opens an hour earlier, from now on."""
    from servicedesk.accounts.models import User
    from sla.models import CalendarVersion
    from sla.versions import Edit, edit_calendar

    version = CalendarVersion.objects.get(calendar__name="Kantooruren")
    days = ("mon", "tue", "wed", "thu", "fri")
    says = {
        "zone": version.zone,
        "hours": {day: [["08:00", "17:00"]] for day in days},
        "holidays": version.holidays,
        "exceptions": version.exceptions,
    }
    by = User.objects.filter(role="administrator").earliest("pk")
    edit_calendar(version.calendar, Edit(version.calendar.name, says), by=by)


def work(state: str) -> None:
    """What a worker does: all batches of the recompute in this state."""
    from servicedesk.accounts.models import User
    from sla.models import Recompute
    from sla.recomputing import apply, ask, walk

    began = time.process_time()
    by = User.objects.filter(role="administrator").earliest("pk")
    recompute = ask(by=by) if state == "previewing" else Recompute.objects.latest("pk")
    if state == "applying":
        apply(recompute, by=by, reason="We gaan vroeger open.")
    while walk(recompute.pk):
        pass
    recompute.refresh_from_db()
    spent = time.process_time() - began
    print(
        f"{recompute.looked_at} looked at, {recompute.moved} moved, "
        f"{spent:.1f} s of CPU in the worker beside PostgreSQL",
        flush=True,
    )


def ask_for_queue(
    *, until: float | None, worker: multiprocessing.process.BaseProcess | None = None
) -> list[float]:
    """Seconds of each answer of the dispatch queue, until then or until the worker is done."""
    from tests.benchmarks.pages import signed_in

    browser = signed_in("agent")
    answers = []
    while worker.is_alive() if worker else time.monotonic() < (until or 0):
        began = time.monotonic()
        answer = browser.get("/queue/dispatch/")
        answers.append(time.monotonic() - began)
        if answer.status_code != 200:
            raise SystemExit(f"the queue answered {answer.status_code}")
        time.sleep(0.05)
    if worker:
        worker.join()
    return answers


def show(what: str, answers: list[float]) -> None:
    ordered = sorted(answers)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(
        f"{what}: {len(answers)} answers, median {statistics.median(ordered) * 1000:.0f} ms, "
        f"p95 {p95 * 1000:.0f} ms, worst {ordered[-1] * 1000:.0f} ms",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
