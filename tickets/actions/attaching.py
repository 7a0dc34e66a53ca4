"""Files that people add to what they write. They wait on a draft until that is sent."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict, dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
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
from servicedesk.lib.pictures import TooManyPixels
from tickets.actions.drafting import erase
from tickets.actions.locking import guard
from tickets.actions.screening import screen
from tickets.drawing import draw
from tickets.exceptions import TicketError
from tickets.models import Attachment, Draft
from tickets.permissions import may_delete_attachment

logger = logging.getLogger(__name__)
MEGABYTE = 1024 * 1024


def attach(upload: UploadedFile, *, draft: Draft, by: User) -> Attachment:
    """Stores the file on a stored draft. It is on the disk, whole, when this returns.

    Raises TicketError with a sentence that names the file: empty, too large, one too many, a
    program, called a picture without being one, a picture of too many pixels, a virus, or more
    than there is room for on this ticket or for this organisation.
    """
    looked = look_at(upload, by=by)
    name = looked.filename
    with transaction.atomic():
        _leave_room(draft, name)
        _within_quota(draft, name, looked.size, by=by)
        attachment = Attachment(draft=draft, uploaded_by=by, **asdict(looked))
        store(attachment.file, name, upload)
        try:
            draw(attachment)
            attachment.save()
        except TooManyPixels as error:
            _throw_away(attachment)
            raise TicketError(
                _("“%s” has too many pixels. Make the picture smaller and add it again.") % name
            ) from error
        except BaseException:
            _throw_away(attachment)
            raise
    return attachment


@dataclass(frozen=True)
class Looked:
    """What is known of a file that may be stored."""

    filename: str
    content_type: str
    size: int
    sha256: str


def look_at(upload: UploadedFile, *, by: User) -> Looked:
    """Looks at a file before it is stored: its name, its size, its bytes, and for viruses.

    Raises TicketError with a sentence that names the file.
    """
    name = clean_filename(upload.name or "", otherwise=_("file"))
    upload.seek(0)
    head = upload.read(HEAD)
    _check(name, upload.size or 0, head)
    upload.seek(0)
    screen(upload.chunks(), name=name, by=by)
    return Looked(name, content_type_of(head, name), upload.size or 0, _fingerprint(upload))


def store(field: FieldFile, name: str, upload: UploadedFile) -> None:
    """The disk may be full or read-only: then people are told, and write on."""
    try:
        field.save(name, upload, save=False)
    except OSError as error:
        logger.exception("a file could not be stored")
        raise TicketError(
            _("“%s” cannot be stored now: there is no room. Your text is kept; try again later.")
            % name
        ) from error


def _throw_away(attachment: Attachment) -> None:
    for stored in (attachment.file, attachment.shown):
        if stored:
            stored.delete(save=False)


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


def _within_quota(draft: Draft, name: str, size: int, *, by: User) -> None:
    """Nobody fills the disk of all: a ticket and an organisation have an end."""
    ticket = Q(draft=draft)
    if draft.ticket_id is not None:
        ticket |= Q(message__ticket=draft.ticket_id)
    most = settings.DESK_TICKET_QUOTA_BYTES
    guard(
        not most or Attachment.objects.filter(ticket).total_size() + size <= most,
        _("“%(name)s” does not fit: the files of one ticket may be %(most)s together.")
        % {"name": name, "most": f"{most // MEGABYTE} MB"},
    )
    most = settings.DESK_ORGANISATION_QUOTA_BYTES
    if not most or by.is_agent or by.organisation_id is None:
        return
    theirs = Attachment.objects.filter(uploaded_by__organisation=by.organisation_id)
    guard(
        theirs.total_size() + size <= most,
        _(
            "“%s” does not fit: the files of your organisation fill all the room there is for "
            "them. Tell the service desk."
        )
        % name,
    )


def _fingerprint(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
