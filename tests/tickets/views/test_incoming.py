"""Quarantine and people to place, as those who look after them see it."""

import pytest
from django.urls import reverse

from servicedesk.accounts.models import MailDomain, User
from servicedesk.audit.models import AuditEntry
from servicedesk.lib.sealing import seal, unseal
from tests.tickets.mail.letters import mail
from tickets.mail.intake import process_received, quarantine, take_in
from tickets.mail.keeping import Arrival, keep, raw_bytes
from tickets.models import IncomingEmail, Mailbox, MailPolicy, Newcomer, Ticket

pytestmark = pytest.mark.django_db

RAW = b"From: Jef <jef@nergens.example>\nSubject: <script>alert(1)</script>\n\n<b>hallo</b>\x00"


@pytest.fixture
def poison(db) -> IncomingEmail:
    email, _is_new = keep(RAW, Arrival())
    return quarantine(email, IncomingEmail.Reason.UNREADABLE)


def act(browser, email: IncomingEmail, what: str):
    return browser.post(reverse("tickets:incoming-act", args=[email.pk, what]), follow=True)


def trail(by) -> list[tuple[str, str, dict]]:
    """What this person did, oldest first: the action, the model, the data."""
    entries = AuditEntry.objects.filter(actor=by).exclude(action__startswith="signed")
    return list(entries.order_by("pk").values_list("action", "about_kind", "data"))


def test_it_is_read_as_text_only(as_user, administrator, poison):
    page = as_user(administrator).get(reverse("tickets:incoming-detail", args=[poison.pk]))
    text = page.content.decode()
    assert "&lt;b&gt;hallo&lt;/b&gt;" in text
    assert "<script>alert(1)" not in text
    assert "lezen mislukt" in text
    raw = as_user(administrator).get(reverse("tickets:incoming-raw", args=[poison.pk]))
    assert (raw.content, raw["Content-Type"]) == (RAW, "application/octet-stream")


def test_a_retry_is_processed_by_a_worker(as_user, administrator, poison):
    act(as_user(administrator), poison, "retry")
    assert process_received() == 1
    poison.refresh_from_db()
    assert (poison.state, poison.outcome) == ("done", "created")


def test_a_ticket_of_it(as_user, administrator, poison):
    act(as_user(administrator), poison, "ticket")
    ticket = Ticket.objects.get()
    assert ticket.requester.email == "jef@nergens.example"
    assert ticket.messages.get().attachments.get().file.read() == RAW
    act(as_user(administrator), poison, "ticket")
    assert Ticket.objects.count() == 1
    about = "tickets.incomingemail"
    assert trail(administrator) == [("mail_made_ticket", about, {"ticket": ticket.pk})]


def test_what_is_discarded_can_come_back(as_user, administrator, poison):
    browser = as_user(administrator)
    act(browser, poison, "discard")
    poison.refresh_from_db()
    assert (poison.state, raw_bytes(poison)) == ("discarded", RAW)
    act(browser, poison, "retry")
    act(browser, poison, "retry")  # by somebody who still saw the old page
    poison.refresh_from_db()
    assert poison.state == "received"
    about = "tickets.incomingemail"
    assert trail(administrator) == [("mail_discarded", about, {}), ("mail_retried", about, {})]


def test_lists_cost_the_same_for_one_and_for_three(as_user, administrator, agent, queries, db):
    for user, name in ((administrator, "tickets:incoming-list"), (agent, "tickets:newcomer-list")):
        browser, url = as_user(user), f"{reverse(name)}?state=all"
        take_in(mail(sender=f"a-{user.pk}@x.example"), Arrival())
        browser.get(url)
        one = queries(browser.get, url)
        for number in range(2):
            take_in(mail(sender=f"b{number}-{user.pk}@x.example"), Arrival())
        more = queries(browser.get, url)
        assert more <= one + (2 if user == agent else 0)  # the choices of each form


