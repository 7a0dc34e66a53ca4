"""Mail about alerts: in the office hours of the promise, all that a person has to know in one.

A line to be mailed is a row, written with its alert. Rows of one person that are due become one
letter; the letter and the mark on its rows are one transaction, so each is mailed once.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
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
    moment = now or timezone.now()
    due = AlertMail.objects.filter(mailed_at=None, due_at__lte=moment)
    users = due.order_by("user").values_list("user", flat=True).distinct()
    return sum(_mail(user, moment) for user in users)


@transaction.atomic
def _mail(user_id: int, now: dt.datetime) -> bool:
    if not _is_ours(user_id) or _had_one_just_now(user_id, now):
        return False
    due = AlertMail.objects.filter(user=user_id, mailed_at=None, due_at__lte=now)
    lines = list(due.select_related("alert", "user").order_by("alert__at", "pk"))
    if not lines:
        return False
    user = lines[0].user
    if user.is_active:
        post(_letter(user, lines))
    AlertMail.objects.filter(pk__in=[line.pk for line in lines]).update(mailed_at=now)
    return user.is_active


def _is_ours(user_id: int) -> bool:
    """Nobody else writes to this person now; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, user_id])
        return bool(cursor.fetchone()[0])


def _had_one_just_now(user_id: int, now: dt.datetime) -> bool:
    recent = OutgoingEmail.objects.filter(thread=_thread(user_id), created_at__gt=now - PAUSE)
    return recent.exists()


def _thread(user_id: int) -> str:
    return f"alerts:{user_id}"


@dataclass(frozen=True)
class Told:
    """One line of the letter."""

    ticket: Ticket
    alert: Alert
    url: str

    @property
    def sentence(self) -> str:
        """What is (nearly) too late, and since or until when it is."""
        return f"{self.alert.get_metric_display()}: {self.alert.get_point_display()}"


def _letter(user: User, lines: Sequence[AlertMail]) -> Letter:
    tickets = Ticket.objects.in_bulk({line.alert.promise_id for line in lines})
    told = [
        Told(
            tickets[line.alert.promise_id],
            line.alert,
            settings.DESK_BASE_URL + tickets[line.alert.promise_id].get_absolute_url(),
        )
        for line in lines
    ]
    late = [one for one in told if one.alert.level == Alert.Level.BREACH]
    soon = [one for one in told if one.alert.level == Alert.Level.WARNING]
    with translation.override(user.language):
        context = {
            "late": late[:MOST],
            "soon": soon[: max(MOST - len(late), 0)],
            "more": max(len(told) - MOST, 0),
            "language": user.language,
            "url": settings.DESK_BASE_URL + reverse("tickets:queue", args=["at-risk"]),
        }
        return Letter(
            key=f"alerts.{lines[0].pk}-{lines[-1].pk}.{user.pk}",
            thread=_thread(user.pk),
            subject=_subject(len({one.ticket.pk for one in late}), told),
            to=[user.email],
            body_text=render_to_string("emails/alerts.txt", context),
            body_html=render_to_string("emails/alerts.html", context),
            headers={"Auto-Submitted": "auto-generated"},
        )


def _subject(late: int, told: Sequence[Told]) -> str:
    if late:
        words = ngettext("SLA: %(count)d ticket too late", "SLA: %(count)d tickets too late", late)
        return words % {"count": late}
    count = len({one.ticket.pk for one in told})
    if count == 1:
        return _("SLA: ticket #%(ticket)s needs attention") % {"ticket": told[0].ticket.pk}
    words = ngettext(
        "SLA: %(count)d ticket needs attention", "SLA: %(count)d tickets need attention", count
    )
    return words % {"count": count}
