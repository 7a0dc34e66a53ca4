"""A ticket goes to a supplier and the answer comes back: a private thread beside the ticket.

What the thread says is read by the desk only; letters to suppliers are written by
`tickets.mail.to_supplier`. A forwarding ends by hand, or with its ticket.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Supplier
from servicedesk.lib.numbers import file_size
from tickets.actions.locking import expect, guard, lock, lock_surviving
from tickets.actions.replying import Text, once, reply, write
from tickets.actions.transitions import end_with, move, take_over
from tickets.events import record_event, verb
from tickets.exceptions import ChangedMeanwhile
from tickets.models import Attachment, Forwarding, Message, Ticket
from tickets.permissions import may_forward, may_take_for_answer, may_work

#: What most mailboxes take: a supplier has no other way to a file.
MOST_BYTES = 20 * 1024 * 1024
Kind, Side, How, Status = Message.Kind, Message.Side, Forwarding.How, Ticket.Status


@dataclass(frozen=True)
class Question:
    """What a supplier is asked. `text` is all that goes along, as the supplier reads it.

    `enclosed` are files of the ticket that go along, `promise` the key of what the supplier
    promised, `told` what the requester reads about it: nothing when empty.
    """

    supplier: Supplier
    text: Text
    subject: str = ""
    enclosed: Sequence[Attachment] = ()
    promise: str = ""
    told: str = ""


def forward(ticket: Ticket, question: Question, *, by: User) -> Forwarding:
    """Puts the ticket before a supplier, who must act from now on: it is on hold.

    A new ticket is taken by that agent first. Raises TicketError; ChangedMeanwhile when the
    status is not what was seen, or somebody forwarded the ticket in the meantime.
    """
    message = once(question.text.token, lambda: _forward(ticket, question, by=by))
    return Forwarding.objects.get(messages=message)


@verb
def _forward(ticket: Ticket, question: Question, *, by: User) -> Message:
    ticket, supplier, text = lock_surviving(ticket), question.supplier, question.text
    if made := _sent(text):
        return made
    if text.seen_status is not None:
        expect(ticket, status=text.seen_status)
    guard(may_forward(by, ticket), _("Nobody has to act on this ticket any more: reopen it first."))
    _guard_free(ticket)
    guard(supplier.is_active, _("%(name)s is no supplier of ours any more.") % {"name": supplier})
    guard(
        bool(supplier.email),
        _("%(name)s has no mail address yet: an administrator fills it in.") % {"name": supplier},
    )
    if question.told.strip():
        reply(ticket, Text(question.told), by=by)
        ticket.refresh_from_db()
    elif ticket.status == Status.NEW:
        take_over(ticket, by=by)
    forwarding = Forwarding.objects.create(
        ticket=ticket,
        supplier=supplier,
        subject=" ".join((question.subject or ticket.subject).split())[:200],
        promise=question.promise,
        forwarded_by=by,
    )
    message = _write(ticket, forwarding, text, question.enclosed, by=by)
    record_event(
        ticket,
        "forwarded",
        by=by,
        at=forwarding.forwarded_at,
        forwarding=forwarding.pk,
        supplier=supplier.pk,
        message=message.pk,
        promise=forwarding.promise,
    )
    move(ticket, Status.ON_HOLD, by=by, cause="agent")
    return message


def write_to_supplier(
    forwarding: Forwarding,
    text: Text,
    *,
    by: User,
    enclosed: Sequence[Attachment] = (),
    waits: bool = True,
) -> Message:
    """Writes once more in the thread; with `waits` the supplier must act again: it is on hold."""
    return once(text.token, lambda: _ask(forwarding, text, by=by, enclosed=enclosed, waits=waits))


@verb
def _ask(
    forwarding: Forwarding, text: Text, *, by: User, enclosed: Sequence[Attachment], waits: bool
) -> Message:
    ticket, forwarding = _lock(forwarding)
    if made := _sent(text):
        return made
    guard(may_forward(by, ticket), _("Nobody has to act on this ticket any more: reopen it first."))
    guard(
        forwarding.is_open,
        _("This is no longer with %(name)s: forward the ticket again.")
        % {"name": forwarding.supplier},
    )
    message = _write(ticket, forwarding, text, enclosed, by=by)
    _record(ticket, "supplier_asked", forwarding, by=by, message=message.pk)
    if waits:
        if ticket.status == Status.NEW:
            take_over(ticket, by=by)
        move(ticket, Status.ON_HOLD, by=by, cause="agent")
    return message


@verb
def take_in_supplier_answer(
    forwarding: Forwarding,
    text: Text,
    *,
    by: User | None = None,
    at: dt.datetime | None = None,
) -> Message:
    """A mail of the supplier: the mail's door has seen proof, or an agent says so.

    What no machine wrote counts as an answer, given now or `at`, and moves on hold → open. It is
    kept on closed tickets and after the end too.
    """
    ticket, forwarding = _lock(forwarding)
    text = replace(text, forwarding=forwarding)
    message = write(ticket, text, Kind.SUPPLIER_IN, Side.SUPPLIER, by=None)
    _record(
        ticket,
        "supplier_answered",
        forwarding,
        by=by,
        at=at,
        message=message.pk,
        automatic=text.is_automatic,
    )
    if not text.is_automatic:
        if forwarding.answered_at is None:
            forwarding.answered_at = at or message.created_at
            forwarding.save(update_fields=["answered_at"])
        if ticket.status == Status.ON_HOLD:
            move(ticket, Status.OPEN, by=by, cause="supplier")
    return message


@verb
def take_for_supplier_answer(message: Message, forwarding: Forwarding, *, by: User) -> Message:
    """Says that a mail without proof is the supplier's answer: the thread gets what it says.

    It was given when the mail came in. The ticket that the mail became stays as it is, with its
    files; they are shown in the thread too. Taking the same mail again adds nothing. Raises
    TicketError.
    """
    ticket, forwarding = _lock(forwarding)
    guard(may_take_for_answer(by, message, ticket))
    if made := forwarding.messages.filter(taken_from=message).first():
        return made
    guard(
        forwarding.is_open,
        _("This is no longer with %(name)s: forward the ticket again.")
        % {"name": forwarding.supplier},
    )
    text = Text(
        message.body_text,
        channel=message.channel,
        html=message.body_html,
        visible_text=message.visible_text,
        visible_html=message.visible_html,
        is_automatic=message.is_automatic,
    )
    given_at = max(message.created_at, forwarding.forwarded_at)
    answer = take_in_supplier_answer(forwarding, text, by=by, at=given_at)
    answer.taken_from = message
    answer.save(update_fields=["taken_from"])
    answer.enclosed.set(message.attachments.all())
    return answer


@verb
def end_forwarding(forwarding: Forwarding, how: str, *, by: User) -> Forwarding:
    """The supplier's turn is over: solved by them, or taken back. The desk must act again.

    Ending what has ended changes nothing.
    """
    ticket, forwarding = _lock(forwarding)
    guard(may_work(by))
    guard(how in {How.SOLVED, How.TAKEN_BACK}, _("Choose how it ended."))
    if forwarding.is_open:
        end_with(forwarding, how, by=by, at=timezone.now())
        if ticket.status == Status.ON_HOLD and not ticket.forwardings.unended().exists():
            move(ticket, Status.OPEN, by=by, cause="agent")
    return forwarding


def _guard_free(ticket: Ticket) -> None:
    """Another supplier may be asked once the first one is done."""
    held = ticket.forwardings.unended().select_related("supplier").first()
    if held is not None:
        raise ChangedMeanwhile(
            _("This ticket is with %(name)s already. Take it back first to ask somebody else.")
            % {"name": held.supplier}
        )


def _sent(text: Text) -> Message | None:
    """Asked under the lock: a second click waits there for the first."""
    return Message.objects.filter(submission_token=text.token).first() if text.token else None


def _write(
    ticket: Ticket,
    forwarding: Forwarding,
    text: Text,
    enclosed: Sequence[Attachment],
    *,
    by: User,
) -> Message:
    files = list(enclosed)
    may_go = Attachment.objects.filter(pk__in=[file.pk for file in files], message__ticket=ticket)
    may_go = may_go.exclude(message__kind=Kind.INTERNAL_NOTE)
    guard(may_go.count() == len(files), _("A file of an internal note never goes along."))
    guard(bool(text.body.strip()), _("Write something first."))
    uploads = list(text.attachments)
    together = sum(file.size for file in [*files, *uploads])
    guard(
        together <= MOST_BYTES,
        _("These files are %(size)s together; a mail to a supplier takes %(most)s.")
        % {"size": file_size(together), "most": file_size(MOST_BYTES)},
    )
    text = replace(text, forwarding=forwarding, attachments=uploads)
    message = write(ticket, text, Kind.SUPPLIER_OUT, Side.DESK, by=by)
    message.enclosed.set(files)
    return message


def _record(
    ticket: Ticket,
    kind: str,
    forwarding: Forwarding,
    *,
    by: User | None,
    at: dt.datetime | None = None,
    **data: Any,
) -> None:
    whose = {"forwarding": forwarding.pk, "supplier": forwarding.supplier_id}
    record_event(ticket, kind, by=by, at=at, **whose, **data)


def _lock(forwarding: Forwarding) -> tuple[Ticket, Forwarding]:
    """The thread and the ticket that it is on now, which is locked."""
    while True:
        found = Forwarding.objects.select_related("ticket", "supplier").get(pk=forwarding.pk)
        ticket = lock(found.ticket)
        found = Forwarding.objects.select_related("supplier").get(pk=forwarding.pk)
        if found.ticket_id == ticket.pk:  # not merged while we waited
            return ticket, found
