"""Who may do what with contracts. Predicates only."""

from __future__ import annotations

from servicedesk.accounts.models import User


def may_see_suppliers(user: User) -> bool:
    """Suppliers, what they promised about tickets, and which tickets they have: the desk's side."""
    return user.is_active and user.is_agent


def may_see_contracts(user: User) -> bool:
    """Fees, attainment, compensations and documents."""
    return user.is_active and user.is_manager


def may_change_contracts(user: User) -> bool:
    """Make and change contracts, add and remove documents, move compensations."""
    return may_see_contracts(user)
