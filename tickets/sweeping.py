"""Files that nothing points to any more are deleted after a day."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

from django.core.files.storage import Storage, default_storage
from django.utils import timezone

from servicedesk.lib.stored_files import folders_of_rows, pointed_to_among
from tickets.actions.drafting import erase
from tickets.models import Attachment

#: A file is written before its row is committed: only what is older was left behind.
AFTER = dt.timedelta(hours=24)
BATCH = 500


def sweep_orphans(*, now: dt.datetime | None = None) -> int:
    """Deletes files without a row, and rows of files that belong to nothing; gives the count.

    Half-written files of a process that died are among them. May run twice, and beside uploads.
    """
    before = (now or timezone.now()) - AFTER
    lost = Attachment.objects.filter(message=None, draft=None, created_at__lt=before)
    rows = list(lost[:BATCH])
    for attachment in rows:
        erase(attachment)
    files = sum(_sweep(default_storage, folder, before) for folder in folders_of_rows())
    return len(rows) + files


def _sweep(storage: Storage, folder: str, before: dt.datetime) -> int:
    deleted = 0
    names = _files_in(storage, folder)
    while batch := list(itertools.islice(names, BATCH)):
        for name in set(batch) - pointed_to_among(batch):
            if _is_older(storage, name, before):
                storage.delete(name)
                deleted += 1
    return deleted


def _is_older(storage: Storage, name: str, before: dt.datetime) -> bool:
    try:
        return storage.get_modified_time(name) < before
    except FileNotFoundError:  # deleted meanwhile by whoever had written it
        return False


def _files_in(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for inner in folders:
        yield from _files_in(storage, f"{folder}/{inner}")
