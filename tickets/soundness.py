"""What must be true of stored tickets, their messages and all files: checks for `doctor`."""

import datetime as dt
import hashlib
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from servicedesk.lib.soundness import Check, Finding, Tally, found
from servicedesk.lib.stored_files import (
    files_pointed_to,
    files_there,
    is_pointed_to,
    only_in_one,
)
from tickets.models import Attachment, IncomingEmail, Message, Ticket, TicketEvent

#: A file is written before the row that points to it. Left behind by a crash, it is swept then.
SWEPT_AFTER = dt.timedelta(hours=24)
#: Names that only the desk gives: random, or half-written.
OURS = re.compile(r"(^|/)([0-9a-f]{32}(\.[a-z0-9]{1,5}){0,2}|\.part-[^/]+)$")
PROCESSED_WITHIN = dt.timedelta(minutes=15)
CHUNK = 1024 * 1024
READERS = min(os.cpu_count() or 1, 4)


def messages_without_ticket() -> Finding:
    """Every message is on a ticket."""
    tickets = Ticket.objects.filter(pk=OuterRef("ticket"))
    return found(Message.objects.filter(~Exists(tickets)), of="messages")


def tickets_without_message() -> Finding:
    """Every ticket says what was asked, but for those whose messages went along to another one."""
    messages = Message.objects.filter(ticket=OuterRef("pk"))
    alone = Ticket.objects.filter(merged_into=None)
    return found(alone.filter(~Exists(messages)), of="tickets")


def tickets_without_log() -> Finding:
    """The log of every ticket says that it was opened."""
    opened = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind="opened")
    return found(Ticket.objects.filter(~Exists(opened)), of="tickets")


def mails_not_processed() -> Finding:
    """What came in is processed, or in quarantine, where a person sees it."""
    late = timezone.now() - PROCESSED_WITHIN
    waiting = IncomingEmail.objects.filter(state=IncomingEmail.State.RECEIVED)
    return found(waiting.filter(received_at__lt=late), of="incoming mails")


def mails_taken_twice() -> Finding:
    """One mail is one row."""
    keys = IncomingEmail.objects.order_by().values("key", "variant")
    twice = keys.annotate(count=Count("pk")).filter(count__gt=1)
    return found(twice, "key", of="keys of mails")


def files_missing() -> Finding:
    """Every file that a row points to is there."""
    tally = Tally("files")
    for name, pointed_to in only_in_one(files_pointed_to(), files_there()):
        if pointed_to and not default_storage.exists(name) and is_pointed_to(name):
            tally.add(name)
    return tally.finding()


def files_unknown() -> Finding:
    """Some row points to every file, but for what a crash left behind and a day will sweep."""
    tally, young = Tally("files"), 0
    for name, pointed_to in only_in_one(files_pointed_to(), files_there()):
        if pointed_to or is_pointed_to(name):
            continue
        if OURS.search(name) and _is_young(name):
            young += 1
        else:
            tally.add(name)
    finding = tally.finding()
    swept = f"{young} left behind by something that was cut off; swept within a day"
    return Finding(finding.count, finding.detail or (swept if young else ""))


def attachments_altered() -> Finding:
    """Every attachment that is there has the bytes that were sent."""
    tally = Tally("attachments")
    for stored, digest in _digests(_stored()):
        if digest is not None and digest != stored.sha256:
            tally.add(stored.pk)
    return tally.finding()


class Stored(NamedTuple):
    """What a row says of its file."""

    pk: int
    file: str
    sha256: str


def _stored() -> Iterator[Stored]:
    rows = Attachment.objects.order_by().values_list("pk", "file", "sha256")
    yield from (Stored(*row) for row in rows.iterator(chunk_size=500))


def _digests(rows: Iterable[Stored]) -> Iterator[tuple[Stored, str | None]]:
    """The fingerprint of each file as it is now, a few files at a time."""
    waiting: deque[tuple[Stored, Future[str | None]]] = deque()
    with ThreadPoolExecutor(READERS) as readers:
        for row in rows:
            waiting.append((row, readers.submit(_digest, row.file)))
            if len(waiting) > 8 * READERS:
                stored, digest = waiting.popleft()
                yield stored, digest.result()
        for stored, digest in waiting:
            yield stored, digest.result()


def _digest(name: str) -> str | None:
    """None when there is no such file, which another check tells."""
    digest = hashlib.sha256()
    try:
        with default_storage.open(name) as file:
            for chunk in file.chunks(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def _is_young(name: str) -> bool:
    try:
        return timezone.now() - default_storage.get_modified_time(name) < SWEPT_AFTER
    except FileNotFoundError:
        return True


CHECKS = (
    Check("messages_without_ticket", messages_without_ticket),
    Check("tickets_without_message", tickets_without_message),
    Check("tickets_without_log", tickets_without_log),
    Check("mails_not_processed", mails_not_processed),
    Check("mails_taken_twice", mails_taken_twice),
    Check("files_missing", files_missing),
    Check("files_unknown", files_unknown),
    Check("attachments_altered", attachments_altered),
)
