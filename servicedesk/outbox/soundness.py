"""What must be true of the outbox: checks for `doctor`."""

import datetime as dt

from django.db.models import Count, Q
from django.utils import timezone

from servicedesk.lib.soundness import Check, Finding, found
from servicedesk.outbox.holding import is_held
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.sending import LEFT_BEHIND_AFTER

State = OutgoingEmail.State
#: The timetable looks every half a minute.
LATE = dt.timedelta(minutes=15)


def outbox_stuck() -> Finding:
    """What is due goes out, or is tried again; nothing stays “being sent”."""
    if is_held():
        waiting = OutgoingEmail.objects.filter(state=State.WAITING).count()
        return Finding(0, f"sending is held; {waiting} wait")
    now = timezone.now()
    waiting_late = Q(state=State.WAITING, next_attempt_at__lt=now - LATE)
    left = Q(state=State.SENDING, claimed_at__lt=now - LEFT_BEHIND_AFTER - LATE)
    return found(OutgoingEmail.objects.filter(waiting_late | left), of="outgoing mails")


def mail_sent_twice() -> Finding:
    """One Message-ID is one mail."""
    ids = OutgoingEmail.objects.order_by().values("message_id")
    twice = ids.annotate(count=Count("pk")).filter(count__gt=1)
    return found(twice, "message_id", of="Message-IDs")


CHECKS = (
    Check("outbox_stuck", outbox_stuck),
    Check("mail_sent_twice", mail_sent_twice),
)
