"""To which ticket does this mail belong?

In-Reply-To and References name a mail we know, the subject holds a tag, or the address has a plus:
each finds a ticket, none proves anything. The mail joins the first of them on which its sender may
write; else it becomes a ticket of its own that says where it may belong. Equal subjects alone
never join.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from servicedesk.accounts.models import User
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.writing import mail_domain
from tickets.actions.locking import surviving
from tickets.mail.mail import Mail
from tickets.mail.senders import Sender
from tickets.mail.tokens import read_address
from tickets.models import Follower, IncomingEmail, Ticket

MOST_CANDIDATES = 8
_tag = re.compile(r"\[#0*(\d{1,15})\]")
_prefix = re.compile(
    r"^\s*(?:(?:re|fw|fwd|aw|wg|antw|doorst|tr|rép|rif|sv|vs)\s*(?:\[\d+\])?\s*:|\[#\d+\])\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Thread:
    """The ticket to join; or, when there is none, the one it may belong to."""

    ticket: Ticket | None = None
    may_belong_to: Ticket | None = None


def thread_of(mail: Mail, sender: Sender) -> Thread:
    """Where the mail of this sender goes."""
    seen = None
    numbers = list(dict.fromkeys(candidates(mail)))[:MOST_CANDIDATES]
    tickets = Ticket.objects.in_bulk(numbers)
    for number in numbers:
        if number not in tickets:
            continue
        ticket = surviving(tickets[number])
        if may_write(sender, ticket):
            return Thread(ticket=ticket)
        seen = seen or ticket
    return Thread(may_belong_to=seen or _same_subject(mail, sender.user))


def candidates(mail: Mail) -> Iterator[int]:
    """The numbers of the tickets that the mail names, the surest first."""
    yield from named_by_ids([*mail.in_reply_to, *reversed(mail.references)])
    yield from (int(number) for number in _tag.findall(mail.subject))
    details = [read_address(address) for address in mail.delivered_to]
    yield from (detail.ticket for detail in details if detail)


def named_by_ids(ids: list[str]) -> Iterator[int]:
    """The tickets of the mails with these ids, in their order. Two queries."""
    if not ids:
        return
    sent = OutgoingEmail.objects.filter(message_id__in=[one for one in ids if len(one) <= 255])
    numbers = {mail.message_id: mail.ticket for mail in sent.only("message_id", "thread")}
    keys = {key_of_id(one): one for one in ids}
    received = IncomingEmail.objects.filter(key__in=keys, ticket__isnull=False)
    for key, ticket in received.order_by("pk").values_list("key", "ticket_id"):
        numbers.setdefault(keys[key], ticket)
    root = re.compile(rf"<ticket\.(\d{{1,15}})@{re.escape(mail_domain())}>")
    for one in ids:
        found = root.fullmatch(one)
        number = int(found[1]) if found else numbers.get(one)
        if number is not None:
            yield number


def key_of_id(message_id: str) -> str:
    """How a Message-ID is kept: of one length, however long it is."""
    return hashlib.sha256(message_id.encode()).hexdigest()


def may_write(sender: Sender, ticket: Ticket) -> bool:
    """The sender takes part in the ticket or may see it; agents only when it is proved."""
    user = sender.user
    if not user.is_active:
        return False
    if user.pk == ticket.requester_id:
        return True
    if user.is_agent:
        return sender.is_proved_for(ticket)
    follows = Follower.objects.filter(ticket=ticket, user=user)
    return follows.exists() or Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


def without_tags(subject: str) -> str:
    """A subject for a ticket of its own: another ticket's tag would lead answers astray."""
    return " ".join(_tag.sub(" ", subject).split())


def bare(subject: str) -> str:
    """A subject without Re:, Fw: and tags, to compare."""
    before = None
    while subject != before:
        before, subject = subject, _prefix.sub("", subject, count=1)
    return " ".join(subject.lower().split())


def _same_subject(mail: Mail, user: User) -> Ticket | None:
    """An unsolved ticket of the sender or the sender's organisation with the same subject."""
    wanted = bare(mail.subject)
    if len(wanted) < 8:
        return None
    theirs = Ticket.objects.requested_by(user)
    if user.organisation_id:
        theirs = Ticket.objects.filter(organisation=user.organisation_id)
    recent = theirs.unsolved().order_by("-pk").values_list("pk", "subject")[:30]
    same = next((number for number, subject in recent if bare(subject) == wanted), None)
    return Ticket.objects.get(pk=same) if same else None