def test_placing_teaches_the_domain(as_user, agent, heidedal):
    take_in(mail(sender="Jef <jef@bib.example>"), Arrival())
    newcomer = Newcomer.objects.get()
    prefix = f"p{newcomer.user_id}"
    data = {f"{prefix}-organisation": heidedal.pk, f"{prefix}-teach": "on"}
    page = as_user(agent).post(reverse("tickets:newcomer-place", args=[newcomer.pk]), data)
    assert page.status_code == 302
    assert Ticket.objects.get().organisation == heidedal
    assert MailDomain.objects.get().domain == "bib.example"
    assert not Newcomer.objects.exists()
    take_in(mail(sender="An <an@bib.example>"), Arrival())
    assert User.objects.get(email="an@bib.example").organisation == heidedal
    assert trail(agent) == [
        ("person_placed", "accounts.user", {"organisation": heidedal.pk}),
        ("configuration_added", "accounts.maildomain", {}),
    ]


def test_nothing_chosen_is_said_and_free_mail_teaches_nothing(as_user, agent, heidedal):
    take_in(mail(sender="jef@gmail.com"), Arrival())
    newcomer = Newcomer.objects.get()
    url = reverse("tickets:newcomer-place", args=[newcomer.pk])
    refused = as_user(agent).post(url)
    assert (refused.status_code, "Kies een organisatie." in refused.content.decode()) == (422, True)
    prefix = f"p{newcomer.user_id}"
    data = {f"{prefix}-organisation": heidedal.pk, f"{prefix}-teach": "on"}
    as_user(agent).post(url, data)
    assert not MailDomain.objects.exists()


def test_a_mailbox_is_entered_and_tried(as_user, administrator):
    data = {
        "name": "Servicedesk", "host": "127.0.0.1", "port": 1, "security": "none",
        "username": "x", "password": "geheim", "folder": "INBOX", "interval": 60,
        "afterwards": "seen", "is_active": "on",
    }  # fmt: skip
    page = as_user(administrator).post("/admin/tickets/mailbox/add/", data, follow=True)
    assert "Niets antwoordt op deze poort" in page.content.decode()
    box = Mailbox.objects.get()
    assert unseal(box.sealed_password) == "geheim"
    assert "geheim" not in page.content.decode()
    change = f"/admin/tickets/mailbox/{box.pk}/change/"
    as_user(administrator).post(change, {**data, "password": "", "name": "Info"})
    box.refresh_from_db()
    assert (box.name, unseal(box.sealed_password)) == ("Info", "geheim")
    as_user(administrator).post(change, {**data, "password": "nieuw", "name": "Info"})
    about = "tickets.mailbox"
    assert trail(administrator) == [
        ("configuration_added", about, {}),
        ("configuration_changed", about, {"fields": ["name"]}),
        ("configuration_changed", about, {"fields": ["password"]}),
    ]


def test_the_rules_for_mail_are_changed_on_the_record(as_user, administrator):
    rules = MailPolicy.objects.first() or MailPolicy.objects.create()
    data = {"cc_become_followers": "nobody", "receipts_per_sender": 10,
            "receipts_in_total": 1000, "mails_per_ticket": 20}  # fmt: skip
    as_user(administrator).post(f"/admin/tickets/mailpolicy/{rules.pk}/change/", data)
    fields = {"fields": ["cc_become_followers"]}
    assert trail(administrator) == [("configuration_changed", "tickets.mailpolicy", fields)]


def test_a_mailbox_needs_a_password_and_a_folder_to_move_to(as_user, administrator):
    data = {"name": "x", "host": "h", "port": 1, "security": "tls", "username": "x",
            "folder": "INBOX", "interval": 60, "afterwards": "move"}  # fmt: skip
    page = as_user(administrator).post("/admin/tickets/mailbox/add/", data).content.decode()
    assert "Een nieuwe mailbox heeft een wachtwoord nodig." in page
    assert "Naar welke map?" in page
    assert not Mailbox.objects.exists()
    assert seal("x") != seal("x")
