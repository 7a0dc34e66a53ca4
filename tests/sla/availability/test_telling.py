"""Who hears of an update: each once, on the ticket and by mail, and never what they wrote."""

import datetime as dt

import pytest
from django.utils import timezone

from servicedesk.outbox.models import OutgoingEmail
from sla.availability.actions import Ending, News, end_outage, join, link_ticket, post_update
from sla.availability.tasks import tell_outage_updates
from tests.conftest import person
from tickets.actions.following import add_follower
from tickets.actions.opening import NewTicket, open_ticket
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(seconds=5)


@pytest.fixture
def ask(websites):
    def ask(requester) -> Ticket:
        return open_ticket(
            NewTicket(requester, "Onze site is traag", "Sinds vanmorgen.", service=websites),
            by=requester,
        )

    return ask


@pytest.fixture
def since_then():
    """The mails written after this fixture was asked for, as (address, subject)."""
    before = set(OutgoingEmail.objects.values_list("pk", flat=True))

    def mails() -> list[tuple[str, str]]:
        new = OutgoingEmail.objects.exclude(pk__in=before).order_by("pk")
        return [(address, email.subject) for email in new for address in email.to + email.cc]

    return mails


def texts(ticket: Ticket) -> list[str]:
    return [message.body_text for message in ticket.messages.order_by("pk")]


def test_reporters_and_followers_are_told_once_each(
    outage, ask, requester, colleague, stranger, agent, second_line
):
    first, second, other = ask(requester), ask(requester), ask(stranger)
    add_follower(other, colleague, by=agent)
    for ticket in (first, second, other):
        link_ticket(outage, ticket, by=agent)
    for user in (colleague, requester, agent, second_line):
        join(outage, user)
    OutgoingEmail.objects.all().delete()

    post_update(outage, News("Een databankserver is overbelast.", "identified"), by=agent)
    assert tell_outage_updates() == 1
    assert tell_outage_updates() == 0

    mails = OutgoingEmail.objects.order_by("pk")
    assert {email.to[0]: email.subject for email in mails} == {
        requester.email: f"{first.tag} Onze site is traag",
        stranger.email: f"{other.tag} Onze site is traag",
        colleague.email: f"{other.tag} Onze site is traag",
        second_line.email: "Websites laden traag",
    }
    assert mails.count() == 4
    for email in mails:
        assert "Een databankserver is overbelast." in email.body_text
        assert email.headers["Auto-Submitted"] == "auto-generated"
    for ticket in (first, second, other):
        assert texts(ticket)[1:] == [
            "**Websites laden traag: Oorzaak gevonden**\n\nEen databankserver is overbelast."
        ]


def test_a_notice_answers_nothing_and_moves_nothing(outage, ask, requester, agent):
    ticket = ask(requester)
    due = Ticket.objects.get(pk=ticket.pk).next_due_at
    link_ticket(outage, ticket, by=agent)
    post_update(outage, News("We zoeken."), by=agent)
    tell_outage_updates()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.next_due_at) == ("new", None, due)
    assert ticket.messages.last().is_automatic


def test_telling_twice_adds_nothing(outage, ask, requester, agent):
    ticket = ask(requester)
    link_ticket(outage, ticket, by=agent)
    update = post_update(outage, News("We zoeken."), by=agent)
    tell_outage_updates()
    before = (Message.objects.count(), OutgoingEmail.objects.count())
    type(update).objects.update(told_at=None)
    assert tell_outage_updates() == 1
    assert (Message.objects.count(), OutgoingEmail.objects.count()) == before


def test_the_end_solves_linked_tickets_with_one_text(
    outage, ask, requester, stranger, colleague, agent, since_then
):
    mine, theirs = ask(requester), ask(stranger)
    for ticket in (mine, theirs):
        link_ticket(outage, ticket, by=agent)
    join(outage, requester)
    join(outage, colleague)
    before = len(since_then())

    ending = Ending("Alles werkt weer.", at=timezone.now() + LATER, solves_tickets=True)
    end_outage(outage, ending, by=agent)
    tell_outage_updates()
    tell_outage_updates()

    assert since_then()[before:] == [
        (requester.email, f"{mine.tag} Onze site is traag"),
        (stranger.email, f"{theirs.tag} Onze site is traag"),
        (colleague.email, "Websites laden traag"),
    ]
    for ticket in (mine, theirs):
        ticket.refresh_from_db()
        assert (ticket.status, ticket.assignee, ticket.category.slug) == (
            "solved", agent, "site-down",
        )  # fmt: skip
        assert texts(ticket)[1:] == ["Alles werkt weer."]


def test_the_end_without_solving_leaves_tickets_open(outage, ask, requester, agent):
    ticket = ask(requester)
    link_ticket(outage, ticket, by=agent)
    end_outage(outage, Ending("Alles werkt weer.", at=timezone.now() + LATER), by=agent)
    tell_outage_updates()
    ticket.refresh_from_db()
    assert ticket.status == "new"
    assert len(texts(ticket)) == 2


def test_a_closed_ticket_is_left_alone(outage, ask, requester, agent):
    ticket = ask(requester)
    link_ticket(outage, ticket, by=agent)
    Ticket.objects.filter(pk=ticket.pk).update(
        status="closed", solved_at=timezone.now(), closed_at=timezone.now()
    )
    post_update(outage, News("We zoeken."), by=agent)
    tell_outage_updates()
    assert len(texts(ticket)) == 1


def test_each_reads_the_words_in_the_own_language(outage, agent, heidedal):
    reader = person("emily@heidedal.example", "Emily Ross", organisation=heidedal, language="en")
    join(outage, reader)
    post_update(outage, News("Een databankserver is overbelast.", "identified"), by=agent)
    tell_outage_updates()
    email = OutgoingEmail.objects.get(to=[reader.email])
    assert "Library websites" in email.body_text
    assert "Cause found" in email.body_text
