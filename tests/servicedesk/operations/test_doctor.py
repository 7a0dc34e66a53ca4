"""The audit: a sound desk is clean, and each thing that is wrong is found and named."""

import datetime as dt
import hashlib
import json
import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from servicedesk.operations.models import Heartbeat, TaskRun
from servicedesk.outbox.holding import hold
from servicedesk.outbox.models import OutgoingEmail
from sla.models import Clock
from tickets.actions import drafting
from tickets.actions.attaching import attach
from tickets.actions.merging import merge
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status
from tickets.models import Attachment, Draft, IncomingEmail, Message, Ticket, TicketEvent

pytestmark = pytest.mark.usefixtures("new_desk")


def examine(capsys) -> tuple[bool, dict[str, dict]]:
    """Whether the doctor is content, and its lines by check."""
    stop = None
    try:
        call_command("doctor", "--json")
    except SystemExit as said:
        stop = said.code
    assert stop in {None, 1}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line.keys() == {"check", "ok", "count", "detail"} for line in lines)
    assert all(line["ok"] == (line["count"] == 0) for line in lines)
    return stop is None, {line["check"]: line for line in lines}


def wrong(capsys) -> dict[str, tuple[int, str]]:
    content, lines = examine(capsys)
    found = {name: (x["count"], x["detail"]) for name, x in lines.items() if not x["ok"]}
    assert content == (found == {})
    return found


@pytest.fixture
def file(ticket, requester) -> Attachment:
    """A screenshot on a reply."""
    draft = drafting.keep(drafting.draft_of(requester, Draft.Kind.PUBLIC_REPLY, ticket), {})
    upload = attach(SimpleUploadedFile("log.txt", b"regel 1\n"), draft=draft, by=requester)
    reply(ticket, Text("Zie het bestand.", [upload]), by=requester)
    return upload


def test_a_sound_desk_is_clean(file, agent, ticket, bug, capsys):
    reply(ticket, Text("We kijken."), by=agent)
    change_status(ticket, "solved", by=agent, category=bug)
    assert wrong(capsys) == {}


def test_merged_tickets_are_sound(ticket, requester, agent, capsys):
    twin = open_ticket(NewTicket(requester=requester, subject="Nog eens", body="…"), by=requester)
    merge(twin, into=ticket, by=agent)
    assert wrong(capsys) == {}


def test_a_ticket_that_says_nothing_is_found(ticket, capsys):
    Message.objects.all().delete()
    assert wrong(capsys) == {"tickets_without_message": (1, f"tickets {ticket.pk}")}


def test_a_ticket_without_its_beginning_is_found(ticket, capsys):
    other = Ticket.objects.create(
        requester=ticket.requester, subject="Past the verbs", channel="portal"
    )
    Message.objects.create(
        ticket=other, kind="public_reply", side="requester", channel="portal", body_text="x"
    )
    assert wrong(capsys) == {"tickets_without_log": (1, f"tickets {other.pk}")}


def test_a_file_that_is_gone_is_found(file, capsys):
    default_storage.delete(file.file.name)
    assert wrong(capsys) == {"files_missing": (1, f"files {file.file.name}")}


def test_a_file_that_was_changed_is_found(file, capsys):
    with Path(default_storage.path(file.file.name)).open("ab") as stored:
        stored.write(b"x")
    assert wrong(capsys) == {"attachments_altered": (1, f"attachments {file.pk}")}


def test_a_file_that_no_row_points_to_is_found(file, capsys):
    default_storage.save("attachments/verdwaald.txt", ContentFile(b"x"))
    assert wrong(capsys) == {"files_unknown": (1, "files attachments/verdwaald.txt")}


def test_what_a_crash_left_behind_has_a_day_to_be_swept(file, capsys):
    name = f"attachments/ab/{'0' * 32}"
    default_storage.save(name, ContentFile(b"half"))
    content, lines = examine(capsys)
    assert content
    assert lines["files_unknown"]["detail"].startswith("1 left behind")

    yesterday = time.time() - 25 * 3600
    os.utime(default_storage.path(name), (yesterday, yesterday))
    assert wrong(capsys) == {"files_unknown": (1, f"files {name}")}


def test_many_files_are_compared_in_the_order_of_their_bytes(file, capsys):
    """Names around the slash and beyond ASCII must not confuse the comparison."""
    for name in ("a-b", "a/b", "a.b", "a0", "é", "z/é/x", "Z", "a/b-c"):
        default_storage.save(f"{name}.txt", ContentFile(b"x"))
        row = Attachment.objects.get(pk=file.pk)
        row.pk, row.file = None, f"{name}.txt"
        row.sha256, row.size = hashlib.sha256(b"x").hexdigest(), 1
        row.save()
    assert wrong(capsys) == {}


def test_an_open_ticket_without_clock_is_found(ticket, capsys):
    Clock.objects.all().delete()
    found = wrong(capsys)
    assert found["open_tickets_without_clock"] == (1, f"tickets {ticket.pk}")
    assert found["clocks_unlike_their_log"] == (1, f"tickets {ticket.pk}")


def test_a_ledger_that_does_not_add_up_is_found(ticket, agent, bug, capsys):
    change_status(ticket, "solved", by=agent, category=bug)
    clock = Clock.objects.get(metric="resolution")
    clock.used_seconds += 60
    clock.save()
    assert wrong(capsys) == {"clocks_unlike_their_log": (1, f"tickets {ticket.pk}")}


