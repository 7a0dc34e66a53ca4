"""Somebody is away: all open tickets go elsewhere in one act, and come back in another."""

import pytest
from django.urls import reverse

from servicedesk.accounts.models import Membership
from servicedesk.outbox.models import Notification, OutgoingEmail
from tests.tickets.actions.stories import another
from tickets.actions.assigning import assign, take
from tickets.actions.handing_over import hand_over, take_back_handover
from tickets.actions.transitions import change_status
from tickets.exceptions import TicketError
from tickets.models import Handover, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(requester, agent, bug):
    """Two open tickets of the agent, and a solved one."""
    tickets = [take(another(requester), by=agent) for _number in range(3)]
    change_status(tickets[2], "solved", by=agent, category=bug)
    OutgoingEmail.objects.all().delete()
    Notification.objects.all().delete()
    return tickets


def places(tickets):
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).order_by("pk")
    return list(rows.values_list("team", "assignee"))


def test_to_a_colleague_with_one_line_and_no_mail(
    three, agent, second_line, web_team, manager, first_line
):
    done = hand_over(agent, to=second_line, by=manager)
    expected = [(web_team.pk, second_line.pk)] * 2 + [(first_line.pk, agent.pk)]
    assert (done.count, places(three)) == (2, expected)
    line = Notification.objects.get()
    assert (line.user_id, line.kind, line.data) == (second_line.pk, "handed_over", {"count": 2})
    assert not OutgoingEmail.objects.exists()
    assert three[0].events.get(kind="handed_over").actor == manager


def test_to_the_team(three, agent, first_line, manager, second_line):
    Membership.objects.create(user=second_line, team=first_line)
    hand_over(agent, to=None, by=manager)
    assert places(three)[:2] == [(first_line.pk, None)] * 2
    assert Notification.objects.get().user == second_line


def test_back_again_but_for_what_went_on(three, agent, second_line, manager, first_line):
    done = hand_over(agent, to=second_line, by=manager)
    assign(three[0], team=first_line, assignee=None, by=second_line)
    assert take_back_handover(done, by=manager) == 1
    assert places(three)[:2] == [(first_line.pk, None), (first_line.pk, agent.pk)]
    with pytest.raises(TicketError, match="al teruggenomen"):
        take_back_handover(done, by=manager)


def test_by_managers_and_by_who_leads_a_team_of_that_person(
    three, agent, second_line, first_line, web_team
):
    with pytest.raises(TicketError, match="eigen teams"):
        hand_over(agent, to=None, by=second_line)
    Membership.objects.create(user=second_line, team=first_line, is_lead=True)
    assert hand_over(agent, to=None, by=second_line).count == 2


def test_refused(three, agent, requester, manager, second_line):
    for to, why in ((requester, "werkt niet"), (agent, "iemand anders")):
        with pytest.raises(TicketError, match=why):
            hand_over(agent, to=to, by=manager)
    with pytest.raises(TicketError, match="geen open tickets"):
        hand_over(second_line, to=agent, by=manager)


class TestPage:
    def test_preview_deed_and_undo(self, as_user, three, agent, second_line, manager):
        page, desk = reverse("tickets:handover"), as_user(manager)
        shown = desk.get(page, {"absent": agent.pk, "to": second_line.pk}).content.decode()
        assert "2 open tickets van Noor Peeters" in shown
        assert "Draag over aan Bram Jacobs" in shown
        assert places(three)[0][1] == agent.pk
        desk.post(page, {"absent": agent.pk, "to": second_line.pk})
        assert places(three)[0][1] == second_line.pk
        shown = desk.get(page).content.decode()
        assert "2 tickets van Noor Peeters aan Bram Jacobs" in shown
        done = reverse("tickets:handover-undo", args=[Handover.objects.get().pk])
        desk.post(done)
        assert places(three)[0][1] == agent.pk

    def test_others_do_not_find_it(self, as_user, agent):
        assert as_user(agent).get(reverse("tickets:handover")).status_code == 404
        assert "Draag over" not in as_user(agent).get("/queue/dispatch/").content.decode()

    def test_nonsense_is_answered_with_a_sentence(self, as_user, manager, agent):
        answer = as_user(manager).post(reverse("tickets:handover"), {"absent": "x"})
        assert answer.status_code == 422
        answer = as_user(manager).post(reverse("tickets:handover"), {"absent": agent.pk})
        assert "heeft geen open tickets" in answer.content.decode()
