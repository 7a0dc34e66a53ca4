"""The command as a mail server meets it: exit codes, many at one instant, no room, no database."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.db import connection

from servicedesk.local.place import ROOT
from tests.tickets.mail.letters import mail
from tickets.mail.intake import process_received
from tickets.models import IncomingEmail, Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def database() -> str:
    """The address of the database of this test, for another process."""
    return (
        urlsplit(os.environ["DATABASE_URL"])
        ._replace(path=f"/{connection.settings_dict['NAME']}")
        .geturl()
    )


def receive(*arguments: str, raw: bytes = b"", limits=None, **environment: str):
    """Runs the command as a process of its own on the database of this test."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "receive_mail", *arguments],
        env={**os.environ, "DATABASE_URL": database(), **environment},
        input=raw,
        capture_output=True,
        preexec_fn=limits,
        timeout=120,
        check=False,
    )


def lines(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_six_at_one_instant_are_one_ticket():
    raw = mail(subject="Zes keer")
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _n: receive(raw=raw), range(6)))
    assert [one.returncode for one in done] == [0] * 6
    said = [lines(one)[0] for one in done]
    assert sorted(line["outcome"] for line in said) == ["created", *["duplicate"] * 5]
    assert len({(line["ticket"], line["message"]) for line in said}) == 1
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_files_in_order_and_exit_codes(tmp_path):
    good, empty = tmp_path / "a.eml", tmp_path / "b.eml"
    good.write_bytes(mail())
    empty.write_bytes(b"")
    done = receive(str(good), str(tmp_path / "none.eml"), str(good))
    assert done.returncode == os.EX_TEMPFAIL
    assert [line["outcome"] for line in lines(done)] == ["created", "failed", "duplicate"]
    assert receive().returncode == os.EX_DATAERR
    assert receive(str(empty)).returncode == os.EX_DATAERR
    done = receive(str(good), str(empty), str(good))
    assert done.returncode == os.EX_TEMPFAIL
    assert [line["outcome"] for line in lines(done)] == ["duplicate", "failed", "duplicate"]
    assert receive("--bogus").returncode == os.EX_USAGE


def test_trying_out_stores_nothing():
    done = receive("--dry-run", raw=mail("hallo", subject="Vraag"))
    assert done.returncode == 0
    assert lines(done)[0]["parsed"]["visible_text"] == "hallo"
    assert (IncomingEmail.objects.count(), Ticket.objects.count()) == (0, 0)


def test_without_database_the_mail_server_keeps_it():
    done = receive(raw=mail(), DATABASE_URL="postgres://desk@/desk?host=/nonexistent")
    assert (done.returncode, done.stdout) == (os.EX_TEMPFAIL, b"")


def test_without_room_the_mail_server_keeps_it():
    raw = mail("x" * 40_000)

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    assert receive(raw=raw, limits=no_room).returncode == os.EX_TEMPFAIL
    assert not IncomingEmail.objects.exists()
    assert receive(raw=raw).returncode == 0
    assert Ticket.objects.count() == 1


def test_killed_in_the_middle_and_delivered_again(tmp_path):
    """Twelve mails of one person, in order; the third answers the second of the same batch."""
    files = []
    for number in range(12):
        files.append(tmp_path / f"{number:02}.eml")
        files[-1].write_bytes(mail(subject=f"Vraag {number}", message_id=f"<{number}@x.example>"))
    asked = {"In_Reply_To": "<1@x.example>", "message_id": "<2@x.example>"}
    files[2].write_bytes(mail("Nog iets.", subject="Re: Vraag 1", **asked))
    for wait in (0, 1, 5, 9):
        assert killed_after(wait, files) == -signal.SIGKILL
    done = receive(*map(str, files))
    assert (done.returncode, len(lines(done))) == (0, len(files))
    process_received()
    assert IncomingEmail.objects.filter(state="done").count() == len(files)
    assert Message.objects.count() == len(files)
    subjects = Ticket.objects.order_by("pk").values_list("subject", flat=True)
    assert list(subjects) == [f"Vraag {number}" for number in range(12) if number != 2]
    assert Ticket.objects.get(subject="Vraag 1").messages.count() == 2


def killed_after(count: int, files) -> int:
    """Kills the command in the middle of the mail after `count` of them; its exit status."""
    victim = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "receive_mail", *files],
        env={**os.environ, "DATABASE_URL": database()},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    for _line in range(count):
        victim.stdout.readline()
    if not count:  # somewhere in its start, or in the first mail
        time.sleep(1.5)
    victim.kill()
    victim.stdout.close()
    return victim.wait()
