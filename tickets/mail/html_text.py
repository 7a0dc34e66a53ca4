"""Readable text of sanitised HTML, and the HTML that is left when lines of that text are folded.

Works on what `servicedesk.lib.html.from_mail` gives: well-formed, few elements, no `<` outside of
tags. One pass over its tokens, so the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import unescape

from servicedesk.lib import html as sanitiser

_token = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z]+="[^"]*")*)\s*/?>|[^<]+|<')
_blocks = {
    "blockquote", "caption", "center", "dd", "div", "dl", "dt", "figure", "figcaption", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tbody", "tfoot", "thead", "tr",
    "ul",
}  # fmt: skip
#: A line stays free before and after these.
_spaced = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"}
_empty = re.compile(
    r"<(p|div|span|b|i|u|em|strong|a|li|ul|ol|dl|dt|dd|blockquote|center|td|th|tr|tbody|thead|tfoot"
    r"|table|pre|h[1-6]|small|big|code|tt|q|s|strike|sub|sup)(?:\s+[a-z]+=\"[^\"]*\")*>"
    r"(?:\s|&nbsp;|\xa0|<br>)*</\1>"
)
_breaks = re.compile(r"(?:\s*<br>){3,}")
_edges = re.compile(r"^(?:\s|<br>)+|(?:\s|<br>|<hr>)+$")


@dataclass
class Readable:
    """Lines of text, and which of the tokens stand on which line."""

    lines: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    #: token → its first and last line
    places: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


def read(html: str) -> Readable:
    """The text of HTML from `from_mail`: paragraphs, lists, `> ` before what is quoted."""
    return _Reader(html).result


def text_of(html: str) -> str:
    return read(html).text


def without_lines(readable: Readable, hidden: Collection[int]) -> str:
    """The HTML with the text of these lines left out, and what is empty then."""
    gone = {
        number
        for number, (first, last) in readable.places.items()
        if all(line in hidden for line in range(first, last + 1))
    }
    html = "".join(token for at, token in enumerate(readable.tokens) if at not in gone)
    for _turn in range(40):
        fewer = _empty.sub("", html)
        if len(fewer) == len(html):
            break
        html = fewer
    return sanitiser.from_mail(_edges.sub("", _breaks.sub("<br><br>", html)))


class _Reader:
    def __init__(self, html: str) -> None:
        self.result = Readable()
        self.line: list[str] = []
        self.quotes = self.preformatted = self.skipping = 0
        self.lists: list[int] = []
        self.free = True  # the line before is empty, or there is none
        self.wants_free = False
        for at, found in enumerate(_token.finditer(html)):
            self.result.tokens.append(found.group())
            if found[2]:
                self._tag(at, found[2], closing=bool(found[1]), attributes=found[3])
            elif not self.skipping:
                self._text(at, unescape(found.group()))
        self._break()

    def _tag(self, at: int, name: str, *, closing: bool, attributes: str) -> None:
        if name == "a":
            remote = f'title="{sanitiser.REMOTE}"' in attributes
            self.skipping = 1 if remote and not closing else 0
        elif name == "img":
            self.result.places[at] = (len(self.result.lines), len(self.result.lines))
        elif name == "br":
            self.result.places[at] = (len(self.result.lines), len(self.result.lines))
            self._new_line()
        elif name in {"td", "th"} and closing:
            self.line.append(" ")
        elif name in _blocks:
            self._block(name, closing=closing)

    def _block(self, name: str, *, closing: bool) -> None:
        self._break()
        if name in _spaced and not (
            name in {"ul", "ol"} and len(self.lists) > (1 if closing else 0)
        ):
            self.wants_free = True
        if name == "blockquote":
            self.quotes = max(0, self.quotes + (-1 if closing else 1))
        elif name == "pre":
            self.preformatted = 0 if closing else 1
        elif name in {"ul", "ol"}:
            if closing:
                self.lists[-1:] = []
            else:
                self.lists.append(1 if name == "ol" else 0)
        elif name == "li" and not closing:
            self.line.append(self._bullet())

    def _bullet(self) -> str:
        if self.lists and self.lists[-1]:
            self.lists[-1] += 1
            return f"{self.lists[-1] - 1}. "
        return "- "

    def _text(self, at: int, text: str) -> None:
        first = len(self.result.lines)
        if self.preformatted:
            before, *after = text.split("\n")
            self.line.append(before)
            for line in after:
                self._new_line()
                self.line.append(line)
        else:
            self.line.append(re.sub(r"[ \t\r\n\f]+", " ", text))
        if text.strip():
            last = len(self.result.lines)
            extra = 1 if self.wants_free and not self.free and first == last else 0
            self.result.places[at] = (first + extra, last + extra)

    def _break(self) -> None:
        """Ends the line that is being written, if there is anything on it."""
        if "".join(self.line).strip():
            self._new_line()
        else:
            self.line = []

    def _new_line(self) -> None:
        text = "".join(self.line)
        text = text.rstrip() if self.preformatted else " ".join(_words(text))
        self.line = []
        if text and self.wants_free and not self.free:
            self._add("")
        if text:
            self.wants_free = False
        self._add(text)

    def _add(self, text: str) -> None:
        self.free = not text
        mark = ">" * self.quotes
        self.result.lines.append(f"{mark} {text}".rstrip() if mark else text)


def _words(text: str) -> Iterator[str]:
    """Words between blanks; a no-break space is a blank too."""
    return iter(text.replace("\xa0", " ").split())
