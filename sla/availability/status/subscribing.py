"""Subscribing to the status page: asked, confirmed by mail, ended by a link in every mail."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from servicedesk.outbox.writing import Letter, post
from sla.availability.models import StatusSubscriber

#: A confirmation is good for so long, and another one is sent so much later at the earliest.
GOOD_FOR = dt.timedelta(days=7)
PAUSE = dt.timedelta(minutes=15)
#: In all, so that nobody uses the desk to flood others.
MOST_PER_HOUR = 200
#: "stat", in the space of numbers that all advisory locks of a database share.
LOCK = 0x73746174
_SALT = "availability.unsubscribe"


@transaction.atomic
def ask(email: str, *, language: str) -> None:
    """Mails a link to confirm. Whoever asks never learns whether the address is known.

    An address that is subscribed already gets nothing, nor does a mailbox that was asked a moment
    ago, by whichever of its addresses.
    """
    email, now = email.strip(), timezone.now()
    _one_at_a_time()
    recent = StatusSubscriber.objects.filter(asked_at__gt=now - dt.timedelta(hours=1))
    asked = list(recent.values_list("email", "asked_at"))
    resting = {_mailbox(one) for one, at in asked if now - at < PAUSE}
    if len(asked) >= MOST_PER_HOUR or _mailbox(email) in resting:
        return
    known = StatusSubscriber.objects.select_for_update().filter(email__iexact=email).first()
    subscriber = known or StatusSubscriber(email=email.lower())
    if subscriber.confirmed_at:
        return
    token = secrets.token_urlsafe(24)
    subscriber.token_hash, subscriber.asked_at = _hash(token), now
    subscriber.language = language
    subscriber.save()
    _mail(subscriber, token)


def waiting(pk: int, token: str) -> StatusSubscriber | None:
    """The subscriber a link in a mail is about, while it is good and not confirmed yet."""
    subscriber = StatusSubscriber.objects.filter(pk=pk, confirmed_at=None).first()
    if subscriber is None or timezone.now() - subscriber.asked_at > GOOD_FOR:
        return None
    fits = subscriber.token_hash and constant_time_compare(subscriber.token_hash, _hash(token))
    return subscriber if fits else None


def confirm(subscriber: StatusSubscriber) -> None:
    """From now on every outage is mailed. The link works once."""
    StatusSubscriber.objects.filter(pk=subscriber.pk).update(
        confirmed_at=timezone.now(), token_hash=""
    )


def leaving(token: str) -> StatusSubscriber | None:
    """The subscriber a link at the foot of a mail is about."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return StatusSubscriber.objects.filter(pk=pk).first()


def end(subscriber: StatusSubscriber) -> None:
    """The address is forgotten."""
    subscriber.delete()


def leave_url(subscriber: StatusSubscriber) -> str:
    """The page to end it, for the foot of every mail."""
    token = signing.dumps(subscriber.pk, salt=_SALT)
    page = reverse("availability:status-unsubscribe", kwargs={"token": token})
    return settings.DESK_BASE_URL + page


def _mailbox(email: str) -> str:
    """Where it arrives: many providers leave out what stands behind a plus."""
    local, _at, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _one_at_a_time() -> None:
    """Nobody else asks until the transaction ends, so that the pause and the total hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _mail(subscriber: StatusSubscriber, token: str) -> None:
    page = reverse("availability:status-confirm", kwargs={"pk": subscriber.pk, "token": token})
    with translation.override(subscriber.language):
        context = {"url": settings.DESK_BASE_URL + page, "language": subscriber.language}
        post(
            Letter(
                key=f"status-confirm.{subscriber.pk}.{subscriber.token_hash[:16]}",
                thread=f"status:{subscriber.pk}",
                subject=_("Confirm: updates about our services"),
                to=[subscriber.email],
                body_text=render_to_string("emails/status_confirm.txt", context),
                body_html=render_to_string("emails/status_confirm.html", context),
                headers={"Auto-Submitted": "auto-generated"},
                secret=context["url"],
            )
        )
