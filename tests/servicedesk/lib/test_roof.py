"""What stands around every page, for each role; and pages for when there is no page."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from servicedesk.accounts.models import User


def lost(client) -> str:
    """The page of a wrong address, with the roof of the reader."""
    answer = client.get("/there-is-no-such-page/")
    assert answer.status_code == 404
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "reports", "administration"),
    [("agent", False, False), ("manager", True, False), ("administrator", True, True)],
)
def test_each_role_sees_its_own_doors(request, as_user, role, reports, administration):
    page = lost(as_user(request.getfixturevalue(role)))
    assert "Wachtrij" in page
    assert ("Rapporten" in page) is reports
    assert ("Beheer" in page) is administration


def test_a_requester_gets_the_portal(as_user, requester):
    page = lost(as_user(requester))
    assert "Nieuwe vraag" in page
    assert "Bibliotheek Heidedal" in page
    assert "servicedesk@desk.example" in page
    assert "kantooruren ma–vr 9–17 u." in page
    assert "Wachtrij" not in page


def test_a_visitor_sees_no_door_but_the_languages(client, db):
    page = lost(client)
    assert "Mijn tickets" not in page
    assert 'value="en"' in page


def test_the_roof_speaks_the_language_of_the_reader(as_user, requester):
    User.objects.filter(pk=requester.pk).update(language="en")
    page = lost(as_user(requester))
    assert '<html lang="en"' in page
    assert "There is nothing here" in page
    assert "office hours Mon–Fri 9–17" in page


def test_forbidden_looks_the_same_as_not_found():
    assert render_to_string("403.html") == render_to_string("404.html")


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_failure_pages_need_nothing(name):
    with translation.override("nl"):
        page = render_to_string(name)
    assert "Naar de start" in page
    assert 'lang="nl-BE"' in page


def test_the_bell_counts_what_is_unread(as_user, agent):
    for number in range(3):
        agent.notifications.create(key=f"k{number}", kind="assigned")
    agent.notifications.create(key="old", kind="assigned", read_at=agent.created_at)
    page = lost(as_user(agent))
    assert "Meldingen, 3 nieuw" in page
