"""The front hall: where each role comes in, and the search of requesters."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from knowledgebase.models import Article
from sla.alarms.models import OnCallPlan
from sla.availability.status import serving
from tickets.actions.opening import NewTicket, open_ticket

pytestmark = pytest.mark.django_db


def article(title: str, slug: str, **fields) -> Article:
    return Article.objects.create(
        title=title,
        slug=slug,
        summary=f"Alles over {title.lower()}.",
        body=title,
        body_html="",
        **{"status": "published", **fields},
    )


def count(act, *args) -> int:
    with CaptureQueriesContext(connection) as seen:
        act(*args)
        return len(seen)


def test_each_role_comes_in_where_its_work_is(as_user, requester, agent, manager):
    assert as_user(requester).get("/").status_code == 200
    assert as_user(agent).get("/")["Location"] == "/queue/dispatch/"
    assert as_user(manager).get("/")["Location"] == "/reports/"


def test_home_shows_ones_tickets_and_the_answers_of_the_desk(as_user, requester, ticket):
    article("De cache wissen", "cache", home_position=1)
    article("Intern", "intern", home_position=2, audience="agents")
    article("Half af", "concept", home_position=3, status="draft")
    page = as_user(requester).get("/").content.decode()
    assert ticket.subject in page
    assert "/articles/cache/" in page
    assert "/articles/intern/" not in page
    assert "/articles/concept/" not in page


def test_home_of_a_newcomer_is_not_empty_of_words(as_user, requester):
    assert "/tickets/new/" in as_user(requester).get("/").content.decode()


def test_home_offers_the_draft(as_user, requester):
    browser = as_user(requester)
    browser.post("/drafts/new_ticket/", {"subject": "Half getypt"})
    assert "Half getypt" in browser.get("/").content.decode()


def test_home_says_how_services_are(as_user, requester, websites):
    serving.refresh()
    page = as_user(requester).get("/").content.decode()
    assert f"/status/services/{websites.slug}/" in page


def test_home_shows_no_state_that_is_old(as_user, requester, websites, time_machine):
    serving.refresh()
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=30))  # nobody made a newer one
    assert "/status/services/" not in as_user(requester).get("/").content.decode()


@pytest.mark.parametrize(("at", "notice"), [("10:00", True), ("18:00", False), ("22:00", True)])
def test_the_emergency_number_is_named_or_there(as_user, requester, time_machine, at, notice):
    OnCallPlan.objects.update(phone="02 000 00 00")
    time_machine.move_to(f"2026-11-25T{at}:00+01:00", tick=False)
    page = as_user(requester).get("/").content.decode()
    assert ("noodnummer (ma–vr 17–20 u., za 9–19 u., zo 9–13 u.)" in page) is notice
    assert ("tel:020000000" in page) is not notice


def test_a_desk_without_emergency_number_promises_none(as_user, requester):
    OnCallPlan.objects.update(phone="")
    assert "noodnummer" not in as_user(requester).get("/").content.decode()


@pytest.mark.parametrize("path", ["/privacy/", "/accessibility/"])
def test_everybody_reads_what_the_desk_does_with_people(client, path):
    page = client.get(path).content.decode()
    assert "mailto:servicedesk@desk.example" in page


def test_home_costs_the_same_with_one_row_and_with_three(as_user, requester, ticket):
    article("Een", "een", home_position=1)
    browser = as_user(requester)
    few = count(browser.get, "/")
    for number in range(2):
        article(f"Nog {number}", f"nog-{number}", home_position=2)
        open_ticket(NewTicket(requester=requester, subject=f"V{number}", body="x"), by=requester)
    assert count(browser.get, "/") == few <= 12


def test_search_finds_articles_and_own_tickets(as_user, requester, stranger, ticket):
    article("Openingsuren aanpassen", "uren")
    found = as_user(requester).get("/search/", {"q": "openingsuren"}).content.decode()
    assert "/articles/uren/" in found
    assert ticket.get_absolute_url() in found
    assert "<mark>" in found
    elsewhere = as_user(stranger).get("/search/", {"q": "openingsuren"}).content.decode()
    assert ticket.get_absolute_url() not in elsewhere


def test_an_article_with_some_of_the_words_is_better_than_none(as_user, requester):
    article("Lener ontvangt de mail met de code niet", "code")
    page = as_user(requester).get("/search/", {"q": "code niet ontvangen"}).content.decode()
    assert "/articles/code/" in page


@pytest.mark.parametrize("typed", ["{number}", "#{number}", " [#{number}] "])
def test_a_number_jumps_to_its_ticket(as_user, requester, stranger, ticket, typed):
    words = typed.format(number=ticket.number)
    answer = as_user(requester).get("/search/", {"q": words})
    assert answer["Location"] == ticket.get_absolute_url()
    assert as_user(stranger).get("/search/", {"q": words}).status_code == 200


def test_nothing_found_offers_better_spelling_and_to_ask(as_user, requester):
    article("Vestigingsbeheer openen", "beheer")
    page = as_user(requester).get("/search/", {"q": "kapot & vestigingsbeher"}).content.decode()
    assert "vestigingsbeheer" in page
    assert "/tickets/new/?q=kapot%20%26%20vestigingsbeher" in page


def test_words_are_shown_never_run(as_user, requester):
    page = as_user(requester).get("/search/", {"q": "<script>x</script>"}).content.decode()
    assert "<script>x" not in page


def test_agents_search_their_queue(as_user, agent):
    answer = as_user(agent).get("/search/", {"q": "cache & co"})
    assert answer["Location"] == "/queue/search/?q=cache+%26+co"


def test_the_front_hall_is_for_people_who_signed_in(client):
    assert client.get("/").status_code == 302
    assert client.get("/search/").status_code == 302
