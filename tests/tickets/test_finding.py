"""Agents find tickets by words: which, in which order, what is marked; and who finds what not."""

from itertools import pairwise

import pytest

from servicedesk.catalogue.models import IntakeQuestion
from tickets import finding
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, reply
from tickets.finding import find
from tickets.models import Ticket
from tickets.search import matching, number_in

CANARY = "kanariegeel"


@pytest.fixture
def asked(requester, websites):
    """`asked("onderwerp", "tekst")`: a ticket of Sofie."""

    def ask(subject="Vraag", body="Tekst", **fields) -> Ticket:
        new = NewTicket(requester=requester, subject=subject, body=body, **fields)
        return open_ticket(new, by=requester)

    return ask


def found(words: str, agent, **options) -> list[str]:
    return [ticket.subject for ticket in find(words, reader=agent, **options)]


def test_dutch_words_are_found_in_every_form(asked, agent):
    asked("De reservering", "Twee boeken werden gereserveerd maar niet afgehaald.")
    asked("Iets anders", "Niets daarvan.")
    for words in ("boek", "boeken", "gereserveerde boeken", "reserveringen"):
        assert found(words, agent) == ["De reservering"], words


def test_accents_make_no_difference(asked, agent):
    asked("Coöperanten", "De patiënt en zijn café")
    assert found("cooperant", agent) == ["Coöperanten"]
    assert found("cafe", agent) == ["Coöperanten"]


def test_a_part_of_the_subject_is_found(asked, agent):
    asked("Aanmeldscherm blijft laden")
    assert found("meldsch", agent) == ["Aanmeldscherm blijft laden"]
    assert found("MELDSCHERM blijft", agent) == ["Aanmeldscherm blijft laden"]


def test_numbers_in_answers_names_and_organisations_are_found(asked, agent, requester, websites):
    IntakeQuestion.objects.create(service=websites, key="actor", text="actorID", kind="number")
    asked("Met nummer", service=websites, intake={"number_actor": "40012345"})
    assert found("40012345", agent) == ["Met nummer"]
    assert found("sofie@heidedal.example", agent) == ["Met nummer"]
    assert found("vermeer", agent) == ["Met nummer"]
    assert found("heidedal", agent) == ["Met nummer"]


def test_all_words_a_phrase_and_without(asked, agent):
    asked("eerste", "de kassa drukt bonnen")
    asked("tweede", "bonnen die de kassa drukt vanaf het scherm")
    assert found("kassa bonnen", agent) == ["tweede", "eerste"]
    assert found('"drukt bonnen"', agent) == ["eerste"]
    assert found("kassa -scherm", agent) == ["eerste"]


@pytest.mark.parametrize(
    "words", ["%", "_", "''", '"', "&", "!", "a & b", ":*", "\\", "<->", "(", "-", "ab", "de het"]
)
def test_signs_are_no_language_of_their_own(asked, agent, words):
    asked("Een gewone vraag")
    assert isinstance(found(words, agent), list)


def test_a_percent_sign_is_itself(asked, agent):
    asked("Korting van 100%! op boetes")
    asked("Korting van 100 euro")
    assert found("%!", agent) == ["Korting van 100%! op boetes"]


def test_newest_first_in_pages_that_can_be_walked_both_ways(asked, agent, monkeypatch):
    monkeypatch.setattr(finding, "PAGE", 3)
    monkeypatch.setattr(finding, "NEAR", 4)  # most are further away than that
    for number in range(10):
        asked(f"kassa {number}" if number % 2 else f"kassascherm {number}", "kassa")
    expected = [f"{'kassa' if n % 2 else 'kassascherm'} {n}" for n in reversed(range(10))]
    pages, after = [], ""
    while not pages or after:
        pages.append(find("kassa", reader=agent, after=after))
        after = pages[-1].next_cursor
    assert [ticket.subject for page in pages for ticket in page] == expected
    assert pages[0].previous_cursor == ""
    for earlier, later in pairwise(pages):
        back = find("kassa", reader=agent, before=later.previous_cursor)
        assert [t.pk for t in back] == [t.pk for t in earlier]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4Il0", "W3sidCI6Im5vdyJ9XQ", "A" * 500])
def test_a_cursor_that_makes_no_sense_is_the_first_page(asked, agent, cursor):
    asked("kassa")
    assert found("kassa", agent, after=cursor) == ["kassa"]
    assert found("kassa", agent, before=cursor) == ["kassa"]


def test_only_among_those_that_are_asked_for(asked, agent, websites):
    asked("kassa", service=websites)
    asked("kassa zonder dienst")
    among = Ticket.objects.filter(service=websites)
    assert found("kassa", agent, among=among) == ["kassa"]
    assert found("", agent, among=among) == ["kassa"]
    assert found("", agent) == []


def test_what_matches_is_marked(asked, agent):
    asked("Foutmelding bij <b>boeken</b>", "Er staat: boek niet gevonden. " + "Verder niets. " * 50)
    (ticket,) = find("boeken", reader=agent)
    assert ticket.marked_subject == (f"Foutmelding bij <b>{finding.START}boeken{finding.STOP}</b>")
    assert f"{finding.START}boek{finding.STOP} niet gevonden" in ticket.passage
    assert len(ticket.passage) < 300
    (ticket,) = find("utmeld", reader=agent)
    assert f"Fo{finding.START}utmeld{finding.STOP}ing" in ticket.marked_subject


def test_the_same_number_of_queries_for_one_and_for_many(
    asked, agent, django_assert_max_num_queries
):
    asked("kassa")
    with django_assert_max_num_queries(5):
        find("kassa", reader=agent)
    for _ in range(5):
        reply(asked("kassa", "kassa"), Text("kassa"), by=agent)
    with django_assert_max_num_queries(5):
        assert len(find("kassa", reader=agent)) == 6


def test_notes_are_found_by_agents_and_by_nobody_else(asked, agent, requester, colleague):
    ticket = asked("Gewone vraag")
    add_note(ticket, Text(CANARY), by=agent)
    assert found(CANARY, agent) == ["Gewone vraag"]
    for reader in (requester, colleague):
        seen = Ticket.objects.visible_to(reader)
        assert seen.filter(pk=ticket.pk).exists()
        assert list(matching(seen, CANARY, reader=reader)) == []
        assert list(matching(seen, "gewone", reader=reader)) == [ticket]


def test_nobody_finds_what_is_not_theirs(asked, stranger):
    asked("Gewone vraag")
    seen = Ticket.objects.visible_to(stranger)
    assert list(matching(seen, "gewone", reader=stranger)) == []


@pytest.mark.parametrize("page", ["/search/?q={}", "/queue/search/?q={}"])
def test_the_canary_of_a_note_reaches_no_requester(asked, agent, requester, as_user, page):
    add_note(asked("Gewone vraag"), Text(f"Intern: {CANARY}boom"), by=agent)
    answer = as_user(requester).get(page.format(CANARY))
    assert f"{CANARY}boom" not in answer.content.decode()
    assert "Gewone vraag" not in answer.content.decode()


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("10023", 10023),
        ("#10023", 10023),
        (" [#10023] ", 10023),
        ("10023 kassa", None),
        ("٣", None),
        ("-5", None),
        ("9" * 16, None),
        ("", None),
    ],
)
def test_a_ticket_number_is_recognised(words, number):
    assert number_in(words) == number
