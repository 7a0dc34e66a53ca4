"""What pages cost on a desk of 10,000, 100,000 and 1,000,000 tickets.

    python -m tests.benchmarks.pages [--rounds N] [10000] [100000] [1000000]

For each size: an embedded PostgreSQL of its own, demo data, then every page in turn, signed in,
through all middleware but without a network. Prints the time of the load, p50 and p95 in
milliseconds, the number of queries, and how a page compares with a bare one of the same run: the
roof of the desk with one query. At the end: how the largest desk compares with the smallest.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SIZES = (10_000, 100_000)
#: These are expected to stay flat, whatever the size of the desk.
FLAT = ("queue", "deep page", "ticket page", "create")
DEEP = 12


@dataclass
class Measured:
    """One page on one desk."""

    name: str
    queries: int
    seconds: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] * 1000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests.benchmarks.pages")
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--rounds", type=int, default=40)
    wanted = parser.parse_args(arguments)
    results = {size: measure(size, wanted.rounds) for size in sorted(wanted.sizes)}
    compare(results)
    return 0


def measure(size: int, rounds: int) -> dict[str, Measured]:
    """All pages on a new desk of this size, in a process of its own, for Django starts once."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
            code = _measure_here(Path(folder), size, rounds, writing)
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as lines:
        found = dict(_parsed(line) for line in lines)
    os.waitpid(child, 0)
    return found


def _measure_here(folder: Path, size: int, rounds: int, out: int) -> int:
    folder.chmod(0o755)
    (folder / "static").mkdir()
    stop = start(folder)
    try:
        load(size)
        with os.fdopen(out, "w") as lines:
            for one in pages(rounds):
                print(
                    f"{one.name:22} p50 {one.p50:8.1f} ms   p95 {one.p95:8.1f} ms"
                    f"   {one.queries:3} queries",
                    flush=True,
                )
                seconds = " ".join(str(taken) for taken in one.seconds)
                lines.write(f"{one.name}\t{one.queries}\t{seconds}\n")
    finally:
        stop()
    return 0


def start(folder: Path) -> Callable[[], None]:
    """Servers of its own for a desk in this folder; gives what stops them."""
    from servicedesk.local.postgres import Postgres
    from servicedesk.local.valkey import Valkey

    postgres = Postgres(folder / "postgres", folder / "s")
    valkey = Valkey(folder / "valkey", folder / "s")
    os.environ |= {
        "DATABASE_URL": postgres.start(),
        "REDIS_URL": valkey.start(),
        "DESK_DATA": str(folder),
        "DESK_SECRET_KEY": "only-for-benchmarks",
        "DESK_MAIL_KEY": "only-for-benchmarks",
        "DESK_LOG_LEVEL": "ERROR",
        "DESK_MFA_REQUIRED": "0",  # measured is a page, not the way to it
        "DJANGO_SETTINGS_MODULE": "servicedesk.settings",
    }
    import django
    from django.conf import settings

    django.setup()
    settings.ROOT_URLCONF = "tests.benchmarks.bare"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }

    def stop() -> None:
        from django.db import connections

        connections.close_all()
        valkey.stop()
        postgres.stop()

    return stop


def load(size: int) -> None:
    """Migrates and fills the desk."""
    from django.core.management import call_command

    from servicedesk.local.demo.filling import Filling, Wish
    from servicedesk.local.demo.progress import Bar

    call_command("migrate", verbosity=0, interactive=False)
    began = time.monotonic()
    with Bar(sys.stderr) as bar:
        tickets = Filling(Wish(tickets=size, processes=2)).fill(bar.show)
    print(f"\n{tickets} tickets, loaded in {time.monotonic() - began:.1f} s", flush=True)


# --- the pages ------------------------------------------------------------------------------


