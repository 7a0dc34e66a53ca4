"""What a policy promises, in one sentence; and why it is, or is not, the one of a ticket."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from servicedesk.accounts.models import Organisation
from servicedesk.catalogue.models import Category, Service
from servicedesk.lib.moments import long_duration
from sla.calendar_pictures import week_in_words
from sla.clocks import foresee
from sla.legs import Metric
from sla.models import Clock, Policy, PolicyVersion, TicketPromise
from sla.policies import PolicyBook, Terms
from tickets.models import Ticket, TicketEvent

#: In the order of a ticket's life.
TOLD = (Metric.ASSIGNMENT, Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION)
WITHIN: dict[Metric, Promise] = {
    Metric.ASSIGNMENT: gettext_lazy("is assigned within %(time)s"),
    Metric.FIRST_RESPONSE: gettext_lazy("gets a first answer within %(time)s"),
    Metric.NEXT_RESPONSE: gettext_lazy("gets each next answer within %(time)s"),
    Metric.RESOLUTION: gettext_lazy("is solved within %(time)s"),
}
NAMES: dict[str, Promise] = {
    "service": gettext_lazy("service"),
    "category": gettext_lazy("category"),
    "priority": gettext_lazy("priority"),
    "organisation": gettext_lazy("organisation"),
    "channel": gettext_lazy("channel"),
}


def sentence(version: PolicyVersion, hours_in_words: str = "") -> str:
    """The whole promise in one sentence, such as “Every ticket gets a first answer within 4 hours
    and is solved within 8 hours, in Kantooruren (ma–vr 9–17 u.).”
    """
    words = {
        "whose": whose(version),
        "what": listed([_within(version, metric) for metric in TOLD if _minutes(version, metric)]),
        "calendar": str(version.calendar),
        "hours": f" ({hours_in_words})" if hours_in_words else "",
    }
    if not words["what"]:
        return _("To %(whose)s nothing is promised.") % {"whose": words["whose"]}
    text = _("%(whose)s %(what)s, counted in %(calendar)s%(hours)s.") % words
    return text[0].upper() + text[1:]


def exceptions(version: PolicyVersion) -> list[str]:
    """What the sentence leaves out: other targets by priority, and when the clock waits."""
    told = []
    for priority in Ticket.Priority:
        targets = version.by_priority.get(priority.value, {})
        changed = [
            _within_minutes(metric, targets[metric]) for metric in TOLD if targets.get(metric)
        ]
        changed += [
            _("has no target for %(what)s")
            % {"what": str(Clock(metric=metric).get_metric_display()).lower()}
            for metric in TOLD
            if metric in targets and targets[metric] is None
        ]
        if changed:
            words = {"priority": priority.label, "what": listed(changed)}
            told.append(_("With priority %(priority)s it %(what)s.") % words)
    told.append(
        _("The clock of the solution stands still while we wait for the requester or a supplier.")
        if version.pause_on_hold
        else _("The clock of the solution stands still while we wait for the requester only.")
    )
    return [*told, *_waiting(version), _closing(version)]


def _waiting(version: PolicyVersion) -> list[str]:
    """What happens by itself while the requester does not answer; nothing when nothing does."""
    reminders = [str(days) for days in (version.remind_after, version.remind_again_after) if days]
    parts = []
    if reminders:
        parts.append(_("a reminder after %(days)s") % {"days": listed(reminders)})
    if version.solve_after:
        parts.append(_("solved after %(days)s") % {"days": version.solve_after})
    if not parts:
        return []
    text = _("Without an answer of the requester: %(what)s business days.") % {
        "what": listed(parts)
    }
    return [text]


def _closing(version: PolicyVersion) -> str:
    return ngettext(
        "Once solved it can be reopened for %(days)s day; then it closes.",
        "Once solved it can be reopened for %(days)s days; then it closes.",
        version.close_after,
    ) % {"days": version.close_after}


def whose(version: PolicyVersion) -> str:
    """For which tickets: “every ticket”, “a ticket about Websites by phone”."""
    parts = []
    if version.service:
        parts.append(_("about %(service)s") % {"service": version.service.label})
    if version.category:
        parts.append(_("of category %(category)s") % {"category": version.category.label})
    if version.organisation:
        parts.append(_("of %(organisation)s") % {"organisation": version.organisation})
    if version.priority:
        words = {"priority": version.get_priority_display().lower()}
        parts.append(_("with priority %(priority)s") % words)
    if version.channel:
        words = {"channel": version.get_channel_display().lower()}
        parts.append(_("by way of %(channel)s") % words)
    return " ".join([_("a ticket"), *parts]) if parts else _("every ticket")


def listed(parts: Iterable[str]) -> str:
    """Parts as people say them one after the other: “a, b and c”."""
    *first, last = list(parts) or [""]
    return _(" and ").join([", ".join(first), last]) if first else last


def _within(version: PolicyVersion, metric: Metric) -> str:
    return _within_minutes(metric, _minutes(version, metric) or 0)


def _within_minutes(metric: Metric, minutes: int) -> str:
    return str(WITHIN[metric]) % {"time": long_duration(minutes * 60)}


def _minutes(version: PolicyVersion, metric: Metric) -> int | None:
    minutes: int | None = getattr(version, metric.value)
    return minutes


# --- a policy beside a ticket -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of asking one policy: it matches, it does not because of `why`, or it was not
    asked since an earlier one matched.
    """

    policy: Policy
    state: str
    why: str = ""


