"""Many mails read by one process, ahead of those who ask: none of them pays for another one."""

import os
import signal
from pathlib import Path

import pytest

from tests.tickets.mail.letters import mail
from tickets.mail import reading_ahead
from tickets.mail.confined import Unreadable
from tickets.mail.mail import Mail
from tickets.mail.reading import read
from tickets.mail.reading_ahead import ReadingAhead, one_ahead


def reader(raw: bytes) -> Mail:
    """Says who read it, and does what the mail says."""
    if b"die" in raw:
        os.kill(os.getpid(), signal.SIGSEGV)
    while b"hang" in raw:
        pass
    return Mail(subject=raw.decode(), body_text=str(os.getpid()))


def outcome(reading) -> str:
    try:
        return reading.mail().subject
    except Unreadable as error:
        return error.reason


def test_it_reads_as_anybody_does():
    raw = mail("Het lukt niet.\n\n> oud", subject="Vraag")
    with ReadingAhead() as ahead:
        assert ahead.begin(raw).mail() == read(raw)


def test_answers_come_in_order_also_when_nobody_asks_for_one():
    with ReadingAhead(reader=reader) as ahead:
        first, _unasked, third = [ahead.begin(raw) for raw in (b"1", b"2", b"3")]
        said = [first.mail(), third.mail()]
    assert [one.subject for one in said] == ["1", "3"]
    assert said[0].body_text == said[1].body_text != str(os.getpid())


def test_asked_twice_it_is_read_again():
    with ReadingAhead(reader=reader) as ahead:
        reading = ahead.begin(b"1")
        assert [reading.mail().subject, reading.mail().subject] == ["1", "1"]


def test_a_mail_that_kills_its_reader_harms_no_other():
    with ReadingAhead(reader=reader) as ahead:
        begun = [ahead.begin(raw) for raw in (b"1", b"die", b"3")]
        assert [outcome(one) for one in begun] == ["1", "unreadable", "3"]
        assert outcome(ahead.begin(b"4")) == "4"


def test_a_mail_that_takes_too_long_is_given_up_once():
    with ReadingAhead(reader=reader, seconds=0.3) as ahead:
        begun = [ahead.begin(raw) for raw in (b"hang", b"2")]
        assert [outcome(one) for one in begun] == ["too slow", "2"]


def test_large_mails_and_many_mails_get_processes_of_their_own(monkeypatch):
    monkeypatch.setattr(reading_ahead, "LARGEST", 3)
    monkeypatch.setattr(reading_ahead, "MOST_MAILS", 2)
    with ReadingAhead(reader=reader) as ahead:
        who = [ahead.begin(raw).mail().body_text for raw in (b"1", b"large", b"2", b"3", b"4")]
    assert who[0] == who[2]
    assert who[3] == who[4]
    assert len(set(who)) == 3


def test_nothing_that_its_parent_has_open_stays_open_in_it(tmp_path):
    def opened(_raw: bytes) -> Mail:
        links = [file.readlink() for file in Path("/proc/self/fd").iterdir() if file.exists()]
        return Mail(body_text=" ".join(map(str, links)))

    with (tmp_path / "locked").open("w"), ReadingAhead(reader=opened) as ahead:
        said = ahead.begin(b"1").mail().body_text
    assert "socket" in said  # its line to whoever asks
    assert str(tmp_path) not in said


def test_each_thing_is_made_before_the_one_before_it_is_given():
    made = []

    def things():
        for number in range(3):
            made.append(number)
            yield number

    assert [(thing, list(made)) for thing in one_ahead(things())] == [
        (0, [0, 1]), (1, [0, 1, 2]), (2, [0, 1, 2]),
    ]  # fmt: skip


def test_what_fails_is_told_after_what_was_made():
    def things():
        yield 1
        raise OSError("cut")

    got = []
    with pytest.raises(OSError, match="cut"):
        got.extend(one_ahead(things()))
    assert got == [1]
