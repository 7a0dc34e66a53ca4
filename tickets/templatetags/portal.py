"""A ticket in the words of who asked: `{% load portal %}`."""

from django import template

from tickets.models import Ticket
from tickets.standing import Promised, in_a_row

register = template.Library()


@register.simple_tag
def next_words(ticket: Ticket, promised: Promised | None = None) -> str:
    """`{% next_words ticket promised %}`: what happens next with it, in one short sentence."""
    return in_a_row(ticket, promised)
