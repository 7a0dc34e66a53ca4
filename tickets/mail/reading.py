"""A mail as people read it: `read(raw)` gives sender, subject, text, HTML and files.

Knows nothing of tickets and of the database, and runs in a process of its own (`confined`): a
mail may be built to cost time or memory. Limits are stated here and in `contents`; what lies
beyond them is named in a note in the text, and the raw mail keeps it.
"""

from __future__ import annotations

import re
from html import unescape

from django.utils.translation import gettext as _

from servicedesk.lib import html as sanitiser
from tickets.mail import html_text, quoting
from tickets.mail.contents import Contents, letter_and_files, unpack_tnef
from tickets.mail.envelope import read_envelope
from tickets.mail.mail import Mail
from tickets.mail.mime import split
from tickets.mail.reports import read_report

MOST_FILES = 250
DEEPEST_HTML = 1000
_tag = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_void = {"br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "p", "li", "o"}


def read(raw: bytes) -> Mail:
    """The mail in `raw`. Never raises for what it may hold, but may take long: see `confined`."""
    root = split(raw)
    mail = read_envelope(root)
    contents = letter_and_files(root)
    unpack_tnef(contents)
    _write_body(mail, contents)
    read_report(mail, root)
    shown = sanitiser.pictures_in(mail.body_html)
    for file in contents.files:
        file.inline = bool(file.content_id) and (file.inline or file.content_id in shown)
    mail.files = contents.files[:MOST_FILES]
    left_out = len(contents.files) - len(mail.files)
    if left_out:
        mail.body_text += (
            "\n\n" + _("[%d more files came along; the raw mail holds them.]") % left_out
        )
        mail.visible_text = mail.visible_text or mail.body_text.strip()
    return mail


def _write_body(mail: Mail, contents: Contents) -> None:
    pieces = [(text, markup) for text, markup in contents.pieces if (text or markup or "").strip()]
    clean = [(text, _sanitised(markup) if markup else "") for text, markup in pieces]
    clean = _once(clean)
    texts = [text if text and text.strip() else html_text.text_of(html) for text, html in clean]
    mail.body_text = "\n\n".join(text.strip("\n") for text in texts if text.strip())
    # Only control characters that nobody types go: tabs and line ends are text.
    mail.body_text = re.sub(r"[\x01-\x08\x0b\x0e-\x1f\x7f]", "", mail.body_text)
    mail.visible_text = quoting.visible_text(mail.body_text, is_forward=mail.is_forward)
    if any(html for _text, html in clean):
        mail.body_html = "\n".join(
            html or sanitiser.from_plain_text(text or "") for text, html in clean
        )
        mail.visible_html = _folded_html(mail)


def _once(pieces: list[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    """The same text as plain text and then as HTML is one text, though it was not called so."""
    found: list[tuple[str | None, str]] = []
    for text, html in pieces:
        before, marked = found[-1] if found else (None, "")
        same = not text and before and not marked and _same(before, html_text.text_of(html))
        if same:
            found[-1] = (before, html)
        else:
            found.append((text, html))
    return found


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _sanitised(markup: str) -> str:
    """Sanitised HTML. What is nested absurdly deep is read without its elements."""
    depth = deepest = 0
    for found in _tag.finditer(markup):
        depth += -1 if found[1] else 0 if found[2].lower() in _void else 1
        deepest = max(deepest, depth)
        if deepest > DEEPEST_HTML:
            return sanitiser.from_plain_text(unescape(re.sub(r"<[^<>]{0,2000}>", " ", markup)))
    return sanitiser.from_mail(markup)


def _folded_html(mail: Mail) -> str:
    readable = html_text.read(mail.body_html)
    folded = quoting.fold(readable.lines, is_forward=mail.is_forward)
    if not folded.folds:
        return ""
    return html_text.without_lines(readable, folded.hidden)
