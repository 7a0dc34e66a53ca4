"""Texts with placeholders: only those on the list, and what is put in is never read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.mail.filling import (
    Part,
    fill,
    fill_line,
    misplaced_parts,
    unknown_placeholders,
)
from tickets.mail.letters import LETTERS, PARTS, house_text

WORDS = {"requester": "Sofie", "number": "#1", "link": "https://desk.example/1", "service": ""}
BUTTON = Part("Open", "<p>Open</p>")


def test_words_are_put_in_once_and_escaped():
    filled = fill("Dag **{requester}**", {"requester": "<b>{number}</b> & co"}, {})
    assert filled == Part(
        "Dag <b>{number}</b> & co",
        "<p>Dag <strong>&lt;b&gt;{number}&lt;/b&gt; &amp; co</strong></p>\n",
    )


def test_a_paragraph_with_nothing_to_say_is_left_out():
    filled = fill("Dag\n\nOver {service}.\n\n{articles}\n\n{button}", WORDS, {"button": BUTTON})
    assert filled.text == "Dag\n\nOpen"


def test_a_link_may_be_the_target_of_words():
    filled = fill("[Open]({link}) of {link}", WORDS, {})
    assert filled.html.count('href="https://desk.example/1"') == 2


def test_headings_are_headings():
    assert fill("## Hallo", {}, {}) == Part("Hallo", "<h2>Hallo</h2>\n")


def test_a_line_stays_a_line():
    assert fill_line("{number}\r\nBcc: x  {nonsense}", {"number": "#1\n"}) == "#1 Bcc: x"


@pytest.mark.parametrize(
    ("text", "unknown", "misplaced"),
    [
        ("Dag {requester}", [], []),
        ("Dag {wachtwoord} en {}", ["wachtwoord", ""], []),
        ("Klik {button}", [], ["button"]),
        ("{button}", [], []),
        ("{ requester }", [], []),
    ],
)
def test_what_is_wrong_is_named(text, unknown, misplaced):
    known = {"requester", *PARTS}
    assert unknown_placeholders(text, known) == unknown
    assert misplaced_parts(text) == misplaced


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_texts_of_the_house_are_fine(kind, language):
    text = house_text(kind, language)
    assert unknown_placeholders(text.subject + text.body, LETTERS[kind].placeholders) == []
    assert misplaced_parts(text.body) == []
    assert "{tag}" in text.subject


@given(st.text(), st.text())
def test_nothing_typed_becomes_an_element(body, name):
    filled = fill(f"{body}\n\n{{requester}}", {"requester": name}, {})
    assert "<script" not in filled.html.lower()
    assert isinstance(filled.text, str)
