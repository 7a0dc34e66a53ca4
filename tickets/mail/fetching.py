"""Looking into mailboxes: each by itself, so that one that hangs stops no other.

A look leases its mailbox; whoever dies lets the lease run out. A mail is marked only after it is
committed, and the number up to which all is taken in moves after that: when the connection breaks
in between, the mail is met again and is a duplicate. When the server numbers its mails anew, all
are met again.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from imap_tools import BaseMailBox

from servicedesk.accounts.models import User
from servicedesk.lib.waking import gathered
from servicedesk.outbox import sentences
from servicedesk.outbox.writing import notify
from tickets.mail import imap
from tickets.mail.intake import take_in
from tickets.mail.keeping import Arrival
from tickets.mail.reading_ahead import Reading, ReadingAhead, one_ahead
from tickets.models import Mailbox

sentences.register(
    {
        "mailbox_failing": _(
            "No mail could be fetched from mailbox “%(name)s” for a quarter of an hour."
        )
    }
)
logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
#: A look ends by then, and the next one goes on.
LONGEST_LOOK = 200
MOST_MAILS = 5000
LATE = dt.timedelta(hours=24)
LONGEST_PAUSE = dt.timedelta(minutes=15)
ALERT_AFTER = dt.timedelta(minutes=15)


def lease_due(*, now: dt.datetime | None = None) -> list[int]:
    """Leases the mailboxes to look into now and gives their ids. Each is given once."""
    now = now or timezone.now()
    with transaction.atomic():
        due = Mailbox.objects.filter(is_active=True, next_look_at__lte=now)
        free = due.filter(Q(leased_until=None) | Q(leased_until__lt=now))
        rows = list(free.select_for_update(skip_locked=True).order_by("next_look_at"))
        ids = [row.pk for row in rows]
        Mailbox.objects.filter(pk__in=ids).update(leased_until=now + LEASE)
    return ids


def look_into(mailbox_id: int) -> int:
    """Takes in what is new in a leased mailbox; gives the number of mails. Never raises FAULTS."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id, is_active=True).first()
    if mailbox is None:
        return 0
    try:
        count, more = _take_in_new(mailbox)
    except imap.FAULTS as error:
        _failed(mailbox, error)
        return 0
    _succeeded(mailbox, more=more)
    return count


def _take_in_new(mailbox: Mailbox) -> tuple[int, bool]:
    """How many mails were taken in, and whether there are more."""
    until = time.monotonic() + LONGEST_LOOK
    with imap.opened(mailbox) as session, ReadingAhead() as ahead, gathered():
        _number_anew(mailbox, imap.validity(session, mailbox))
        waiting = imap.uids_after(session, mailbox.last_uid)
        place = _Place(mailbox)
        try:
            fetched = _fetched(session, waiting[:MOST_MAILS], ahead)
            for count, (uid, mail, reading) in enumerate(one_ahead(fetched), start=1):
                if mail is not None:
                    arrival = _arrival(mailbox, mail.internal_date)
                    take_in(mail.raw, arrival, reading=reading)
                    imap.finish(session, mailbox, uid)
                place.move_to(uid)
                if time.monotonic() > until:
                    return count, count < len(waiting)
        finally:
            place.keep()
        return len(waiting[:MOST_MAILS]), len(waiting) > MOST_MAILS


def _fetched(
    session: BaseMailBox, uids: Iterable[int], ahead: ReadingAhead
) -> Iterator[tuple[int, imap.Fetched | None, Reading | None]]:
    """Each mail with its reading, which has begun; nothing for one that is gone meanwhile."""
    for uid in uids:
        mail = imap.fetch(session, uid)
        yield uid, mail, ahead.begin(mail.raw) if mail else None


class _Place:
    """Up to which mail all is taken in. Written once a second: what is met again is a duplicate."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox, self.kept = mailbox, time.monotonic()

    def move_to(self, uid: int) -> None:
        self.mailbox.last_uid = uid
        if time.monotonic() - self.kept > 1:
            self.keep()

    def keep(self) -> None:
        self.mailbox.leased_until = timezone.now() + LEASE
        self.mailbox.save(update_fields=["last_uid", "leased_until"])
        self.kept = time.monotonic()


def _number_anew(mailbox: Mailbox, validity: int) -> None:
    if mailbox.uid_validity != validity:
        mailbox.uid_validity, mailbox.last_uid = validity, 0
        mailbox.save(update_fields=["uid_validity", "last_uid"])


def _arrival(mailbox: Mailbox, internal_date: dt.datetime | None) -> Arrival:
    """When the mail came in, by the mail server's clock where that can be believed."""
    now = timezone.now()
    if internal_date is None:
        return Arrival(mailbox)
    from_before = internal_date < mailbox.connected_at
    return Arrival(
        mailbox,
        received_at=now if from_before else internal_date,
        is_late=from_before or now - internal_date > LATE,
    )


def _succeeded(mailbox: Mailbox, *, more: bool) -> None:
    now = timezone.now()
    pause = dt.timedelta(0) if more else dt.timedelta(seconds=mailbox.interval)
    Mailbox.objects.filter(pk=mailbox.pk).update(
        leased_until=None,
        next_look_at=now + pause,
        last_success_at=now,
        failing_since=None,
        failures=0,
        error="",
        alerted_at=None,
    )


def _failed(mailbox: Mailbox, error: BaseException) -> None:
    now = timezone.now()
    since = mailbox.failing_since or now
    failures = mailbox.failures + 1
    # Twice as long each time, so that a wrong password locks no account.
    pause = min(dt.timedelta(seconds=mailbox.interval * 2 ** min(failures, 10)), LONGEST_PAUSE)
    logger.warning("mailbox %s: %s", mailbox.pk, type(error).__name__)
    Mailbox.objects.filter(pk=mailbox.pk).update(
        leased_until=None,
        next_look_at=now + pause,
        failing_since=since,
        failures=failures,
        error=imap.explain(error)[:500],
    )


def alert_failing(*, now: dt.datetime | None = None) -> int:
    """A line behind the bell of every administrator, once for each time a mailbox fails long."""
    now = now or timezone.now()
    long = Mailbox.objects.filter(
        is_active=True, alerted_at=None, failing_since__lte=now - ALERT_AFTER
    )
    administrators = User.objects.active().filter(role=User.Role.ADMINISTRATOR)
    people = list(administrators.values_list("pk", flat=True))
    for mailbox in long:
        key = f"mailbox-{mailbox.pk}-{mailbox.failing_since:%s}"
        notify(people, key=key, kind="mailbox_failing", name=mailbox.name)
        Mailbox.objects.filter(pk=mailbox.pk).update(alerted_at=now)
    return len(long)
