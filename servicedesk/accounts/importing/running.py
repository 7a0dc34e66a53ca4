"""A whole file: what would happen with it, and doing that."""

from __future__ import annotations

import datetime as dt
import logging

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.exceptions import UnreadableFile
from servicedesk.accounts.importing import organisations, people, reading
from servicedesk.accounts.importing.plans import Outcome, in_batches
from servicedesk.accounts.models import Import, User
from servicedesk.accounts.permissions import may_administer
from servicedesk.audit.recording import record

logger = logging.getLogger(__name__)

#: How long a file that nobody applied is kept.
KEPT = dt.timedelta(days=1)
ROOMS = {Import.Kind.PEOPLE: people, Import.Kind.ORGANISATIONS: organisations}


def keep(upload: UploadedFile, kind: str, *, by: User) -> Import:
    """Stores a file to look at before anything happens. Raises UnreadableFile."""
    if not may_administer(by):
        raise PermissionDenied
    if (upload.size or 0) > reading.MOST_BYTES:
        raise UnreadableFile(_("This file is too big. Split it."))
    lacking = reading.missing(reading.columns_of(upload), ROOMS[Import.Kind(kind)].NEEDED)
    if lacking:
        said = _("These columns are missing: %(names)s.") % {"names": ", ".join(lacking)}
        raise UnreadableFile(said)
    upload.seek(0)
    return Import.objects.create(kind=kind, file=upload, created_by=by)


def _opened(kept: Import) -> File:
    try:
        return kept.file.open("rb")
    except FileNotFoundError as gone:
        logger.error("stored file %s is gone", kept.file.name)
        raise UnreadableFile(_("This file is no longer there. Choose it again.")) from gone


def unknown_columns(kept: Import) -> list[str]:
    """The columns that are left aside, such as a role or a password."""
    with _opened(kept) as stream:
        return [name for name in reading.columns_of(stream) if not reading.known(name)]


def rehearse(kept: Import) -> Outcome:
    """What would happen. Changes nothing. Raises UnreadableFile."""
    outcome = Outcome()
    with _opened(kept) as stream:
        for plan in ROOMS[Import.Kind(kept.kind)].plans(reading.rows(stream)):
            outcome.add(plan)
    return outcome


@transaction.atomic
def apply(kept: Import, *, by: User) -> Outcome:
    """Does it, once: all rows that are not refused, or none. Raises UnreadableFile."""
    if not may_administer(by):
        raise PermissionDenied
    kept = Import.objects.select_for_update().get(pk=kept.pk)
    if kept.applied_at:
        raise UnreadableFile(_("This file was imported already."))
    room, outcome = ROOMS[Import.Kind(kept.kind)], Outcome()
    with _opened(kept) as stream:
        for batch in in_batches(room.plans(reading.rows(stream))):
            room.save(batch)
            for plan in batch:
                outcome.add(plan)
    _forget_file(kept)
    kept.file, kept.applied_at = "", timezone.now()
    kept.save(update_fields=["file", "applied_at"])
    record(
        "import_applied",
        by=by,
        about=kept,
        kind=kept.kind,
        created=outcome.created,
        changed=outcome.changed,
        refused=outcome.refused_count,
    )
    return outcome


def discard(kept: Import, *, by: User) -> None:
    """Throws a file away that was not applied."""
    if not may_administer(by) or kept.applied_at:
        raise PermissionDenied
    _throw_away(kept)


def sweep_imports() -> int:
    """Throws away files that nobody applied within a day; how many."""
    old = Import.objects.filter(applied_at=None, created_at__lt=timezone.now() - KEPT)
    count = 0
    for kept in old:
        _throw_away(kept)
        count += 1
    return count


@transaction.atomic
def _throw_away(kept: Import) -> None:
    """The row first: a file without a row harms nobody, a row without its file cannot be read."""
    _forget_file(kept)
    kept.delete()


def _forget_file(kept: Import) -> None:
    """With the commit; one that cannot be deleted now is swept, as nothing points to it."""
    storage, name = kept.file.storage, kept.file.name or ""
    transaction.on_commit(lambda: storage.delete(name), robust=True)
