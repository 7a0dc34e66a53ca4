"""What happened to a ticket, told in sentences."""

import pytest
from django.utils import translation

from servicedesk.catalogue.models import Category
from tickets.actions.assigning import assign, take
from tickets.actions.classifying import (
    set_category,
    set_kwis,
    set_priority,
    set_requester,
    set_service,
)
from tickets.actions.following import add_follower, remove_follower
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, log_call, reply, thank
from tickets.actions.transitions import change_status, confirm, reopen
from tickets.events import KINDS
from tickets.history import SENTENCES, lines
from tickets.models import Ticket, TicketEvent


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def told(ticket, kind: str) -> list[str]:
    """The sentences of one kind of event, oldest first."""
    return [line.sentence for line in lines(ticket.events.filter(kind=kind))]


def test_every_kind_of_event_has_a_sentence():
    assert SENTENCES.keys() == KINDS.keys()


def test_a_question_of_the_requester(ticket):
    assert told(ticket, "opened") == ["Sofie Vermeer asked this question · Portal"]


def test_a_question_that_an_agent_registered(requester, agent):
    phoned = open_ticket(
        NewTicket(requester=requester, subject="Vraag", body="x", channel="phone"), by=agent
    )
    assert told(phoned, "opened") == [
        "Noor Peeters registered this question of Sofie Vermeer · Phone"
    ]


def test_assignments(ticket, agent, second_line, first_line, web_team):
    assign(ticket, team=web_team, assignee=None, by=agent)
    take(ticket, by=agent)
    assign(ticket, team=None, assignee=second_line, by=agent)
    assign(ticket, team=web_team, assignee=None, by=agent)
    assign(ticket, team=first_line, assignee=None, by=agent)
    assign(ticket, team=None, assignee=agent, by=second_line)
    assert told(ticket, "assigned") == [
        "Noor Peeters assigned it to team Websites",
        "Noor Peeters took the ticket, for team Eerste lijn",
        "Noor Peeters assigned it to Bram Jacobs, team Websites",
        "Noor Peeters took it off Bram Jacobs: back to team Websites",
        "Noor Peeters assigned it to team Eerste lijn",
        "Bram Jacobs assigned it to Noor Peeters",
    ]


def test_statuses_and_why_they_moved(ticket, agent, requester, bug):
    reply(ticket, Text("Welk nummer?"), by=agent, then="pending")
    reply(ticket, Text("Nummer 7"), by=requester)
    change_status(ticket, "solved", by=agent, category=bug)
    reopen(ticket, by=requester)
    change_status(ticket, "solved", by=agent)
    reopen(ticket, by=agent)
    confirm(ticket, by=requester)
    assert told(ticket, "status_changed") == [
        "Noor Peeters moved the status from “New” to “Open”",
        "Noor Peeters moved the status from “Open” to “Waiting for requester”",
        "A message of Sofie Vermeer moved the status from “Waiting for requester” to “Open”",
        "Noor Peeters solved the ticket",
        "Sofie Vermeer says that it is not solved yet",
        "Noor Peeters solved the ticket",
        "Noor Peeters reopened the ticket",
        "Sofie Vermeer says that it is solved",
    ]
    assert told(ticket, "confirmed") == ["Sofie Vermeer confirmed that the solution works"]


def test_what_the_desk_did_by_itself(ticket):
    TicketEvent.objects.create(
        ticket=ticket,
        kind="status_changed",
        at=ticket.created_at,
        data={"from": "solved", "to": "closed", "cause": "rule"},
    )
    assert told(ticket, "status_changed") == ["The service desk closed the ticket"]


def test_classification(ticket, agent, websites, bug):
    set_service(ticket, None, by=agent)
    set_service(ticket, websites, by=agent)
    set_category(ticket, bug, by=agent)
    set_category(ticket, Category.objects.get(slug="taak"), by=agent)
    set_category(ticket, None, by=agent)
    set_kwis(ticket, "complaint", by=agent)
    set_priority(ticket, "high", by=agent, reason="De balie staat stil")
    assert told(ticket, "service_changed") == [
        "Noor Peeters took the service off: it was Library websites",
        "Noor Peeters set the service: Library websites",
    ]
    assert told(ticket, "category_changed")[0] == "Noor Peeters set the category: Bug"
    assert told(ticket, "category_changed")[2].startswith("Noor Peeters took the category off")
    assert told(ticket, "kwis_changed")[-1].endswith("to Complaint")
    assert told(ticket, "priority_changed") == [
        "Noor Peeters changed the priority from Normal to High: “De balie staat stil”"
    ]


