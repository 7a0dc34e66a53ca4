"""What the parts of a mail hold: the pieces of its text in order, and the files that came along."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from tickets.mail import charsets, tnef
from tickets.mail.attachments import file_of, given_name, named_file
from tickets.mail.decoding import decoded, unflowed, uuencoded
from tickets.mail.mail import File
from tickets.mail.mime import Part

#: Characters of text and of HTML that are kept for reading; files beside them have no such limit.
LONGEST_TEXT, LONGEST_HTML = 1_000_000, 3_000_000


@dataclass
class Contents:
    """What the parts hold: pieces of text in order (plain, HTML), and files."""

    pieces: list[tuple[str | None, str | None]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    #: Files that are text and stand in the mail: one is the letter when nothing else is.
    readable: list[tuple[File, Part]] = field(default_factory=list)

    def add(self, other: Contents) -> None:
        self.pieces += other.pieces
        self.files += other.files
        self.readable += other.readable


#: Types of text that are read; other texts are files, unless one is the whole mail.
_read = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"}
_never_read = {"text/calendar", "text/vcard"}


def letter_and_files(root: Part) -> Contents:
    """What the mail holds. A text that has a name is read all the same if there is no other."""
    contents = contents_of(root, is_letter=True)
    if contents.readable and not contents.pieces:
        file, part = contents.readable[0]
        contents.files = [other for other in contents.files if other is not file]
        contents.pieces = _text_piece(part, part.content_type).pieces
    return contents


def contents_of(part: Part, *, is_letter: bool = False) -> Contents:
    """What this part and those in it hold. `is_letter`: its place says that it is the text."""
    kind = part.content_type
    if kind.startswith("multipart/") and part.children:
        return _of_multipart(part)
    if kind.startswith("multipart/"):
        return _text_piece(part, "text/plain")
    if _is_body(part, is_letter=is_letter):
        return _text_piece(part, kind)
    file = file_of(part)
    is_readable = kind in {"text/plain", "text/html"} and part.disposition != "attachment"
    return Contents(files=[file], readable=[(file, part)] if is_readable else [])


def _of_multipart(part: Part) -> Contents:
    alternative = part.content_type == "multipart/alternative"
    related = part.content_type == "multipart/related"
    children = [
        contents_of(child, is_letter=alternative or (related and at == 0))
        for at, child in enumerate(part.children)
    ]
    if alternative:
        return _best(children)
    together = Contents()
    if related:
        together = _related(part, children)
    else:
        for child in children:
            together.add(child)
    return together


def _related(part: Part, children: list[Contents]) -> Contents:
    """The first part is the letter; texts beside it without a name are files of it."""
    together = Contents()
    for child_part, child in zip(part.children, children, strict=True):
        if child.pieces and together.pieces and not child_part.children:
            together.files.append(file_of(child_part))
        else:
            together.add(child)
    return together


def _best(children: list[Contents]) -> Contents:
    """Alternatives say the same: one plain text and one HTML of them."""
    plain = html = None
    together = Contents()
    for child in children:
        texts = [text for text, _html in child.pieces if text is not None and text.strip()]
        marked = [markup for _text, markup in child.pieces if markup is not None]
        plain = "\n".join(texts) if texts and plain is None else plain
        html = "\n".join(marked) if marked else html
        together.files += child.files
        together.readable += child.readable
    if plain is not None or html is not None:
        together.pieces.append((plain, html))
    return together


def _is_body(part: Part, *, is_letter: bool) -> bool:
    kind = part.content_type
    if kind not in _read:
        return kind.startswith("text/") and part.depth == 0 and kind not in _never_read
    if part.disposition == "attachment":
        return False
    return is_letter or not given_name(part)


def _text_piece(part: Part, kind: str) -> Contents:
    data = decoded(part.body, part.transfer_encoding)
    contents = Contents()
    if kind == "text/x-amp-html":
        return contents
    parameters = part.parameters("content-type")
    charset = parameters.get("charset", (b"", ""))[0].decode("latin-1")
    if kind == "text/html":
        text = charsets.decode(data, charset or _charset_in(data))
        if len(text) > LONGEST_HTML:
            contents.files.append(File("text.html", "text/html", data))
        contents.pieces.append((None, text[:LONGEST_HTML]))
        return contents
    files, data = uuencoded(data)
    for name, content in files:
        contents.files.append(named_file(charsets.decode(name), content, ""))
    text = charsets.decode(data, charset).replace("\r\n", "\n").replace("\r", "\n")
    if parameters.get("format", (b"", ""))[0].lower() == b"flowed":
        text = unflowed(text, delete_space=parameters.get("delsp", (b"", ""))[0].lower() == b"yes")
    if kind in {"text/enriched", "text/richtext"}:
        text = re.sub(r"<[^<>]{1,100}>", "", re.sub(r"<param>[^<]{0,200}</param>", "", text))
    if len(text) > LONGEST_TEXT:
        contents.files.append(File("text.txt", "text/plain", data))
        text = text[:LONGEST_TEXT] + "\n\n" + _("[The text is longer: read on in the file.]")
    contents.pieces.append((text, None))
    return contents


def _charset_in(data: bytes) -> str:
    found = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", data[:4096], re.I)
    return found[1].decode("ascii", "replace") if found else ""


def unpack_tnef(contents: Contents) -> None:
    """winmail.dat becomes what is in it; one that cannot be opened stays."""
    files: list[File] = []
    for file in contents.files:
        inside = None
        if file.content_type == "application/ms-tnef" or file.filename.lower() == "winmail.dat":
            inside = tnef.opened(file.content)
        if inside is None:
            files.append(file)
            continue
        files += [named_file(name, content, "") for name, content in inside.files]
        if not any((text or markup or "").strip() for text, markup in contents.pieces):
            contents.pieces.append((inside.text or None, inside.html or None))
    contents.files = files
