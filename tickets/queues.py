"""The queues agents work from: what stands in each, in which order, and how many.

A queue is found by its short name in addresses: `dispatch`, `mine`, `team-websites`. All unsolved
tickets are counted in one go; every queue has an index that begins with its most urgent ticket.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.accounts.models import Membership, Team, User
from servicedesk.lib.pagination import Keyset, Page
from tickets.feedback import opinions
from tickets.models import Ticket, urgency
from tickets.querysets import TicketQuerySet

BY_URGENCY = Keyset(["urgency", "pk"])
LAST_SOLVED_FIRST = Keyset(["-solved_at", "-pk"])
PAGE = 25

Status = Ticket.Status


class Tally:
    """How many tickets there are of each sort that queues are made of. Three queries."""

    def __init__(self, tickets: TicketQuerySet, *, agent: User, now: dt.datetime) -> None:
        self.by_status: Counter[str] = Counter()
        self.by_team: Counter[int | None] = Counter()
        self.mine = self.at_risk = self.to_call_back = 0
        self.solved_today = tickets.solved_today().count()
        self.to_follow_up = opinions(agent, "open").count()
        rows = tickets.unsolved().order_by().values_list("status", "team_id")
        for status, team, count, mine, at_risk, to_call_back in rows.annotate(
            count=Count("status"),
            mine=Count("status", filter=Q(assignee=agent)),
            at_risk=Count("status", filter=Q(at_risk_at__lte=now)),
            to_call_back=Count("status", filter=Q(callback_open=True)),
        ):
            self.by_status[status] += count
            self.by_team[team] += count
            self.mine += mine
            self.at_risk += at_risk
            self.to_call_back += to_call_back


@dataclass(frozen=True)
class Queue:
    """One list: the tickets that `select` leaves of all, as many as `count` finds in the tally.

    `hides` names the filters that mean nothing in it, `heading` is its name where it stands alone.
    """

    slug: str
    label: Promise | str
    icon: str
    select: Callable[[TicketQuerySet], TicketQuerySet]
    count: Callable[[Tally], int]
    order: Keyset = BY_URGENCY
    hides: frozenset[str] = frozenset()
    is_hot: bool = False
    heading: Promise | str = ""

    @property
    def title(self) -> Promise | str:
        return self.heading or self.label

    def tickets(self, reader: User) -> TicketQuerySet:
        """What stands in it, in no order yet."""
        return self.select(Ticket.objects.visible_to(reader))

    def page(self, tickets: TicketQuerySet, *, reader: User, after: str, before: str) -> Page:
        """A page of `tickets`, which are some of this queue, with all that a row shows."""
        rows = tickets.for_queue().with_unread(reader).annotate(urgency=urgency())
        return self.order.page(rows, after=after, before=before, size=PAGE)


@dataclass
class Entry:
    """A queue in the rail, with how many tickets stand in it."""

    queue: Queue
    count: int = 0


@dataclass
class Part:
    """Some queues of the rail under one heading."""

    title: Promise | str
    entries: list[Entry] = field(default_factory=list)


class Board:
    """The queues of one agent. One query for the teams, three for all counts."""

    def __init__(self, agent: User) -> None:
        self.agent, self.now = agent, timezone.now()
        #: Opinions that somebody of the team still has to do something with.
        self.to_follow_up = 0

    @cached_property
    def teams(self) -> list[Any]:
        """Active teams, each with `mine`: whether this agent is in it, and `led`: leads it."""
        mine = Membership.objects.filter(team=OuterRef("pk"), user=self.agent)
        led = Exists(mine.filter(is_lead=True))
        return list(Team.objects.filter(is_active=True).annotate(mine=Exists(mine), led=led))

    @property
    def hands_over(self) -> bool:
        """This agent may hand over the tickets of others."""
        return self.agent.is_manager or any(team.led for team in self.teams)

    @cached_property
    def parts(self) -> list[Part]:
        """The rail, from top to bottom. Without counts until `count` was called."""
        first = [_team(team) for team in self.teams if team.line == Team.Line.FIRST]
        second = [_team(team) for team in self.teams if team.line == Team.Line.SECOND]
        parts: dict[Promise | str, list[Queue]] = {
            "": [DISPATCH, self._mine(), self._my_teams(), *first, self._at_risk()],
            pgettext_lazy("queues", "Waiting"): [FOR_REQUESTER, FOR_SUPPLIER, CALL_BACK],
            _("Second line"): second,
            pgettext_lazy("queues", "Done"): [SOLVED_TODAY],
        }
        return [Part(title, [Entry(one) for one in some]) for title, some in parts.items() if some]

    @property
    def entries(self) -> Iterator[Entry]:
        for part in self.parts:
            yield from part.entries

    def find(self, slug: str) -> Queue | None:
        found = self.entry(slug)
        return found.queue if found else None

    def entry(self, slug: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.queue.slug == slug), None)

    def count(self) -> Board:
        """Counts the tickets of every queue."""
        tally = Tally(Ticket.objects.visible_to(self.agent), agent=self.agent, now=self.now)
        for entry in self.entries:
            entry.count = entry.queue.count(tally)
        self.to_follow_up = tally.to_follow_up
        return self

    def _mine(self) -> Queue:
        agent = self.agent
        return Queue(
            "mine",
            _("My tickets"),
            "person",
            lambda tickets: tickets.assigned_to(agent),
            lambda tally: tally.mine,
            hides=frozenset({"assignee"}),
        )

    def _my_teams(self) -> Queue:
        mine = [team.pk for team in self.teams if team.mine]
        return Queue(
            "my-teams",
            _("My teams"),
            "people",
            lambda tickets: tickets.unsolved().filter(team__in=mine),
            lambda tally: sum(tally.by_team[team] for team in mine),
        )

    def _at_risk(self) -> Queue:
        now = self.now
        return Queue(
            "at-risk",
            _("SLA at risk"),
            "exclamation-octagon",
            lambda tickets: tickets.at_risk(now),
            lambda tally: tally.at_risk,
            is_hot=True,
        )


def _team(team: Team) -> Queue:
    return Queue(
        f"team-{team.slug}",
        team.name,
        "people" if team.line == Team.Line.FIRST else "collection",
        lambda tickets: tickets.of_team(team.pk),
        lambda tally: tally.by_team[team.pk],
        hides=frozenset({"team"}),
    )


ONE_STATUS = frozenset({"status"})
DISPATCH = Queue(
    "dispatch",
    _("Dispatch"),
    "inbox",
    TicketQuerySet.in_dispatch,
    lambda tally: tally.by_status[Status.NEW],
    hides=ONE_STATUS | {"assignee"},
)
FOR_REQUESTER = Queue(
    "waiting-requester",
    _("On the requester"),
    "reply",
    TicketQuerySet.waiting_for_requester,
    lambda tally: tally.by_status[Status.PENDING],
    hides=ONE_STATUS,
    heading=_("Waiting for the requester"),
)
FOR_SUPPLIER = Queue(
    "waiting-supplier",
    _("On the supplier"),
    "box-arrow-up-right",
    TicketQuerySet.waiting_for_supplier,
    lambda tally: tally.by_status[Status.ON_HOLD],
    hides=ONE_STATUS,
    heading=_("Waiting for the supplier"),
)
CALL_BACK = Queue(
    "call-back",
    _("Call back"),
    "telephone",
    TicketQuerySet.to_call_back,
    lambda tally: tally.to_call_back,
)
SOLVED_TODAY = Queue(
    "solved-today",
    _("Solved today"),
    "check-circle",
    TicketQuerySet.solved_today,
    lambda tally: tally.solved_today,
    order=LAST_SOLVED_FIRST,
)
