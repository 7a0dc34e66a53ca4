"""Changing ticked tickets: each by its verb, each with its own result."""

import re
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from servicedesk.accounts.models import Team
from tickets.actions.assigning import assign, take
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.transitions import change_status, confirm
from tickets.many import MOST, Ticked, ticked
from tickets.models import Ticket


@pytest.fixture
def three(requester) -> list[Ticket]:
    return [
        open_ticket(NewTicket(requester=requester, subject=str(n), body="x"), by=requester)
        for n in range(3)
    ]


def tick(*tickets: Ticket) -> list[str]:
    """What the boxes of these rows hold now."""
    return [f"{t.pk}.{t.status}.{t.assignee_id or ''}" for t in tickets]


@pytest.fixture
def change(as_user, agent):
    """`change("take", tickets, …)`: the page after it, as Noor does it."""

    def post(name: str, boxes: list[str], *, by=agent, page="/queue/dispatch/", **data) -> str:
        data = {"ticket": boxes, "next": page, **data}
        answer = as_user(by).post(f"/queue/change/{name}/", data, follow=True)
        assert answer.status_code == 200
        assert answer.redirect_chain == [(page, 302)]
        return answer.content.decode()

    return post


def now(tickets: list[Ticket]) -> list[Ticket]:
    return [Ticket.objects.get(pk=ticket.pk) for ticket in tickets]


def test_to_a_person(three, change, second_line):
    page = change("assign", tick(*three), assignee=second_line.pk)
    assert "3 tickets gewijzigd." in page
    assert {ticket.assignee for ticket in now(three)} == {second_line}
    assert {ticket.status for ticket in now(three)} == {"open"}


def test_to_a_team(three, change, web_team):
    change("assign", tick(*three[:2]), team=web_team.pk)
    assert [ticket.team for ticket in now(three)] == [web_team, web_team, None]
    assert [ticket.status for ticket in now(three)] == ["open", "open", "new"]


def test_to_a_person_in_a_team(three, change, web_team, agent):
    change("assign", tick(three[0]), team=web_team.pk, assignee=agent.pk)
    (ticket,) = now(three[:1])
    assert (ticket.team, ticket.assignee) == (web_team, agent)


def test_taking(three, change, agent):
    assert "1 ticket gewijzigd." in change("take", tick(three[0]))
    assert now(three)[0].assignee == agent


def test_category_and_service(three, change, bug, websites):
    change("category", tick(*three), category=bug.pk)
    change("service", tick(*three), service=websites.pk)
    assert {(t.category, t.service, t.kwis) for t in now(three)} == {(bug, websites, "disruption")}


def test_another_priority_is_given_with_its_reason(three, change):
    page = change("priority", tick(*three), priority="high", reason="")
    assert "Zeg waarom" in page
    assert {ticket.priority for ticket in now(three)} == {"normal"}
    change("priority", tick(*three), priority="high", reason="Beurs")
    events = [ticket.events.get(kind="priority_changed").data["reason"] for ticket in three]
    assert events == ["Beurs"] * 3


def test_solving_uses_the_category_for_those_that_have_none(three, change, agent, bug):
    other = type(bug).objects.get(slug="taak")
    change("category", tick(three[0]), category=other.pk)
    page = change("status", tick(*three), status="solved")
    assert "1 ticket gewijzigd, 2 niet." in page
    assert f"#{three[1].pk}: Kies eerst een categorie" in page
    page = change("status", tick(*now(three)[1:]), status="solved", category=bug.pk)
    assert "2 tickets gewijzigd." in page
    assert [ticket.category for ticket in now(three)] == [other, bug, bug]


def test_one_that_refuses_stops_no_other(three, change, agent, second_line, requester):
    boxes = tick(*three)
    confirm(three[1], by=requester)
    Ticket.objects.filter(pk=three[1].pk).update(status="closed")
    page = change("assign", boxes, assignee=second_line.pk)
    assert f"2 tickets gewijzigd, 1 niet. #{three[1].pk}: Dit ticket is afgesloten." in page
    assert [ticket.assignee for ticket in now(three)] == [second_line, None, second_line]


def test_who_comes_second_is_told(three, change, agent, second_line):
    boxes = tick(three[0])
    take(three[0], by=second_line)
    page = change("take", boxes)
    assert "0 tickets gewijzigd, 1 niet." in page
    assert "Iemand anders" in page
    assert now(three)[0].assignee == second_line


def test_a_status_that_moved_meanwhile_is_not_overwritten(three, change, agent, second_line):
    take(three[0], by=agent)
    boxes = tick(*now(three)[:1])
    change_status(three[0], "pending", by=second_line)
    page = change("status", boxes, status="on_hold")
    assert "Iemand anders" in page
    assert now(three)[0].status == "pending"


def test_nothing_ticked_too_much_ticked_or_nothing_chosen(three, change, monkeypatch):
    assert "Vink eerst een ticket aan." in change("take", [])
    assert "Kies een persoon of een team." in change("assign", tick(*three))
    assert "Kies een categorie." in change("category", tick(*three))
    assert "Kies een status." in change("status", tick(*three), status="")
    many = [f"{number}.new." for number in range(1, MOST + 2)]
    assert f"Hoogstens {MOST} tickets per keer." in change("take", many)
    assert {ticket.status for ticket in now(three)} == {"new"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("assign", {"assignee": "999999"}),
        ("assign", {"assignee": "x"}),
        ("assign", {"team": "-1"}),
        ("category", {"category": "x"}),
        ("service", {"service": "9" * 30}),
        ("priority", {"priority": "enormous", "reason": "x"}),
        ("status", {"status": "closed"}),
        ("status", {"status": "new"}),
    ],
)
def test_what_cannot_be_chosen_is_refused(three, change, name, data):
    change(name, tick(*three), **data)
    assert {(t.status, t.priority) for t in now(three)} == {("new", "normal")}


