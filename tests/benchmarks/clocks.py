"""How fast a round looks at running clocks, and how soon an event stands in its clocks.

    python -m tests.benchmarks.clocks [--clocks 20000] [--alerts 1000]

An embedded PostgreSQL of its own with that many running clocks. Prints the time of a round with
nothing due, of one that raises alerts, of folding everything anew, and of a reply with all that
follows from it in its transaction.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.pages import start

REPLIES = 50


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests.benchmarks.clocks")
    parser.add_argument("--clocks", type=int, default=20_000)
    parser.add_argument("--alerts", type=int, default=1_000)
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        (place / "static").mkdir()
        stop = start(place)
        try:
            measure(wanted.clocks, wanted.alerts)
        finally:
            stop()
    return 0


def measure(clocks: int, alerts: int) -> None:
    from django.core.management import call_command

    from sla.clocks import refresh_many
    from sla.models import Clock
    from sla.rounds import check_and_sweep
    from tickets.models import Ticket

    call_command("migrate", verbosity=0, interactive=False)
    running = fill(clocks // 2)
    found = Clock.objects.filter(state="running").count()
    print(f"{found:,} running clocks of {len(running):,} tickets")
    with timed("a round with nothing due"):
        assert list(check_and_sweep()) == []
    ring(alerts)
    with timed(f"a round that raises {alerts:,} alerts"):
        raised = sum(1 for _alert in check_and_sweep())
    assert raised >= alerts
    with timed("all folded anew"):
        refresh_many(running)
    answered = [reply_to(Ticket.objects.get(pk=pk)) for pk in running[:REPLIES]]
    print(
        f"{'a reply and its clocks, in one transaction':<45}"
        f"p50 {1000 * statistics.median(answered):7.1f} ms   max {1000 * max(answered):7.1f} ms"
    )


def fill(count: int) -> list[int]:
    """Open tickets with a clock for the response and one for the solution each."""
    from servicedesk.accounts.models import User
    from sla.clocks import refresh_many
    from sla.models import CalendarVersion, PolicyVersion
    from tickets.models import Ticket, TicketEvent

    day = [["00:00", "24:00"]]
    CalendarVersion.objects.update(hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day))
    PolicyVersion.objects.update(first_response=60_000, resolution=90_000)
    person = User.objects.create_user("sofie@bib.example", "Sofie")
    now = dt.datetime.now(dt.UTC)
    tickets = Ticket.objects.bulk_create(
        [Ticket(subject="Printer", requester=person, channel="portal") for _number in range(count)],
        batch_size=2_000,
    )
    opened = {"channel": "portal", "status": "new", "requester": person.pk, "priority": "normal"}
    rest = dict.fromkeys(["organisation", "service", "category", "kwis", "team"])
    data = opened | rest | {"answered": False}
    told = {"kind": "opened", "at": now, "actor": person, "data": data}
    TicketEvent.objects.bulk_create(
        [TicketEvent(ticket=ticket, **told) for ticket in tickets], batch_size=2_000
    )
    numbers = [ticket.pk for ticket in tickets]
    refresh_many(numbers)
    return numbers


def ring(count: int) -> None:
    """Lets so many clocks have used three quarters of their time just now."""
    from sla.models import Clock

    moment = dt.datetime.now(dt.UTC)
    some = list(Clock.objects.filter(metric="resolution").values_list("pk", flat=True)[:count])
    Clock.objects.filter(pk__in=some).update(next_alert_at=moment, at_risk_at=moment)


def reply_to(ticket) -> float:
    from servicedesk.accounts.models import User
    from sla.models import Clock
    from tickets.actions.replying import Text, reply

    agent, _made = User.objects.get_or_create(
        email="noor@desk.example", defaults={"name": "Noor", "role": "agent"}
    )
    began = time.perf_counter()
    reply(ticket, Text("Kijk eens."), by=agent)
    clock = Clock.objects.get(ticket=ticket, metric="first_response")
    taken = time.perf_counter() - began
    assert clock.state == "stopped"
    return taken


@contextmanager
def timed(what: str) -> Iterator[Callable[[], None]]:
    began = time.perf_counter()
    yield lambda: None
    print(f"{what:<45}{time.perf_counter() - began:10.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
