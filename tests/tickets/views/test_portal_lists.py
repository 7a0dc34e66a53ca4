"""The requester's lists of tickets."""

import re

import pytest

from tickets.actions.following import add_follower
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.transitions import confirm
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def ask(person, subject: str) -> Ticket:
    return open_ticket(NewTicket(requester=person, subject=subject, body="x"), by=person)


def subjects(browser, query: str = "") -> list[str]:
    page = browser.get(f"/tickets/{query}").content.decode()
    return re.findall(r'class="fw-semibold mid d-block">([^<]+)<', page)


def test_everybody_sees_their_own_and_the_granted_the_organisations(
    as_user, requester, colleague, stranger
):
    ask(requester, "Van Sofie")
    ask(colleague, "Van Wout")
    ask(stranger, "Van Vera")
    assert subjects(as_user(requester)) == ["Van Sofie"]
    assert subjects(as_user(requester), "?of=organisation") == ["Van Sofie"]
    assert subjects(as_user(colleague), "?of=organisation") == ["Van Wout", "Van Sofie"]
    assert subjects(as_user(stranger), "?of=organisation") == ["Van Vera"]


def test_tickets_one_follows_have_a_list_of_their_own(as_user, agent, requester, stranger):
    ticket = ask(requester, "Van Sofie")
    assert "of=followed" not in as_user(stranger).get("/tickets/").content.decode()
    add_follower(ticket, stranger, by=agent)
    assert "of=followed" in as_user(stranger).get("/tickets/").content.decode()
    assert subjects(as_user(stranger), "?of=followed") == ["Van Sofie"]


def test_solved_and_unsolved_apart(as_user, requester):
    confirm(ask(requester, "Klaar"), by=requester)
    ask(requester, "Open")
    browser = as_user(requester)
    assert subjects(browser, "?status=open") == ["Open"]
    assert subjects(browser, "?status=solved") == ["Klaar"]
    assert subjects(browser, "?status=all&of=own") == ["Open", "Klaar"]
    assert subjects(browser, "?status=<x>&of='&after=zz") == ["Open", "Klaar"]


def test_pages_follow_each_other_without_gaps(as_user, requester):
    for number in range(30):
        ask(requester, f"Vraag {number}")
    browser = as_user(requester)
    first = browser.get("/tickets/").content.decode()
    following = re.search(r'rel="next" href="([^"]+)"|href="([^"]+)"[^>]*rel="next"', first)
    address = next(filter(None, following.groups()))
    seen = subjects(browser) + subjects(browser, address)
    assert seen == [f"Vraag {number}" for number in reversed(range(30))]


def test_an_empty_list_says_what_to_do(as_user, requester):
    assert "/tickets/new/" in as_user(requester).get("/tickets/").content.decode()


def test_a_list_costs_the_same_with_one_ticket_and_with_three(as_user, requester, queries):
    ask(requester, "Eerste")
    browser = as_user(requester)
    few = queries(browser.get, "/tickets/")
    ask(requester, "Tweede")
    ask(requester, "Derde")
    assert queries(browser.get, "/tickets/") == few <= 8


def test_a_part_of_what_one_sees_is_never_more_than_one_sees(
    requester, colleague, stranger, agent, manager
):
    people = [requester, colleague, stranger, agent, manager]
    for person in people:
        ask(person, "Vraag")
    add_follower(Ticket.objects.get(requester=requester), stranger, by=agent)
    for person in people:
        everything = set(Ticket.objects.visible_to(person))
        parts = [
            set(Ticket.objects.visible_to(person, part=part))
            for part in ("own", "followed", "organisation")
        ]
        assert set.union(*parts) <= everything
        assert person.is_agent or set.union(*parts) == everything
