"""Public replies, internal notes and logged calls."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from servicedesk.lib import html
from tickets import search
from tickets.actions.classifying import set_category
from tickets.actions.following import add_follower
from tickets.actions.locking import expect, guard, lock_surviving, save
from tickets.actions.transitions import change_status, take_over, wake
from tickets.events import record_event, verb
from tickets.exceptions import ChangedMeanwhile
from tickets.models import Attachment, Forwarding, Message, ThanksToCheck, Ticket
from tickets.permissions import is_requesters_side, may_add_note, may_reply

Kind, Side = Message.Kind, Message.Side


@dataclass(frozen=True)
class Text:
    """What somebody wrote, with the files that go along.

    `token` makes sending twice one message. `seen` is the id of the last message the writer had
    on screen, `seen_status` the status: when others wrote meanwhile, or moved a ticket that this
    text would move too, nothing is sent and the writer is told.
    """

    body: str
    attachments: Iterable[Attachment] = ()
    token: uuid.UUID | None = None
    seen: int | None = None
    seen_status: str | None = None
    channel: str = Ticket.Channel.PORTAL
    #: Of a mail: sanitised HTML of its own, and what is shown of both before one clicks.
    html: str = ""
    visible_text: str = ""
    visible_html: str = ""
    #: The Message-ID of that mail.
    mail_message_id: str = ""
    #: Written by a machine; `is_silent`: nobody is mailed about it.
    is_automatic: bool = False
    is_silent: bool = False
    #: Who gets the answer of the desk too, and reads along from now on.
    cc: Iterable[User] = ()
    #: Of letters to and from suppliers: the thread they belong to.
    forwarding: Forwarding | None = None


@dataclass(frozen=True)
class Outcome:
    """What an agent makes of the ticket with a message; empty: it stays as it is."""

    status: str
    category: Category | None


def reply(
    ticket: Ticket, text: Text, *, by: User, then: str = "", category: Category | None = None
) -> Message:
    """A public reply, from whichever side `by` is on.

    From the requester's side it wakes a waiting or solved ticket. From the desk it takes a new
    ticket; `then` is the status and `category` the category that an agent gives in the same act.
    Raises TicketError when the ticket is closed, ChangedMeanwhile for what `text` saw.
    """
    outcome = Outcome(then, category)
    return once(text.token, lambda: _reply(ticket, text, by=by, outcome=outcome))


def thank(ticket: Ticket, text: Text, *, by: User) -> Message:
    """“Alleen bedankt”: kept on the ticket, and nothing is set in motion."""
    return once(text.token, lambda: _thank(ticket, text, by=by))


def add_note(
    ticket: Ticket, text: Text, *, by: User, then: str = "", category: Category | None = None
) -> Message:
    """An internal note. Never reaches the requester's side; closed tickets take notes too."""
    outcome = Outcome(then, category)
    return once(text.token, lambda: _note(ticket, text, by=by, outcome=outcome))


def log_call(
    ticket: Ticket, text: Text, *, by: User, then: str = "", category: Category | None = None
) -> Message:
    """A phone call with the requester, as an internal note: counts as a response of the desk."""
    outcome = Outcome(then, category)
    return once(text.token, lambda: _call(ticket, text, by=by, outcome=outcome))


@verb
def _reply(ticket: Ticket, text: Text, *, by: User, outcome: Outcome) -> Message:
    ticket = _where_it_goes_on(ticket, by)
    if made := _made(text.token):
        return made
    guard(may_reply(by, ticket), _("This ticket is closed. Ask on with a follow-up ticket."))
    _unmoved(ticket, text, outcome)
    side = Side.REQUESTER if is_requesters_side(by, ticket) else Side.DESK
    message = write(ticket, text, Kind.PUBLIC_REPLY, side, by=by)
    if side == Side.DESK and ticket.status == Ticket.Status.NEW:
        take_over(ticket, by=by)
    record_event(
        ticket, "public_reply_added", by=by, message=message.pk, side=side, automatic=text.is_silent
    )
    if side == Side.REQUESTER:
        wake(ticket, by=by)
    else:
        for reader in text.cc:
            add_follower(ticket, reader, by=by)
        _conclude(ticket, outcome, by=by)
    return message


