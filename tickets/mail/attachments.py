"""Parts of a mail as files: their names, their bytes, and what kind of file they are."""

from __future__ import annotations

import mimetypes

from django.utils.translation import gettext as _

from servicedesk.lib.file_types import HEAD, PICTURES, UNKNOWN, content_type_of
from servicedesk.lib.filenames import clean_filename
from tickets.mail import charsets
from tickets.mail.decoding import decoded
from tickets.mail.envelope import headers_of
from tickets.mail.headers import decode_words, one_line
from tickets.mail.mail import File
from tickets.mail.mime import Part

_name_of_type = {
    "text/calendar": "invite.ics", "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s", "application/pgp-signature": "signature.asc",
    "application/ms-tnef": "winmail.dat", "message/delivery-status": "delivery-status.txt",
    "application/pkcs7-mime": "smime.p7m", "application/pgp-encrypted": "encrypted.asc",
    "text/vcard": "contact.vcf", "text/x-vcard": "contact.vcf", "text/directory": "contact.vcf",
    "text/rfc822-headers": "headers.txt", "message/feedback-report": "report.txt",
    "text/html": "text.html", "text/plain": "text.txt",
}  # fmt: skip


def given_name(part: Part) -> str:
    """What the sender calls the part; '' when it has no name."""
    for field_name, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        value, charset = part.parameters(field_name).get(parameter, (b"", ""))
        if value:
            return decode_words(charsets.decode(value, charset)).strip()
    return ""


def file_of(part: Part) -> File:
    """The part as a file: what it is called, what it holds, what it is."""
    kind, name = part.content_type, given_name(part)
    content = (
        part.body if kind.startswith("multipart/") else decoded(part.body, part.transfer_encoding)
    )
    if kind in {"message/rfc822", "message/global", "message/news"}:
        name = name or headers_of(content).subject or "message"
        name = name if name.lower().endswith(".eml") else f"{name}.eml"
    elif not name:
        name = _name_of_type.get(kind) or _name_by_type(kind)
    file = named_file(name, content, kind)
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


def named_file(name: str, content: bytes, declared: str = "") -> File:
    """A file under a name that is safe to show, with a type that is safe to serve."""
    filename = clean_filename(charsets.clean(name), otherwise=_("file"))
    return File(filename, _type_of(content, filename, declared), content)


def _type_of(content: bytes, name: str, declared: str) -> str:
    """A picture only if its bytes prove it; else what the sender says, as it is never shown."""
    proved = content_type_of(content[:HEAD], name)
    if proved in PICTURES or declared in {"", UNKNOWN, "application/binary", "multipart/mixed"}:
        return proved
    return UNKNOWN if declared in PICTURES or declared == "image/jpg" else declared
