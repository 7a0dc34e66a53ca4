"""Reading tickets: who may see which, and which stand in what queue.

`visible_to` is the only way from a request to a row; every view, search, file and export
begins with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connections, models, transaction
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from servicedesk.lib.file_types import PICTURES
from servicedesk.lib.translated import label_of

if TYPE_CHECKING:
    from servicedesk.accounts.models import User
    from tickets.models import Ticket

UNSOLVED = ("new", "open", "pending", "on_hold")
ASIDE = ("spam", "test")

SET_PROMISED = """
UPDATE tickets_ticket
SET next_due_at = told.next_due_at, at_risk_at = told.at_risk_at, reopen_days = told.reopen_days
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::smallint[])
    AS told (id, next_due_at, at_risk_at, reopen_days)
WHERE tickets_ticket.id = told.id
  AND (tickets_ticket.next_due_at, tickets_ticket.at_risk_at, tickets_ticket.reopen_days)
      IS DISTINCT FROM (told.next_due_at, told.at_risk_at, told.reopen_days)
"""


class Promised(NamedTuple):
    """What sla tells of a ticket: its earliest moments, and how long it can be reopened."""

    next_due_at: dt.datetime | None
    at_risk_at: dt.datetime | None
    reopen_days: int


class TicketQuerySet(models.QuerySet):
    # --- who may see what -----------------------------------------------------------------

    def visible_to(self, user: User, *, part: str = "") -> TicketQuerySet:
        """All tickets for agents; for requesters their own, the followed ones, and — where the
        person may — those of the organisation.

        `part` is one of these three (own, followed, organisation) by itself, for everybody: a
        list of one part needs no union, so it stays fast for an organisation with many tickets.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if part:
            return self._part(user, part)
        return self if user.is_agent else self.filter(pk__in=self._ids_seen_by(user))

    def _part(self, user: User, part: str) -> TicketQuerySet:
        if part == "own":
            return self.requested_by(user)
        if part == "followed":
            return self.followed_by(user)
        return self.of_organisation(user) if user.sees_organisation else self.none()

    def _ids_seen_by(self, user: User) -> models.QuerySet:
        # A union of index scans: with OR the planner walks the whole table.
        tickets = self.model._base_manager
        follower = apps.get_model("tickets", "Follower").objects
        own = tickets.filter(requester_id=user.pk).values("pk")
        followed = follower.filter(user_id=user.pk).values("ticket_id")
        if user.sees_organisation:
            theirs = tickets.filter(organisation_id=user.organisation_id).values("pk")
            return own.union(followed, theirs, all=True)
        return own.union(followed, all=True)

    def requested_by(self, user: User) -> TicketQuerySet:
        return self.filter(requester=user)

    def followed_by(self, user: User) -> TicketQuerySet:
        """Tickets of others that this person reads along with."""
        follower = apps.get_model("tickets", "Follower").objects
        return self.filter(pk__in=follower.filter(user_id=user.pk).values("ticket_id"))

    def of_organisation(self, user: User) -> TicketQuerySet:
        """Tickets of the person's organisation, by whomever asked."""
        return self.filter(organisation_id=user.organisation_id, organisation__isnull=False)

    # --- queues ---------------------------------------------------------------------------

    def at_hand(self) -> TicketQuerySet:
        """Without spam and tests, which stand in no queue and are found by no search."""
        return self.exclude(outside__in=ASIDE)

    def counted(self) -> TicketQuerySet:
        """Those that figures are made of: no merged sources, spam, tests or imported ones."""
        return self.filter(outside="")

    def outside(self, why: str = "") -> TicketQuerySet:
        """Those that figures leave out, for one reason or for any."""
        return self.filter(outside=why) if why else self.exclude(outside="")

    def unsolved(self) -> TicketQuerySet:
        return self.at_hand().filter(status__in=UNSOLVED)

    def solved(self) -> TicketQuerySet:
        """Nobody has to act any more, closed or not."""
        return self.exclude(status__in=UNSOLVED)

    def in_dispatch(self) -> TicketQuerySet:
        """Nobody was assigned yet."""
        return self.at_hand().filter(status="new")

    def assigned_to(self, user: User) -> TicketQuerySet:
        return self.unsolved().filter(assignee=user)

    def of_teams_of(self, user: User) -> TicketQuerySet:
        """Unsolved tickets of the teams this agent is in, new ones included."""
        teams = list(user.memberships.values_list("team_id", flat=True))
        return self.unsolved().filter(team__in=teams)

    def of_team(self, team_id: int) -> TicketQuerySet:
        return self.unsolved().filter(team_id=team_id)

    def at_risk(self, now: dt.datetime) -> TicketQuerySet:
        """A running clock has used three quarters of its target, or all of it."""
        return self.unsolved().filter(at_risk_at__lte=now)

    def waiting_for_requester(self) -> TicketQuerySet:
        return self.at_hand().filter(status="pending")

    def waiting_for_supplier(self) -> TicketQuerySet:
        return self.at_hand().filter(status="on_hold")

    def to_call_back(self) -> TicketQuerySet:
        return self.unsolved().filter(callback_open=True)

    def solved_between(self, start: dt.datetime, end: dt.datetime) -> TicketQuerySet:
        """Tickets whose last solve lies in [start, end) and that are not reopened."""
        return self.filter(solved_at__gte=start, solved_at__lt=end)

    def created_between(self, start: dt.datetime, end: dt.datetime) -> TicketQuerySet:
        return self.filter(created_at__gte=start, created_at__lt=end)

    def to_close(self, now: dt.datetime) -> TicketQuerySet:
        """Solved for as many days as they can be reopened, or nearly so; the oldest first."""
        kept = F("reopen_days") * Value(dt.timedelta(days=1))
        until = ExpressionWrapper(F("solved_at") + kept, output_field=models.DateTimeField())
        return (
            self.filter(status="solved").alias(until=until).filter(until__lt=now).order_by("until")
        )

    def solved_today(self) -> TicketQuerySet:
        """Solved since local midnight."""
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.counted().filter(solved_at__gte=midnight)

    # --- rows for lists -------------------------------------------------------------------

    def for_rows(self) -> TicketQuerySet:
        """With everything a row of a list shows, without further queries."""
        return self.select_related(
            "requester", "organisation", "service", "category", "team", "assignee"
        )

    def for_portal(self) -> TicketQuerySet:
        """With what a row of a requester's list shows, without further queries."""
        return self.select_related("requester", "service", "assignee")

    def for_queue(self) -> TicketQuerySet:
        """With just what a row of an agent's list shows, and no more objects than rows."""
        columns = ("subject", "status", "created_at", "solved_at", "next_due_at", "at_risk_at")
        return self.only(*columns, "callback_open", "assignee").annotate(
            organisation_name=F("organisation__name"),
            service_name=label_of("service"),
            supplier_name=Coalesce(self._asked_supplier(), "service__supplier__name"),
            team_name=F("team__name"),
            assignee_name=Coalesce(
                NullIf("assignee__name", Value("")),
                "assignee__email",
                output_field=models.CharField(),
            ),
        )

    @staticmethod
    def _asked_supplier() -> models.Subquery:
        """Whose turn it is, of the suppliers; the latest when there are two. A ticket that an
        agent put on hold by hand is with that of its service."""
        forwarding = apps.get_model("tickets", "Forwarding").objects
        theirs = forwarding.filter(ticket=OuterRef("pk"), ended_at=None).order_by("-pk")
        return models.Subquery(theirs.values("supplier__name")[:1])

    def with_unread(self, user: User) -> TicketQuerySet:
        """Each with `unread`: requester or supplier wrote something this person has not seen."""
        message = apps.get_model("tickets", "Message").objects
        mark = apps.get_model("tickets", "ReadMark").objects
        seen = mark.filter(ticket_id=OuterRef(OuterRef("pk")), user_id=user.pk)
        sides = ("requester", "supplier")
        newer = message.filter(ticket_id=OuterRef("pk"), side__in=sides).filter(
            ~Exists(seen.filter(message__gte=OuterRef("pk")))
        )
        return self.annotate(unread=Exists(newer))

    # --- the one door for sla -------------------------------------------------------------

    def set_promised(self, promised: Mapping[int, Promised]) -> None:
        """Stores by ticket what queues sort by, and how long it can be reopened.

        One query for however many tickets. Called by sla only.
        """
        if promised:
            columns = map(list, zip(*promised.values(), strict=True))
            with connections[self.db].cursor() as cursor:
                cursor.execute(SET_PROMISED, [list(promised), *columns])


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> MessageQuerySet:
        """Messages of visible tickets; notes and letters of suppliers for agents only."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_agent:
            return self
        tickets = apps.get_model("tickets", "Ticket").objects.visible_to(user)
        return self.public().filter(ticket__in=tickets)

    def public(self) -> MessageQuerySet:
        return self.filter(kind="public_reply")


class ForwardingQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ForwardingQuerySet:
        """What is asked of suppliers is the desk's own business."""
        return self if user.is_authenticated and user.is_active and user.is_agent else self.none()

    def unended(self) -> ForwardingQuerySet:
        """The supplier's turn is not over."""
        return self.filter(ended_at=None)


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> AttachmentQuerySet:
        """Files of visible messages, and the files of one's own drafts."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        messages = apps.get_model("tickets", "Message").objects.visible_to(user)
        mine = Q(message__isnull=True, uploaded_by=user)
        return self.filter(mine | Q(message__in=messages))

    def to_draw(self) -> AttachmentQuerySet:
        """Pictures that nobody has drawn anew yet, oldest first."""
        return self.filter(shown=None, content_type__in=sorted(PICTURES)).order_by("pk")

    def total_size(self) -> int:
        """How many bytes they are together."""
        return self.aggregate(total=Sum("size"))["total"] or 0


class IncomingEmailQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> IncomingEmailQuerySet:
        """Raw mail may hold anything of anybody: administrators only."""
        return self if user.is_authenticated and user.is_administrator else self.none()

    def to_process(self) -> IncomingEmailQuerySet:
        """Committed, and nothing came of it yet."""
        return self.filter(state="received")

    def in_quarantine(self) -> IncomingEmailQuerySet:
        return self.filter(state="quarantined")

    def of_ticket(self, ticket: Ticket) -> IncomingEmailQuerySet:
        return self.filter(ticket=ticket)

    def erase_raw(self) -> int:
        """Deletes the raw bytes once this transaction is committed; gives how many mails had any.

        What was made of them stays: it is erased with the ticket.
        """
        names = dict(self.exclude(raw="").values_list("pk", "raw"))
        self.model._base_manager.filter(pk__in=names).update(raw="")
        for name in names.values():
            transaction.on_commit(partial(default_storage.delete, name))
        return len(names)
