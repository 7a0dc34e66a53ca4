"""Spam and tests stand in no queue and no search, until they are taken back."""

import pytest

from servicedesk.outbox.models import Notification
from tests.tickets.actions.stories import another
from tickets.actions.merging import merge
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, reply
from tickets.actions.setting_aside import set_aside, take_back
from tickets.exceptions import TicketError
from tickets.finding import find
from tickets.models import Ticket
from tickets.queues import Board

pytestmark = pytest.mark.django_db


def counts(agent):
    return {entry.queue.slug: entry.count for entry in Board(agent).count().entries if entry.count}


def in_queue(agent):
    return list(Board(agent).find("dispatch").tickets(agent))


@pytest.mark.parametrize("as_", ["spam", "test"])
def test_out_of_queues_counts_and_search_and_back(as_, ticket, agent):
    before = counts(agent)
    set_aside(ticket, as_, by=agent)
    assert (counts(agent), in_queue(agent)) == ({}, [])
    assert find("openingsuren", reader=agent).rows == []
    assert find("openingsur", reader=agent).rows == []
    assert list(Ticket.objects.outside(as_)) == [ticket]
    take_back(ticket, by=agent)
    assert (counts(agent), in_queue(agent)) == (before, [ticket])
    assert find("openingsuren", reader=agent).rows == [ticket]
    assert [event.kind for event in ticket.events.order_by("pk")][-2:] == [
        "set_aside", "taken_back",
    ]  # fmt: skip


def test_saying_so_twice_is_once_and_of_the_other_kind_a_change(ticket, agent):
    set_aside(ticket, "spam", by=agent)
    set_aside(ticket, "spam", by=agent)
    set_aside(ticket, "test", by=agent)
    take_back(ticket, by=agent)
    take_back(ticket, by=agent)
    told = ticket.events.filter(kind__in=["set_aside", "taken_back"]).order_by("pk")
    assert [(event.kind, event.data["why"]) for event in told] == [
        ("set_aside", "spam"), ("set_aside", "test"), ("taken_back", "test"),
    ]  # fmt: skip


def test_who_set_it_aside_hears_that_somebody_writes_there(ticket, requester, agent):
    set_aside(ticket, "spam", by=agent)
    reply(ticket, Text("Ik ben echt hoor."), by=requester)
    line = Notification.objects.get(kind="written_aside")
    assert (line.user_id, line.ticket) == (agent.pk, ticket.pk)


def test_refused(ticket, requester, agent):
    with pytest.raises(TicketError):
        set_aside(ticket, "merged", by=agent)
    with pytest.raises(TicketError):
        set_aside(ticket, "spam", by=requester)
    source = another(requester)
    merge(source, into=ticket, by=agent)
    with pytest.raises(TicketError, match="samengevoegd"):
        set_aside(source, "spam", by=agent)


def test_an_imported_ticket_says_so_and_stays_so(requester, agent):
    new = NewTicket(requester, "Oud", "Uit het oude systeem.", imported=True)
    ticket = open_ticket(new, by=agent)
    assert ticket.outside == "imported"
    set_aside(ticket, "test", by=agent)
    assert take_back(ticket, by=agent).outside == "imported"
    assert ticket in in_queue(agent)
