"""The outbox: once written, sent at least once, in order, and never in silence."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from servicedesk.outbox.forgetting import forget_notices
from servicedesk.outbox.models import Notification, OutgoingEmail
from servicedesk.outbox.sending import send_waiting
from servicedesk.outbox.writing import notify, post

pytestmark = pytest.mark.django_db


def test_one_cause_is_one_mail_with_one_message_id(letter):
    first = post(letter("881.reply.nl"))
    assert post(letter("881.reply.nl")) is None
    assert first.message_id == "<881.reply.nl@desk.example>"
    assert send_waiting() == 1
    assert send_waiting() == 0
    assert mail.outbox[0].extra_headers["Message-ID"] == first.message_id


def test_a_subject_with_line_breaks_cannot_add_headers(letter):
    post(letter("1", subject="Dag\r\nBcc: evil@evil.example"))
    assert send_waiting() == 1
    assert mail.outbox[0].recipients() == ["a@b.example"]
    assert "\n" not in mail.outbox[0].subject


def test_one_cause_is_one_line_behind_the_bell(agent):
    for _twice in range(2):
        notify([agent.pk, agent.pk], key="event-1", kind="assigned", ticket=10023)
    assert Notification.objects.get().ticket == 10023


def test_the_pages_of_outgoing_mail_are_for_administrators(administrator, agent, letter, as_user):
    email = post(letter("1", body_html="<p>Dag</p><script>alert(1)</script>"))
    pages = [
        reverse("outbox:email-list"),
        reverse("outbox:email-detail", args=[email.pk]),
        reverse("outbox:email-as-sent", args=[email.pk]),
    ]
    for url in pages:
        assert as_user(agent).get(url).status_code == 404
        assert as_user(administrator).get(url).status_code == 200
    boxed = as_user(administrator).get(pages[2])
    assert boxed["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "alert(1)" not in as_user(administrator).get(pages[1]).content.decode()


def test_a_picture_that_goes_along_is_seen_on_the_page(administrator, letter, as_user):
    kept = default_storage.save("attachments/aa/picture", ContentFile(b"PNG"))
    told = {"filename": "a.png", "content_type": "image/png"}
    files = [{**told, "path": kept, "cid": "a@desk"}, {**told, "path": "gone", "cid": "b@desk"}]
    body = '<img src="cid:a@desk"><img src="cid:b@desk"><img src="cid:c@desk">'
    email = post(letter("1", body_html=body, files=files))
    url = reverse("outbox:email-as-sent", args=[email.pk])
    seen = as_user(administrator).get(url).content.decode()
    assert seen == '<img src="data:image/png;base64,UE5H"><img src=""><img src="">'


def test_the_list_is_filtered_by_state_reader_and_ticket(administrator, letter, as_user):
    mails = [
        post(letter("1", subject="Eerste", to=["sofie@heidedal.example"])),
        post(letter("2", subject="Tweede", cc=["sofie@heidedal.example"], thread="ticket:2")),
        post(letter("3", subject="Derde", thread="account:1")),
    ]
    OutgoingEmail.objects.filter(pk=mails[1].pk).update(state="failed", failed_at=timezone.now())
    browser, url = as_user(administrator), reverse("outbox:email-list")

    def shown(**query) -> set[str]:
        page = browser.get(url, query).content.decode()
        return {mail.subject for mail in mails if mail.subject in page}

    assert shown() == {"Eerste", "Tweede", "Derde"}
    assert shown(state="failed") == {"Tweede"}
    assert shown(q="Sofie@heidedal.example") == {"Eerste", "Tweede"}
    assert shown(q="#2") == shown(q="2") == {"Tweede"}
    assert shown(q="niemand") == set()


def test_the_list_costs_the_same_for_one_and_for_three(administrator, letter, as_user):
    browser, url = as_user(administrator), reverse("outbox:email-list")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            browser.get(url)
        return len(seen)

    post(letter("1"))
    queries()  # the first page of a session costs more
    once = queries()
    post(letter("2"))
    post(letter("3"))
    assert queries() == once


def test_trying_again_is_for_the_desk_and_of_accounts_for_administrators(
    administrator, agent, requester, letter, as_user
):
    about_ticket, about_account = post(letter("1")), post(letter("2", thread="account:1"))
    OutgoingEmail.objects.update(state="failed", failed_at=timezone.now())
    urls = [reverse("outbox:email-retry", args=[m.pk]) for m in (about_ticket, about_account)]
    assert [as_user(requester).post(url).status_code for url in urls] == [404, 404]
    assert [as_user(agent).post(url).status_code for url in urls] == [302, 404]
    assert as_user(administrator).post(urls[1]).status_code == 302
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {"waiting"}


def told(*args: str) -> list[dict]:
    out = StringIO()
    call_command("outbox", *args, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_command_tells_of_each_mail(letter):
    email = post(letter("1", thread="ticket:10023", cc=["c@b.example"]))
    post(letter("2", thread="account:1"))
    first, second = told("--json")
    assert first == {
        "id": email.pk,
        "ticket": "10023",
        "to": ["a@b.example"],
        "cc": ["c@b.example"],
        "subject": "Onderwerp",
        "state": "waiting",
        "attempts": 0,
        "message_id": email.message_id,
        "error": "",
        "created_at": email.created_at.isoformat(),
        "next_attempt_at": email.next_attempt_at.isoformat(),
        "sent_at": None,
    }
    assert second["ticket"] is None
    assert [line["id"] for line in told("--ticket", "10023")] == [email.pk]
    assert told("--state", "failed") == []


def test_the_command_sends_without_a_worker(letter):
    post(letter("1"))
    paused = post(letter("2", thread="ticket:2"))
    later = timezone.now() + dt.timedelta(hours=1)
    OutgoingEmail.objects.filter(pk=paused.pk).update(next_attempt_at=later)
    assert [line["state"] for line in told("--flush")] == ["sent", "sent"]
    assert len(mail.outbox) == 2


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


def test_letters_of_a_moment_lose_their_text_after_weeks(letter):
    now = timezone.now()
    mails = [post(letter(str(n), thread=name)) for n, name in enumerate(["alerts:1", "ticket:1"])]
    late = post(letter("3", thread="alerts:2"))
    waiting = post(letter("4", thread="alerts:3"))
    old = OutgoingEmail.objects.exclude(pk=late.pk)
    old.update(created_at=now - dt.timedelta(days=29))
    OutgoingEmail.objects.exclude(pk=waiting.pk).update(state="sent")

    assert forget_notices(("alerts:", "alarm:"), before=now - dt.timedelta(days=28)) == 1

    kept = set(OutgoingEmail.objects.exclude(body_text=""))
    assert kept == {mails[1], late, waiting}
