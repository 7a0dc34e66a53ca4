"""Outages on the pages of the desk, from the report to the correction."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sla.availability.actions import NewOutage, link_ticket, open_outage
from sla.availability.models import Outage

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"availability:outage-{name}", args=args)


def typed(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")


def test_reporting_by_hand(as_user, agent, websites):
    browser = as_user(agent)
    page = browser.get(url("create"))
    start = timezone.now().replace(microsecond=0) - dt.timedelta(hours=1)
    answer = browser.post(
        url("create"),
        {
            "service": websites.pk, "severity": "degraded", "title": "Websites laden traag",
            "text": "We kijken het na.", "started_at": typed(start),
            "token": page.context["form"]["token"].value(),
        },
    )  # fmt: skip
    outage = Outage.objects.get()
    assert answer.headers["Location"] == outage.get_absolute_url()
    assert (outage.started_at, outage.severity, outage.reported_by) == (start, "degraded", agent)
    assert "Websites laden traag" in browser.get(url("list")).text


def test_a_refusal_keeps_what_was_typed(as_user, agent, outage):
    answer = as_user(agent).post(
        url("create"),
        {
            "service": outage.service_id, "severity": "down", "title": "Nog een keer",
            "started_at": typed(timezone.now()),
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Deze dienst heeft al een open storing" in answer.text
    assert "Nog een keer" in answer.text


def test_an_outage_entered_backwards_gets_a_sentence(as_user, agent, websites):
    now = timezone.now()
    answer = as_user(agent).post(
        url("create"),
        {
            "service": websites.pk, "severity": "down",
            "started_at": typed(now - dt.timedelta(hours=1)),
            "ended_at": typed(now - dt.timedelta(hours=2)),
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "De storing eindigt voor ze begint" in answer.text


def test_update_severity_link_and_end(as_user, agent, outage, ticket):
    browser = as_user(agent)
    browser.post(url("update", outage.pk), {"stage": "repairing", "text": "De server herstart."})
    browser.post(url("severity", outage.pk), {"severity": "degraded"})
    browser.post(url("link", outage.pk), {"number": ticket.pk})
    page = browser.get(outage.get_absolute_url()).text
    for words in ("De server herstart.", "Wordt hersteld", "Hinder", f"#{ticket.pk}"):
        assert words in page
    again = browser.post(url("end", outage.pk), {"at": typed(timezone.now()), "text": ""})
    assert again.status_code == 422
    end = timezone.now() + dt.timedelta(seconds=10)
    browser.post(url("end", outage.pk), {"at": typed(end), "text": "Klaar.", "cause": "Schijf vol"})
    outage.refresh_from_db()
    assert (outage.is_open, outage.cause) == (False, "Schijf vol")


def test_a_manager_corrects_confirms_and_withdraws(as_user, agent, manager, websites):
    start = timezone.now().replace(microsecond=0) - dt.timedelta(hours=3)
    outage = open_outage(
        NewOutage(service=websites, started_at=start, ended_at=start + dt.timedelta(hours=1)),
        by=agent,
    )
    browser = as_user(manager)
    assert browser.get(url("correct", outage.pk)).status_code == 200
    facts = {
        "title": outage.title, "severity": "", "started_at": typed(start),
        "ended_at": typed(start + dt.timedelta(minutes=30)),
    }  # fmt: skip
    without = browser.post(url("correct", outage.pk), facts)
    assert without.status_code == 422
    assert "Zeg waarom je het rechtzet." in without.text
    browser.post(url("correct", outage.pk), facts | {"reason": "Logboek van de leverancier"})
    browser.post(url("confirm", outage.pk))
    outage.refresh_from_db()
    assert outage.lasted() == dt.timedelta(minutes=30)
    assert outage.confirmed_by == manager
    page = browser.get(outage.get_absolute_url()).text
    assert "Logboek van de leverancier" in page
    assert "Karin Smets bevestigde de storing" in page
    browser.post(url("correct", outage.pk), {"withdraw": "1", "reason": "Vals alarm"})
    outage.refresh_from_db()
    assert outage.is_withdrawn


def test_a_requester_joins_in_one_click(as_user, requester, outage):
    browser = as_user(requester)
    page = reverse("availability:status-outage", args=[outage.pk])
    assert "Hou me op de hoogte" in browser.get(page).text
    browser.post(url("join", outage.pk))
    assert outage.followers.get().user == requester
    assert "Niet langer" in browser.get(page).text
    browser.post(url("leave", outage.pk))
    assert outage.followers.count() == 0


def test_an_outage_of_a_hidden_service_is_for_nobody_outside(as_user, client, requester, outage):
    outage.service.visibility = "agents"
    outage.service.save()
    page = reverse("availability:status-outage", args=[outage.pk])
    assert client.get(page).status_code == 404
    assert as_user(requester).get(page).status_code == 404
    assert as_user(requester).post(url("join", outage.pk)).status_code == 404


def test_a_list_costs_the_same_for_one_and_for_three(
    as_user, agent, outage, wise, ticket, django_assert_num_queries
):
    browser = as_user(agent)
    start = timezone.now() - dt.timedelta(days=9)

    def more(count: int) -> None:
        for number in range(count):
            begin = start + dt.timedelta(days=number)
            end = begin + dt.timedelta(hours=1)
            row = open_outage(NewOutage(service=wise, started_at=begin, ended_at=end), by=agent)
            link_ticket(row, ticket, by=agent)

    more(1)
    with django_assert_num_queries(6):
        browser.get(url("list"))
    start += dt.timedelta(days=2)
    more(3)
    with django_assert_num_queries(6):
        browser.get(url("list"))


# --- the same problem is known --------------------------------------------------------------


def test_the_intake_form_asks_for_known_outages(as_user, requester, websites, wise, outage):
    browser = as_user(requester)
    form = browser.get(reverse("tickets:ticket-create")).text
    assert reverse("availability:known-outages") in form
    known = reverse("availability:known-outages")
    assert "Websites laden traag" in browser.get(known, {"service": "websites"}).text
    assert "Websites laden traag" not in browser.get(known, {"service": "wise"}).text


def test_joining_from_the_form_needs_no_ticket(as_user, requester, outage):
    answer = as_user(requester).post(reverse("availability:known-join", args=[outage.pk]))
    assert "Je hoeft niets te melden" in answer.text
    assert outage.followers.get().user == requester


def test_who_reads_english_gets_the_words_there_are(as_user, requester, outage):
    requester.language = "en"
    requester.save()
    page = as_user(requester).get(reverse("home")).text
    assert "State of our services" in page
    assert "Websites laden traag" in page


def test_the_portal_home_shows_what_is_going_on(as_user, requester, outage):
    browser, home = as_user(requester), reverse("home")
    assert "Websites laden traag" in browser.get(home).text
    outage.service.visibility = "agents"
    outage.service.save()
    assert "Websites laden traag" not in browser.get(home).text
