"""Files that people add to what they write. They wait on a draft until that is sent."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.lib.file_types import (
    HEAD,
    PICTURES,
    claims_picture,
    content_type_of,
    is_program,
)
from servicedesk.lib.filenames import clean_filename
from servicedesk.lib.numbers import file_size
from tickets.actions.drafting import erase
from tickets.actions.locking import guard
from tickets.models import Attachment, Draft
from tickets.permissions import may_delete_attachment

MEGABYTE = 1024 * 1024


def attach(upload: UploadedFile, *, draft: Draft, by: User) -> Attachment:
    """Stores the file on a stored draft. It is on the disk, whole, when this returns.

    Raises TicketError with a sentence that names the file: empty, too large, one too many, a
    program, or called a picture without being one.
    """
    name = clean_filename(upload.name or "", otherwise=_("file"))
    upload.seek(0)
    head = upload.read(HEAD)
    _check(name, upload.size or 0, head)
    with transaction.atomic():
        _leave_room(draft, name)
        attachment = Attachment(
            draft=draft,
            uploaded_by=by,
            filename=name,
            content_type=content_type_of(head, name),
            size=upload.size or 0,
            sha256=_fingerprint(upload),
        )
        attachment.file.save(name, upload, save=False)
        try:
            attachment.save()
        except BaseException:
            attachment.file.delete(save=False)
            raise
    return attachment


def detach(attachment: Attachment, *, by: User) -> None:
    """Takes a file back that was not sent yet."""
    mine = attachment.uploaded_by_id == by.pk and may_delete_attachment(by, attachment.message)
    guard(mine, _("This file was sent already."))
    with transaction.atomic():
        erase(attachment)


def _check(name: str, size: int, head: bytes) -> None:
    most = settings.DESK_ATTACHMENT_MAX_BYTES
    guard(size > 0, _("“%s” is empty. Choose another file.") % name)
    guard(
        size <= most,
        _("“%(name)s” is %(size)s; a file may be at most %(most)s.")
        % {"name": name, "size": file_size(size), "most": f"{most // MEGABYTE} MB"},
    )
    guard(
        not is_program(head, name),
        _("“%s” is a program; we do not take those. Send a screenshot or a log file.") % name,
    )
    guard(
        not claims_picture(name) or _is_some_picture(content_type_of(head, name)),
        _("“%s” is called a picture but is something else. Save it again as a picture.") % name,
    )


def _is_some_picture(content_type: str) -> bool:
    """Another kind of picture than its name says is fine: phones do that."""
    harmless = content_type.startswith("image/") and content_type != "image/svg+xml"
    return content_type in PICTURES or harmless


def _leave_room(draft: Draft, name: str) -> None:
    most = settings.DESK_ATTACHMENT_MAX_FILES
    locked = Draft.objects.select_for_update().filter(pk=draft.pk)
    guard(locked.exists(), _("This was sent already; “%s” did not go along.") % name)
    guard(
        draft.attachments.count() < most,
        _("“%(name)s” is one too many: at most %(most)s files go along with one message.")
        % {"name": name, "most": most},
    )


def _fingerprint(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
