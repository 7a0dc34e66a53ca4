"""Verbs on the rules of retention. `by` is the administrator who does it."""

from __future__ import annotations

from django.db import transaction

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_administer
from servicedesk.audit.recording import record
from tickets.actions.locking import guard
from tickets.models import RetentionRule


@transaction.atomic
def set_rule(rule: RetentionRule, *, by: User) -> RetentionRule:
    """Keeps a rule, new or changed; the night after it begins to count."""
    guard(may_administer(by))
    rule.save()
    record("retention_rule_set", by=by, about=rule, **_told(rule))
    return rule


@transaction.atomic
def remove_rule(rule: RetentionRule, *, by: User) -> None:
    """Without it the next closest rule counts, or nothing is taken away."""
    guard(may_administer(by))
    record("retention_rule_removed", by=by, about=rule, **_told(rule))
    rule.delete()


def _told(rule: RetentionRule) -> dict[str, object]:
    category = rule.category.slug if rule.category else ""
    return {"kind": rule.organisation_kind, "category": category, "months": rule.months}
