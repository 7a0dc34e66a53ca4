"""The outbox: once written, sent at least once, in order, and never in silence."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from servicedesk.outbox.models import Notification, OutgoingEmail
from servicedesk.outbox.sending import claim, send_waiting
from servicedesk.outbox.writing import Letter, notify, post

pytestmark = pytest.mark.django_db

FAILURES: list[Exception] = []


class Moody(EmailBackend):
    """A mail server that refuses as long as FAILURES says so."""

    def send_messages(self, messages):
        if FAILURES:
            raise FAILURES.pop(0)
        return super().send_messages(messages)


@pytest.fixture
def moody_server(settings):
    FAILURES.clear()
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    yield FAILURES
    FAILURES.clear()


def letter(key: str, **fields) -> Letter:
    defaults = {"thread": "ticket:1", "subject": "Onderwerp", "to": ["a@b.example"]}
    return Letter(key=key, body_text="Dag", **{**defaults, **fields})


def test_one_cause_is_one_mail_with_one_message_id():
    first = post(letter("881.reply.nl"))
    assert post(letter("881.reply.nl")) is None
    assert first.message_id == "<881.reply.nl@desk.example>"
    assert send_waiting() == 1
    assert send_waiting() == 0
    assert mail.outbox[0].extra_headers["Message-ID"] == first.message_id


def test_a_subject_with_line_breaks_cannot_add_headers():
    post(letter("1", subject="Dag\r\nBcc: evil@evil.example"))
    assert send_waiting() == 1
    assert mail.outbox[0].recipients() == ["a@b.example"]
    assert "\n" not in mail.outbox[0].subject


def test_not_now_is_tried_again_later_with_longer_pauses(moody_server, time_machine):
    time_machine.move_to("2026-03-02T10:00:00Z", tick=False)
    moody_server += [OSError("no route"), smtplib.SMTPResponseException(451, b"later")]
    email = post(letter("1"))
    assert send_waiting() == 0
    email.refresh_from_db()
    assert (email.state, email.attempts) == ("waiting", 1)
    assert "no route" in email.error
    time_machine.shift(dt.timedelta(seconds=31))
    assert send_waiting() == 0
    time_machine.shift(dt.timedelta(seconds=61))
    assert send_waiting() == 1
    email.refresh_from_db()
    assert (email.state, email.error) == ("sent", "")


def test_never_is_failed_at_once(moody_server):
    moody_server.append(smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}))
    email = post(letter("1"))
    send_waiting()
    email.refresh_from_db()
    assert email.state == "failed"


def test_after_three_days_it_gives_up(moody_server, time_machine):
    time_machine.move_to("2026-03-02T10:00:00Z", tick=False)
    email = post(letter("1"))
    time_machine.shift(dt.timedelta(hours=73))
    moody_server.append(OSError("down"))
    send_waiting()
    email.refresh_from_db()
    assert email.state == "failed"


def test_mails_of_one_ticket_keep_their_order(moody_server):
    moody_server.append(OSError("down"))
    first, _second, other = post(letter("1")), post(letter("2")), post(letter("3", thread="t:2"))
    assert send_waiting() == 1
    other.refresh_from_db()
    assert other.state == "sent"
    OutgoingEmail.objects.filter(pk=first.pk).update(next_attempt_at=timezone.now())
    assert send_waiting() == 2
    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == [
        f"<{n}@desk.example>" for n in (3, 1, 2)
    ]


def test_what_a_dead_worker_left_is_sent_by_another(time_machine):
    time_machine.move_to("2026-03-02T10:00:00Z", tick=False)
    post(letter("1"))
    assert claim() is not None
    assert claim() is None
    time_machine.shift(dt.timedelta(minutes=16))
    assert send_waiting() == 1


def test_one_cause_is_one_line_behind_the_bell(agent):
    for _twice in range(2):
        notify([agent.pk, agent.pk], key="event-1", kind="assigned", ticket=10023)
    assert Notification.objects.get().ticket == 10023


def test_the_page_of_outgoing_mail_is_for_administrators(administrator, agent, as_user):
    email = post(letter("1", body_html="<p onclick='x'>Dag</p><script>alert(1)</script>"))
    pages = [reverse("outbox:email-list"), reverse("outbox:email-detail", args=[email.pk])]
    for url in pages:
        assert as_user(agent).get(url).status_code == 404
        assert as_user(administrator).get(url).status_code == 200
    detail = as_user(administrator).get(pages[1]).content.decode()
    assert "alert(1)" not in detail
    assert "onclick" not in detail


def test_the_bell_is_ones_own(agent, second_line, ticket, as_user):
    notify([agent.pk], key="k", kind="assigned", ticket=ticket.pk)
    line = Notification.objects.get()
    url = reverse("outbox:notification-open", args=[line.pk])
    assert as_user(second_line).post(url).status_code == 404
    page = as_user(agent).get(reverse("outbox:notification-list")).content.decode()
    assert str(ticket.pk) in page
    assert as_user(agent).post(url)["Location"] == ticket.get_absolute_url()
    line.refresh_from_db()
    assert line.read_at is not None
    notify([agent.pk], key="k2", kind="assigned", ticket=ticket.pk)
    as_user(agent).post(reverse("outbox:notification-read-all"))
    assert not Notification.objects.filter(read_at=None).exists()
