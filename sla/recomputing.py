"""Giving tickets other versions than those of their creation: previewed, then done with a reason.

    ask ── preview, batch by batch ──> decide: apply ── batch by batch ──> done
                                            or discard

Nothing changes until a person applies it. Each batch is one transaction that also notes how far it
came: whatever dies, the next round goes on after the last whole batch, and no ticket is done twice.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.clocks import foresee, repromise
from sla.exceptions import PromiseError
from sla.models import Clock, Recompute, RecomputedTicket, TicketPromise
from sla.policies import PolicyBook, Terms
from tickets.models import Ticket, TicketEvent
from tickets.querysets import TicketQuerySet

#: So few that whoever writes on one of them does not wait noticeably.
BATCH = 150

Versions = tuple[int | None, int | None]


#: What an outcome is told from.
OUTCOME_FIELDS = ("ticket_id", "metric", "leg", "state", "due_at", "breached_at")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a clock says: running or paused with its due moment, kept, or broken since then."""

    state: str
    at: dt.datetime | None

    @classmethod
    def of(cls, clock: Clock) -> "Outcome":
        if clock.breached_at:
            return cls("broken", clock.breached_at)
        if clock.state == Clock.State.STOPPED:
            return cls("kept", None)
        return cls(clock.state, clock.due_at)

    def as_json(self) -> dict[str, Any]:
        return {"state": self.state, "at": self.at.isoformat() if self.at else None}


@dataclass(frozen=True, slots=True)
class Change:
    """One clock whose result is another; None: there was, or will be, no such clock."""

    metric: str
    leg: int
    before: Outcome | None
    after: Outcome | None

    def as_json(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "leg": self.leg,
            "before": self.before.as_json() if self.before else None,
            "after": self.after.as_json() if self.after else None,
        }


def ask(*, by: User, rules: str = Recompute.Rules.NOW, since: dt.date | None = None) -> Recompute:
    """Asks for a preview; a worker, or `walk`, makes it. Changes no ticket.

    Without `since` it is about all unsolved tickets.
    """
    recompute = Recompute(asked_by=by, rules=rules, since=since)
    recompute.total = tickets_of(recompute).count()
    recompute.save()
    return recompute


def apply(recompute: Recompute, *, by: User, reason: str) -> Recompute:
    """Decides to do what was previewed. Raises PromiseError without a reason, and when it was
    decided already or another one is being carried out.
    """
    reason = reason.strip()
    if not reason:
        raise PromiseError(_("Say why: it stays beside every ticket that changes."))
    with transaction.atomic():
        decided = _to_decide(recompute)
        if Recompute.objects.filter(state=Recompute.State.APPLYING).exists():
            raise PromiseError(_("Another recompute is being carried out. Wait until it is done."))
        decided.tickets.all().delete()
        decided.state, decided.decided_by, decided.reason = Recompute.State.APPLYING, by, reason
        decided.decided_at = timezone.now()
        decided.total = tickets_of(decided).count()
        decided.looked_at = decided.last_ticket = decided.moved = 0
        decided.save()
        record("recompute_applied", by=by, about=decided, tickets=decided.total)
    return decided


def discard(recompute: Recompute, *, by: User) -> Recompute:
    """Decides not to do it. Raises PromiseError when it was decided already."""
    with transaction.atomic():
        decided = _to_decide(recompute)
        decided.state, decided.decided_by = Recompute.State.DISCARDED, by
        decided.decided_at = decided.finished_at = timezone.now()
        decided.save()
    return decided


def walk(recompute_id: int, *, now: dt.datetime | None = None) -> bool:
    """Looks at, or recomputes, the next batch; False when there is none left, or another worker
    holds it.
    """
    with transaction.atomic():
        working = Recompute.objects.select_for_update(skip_locked=True).filter(
            pk=recompute_id, state__in=[Recompute.State.PREVIEWING, Recompute.State.APPLYING]
        )
        recompute = working.first()
        if recompute is None:
            return False
        applying = recompute.state == Recompute.State.APPLYING
        batch = _next_batch(recompute, locked=applying)
        if not batch:
            _finish(recompute)
            return False
        _take(recompute, batch, applying=applying, now=now)
    return True


