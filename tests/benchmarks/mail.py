"""How fast mail comes in: by the pipe of the mail server, and from a mailbox where Dovecot is.

    python -m tests.benchmarks.mail [--mails 200]

An embedded PostgreSQL of its own. Mails of 10 to 300 kB, half of them under 30 kB, every fifth
with a file, two in five with HTML. Prints mails a second and the CPU of each mail, that of reading
it apart, as another process does that meanwhile. A busy machine changes the first most.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from tests.benchmarks.pages import start

SENDERS = 40
SIZES = (10_000, 20_000, 28_000, 32_000, 60_000, 300_000)
WEIGHTS = (2, 3, 3, 5, 2, 1)
TEXT = "De catalogus laadt niet meer sinds vanmorgen, en lezers bellen daarover naar de balie."
WORDS = TEXT.split()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, prog="tests.benchmarks.mail")
    parser.add_argument("--mails", type=int, default=200)
    count = parser.parse_args(arguments).mails
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        Path(folder).chmod(0o755)
        stop = start(Path(folder))
        try:
            from django.core.management import call_command

            call_command("migrate", verbosity=0, interactive=False)
            by_pipe([*letters(count, "pipe")], Path(folder))
            by_mailbox([*letters(count, "mailbox")])
        finally:
            stop()
    return 0


def by_pipe(mails: list[bytes], folder: Path) -> None:
    """All of them by one `receive_mail` that is given their files."""
    from django.core.management import call_command

    files = []
    for number, raw in enumerate(mails):
        files.append(folder / f"{number}.eml")
        files[-1].write_bytes(raw)
    said = io.StringIO()
    with timed("receive_mail FILE...", len(mails)):
        call_command("receive_mail", *map(str, files), stdout=said)
    outcomes = Counter(json.loads(line)["outcome"] for line in said.getvalue().splitlines())
    assert outcomes == {"created": len(mails)}, outcomes


def by_mailbox(mails: list[bytes]) -> None:
    """All of them in one look into a mailbox of a real Dovecot."""
    from django.conf import settings
    from django.utils import timezone

    from servicedesk.lib.sealing import seal
    from tests.tickets.mail.dovecot import Dovecot, program
    from tickets.mail.fetching import look_into
    from tickets.models import Mailbox

    if program() is None:
        print("no Dovecot here: the mailbox was not measured")
        return
    dovecot = Dovecot()
    try:
        settings.DESK_MAIL_CA = str(dovecot.ca)
        with dovecot.session() as session:
            for raw in mails:
                session.append(raw, "INBOX")
        box = Mailbox.objects.create(
            name="Mail", host=dovecot.host, port=dovecot.port, username=dovecot.user,
            sealed_password=seal(dovecot.password), connected_at=timezone.now(),
        )  # fmt: skip
        with timed("a look into a mailbox", len(mails)):
            taken = look_into(box.pk)
        assert taken == len(mails), taken
    finally:
        dovecot.stop()


def letters(count: int, name: str, *, senders: int = SENDERS) -> Iterator[bytes]:
    """Mails as desks get them, the same ones in every run."""
    chance = random.Random(name)
    sizes = chance.choices(SIZES, WEIGHTS, k=count)
    for number, size in enumerate(sizes):
        yield _letter(f"{number}.{name}", size, number, number % senders, chance)


def _letter(mail_id: str, size: int, number: int, person: int, chance: random.Random) -> bytes:
    letter = EmailMessage()
    letter["From"] = f"Lezer {person} <lezer{person}@bib.example>"
    letter["To"] = "servicedesk@desk.example"
    letter["Subject"] = f"Vraag {number}"
    letter["Message-ID"] = f"<{mail_id}@bib.example>"
    with_file, with_html = number % 5 == 0, number % 5 in {1, 2}
    lines = _lines(size // 3 if with_file or with_html else size, chance)
    letter.set_content("\n".join(lines))
    if with_html:
        letter.add_alternative("".join(f"<p>{line}</p>" for line in lines), subtype="html")
    if with_file:
        content = chance.randbytes(size // 2)
        letter.add_attachment(
            content, maintype="application", subtype="pdf", filename="verslag.pdf"
        )
    return letter.as_bytes()


def _lines(size: int, chance: random.Random) -> list[str]:
    lines, length = [], 0
    while length < size:
        lines.append(" ".join(chance.choices(WORDS, k=11)))
        length += len(lines[-1]) + 1
    return lines


@contextmanager
def timed(what: str, count: int) -> Iterator[None]:
    wall, mine, theirs = time.perf_counter(), _cpu(), _cpu(resource.RUSAGE_CHILDREN)
    yield
    wall, mine = time.perf_counter() - wall, _cpu() - mine
    theirs = _cpu(resource.RUSAGE_CHILDREN) - theirs
    print(
        f"{what:<24}{count:6,} mails in {wall:6.1f} s: {count / wall:6.1f} a second, "
        f"{1000 * mine / count:6.1f} ms of CPU each, {1000 * theirs / count:6.1f} ms to read it",
        flush=True,
    )


def _cpu(who: int = resource.RUSAGE_SELF) -> float:
    """Seconds of this process, or of those it waited for; PostgreSQL is not in it."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
