"""Who may do what with outages, maintenance and monitors. Predicates only."""

from __future__ import annotations

from servicedesk.accounts.models import User
from sla.availability.models import MaintenanceWindow, Outage


def may_report_outage(user: User) -> bool:
    """Open, update and end outages, announce maintenance: the desk's side."""
    return user.is_active and user.is_agent


def may_correct_outage(user: User) -> bool:
    """Change what counts afterwards: times, severity, planned or not; confirm; withdraw."""
    return user.is_active and user.is_manager


def may_join_outage(user: User, outage: Outage) -> bool:
    """Be told of every update. The outage was found by `visible_to` already."""
    return user.is_active and outage.is_open


def may_change_maintenance(user: User, window: MaintenanceWindow) -> bool:
    """Agents until it begins; afterwards it changes figures, so managers only."""
    return may_correct_outage(user) or (may_report_outage(user) and not window.has_begun)


def may_manage_monitors(user: User) -> bool:
    """Monitors, rules for monitoring mail and targets."""
    return user.is_active and user.is_administrator