@dataclass(frozen=True)
class Trial:
    """A ticket against all policies: which one matches now, and what the clocks would say."""

    ticket: Ticket
    verdicts: list[Verdict]
    terms: Terms | None
    clocks: list[Clock]
    held: TicketPromise | None

    @property
    def is_held(self) -> bool:
        """The ticket rests on the very versions that would be promised now."""
        if self.held is None or self.terms is None:
            return False
        mine = self.held.policy_version_id, self.held.calendar_version_id
        return mine == (self.terms.policy_version.pk, self.terms.calendar_version.pk)


def try_on(ticket: Ticket, *, now: dt.datetime, draft: PolicyVersion | None = None) -> Trial:
    """What the policies of today would promise to this ticket, with a version that is not stored
    yet as if it were. A constant number of queries.
    """
    entry = TicketEvent.objects.filter(ticket=ticket, kind="opened").order_by("pk").first()
    opened: dict[str, Any] = entry.data if entry else {}
    book = PolicyBook.load()
    if draft:
        book = book.with_draft(draft)
    verdicts, terms = _verdicts(book, opened, now)
    held = TicketPromise.objects.filter(ticket=ticket).select_related("policy_version__policy")
    clocks = foresee({ticket.pk: terms}, now=now).get(ticket.pk, [])
    return Trial(
        ticket, verdicts, terms, [clock for clock in clocks if clock.leg == 1], held.first()
    )


def _verdicts(
    book: PolicyBook, opened: dict[str, Any], now: dt.datetime
) -> tuple[list[Verdict], Terms | None]:
    names = _Names(opened)
    verdicts: list[Verdict] = []
    terms: Terms | None = None
    for policy in book.policies:
        version = book.version_at(policy, now)
        if terms:
            verdicts.append(Verdict(policy, "not asked", _("an earlier one matches")))
        elif version is None:
            verdicts.append(Verdict(policy, "missed", _("promises nothing yet")))
        elif missed := book.misses(version, opened):
            why = listed(names.why(version, name) for name in missed)
            verdicts.append(Verdict(policy, "missed", why))
        else:
            terms = book.terms_of(version, now)
            verdicts.append(Verdict(policy, "matches"))
    return verdicts, terms


class _Names:
    """What a ticket has for each condition, in words; asked from the database once."""

    def __init__(self, opened: dict[str, Any]) -> None:
        self.opened = opened
        self.rows: dict[tuple[type, int], str] = {}

    def why(self, version: PolicyVersion, condition: str) -> str:
        words = {
            "condition": NAMES[condition],
            "is": self._name(condition, self.opened.get(condition)),
            "wanted": self._name(condition, version.wants(condition)),
        }
        return _("%(condition)s is %(is)s, not %(wanted)s") % words

    def _name(self, condition: str, value: Any) -> str:
        if not value:
            return pgettext("condition", "none")
        if condition == "priority":
            return str(Ticket.Priority(value).label).lower()
        if condition == "channel":
            return str(Ticket.Channel(value).label).lower()
        model = {"service": Service, "category": Category, "organisation": Organisation}[condition]
        if (model, value) not in self.rows:
            row = model._default_manager.filter(pk=value).first()
            self.rows[model, value] = str(getattr(row, "label", row)) if row else f"#{value}"
        return self.rows[model, value]


def hours_words(book: PolicyBook, version: PolicyVersion, at: dt.datetime) -> str:
    """The week of the calendar of a version, in words; an empty text where there is none."""
    terms = book.terms_of(version, at)
    return week_in_words(terms.calendar_version.business_hours) if terms else ""
