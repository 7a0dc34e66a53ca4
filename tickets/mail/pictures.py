"""The pictures and files of a message on their way into a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse

from servicedesk.outbox.writing import mail_domain
from tickets.models import Attachment, Message

MEGABYTE = 1024 * 1024
#: What is larger stands in the mail as a link to the portal: many mailboxes take no more.
LARGEST_PICTURE, LARGEST_TOGETHER = 2 * MEGABYTE, 8 * MEGABYTE
#: A picture in the text of a message, as pages show it.
_in_text = re.compile(r'<img\b[^>]*\bsrc="/files/(\d+)/[^"]*"[^>]*>')


@dataclass(frozen=True)
class Enclosed:
    """The HTML of a message for a mail, the pictures below it, the files, and links to the rest."""

    body_html: str
    pictures: list[tuple[str, str]] = field(default_factory=list)
    #: Name and address of each file, enclosed or not.
    links: list[tuple[str, str]] = field(default_factory=list)
    #: As `OutgoingEmail.files` wants them.
    files: list[dict[str, str]] = field(default_factory=list)


def enclose(message: Message) -> Enclosed:
    """What goes along with this message, as it is shown first: without quoted history.

    Pictures stand in the text, where they stand on the page, or below it; other files are enclosed
    as long as there is room.
    """
    html = message.shown_html
    named = _pictures_in(html)
    folded = _pictures_in(message.body_html) - named
    attachments = [one for one in message.attachments.all() if one.pk not in folded]
    room, taken = LARGEST_TOGETHER, []
    for one in attachments:
        if one.size <= (LARGEST_PICTURE if one.is_picture else room) and one.size <= room:
            room -= one.size
            taken.append(one)
    shown = {one.pk: one for one in taken if one.is_picture}
    return Enclosed(
        body_html=_in_text.sub(lambda found: _picture(found, shown), html),
        pictures=[(cid(one), one.filename) for one in shown.values() if one.pk not in named],
        links=[(one.filename, _address(one)) for one in attachments if one.pk not in shown],
        files=[_file(one) for one in taken],
    )


def enclose_files(message: Message) -> Enclosed:
    """For somebody who has no other way to them: all files go along, as files."""
    files = [*message.attachments.all(), *message.enclosed.all()]
    return Enclosed(body_html=message.body_html, files=[_plain(one) for one in files])


def _pictures_in(html: str) -> set[int]:
    return {int(pk) for pk in _in_text.findall(html)}


def cid(attachment: Attachment) -> str:
    """The name by which the HTML of a mail refers to a picture in it."""
    return f"file.{attachment.pk}@{mail_domain()}"


def _picture(found: re.Match[str], shown: dict[int, Attachment]) -> str:
    one = shown.get(int(found[1]))
    return f'<img src="cid:{cid(one)}" alt="" style="max-width:100%">' if one else ""


def _file(one: Attachment) -> dict[str, str]:
    return _plain(one) | {"cid": cid(one)} if one.is_picture else _plain(one)


def _plain(one: Attachment) -> dict[str, str]:
    return {
        "path": str(one.file.name),
        "filename": one.filename,
        "content_type": one.content_type,
    }


def _address(one: Attachment) -> str:
    path = reverse("tickets:attachment-download", args=[one.pk, one.filename])
    return settings.DESK_BASE_URL + path
