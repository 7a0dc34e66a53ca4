"""Files of a mail: in the store of attachments, under random names, before their rows are."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence

from django.core.files.base import ContentFile
from django.urls import reverse

from servicedesk.accounts.models import User
from servicedesk.lib import html as sanitiser
from tickets.actions.screening import harmless_or_notice
from tickets.mail.mail import Mail
from tickets.models import Attachment


@contextlib.contextmanager
def stored(mail: Mail) -> Iterator[list[Attachment]]:
    """The files of a mail as attachments without rows, their bytes on the disk.

    When the block fails, or makes no rows of them, the bytes are taken back.
    """
    attachments: list[Attachment] = []
    try:
        for file in mail.files:
            name, content = harmless_or_notice(file.content, name=file.filename)
            kind = file.content_type if name == file.filename else "text/plain"
            attachment = Attachment(
                filename=name,
                content_type=kind[:127],
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                is_inline=file.inline,
                content_id=file.content_id,
            )
            attachment.file.save(name, ContentFile(content), save=False)
            attachments.append(attachment)
        yield attachments
    except BaseException:
        _take_back(attachments)
        raise
    _take_back([one for one in attachments if one.pk is None])


def enter(attachments: Sequence[Attachment], *, by: User | None) -> list[Attachment]:
    """Writes the rows, so that the HTML can name them. They belong to no message yet."""
    for attachment in attachments:
        attachment.uploaded_by = by
    return Attachment.objects.bulk_create(attachments)


def placed(html: str, attachments: Sequence[Attachment]) -> str:
    """HTML of a mail with each of its pictures at the address where it is served."""
    addresses = {
        one.content_id: reverse("tickets:attachment-download", args=[one.pk])
        for one in attachments
        if one.content_id and one.claims_picture
    }
    return sanitiser.with_pictures(html, addresses)


def _take_back(attachments: Sequence[Attachment]) -> None:
    for attachment in attachments:
        attachment.file.delete(save=False)
