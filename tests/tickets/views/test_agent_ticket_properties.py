"""Changing properties, followers and the requester from the page of a ticket."""

import pytest

from servicedesk.catalogue.models import Category
from tickets.actions.assigning import assign, take
from tickets.actions.following import add_follower
from tickets.actions.transitions import change_status
from tickets.models import Follower, Ticket


@pytest.fixture
def change(ticket, as_user):
    """`change(agent, "status", …)`: posts one property and gives the answer."""

    def post(user, name, **data):
        return as_user(user).post(f"/tickets/{ticket.pk}/set/{name}/", data)

    return post


def now(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def said(as_user, user, ticket) -> str:
    """The notices on the next page."""
    page = as_user(user).get(ticket.get_absolute_url()).content.decode()
    return page.split('id="notices"')[1].split('id="ticket-bar"')[0]


def test_status(change, ticket, agent):
    assert change(agent, "status", status="pending", seen_status="new").status_code == 302
    assert (now(ticket).status, now(ticket).assignee) == ("pending", agent)


def test_a_status_that_is_not_allowed(change, ticket, agent):
    assert change(agent, "status", status="closed", seen_status="new").status_code == 422
    assert now(ticket).status == "new"


def test_of_two_statuses_at_once_the_second_is_told(change, ticket, agent, second_line, as_user):
    change(agent, "status", status="pending", seen_status="new")
    client = as_user(second_line)
    answer = client.post(
        f"/tickets/{ticket.pk}/set/status/",
        {"status": "on_hold", "seen_status": "new"},
        follow=True,
    )
    assert "Iemand anders wijzigde dit ticket intussen." in answer.content.decode()
    assert now(ticket).status == "pending"


def test_solving_without_category_asks_for_one_and_then_solves(change, ticket, agent, bug):
    asked = change(agent, "status", status="solved", seen_status="new")
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "Kies een categorie: een opgelost ticket heeft er een nodig." in page
    assert 'id="property-category"' in page
    assert '<option value="solved" selected>' in page
    assert now(ticket).status == "new"
    change(agent, "status", status="solved", seen_status="new", category=bug.pk)
    assert (now(ticket).status, now(ticket).category) == ("solved", bug)


def test_a_solved_ticket_is_reopened(change, ticket, agent, bug):
    change_status(ticket, "solved", by=agent, category=bug)
    change(agent, "status", status="open", seen_status="solved")
    assert now(ticket).status == "open"


def test_team_and_person(change, ticket, agent, second_line, web_team, first_line):
    change(agent, "team", team=first_line.pk, seen_assignee="")
    assert (now(ticket).status, now(ticket).team) == ("open", first_line)
    change(agent, "assignee", assignee=second_line.pk, seen_assignee="")
    assert (now(ticket).team, now(ticket).assignee) == (web_team, second_line)
    change(agent, "team", team=first_line.pk, seen_assignee=second_line.pk)
    assert (now(ticket).team, now(ticket).assignee) == (first_line, None)
    change(agent, "assignee", assignee=agent.pk, seen_assignee="")
    change(agent, "assignee", assignee="", seen_assignee=agent.pk)
    assert (now(ticket).team, now(ticket).assignee) == (first_line, None)


def test_somebody_else_was_assigned_meanwhile(change, ticket, agent, second_line, as_user):
    take(ticket, by=second_line)
    answer = as_user(agent).post(
        f"/tickets/{ticket.pk}/set/assignee/",
        {"assignee": agent.pk, "seen_assignee": ""},
        follow=True,
    )
    assert "Iemand anders wijzigde dit ticket intussen." in answer.content.decode()
    assert now(ticket).assignee == second_line


def test_only_people_of_the_desk_are_assigned(change, ticket, agent, requester):
    answer = change(agent, "assignee", assignee=requester.pk, seen_assignee="")
    assert answer.status_code == 422
    assert now(ticket).assignee is None


def test_taking(ticket, agent, second_line, as_user):
    as_user(agent).post(f"/tickets/{ticket.pk}/take/", {"seen_assignee": ""})
    assert now(ticket).assignee == agent
    late = as_user(second_line).post(
        f"/tickets/{ticket.pk}/take/", {"seen_assignee": ""}, follow=True
    )
    assert "Iemand anders wijzigde dit ticket intussen." in late.content.decode()
    as_user(second_line).post(f"/tickets/{ticket.pk}/take/", {"seen_assignee": agent.pk})
    assert now(ticket).assignee == second_line


def test_taking_from_a_number_that_is_nobody(ticket, agent, second_line, as_user):
    """Longer than Python reads as a number."""
    take(ticket, by=second_line)
    as_user(agent).post(f"/tickets/{ticket.pk}/take/", {"seen_assignee": "9" * 5_000})
    assert now(ticket).assignee == second_line


def test_service_category_and_kind(change, ticket, agent, websites, bug):
    change(agent, "service", service="")
    assert now(ticket).service is None
    change(agent, "service", service=websites.pk)
    assert now(ticket).service == websites
    change(agent, "category", category=bug.pk)
    assert (now(ticket).category, now(ticket).kwis) == (bug, "disruption")
    change(agent, "kwis", kwis="wish")
    assert now(ticket).kwis == "wish"


def test_a_solved_ticket_keeps_a_category(change, ticket, agent, bug, as_user):
    change_status(ticket, "solved", by=agent, category=bug)
    answer = as_user(agent).post(
        f"/tickets/{ticket.pk}/set/category/", {"category": ""}, follow=True
    )
    assert answer.status_code == 200
    assert now(ticket).category == bug


def test_priority_needs_a_reason(change, ticket, agent):
    asked = change(agent, "priority", priority="urgent", reason=" ")
    assert asked.status_code == 422
    assert now(ticket).priority == "normal"
    change(agent, "priority", priority="urgent", reason="De balie staat stil")
    assert now(ticket).priority == "urgent"


@pytest.mark.parametrize("name", ["requester", "subject", "id", "STATUS"])
def test_other_properties_have_no_door(change, agent, name):
    assert change(agent, name, status="solved").status_code == 404


def test_a_closed_ticket_does_not_change(change, ticket, agent, as_user):
    Ticket.objects.filter(pk=ticket.pk).update(
        status="closed", solved_at=ticket.created_at, closed_at=ticket.created_at
    )
    change(agent, "kwis", kwis="wish")
    change(agent, "assignee", assignee=agent.pk, seen_assignee="")
    assert (now(ticket).kwis, now(ticket).assignee) == ("information", None)
    page = as_user(agent).get(ticket.get_absolute_url()).content.decode()
    assert f"?follows_up={ticket.pk}" in page


def test_who_works_where_is_offered(ticket, agent, second_line, manager, requester, as_user):
    page = as_user(agent).get(ticket.get_absolute_url()).content.decode()
    choices = page.split('id="property-assignee"')[1].split("</select>")[0]
    assert "Noor Peeters (ik)" in choices
    assert "Bram Jacobs" in choices
    assert "Sofie" not in choices


def test_an_agent_who_left_still_shows(ticket, agent, second_line, as_user):
    take(ticket, by=second_line)
    type(second_line).objects.filter(pk=second_line.pk).update(is_active=False)
    page = as_user(agent).get(ticket.get_absolute_url()).content.decode()
    choices = page.split('id="property-assignee"')[1].split("</select>")[0]
    assert f'<option value="{second_line.pk}" selected>' in choices


def test_a_new_ticket_is_given_to_the_team_it_is_preset_to(
    change, ticket, agent, web_team, as_user
):
    assert "Wijs toe aan dit team" in as_user(agent).get(ticket.get_absolute_url()).content.decode()
    change(agent, "team", team=web_team.pk, seen_assignee="")
    assert (now(ticket).status, now(ticket).team) == ("open", web_team)


def test_the_same_again_writes_nothing(change, ticket, agent, websites, web_team):
    assign(ticket, team=web_team, assignee=None, by=agent)
    before = ticket.events.count()
    change(agent, "team", team=web_team.pk, seen_assignee="")
    change(agent, "service", service=websites.pk)
    change(agent, "kwis", kwis="information")
    change(agent, "priority", priority="normal", reason="")
    assert ticket.events.count() == before


def test_followers_come_and_go(ticket, agent, colleague, stranger, as_user):
    client = as_user(agent)
    client.post(f"/tickets/{ticket.pk}/followers/", {"person": "WOUT@heidedal.example"})
    client.post(f"/tickets/{ticket.pk}/followers/", {"person": "vera maes"})
    assert set(Follower.objects.values_list("user", flat=True)) == {colleague.pk, stranger.pk}
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "cc Wout Claes, Vera Maes" in page
    client.post(f"/tickets/{ticket.pk}/followers/{colleague.pk}/remove/")
    assert list(Follower.objects.values_list("user", flat=True)) == [stranger.pk]
    answer = client.post(f"/tickets/{ticket.pk}/followers/{colleague.pk}/remove/")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("niemand-zo", "We kennen niemand als"), ("heidedal", "meer dan één persoon"), ("", "")],
)
def test_a_follower_nobody_can_guess(ticket, agent, requester, colleague, as_user, words, sentence):
    answer = as_user(agent).post(f"/tickets/{ticket.pk}/followers/", {"person": words})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Follower.objects.exists()


def test_the_requester_is_changed_with_the_organisation(
    ticket, agent, stranger, elsewhere, as_user
):
    answer = as_user(agent).post(
        f"/tickets/{ticket.pk}/requester/", {"person": "vera@devlier.example"}
    )
    assert answer.status_code == 302
    assert (now(ticket).requester, now(ticket).organisation) == (stranger, elsewhere)


def test_a_follower_of_another_ticket_is_not_touched(ticket, agent, colleague, requester, as_user):
    from tickets.actions.opening import NewTicket, open_ticket

    other = open_ticket(NewTicket(requester=requester, subject="Ander", body="x"), by=requester)
    add_follower(other, colleague, by=agent)
    answer = as_user(agent).post(f"/tickets/{ticket.pk}/followers/{colleague.pk}/remove/")
    assert answer.status_code == 404
    assert Follower.objects.count() == 1


def test_categories_that_are_no_longer_used_are_not_offered(ticket, agent, as_user):
    Category.objects.filter(slug="bug").update(is_active=False)
    page = as_user(agent).get(ticket.get_absolute_url()).content.decode()
    assert ">Bug<" not in page
