"""Mail about alerts: in the office hours of the promise, all that a person has to know in one.

A line to be mailed is a row, written with its alert. Rows of one person that are due become one
letter; the letter and the mark on its rows are one transaction, so each is mailed once.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.accounts.models import User
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.writing import Letter, post
from sla.models import Alert, AlertMail, TicketPromise
from tickets.models import Ticket

#: Between two letters to one person: a busy hour is no storm. The bell does not wait.
PAUSE = dt.timedelta(minutes=10)
#: A letter names so many tickets, and says how many more there are.
MOST = 50
#: What makes the letter of a person, in a thread, of rows; None: there is nothing to tell.
Write = Callable[[User, str, Sequence[Any]], Letter | None]
#: Any number of our own: the kind of lock under which one person's letter is written.
LOCK = 8_160


def due_by_ticket(tickets: Iterable[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """When mail about an alert of now may go: at once while the desk is open, else at its next
    opening. Tickets whose calendar never opens again are left out. One query.
    """
    promises = TicketPromise.objects.filter(ticket__in=set(tickets))
    moments = {}
    for promise in promises.select_related("calendar_version"):
        hours = promise.calendar_version.business_hours if promise.calendar_version else None
        opening = hours.next_opening(now) if hours else None
        if opening:
            moments[promise.ticket_id] = max(opening, now)
    return moments


def mail_alerts(*, now: dt.datetime | None = None) -> int:
    """Writes the letters that are due; gives their count. May run twice at once."""
    return write_letters(AlertMail.objects.all(), "alerts", _letter, now=now or timezone.now())


def write_letters(rows: QuerySet, kind: str, letter: Write, *, now: dt.datetime) -> int:
    """One letter for each person with rows that are due; gives their count. May run twice at once.

    `rows` are of a kind of `MailLine`, their letters stand in one thread for each kind and person.
    """
    due = rows.filter(mailed_at=None, due_at__lte=now)
    users = due.order_by("user").values_list("user", flat=True).distinct()
    return sum(_write(due.filter(user=user), f"{kind}:{user}", letter, now) for user in users)


@transaction.atomic
def _write(due: QuerySet, thread: str, letter: Write, now: dt.datetime) -> bool:
    if not _is_ours(thread) or _had_one_just_now(thread, now):
        return False
    lines = list(due.select_related("alert", "user").order_by("alert__at", "pk"))
    if not lines:
        return False
    user = lines[0].user
    written = letter(user, thread, lines) if user.is_active else None
    if written is not None:
        post(written)
    due.filter(pk__in=[line.pk for line in lines]).update(mailed_at=now)
    return written is not None


def _is_ours(thread: str) -> bool:
    """Nobody else writes such a letter to this person now; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [LOCK, thread])
        return bool(cursor.fetchone()[0])


def _had_one_just_now(thread: str, now: dt.datetime) -> bool:
    return OutgoingEmail.objects.filter(thread=thread, created_at__gt=now - PAUSE).exists()


@dataclass(frozen=True)
class Told:
    """One line of the letter: what is too late since `at`, or will be at `at`."""

    ticket: Ticket
    metric: str
    point: str
    at: dt.datetime

    @property
    def is_late(self) -> bool:
        return self.point == Alert.Point.DUE

    @property
    def sentence(self) -> str:
        return f"{self.metric}: {Alert.Point(self.point).label}"

    @property
    def url(self) -> str:
        return settings.DESK_BASE_URL + self.ticket.get_absolute_url()


@dataclass(frozen=True)
class Foot:
    """The link below the lines: to the queue that holds them all."""

    label: str
    queue: str

    @property
    def url(self) -> str:
        return settings.DESK_BASE_URL + reverse("tickets:queue", args=[self.queue])


def _letter(user: User, thread: str, lines: Sequence[AlertMail]) -> Letter:
    tickets = Ticket.objects.in_bulk({line.alert.promise_id for line in lines})
    with translation.override(user.language):
        told = [
            Told(
                tickets[line.alert.promise_id],
                line.alert.get_metric_display(),
                line.alert.point,
                line.alert.due_at,
            )
            for line in lines
        ]
        return letter_of(
            user,
            told,
            Foot(_("All tickets at risk"), "at-risk"),
            title=_("SLA"),
            thread=thread,
            key=f"alerts.{lines[0].pk}-{lines[-1].pk}.{user.pk}",
        )


def letter_of(
    user: User, told: Sequence[Told], foot: Foot, *, title: str, thread: str, key: str
) -> Letter:
    """The letter with these lines, in the language that is switched on."""
    late = [one for one in told if one.is_late]
    soon = [one for one in told if not one.is_late]
    context = {
        "title": title,
        "late": late[:MOST],
        "soon": soon[: max(MOST - len(late), 0)],
        "more": max(len(told) - MOST, 0),
        "language": user.language,
        "url": foot.url,
        "label": foot.label,
    }
    return Letter(
        key=key,
        thread=thread,
        subject=f"{title}: {_subject(len({one.ticket.pk for one in late}), told)}",
        to=[user.email],
        body_text=render_to_string("emails/alerts.txt", context),
        body_html=render_to_string("emails/alerts.html", context),
        headers={"Auto-Submitted": "auto-generated"},
    )


def _subject(late: int, told: Sequence[Told]) -> str:
    if late:
        words = ngettext("%(count)d ticket too late", "%(count)d tickets too late", late)
        return words % {"count": late}
    count = len({one.ticket.pk for one in told})
    if count == 1:
        return _("ticket #%(ticket)s needs attention") % {"ticket": told[0].ticket.pk}
    words = ngettext("%(count)d ticket needs attention", "%(count)d tickets need attention", count)
    return words % {"count": count}
