"""A new ticket, through whichever door."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from servicedesk.accounts.models import Branch, User
from servicedesk.catalogue.models import Kwis, Service
from servicedesk.lib import html
from tickets import search
from tickets.actions.locking import guard
from tickets.events import record_event, verb
from tickets.models import Attachment, Follower, Message, PriorityRule, Ticket

#: Channels on which a person of the desk is in contact while the ticket is written.
IN_CONTACT = frozenset({Ticket.Channel.PHONE, Ticket.Channel.DESK})


@dataclass(frozen=True)
class NewTicket:
    """What is asked, by whom and how. The verb fills in number, team, priority and clocks."""

    requester: User
    subject: str
    body: str
    channel: str = Ticket.Channel.PORTAL
    service: Service | None = None
    branch: Branch | None = None
    kwis: str = Kwis.INFORMATION
    impact: str = ""
    #: Empty: what the desk's table proposes for the impact.
    priority: str = ""
    intake: dict[str, Any] = field(default_factory=dict)
    completeness: int | None = None
    callback_phone: str = ""
    callback_when: str = ""
    wants_callback: bool = False
    follows_up: Ticket | None = None
    #: It comes from another system: nothing was promised here.
    imported: bool = False
    followers: Iterable[User] = ()
    attachments: Iterable[Attachment] = ()
    token: uuid.UUID | None = None
    #: Of a mail: when it came in, sanitised HTML of its own, what is shown before one clicks.
    created_at: dt.datetime | None = None
    html: str = ""
    visible_text: str = ""
    visible_html: str = ""
    is_automatic: bool = False
    #: The Message-ID of that mail.
    mail_message_id: str = ""


def open_ticket(new: NewTicket, *, by: User) -> Ticket:
    """The ticket made of `new`; the same token again gives the ticket that it made before.

    It stands in the dispatch queue, preset to the owner team of its service.
    """
    if new.token and (made := Ticket.objects.filter(submission_token=new.token).first()):
        return made
    try:
        return _open(new, by=by)
    except IntegrityError:
        # Sent twice at one instant: the other one won.
        made = Ticket.objects.filter(submission_token=new.token).first() if new.token else None
        if made is None:
            raise
        return made


@verb
def _open(new: NewTicket, *, by: User) -> Ticket:
    guard(bool(new.subject.strip()), _("Give the ticket a subject."))
    guard(by == new.requester or by.is_agent)
    ticket = Ticket.objects.create(
        subject=" ".join(new.subject.split())[:200],
        requester=new.requester,
        organisation_id=new.requester.organisation_id,
        branch=new.branch,
        service=new.service,
        team_id=new.service.owner_team_id if new.service else None,
        kwis=new.kwis,
        impact=new.impact,
        priority=new.priority or proposed_priority(new.impact),
        channel=new.channel,
        intake=new.intake,
        completeness=new.completeness,
        callback_phone=new.callback_phone,
        callback_when=new.callback_when,
        callback_open=new.wants_callback,
        follows_up=new.follows_up,
        submission_token=new.token,
        outside=Ticket.Outside.IMPORTED if new.imported else "",
        **({"created_at": new.created_at} if new.created_at else {}),
    )
    _log(ticket, new, by=by)
    first = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.PUBLIC_REPLY,
        side=Message.Side.REQUESTER,
        author=new.requester,
        channel=new.channel,
        body_text=new.body,
        body_html=new.html or html.from_plain_text(new.body),
        visible_text=new.visible_text,
        visible_html=new.visible_html,
        is_automatic=new.is_automatic,
        mail_message_id=new.mail_message_id,
        created_at=ticket.created_at,
    )
    _take_files(first, new.attachments)
    Follower.objects.bulk_create(
        [Follower(ticket=ticket, user=user) for user in new.followers if user != new.requester]
    )
    search.refresh(ticket)
    return ticket


def record_opened(ticket: Ticket, *, by: User, answered: bool = False) -> None:
    """The first line of the log of a ticket, from its own row."""
    record_event(
        ticket,
        "opened",
        by=by,
        at=ticket.created_at,
        channel=ticket.channel,
        status=ticket.status,
        requester=ticket.requester_id,
        organisation=ticket.organisation_id,
        service=ticket.service_id,
        category=ticket.category_id,
        kwis=ticket.kwis,
        priority=ticket.priority,
        team=ticket.team_id,
        answered=answered,
    )


def _log(ticket: Ticket, new: NewTicket, *, by: User) -> None:
    in_contact = ticket.channel in IN_CONTACT and by.is_agent and by != new.requester
    record_opened(ticket, by=by, answered=in_contact)
    if new.imported:
        record_event(ticket, "imported", by=by, at=ticket.created_at)
    for user in new.followers:
        if user != new.requester:
            record_event(ticket, "follower_added", by=by, at=ticket.created_at, user=user.pk)
    if ticket.callback_open:
        record_event(ticket, "callback_requested", by=by, at=ticket.created_at)
    if new.follows_up:
        record_event(new.follows_up, "follow_up_opened", by=by, ticket=ticket.pk)


def open_around(message: Message, ticket: Ticket, *, by: User) -> Ticket:
    """Stores `ticket` around a message that is there already. For verbs that split tickets."""
    ticket.save(force_insert=True)
    Message.objects.filter(pk=message.pk).update(
        ticket=ticket, origin=message.origin_id or message.ticket_id
    )
    record_opened(ticket, by=by)
    search.refresh(ticket)
    return ticket


def _take_files(message: Message, files: Iterable[Attachment]) -> None:
    for file in files:
        file.message, file.draft = message, None
        file.save(update_fields=["message", "draft"])


def proposed_priority(impact: str) -> str:
    """The priority the desk's own table proposes for an impact."""
    rule = PriorityRule.objects.filter(impact=impact).first() if impact else None
    return rule.priority if rule else Ticket.Priority.NORMAL
