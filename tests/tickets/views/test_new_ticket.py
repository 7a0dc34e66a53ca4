"""A new question over the web: what the form asks, keeps, refuses and makes."""

import re
import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from knowledgebase.models import Article
from servicedesk.accounts.models import Branch
from servicedesk.catalogue.models import IntakeQuestion, Service
from servicedesk.outbox.models import OutgoingEmail
from tickets.models import Attachment, Deflection, Draft, Ticket

pytestmark = pytest.mark.django_db

NEW, COACH, QUESTIONS = "/tickets/new/", "/tickets/new/coach/", "/tickets/new/questions/"
BODY = "Als ik in Wise op Bewaar klik in het uitleenscherm, krijg ik “fout 500: sessie verlopen”."


@pytest.fixture
def wise(db, web_team) -> Service:
    service = Service.objects.create(
        name="Wise", slug="wise", access_name="Wise", owner_team=web_team
    )
    IntakeQuestion.objects.create(
        service=service,
        key="actor",
        text="Actor-ID",
        pattern="[0-9]{8}",
        pattern_message="Een actor-ID heeft 8 cijfers.",
    )
    return service


@pytest.fixture
def fields(wise) -> dict:
    return {
        "kind": "disruption",
        "service": "wise",
        "subject": "Fout bij het bewaren",
        "body": BODY,
        "since": "2025-11-04T08:30",
        "frequency": "constant",
        "impact": "blocked",
        "cross_computer": "same",
        "steps": "Opnieuw aangemeld",
        "version": "Firefox 130",
        "number_actor": "12345678",
        "token": str(uuid.uuid4()),
    }


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_complete_disruption_becomes_a_ticket_with_all_its_answers(as_user, requester, fields):
    answer = as_user(requester).post(NEW, fields)
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, ticket.get_absolute_url())
    assert (ticket.kwis, ticket.impact, ticket.priority) == ("disruption", "blocked", "high")
    assert (ticket.channel, ticket.service.slug, ticket.team.slug) == ("portal", "wise", "websites")
    assert ticket.intake["number_actor"] == "12345678"
    assert ticket.intake["cross_computer"] == "same"
    assert ticket.completeness > 80
    assert ticket.messages.get().body_text == BODY
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("kind", "variant", "kwis"),
    [
        ("information", "", "information"),
        ("request", "task", "wish"),
        ("feedback", "wish", "wish"),
        ("feedback", "complaint", "complaint"),
    ],
)
def test_the_kind_decides_the_kwis(as_user, requester, wise, kind, variant, kwis):
    typed = {"kind": kind, "variant": variant, "service": "wise", "subject": "V", "body": BODY}
    as_user(requester).post(NEW, typed)
    assert Ticket.objects.get().kwis == kwis


def test_an_access_request_has_its_own_questions_and_makes_its_own_subject(
    as_user, requester, wise
):
    typed = {
        "kind": "request",
        "variant": "access",
        "systems": ["wise"],
        "for_whom": "colleague",
        "colleague": "Wout Claes",
        "same_as": "Sofie",
        "approved_by": "Els",
        "body": "Wout helpt voortaan aan de balie met inschrijvingen.",
    }
    as_user(requester).post(NEW, typed)
    ticket = Ticket.objects.get()
    assert "Wise" in ticket.subject
    assert "Wout Claes" in ticket.subject
    assert ticket.service == wise
    assert ticket.intake["systems"] == ["wise"]
    assert ticket.intake["same_as"] == "Sofie"


def test_whoever_does_not_know_the_service_can_ask_all_the_same(as_user, requester, wise):
    typed = {"kind": "information", "service": "unknown", "subject": "V", "body": BODY}
    as_user(requester).post(NEW, typed)
    assert Ticket.objects.get().service is None


def test_the_cross_test_is_asked_of_disruptions_only(as_user, requester, wise):
    browser = as_user(requester)
    disrupted = browser.get(NEW, {"kind": "disruption", "service": "wise"}).content.decode()
    informed = browser.get(NEW, {"kind": "information", "service": "wise"}).content.decode()
    assert 'name="cross_computer"' in disrupted
    assert 'name="cross_computer"' not in informed
    assert 'name="number_actor"' in disrupted
    assert 'name="systems"' not in disrupted


