"""A whole story by mail alone: four mailboxes on a real Dovecot, and a mail server that fails."""

import datetime as dt
import re
from email.message import EmailMessage

import pytest
from django.test import Client
from django.utils import timezone

from servicedesk.lib.sealing import seal
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.sending import send_waiting
from tests.smtp_sink import BREAK
from tests.tickets.mail.dovecot import Dovecot
from tests.tickets.mail.letters import mail
from tickets.actions.assigning import take
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status
from tickets.mail.fetching import lease_due, look_into
from tickets.models import Mailbox, Rating, Ticket

# Mails leave after the commit; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ["servicedesk", "support", "websites", "storing"]


SOFIE = "sofie@heidedal.example"


class Desk:
    """The mail of the desk: what comes to its four mailboxes, and what leaves."""

    def __init__(self, dovecot: Dovecot, sink) -> None:
        self.dovecot, self.sink = dovecot, sink
        since = timezone.now() - dt.timedelta(hours=1)
        for name in NAMES:
            Mailbox.objects.create(
                name=name, host=dovecot.host, port=dovecot.port, username=name,
                sealed_password=seal(dovecot.password), connected_at=since,
            )  # fmt: skip

    def deliver(self, raw: bytes, *, to: str = "servicedesk") -> None:
        """Puts a mail into a mailbox and lets the desk look into those whose turn it is."""
        self.dovecot.deliver(raw, to=to)
        Mailbox.objects.update(next_look_at=timezone.now())
        assert sum(look_into(pk) for pk in lease_due()) == 1

    def post(self) -> list[EmailMessage]:
        """Sends what waits; the mails for Sofie that the server took now, each once."""
        before = len(self.sink.taken)
        send_waiting()
        now = [taken for taken in self.sink.taken[before:] if taken.recipients == [SOFIE]]
        return list({taken.message["Message-ID"]: taken.message for taken in now}.values())

    def post_later(self) -> list[EmailMessage]:
        """The same, when what failed is tried again."""
        OutgoingEmail.objects.update(next_attempt_at=timezone.now())
        return self.post()


@pytest.fixture(scope="module")
def dovecot():
    server = Dovecot()
    yield server
    server.stop()


@pytest.fixture
def desk(dovecot, sink, settings) -> Desk:
    settings.DESK_ADDRESSES = [f"{name}@desk.example" for name in NAMES]
    settings.DESK_MAIL_CA = str(dovecot.ca)
    return Desk(dovecot, sink)


def answer_to(letter: EmailMessage, text: str) -> bytes:
    """What a mail program makes of “reply”, under the text our letter as it quotes it."""
    said = letter.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in said.splitlines())
    return mail(
        f"{text}\n\nOp di 3 mrt 2026 om 11:02 schreef Servicedesk:\n{quoted}",
        to=letter["Reply-To"],
        subject=f"Re: {letter['Subject']}",
        In_Reply_To=letter["Message-ID"],
    )


def test_from_four_mailboxes_to_the_opinion(desk, sink, requester, agent, bug):
    for name in NAMES:
        desk.deliver(mail(to=f"{name}@desk.example", subject=f"Aan {name}"), to=name)
    queue = Ticket.objects.in_dispatch().order_by("pk")
    assert [ticket.subject for ticket in queue] == [f"Aan {name}" for name in NAMES]

    # The mail server is away, refuses for a while, and breaks off after it took one.
    sink.script.greeting = ["421 away"]
    sink.script.data = ["451 later", BREAK]
    receipts = desk.post() + desk.post_later() + desk.post_later()
    assert sorted({letter["Subject"] for letter in receipts}) == [
        f"[#{ticket.pk}] {ticket.subject}" for ticket in queue
    ]
    assert len({letter["Message-ID"] for letter in receipts}) == 4
    ticket = Ticket.objects.get(subject="Aan storing")

    take(ticket, by=agent)
    reply(ticket, Text("Kijk nog eens."), by=agent)
    (answer,) = desk.post()
    assert answer["Reply-To"].startswith(f"servicedesk+{ticket.pk}.{requester.pk}.")

    # Neither the subject nor the references of the mail program survived: the address is enough.
    desk.deliver(mail("Het lukt nog niet.", to=answer["Reply-To"], subject="Van mijn telefoon"))
    assert ticket.messages.last().body_text == "Het lukt nog niet."
    change_status(ticket, "solved", by=agent, category=bug)
    (solved,) = desk.post()

    desk.deliver(answer_to(solved, "Helaas, nu weer een fout."))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("open", agent)
    last = ticket.messages.last()
    assert (last.author, last.visible_text) == (requester, "Helaas, nu weer een fout.")
    assert "Op di 3 mrt" in last.body_text

    change_status(ticket, "solved", by=agent)
    (solved,) = desk.post()
    link = re.search(
        r"https?://[^/\s]+(/answer/[^\s#]+)", solved.get_body(("plain",)).get_content()
    )
    anybody = Client()
    assert anybody.get(link[1]).status_code == 200
    assert not Rating.objects.exists()
    given = {"verdict": "positive", "comment": "Uiteindelijk vlot"}
    assert anybody.post(link[1], given).status_code == 302
    assert Rating.objects.values_list("ticket", "verdict", "comment", "via").get() == (
        ticket.pk, "positive", "Uiteindelijk vlot", "link",
    )  # fmt: skip
    assert Ticket.objects.count() == 4
