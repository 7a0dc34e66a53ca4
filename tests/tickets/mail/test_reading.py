"""Reading mail: what comes out of every class of defect, and nothing ever breaks the reader."""

import base64
import io
import re
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicedesk.lib.filenames import clean_filename
from tests.mail.messages import CASES
from tickets.mail.confined import Unreadable, read_confined
from tickets.mail.mail import Mail
from tickets.mail.reading import read


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", CASES)
def test_what_comes_out(name):
    raw, expected = CASES[name]
    mail = read(raw)
    got = {
        "sender": mail.sender.email,
        "name": mail.sender.name,
        "subject": mail.subject,
        "text": squeezed(mail.body_text),
        "files": [(file.filename, len(file.content)) for file in mail.files],
        "inline": [file.inline for file in mail.files],
        "types": [file.content_type for file in mail.files],
    }
    wanted = {key: value for key, value in expected.items() if key in got}
    wanted |= {"text": squeezed(expected["text"])} if "text" in expected else {}
    assert {key: got[key] for key in wanted} == wanted
    assert expected.get("html_has", "") in mail.body_html
    assert [bad for bad in expected.get("html_lacks", []) if bad in mail.body_html.lower()] == []


@pytest.mark.parametrize("name", CASES)
def test_line_ends_of_the_wire_change_nothing(name):
    raw, _expected = CASES[name]
    if b"\r" in raw or b"\0" in raw:
        return
    one, other = read(raw), read(raw.replace(b"\n", b"\r\n"))
    assert (one.subject, one.sender, squeezed(one.body_text)) == (
        other.subject,
        other.sender,
        squeezed(other.body_text),
    )
    assert [file.filename for file in one.files] == [file.filename for file in other.files]


def assert_sound(mail: Mail) -> None:
    """What holds for every mail, whatever its bytes."""
    assert "\0" not in mail.body_text + mail.subject + mail.sender.name + mail.body_html
    assert not re.search(r"[\r\n\u202a-\u202e\u2066-\u2069]", mail.subject + mail.sender.name)
    assert bool(mail.visible_text.strip()) == bool(mail.body_text.strip())
    assert "<script" not in mail.body_html.lower()
    mail.body_text.encode()
    for file in mail.files:
        assert file.filename == clean_filename(file.filename)


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw):
    assert_sound(read(raw))


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
def test_damaged_mail_is_read(data):
    raw = bytearray(data.draw(st.sampled_from([raw for raw, _expected in CASES.values()])))
    for _turn in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        how = data.draw(st.sampled_from(["cut", "swap", "insert", "repeat"]))
        if how == "cut":
            del raw[at : at + data.draw(st.integers(1, 60))]
        elif how == "swap" and at < len(raw):
            raw[at] = data.draw(st.integers(0, 255))
        elif how == "insert":
            raw[at:at] = data.draw(
                st.sampled_from([b"\0", b"--b1", b"\r", b"=?", b'"', b"<", b"\xff"])
            )
        else:
            raw[at:at] = raw[max(0, at - 40) : at]
    assert_sound(read(bytes(raw)))


def nested(depth: int) -> bytes:
    layers = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth)
    )
    return b"From: a@b.example\nSubject: diep\n" + layers + b"Content-Type: text/plain\n\nhallo\n"


def many(parts: int) -> bytes:
    part = b"--x\nContent-Type: image/png; name=%d.png\n\nx\n"
    head = b'From: a@b.example\nSubject: veel\nContent-Type: multipart/mixed; boundary="x"\n\n'
    return head + b"".join(part % number for number in range(parts)) + b"--x--\n"


HEAD = b"From: a@b.example\nSubject: x\n"
BOMBS = {
    "300 nested": nested(300),
    "3000 parts": many(3000),
    "5000 recipients": b"From: a@b.example\nTo: " + b"N <n@x.example>, " * 5000 + b"\n\nhallo",
    "20 000 Re:": b"From: a@b.example\nSubject: " + b"Re: " * 20_000 + b"\n\nhallo",
    "brackets": b"From: " + b"(" * 50_000 + b" a@b.example\nSubject: x\n\nhallo",
    "begun words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?a" * 9000 + b"\n\nhallo",
    "deep html": b"From: a@b.example\nContent-Type: text/html\n\n" + b"<div>" * 200_000 + b"hallo",
    "600 000 blanks": b"From: a@b.example\n\n" + b" " * 600_000 + b"x",
    "nothing but blank lines": b" \n" * 300_000,
    "100 000 parts": many(100_000),
    "a million quoted lines": HEAD
    + b"\nja\n\nOp 3-3-2026 schreef An:\n"
    + b"> citaat\n" * 1_000_000,
    "questions and answers": HEAD + b"\n" + b"> vraag\nantwoord\n" * 100_000,
    "heads of copies": HEAD + b"\n" + b"Van: a\nAan: b\n\n" * 40_000,
    "a field of 10 MB": HEAD + b"X-A: " + b"a" * 10_000_000 + b"\n\nhallo",
    "300 000 fields": HEAD + b"X-A: a\n" * 300_000 + b"\nhallo",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_cost_little(name):
    began = time.perf_counter()
    assert_sound(read_confined(BOMBS[name]))
    assert time.perf_counter() - began < 12


def test_an_archive_is_not_unpacked():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bom.txt", bytes(50_000_000))
    part = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
    mail = read_confined(HEAD + part + base64.encodebytes(packed.getvalue()))
    assert [(file.filename, file.content) for file in mail.files] == [("a.zip", packed.getvalue())]


def hang(raw: bytes) -> Mail:
    while True:
        pass


def eat(raw: bytes) -> Mail:
    return Mail(body_text="x" * (10**10))


def crash(raw: bytes) -> Mail:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSEGV)
    return Mail()


@pytest.mark.parametrize(
    ("reader", "reason"), [(hang, "too slow"), (eat, "too large"), (crash, "unreadable")]
)
def test_a_reader_that_goes_wrong_is_stopped(reader, reason, monkeypatch):
    monkeypatch.setattr("tickets.mail.confined.SECONDS", 1)
    with pytest.raises(Unreadable) as stopped:
        read_confined(b"From: a@b.example\n\nhallo", reader=reader)
    assert stopped.value.reason == reason
