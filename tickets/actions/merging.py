"""Two tickets about one thing become one conversation, and can be parted again for a day.

The source is closed and points to the target. Its messages move there and keep where they were
written, what suppliers are asked goes along; who wrote or followed the source follows the target.
What that means for the clocks is told by the log of both: see `sla.joining`.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets import search
from tickets.actions.locking import guard, lock_both, save
from tickets.events import record_event, verb
from tickets.exceptions import TicketError
from tickets.models import Draft, Follower, Forwarding, Message, Ticket, TicketEvent
from tickets.permissions import may_work

UNDO_FOR = dt.timedelta(hours=24)
Status, Outside = Ticket.Status, Ticket.Outside


@verb
def merge(source: Ticket, *, into: Ticket, by: User, agreed: bool = False) -> Ticket:
    """Ends `source` in favour of `into`, and gives that one.

    With different requesters both will read the whole conversation, so that the agent must have
    `agreed` to it. Raises TicketError.
    """
    guard(may_work(by))
    guard(source.pk != into.pk, _("A ticket cannot be merged with itself."))
    source, target = lock_both(source, into)
    for ticket in (source, target):
        guard(ticket.status != Status.CLOSED, _("Ticket #%(number)s is closed.") % _number(ticket))
        guard(
            not ticket.is_aside,
            _("Ticket #%(number)s was set aside: take it back first.") % _number(ticket),
        )
    guard(
        agreed or source.requester_id == target.requester_id,
        _("These tickets have different requesters. Confirm that both may read everything."),
    )
    messages = list(source.messages.order_by("pk").values_list("pk", flat=True))
    _move(messages, target, origin=source)
    _bring_forwardings(source, target)
    _bring_drafts(source, target)
    _bring_callback(source, target, by=by)
    followers = _bring_followers(source, target)
    record_event(
        source,
        "merged",
        by=by,
        ticket=target.pk,
        status=source.status,
        messages=messages,
        followers=followers,
    )
    record_event(target, "took_in", by=by, ticket=source.pk)
    _close(source, target)
    save(target)
    search.refresh(source)
    search.refresh(target)
    return target


@verb
def undo_merge(source: Ticket, *, by: User) -> Ticket:
    """Parts the two again, as if they had never been merged, and gives the source.

    Messages that were written since, and those that went elsewhere, stay where they are.
    Raises TicketError after 24 hours, and when the target was merged or closed in its turn.
    """
    guard(may_work(by))
    into = Ticket.objects.filter(merged=source).first()
    if into is None:
        raise TicketError(_("This ticket is not merged."))
    source, target = lock_both(source, into)
    guard(source.merged_into_id == target.pk, _("This ticket is not merged."))
    merged = last_merge(source)
    guard(may_undo(merged), _("A merge can be undone for 24 hours; this one is older."))
    guard(
        target.status != Status.CLOSED,
        _("Ticket #%(number)s is closed or merged itself meanwhile.") % _number(target),
    )
    _give_back(merged, source, target)
    _reopen(source, merged.data["status"])
    save(target)
    record_event(source, "merge_undone", by=by, ticket=target.pk, status=merged.data["status"])
    record_event(target, "gave_back", by=by, ticket=source.pk)
    search.refresh(source)
    search.refresh(target)
    return source


def last_merge(source: Ticket) -> TicketEvent:
    """The event of the merge that holds. One query."""
    return source.events.filter(kind="merged").latest("pk")


def may_undo(merged: TicketEvent) -> bool:
    """It is not older than a day."""
    return timezone.now() - merged.at <= UNDO_FOR


def undo_until(merged: TicketEvent) -> dt.datetime:
    """The last moment at which this merge can be undone."""
    return merged.at + UNDO_FOR


def newcomers(source: Ticket, target: Ticket) -> list[User]:
    """Who will read along with `target` after the merge and does not do so yet."""
    theirs = Follower.objects.filter(ticket=source).values("user")
    people = User.objects.active().filter(pk__in=theirs) | User.objects.active().filter(
        pk=source.requester_id
    )
    here = Follower.objects.filter(ticket=target).values("user")
    return list(people.exclude(pk__in=here).exclude(pk=target.requester_id).order_by("name", "pk"))


def _number(ticket: Ticket) -> dict[str, int]:
    return {"number": ticket.pk}


def _move(messages: list[int], target: Ticket, *, origin: Ticket) -> None:
    moved = Message.objects.filter(pk__in=messages)
    moved.filter(origin=None).update(origin=origin)
    moved.update(ticket=target)


def _bring_forwardings(source: Ticket, target: Ticket) -> None:
    """The supplier's answer comes to where the conversation goes on."""
    theirs = Forwarding.objects.filter(ticket=source)
    theirs.filter(origin=None).update(origin=source)
    theirs.update(ticket=target)


def _bring_drafts(source: Ticket, target: Ticket) -> None:
    """What somebody was writing goes along, unless the same person writes there already."""
    there = set(Draft.objects.filter(ticket=target).values_list("user", "kind"))
    for draft in Draft.objects.filter(ticket=source):
        if (draft.user_id, draft.kind) not in there:
            draft.ticket = target
            draft.save(update_fields=["ticket"])


def _bring_callback(source: Ticket, target: Ticket, *, by: User) -> None:
    """Who was to be phoned still is."""
    if not source.callback_open or target.callback_open:
        return
    target.callback_open = True
    target.callback_phone, target.callback_when = source.callback_phone, source.callback_when
    save(target, "callback_open", "callback_phone", "callback_when")
    record_event(target, "callback_requested", by=by)


def _bring_followers(source: Ticket, target: Ticket) -> list[int]:
    people = newcomers(source, target)
    Follower.objects.bulk_create([Follower(ticket=target, user=user) for user in people])
    return [user.pk for user in people]


def _close(source: Ticket, target: Ticket) -> None:
    now = timezone.now()
    source.status, source.outside, source.merged_into = Status.CLOSED, Outside.MERGED, target
    source.solved_at, source.closed_at = source.solved_at or now, now
    save(source, "status", "outside", "merged_into", "solved_at", "closed_at")


def _give_back(merged: TicketEvent, source: Ticket, target: Ticket) -> None:
    forwardings = Forwarding.objects.filter(ticket=target, origin=source)
    letters = Q(forwarding__in=list(forwardings))  # those since the merge belong to them too
    messages = Message.objects.filter(Q(pk__in=merged.data["messages"]) | letters, ticket=target)
    messages.update(ticket=source)
    forwardings.update(ticket=source, origin=None)
    Message.objects.filter(ticket=source, origin=source).update(origin=None)
    Follower.objects.filter(ticket=target, user__in=merged.data["followers"]).delete()


def _reopen(source: Ticket, status: str) -> None:
    source.status, source.merged_into, source.closed_at = status, None, None
    source.outside = imported_or_counted(source)
    if status != Status.SOLVED:
        source.solved_at = None
    save(source, "status", "outside", "merged_into", "solved_at", "closed_at")


def imported_or_counted(ticket: Ticket) -> str:
    """What a ticket is that is neither merged nor set aside (any more)."""
    return Outside.IMPORTED if ticket.events.filter(kind="imported").exists() else ""
