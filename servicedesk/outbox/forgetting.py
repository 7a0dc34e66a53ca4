"""Copies of mail lose what they say and to whom; that a mail left the desk, and when, stays.

Mail to others that somebody is forgotten in still goes out, for they wait for it: its copy is
emptied the moment it left, or was given up.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q

from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.querysets import UNSENT, OutgoingEmailQuerySet

State = OutgoingEmail.State
#: What a mail says, and what it carries.
SAID: dict[str, Any] = {
    "names": {}, "subject": "", "body_text": "", "body_html": "", "headers": {}, "files": [],
    "secret": "",
}  # fmt: skip
#: And to whom.
READERS: dict[str, Any] = {"to": [], "cc": [], "delivered_to": [], "refused": {}, "error": ""}


def empty(mails: OutgoingEmailQuerySet) -> None:
    """At once. What waits is not sent any more: its reader is gone, or its text is.

    Whoever sends one at this moment writes down what came of it, and empties it again.
    """
    mails.filter(state=State.WAITING).delete()
    mails.filter(state=State.SENDING).update(forget_when_sent=True)
    mails.update(**SAID, **READERS)


@transaction.atomic
def empty_once_sent(mails: OutgoingEmailQuerySet) -> None:
    """What left is emptied now; what others wait for as soon as it leaves or is given up."""
    states = dict(mails.select_for_update().values_list("pk", "state"))
    waits = {pk for pk, state in states.items() if state in UNSENT}
    OutgoingEmail.objects.filter(pk__in=waits).update(forget_when_sent=True)
    OutgoingEmail.objects.filter(pk__in=states.keys() - waits).update(**SAID, **READERS)


def forget_if_asked(email: OutgoingEmail) -> None:
    """After an attempt, by whoever made it. Whom a failed one did not reach stays known."""
    row = OutgoingEmail.objects.filter(pk=email.pk, forget_when_sent=True).first()
    if row is None:
        return
    readers = {*row.to, *row.cc}
    if not readers and row.state == State.WAITING:
        row.delete()
    elif row.state == State.SENT or not readers:
        OutgoingEmail.objects.filter(pk=row.pk).update(**SAID, **READERS)
    else:
        refused = {reader: said for reader, said in row.refused.items() if reader in readers}
        OutgoingEmail.objects.filter(pk=row.pk).update(
            **(SAID if row.state == State.FAILED else {}),
            refused=refused,
            delivered_to=[reader for reader in row.delivered_to if reader in readers],
            error="; ".join(refused.values()),
        )


@transaction.atomic
def forget_reader(address: str) -> None:
    """Nobody is written to there any more, and nothing of it is kept.

    Mail that others get too goes out to these only, and is emptied then.
    """
    theirs = OutgoingEmail.objects.filter(Q(to__contains=[address]) | Q(cc__contains=[address]))
    for email in theirs.unsent().select_for_update():
        email.to = [one for one in email.to if one != address]
        email.cc = [one for one in email.cc if one != address]
        email.names.pop(address, None)
        if email.to or email.cc:
            email.forget_when_sent = True
            email.save(update_fields=["to", "cc", "names", "forget_when_sent"])
        else:
            empty(OutgoingEmail.objects.filter(pk=email.pk))
    empty(theirs)


def mentioning(words: Iterable[str]) -> OutgoingEmailQuerySet:
    """Mail in which one of these stands, but for mail about tickets, which is known by its ticket.

    Reads every such text: for acts of once in a while.
    """
    one = "|".join(map(re.escape, words))
    others = OutgoingEmail.objects.exclude(thread__startswith="ticket:")
    said = Q(subject__iregex=one) | Q(body_text__iregex=one) | Q(body_html__iregex=one)
    return others.filter(said) if one else others.none()


def forget_notices(threads: Iterable[str], *, before: dt.datetime) -> int:
    """Empties mail of a moment, such as warnings, whose thread begins so; gives the count."""
    meant = reduce(or_, (Q(thread__startswith=one) for one in threads))
    old = OutgoingEmail.objects.filter(meant, created_at__lt=before).exclude(body_text="")
    return old.exclude(state__in=UNSENT).update(**SAID)