def test_an_event_that_no_clock_heard_of_is_found(ticket, agent, capsys):
    TicketEvent.objects.create(
        ticket=ticket,
        kind="public_reply_added",
        at=timezone.now(),
        actor=agent,
        data={"message": 1, "side": "desk", "automatic": False},
    )
    found = wrong(capsys)
    assert found["clocks_behind_the_log"] == (1, f"tickets {ticket.pk}")


def test_a_clock_that_should_have_rung_is_found(ticket, capsys):
    Clock.objects.filter(metric="resolution").update(
        next_alert_at=timezone.now() - dt.timedelta(hours=1)
    )
    assert wrong(capsys) == {"clocks_that_did_not_ring": (1, f"clocks of tickets {ticket.pk}")}
    hold("restored")
    assert wrong(capsys) == {}


def test_mail_that_stays_is_found_unless_the_desk_is_held(ticket, capsys):
    late = timezone.now() - dt.timedelta(hours=1)
    OutgoingEmail.objects.update(next_attempt_at=late)
    mails = OutgoingEmail.objects.order_by("pk").values_list("pk", flat=True)
    assert wrong(capsys) == {
        "outbox_stuck": (len(mails), f"outgoing mails {', '.join(map(str, mails))}")
    }
    hold("restored")
    content, lines = examine(capsys)
    assert content
    assert lines["outbox_stuck"]["detail"] == f"sending is held; {len(mails)} wait"


def seen(kind: str, ago: dt.timedelta, **fields) -> None:
    at = timezone.now() - ago
    Heartbeat.objects.create(kind=kind, host="a", pid=1, seen_at=at, started_at=at, **fields)


def test_a_worker_that_is_gone_is_found_and_one_that_was_stopped_is_not(ticket, capsys):
    seen("beat", dt.timedelta(seconds=5))
    seen("worker", dt.timedelta(minutes=5))
    found = wrong(capsys)
    assert found.keys() == {"workers_seen"}
    assert found["workers_seen"][1].startswith("last seen at ")

    Heartbeat.objects.update(stopped_at=timezone.now())
    content, lines = examine(capsys)
    assert content
    assert lines["workers_seen"]["detail"].startswith("stopped at ")


def test_a_task_that_nobody_hears_of_is_found(ticket, capsys):
    hour = timezone.now() - dt.timedelta(hours=1)
    TaskRun.objects.create(name="sla.tasks.check_sla", heard_at=hour)
    assert wrong(capsys) == {"tasks_heard_of": (1, "tasks sla.tasks.check_sla")}


def test_the_audit_takes_as_many_queries_for_four_tickets_as_for_two(
    ticket, requester, django_assert_max_num_queries, capsys
):
    def ask(subject: str) -> None:
        open_ticket(NewTicket(requester=requester, subject=subject, body="…"), by=requester)

    ask("Tweede")
    with django_assert_max_num_queries(100) as two:
        examine(capsys)
    ask("Derde")
    ask("Vierde")
    with django_assert_max_num_queries(len(two)):
        examine(capsys)


def test_the_audit_changes_nothing(file, capsys):
    def rows() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
            )
            return cursor.fetchone()

    before = rows()
    examine(capsys)
    assert rows() == before


def incoming(**fields) -> IncomingEmail:
    hour = timezone.now() - dt.timedelta(hours=1)
    known = {"key": "a" * 64, "body_digest": "b" * 64, "raw_size": 1, "received_at": hour}
    return IncomingEmail.objects.create(**{**known, **fields})


def test_mail_that_nobody_processes_is_found_and_mail_in_quarantine_is_seen(db, capsys):
    mail = incoming()
    assert wrong(capsys) == {"mails_not_processed": (1, f"incoming mails {mail.pk}")}
    incoming(key="c" * 64, state="quarantined")
    mail.delete()
    assert wrong(capsys) == {}


def forbid_no_more(table: str, *columns: str) -> None:
    """Drops what the database has against it, as a restore of parts could; a test takes it back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked is in the way
        found = connection.introspection.get_constraints(cursor, table)
        names = [
            name
            for name, one in found.items()
            if one["columns"] == list(columns) and (one["unique"] or one["foreign_key"])
        ]
        assert names
        for name in names:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def test_a_message_without_ticket_is_found(ticket, agent, capsys):
    reply(ticket, Text("We kijken."), by=agent)
    forbid_no_more("tickets_message", "ticket_id")
    lost = Message.objects.latest("pk")
    Message.objects.filter(pk=lost.pk).update(ticket=ticket.pk + 1)
    assert wrong(capsys) == {"messages_without_ticket": (1, f"messages {lost.pk}")}


def test_a_mail_that_was_taken_in_twice_is_found(db, capsys):
    forbid_no_more("tickets_incomingemail", "key", "variant")
    for _time in range(2):
        incoming(state="done")
    assert wrong(capsys) == {"mails_taken_twice": (1, f"keys of mails {'a' * 64}")}
    IncomingEmail.objects.filter(pk=IncomingEmail.objects.latest("pk").pk).update(variant="b")
    assert wrong(capsys) == {}


def test_a_mail_that_goes_out_twice_is_found(ticket, capsys):
    forbid_no_more("outbox_outgoingemail", "message_id")
    mail = OutgoingEmail.objects.latest("pk")
    mail.pk = None
    mail.save()
    assert wrong(capsys) == {"mail_sent_twice": (1, f"Message-IDs {mail.message_id}")}
