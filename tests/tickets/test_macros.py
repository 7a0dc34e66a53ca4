"""Texts with placeholders: a short list of words, and no template engine."""

import pytest

from tickets.macros import fill, for_ticket
from tickets.models import Macro


@pytest.fixture
def greeting(db) -> Macro:
    return Macro.objects.create(
        name="Begroeting",
        body="Dag {requester}\n\nOver {number} bij {organisation}, dienst {service}.\n\n{agent}",
    )


def test_placeholders_are_filled_in(ticket, agent, greeting):
    (macro,) = for_ticket(ticket, by=agent)
    assert macro.text == (
        f"Dag Sofie\n\nOver #{ticket.pk} bij Bibliotheek Heidedal, dienst Bibliotheekwebsites.\n\n"
        "Noor Peeters"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{password}",
        "{{ requester }}"[1:-1].replace("requester", "x"),
        "{% load x %}",
        "{requester.password}",
        "{0}",
        "{requester!r}",
        "{",
        "{}",
    ],
)
def test_other_braces_stay_as_they_are(text):
    assert fill(text, {"requester": "Sofie"}) == text


def test_what_is_put_in_is_not_read_again():
    assert fill("{requester}", {"requester": "{agent}", "agent": "Noor"}) == "{agent}"


def test_a_ticket_without_organisation_and_service(ticket, agent, greeting):
    ticket.organisation = ticket.service = None
    (macro,) = for_ticket(ticket, by=agent)
    assert "bij , dienst ." in macro.text


def test_an_agent_uses_macros_for_all_and_of_the_own_teams(
    ticket, agent, second_line, greeting, web_team
):
    theirs = Macro.objects.create(name="Websites", body="x", team=web_team)
    Macro.objects.create(name="Oud", body="x", is_active=False)
    assert [macro.id for macro in for_ticket(ticket, by=agent)] == [greeting.pk]
    assert {macro.id for macro in for_ticket(ticket, by=second_line)} == {greeting.pk, theirs.pk}
