"""Files that nothing points to any more are deleted after a day."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator

from django.core.files.storage import Storage, default_storage
from django.db.models import Q
from django.utils import timezone

from knowledgebase.models import ArticlePicture
from servicedesk.accounts.models import Import
from tickets.actions.drafting import erase
from tickets.models import Attachment, IncomingEmail

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
    files = sum(_sweep(default_storage, folder, known, before) for folder, known in KEEPERS.items())
    return len(rows) + files


def _of_attachments(names: list[str]) -> set[str]:
    found = Attachment.objects.filter(Q(file__in=names) | Q(shown__in=names))
    return {name for row in found.values_list("file", "shown") for name in row if name}


def _of_articles(names: list[str]) -> set[str]:
    return set(ArticlePicture.objects.filter(file__in=names).values_list("file", flat=True))


def _of_mail(names: list[str]) -> set[str]:
    return set(IncomingEmail.objects.filter(raw__in=names).values_list("raw", flat=True))


def _of_imports(names: list[str]) -> set[str]:
    return set(Import.objects.filter(file__in=names).values_list("file", flat=True))


#: Which folders are swept, and who knows which of their files are somebody's.
KEEPERS: dict[str, Callable[[list[str]], set[str]]] = {
    "attachments": _of_attachments,
    "articles": _of_articles,
    "incoming": _of_mail,
    "imports": _of_imports,
}


def _sweep(
    storage: Storage, folder: str, known: Callable[[list[str]], set[str]], before: dt.datetime
) -> int:
    deleted = 0
    names = _files_in(storage, folder)
    while batch := list(itertools.islice(names, BATCH)):
        for name in set(batch) - known(batch):
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