def pages(rounds: int) -> Iterator[Measured]:
    """Each page, measured."""
    agent, manager, requester = (signed_in(box) for box in ("agent", "manager", "melder"))
    few = max(rounds // 3, 5)
    yield _measured("bare view", rounds, lambda turn: agent.get("/bare-view/"))
    yield _measured("bare page", rounds, lambda turn: agent.get("/bare-page/"))
    yield _measured("queue", rounds, lambda turn: agent.get("/queue/dispatch/"))
    deep = _deep_address(agent, "/queue/dispatch/")
    yield _measured("deep page", rounds, lambda turn: agent.get(deep))
    numbers = _numbers(rounds)
    yield _measured("ticket page", rounds, lambda turn: agent.get(f"/tickets/{numbers[turn]}/"))
    hers = _numbers(rounds, requester="melder@demo.example")
    yield _measured(
        "ticket page, requester", rounds, lambda turn: requester.get(f"/tickets/{hers[turn]}/")
    )
    yield _measured("home, requester", rounds, lambda turn: requester.get("/"))
    for name, words in (("common", "wachtwoord"), ("rare", _rare_word())):
        yield _measured(
            f"search, {name} word", few, lambda turn, q=words: agent.get("/queue/search/", {"q": q})
        )
    yield _measured("dashboard", few, lambda turn: manager.get("/reports/"))
    yield _measured("create", rounds, lambda turn: requester.post("/tickets/new/", _form()))


def _measured(name: str, rounds: int, visit: Callable[[int], object]) -> Measured:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _expect(name, visit(0))  # warm: templates, translations, connections
    with CaptureQueriesContext(connection) as captured:
        _expect(name, visit(0))
    measured = Measured(name, len(captured))
    for turn in range(rounds):
        began = time.perf_counter()
        answer = visit(turn)
        measured.seconds.append(time.perf_counter() - began)
        _expect(name, answer)
    return measured


def _expect(name: str, answer) -> None:
    wanted = (302,) if name == "create" else (200,)
    if answer.status_code not in wanted:
        raise SystemExit(f"{name}: status {answer.status_code}\n{answer.content[:2000]!r}")


def signed_in(box: str):
    """A client of somebody of the demo."""
    from django.test import Client

    from servicedesk.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=f"{box}@demo.example"))
    return client


def _deep_address(client, address: str) -> str:
    """The page that is reached by turning over DEEP times, or the last one."""
    for _turn in range(DEEP):
        following = re.search(
            r'href="([^"]*[?&;]after=[^"]+)"', client.get(address).content.decode()
        )
        if following is None:
            break
        found = following.group(1).replace("&amp;", "&")
        address = found if found.startswith("/") else address.partition("?")[0] + found
    return address


def _numbers(count: int, *, requester: str = "") -> list[int]:
    """Tickets spread over all there are."""
    from tickets.models import Ticket

    tickets = Ticket.objects.order_by("pk")
    if requester:
        tickets = tickets.filter(requester__email=requester)
    ids = list(tickets.values_list("pk", flat=True))
    step = max(len(ids) // count, 1)
    spread = ids[::step] or ids
    return [spread[turn % len(spread)] for turn in range(count)]


def _rare_word() -> str:
    """An actorID that stands in one ticket."""
    from tickets.models import Ticket

    asked = Ticket.objects.filter(intake__has_key="number_actor-id").order_by("pk")
    return asked.values_list("intake__number_actor-id", flat=True)[0]


def _form() -> dict[str, str]:
    return {
        "kind": "disruption",
        "service": "wise",
        "subject": "Wise geeft een foutmelding bij het innemen",
        "body": "Bij het innemen van boeken verschijnt WB-4012 op balie 2, sinds vanmorgen.",
        "impact": "several",
        "frequency": "constant",
        "token": str(uuid.uuid4()),
    }


# --- side by side -----------------------------------------------------------------------------


def _parsed(line: str) -> tuple[str, Measured]:
    name, queries, seconds = line.rstrip("\n").split("\t")
    return name, Measured(name, int(queries), [float(taken) for taken in seconds.split()])


def compare(results: dict[int, dict[str, Measured]]) -> None:
    """Beside the bare page of the same desk, and the largest desk beside the smallest."""
    for size, found in results.items():
        bare = found["bare page"].p50
        ratios = ", ".join(f"{name} {found[name].p50 / bare:.1f}" for name in FLAT)
        print(f"\n{size} tickets, times the bare page ({bare:.1f} ms): {ratios}")
    smallest, largest = min(results), max(results)
    if smallest != largest:
        for name in FLAT:
            small, large = results[smallest][name], results[largest][name]
            print(
                f"{name:14} {largest} tickets: {large.p50 / small.p50:.2f} times {smallest},"
                f" queries {small.queries} and {large.queries}"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
