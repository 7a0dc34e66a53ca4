"""What came in while the desk was closed: `{% load nights %}`."""

from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.utils import timezone

from sla.nights import Group, by_night, last_night
from sla.templatetags.sla import hours_here
from tickets.models import Ticket

register = template.Library()


@register.simple_tag(name="by_night", takes_context=True)
def by_night_tag(
    context: Context, tickets: Iterable[Ticket], split: bool = True, whole: bool = True
) -> list[Group]:
    """`{% by_night page.rows as groups %}`: the tickets of last night apart from the others.

    One group without a title when there are none, or when `split` is false. Groups say how many
    they are when this is the `whole` list.
    """
    hours = hours_here(context) if split else None
    now = timezone.now()
    night = last_night(hours, now=now) if hours else None
    return by_night(tickets, night, now=now, whole=whole)
