"""Another promise for one ticket, by hand and with a reason; and all that was decided by hand:
priorities and promises.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from sla.clocks import repromise
from sla.models import Policy, TicketPromise
from sla.policies import PolicyBook, Terms
from tickets import history, names
from tickets.actions.locking import guard, lock, save
from tickets.events import changed, record_event, verb
from tickets.exceptions import TicketError
from tickets.models import Ticket, TicketEvent
from tickets.names import Names
from tickets.permissions import may_work

#: What somebody decided against what data and policies proposed.
OVERRIDES = ("priority_changed", "policy_changed")
LONGEST_REASON = 300


@verb
def override_policy(ticket: Ticket, policy: Policy, *, by: User, reason: str) -> Ticket:
    """Gives the ticket the promise of `policy`, as it was at its creation, from the beginning of
    each clock. The same policy again changes nothing. Raises TicketError.
    """
    guard(may_work(by))
    ticket = lock(ticket)
    guard(ticket.status != Ticket.Status.CLOSED, _("This ticket is closed."))
    guard(not ticket.outside, _("This ticket counts in no figure: nothing is promised for it."))
    old = policy_of(ticket)
    if old and old.pk == policy.pk:
        return ticket
    guard(bool(reason.strip()), _("Say why: another promise needs a reason."))
    repromise({ticket.pk: _terms(policy, ticket)})
    record_event(
        ticket,
        "policy_changed",
        by=by,
        reason=reason.strip()[:LONGEST_REASON],
        **changed(old.pk if old else None, policy.pk),
    )
    save(ticket)
    return ticket


def policy_of(ticket: Ticket) -> Policy | None:
    """The policy whose promise the ticket has; None when nothing is promised. One query."""
    promises = TicketPromise.objects.select_related("policy_version__policy")
    promise = promises.filter(ticket=ticket).first()
    version = promise.policy_version if promise else None
    return version.policy if version else None


def overrides(*, start: dt.datetime, end: dt.datetime) -> QuerySet[TicketEvent]:
    """What was decided by hand in [start, end)."""
    return TicketEvent.objects.filter(kind__in=OVERRIDES, at__gte=start, at__lt=end)


@dataclass(frozen=True)
class Counts:
    """How often each was decided by hand, and by whom how often, the most first."""

    priorities: int
    policies: int
    by_agent: list[tuple[str, int]]

    @property
    def whole(self) -> int:
        return self.priorities + self.policies


def counted(events: QuerySet[TicketEvent]) -> Counts:
    """One query, and one for the names."""
    rows = list(events.order_by().values_list("kind", "actor"))
    kinds = Counter(kind for kind, _actor in rows)
    actors = Counter(actor for _kind, actor in rows if actor)
    people = User.objects.in_bulk(list(actors))
    by_agent = [(str(people[actor]), count) for actor, count in actors.most_common()]
    return Counts(kinds["priority_changed"], kinds["policy_changed"], by_agent)


def _terms(policy: Policy, ticket: Ticket) -> Terms:
    """In the versions of the ticket's creation; of a younger policy in its first version."""
    book = PolicyBook.load()
    version = book.version_at(policy, ticket.created_at) or next(
        iter(book.policy_versions.get(policy.pk, [])), None
    )
    terms = book.terms_of(version, ticket.created_at) if version else None
    if terms is None:
        raise TicketError(_("This policy promises nothing yet."))
    return terms


def _told(event: TicketEvent, known: Names) -> str:
    words = {
        "actor": known.get(User, event.actor_id),
        "from": known.get(Policy, event.data["from"]),
        "to": known.get(Policy, event.data["to"]),
        "reason": event.data["reason"],
    }
    return _("%(actor)s changed the SLA policy from %(from)s to %(to)s: “%(reason)s”") % words


history.SENTENCES["policy_changed"] = (_told, "clock-history")
names.REFERENCES["policy_changed"] = {"from": Policy, "to": Policy}
