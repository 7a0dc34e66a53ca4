"""How complete a question is: weighed by sort and service, never in the way."""

import pytest

from tickets.intake.clarity import is_clear, verdict
from tickets.intake.completeness import CHECKLISTS, CROSS, TOP, weigh
from tickets.intake.questions import FIELDS, KWIS, WORDINGS, Sort

CLEAR = (
    "Als ik in Wise op Bewaar klik in het uitleenscherm, krijg ik fout 500. "
    "Ik verwachtte dat de uitlening bewaard werd."
)


def test_an_empty_form_has_nothing_and_says_so_kindly(asking):
    empty = weigh(asking())
    assert (empty.percent, empty.given) == (0, 0)
    assert empty.sentence


def test_a_disruption_is_complete_when_everything_is_given(asking):
    whole = weigh(
        asking(
            kind="disruption",
            service="wise",
            subject="Fout bij bewaren",
            body=CLEAR,
            since="2025-11-04T08:30",
            frequency="constant",
            impact="several",
            cross_computer="same",
            steps="Opnieuw aangemeld",
            version="Firefox 130",
            number_actor="12345678",
            wants_callback="on",
            callback_phone="0470 00 00 00",
            files=1,
        )
    )
    assert whole.percent == 100
    assert "Top" in whole.sentence


def test_each_answer_adds_and_none_takes_away(asking):
    typed, before = {"kind": "disruption"}, 0
    steps = [
        ("service", "wise"),
        ("body", CLEAR),
        ("since", "2025-11-04T08:30"),
        ("frequency", "once"),
        ("impact", "blocked"),
        ("cross_browser", "works"),
        ("steps", "Herstart"),
        ("version", "12"),
        ("number_actor", "1"),
    ]
    for name, value in steps:
        typed[name] = value
        after = weigh(asking(**typed)).percent
        assert after > before, name
        before = after


def test_numbers_count_only_where_the_service_asks_for_them(asking):
    labels = [str(tick.label) for tick in weigh(asking(kind="disruption", service="wise")).ticks]
    without = [
        str(tick.label) for tick in weigh(asking(kind="disruption", service="websites")).ticks
    ]
    assert len(labels) == len(without) + 1


def test_the_cross_test_belongs_to_disruptions_only(asking):
    for sort, items in CHECKLISTS.items():
        crossed = CROSS in items
        assert crossed == (sort == Sort.DISRUPTION), sort
        assert ("cross_computer" in FIELDS[sort]) == crossed


def test_an_access_request_can_be_complete_without_a_screenshot(asking):
    access = asking(
        kind="request",
        variant="access",
        systems=["wise"],
        for_whom="colleague",
        colleague="Wout Claes",
        same_as="Sofie",
        approved_by="Els, bibliothecaris",
        body="Wout helpt aan de balie met inschrijvingen en betalingen van leners.",
    )
    assert weigh(access).percent > TOP


def test_a_colleague_without_a_name_is_not_known(asking):
    unknown = asking(kind="request", variant="access", for_whom="colleague")
    known = asking(kind="request", variant="access", for_whom="colleague", colleague="Wout")
    assert weigh(known).percent > weigh(unknown).percent


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("Het werkt niet.", False),
        ("Het werkt niet " * 10, False),
        ("Dag, ik heb een probleem en het lukt niet meer, graag hulp, dank", False),
        (CLEAR, True),
        ("We would like to change the opening hours of the branch in the village.", True),
        ("", False),
    ],
)
def test_clear_is_more_than_long(text, clear):
    assert is_clear(text) is clear


def test_the_line_under_the_description_says_what_is_missing():
    assert verdict("  ", Sort.DISRUPTION) is None
    vague, clear = verdict("Het werkt niet", Sort.DISRUPTION), verdict(CLEAR, Sort.DISRUPTION)
    assert not vague.is_clear
    assert clear.is_clear
    assert verdict("Iets", "") is not None


def test_every_sort_has_questions_words_checklist_and_kwis():
    sorts = {"", *Sort.values}
    assert set(FIELDS) == set(WORDINGS) == set(KWIS) == set(CHECKLISTS) == sorts
