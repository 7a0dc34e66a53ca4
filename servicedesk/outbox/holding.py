"""Holding: while the desk is held nothing leaves it, rings or closes by itself.

A restored desk begins so. What it would send may have been sent long ago by the desk it was saved
from; a person looks, and says go on.
"""

from django.db import transaction
from django.utils import timezone

from servicedesk.outbox.forgetting import SAID
from servicedesk.outbox.models import OutgoingEmail, SendingHold

State = OutgoingEmail.State


def is_held() -> bool:
    """Asked by everything that acts by itself, each time."""
    return SendingHold.objects.exists()


def current_hold() -> SendingHold | None:
    """Since when and why, if the desk is held."""
    return SendingHold.objects.first()


def hold(reason: str) -> None:
    """From now on nothing leaves by itself. Holding twice changes nothing."""
    SendingHold.objects.get_or_create(defaults={"reason": reason})


@transaction.atomic
def go_on(*, send_waiting: bool) -> int:
    """Ends the hold; gives how many mails waited.

    With `send_waiting` they are sent. Without it those that were there when the hold began stay
    unsent, as failed ones with the reason, and what was written since is sent.
    """
    held = SendingHold.objects.select_for_update().first()
    if held is None:
        return 0
    waiting = OutgoingEmail.objects.filter(state__in=[State.WAITING, State.SENDING])
    count = waiting.count()
    if not send_waiting:
        older = waiting.filter(created_at__lt=held.since)
        older.filter(forget_when_sent=True).update(**SAID)
        older.update(state=State.FAILED, failed_at=timezone.now(), error=f"not sent: {held.reason}")
    held.delete()
    return count