def test_errors_stand_above_the_form_and_under_the_field_and_nothing_is_lost(
    as_user, requester, fields
):
    answer = as_user(requester).post(NEW, fields | {"number_actor": "12", "subject": ""})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "data-error-summary" in page
    assert 'href="#id_subject"' in page
    assert page.count("Een actor-ID heeft 8 cijfers.") == 2
    assert BODY.replace("“", "“") in page
    assert 'value="12"' in page
    assert not Ticket.objects.exists()
    assert Draft.objects.get().data["body"] == BODY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "2099-01-01T08:30"),
        ("since", "gisteren"),
        ("service", "secret"),
        ("impact", "world"),
        ("wants_callback", "on"),
        ("kind", ""),
        ("body", "  "),
    ],
)
def test_what_cannot_be_is_refused_under_its_field(as_user, requester, fields, name, value):
    answer = as_user(requester).post(NEW, fields | {name: value})
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_asking_to_be_called_needs_a_number(as_user, requester, fields):
    asked = fields | {"wants_callback": "on", "callback_phone": "0470 12 34 56"}
    as_user(requester).post(NEW, asked | {"callback_when": "Voormiddag"})
    ticket = Ticket.objects.get()
    assert ticket.callback_open
    assert (ticket.callback_phone, ticket.callback_when) == ("0470 12 34 56", "Voormiddag")


@pytest.mark.parametrize("number", ["12345", "9" * 41])
def test_a_number_that_nobody_can_call_is_told_of(as_user, requester, fields, number):
    asked = fields | {"wants_callback": "on", "callback_phone": number}
    answer = as_user(requester).post(NEW, asked)
    assert answer.status_code == 422
    assert f'value="{number}"' in answer.content.decode()


def test_services_of_others_cannot_be_chosen(as_user, requester, elsewhere, fields):
    hidden = Service.objects.create(name="Geheim", slug="geheim", visibility="organisations")
    hidden.organisations.add(elsewhere)
    Service.objects.create(name="Oud", slug="oud", is_active=False)
    page = as_user(requester).get(NEW).content.decode()
    assert "Geheim" not in page
    assert ">Oud<" not in page
    for slug in ("geheim", "oud"):
        assert as_user(requester).post(NEW, fields | {"service": slug}).status_code == 422


def test_a_branch_of_the_own_organisation_only(as_user, requester, heidedal, elsewhere, fields):
    own = Branch.objects.create(organisation=heidedal, name="Zandhoek")
    other = Branch.objects.create(organisation=elsewhere, name="Elders")
    page = as_user(requester).get(NEW).content.decode()
    assert "Zandhoek" in page
    assert "Elders" not in page
    assert as_user(requester).post(NEW, fields | {"branch": other.pk}).status_code == 422
    as_user(requester).post(NEW, fields | {"branch": own.pk})
    assert Ticket.objects.get().branch == own


# --- the draft -------------------------------------------------------------------------------


def test_the_draft_is_saved_while_typing_and_found_again_after_signing_in_anew(
    as_user, requester, fields
):
    as_user(requester).post(COACH, fields)
    page = text_of(as_user(requester).get(NEW))
    assert BODY in page
    assert fields["token"] in page
    assert f'action="{NEW}"' in page


def test_changing_the_kind_and_back_loses_nothing(as_user, requester, fields):
    browser = as_user(requester)
    asked = "kind,service,subject,body,since,frequency,impact,steps,version"
    browser.post(QUESTIONS, fields | {"kind": "request", "asked": asked})
    browser.post(
        QUESTIONS,
        {"kind": "disruption", "variant": "", "asked": "kind,variant,service,subject,body"}
        | {name: fields[name] for name in ("service", "subject", "body")},
    )
    draft = Draft.objects.get()
    assert draft.data["number_actor"] == "12345678"
    assert draft.data["kind"] == "disruption"


def test_a_hint_switches_the_kind(as_user, requester, fields):
    answer = as_user(requester).post(
        QUESTIONS, fields | {"switch": "access"}, headers={"HX-Request": "true"}
    )
    assert 'name="systems"' in answer.content.decode()
    assert Draft.objects.get().data["variant"] == "access"