def test_people(ticket, agent, requester, colleague, stranger):
    add_follower(ticket, stranger, by=agent)
    remove_follower(ticket, stranger, by=stranger)
    set_requester(ticket, colleague, by=agent)
    assert told(ticket, "follower_added") == ["Noor Peeters added Vera Maes as a follower"]
    assert told(ticket, "follower_removed") == ["Vera Maes no longer follows this ticket"]
    assert told(ticket, "requester_changed") == [
        "Noor Peeters changed the requester from Sofie Vermeer to Wout Claes"
    ]


def test_messages(ticket, agent, requester):
    reply(ticket, Text("Antwoord"), by=agent)
    add_note(ticket, Text("Nota"), by=agent)
    log_call(ticket, Text("Gebeld"), by=agent)
    reply(ticket, Text("Vraag"), by=requester)
    thank(ticket, Text("Bedankt"), by=requester)
    assert told(ticket, "public_reply_added") == [
        "Noor Peeters answered the requester",
        "Sofie Vermeer wrote on the ticket",
    ]
    assert told(ticket, "internal_note_added") == ["Noor Peeters wrote an internal note"]
    assert told(ticket, "call_logged") == ["Noor Peeters logged a call with the requester"]
    assert told(ticket, "thanked") == ["Sofie Vermeer said thanks"]


def test_a_follow_up_and_a_call_back(ticket, requester, agent):
    follow_up = open_ticket(
        NewTicket(
            requester=requester,
            subject="Vervolg",
            body="x",
            follows_up=ticket,
            wants_callback=True,
        ),
        by=requester,
    )
    log_call(follow_up, Text("Gebeld"), by=agent)
    line = lines(ticket.events.filter(kind="follow_up_opened"))[0]
    assert line.sentence == f"Sofie Vermeer opened follow-up ticket #{follow_up.pk}"
    assert line.ticket == follow_up.pk
    assert told(follow_up, "callback_requested") == ["Sofie Vermeer asked to be called back"]
    assert told(follow_up, "callback_done") == ["Noor Peeters called back"]


def test_names_of_translated_rows_follow_the_reader(ticket, agent, websites):
    set_service(ticket, None, by=agent)
    assert "Library websites" in told(ticket, "service_changed")[0]
    with translation.override("nl"):
        assert "Bibliotheekwebsites" in told(ticket, "service_changed")[0]


def test_all_names_cost_one_query(
    ticket, agent, second_line, websites, bug, colleague, django_assert_num_queries
):
    def story():
        events = list(TicketEvent.objects.filter(ticket=ticket))
        with django_assert_num_queries(1):
            lines(events)

    story()
    take(ticket, by=agent)
    set_service(ticket, None, by=agent)
    set_category(ticket, bug, by=second_line)
    set_requester(ticket, colleague, by=second_line)
    story()


def test_a_person_without_a_name_is_their_address(ticket, agent):
    type(agent).objects.filter(pk=agent.pk).update(name="")
    add_note(ticket, Text("Nota"), by=agent)
    assert told(ticket, "internal_note_added") == ["noor@desk.example wrote an internal note"]


def test_a_row_that_is_gone_is_unknown(ticket):
    TicketEvent.objects.create(
        ticket=ticket,
        kind="category_changed",
        at=ticket.created_at,
        data={"from": None, "to": 999_999},
    )
    assert told(ticket, "category_changed") == ["The service desk set the category: unknown"]


@pytest.mark.parametrize("status", Ticket.Status.values)
def test_every_status_has_words(ticket, status):
    TicketEvent.objects.create(
        ticket=ticket,
        kind="status_changed",
        at=ticket.created_at,
        data={"from": status, "to": status, "cause": "rule"},
    )
    assert told(ticket, "status_changed")[0].startswith("The service desk")
