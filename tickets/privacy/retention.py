"""Which tickets have been kept long enough, and the batches in which they are anonymised.

How far it came stands on the tickets themselves, so a round that was stopped goes on where it
was, and two rounds at once share the work. A row for each day tells people of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import F, Q
from django.utils import timezone

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from tickets.actions.anonymising import anonymise
from tickets.models import IncomingEmail, RetentionRule, RetentionRun, Ticket
from tickets.privacy.traces import forget_mail_in
from tickets.querysets import TicketQuerySet

BATCH = 200


@dataclass(frozen=True)
class Due:
    """What one rule says now: everything solved before `before` is due, and spam and tests from
    before then.
    """

    rule: RetentionRule
    before: dt.datetime
    tickets: TicketQuerySet


def due(now: dt.datetime | None = None) -> list[Due]:
    """Each rule with the tickets that are due by it; a ticket is due by its closest rule only."""
    return list(_by_rule(RetentionRule.objects.select_related("category"), now))


def newly_due(rules: Iterable[RetentionRule], *, but: Iterable[RetentionRule]) -> int:
    """How many tickets are due by these rules, saved or not, that are not by those."""
    taken = Ticket.objects.filter(_taken_by(rules))
    return taken.count() - taken.filter(_taken_by(but)).count()


def anonymise_due(
    *,
    by: User | None = None,
    limit: int | None = None,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """Anonymises what is due, each ticket in a transaction of its own; gives the count.

    What came in by mail and became no ticket goes with the rule for all tickets, uncounted.
    `tell` hears after each batch how many are done. `limit` leaves the rest for the next round.
    """
    run, done, noted = _run_of_today(), 0, 0
    for ticket in _all_due():
        if limit is not None and done >= limit:
            break
        done += anonymise(ticket, by=by, cause="retention")
        if done % BATCH == 0:
            noted = _note(run, done, noted)
            tell(done)
    _note(run, done, noted)
    tell(done)
    _forget_stray_mail()
    if done:
        record("retention_applied", by=by, tickets=done)
    return done


def _forget_stray_mail() -> None:
    """Ignored or thrown away; what waits in quarantine waits for a person."""
    rule = RetentionRule.objects.filter(organisation_kind="", category=None).first()
    if rule is None:
        return
    before = months_before(timezone.now(), rule.months)
    states = (IncomingEmail.State.DONE, IncomingEmail.State.DISCARDED)
    stray = IncomingEmail.objects.filter(ticket=None, received_at__lt=before, state__in=states)
    forget_mail_in(stray.exclude(raw="", from_email=""))


def _run_of_today() -> RetentionRun:
    run = RetentionRun.objects.filter(day=timezone.localdate()).first()
    if run is None:
        count = sum(one.tickets.count() for one in due())
        day = timezone.localdate()
        run, _made = RetentionRun.objects.get_or_create(day=day, defaults={"due": count})
    return run


def _note(run: RetentionRun, done: int, noted: int) -> int:
    """Adds what was done since the last note; two rounds at once add up."""
    progress = {"done": F("done") + done - noted, "heard_at": timezone.now()}
    RetentionRun.objects.filter(pk=run.pk).update(**progress)
    return done


def _all_due() -> Iterator[Ticket]:
    for one in due():
        last = 0
        while rows := list(one.tickets.filter(pk__gt=last).order_by("pk")[:BATCH]):
            yield from rows
            last = rows[-1].pk


def months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """The same day so many months earlier, at local midnight; the last day of a shorter month."""
    local = timezone.localtime(moment)
    month = local.year * 12 + local.month - 1 - months
    first = dt.date(month // 12, month % 12 + 1, 1)
    after = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    day = min(local.day, (after - first).days)
    return timezone.make_aware(dt.datetime.combine(first.replace(day=day), dt.time.min))


def _by_rule(rules: Iterable[RetentionRule], now: dt.datetime | None = None) -> Iterator[Due]:
    kept = Ticket.objects.filter(anonymised_at=None)
    closer = Q(pk__in=[])
    for rule in sorted(rules, key=_closeness):
        before = months_before(now or timezone.now(), rule.months)
        closed = Q(status=Ticket.Status.CLOSED, solved_at__lt=before)
        aside = Q(outside__in=Ticket.ASIDE, created_at__lt=before)  # nobody will solve it
        tickets = kept.filter(closed | aside, _meant_by(rule)).exclude(closer)
        yield Due(rule, before, tickets)
        closer |= _meant_by(rule)


def _taken_by(rules: Iterable[RetentionRule]) -> Q:
    """Of numbers: in one condition Django forgets who has no organisation, as a join is shared."""
    return reduce(
        or_, (Q(pk__in=one.tickets.values("pk")) for one in _by_rule(rules)), Q(pk__in=[])
    )


def _closeness(rule: RetentionRule) -> tuple[int, int]:
    """The closest first: kind and category, kind, category, all."""
    return (0 if rule.organisation_kind else 1, 0 if rule.category_id else 1)


def _meant_by(rule: RetentionRule) -> Q:
    meant = Q(pk__isnull=False)
    if rule.organisation_kind:
        meant &= Q(organisation__kind=rule.organisation_kind)
    if rule.category_id:
        meant &= Q(category=rule.category_id)
    return meant
