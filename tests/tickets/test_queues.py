"""What stands in which queue, in which order, and that the counts are those of the lists."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from servicedesk.accounts.models import Membership
from tickets.actions.assigning import assign, take
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.transitions import change_status, confirm
from tickets.models import Ticket, urgency
from tickets.queues import Board

HOUR = dt.timedelta(hours=1)


def asked(requester, subject="Vraag", **fields) -> Ticket:
    return open_ticket(
        NewTicket(requester=requester, subject=subject, body="Tekst", **fields), by=requester
    )


def due(ticket: Ticket, at: dt.datetime | None, at_risk: dt.datetime | None = None) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=at, at_risk_at=at_risk)


def listed(agent, slug: str) -> list[Ticket]:
    queue = Board(agent).find(slug)
    return list(queue.page(queue.tickets(agent), reader=agent, after="", before=""))


@pytest.fixture
def one_of_each(agent, second_line, requester, websites, bug, web_team):
    """By name: a ticket in each place a ticket can be."""
    tickets = {
        name: asked(requester, name, service=websites)
        for name in ("new", "mine", "team", "pending", "on_hold", "solved", "late")
    }
    tickets["call"] = asked(requester, "call", wants_callback=True, callback_phone="0470 12 34 56")
    take(tickets["mine"], by=agent)
    assign(tickets["team"], team=web_team, assignee=None, by=agent)
    for name in ("pending", "on_hold"):
        change_status(tickets[name], name, by=second_line)
    change_status(tickets["solved"], "solved", by=second_line, category=bug)
    take(tickets["late"], by=second_line)
    due(tickets["late"], timezone.now() - HOUR, timezone.now() - 2 * HOUR)
    return tickets


def test_each_ticket_stands_where_it_belongs(one_of_each, agent):
    for name in ("new", "call"):
        due(one_of_each[name], timezone.now() + 2 * HOUR, timezone.now() + HOUR)
    places = {
        "dispatch": {"new", "call"},
        "mine": {"mine"},
        "my-teams": {"mine"},
        "team-eerste-lijn": {"mine"},
        "team-websites": {"new", "team", "pending", "on_hold", "late"},
        "waiting-requester": {"pending"},
        "waiting-supplier": {"on_hold"},
        "call-back": {"call"},
        "solved-today": {"solved"},
    }
    Membership.objects.filter(user=agent).exclude(team__slug="eerste-lijn").delete()
    for slug, names in places.items():
        assert {ticket.subject for ticket in listed(agent, slug)} == names, slug
    assert "late" in {ticket.subject for ticket in listed(agent, "at-risk")}
    assert "new" not in {ticket.subject for ticket in listed(agent, "at-risk")}


def test_every_count_is_the_length_of_its_list(one_of_each, agent, second_line, manager):
    for reader in (agent, second_line, manager):
        board = Board(reader).count()
        for entry in board.entries:
            assert entry.count == entry.queue.tickets(reader).count(), entry.queue.slug


def test_counting_takes_four_queries_however_many_teams(one_of_each, agent, web_team):
    for number in range(3):
        type(web_team).objects.create(name=f"Team {number}", slug=f"team-{number}", line=2)
    with CaptureQueriesContext(connection) as queries:
        Board(agent).count()
    assert len(queries) == 4


def test_what_expires_first_comes_first_and_who_waits_comes_last(agent, requester):
    now = timezone.now()
    order = {"morgen": now + 24 * HOUR, "te laat": now - HOUR, "wacht": None, "straks": now + HOUR}
    for subject, at in order.items():
        due(asked(requester, subject), at)
    subjects = [ticket.subject for ticket in listed(agent, "dispatch")]
    assert subjects == ["te laat", "straks", "morgen", "wacht"]


def test_pages_go_on_where_the_last_one_ended_also_among_equals(agent, requester, monkeypatch):
    monkeypatch.setattr("tickets.queues.PAGE", 3)
    at = timezone.now() + HOUR
    tickets = [asked(requester, str(number)) for number in range(8)]
    for ticket in tickets[:5]:
        due(ticket, at)
    for ticket in tickets[5:]:
        due(ticket, None)
    queue, seen, after = Board(agent).find("dispatch"), [], ""
    pages = []
    while True:
        page = queue.page(queue.tickets(agent), reader=agent, after=after, before="")
        pages.append([ticket.pk for ticket in page])
        seen += page.rows
        after = page.next_cursor
        if not after:
            break
    assert [ticket.pk for ticket in seen] == [ticket.pk for ticket in tickets]
    before = queue.page(queue.tickets(agent), reader=agent, after="", before=page.previous_cursor)
    assert [ticket.pk for ticket in before] == pages[-2]


def test_who_solved_last_stands_on_top(agent, requester, time_machine):
    time_machine.move_to("2026-03-02T10:00:00+01:00", tick=False)
    first, second = asked(requester, "eerst"), asked(requester, "dan")
    confirm(first, by=requester)
    time_machine.move_to("2026-03-02T10:05:00+01:00", tick=False)
    confirm(second, by=requester)
    assert listed(agent, "solved-today") == [second, first]
    time_machine.move_to("2026-03-03T00:00:00+01:00", tick=False)
    assert listed(agent, "solved-today") == []


def test_teams_that_are_gone_have_no_queue(agent, web_team):
    assert Board(agent).find("team-websites")
    type(web_team).objects.filter(pk=web_team.pk).update(is_active=False)
    assert Board(agent).find("team-websites") is None


@pytest.mark.parametrize(
    ("slug", "index"),
    [
        ("dispatch", "ticket_status_urgency"),
        ("mine", "ticket_assignee_urgency"),
        ("team-eerste-lijn", "ticket_team_urgency"),
        ("waiting-supplier", "ticket_status_urgency"),
        ("call-back", "ticket_call_back"),
    ],
)
def test_a_queue_is_read_in_the_order_of_an_index(agent, slug, index):
    queue = Board(agent).find(slug)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    rows = queue.tickets(agent).annotate(urgency=urgency()).order_by(*queue.order.order)
    plan = rows[:25].explain()
    assert index in plan
    assert "Sort" not in plan
