"""Verbs on the rules of retention. `by` is the administrator who does it.

What a rule takes is gone for good: `agreed` is the count of tickets that the administrator was
shown and agreed to. Both verbs raise MoreIsTaken, and change nothing, when more would be due.
"""

from __future__ import annotations

from django.db import transaction

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_administer
from servicedesk.audit.recording import record
from tickets.actions.locking import guard
from tickets.exceptions import MoreIsTaken
from tickets.models import RetentionRule
from tickets.privacy.retention import newly_due


@transaction.atomic
def set_rule(rule: RetentionRule, *, by: User, agreed: int = 0) -> RetentionRule:
    """Keeps a rule, new or changed; the night after it begins to count."""
    guard(may_administer(by))
    _ask(rule, [rule], agreed)
    rule.save()
    record("retention_rule_set", by=by, about=rule, **_told(rule))
    return rule


@transaction.atomic
def remove_rule(rule: RetentionRule, *, by: User, agreed: int = 0) -> None:
    """Without it the next closest rule counts, which may take more; or nothing is taken away."""
    guard(may_administer(by))
    _ask(rule, [], agreed)
    record("retention_rule_removed", by=by, about=rule, **_told(rule))
    rule.delete()


def _ask(rule: RetentionRule, becomes: list[RetentionRule], agreed: int) -> None:
    now = list(RetentionRule.objects.all())
    then = [one for one in now if one.pk != rule.pk] + becomes
    if (more := newly_due(then, but=now)) > agreed:
        raise MoreIsTaken(more)


def _told(rule: RetentionRule) -> dict[str, object]:
    category = rule.category.slug if rule.category else ""
    return {"kind": rule.organisation_kind, "category": category, "months": rule.months}
