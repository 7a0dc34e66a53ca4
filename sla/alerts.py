"""One round of the SLA check: every ring that is due becomes an alert and a line behind the bell.

Rounds may run at once, and may die at any moment. A clock is claimed with SKIP LOCKED, so that two
rounds never hold the same one; what it rang for is a unique row; and the clock's next moment is
written in the transaction of that row. What a round did not finish, the next one finds.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import Membership, Team
from servicedesk.outbox import sentences
from servicedesk.outbox.models import Notification
from sla.alert_mail import due_by_ticket
from sla.models import Alert, AlertMail, Clock
from sla.points import Ring, alert_of, next_ring, rings_of
from tickets.models import Ticket

BATCH = 500

sentences.register(
    {
        "sla_three_quarters_first_response": _(
            "Ticket #%(ticket)s: three quarters of the time for a first answer are used."
        ),
        "sla_soon_first_response": _("Ticket #%(ticket)s: 15 minutes left for a first answer."),
        "sla_due_first_response": _("Ticket #%(ticket)s: the first answer is too late."),
        "sla_three_quarters_next_response": _(
            "Ticket #%(ticket)s: three quarters of the time for an answer are used."
        ),
        "sla_soon_next_response": _("Ticket #%(ticket)s: 15 minutes left for an answer."),
        "sla_due_next_response": _("Ticket #%(ticket)s: the answer is too late."),
        "sla_three_quarters_resolution": _(
            "Ticket #%(ticket)s: three quarters of the time for a solution are used."
        ),
        "sla_soon_resolution": _("Ticket #%(ticket)s: 15 minutes left for a solution."),
        "sla_due_resolution": _("Ticket #%(ticket)s: the solution is too late."),
        "sla_three_quarters_assignment": _(
            "Ticket #%(ticket)s: three quarters of the time for assigning it are used."
        ),
        "sla_soon_assignment": _("Ticket #%(ticket)s: 15 minutes left for assigning it."),
        "sla_due_assignment": _("Ticket #%(ticket)s: still assigned to nobody, too late."),
    }
)

Leg = tuple[int, str, int]
Raised = Mapping[Leg, set[str]]


def check(*, now: dt.datetime | None = None) -> Iterator[Alert]:
    """Raises all that is due, the oldest first, and gives what this very round raised.

    A batch is committed before its alerts are given.
    """
    moment = now or timezone.now()
    while batch := _raise_batch(moment):
        yield from batch[1]


def _raise_batch(now: dt.datetime) -> tuple[int, list[Alert]] | None:
    """Claims some clocks and raises what they ring for; None when no clock is left to claim."""
    with transaction.atomic():
        due = Clock.objects.to_alert(now).select_for_update(skip_locked=True)
        clocks = list(due[:BATCH])
        if not clocks:
            return None
        raised = _raised(clocks)
        alerts = [
            alert_of(clock, ring, raised_at=now)
            for clock in clocks
            for ring in _to_raise(clock, raised, now)
        ]
        alerts.sort(key=lambda alert: alert.at)
        Alert.objects.bulk_create(alerts)
        _tell(alerts, now)
        _move_on(clocks, raised, alerts)
    return len(clocks), alerts


def _raised(clocks: Iterable[Clock]) -> Raised:
    raised: dict[Leg, set[str]] = defaultdict(set)
    alerts = Alert.objects.filter(promise__in={clock.ticket_id for clock in clocks}).order_by()
    for ticket, metric, leg, point in alerts.values_list("promise_id", "metric", "leg", "point"):
        raised[ticket, metric, leg].add(point)
    return raised


def _leg(row: Clock | Alert) -> Leg:
    ticket = row.promise_id if isinstance(row, Alert) else row.ticket_id
    return ticket, row.metric, row.leg


def _to_raise(clock: Clock, raised: Raised, now: dt.datetime) -> list[Ring]:
    known = raised[_leg(clock)]
    return [ring for ring in rings_of(clock) if ring.raised_from <= now and ring.point not in known]


def _move_on(clocks: Iterable[Clock], raised: Raised, alerts: Iterable[Alert]) -> None:
    """Each clock waits for its next ring; one that broke its promise says so from now on."""
    rung: dict[Leg, set[str]] = defaultdict(set)
    for alert in alerts:
        rung[_leg(alert)].add(alert.point)
    told = {}
    for clock in clocks:
        leg = _leg(clock)
        breached_at = clock.due_at if Alert.Point.DUE in rung[leg] else None
        told[clock.pk] = next_ring(clock, raised[leg] | rung[leg]), breached_at
    Clock.objects.wait_for(told)


def _tell(alerts: Iterable[Alert], now: dt.datetime) -> None:
    """A line for each leg that rang, with its gravest point, to all whom the ticket concerns."""
    gravest = {_leg(alert): alert for alert in sorted(alerts, key=lambda alert: alert.at)}
    hearing = hearers({ticket for ticket, _metric, _leg in gravest})
    _to_be_mailed(gravest.values(), hearing, now)
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user,
                key=f"sla-{alert.promise_id}-{alert.metric}-{alert.leg}-{alert.point}",
                kind=f"sla_{Alert.Point(alert.point).name.lower()}_{alert.metric}",
                ticket=alert.promise_id,
            )
            for alert in gravest.values()
            for user in hearing[alert.promise_id]
        ],
        ignore_conflicts=True,
    )


def _to_be_mailed(
    alerts: Iterable[Alert], hearing: Mapping[int, list[int]], now: dt.datetime
) -> None:
    due = due_by_ticket(hearing, now)
    AlertMail.objects.bulk_create(
        [
            AlertMail(alert=alert, user_id=user, due_at=due[alert.promise_id])
            for alert in alerts
            for user in hearing[alert.promise_id]
            if alert.promise_id in due
        ],
        ignore_conflicts=True,
    )


def hearers(tickets: Iterable[int]) -> dict[int, list[int]]:
    """The assignee and the team, with its lead, of each ticket; where there is none of them, the
    first line.
    """
    rows = Ticket.objects.filter(pk__in=tickets).values_list(
        "pk", "team_id", "assignee_id", "assignee__is_active"
    )
    members = _members({team for _ticket, team, _assignee, _is_active in rows})
    return {
        ticket: list(dict.fromkeys([*([assignee] if is_active else []), *members[team]]))
        or members[None]
        for ticket, team, assignee, is_active in rows
    }


def _members(teams: set[int | None]) -> dict[int | None, list[int]]:
    """Active members by team; those of the first line under None."""
    wanted = Q(team_id__in=teams) | Q(team__line=Team.Line.FIRST, team__is_active=True)
    members: dict[int | None, list[int]] = defaultdict(list)
    found = Membership.objects.filter(wanted, user__is_active=True).order_by("pk")
    for team, line, user in found.values_list("team_id", "team__line", "user_id"):
        members[team].append(user)
        if line == Team.Line.FIRST:
            members[None].append(user)
    return members
