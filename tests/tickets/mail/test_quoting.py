"""Quoted history and signatures: what stays of a reply, in four languages and many programs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.mail
from tickets.mail.confined import read_confined
from tickets.mail.mail import Mail
from tickets.mail.quoting import fold, visible_text

CORPUS = Path(tests.mail.__file__).parent
STORIES = {
    name: body.partition("\n--- stays\n")[::2]
    for name, _line, body in (
        story.partition("\n") for story in (CORPUS / "replies.txt").read_text()[4:].split("\n=== ")
    )
}
REPLY = "Dat werkt, dank je.\nEr is nog één vraag."


def blocks(name: str) -> list[str]:
    """The blocks of a file of the corpus: a line, and those below it that are indented."""
    lines = (CORPUS / name).read_text().rstrip("\n").replace("\n  ", "\0").split("\n")
    return [line.replace("\0", "\n") for line in lines]


@pytest.mark.parametrize("name", STORIES)
def test_what_stays(name):
    text, stays = STORIES[name]
    assert visible_text(text) == stays.rstrip("\n")


@pytest.mark.parametrize("name", STORIES)
def test_windows_line_ends_change_nothing(name):
    text, stays = STORIES[name]
    assert visible_text(text.replace("\n", "\r\n")) == stays.rstrip("\n")


@pytest.mark.parametrize("attribution", blocks("attributions.txt"))
def test_what_programs_write_above_a_quotation(attribution):
    for quotation in ("\n\n> citaat\n> meer", "\n> citaat\n", "\n\ncitaat\n\nmeer"):
        assert visible_text(f"{REPLY}\n\n{attribution}{quotation}") == REPLY


@pytest.mark.parametrize("signature", blocks("signatures.txt"))
def test_what_people_and_devices_sign_with(signature):
    assert visible_text(f"{REPLY}\n\n{signature}") == REPLY
    quotation = "Op 3-3-2026 om 10:11 schreef Noor:\n> citaat"
    assert visible_text(f"{REPLY}\n\n{signature}\n\n{quotation}") == REPLY


def test_ordinary_lines_stay():
    lines = blocks("ordinary.txt")
    for text in (*(f"{REPLY}\n\n{line}\nEn meer." for line in lines), "\n".join([*lines, "x"])):
        assert visible_text(text) == text


@given(st.text(alphabet=st.sampled_from("ab >-_:\nOpschreefVan@1<"), max_size=400))
def test_something_always_stays(text):
    visible = visible_text(text)
    assert bool(visible.strip()) == bool(text.strip())
    kept = set(text.replace("\r", "").split("\n"))
    assert all(
        line in kept or line.strip() in {k.strip() for k in kept} for line in visible.split("\n")
    )


def test_a_forward_of_outlook_is_content():
    text = STORIES["nl: Outlook"][0]
    assert visible_text(text, is_forward=True) == text.strip()


BOMBS = {
    "blanks": " " * 600_000,
    "quotes": ">" * 300_000 + "\n" + "> " * 200_000,
    "attributions": "Op 1 schreef a\n" * 40_000,
    "one long attribution": "On " + "wrote " * 100_000,
    "headers": "Van: a\n" * 60_000,
    "rules": "_____\n" * 60_000,
    "signatures": "-- \n" * 60_000,
    "addresses": "a@b <" * 100_000,
    "sent from": ("Sent from my " + "x " * 90 + "\n") * 3000,
    "closings": "Met vriendelijke groeten" * 20_000 + "\n" + "Groeten\n" * 30_000,
    "lines of digits": "2026-01-01 " * 60_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_nothing_hangs(name):
    """Within the limits that reading a mail has: a regular expression that runs away has none."""

    def folding(raw: bytes) -> Mail:
        return Mail(body_text=str(len(fold(raw.decode().split("\n")).lines)))

    raw = BOMBS[name].encode()
    assert read_confined(raw, reader=folding).body_text == str(raw.count(b"\n") + 1)
