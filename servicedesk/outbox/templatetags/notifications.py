"""The number on the bell: `{% unread_notifications user as unread %}`."""

from typing import Any

from django import template

register = template.Library()

#: The bell shows 99+ from here, so counting further would only cost time.
ENOUGH = 100


@register.simple_tag
def unread_notifications(user: Any) -> int:
    """How many lines behind the bell this person has not read. One query."""
    if not getattr(user, "is_authenticated", False):
        return 0
    return user.notifications.filter(read_at__isnull=True)[:ENOUGH].count()
