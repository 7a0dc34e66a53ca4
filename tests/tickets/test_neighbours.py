"""The tickets before and after one, in the queue somebody came from."""

import datetime as dt

import pytest
from django.utils import timezone

from tickets import neighbours as rooms
from tickets.actions.assigning import take
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.transitions import change_status
from tickets.models import Ticket
from tickets.neighbours import Neighbours, neighbours


@pytest.fixture
def row(requester) -> list[Ticket]:
    """Five tickets in dispatch, the most urgent first."""
    now = timezone.now()
    made = [
        open_ticket(NewTicket(requester=requester, subject=f"Vraag {n}", body="x"), by=requester)
        for n in range(5)
    ]
    for hours, ticket in enumerate(made):
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=now + dt.timedelta(hours=hours))
    return [Ticket.objects.get(pk=ticket.pk) for ticket in made]


def beside(ticket, agent, queue="dispatch") -> Neighbours | None:
    return neighbours(Ticket.objects.get(pk=ticket.pk), queue=queue, reader=agent)


def test_in_the_middle_and_at_the_ends(row, agent):
    assert beside(row[0], agent) == Neighbours(None, row[1].pk, position=1, count=5)
    assert beside(row[2], agent) == Neighbours(row[1].pk, row[3].pk, position=3, count=5)
    assert beside(row[4], agent) == Neighbours(row[3].pk, None, position=5, count=5)


def test_a_ticket_that_left_the_queue_keeps_its_place(row, agent):
    take(row[2], by=agent)
    Ticket.objects.filter(pk=row[2].pk).update(next_due_at=row[2].next_due_at)
    assert beside(row[2], agent) == Neighbours(row[1].pk, row[3].pk)


@pytest.mark.parametrize("queue", ["", "geen", "team-geen"])
def test_without_a_queue_there_are_none(row, agent, queue):
    assert beside(row[0], agent, queue) is None


def test_a_queue_too_long_to_count(row, agent, monkeypatch):
    monkeypatch.setattr(rooms, "LISTED", 3)
    assert beside(row[1], agent) == Neighbours(row[0].pk, row[2].pk)
    assert beside(row[2], agent) == Neighbours(row[1].pk, row[3].pk)
    assert beside(row[4], agent) == Neighbours(row[3].pk, None)


def test_solved_tickets_stand_in_the_order_of_their_solve(row, agent, bug):
    for ticket in row[:3]:
        change_status(ticket, "solved", by=agent, category=bug)
    assert beside(row[1], agent, "solved-today") == Neighbours(
        row[2].pk, row[0].pk, position=2, count=3
    )
    assert beside(row[4], agent, "solved-today") is None


def test_the_bar_leads_on_and_back(row, agent, as_user):
    page = as_user(agent).get(f"/tickets/{row[1].pk}/?queue=dispatch").content.decode()
    bar = page.split('id="ticket-bar"')[1].split('class="case"')[0]
    assert "2 van 5" in bar
    assert f"/tickets/{row[0].pk}/?queue=dispatch" in bar
    assert f"/tickets/{row[2].pk}/?queue=dispatch" in bar
    assert 'href="/queue/dispatch/"' in bar
    alone = as_user(agent).get(f"/tickets/{row[1].pk}/").content.decode()
    assert "Volgend ticket" not in alone
