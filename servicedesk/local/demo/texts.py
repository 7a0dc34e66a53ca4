"""Texts with blanks, made ready once: plain and as HTML, both already escaped for COPY.

Making HTML of a message takes a hundred times as long as filling in its blanks, and the HTML of
paragraphs is the sum of its parts. So pieces are rendered once, with marks where the blanks are.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from servicedesk.lib import html

_blank = re.compile(r"\{([a-z]+)\}")
_mark = re.compile(r"zq([a-z]+)qz")
_special = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def escaped(text: str) -> str:
    """`text` as COPY wants it."""
    return text.translate(_special)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some paragraphs: formats for `%`, their plain text and their HTML."""

    text: str
    html: str

    def filled(self, blanks: Mapping[str, str]) -> tuple[str, str]:
        return self.text % blanks, self.html % blanks


def line(text: str) -> str:
    """One line, such as a subject, as a format for `%`."""
    return _blank.sub(r"%(\1)s", escaped(text.replace("%", "%%")))


def from_requester(text: str) -> Piece:
    """As the requester's side writes: plain text."""
    return _piece(text, html.from_plain_text)


def from_desk(text: str) -> Piece:
    """As the desk writes: Markdown."""
    return _piece(text, html.from_markdown)


def _piece(text: str, to_html: Callable[[str], str]) -> Piece:
    made = to_html(_blank.sub(r"zq\1qz", text)).replace("%", "%%")
    return Piece(line(text), _mark.sub(r"%(\1)s", escaped(made)))


def joined(pieces: Iterable[Piece], blanks: Mapping[str, str]) -> tuple[str, str]:
    """The pieces one after the other, plain and as HTML, blanks filled in."""
    filled = [piece.filled(blanks) for piece in pieces]
    return "\\n\\n".join(text for text, _html in filled), "".join(h for _text, h in filled)
