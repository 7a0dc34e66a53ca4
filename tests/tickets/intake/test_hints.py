"""The kind hints: the bare questions of every day, and what the form makes of them."""

import pytest

from tickets.intake.hints import MOST, RULES, hints
from tickets.intake.questions import Sort


def keys(asking) -> list[str]:
    return [hint.key for hint in hints(asking)]


@pytest.mark.parametrize(
    ("words", "kind", "expected"),
    [
        ("Het werkt niet.", "disruption", ["vague"]),
        ("Wise werkt niet", "", ["vague"]),
        ("Ik ben mijn wachtwoord vergeten", "information", ["password"]),
        ("paswoord kwijt", "", ["password"]),
        ("I forgot my password", "", ["password"]),
        (
            "Wise geeft een foutmelding, is dat normaal?",
            "information",
            ["error-switch", "error-text"],
        ),
        ("Wise geeft een foutmelding, is dat normaal?", "disruption", ["error-text"]),
        (
            "Mijn collega heeft meer toegangen dan ik, kan ik dezelfde krijgen?",
            "information",
            ["access"],
        ),
        ("Kan ik dezelfde rechten krijgen als Wout?", "", ["access"]),
        ("My colleague has more rights than I have", "", ["access"]),
        ("Mijn login is sofie en mijn wachtwoord is Zomer2025", "disruption", ["secret"]),
        ("De lener met rijksregisternummer 85.07.30-033.28 kan niet inloggen", "", ["secret"]),
        (
            "De cache blijft hangen. Nog een vraag: hoe pas ik het logo aan?",
            "",
            ["second-question"],
        ),
        ("Hoe pas ik de openingsuren van december aan op onze website?", "information", []),
        ("", "disruption", []),
    ],
)
def test_a_bare_question_gets_the_hint_that_helps_it(asking, words, kind, expected):
    assert keys(asking(kind=kind, subject=words)) == expected


def test_a_literal_message_is_not_asked_for_again(asking):
    told = "Bij Bewaar krijg ik de foutmelding “Sessie verlopen, meld opnieuw aan”."
    assert keys(asking(kind="disruption", body=told)) == []


def test_the_access_hint_offers_the_access_form_and_goes_once_that_is_chosen(asking):
    words = "Mijn collega heeft meer toegangen dan ik"
    (hint,) = hints(asking(kind="information", subject=words))
    assert hint.switch_to == Sort.ACCESS
    assert keys(asking(kind="request", variant="access", body=words)) == []


def test_no_access_is_offered_where_there_is_nothing_to_get_access_to(asking, wise):
    wise.access_name = ""
    wise.save()
    assert keys(asking(subject="Mijn collega heeft meer toegangen dan ik")) == []


def test_never_more_hints_than_people_read(asking):
    everything = (
        "Het werkt niet, foutmelding, wachtwoord vergeten, mijn wachtwoord is Zomer2025, "
        "meer toegang, en nog een vraag"
    )
    assert len(hints(asking(subject=everything))) == MOST
    assert hints(asking(subject=everything))[0].key == "secret"


def test_every_rule_has_a_key_of_its_own():
    assert len({rule.hint.key for rule in RULES}) == len(RULES)