def test_without_scripts_the_questions_come_with_the_next_page(as_user, requester, fields):
    answer = as_user(requester).post(QUESTIONS, fields, follow=True)
    assert answer.redirect_chain == [(NEW, 302)]
    assert 'name="cross_computer"' in answer.content.decode()


def test_keeping_as_draft_sends_nothing(as_user, requester, fields):
    answer = as_user(requester).post(NEW, fields | {"keep": "yes", "subject": ""})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert not Ticket.objects.exists()
    assert Draft.objects.get().data["body"] == BODY


def test_words_of_a_search_wait_until_the_old_draft_is_thrown_away(as_user, requester, fields):
    browser = as_user(requester)
    browser.post(COACH, fields)
    assert "Fout bij het bewaren" in text_of(browser.get(NEW + "?q=cache"))
    answer = browser.post("/drafts/new_ticket/discard/", {"next": NEW + "?q=cache"}, follow=True)
    assert 'value="cache"' in text_of(answer)


def test_an_empty_form_that_was_sent_keeps_nobody_from_asking_anew(as_user, requester):
    browser = as_user(requester)
    assert browser.post(NEW, {"callback_phone": "0470 00 00 00"}).status_code == 422
    page = text_of(browser.get(NEW + "?q=cache"))
    assert 'value="cache"' in page
    assert "Je gaat verder met je concept" not in page
    assert "Ga verder met je concept" not in text_of(browser.get("/"))


def test_the_coach_keeps_nothing_of_what_was_sent(as_user, requester, fields):
    browser = as_user(requester)
    browser.post(NEW, fields)
    assert browser.post(COACH, fields).status_code == 204
    assert not Draft.objects.exists()


def test_the_coach_says_how_complete_it_is(as_user, requester, fields):
    page = text_of(as_user(requester).post(COACH, fields))
    assert 'id="hints"' in page
    assert 'id="draft-note"' in page
    assert re.search(r'<progress class="meter mb-2" max="100" value="\d\d"', page)


# --- sending twice ----------------------------------------------------------------------------


def test_the_same_form_twice_is_one_ticket(as_user, requester, fields):
    browser = as_user(requester)
    first, second = browser.post(NEW, fields), browser.post(NEW, fields)
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_one_instant_is_one_ticket(as_user, requester, fields, screenshot):
    browser = as_user(requester)
    browser.post("/drafts/new_ticket/files/", {"files": [screenshot()], "token": fields["token"]})
    barrier, answers = threading.Barrier(4), []

    def send() -> None:
        mine = Client()
        mine.cookies = browser.cookies
        barrier.wait()
        answers.append(mine.post(NEW, fields)["Location"])
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ticket = Ticket.objects.get()
    assert set(answers) == {ticket.get_absolute_url()}
    assert ticket.messages.get().attachments.count() == 1
    assert not Draft.objects.exists()
    assert OutgoingEmail.objects.filter(message_id__contains=".receipt.").count() == 1


# --- files ------------------------------------------------------------------------------------


def test_files_go_along_with_the_form_itself(as_user, requester, fields, screenshot):
    as_user(requester).post(NEW, fields | {"files": [screenshot("a.png"), screenshot("b.png")]})
    names = [file.filename for file in Ticket.objects.get().messages.get().attachments.all()]
    assert names == ["a.png", "b.png"]


def test_a_refused_file_stops_the_form_but_loses_nothing(as_user, requester, fields, screenshot):
    bad = SimpleUploadedFile("pagina.png", b"<html>")
    browser = as_user(requester)
    answer = browser.post(NEW, fields | {"files": [screenshot("goed.png"), bad]})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "pagina.png" in page
    assert BODY in page
    assert [file.filename for file in Attachment.objects.all()] == ["goed.png"]
    browser.post(NEW, fields)
    assert Ticket.objects.get().messages.get().attachments.count() == 1


# --- articles ---------------------------------------------------------------------------------


