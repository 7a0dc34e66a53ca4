"""Showing articles."""

from django import template

from servicedesk.lib.search import marked

register = template.Library()
register.filter("marked", marked)

WORDS_A_MINUTE = 180


@register.filter
def reading_minutes(body: str) -> int:
    """How long reading takes, in whole minutes, at least one."""
    return max(1, round(len(body.split()) / WORDS_A_MINUTE))


@register.filter
def share_percent(share: float | None) -> str:
    """A share of 0–1 as whole percent for a sentence, '–' when there is none."""
    return "–" if share is None else f"{share * 100:.0f} %"
