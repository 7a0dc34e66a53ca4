"""Mail about a ticket that did not arrive is seen by who can do something about it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from servicedesk.outbox.models import Notification, OutgoingEmail
from tickets.actions.assigning import take
from tickets.mail.undelivered import tell_of_failures, undelivered
from tickets.models import UndeliverableAddress

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(ticket) -> OutgoingEmail:
    """The receipt of the ticket, refused."""
    email = OutgoingEmail.objects.get(thread=f"ticket:{ticket.pk}")
    email.state, email.failed_at = "failed", timezone.now()
    email.refused = {"sofie@heidedal.example": "550 5.1.1 no such user"}
    email.error = "sofie@heidedal.example: 550 5.1.1 no such user"
    email.save()
    return email


def test_the_ticket_says_what_failed_and_what_helps(failed, ticket, agent, as_user):
    (one,) = undelivered(ticket)
    assert (one.email, one.who) == (failed, ["sofie@heidedal.example"])
    browser = as_user(agent)
    page = browser.get(ticket.get_absolute_url()).content.decode()
    assert "Onze mail bereikte sofie@heidedal.example niet." in page
    retry = reverse("outbox:email-retry", args=[failed.pk])
    assert retry in page
    answer = browser.post(retry, {"next": ticket.get_absolute_url()})
    assert answer["Location"] == ticket.get_absolute_url()
    assert undelivered(ticket) == []


def test_the_requester_does_not_see_it(failed, ticket, requester, as_user):
    assert "5.1.1" not in as_user(requester).get(ticket.get_absolute_url()).content.decode()


def test_who_handles_it_hears_of_it_once(failed, ticket, agent):
    take(ticket, by=agent)
    for _twice in range(2):
        tell_of_failures()
    line = Notification.objects.get(kind="mail_failed")
    assert (line.user_id, line.ticket) == (agent.pk, ticket.pk)


def test_without_a_handler_the_team_hears_of_it(failed, ticket, second_line):
    tell_of_failures()
    assert Notification.objects.get(kind="mail_failed").user_id == second_line.pk


@pytest.fixture
def dead_end(requester) -> UndeliverableAddress:
    said = "550 5.1.1 <b>User unknown</b>"
    return UndeliverableAddress.objects.create(email=requester.email, said=said)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Mail naar sofie@heidedal.example komt niet aan."),
        ("en", "Mail to sofie@heidedal.example does not arrive."),
    ],
)
def test_an_address_that_does_not_work_stands_with_the_person(
    ticket, requester, agent, administrator, as_user, dead_end, language, sentence
):
    agent.language = administrator.language = language
    agent.save()
    administrator.save()
    card = as_user(agent).get(ticket.get_absolute_url()).content.decode()
    person = as_user(administrator).get(reverse("person-access", args=[requester.pk]))
    for page in (card, person.content.decode()):
        assert sentence in page
        assert "&lt;b&gt;User unknown&lt;/b&gt;" in page
    assert "5.1.1" not in as_user(requester).get(ticket.get_absolute_url()).content.decode()


def test_it_costs_one_query_whether_the_address_works_or_not(ticket, requester, agent, as_user):
    browser = as_user(agent)
    browser.get(ticket.get_absolute_url())
    with CaptureQueriesContext(connection) as works:
        assert "data-failing-address" not in browser.get(ticket.get_absolute_url()).content.decode()
    for email in (requester.email, "ander@bib.example", "nog@bib.example"):
        UndeliverableAddress.objects.create(email=email, said="550")
    with CaptureQueriesContext(connection) as fails:
        assert "data-failing-address" in browser.get(ticket.get_absolute_url()).content.decode()
    asked = [one["sql"] for one in fails if "undeliverableaddress" in one["sql"]]
    assert (len(asked), len(fails)) == (1, len(works))