@pytest.fixture
def article(db) -> Article:
    return Article.objects.create(
        title="De cache van je website wissen",
        slug="cache-wissen",
        summary="Doe dit de dag na de wijziging.",
        body="Alle caches legen",
        body_html="<p>Alle caches legen</p>",
        status="published",
    )


def test_articles_that_may_help_stand_beside_the_question(as_user, requester, fields, article):
    hidden = Article.objects.create(
        title="Cache, intern",
        slug="intern",
        summary="x",
        body="cache",
        audience="agents",
        status="published",
    )
    page = text_of(as_user(requester).post(COACH, fields | {"subject": "Oude cache op website"}))
    assert article.slug in page
    assert "<mark>" in page
    assert hidden.slug not in page


def test_an_article_that_solved_it_is_remembered_and_nothing_is_sent(
    as_user, requester, fields, article
):
    browser = as_user(requester)
    browser.post(COACH, fields)
    for _ in range(2):  # a second click counts nothing
        browser.post(f"{NEW}solved-by/{article.pk}/", fields)
    deflection = Deflection.objects.get()
    assert (deflection.article, deflection.user) == (article, requester)
    assert deflection.service.slug == "wise"
    assert not Ticket.objects.exists()
    assert not Draft.objects.exists()


def test_an_agents_article_solves_nothing_for_requesters(as_user, requester, article):
    Article.objects.update(audience="agents")
    assert as_user(requester).post(f"{NEW}solved-by/{article.pk}/").status_code == 404


def test_an_article_that_was_read_first_stays_with_the_question(
    as_user, requester, fields, article, wise
):
    Article.objects.update(service=wise)
    browser = as_user(requester)
    page = text_of(browser.get(f"{NEW}?article={article.slug}"))
    assert article.title in page
    assert '<option value="wise" selected>' in page
    browser.post(NEW, fields | {"article": article.slug})
    ticket = Ticket.objects.get()
    assert ticket.intake["article"] == article.slug
    assert article.title in text_of(browser.get(ticket.get_absolute_url()))


def test_an_article_one_may_not_read_cannot_be_made_to_tell_its_title(
    as_user, requester, fields, article
):
    Article.objects.update(audience="agents")
    browser = as_user(requester)
    assert article.title not in text_of(browser.get(f"{NEW}?article={article.slug}"))
    browser.post(NEW, fields | {"article": article.slug})
    assert "article" not in Ticket.objects.get().intake


# --- going on ---------------------------------------------------------------------------------


def test_a_follow_up_is_prefilled_and_refers_to_the_closed_ticket(as_user, requester, ticket):
    now = timezone.now()
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", solved_at=now, closed_at=now)
    browser = as_user(requester)
    page = text_of(browser.get(f"{NEW}?follows={ticket.pk}"))
    assert f"#{ticket.pk}" in page
    assert ticket.subject in page
    typed = {"kind": "disruption", "service": "websites", "subject": "Vervolg", "body": BODY}
    browser.post(NEW, typed | {"follows": ticket.pk})
    assert Ticket.objects.latest("pk").follows_up == ticket


def test_somebody_elses_ticket_is_not_followed_up(as_user, stranger, ticket):
    now = timezone.now()
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", solved_at=now, closed_at=now)
    typed = {"kind": "information", "service": "unknown", "subject": "V", "body": BODY}
    as_user(stranger).post(NEW, typed | {"follows": ticket.pk})
    assert Ticket.objects.latest("pk").follows_up is None


def test_only_people_who_signed_in_ask(client):
    for address in (NEW, COACH, QUESTIONS):
        assert client.post(address).status_code == 302


def test_the_form_costs_the_same_with_more_services_and_files(
    as_user, requester, fields, screenshot, queries
):
    browser = as_user(requester)
    browser.post(COACH, fields)
    browser.post("/drafts/new_ticket/files/", {"files": [screenshot()]})
    few = queries(browser.get, NEW)
    for number in range(3):
        service = Service.objects.create(name=f"Dienst {number}", slug=f"d{number}")
        IntakeQuestion.objects.create(service=service, key="k", text="Nummer")
    browser.post("/drafts/new_ticket/files/", {"files": [screenshot(), screenshot()]})
    assert queries(browser.get, NEW) == few <= 20
