"""A whole story by mail alone, through the doors that mail has: our outbox, and what comes back."""

import re
from email.message import EmailMessage

import pytest
from django.test import Client

from servicedesk.outbox.sending import send_waiting
from tests.tickets.mail.letters import mail
from tickets.actions.assigning import take
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status
from tickets.mail.intake import Taken, take_in
from tickets.mail.keeping import Arrival
from tickets.models import Rating, Ticket

# Mails leave after the commit; what migrations wrote must be there for each test.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ADDRESSES = ["servicedesk", "support", "websites", "storing"]


@pytest.fixture
def addresses(settings) -> list[str]:
    settings.DESK_ADDRESSES = [f"{name}@desk.example" for name in ADDRESSES]
    return settings.DESK_ADDRESSES


@pytest.fixture
def post(sink):
    """`post()`: sends what waits in the outbox; the mails for Sofie that the server took now."""

    def send() -> list[EmailMessage]:
        before = len(sink.taken)
        send_waiting()
        now = sink.taken[before:]
        return [taken.message for taken in now if taken.recipients == ["sofie@heidedal.example"]]

    return send


def answer_to(letter: EmailMessage, text: str) -> Taken:
    """What a mail program makes of “reply”, under the text our letter as it quotes it."""
    said = letter.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in said.splitlines())
    raw = mail(
        f"{text}\n\nOp di 3 mrt 2026 om 11:02 schreef Servicedesk:\n{quoted}",
        to=letter["Reply-To"],
        subject=f"Re: {letter['Subject']}",
        In_Reply_To=letter["Message-ID"],
    )
    return take_in(raw, Arrival())


def test_from_four_addresses_to_the_opinion(addresses, post, requester, agent, bug):
    for address in addresses:
        taken = take_in(mail(to=address, subject=f"Aan {address}"), Arrival())
        assert taken.outcome == "created"
    queue = Ticket.objects.in_dispatch().order_by("pk")
    assert [ticket.subject for ticket in queue] == [f"Aan {address}" for address in addresses]
    receipts = post()
    assert sorted(letter["Subject"] for letter in receipts) == [
        f"[#{ticket.pk}] {ticket.subject}" for ticket in queue
    ]
    ticket = Ticket.objects.get(subject="Aan storing@desk.example")

    take(ticket, by=agent)
    reply(ticket, Text("Kijk nog eens."), by=agent)
    (answer,) = post()
    assert answer["Reply-To"].startswith(f"servicedesk+{ticket.pk}.{requester.pk}.")

    # Neither the subject nor the references of the mail program survived: the address is enough.
    taken = take_in(
        mail("Het lukt nog niet.", to=answer["Reply-To"], subject="Van mijn telefoon"), Arrival()
    )
    assert (taken.outcome, taken.email.ticket) == ("appended", ticket)
    change_status(ticket, "solved", by=agent, category=bug)
    (solved,) = post()

    assert answer_to(solved, "Helaas, nu weer een fout.").outcome == "appended"
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("open", agent)
    last = ticket.messages.last()
    assert (last.author, last.visible_text) == (requester, "Helaas, nu weer een fout.")
    assert "Op di 3 mrt" in last.body_text

    change_status(ticket, "solved", by=agent)
    (solved,) = post()
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
