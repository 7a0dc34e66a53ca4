"""Whether the desk is held, on every page of the people who work there."""

from django import template

from servicedesk.outbox.holding import current_hold
from servicedesk.outbox.models import SendingHold

register = template.Library()


@register.simple_tag
def sending_hold() -> SendingHold | None:
    """`{% sending_hold as hold %}`: since when nothing leaves the desk, if so. One query."""
    return current_hold()
