"""Texts with {placeholders}: which are fine, and what becomes of them as text and as HTML.

No template engine ever reads what people wrote: placeholders are looked up in a short list, each
once, and what is put in is not read again.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape

from servicedesk.lib import html
from tickets.mail.letters import PARTS

_placeholder = re.compile(r"\{([^{}\s]*)\}")
_marks = re.compile(r"^#{2,4} |\*\*", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A piece of a letter in both forms."""

    text: str
    html: str


def unknown_placeholders(text: str, known: Collection[str]) -> list[str]:
    """The names in braces that are none of `known`, in the order in which they stand there."""
    return [name for name in dict.fromkeys(_placeholder.findall(text)) if name not in known]


def misplaced_parts(text: str) -> list[str]:
    """The parts that stand in a sentence, where only words may stand."""
    paragraphs = [p for p in _paragraphs(text) if not _is_part(p)]
    return [name for p in paragraphs for name in _placeholder.findall(p) if name in PARTS]


def fill_line(text: str, words: Mapping[str, str]) -> str:
    """One line, such as a subject, with its words."""
    return " ".join(_placeholder.sub(lambda found: words.get(found[1], ""), text).split())


def fill(text: str, words: Mapping[str, str], parts: Mapping[str, Part | None]) -> Part:
    """The whole text in both forms."""
    done = [_filled(paragraph, words, parts) for paragraph in _paragraphs(text)]
    kept = [part for part in done if part is not None]
    return Part("\n\n".join(p.text for p in kept), "\n".join(p.html for p in kept))


def _filled(
    paragraph: str, words: Mapping[str, str], parts: Mapping[str, Part | None]
) -> Part | None:
    """None where a placeholder has nothing to say."""
    if _is_part(paragraph):
        return parts.get(paragraph[1:-1])
    named = _placeholder.findall(paragraph)
    if any(not words.get(name) for name in named):
        return None
    # A placeholder as the target of a link comes out of Markdown with its braces encoded.
    marked = _marked(paragraph).replace("%7Blink%7D", escape(words.get("link", "")))
    return Part(
        text=_marks.sub("", _put_in(paragraph, words)),
        html=_put_in(marked, {name: _as_html(name, words[name]) for name in named}),
    )


@functools.lru_cache(maxsize=256)
def _marked(paragraph: str) -> str:
    """The paragraphs of the letters are few, and the same in every letter."""
    return html.from_markdown(paragraph)


def _put_in(text: str, words: Mapping[str, str]) -> str:
    return _placeholder.sub(lambda found: words.get(found[1], found[0]), text)


def _as_html(name: str, value: str) -> str:
    safe = escape(value)
    return f'<a href="{safe}">{safe}</a>' if name == "link" else safe


def _paragraphs(text: str) -> list[str]:
    clean = text.replace("\r\n", "\n").strip()
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", clean) if paragraph.strip()]


def _is_part(paragraph: str) -> bool:
    return paragraph.startswith("{") and paragraph[1:-1] in PARTS and paragraph.endswith("}")
