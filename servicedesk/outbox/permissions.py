"""Who may do what with outgoing mail. Predicates only; people are known by their role alone."""

from typing import Any

from servicedesk.outbox.models import OutgoingEmail


def may_see_outbox(user: Any) -> bool:
    """All that leaves the desk, but links for one reader only: administrators."""
    return user.is_authenticated and user.is_active and user.is_administrator


def may_try_again(user: Any, email: OutgoingEmail) -> bool:
    """Mail about a ticket: whoever works at the desk, for they see every ticket.

    Not when its text is no longer kept: there is nothing to send.
    """
    works_here = user.is_authenticated and user.is_active and user.is_agent
    theirs = works_here and (email.ticket is not None or may_see_outbox(user))
    return theirs and bool(email.body_text)
