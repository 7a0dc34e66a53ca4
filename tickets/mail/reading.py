"""A mail as people read it: `read(raw)` gives sender, subject, text, HTML and files.

Knows nothing of tickets and of the database, and runs in a process of its own (`confined`): a
mail may be built to cost time or memory. Limits are stated here; what lies beyond them is named
in a note in the text, and the raw mail keeps it.
"""

from __future__ import annotations

import datetime as dt
import mimetypes
import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from html import unescape

from django.utils.translation import gettext as _

from servicedesk.lib import html as sanitiser
from servicedesk.lib.file_types import HEAD, PICTURES, UNKNOWN, content_type_of
from servicedesk.lib.filenames import clean_filename
from tickets.mail import charsets, html_text, phrases, quoting, tnef
from tickets.mail.decoding import decoded, unflowed, uuencoded
from tickets.mail.headers import (
    Address,
    decode_words,
    one_line,
    read_addresses,
    read_date,
    read_ids,
    read_text,
)
from tickets.mail.mime import Part, split

#: Characters of text and of HTML that are kept for reading; files beside them have no such limit.
LONGEST_TEXT, LONGEST_HTML = 1_000_000, 3_000_000
MOST_FILES = 250
DEEPEST_HTML = 1000
_tag = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_void = {"br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "p", "li", "o"}
#: Fields that say whether a machine wrote this, and which way it came.
TOLD = (
    "auto-submitted", "precedence", "x-autoreply", "x-autorespond", "x-auto-response-suppress",
    "x-autoreply-from", "x-mail-autoreply", "x-precedence", "x-loop", "x-failed-recipients",
    "list-id", "list-post", "list-unsubscribe", "list-help", "list-owner", "list-archive",
    "list-subscribe", "return-path", "x-servicedesk-ticket", "feedback-id", "x-auto-reply",
    "authentication-results", "received-spf", "x-ms-exchange-generated-message-source",
    "x-ms-exchange-inbox-rules-loop", "content-type", "x-vacation", "x-mailer", "importance",
)  # fmt: skip
_name_of_type = {
    "text/calendar": "invite.ics", "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s", "application/pgp-signature": "signature.asc",
    "application/ms-tnef": "winmail.dat", "message/delivery-status": "delivery-status.txt",
    "application/pkcs7-mime": "smime.p7m", "application/pgp-encrypted": "encrypted.asc",
    "text/vcard": "contact.vcf", "text/x-vcard": "contact.vcf", "text/directory": "contact.vcf",
    "text/rfc822-headers": "headers.txt", "message/feedback-report": "report.txt",
    "text/html": "text.html", "text/plain": "text.txt",
}  # fmt: skip


@dataclass
class File:
    """Something that came along. `content_id` is how the HTML names it, without brackets."""

    filename: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str = ""


@dataclass
class Mail:
    """What a mail says. Addresses are in lower case; texts hold no NUL and no lone surrogate."""

    subject: str = ""
    sender: Address = field(default_factory=lambda: Address(""))
    reply_to: list[Address] = field(default_factory=list)
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    #: Every address this was delivered to, as far as the headers tell.
    delivered_to: list[str] = field(default_factory=list)
    message_id: str = ""
    in_reply_to: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    date: dt.datetime | None = None
    #: The fields in TOLD, as they came, by name.
    told: dict[str, list[str]] = field(default_factory=dict)
    content_type: str = "text/plain"
    is_forward: bool = False
    body_text: str = ""
    visible_text: str = ""
    #: Sanitised, pictures that came along still as `cid:`; '' for mail without HTML.
    body_html: str = ""
    #: The same without quoted history; '' when nothing is folded away.
    visible_html: str = ""
    #: Of a delivery report: the fields of each recipient, and the ids of the mails it is about.
    report: list[dict[str, str]] = field(default_factory=list)
    report_about: list[str] = field(default_factory=list)
    report_quotes: str = ""
    files: list[File] = field(default_factory=list)

    def first(self, name: str) -> str:
        """The first field of this name in `told`, in lower case."""
        return self.told.get(name, [""])[0].strip().lower()


@dataclass
class _Contents:
    """What the parts hold: pieces of text in order (plain, HTML), and files."""

    pieces: list[tuple[str | None, str | None]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    left_out: int = 0

    def add(self, other: _Contents) -> None:
        self.pieces += other.pieces
        self.files += other.files


def read(raw: bytes) -> Mail:
    """The mail in `raw`. Never raises for what it may hold, but may take long: see `confined`."""
    root = split(raw)
    mail = _envelope(root)
    contents = _contents(root, is_root=True)
    _unpack_tnef(contents)
    _write_body(mail, contents)
    _read_report(mail, root)
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


def headers_of(raw: bytes) -> Mail:
    """Only what the head of the mail says: quick, whatever the body is."""
    cut = re.search(rb"\r?\n\r?\n", raw[:400_000])
    head = raw[: cut.end() if cut else 400_000]
    root = split(head)
    root.children = []
    return _envelope(root)


# --- the head -------------------------------------------------------------------------------


def _envelope(root: Part) -> Mail:
    first = root.first
    sender = _sender(root)
    ids = read_ids(first("message-id"))
    subject = read_text(first("subject"))
    return Mail(
        subject=subject,
        sender=sender,
        reply_to=read_addresses(first("reply-to")),
        to=_people(root, "to"),
        cc=_people(root, "cc"),
        delivered_to=_delivered_to(root),
        message_id=ids[0] if ids else _odd_id(first("message-id")),
        in_reply_to=read_ids(first("in-reply-to")),
        references=read_ids(b" ".join(root.all("references"))),
        date=read_date(first("date")),
        told={
            name: [charsets.decode(v)[:2000] for v in values[:20]]
            for name in TOLD
            if (values := root.all(name))
        },
        content_type=root.content_type,
        is_forward=phrases.is_forward_subject(subject),
    )


def _odd_id(value: bytes) -> str:
    """A Message-ID that is no id: still the only name this mail has."""
    text = one_line(charsets.decode(value))[:900].strip("<> ")
    return f"<{text}>" if text else ""


def _sender(root: Part) -> Address:
    named = Address("")
    for field_name in ("from", "sender", "reply-to", "x-sender", "return-path"):
        for address in (a for value in root.all(field_name) for a in read_addresses(value)):
            if address.email:
                return (
                    address
                    if address.name or not named.name
                    else Address(address.email, named.name)
                )
            named = named if named.name else address
    return named


def _people(root: Part, name: str) -> list[Address]:
    return [address for value in root.all(name) for address in read_addresses(value)]


def _delivered_to(root: Part) -> list[str]:
    names = (
        "to",
        "cc",
        "bcc",
        "delivered-to",
        "x-original-to",
        "envelope-to",
        "x-envelope-to",
        "apparently-to",
        "resent-to",
        "x-delivered-to",
    )
    return list(dict.fromkeys(a.email for name in names for a in _people(root, name) if a.email))


# --- the parts ------------------------------------------------------------------------------


def _contents(part: Part, *, is_root: bool = False) -> _Contents:
    kind = part.content_type
    if kind.startswith("multipart/") and part.children:
        return _of_multipart(part)
    if kind.startswith("multipart/"):
        return _text_piece(part, "text/plain")
    if _is_body(part, is_root=is_root):
        return _text_piece(part, kind)
    return _Contents(files=[_file(part)])


def _of_multipart(part: Part) -> _Contents:
    children = [_contents(child) for child in part.children]
    if part.content_type == "multipart/alternative":
        return _best(children)
    together = _Contents()
    if part.content_type == "multipart/related":
        together = _related(part, children)
    else:
        for child in children:
            together.add(child)
    return together


def _related(part: Part, children: list[_Contents]) -> _Contents:
    """The first part is the letter; texts beside it without a name are files of it."""
    together = _Contents()
    for child_part, child in zip(part.children, children, strict=True):
        if child.pieces and together.pieces and not child_part.children:
            together.files.append(_file(child_part))
        else:
            together.add(child)
    return together


def _best(children: list[_Contents]) -> _Contents:
    """Alternatives say the same: one plain text and one HTML of them."""
    plain = html = None
    together = _Contents()
    for child in children:
        texts = [text for text, _html in child.pieces if text is not None and text.strip()]
        marked = [markup for _text, markup in child.pieces if markup is not None]
        plain = "\n".join(texts) if texts and plain is None else plain
        html = "\n".join(marked) if marked else html
        together.files += child.files
    if plain is not None or html is not None:
        together.pieces.append((plain, html))
    return together


def _is_body(part: Part, *, is_root: bool) -> bool:
    kind = part.content_type
    if kind not in {"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"}:
        return kind.startswith("text/") and is_root and kind not in {"text/calendar", "text/vcard"}
    if part.disposition == "attachment":
        return False
    return is_root or not _given_name(part)


def _text_piece(part: Part, kind: str) -> _Contents:
    data = decoded(part.body, part.transfer_encoding)
    contents = _Contents()
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
        contents.files.append(_named_file(charsets.decode(name), content, ""))
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


# --- files ----------------------------------------------------------------------------------


def _given_name(part: Part) -> str:
    for field_name, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        value, charset = part.parameters(field_name).get(parameter, (b"", ""))
        if value:
            return decode_words(charsets.decode(value, charset)).strip()
    return ""


def _file(part: Part) -> File:
    kind, name = part.content_type, _given_name(part)
    content = (
        part.body if kind.startswith("multipart/") else decoded(part.body, part.transfer_encoding)
    )
    if kind in {"message/rfc822", "message/global", "message/news"}:
        name = name or headers_of(content).subject or "message"
        name = name if name.lower().endswith(".eml") else f"{name}.eml"
    elif not name:
        name = _name_of_type.get(kind) or _name_by_type(kind)
    file = _named_file(name, content, kind)
    ids = one_line(charsets.decode(part.first("content-id"))).strip("<> ")
    file.content_id = ids[:500]
    file.inline = (
        bool(ids) and part.disposition == "inline" and file.content_type.startswith("image/")
    )
    return file


def _name_by_type(kind: str) -> str:
    """“image.png” for a picture that has no name."""
    group = kind.partition("/")[0]
    ending = mimetypes.guess_extension(kind) or (".txt" if group == "text" else ".bin")
    return f"{group}{ending}"


def _named_file(name: str, content: bytes, declared: str) -> File:
    filename = clean_filename(charsets.clean(name), otherwise=_("file"))
    return File(filename, _type_of(content, filename, declared), content)


def _type_of(content: bytes, name: str, declared: str) -> str:
    """A picture only if its bytes prove it; else what the sender says, as it is never shown."""
    proved = content_type_of(content[:HEAD], name)
    if proved in PICTURES or declared in {"", UNKNOWN, "application/binary", "multipart/mixed"}:
        return proved
    return UNKNOWN if declared in PICTURES or declared == "image/jpg" else declared


def _unpack_tnef(contents: _Contents) -> None:
    """winmail.dat becomes what is in it; one that cannot be opened stays."""
    files: list[File] = []
    for file in contents.files:
        inside = None
        if file.content_type == "application/ms-tnef" or file.filename.lower() == "winmail.dat":
            inside = tnef.opened(file.content)
        if inside is None:
            files.append(file)
            continue
        files += [_named_file(name, content, "") for name, content in inside.files]
        if not any((text or markup or "").strip() for text, markup in contents.pieces):
            contents.pieces.append((inside.text or None, inside.html or None))
    contents.files = files


# --- the text -------------------------------------------------------------------------------


def _write_body(mail: Mail, contents: _Contents) -> None:
    pieces = [(text, markup) for text, markup in contents.pieces if (text or markup or "").strip()]
    clean = [(text, _sanitised(markup) if markup else "") for text, markup in pieces]
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


# --- delivery reports -----------------------------------------------------------------------


def _read_report(mail: Mail, root: Part) -> None:
    """RFC 3464: who did not get it and why, and the ids in the message that is returned."""
    about: list[str] = []
    for part in root.walk():
        kind = part.content_type
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            mail.report += _groups(decoded(part.body, part.transfer_encoding))
        elif kind in {
            "message/rfc822",
            "text/rfc822-headers",
            "message/global",
            "message/global-headers",
        } and (root.content_type == "multipart/report" or mail.told.get("x-failed-recipients")):
            returned = decoded(part.body, part.transfer_encoding)
            inner = headers_of(returned)
            about += [inner.message_id] if inner.message_id else []
            mail.report_quotes += " ".join(address.email for address in inner.reply_to)
    if (
        mail.report
        or mail.told.get("x-failed-recipients")
        or not mail.sender.email
        or _is_daemon(mail)
    ):
        found = re.findall(
            r"^[>\s]*Message-ID:\s*(<[^<>\s]{1,500}>)", mail.body_text[:200_000], re.I | re.M
        )
        about += found
        mail.report_quotes += " ".join(
            re.findall(r"^[>\s]*Reply-To:.*$", mail.body_text[:200_000], re.I | re.M)
        )
    mail.report_about = list(dict.fromkeys(about))[:20]


def _is_daemon(mail: Mail) -> bool:
    return parseaddr(mail.sender.email)[1].partition("@")[0] in {"mailer-daemon", "postmaster"}


def _groups(data: bytes) -> list[dict[str, str]]:
    text = charsets.decode(data).replace("\r\n", "\n")
    groups = []
    for block in re.split(r"\n\s*\n", text)[:200]:
        unfolded = re.sub(r"\n[ \t]+", " ", block)
        lines = (line.partition(":") for line in unfolded.split("\n"))
        fields = {
            name.strip().lower(): one_line(value)[:1000] for name, colon, value in lines if colon
        }
        if "final-recipient" in fields or "original-recipient" in fields:
            groups.append(fields)
    return groups
