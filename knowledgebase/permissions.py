"""Who may do what with articles. Predicates only."""

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_work_at_desk


def may_write_articles(user: User) -> bool:
    """Write, change, publish and withdraw articles; see drafts and revisions."""
    return may_work_at_desk(user)
