"""The dialogs and forms that merge, split, move and set aside."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.tickets.actions.stories import another
from tests.tickets.mail.letters import mail
from tickets.actions.merging import merge
from tickets.actions.replying import Text, reply
from tickets.actions.setting_aside import set_aside
from tickets.mail.intake import take_in
from tickets.mail.keeping import Arrival
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def url(name, ticket, message=None):
    pk = {"pk": message.pk} if message else {}
    return reverse(f"tickets:{name}", kwargs={"number": ticket.pk, **pk})


def text(response):
    return response.content.decode()


class TestJoin:
    """What a mail may belong to, from the page of the ticket that it became."""

    @pytest.fixture
    def came_from(self, ticket):
        def come(sender: str) -> Ticket:
            raw = mail("Hoort hierbij.", sender=sender, subject=f"Re: {ticket.tag} printer")
            return take_in(raw, Arrival()).email.ticket

        return come

    def test_a_mail_of_a_stranger_is_joined_after_a_confirming_step(
        self, as_user, agent, ticket, stranger, came_from
    ):
        own = came_from(stranger.email)
        page = text(as_user(agent).get(own.get_absolute_url()))
        step = f"{url('ticket-merge', own)}?into={ticket.pk}"
        assert f"Voeg bij #{ticket.pk}" in page
        assert f'href="{step}"' in page
        assert "mogen alles van elkaar lezen" in text(as_user(agent).get(step))
        assert Ticket.objects.get(pk=own.pk).merged_into is None
        as_user(agent).post(url("ticket-merge", own), {"into": ticket.pk, "agreed": "on"})
        assert Ticket.objects.get(pk=own.pk).merged_into == ticket
        joined = text(as_user(agent).get(ticket.get_absolute_url()))
        assert "Voeg bij #" not in joined

    def test_a_mail_of_the_same_person_is_joined_by_one_click(
        self, as_user, agent, ticket, requester
    ):
        raw = mail("Nog iets.", sender=requester.email, subject=f"Re: {ticket.subject}")
        own = take_in(raw, Arrival()).email.ticket
        page = text(as_user(agent).get(own.get_absolute_url()))
        assert "Hij noemt dat ticket niet" in page
        form = f'action="{url("ticket-merge", own)}"'
        assert form in page
        answer = as_user(agent).post(url("ticket-merge", own), {"into": ticket.pk})
        assert answer.url == ticket.get_absolute_url()
        as_user(agent).post(url("merge-undo", own))
        assert Ticket.objects.get(pk=own.pk).merged_into is None

    def test_nothing_is_offered_that_would_be_refused(
        self, as_user, agent, ticket, stranger, came_from
    ):
        own = came_from(stranger.email)
        set_aside(ticket, "spam", by=agent)
        page = text(as_user(agent).get(own.get_absolute_url()))
        assert f"#{ticket.pk}" in page
        assert "Voeg bij #" not in page


class TestMerge:
    def test_the_page_offers_what_lies_near(self, as_user, agent, ticket, requester, stranger):
        near, far = another(requester), another(stranger)
        page = text(as_user(agent).get(url("ticket-merge", ticket)))
        assert f"?into={near.pk}" in page
        assert f"?into={far.pk}" not in page

    def test_it_says_what_will_happen_before_anything_happens(
        self, as_user, agent, ticket, stranger
    ):
        other = another(stranger)
        page = text(as_user(agent).get(url("ticket-merge", ticket) + f"?into={other.pk}"))
        for words in ("Wat er gebeurt", "Sofie Vermeer en Vera Maes mogen alles", "Draai om"):
            assert words in page
        assert Ticket.objects.get(pk=ticket.pk).status == "new"

    def test_in_a_dialog_it_is_the_body_alone(self, as_user, agent, ticket):
        body = text(as_user(agent).get(url("ticket-merge", ticket), headers={"HX-Request": "true"}))
        assert "<html" not in body
        assert "act-title" in body

    def test_merging_leads_to_the_ticket_that_stays(self, as_user, agent, ticket, requester):
        other = another(requester)
        answer = as_user(agent).post(url("ticket-merge", ticket), {"into": f"#{other.pk}"})
        assert (answer.status_code, answer.url) == (302, other.get_absolute_url())
        page = text(as_user(agent).get(ticket.get_absolute_url()))
        assert "Maak ongedaan" in page
        as_user(agent).post(url("merge-undo", ticket))
        assert Ticket.objects.get(pk=ticket.pk).status == "new"

    @pytest.mark.parametrize(
        ("number", "why"),
        [("999999999", "Er is geen ticket"), ("abc", "Er is geen ticket"), ("", "Tik het nummer")],
    )
    def test_another_number_is_asked_for(self, as_user, agent, ticket, number, why):
        answer = as_user(agent).post(url("ticket-merge", ticket), {"into": number})
        assert (answer.status_code, why in text(answer)) == (422, True)

    def test_consent_is_asked_for(self, as_user, agent, ticket, stranger):
        other = another(stranger)
        answer = as_user(agent).post(url("ticket-merge", ticket), {"into": other.pk})
        assert (answer.status_code, "Bevestig dat allebei" in text(answer)) == (422, True)
        answer = as_user(agent).post(
            url("ticket-merge", ticket), {"into": other.pk, "agreed": "on"}
        )
        assert answer.status_code == 302

    def test_the_requester_is_shown_where_it_goes_on(self, as_user, agent, ticket, requester):
        other = another(requester)
        merge(ticket, into=other, by=agent)
        page = text(as_user(requester).get(ticket.get_absolute_url()))
        assert f"Gaat verder in ticket #{other.pk}." in page
        assert "vervolgticket" not in page.lower()
        assert "Hij print niet." in text(as_user(requester).get(other.get_absolute_url()))


def test_a_message_becomes_a_ticket(as_user, agent, ticket, requester):
    said = reply(ticket, Text("De lift is ook stuk. Kun je eens kijken?"), by=requester)
    desk, page = as_user(agent), url("message-split", ticket, said)
    form = desk.get(page).context["form"]
    assert form["subject"].value() == "De lift is ook stuk. Kun je eens kijken?"
    assert (form["service"].value(), form["kwis"].value()) == (ticket.service_id, ticket.kwis)
    refused = desk.post(page, {"subject": "Lift in de hal"})
    assert refused.status_code == 422
    assert "Lift in de hal" in text(refused)
    answer = desk.post(page, {"subject": "Lift", "kwis": "disruption"})
    new = Ticket.objects.get(subject="Lift")
    assert answer.url == new.get_absolute_url()
    assert (new.service, new.kwis) == (None, "disruption")
    assert as_user(agent).get(url("message-split", ticket, said)).status_code == 404


def test_a_message_moves(as_user, agent, ticket, requester):
    other = another(requester)
    said = reply(ticket, Text("Dit gaat over de printer."), by=requester)
    page = text(as_user(agent).get(url("message-move", ticket, said) + f"?into={other.pk}"))
    assert "Wat er gebeurt" in page
    answer = as_user(agent).post(url("message-move", ticket, said), {"into": other.pk})
    assert answer.url == f"{other.get_absolute_url()}#message-{said.pk}"
    assert f"uit #{ticket.pk}" in text(as_user(agent).get(other.get_absolute_url()))


def test_the_first_message_cannot_leave(as_user, agent, ticket):
    first = ticket.messages.get()
    for name in ("message-split", "message-move"):
        assert "Het eerste bericht" in text(as_user(agent).get(url(name, ticket, first)))


def test_aside_and_back(as_user, agent, ticket):
    desk = as_user(agent)
    desk.post(url("ticket-set-aside", ticket), {"as": "spam"})
    assert "Opzij gezet als spam" in text(desk.get(ticket.get_absolute_url()))
    assert ticket.subject in text(desk.get(reverse("tickets:outside-list")))
    desk.post(url("ticket-take-back", ticket))
    assert ticket.subject not in text(desk.get(reverse("tickets:outside-list")))


def test_nonsense_is_refused_with_a_sentence(as_user, agent, ticket):
    answer = as_user(agent).post(url("ticket-set-aside", ticket), {"as": "merged"}, follow=True)
    assert "opzij gezet als spam of als een test" in text(answer).replace(
        "als test", "als een test"
    )


@pytest.mark.parametrize("why", ["spam", "test", "merged", "imported", "nonsense"])
def test_the_list_costs_the_same_for_one_and_for_three(why, as_user, agent, ticket, requester):
    page, desk = f"{reverse('tickets:outside-list')}?why={why}", as_user(agent)
    set_aside(ticket, "spam", by=agent)
    desk.get(page)
    with CaptureQueriesContext(connection) as once:
        desk.get(page)
    for _one in range(2):
        set_aside(another(requester), "spam", by=agent)
    with CaptureQueriesContext(connection) as three:
        desk.get(page)
    assert len(three) == len(once)
