"""Who may do what with alarms and the roster. Predicates only."""

from __future__ import annotations

from servicedesk.accounts.models import User


def may_see_alarms(user: User) -> bool:
    """Alarms, the roster, own channels: the desk's side."""
    return user.is_active and user.is_agent


def may_take(user: User) -> bool:
    """Say “I take this”."""
    return may_see_alarms(user)


def may_plan(user: User) -> bool:
    """Change the roster."""
    return user.is_active and user.is_manager


def may_change_plan(user: User) -> bool:
    """Hours, phone number and waiting time of the on-call plan."""
    return user.is_active and user.is_administrator


def may_report_site_down(user: User) -> bool:
    """Whoever may ask may report."""
    return user.is_active
