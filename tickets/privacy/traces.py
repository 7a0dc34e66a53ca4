"""Where people stand besides in their tickets. One function for each kind of row.

Whoever adds rows that hold names, addresses or texts of people adds a function here and calls
it from `forget_mail_about` (by ticket) or `forget_person`, and tells `tickets.privacy.exporting`
of it. The canary test of erasure greps every table, so a forgotten table fails it.
"""

from __future__ import annotations

from collections.abc import Iterable

from knowledgebase.models import ArticleVote
from servicedesk.accounts.forgetting import forget_sign_in
from servicedesk.accounts.models import User
from servicedesk.outbox.forgetting import empty, empty_once_sent, forget_reader, mentioning
from servicedesk.outbox.models import Notification, OutgoingEmail
from tickets.actions.drafting import discard
from tickets.models import (
    Attachment,
    Draft,
    Follower,
    IncomingEmail,
    Newcomer,
    ReadMark,
    Ticket,
    UndeliverableAddress,
)
from tickets.querysets import IncomingEmailQuerySet

#: So many words are looked for in one go.
AT_ONCE = 200


def forget_mail_about(ticket: Ticket) -> None:
    """The mail that came in and the copies of what went out; that they did stays."""
    forget_mail_in(IncomingEmail.objects.of_ticket(ticket))
    empty(OutgoingEmail.objects.of_tickets(ticket.pk))


def forget_mail_in(mails: IncomingEmailQuerySet) -> None:
    """Raw bytes and headers. The key stays: the same mail again is still known to be the same."""
    mails.erase_raw()
    mails.update(mail_message_id="", from_email="", from_name="", subject="", to=[], cc=[])


def forget_copies_about(tickets: Iterable[int]) -> None:
    """The copies of mail about tickets of others, whose own messages stay. What still waits goes
    out first: others are waiting for it.
    """
    empty_once_sent(OutgoingEmail.objects.of_tickets(*tickets))


def forget_mentions(words: list[str]) -> None:
    """Mail to others about no ticket in particular: warnings, alarms, accounts of namesakes."""
    for first in range(0, len(words), AT_ONCE):
        empty_once_sent(mentioning(words[first : first + AT_ONCE]))


def forget_person(person: User) -> None:
    """Everything of a person but the row itself and the tickets."""
    forget_reader(person.email)
    forget_mail_in(IncomingEmail.objects.filter(from_email__iexact=person.email))
    UndeliverableAddress.objects.filter(email__iexact=person.email).delete()
    Newcomer.objects.filter(user=person).delete()
    _being_written(person)
    _reading(person)
    forget_sign_in(person)
    ArticleVote.objects.filter(user=person).update(comment="")


def _being_written(person: User) -> None:
    for draft in Draft.objects.filter(user=person):
        discard(draft)


def _reading(person: User) -> None:
    Notification.objects.filter(user=person).delete()
    Follower.objects.filter(user=person).delete()
    ReadMark.objects.filter(user=person).delete()


def files_of(person: User) -> list[Attachment]:
    """What this person added, wherever it is now."""
    return list(Attachment.objects.filter(uploaded_by=person).order_by("pk"))
