"""Who hears of what happened on a ticket, and in which words.

event                                who                                       mail
-----------------------------------  ----------------------------------------  ----------------
opened                               the requester                             receipt
public reply of the desk             requester, followers                      reply
the same that also solves            requester, followers                      solved
solved without words                 requester, followers                      solved
reply of the requester's side        the others on that side                   copy
                                     the assignee                              answered + bell
assigned to a person                 that agent                                assigned + bell
assigned to a team only              its members                               bell
internal note                        the assignee                              bell
solved or thanked by the requester   the assignee                              bell
satisfied                            the assignee                              bell
not satisfied                        the assignee, the members of the team     bell
follower added                       that person, once a day, unless an        following
                                     answer goes along
requester changed                    the new requester                         handed_over
merged into another ticket           requester, followers                      merged
message moved in                     the assignee                              bell
reminded                             requester, followers                      reminder
forwarded, supplier asked            the supplier                              supplier
answer of a supplier                 the assignee                              supplier_answered
the same, also by a machine          the assignee, else the team's members     bell

A ticket that was imported is no news to its requester; one that is spam or a test tells nobody.

Nobody is told of what they did themselves, but everybody gets the receipt of a question; for a
question by mail `tickets.mail.receipts` decides. What a machine writes is told by the bell only.
Internal notes are in no mail at all, and what a supplier writes in none either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import Membership, User
from servicedesk.outbox import sentences
from servicedesk.outbox.writing import notify
from tickets.mail import suppliers
from tickets.mail.outgoing import Reader, write
from tickets.mail.receipts import is_silent, wants_receipt
from tickets.models import Forwarding, Message, Rating, Ticket, TicketEvent

sentences.register(
    {
        "assigned": _("Ticket #%(ticket)s was assigned to you."),
        "team_assigned": _("Ticket #%(ticket)s came to your team."),
        "requester_replied": _("There is an answer on ticket #%(ticket)s."),
        "note_added": _("A colleague wrote an internal note on ticket #%(ticket)s."),
        "solved_by_requester": _("The requester says that ticket #%(ticket)s is solved."),
        "mail_failed": _("Mail about ticket #%(ticket)s did not arrive."),
        "rated_positive": _("Satisfied with your answer on ticket #%(ticket)s."),
        "rated_negative": _("Not satisfied with the answer on ticket #%(ticket)s: follow it up."),
        "thanked": _("The requester thanks you for ticket #%(ticket)s."),
        "handed_over": _("%(count)s tickets of a colleague were handed over to you."),
        "handed_to_team": _("%(count)s tickets of a colleague came back to your team."),
        "supplier_answered": _("The supplier answered on ticket #%(ticket)s."),
        "written_aside": _("Somebody wrote on ticket #%(ticket)s, which you set aside."),
    }
)


def tell(ticket_id: int, events: list[TicketEvent]) -> None:
    """Puts the mails and bell lines of one verb into the outbox. Runs in its transaction."""
    story = Story(ticket_id, events)
    if story.ticket.is_aside:
        story.tell_who_set_it_aside()
        return
    for event in events:
        story.write_to_supplier(event)
        for kind, reader in story.mails(event):
            write(story.ticket, kind, reader, event=event, message=story.message_of(event))
        for kind, users in story.lines(event):
            notify(users, key=f"event-{event.pk}", kind=kind, ticket=ticket_id)


@dataclass(frozen=True)
class Story:
    """What one verb did to one ticket, and the people around it."""

    ticket_id: int
    events: list[TicketEvent]

    @cached_property
    def ticket(self) -> Ticket:
        return Ticket.objects.for_rows().get(pk=self.ticket_id)

    @cached_property
    def requesters_side(self) -> list[User]:
        """The requester, first, and the followers who are still here."""
        with_them = Q(pk=self.ticket.requester_id) | Q(following__ticket=self.ticket_id)
        found = User.objects.active().filter(with_them).distinct().order_by("pk")
        return sorted(found, key=lambda user: user.pk != self.ticket.requester_id)

    @cached_property
    def solves(self) -> bool:
        return any(
            event.kind == "status_changed" and event.data["to"] == Ticket.Status.SOLVED
            for event in self.events
        )

    @cached_property
    def says_something(self) -> bool:
        """A public reply of the desk goes along, so that solving needs no mail of its own."""
        return any(
            event.kind == "public_reply_added"
            and event.data["side"] == Message.Side.DESK
            and not event.data["automatic"]
            for event in self.events
        )

    def message_of(self, event: TicketEvent) -> Message | None:
        """The public message that a mail about this event may show. Never an internal note."""
        if event.kind == "opened":
            return self.ticket.messages.public().first()
        if event.kind == "assigned":
            return self.ticket.messages.public().order_by("-pk").first()
        if event.kind == "reminded":  # what we wait for
            said = self.ticket.messages.public().filter(side=Message.Side.DESK)
            return said.filter(is_automatic=False).order_by("-pk").first()
        if event.kind not in {"public_reply_added", "thanked"}:
            return None
        return self.ticket.messages.public().filter(pk=event.data["message"]).first()

    # --- mail -----------------------------------------------------------------------------

    def mails(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        make = getattr(self, f"_mails_{event.kind}", None)
        return make(event) if make else iter(())

    def _mails_opened(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        if not self.ticket.outside and wants_receipt(self.ticket):
            yield from _each("receipt", [self.ticket.requester])

    def _mails_public_reply_added(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        if event.data["automatic"] and event.data["side"] == Message.Side.DESK:
            return  # whoever wrote it tells people
        others = [user for user in self.requesters_side if user.pk != event.actor_id]
        if event.data["automatic"] and event.data["side"] == Message.Side.REQUESTER:
            return  # a machine wrote it, or too much is written: mail about it would feed a loop
        if event.data["side"] == Message.Side.DESK:
            yield from _together("solved" if self.solves else "reply", others)
        else:
            yield from _together("copy", [u for u in others if u.pk != self.ticket.assignee_id])
            yield from _each("answered", self._assignee_unless(event.actor_id))

    def _mails_status_changed(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        solved = event.data["to"] == Ticket.Status.SOLVED
        if solved and event.data["cause"] != "requester" and not self.says_something:
            yield from _together(
                "solved", [user for user in self.requesters_side if user.pk != event.actor_id]
            )

    def _mails_assigned(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        if event.data["to_assignee"] == self.ticket.assignee_id:
            yield from _each("assigned", self._assignee_unless(event.actor_id))

    def _mails_follower_added(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        # Who is in Cc of an answer gets that one; who was let in a moment ago was told then.
        user, day = event.data["user"], dt.timedelta(days=1)
        before = TicketEvent.objects.filter(ticket=self.ticket_id, kind=event.kind, pk__lt=event.pk)
        if before.filter(data__user=user, at__gt=event.at - day).exists():
            return
        if user != event.actor_id and not self.says_something:
            yield from _each("following", User.objects.active().filter(pk=user))

    def _mails_requester_changed(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        if event.data["to"] not in {event.actor_id, event.data["from"]}:
            yield from _each("handed_over", [self.ticket.requester])

    def _mails_merged(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        yield from _together("merged", self.requesters_side)

    def _mails_reminded(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        yield from _together("reminder", self.requesters_side)

    def _assignee_unless(self, actor: int | None) -> list[User]:
        assignee = self.ticket.assignee
        return [assignee] if assignee and assignee.is_active and assignee.pk != actor else []

    def tell_who_set_it_aside(self) -> None:
        """Somebody writes on spam or a test: maybe it is neither."""
        written = [event for event in self.events if _is_question(event)]
        if written:
            aside = TicketEvent.objects.filter(ticket=self.ticket_id, kind="set_aside").latest("pk")
            key = f"event-{written[-1].pk}"
            users = [aside.actor_id] if aside.actor_id else []
            notify(users, key=key, kind="written_aside", ticket=self.ticket_id)

    def _mails_supplier_answered(self, event: TicketEvent) -> Iterator[tuple[str, Reader]]:
        if not event.data["automatic"] and not is_silent(self.ticket):
            yield from _each("supplier_answered", self._assignee_unless(None))

    def write_to_supplier(self, event: TicketEvent) -> None:
        """What the desk wrote in the thread with a supplier leaves it by mail."""
        if event.kind not in {"forwarded", "supplier_asked"}:
            return
        thread = Forwarding.objects.select_related("supplier").get(pk=event.data["forwarding"])
        message = thread.messages.select_related("author").get(pk=event.data["message"])
        suppliers.send(self.ticket, thread, event=event, message=message)

    # --- the bell -------------------------------------------------------------------------

    def lines(self, event: TicketEvent) -> Iterator[tuple[str, list[int]]]:
        """Which line, for whom (ids). The assignee hears what concerns the ticket."""
        assignee = [user.pk for user in self._assignee_unless(event.actor_id)]
        if event.kind == "assigned" and event.data["to_assignee"]:
            yield "assigned", assignee
        elif event.kind == "assigned":
            yield "team_assigned", self._members(event.data["to_team"], event.actor_id)
        elif _is_question(event):
            yield "requester_replied", assignee
        elif event.kind == "supplier_answered":
            yield "supplier_answered", assignee or self._members(self.ticket.team_id, None)
        elif event.kind == "internal_note_added":
            yield "note_added", assignee
        elif event.kind == "thanked":
            yield "thanked", assignee
        elif event.kind == "confirmed":
            yield "solved_by_requester", assignee
        elif event.kind == "rated" and event.data["verdict"] == Rating.Verdict.POSITIVE:
            yield "rated_positive", assignee
        elif event.kind == "rated":
            team = self._members(self.ticket.team_id, event.actor_id)
            yield "rated_negative", sorted({*assignee, *team})

    @staticmethod
    def _members(team: int | None, actor: int | None) -> list[int]:
        if team is None:
            return []
        members = Membership.objects.filter(team_id=team, user__is_active=True)
        users = members.values_list("user_id", flat=True)
        return [user for user in users if user != actor]


def _is_question(event: TicketEvent) -> bool:
    if event.kind == "message_moved_in":
        return event.data["side"] == Message.Side.REQUESTER
    return event.kind == "public_reply_added" and event.data["side"] != Message.Side.DESK


def _together(kind: str, users: list[User]) -> Iterator[tuple[str, Reader]]:
    """One mail for all: the first in To, the others in Cc, in the language of the first."""
    if users:
        yield kind, Reader(users[0], tuple(users[1:]))


def _each(kind: str, users: Iterable[User]) -> Iterator[tuple[str, Reader]]:
    """A mail for each person."""
    for user in users:
        if user.is_active:
            yield kind, Reader(user)