def test_only_people_of_the_desk_can_be_chosen(three, change, requester):
    change("assign", tick(*three), assignee=requester.pk)
    assert {ticket.assignee for ticket in now(three)} == {None}


@pytest.mark.parametrize("text", ["", ".", "x", "x.new.1", "-1.new.", "1" * 20, "٣.new.", "1e3"])
def test_a_broken_box_is_no_ticket(text):
    assert Ticked.read(text) is None


def test_a_ticket_counts_once():
    assert [one.number for one in ticked(["5.new.", "5.open.7", "6"])] == [5, 6]


def test_tickets_that_do_not_exist_are_passed_over(three, change):
    assert "1 ticket gewijzigd." in change("take", ["999999.new.", *tick(three[0])])


def test_where_to_go_afterwards_stays_on_the_desk(three, as_user, agent):
    data = {"ticket": tick(three[0]), "next": "https://evil.example/"}
    answer = as_user(agent).post("/queue/change/take/", data)
    assert answer["Location"] == "/"


def test_a_form_of_another_site_is_refused(three, agent):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(agent)
    answer = browser.post("/queue/change/take/", {"ticket": tick(three[0])})
    assert answer.status_code == 403
    assert now(three)[0].status == "new"


def test_the_page_to_choose_on_names_the_ticked_tickets(three, as_user, agent):
    query = "&".join(f"ticket={box}" for box in tick(*three[:2]))
    page = as_user(agent).get(f"/queue/change/?{query}&next=/queue/mine/").content.decode()
    assert "Wijzig 2 tickets" in page
    assert page.count(f'value="{three[0].pk}.new."') == 6  # in each of the forms
    assert 'value="/queue/mine/"' in page


# --- in place --------------------------------------------------------------------------------


@pytest.fixture
def in_place(as_user, agent):
    def post(name: str, boxes: list[str], **data):
        data = {"ticket": boxes, "queue": "dispatch", **data}
        return as_user(agent).post(f"/queue/change/{name}/", data, headers={"HX-Request": "true"})

    return post


def test_changed_rows_come_back_by_their_number(three, in_place, second_line):
    answer = in_place("assign", tick(*three[:2]), assignee=second_line.pk)
    page = answer.content.decode()
    rows = dict(re.findall(r'<tr id="ticket-(\d+)"([^>]*)>', page))
    assert set(rows) == {str(three[0].pk), str(three[1].pk)}
    assert all('hx-swap-oob="true"' in row and "left" in row for row in rows.values())
    assert "Bram Jacobs" in page
    assert '<nav class="rail" id="rail" hx-swap-oob="true"' in page
    assert "2 tickets gewijzigd." in page
    assert answer["HX-Trigger"] == (
        f'{{"desk:changed": {{"done": [{three[0].pk}, {three[1].pk}]}}}}'
    )


def test_rows_that_stay_in_the_queue_are_not_marked_as_gone(three, in_place, bug):
    page = in_place("category", tick(three[0]), category=bug.pk).content.decode()
    assert "left" not in re.search(r"<tr [^>]*>", page)[0]


def test_a_refused_change_comes_back_with_its_sentence(three, in_place):
    answer = in_place("assign", tick(three[0]))
    assert "Kies een persoon of een team." in answer.content.decode()
    assert answer["HX-Trigger"] == '{"desk:changed": {"done": []}}'


def test_a_hundred_rows_take_as_many_queries_to_show_as_one(three, in_place, agent, as_user):
    client = as_user(agent)

    def queries(*tickets) -> int:
        data = {"ticket": tick(*tickets), "queue": "dispatch", "category": ""}
        with CaptureQueriesContext(connection) as found:
            client.post("/queue/change/category/", data, headers={"HX-Request": "true"})
        return len(found)

    assert queries(three[0]) == queries(*three)


# --- two at once -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_agents_take_the_same_ticket_at_one_instant(ticket, agent, second_line, as_user):
    boxes, answers, start = tick(ticket), {}, threading.Barrier(2)
    clients = {user: as_user(user) for user in (agent, second_line)}

    def press(user) -> None:
        try:
            start.wait(10)
            data = {"ticket": boxes, "next": "/queue/mine/"}
            answer = clients[user].post("/queue/change/take/", data, follow=True)
            answers[user] = answer.content.decode()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[user]) for user in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ticket.refresh_from_db()
    winner, loser = (agent, second_line) if ticket.assignee == agent else (second_line, agent)
    assert ticket.assignee == winner
    assert "1 ticket gewijzigd." in answers[winner]
    assert "Iemand anders" in answers[loser]
    assert ticket.events.filter(kind="assigned").count() == 1


def test_a_team_that_is_gone_cannot_be_chosen(three, change, web_team, agent):
    Team.objects.filter(pk=web_team.pk).update(is_active=False)
    change("assign", tick(three[0]), team=web_team.pk)
    assert now(three)[0].status == "new"
    assign(three[0], team=web_team, assignee=None, by=agent)  # as the ticket page may keep it
