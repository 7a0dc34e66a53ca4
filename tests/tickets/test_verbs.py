"""The verbs: what they write, what they refuse, whom they tell."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from servicedesk.accounts.models import Membership
from servicedesk.outbox.models import Notification, OutgoingEmail
from tickets.actions.assigning import assign, take
from tickets.actions.classifying import set_category, set_kwis, set_priority, set_requester
from tickets.actions.following import add_follower, remove_follower
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, log_call, reply, thank
from tickets.actions.transitions import change_status, close_solved, confirm, reopen
from tickets.exceptions import ChangedMeanwhile, TicketError
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def kinds(ticket) -> list[str]:
    return list(ticket.events.values_list("kind", flat=True))


def mails(kind: str) -> list[OutgoingEmail]:
    return [mail for mail in OutgoingEmail.objects.order_by("pk") if f".{kind}." in mail.message_id]


def test_a_new_ticket_waits_in_dispatch_preset_to_the_owner_team(ticket, web_team):
    assert (ticket.status, ticket.team, ticket.assignee) == ("new", web_team, None)
    assert ticket.priority == "normal"
    assert kinds(ticket) == ["opened"]
    assert Ticket.objects.in_dispatch().get() == ticket


def test_the_requester_gets_a_receipt_that_no_machine_answers(ticket, requester):
    (receipt,) = mails("receipt")
    assert receipt.to == [requester.email]
    assert ticket.tag in receipt.subject
    assert receipt.headers["Auto-Submitted"] == "auto-generated"


def test_the_same_token_makes_one_ticket(requester):
    new = NewTicket(requester=requester, subject="Vraag", body="Tekst", token=uuid.uuid4())
    assert open_ticket(new, by=requester) == open_ticket(new, by=requester)
    assert Ticket.objects.count() == 1


def test_a_call_is_answered_at_creation_when_an_agent_registers_it(requester, agent):
    new = NewTicket(requester=requester, subject="Gebeld", body="Vraag", channel="phone")
    assert open_ticket(new, by=agent).events.get(kind="opened").data["answered"] is True
    written = NewTicket(requester=requester, subject="Brief", body="Vraag", channel="post")
    assert open_ticket(written, by=agent).events.get(kind="opened").data["answered"] is False


def test_nobody_asks_in_the_name_of_somebody_else(requester, stranger):
    with pytest.raises(TicketError):
        open_ticket(NewTicket(requester=requester, subject="Vraag", body="x"), by=stranger)


def test_a_reply_from_the_desk_takes_a_new_ticket_and_reaches_the_requester(ticket, agent):
    reply(ticket, Text(body="Dag Sofie, we kijken het **na**."), by=agent)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("open", agent)
    assert kinds(ticket) == ["opened", "assigned", "status_changed", "public_reply_added"]
    (mail,) = mails("reply")
    assert mail.to == [ticket.requester.email]
    assert "<strong>na</strong>" in mail.body_html


def test_a_reply_that_solves_is_one_mail(ticket, agent, bug):
    set_category(ticket, bug, by=agent)
    reply(ticket, Text(body="Opgelost."), by=agent, then="solved")
    assert len(mails("solved")) == 1
    assert mails("reply") == []


def test_solving_needs_a_category_for_an_agent_but_not_for_the_requester(ticket, agent, requester):
    with pytest.raises(TicketError, match="categor"):
        change_status(ticket, "solved", by=agent)
    assert confirm(ticket, by=requester).status == "solved"
    assert ticket.events.filter(kind="confirmed").exists()


@pytest.mark.parametrize("waiting", ["pending", "on_hold"])
def test_an_answer_of_the_requester_wakes_a_waiting_ticket(ticket, agent, requester, waiting):
    change_status(ticket, waiting, by=agent)
    reply(ticket, Text(body="Hier is het nummer."), by=requester)
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert mails("answered")[0].to == [agent.email]


def test_an_answer_reopens_a_solved_ticket_but_only_thanks_does_not(ticket, requester):
    confirm(ticket, by=requester)
    thank(ticket, Text(body="Bedankt!"), by=requester)
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    reply(ticket, Text(body="Toch niet."), by=requester)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == ("open", None)


def test_a_solved_ticket_closes_at_midnight_after_fourteen_days(ticket, requester, time_machine):
    time_machine.move_to("2026-03-02T10:00:00+01:00", tick=False)
    confirm(ticket, by=requester)
    time_machine.move_to("2026-03-16T23:59:59+01:00", tick=False)
    assert close_solved() == 0
    time_machine.move_to("2026-03-17T00:00:00+01:00", tick=False)
    assert close_solved() == 1
    assert close_solved() == 0
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    with pytest.raises(TicketError):
        reopen(ticket, by=requester)
    with pytest.raises(TicketError):
        reply(ticket, Text(body="Nog iets"), by=requester)


def test_closed_takes_only_internal_notes(ticket, agent, requester):
    confirm(ticket, by=requester)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    assert add_note(ticket, Text(body="Nota"), by=agent).is_internal
    with pytest.raises(TicketError):
        set_kwis(ticket, "wish", by=agent)


def test_a_requester_writes_no_notes_and_moves_nothing(ticket, requester, web_team):
    with pytest.raises(TicketError):
        add_note(ticket, Text(body="x"), by=requester)
    with pytest.raises(TicketError):
        change_status(ticket, "pending", by=requester)
    with pytest.raises(TicketError):
        assign(ticket, team=web_team, assignee=None, by=requester)
    with pytest.raises(TicketError):
        log_call(ticket, Text(body="x"), by=requester)


def test_nothing_is_sent_over_what_a_colleague_wrote_meanwhile(ticket, agent, second_line):
    seen = ticket.messages.last().pk
    reply(ticket, Text(body="Ik was eerst."), by=second_line)
    with pytest.raises(ChangedMeanwhile):
        reply(ticket, Text(body="Ik ook.", seen=seen), by=agent)
    assert ticket.messages.count() == 2


def test_status_and_assignee_are_compared_before_they_are_set(ticket, agent, second_line):
    take(ticket, by=second_line, seen_assignee=None)
    with pytest.raises(ChangedMeanwhile):
        take(ticket, by=agent, seen_assignee=None)
    with pytest.raises(ChangedMeanwhile):
        change_status(ticket, "pending", by=agent, seen="new")
    ticket.refresh_from_db()
    assert ticket.assignee == second_line


def test_an_assigned_agent_hears_of_it_by_mail_and_bell(ticket, agent, second_line):
    assign(ticket, team=None, assignee=second_line, by=agent)
    assert mails("assigned")[0].to == [second_line.email]
    assert Notification.objects.get(kind="assigned").user == second_line


def test_a_team_hears_of_its_ticket_by_bell_only(ticket, agent, second_line, web_team):
    assign(ticket, team=web_team, assignee=None, by=agent)
    assert mails("assigned") == []
    assert Notification.objects.get(kind="team_assigned").user == second_line


def test_only_people_of_the_desk_get_tickets(ticket, agent, requester):
    with pytest.raises(TicketError):
        assign(ticket, team=None, assignee=requester, by=agent)


def test_a_person_brings_the_own_team(ticket, agent, second_line, first_line, web_team):
    assert take(ticket, by=agent).team == first_line
    Membership.objects.create(user=second_line, team=first_line)
    assert assign(ticket, team=None, assignee=second_line, by=agent).team == first_line


def test_a_category_brings_its_kwis_kind_unless_an_agent_chose_one(ticket, agent, bug):
    assert set_category(ticket, bug, by=agent).kwis == "disruption"
    set_kwis(ticket, "wish", by=agent)
    set_category(ticket, None, by=agent)
    assert set_category(ticket, bug, by=agent).kwis == "wish"


def test_a_complaint_stays_a_complaint(ticket, agent, bug):
    Ticket.objects.filter(pk=ticket.pk).update(kwis="complaint")
    assert set_category(ticket, bug, by=agent).kwis == "complaint"


def test_another_priority_needs_a_reason(ticket, agent):
    with pytest.raises(TicketError):
        set_priority(ticket, "urgent", by=agent, reason="  ")
    assert set_priority(ticket, "urgent", by=agent, reason="Kassa staat stil").priority == "urgent"
    assert ticket.events.get(kind="priority_changed").data == {
        "from": "normal", "to": "urgent", "reason": "Kassa staat stil",
    }  # fmt: skip


def test_the_organisation_follows_another_requester(ticket, agent, stranger):
    ticket = set_requester(ticket, stranger, by=agent)
    assert (ticket.requester, ticket.organisation) == (stranger, stranger.organisation)
    assert mails("handed_over")[0].to == [stranger.email]


def test_followers_are_told_and_read_along(ticket, agent, requester, stranger):
    with pytest.raises(TicketError):
        add_follower(ticket, stranger, by=requester)
    add_follower(ticket, stranger, by=agent)
    assert Ticket.objects.visible_to(stranger).get() == ticket
    reply(ticket, Text(body="Antwoord"), by=agent)
    (mail,) = mails("reply")
    assert sorted(mail.to + mail.cc) == sorted([requester.email, stranger.email])
    remove_follower(ticket, stranger, by=stranger)
    assert not Ticket.objects.visible_to(stranger).exists()


def test_an_internal_note_is_in_no_mail(ticket, agent, second_line, requester):
    take(ticket, by=second_line)
    add_note(ticket, Text(body="kanarie-in-een-nota"), by=agent)
    reply(ticket, Text(body="Antwoord"), by=second_line)
    for mail in OutgoingEmail.objects.all():
        assert "kanarie-in-een-nota" not in mail.body_text + mail.body_html + mail.subject


def test_a_logged_call_answers_the_request_to_be_phoned(requester, agent):
    new = NewTicket(
        requester=requester, subject="Bel me", body="x", callback_phone="0470", wants_callback=True
    )
    ticket = open_ticket(new, by=requester)
    log_call(ticket, Text(body="Gebeld, uitgelegd."), by=agent)
    ticket.refresh_from_db()
    assert (ticket.callback_open, ticket.status) == (False, "open")
    assert kinds(ticket)[-2:] == ["call_logged", "callback_done"]


def test_the_log_refuses_changes(ticket):
    for change in (lambda e: e.update(kind="x"), lambda e: e._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(ticket.events.all())
    assert kinds(ticket) == ["opened"]
