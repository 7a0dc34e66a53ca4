"""What is kept of the answers, and how people read them."""

import datetime as dt

import pytest
from django.utils import translation

from tickets.intake import answers
from tickets.intake.prefill import carried
from tickets.intake.questions import Sort, kind_of, sort_of
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

SINCE = dt.datetime(2025, 11, 4, 8, 30, tzinfo=dt.UTC)


def test_only_what_was_answered_is_kept_as_keys_and_values():
    clean = {"since": SINCE, "frequency": "once", "steps": "", "number_actor": "12", "subject": "x"}
    assert answers.kept(Sort.DISRUPTION, clean) == {
        "sort": "disruption",
        "since": "2025-11-04T08:30:00+00:00",
        "frequency": "once",
        "number_actor": "12",
    }


def test_people_read_labels_of_their_own_language(ticket, wise):
    ticket.service = wise
    ticket.intake = {
        "sort": "disruption",
        "since": SINCE.isoformat(),
        "cross_computer": "same",
        "number_actor": "12345678",
        "number_gone": "7",
    }
    rows = dict(answers.shown(ticket))
    assert rows["Actor-ID"] == "12345678"
    assert rows["gone"] == "7"
    assert "9" in next(value for label, value in rows.items() if "9.30" in value)


def test_systems_are_read_by_what_one_gets_access_to(ticket, wise):
    ticket.intake = {"sort": "access", "systems": ["wise", "gone"]}
    assert "Wise" in dict(answers.shown(ticket)).values()


def test_a_ticket_without_a_form_has_no_answers(ticket):
    ticket.intake = {}
    assert answers.shown(ticket) == []
    assert answers.sort_label(ticket) == ""


@pytest.mark.parametrize("sort", Sort.values)
def test_kind_and_variant_make_the_sort_and_back(sort):
    assert sort_of(*kind_of(sort)) == sort


def test_half_a_choice_is_no_sort():
    assert sort_of("request", "") == sort_of("request", "wish") == sort_of("x", "") == ""


def test_an_address_carries_words_and_choices(rf, requester):
    address = rf.get("/", {"q": "cache wissen", "kind": "information", "variant": "x"}).GET
    assert carried(address, user=requester) == {"subject": "cache wissen", "kind": "information"}
    nonsense = rf.get("/", {"kind": "hack", "follows": "zes", "subject": "\0 "}).GET
    assert carried(nonsense, user=requester) == {}


def test_only_a_closed_ticket_one_sees_is_followed_up(rf, ticket, requester, stranger):
    address = rf.get("/", {"follows": str(ticket.pk)}).GET
    assert carried(address, user=requester) == {}
    now = dt.datetime.now(dt.UTC)
    Ticket.objects.update(status="closed", solved_at=now, closed_at=now)
    assert carried(address, user=requester)["follows"] == str(ticket.pk)
    assert carried(address, user=requester)["service"] == "websites"
    assert carried(address, user=stranger) == {}


def test_what_stayed_open_is_counted_as_the_coach_counts(ticket, websites):
    websites.intake_questions.create(key="page", text="Adres van de pagina")
    websites.intake_questions.create(key="browser", text="Browser", only_disruptions=True)
    ticket.intake = {"sort": "disruption", "frequency": "once", "steps": "herstart"}
    with translation.override("nl"):
        assert answers.missing(ticket) == [
            "Sinds",
            "Versie",
            "De kruistest",
            "Adres van de pagina",
            "Browser",
        ]
        ticket.intake |= {"cross_browser": "same", "number_page": "https://x.example"}
        assert answers.missing(ticket) == ["Sinds", "Versie"]
        ticket.intake = {"sort": "information"}
        assert answers.missing(ticket) == ["Reeds genomen stappen", "Adres van de pagina"]
    ticket.intake = {}
    assert answers.missing(ticket) == []
