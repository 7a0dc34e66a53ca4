"""Header fields as people may read them: encoded words, addresses, message ids, dates.

Everything that comes out is one line, without control and bidi characters. Encoded words are
read as they are meant: broken ones stay as they are, neighbours are one text even where a letter
was cut in two.
"""

from __future__ import annotations

import binascii
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from email.utils import getaddresses, parsedate_to_datetime

from tickets.mail.charsets import decode

LONGEST_FIELD = 100_000
MOST_ADDRESSES = 500

_word = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?\r\n]|\?(?!=)){0,3000})\?=")
_gap = re.compile(r"\s*")
_address = re.compile(r"[^\s<>\"',;:()\[\]\\]+@[^\s<>\"',;:()\[\]\\]+")
_message_id = re.compile(r"<([^<>\s]{1,900})>|([^<>\s,;]{1,450}@[^<>\s,;]{1,450})")
#: Marks that turn the direction of writing: they make a name read as another one.
_direction = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Address:
    """Somebody in a header field. `email` is in lower case, '' when there is none."""

    email: str
    name: str = ""


def one_line(text: str) -> str:
    """`text` on one line: no control or bidi characters, no blanks at the ends or in a row."""
    plain = "".join(c if _is_shown(c) else " " for c in _direction.sub("", text))
    return " ".join(plain.split())


def _is_shown(character: str) -> bool:
    return character >= " " and unicodedata.category(character) not in {"Cc", "Zl", "Zp", "Cs"}


def read_text(value: bytes) -> str:
    """A field of free text, such as the subject."""
    return one_line(decode_words(_unfolded(value)))


def decode_words(text: str) -> str:
    """`text` with its encoded words (RFC 2047) decoded; works inside quotes and words too."""
    out: list[str] = []
    at, run = 0, _Run()
    for found in _word.finditer(text):
        between = text[at : found.start()]
        if between.strip() or not run:
            out += [run.text(), between]
        data = _decoded(found[2].lower(), found[3])
        if data is None:
            out += [run.text(), found.group()]
        else:
            out += [run.add(found[1].partition("*")[0].lower(), data)]
        at = found.end()
    return "".join([*out, run.text(), text[at:]])


class _Run:
    """Neighbouring words of one charset: their bytes are put together before they are read."""

    def __init__(self) -> None:
        self.charset, self.data = "", b""

    def __bool__(self) -> bool:
        return bool(self.data)

    def add(self, charset: str, data: bytes) -> str:
        """Takes another word; gives the text of those before, if this one is another charset."""
        before = self.text() if charset != self.charset else ""
        self.charset, self.data = charset, self.data + data
        return before

    def text(self) -> str:
        text = decode(self.data, self.charset) if self.data else ""
        self.charset, self.data = "", b""
        return text


def _decoded(kind: str, text: str) -> bytes | None:
    raw = text.encode("utf-8", "surrogateescape")
    if kind == "q":
        return binascii.a2b_qp(raw.replace(b"_", b" ").replace(b" ", b"=20"), header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return None


def _unfolded(value: bytes) -> str:
    return decode(value[:LONGEST_FIELD])


def read_addresses(value: bytes) -> list[Address]:
    """The people in an address field, in order, each address once; broken ones as far as they go.

    A field with a name and no address gives one with an empty address.
    """
    text = _unfolded(value)
    if text.count(",") > MOST_ADDRESSES * 2:
        text = ",".join(text.split(",", MOST_ADDRESSES * 2)[: MOST_ADDRESSES * 2])
    found = _parsed(text)
    if not any(one.email for one in found):
        found = [Address(email.lower()) for email in _address.findall(decode_words(text))] or found
    if len(found) == 1 and not found[0].name:
        found = [Address(found[0].email, _beside(text, found[0].email))]
    return list({one.email: one for one in reversed(found)}.values())[::-1][:MOST_ADDRESSES]


def address_pairs(text: str) -> list[tuple[str, str]]:
    """(name, address) of each in a line of text (RFC 5322); none of what defies reading."""
    try:
        return getaddresses([text])
    except (RecursionError, IndexError, ValueError):  # thousands of nested comments
        return []


def _beside(text: str, email: str) -> str:
    """The name in `Jan Peeters jan@…`, without brackets."""
    plain = one_line(decode_words(text))
    at = plain.lower().find(email) if email else -1
    name = plain[:at].strip("<>()\"' ,;:") if at > 0 else ""
    return "" if "@" in name else name


def _parsed(text: str) -> list[Address]:
    # A comma or an @ in an unquoted encoded word is no separator: words are decoded afterwards.
    found = []
    words: list[str] = []

    def hide(word: re.Match[str]) -> str:
        words.append(word.group())
        return f"=-{len(words) - 1}-="

    def shown_again(part: str) -> str:
        return decode_words(re.sub(r"=-(\d{1,6})-=", lambda n: words[int(n[1])], part))

    hidden = _word.sub(hide, text) if "=-" not in text else text
    for name, email in address_pairs(hidden.replace("\r", " ").replace("\n", " ")):
        spec = _address.search(email) or _address.search(shown_again(email))
        shown = one_line(shown_again(name)).strip("'\" ")
        if spec is not None:
            found.append(Address(_lower(spec.group()), shown if shown != spec.group() else ""))
        elif shown or email.strip():
            found.append(Address("", shown or one_line(shown_again(email))))
    if any(one.email for one in found):
        return [one for one in found if one.email] if len(found) == 1 else _repaired(text, found)
    return found


def _repaired(text: str, found: list[Address]) -> list[Address]:
    """`Peeters, Jan <jan@…>` without quotes is one person, not a stray word and a person."""
    named: list[Address] = []
    stray = ""
    for one in found:
        if one.email and stray and one.name:
            named.append(Address(one.email, f"{stray}, {one.name}"))
            stray = ""
        elif one.email:
            named.append(one)
            stray = ""
        else:
            stray = one.name
    return named


def _lower(email: str) -> str:
    return one_line(email).strip(".<>").lower()[:320]


def read_ids(value: bytes) -> list[str]:
    """The message ids in a field, with their angle brackets, in order, each once."""
    text = value[:LONGEST_FIELD].decode("utf-8", "replace").replace("\0", "")
    ids = [f"<{one or other}>" for one, other in _message_id.findall(text)]
    return list(dict.fromkeys(ids))[:200]


def read_date(value: bytes) -> dt.datetime | None:
    """When the sender says it was written; None for what is no date. Shown, never trusted."""
    try:
        moment = parsedate_to_datetime(one_line(_unfolded(value)))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return aware.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