@verb
def _thank(ticket: Ticket, text: Text, *, by: User) -> Message:
    ticket = _where_it_goes_on(ticket, by)
    if made := _made(text.token):
        return made
    guard(may_reply(by, ticket), _("This ticket is closed. Ask on with a follow-up ticket."))
    message = write(ticket, text, Kind.PUBLIC_REPLY, Side.REQUESTER, by=by)
    record_event(ticket, "thanked", by=by, message=message.pk)
    if text.channel == Ticket.Channel.MAIL:  # read by a rule: a person looks at it too
        ThanksToCheck.objects.create(message=message)
    return message


def _where_it_goes_on(ticket: Ticket, by: User) -> Ticket:
    """Locked. Who sees a merged ticket does not always see the one that took it in."""
    survivor = lock_surviving(ticket)
    if survivor.pk != ticket.pk:
        seen = Ticket.objects.visible_to(by).filter(pk=survivor.pk).exists()
        guard(seen, _("This question goes on in another ticket, which you do not see."))
    return survivor


@verb
def _note(ticket: Ticket, text: Text, *, by: User, outcome: Outcome) -> Message:
    ticket = lock_surviving(ticket)
    if made := _made(text.token):
        return made
    guard(may_add_note(by, ticket))
    _unmoved(ticket, text, outcome)
    message = write(ticket, text, Kind.INTERNAL_NOTE, Side.DESK, by=by)
    record_event(ticket, "internal_note_added", by=by, message=message.pk)
    _conclude(ticket, outcome, by=by)
    return message


@verb
def _call(ticket: Ticket, text: Text, *, by: User, outcome: Outcome) -> Message:
    ticket = lock_surviving(ticket)
    if made := _made(text.token):
        return made
    guard(may_add_note(by, ticket))
    _unmoved(ticket, text, outcome)
    message = write(ticket, text, Kind.INTERNAL_NOTE, Side.DESK, by=by)
    if ticket.status == Ticket.Status.NEW:
        take_over(ticket, by=by)
    record_event(ticket, "call_logged", by=by, message=message.pk)
    if ticket.callback_open:
        ticket.callback_open = False
        save(ticket, "callback_open")
        record_event(ticket, "callback_done", by=by)
    _conclude(ticket, outcome, by=by)
    return message


def _conclude(ticket: Ticket, outcome: Outcome, *, by: User) -> None:
    """Needs the lock."""
    if outcome.category is not None:
        set_category(ticket, outcome.category, by=by)
    if outcome.status:
        change_status(ticket, outcome.status, by=by)


def _unmoved(ticket: Ticket, text: Text, outcome: Outcome) -> None:
    if outcome.status and text.seen_status is not None:
        expect(ticket, status=text.seen_status)


def once(token: uuid.UUID | None, send: Callable[[], Message]) -> Message:
    """What `send` makes; the same token again gives the message that it made before. For verbs."""
    if made := _made(token):
        return made
    try:
        return send()
    except IntegrityError:
        made = _made(token)
        if made is None:
            raise
        return made


def _made(token: uuid.UUID | None) -> Message | None:
    """Asked once more under the lock: a second click waits there for the first."""
    return Message.objects.filter(submission_token=token).first() if token else None


def write(ticket: Ticket, text: Text, kind: str, side: str, *, by: User | None) -> Message:
    """The message itself, without its event. For verbs; needs the lock. A mail may be empty."""
    files = list(text.attachments)
    by_mail = text.channel == Ticket.Channel.MAIL
    guard(by_mail or bool(text.body.strip()) or bool(files), _("Write something first."))
    _nothing_new(ticket, text, by=by)
    to_html = html.from_markdown if side == Side.DESK else html.from_plain_text
    message = Message.objects.create(
        ticket=ticket,
        kind=kind,
        side=side,
        author=by,
        forwarding=text.forwarding,
        channel=text.channel,
        body_text=text.body,
        body_html=text.html or to_html(text.body),
        visible_text=text.visible_text,
        visible_html=text.visible_html,
        is_automatic=text.is_automatic,
        mail_message_id=text.mail_message_id,
        submission_token=text.token,
    )
    for file in files:
        file.message, file.draft = message, None
        file.save(update_fields=["message", "draft"])
    save(ticket)
    search.refresh(ticket)
    return message


def _nothing_new(ticket: Ticket, text: Text, *, by: User | None) -> None:
    if text.seen is None:
        return
    newer = ticket.messages.filter(pk__gt=text.seen).exclude(author=by)
    if newer.exists():
        raise ChangedMeanwhile(
            _("Somebody wrote on this ticket meanwhile. Your text is kept: read it and send again.")
        )
