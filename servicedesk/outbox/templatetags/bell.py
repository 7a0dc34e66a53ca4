"""The lines behind the bell, and the HTML of a mail inside a page."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from servicedesk.lib.html import sanitise
from servicedesk.outbox.sentences import sentence

register = template.Library()
register.filter("sentence", sentence)


@register.filter
def harmless(html: str) -> SafeString:
    """The HTML of a mail as it may be shown inside a page."""
    return mark_safe(sanitise(html))  # noqa: S308 (the sanitiser made it so)