def tickets_of(recompute: Recompute) -> TicketQuerySet:
    """The tickets it is about: not those that got their promise by hand."""
    by_hand = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind="policy_changed")
    tickets: TicketQuerySet = Ticket.objects.filter(~Exists(by_hand))
    if recompute.since is None:
        return tickets.unsolved()
    since = timezone.make_aware(dt.datetime.combine(recompute.since, dt.time.min))
    return tickets.filter(created_at__gte=since)


def _to_decide(recompute: Recompute) -> Recompute:
    row = Recompute.objects.select_for_update().get(pk=recompute.pk)
    if row.state != Recompute.State.PREVIEWED:
        raise PromiseError(_("This was decided already, or its preview is not ready."))
    return row


def _next_batch(recompute: Recompute, *, locked: bool) -> list[int]:
    tickets = tickets_of(recompute).filter(pk__gt=recompute.last_ticket).order_by("pk")
    if locked:
        tickets = tickets.select_for_update(of=("self",))
    return list(tickets.values_list("pk", flat=True)[:BATCH])


def _finish(recompute: Recompute) -> None:
    applied = recompute.state == Recompute.State.APPLYING
    recompute.state = Recompute.State.DONE if applied else Recompute.State.PREVIEWED
    recompute.finished_at = timezone.now() if applied else None
    recompute.save(update_fields=["state", "finished_at"])


def _take(
    recompute: Recompute, batch: Sequence[int], *, applying: bool, now: dt.datetime | None
) -> None:
    held = _held(batch)
    terms = {
        ticket: found
        for ticket, found in _terms(recompute, batch).items()
        if ticket in held and held[ticket] != _versions(found)
    }
    before = _outcomes(Clock.objects.filter(ticket__in=terms).only(*OUTCOME_FIELDS))
    clocks = (repromise if applying else foresee)(terms, now=now)
    after = _outcomes(clock for row in clocks.values() for clock in row)
    rows = [
        RecomputedTicket(
            recompute=recompute,
            ticket_id=ticket,
            before=held[ticket],
            after=_versions(found),
            changes=[change.as_json() for change in changes],
        )
        for ticket, found in terms.items()
        if (changes := _changes(before[ticket], after[ticket])) or applying
    ]
    RecomputedTicket.objects.bulk_create(rows)
    recompute.last_ticket = batch[-1]
    recompute.looked_at += len(batch)
    recompute.moved += len(terms)
    recompute.save(update_fields=["last_ticket", "looked_at", "moved"])


def _held(batch: Iterable[int]) -> dict[int, Versions]:
    rows = TicketPromise.objects.filter(ticket__in=batch)
    return {
        ticket: (policy, calendar)
        for ticket, policy, calendar in rows.values_list(
            "ticket", "policy_version", "calendar_version"
        )
    }


def _terms(recompute: Recompute, batch: Iterable[int]) -> dict[int, Terms | None]:
    """What the rules of this recompute promise to each of these tickets."""
    book = PolicyBook.load()
    today = recompute.rules == Recompute.Rules.NOW
    opened = TicketEvent.objects.filter(ticket__in=batch, kind="opened").order_by("-pk")
    return {
        ticket: book.terms_for(data, recompute.asked_at if today else at)
        for ticket, data, at in opened.values_list("ticket", "data", "at")
    }


def _versions(terms: Terms | None) -> Versions:
    return (terms.policy_version.pk, terms.calendar_version.pk) if terms else (None, None)


Outcomes = Mapping[tuple[str, int], Outcome]


def _outcomes(clocks: Iterable[Clock]) -> dict[int, dict[tuple[str, int], Outcome]]:
    outcomes: dict[int, dict[tuple[str, int], Outcome]] = defaultdict(dict)
    for clock in clocks:
        outcomes[clock.ticket_id][clock.metric, clock.leg] = Outcome.of(clock)
    return outcomes


def _changes(before: Outcomes, after: Outcomes) -> list[Change]:
    return [
        Change(metric, leg, before.get((metric, leg)), after.get((metric, leg)))
        for metric, leg in sorted({*before, *after})
        if before.get((metric, leg)) != after.get((metric, leg))
    ]
