"""States of services and stages of outages as chips: `{% load availability %}`."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from servicedesk.lib.templatetags.ui import chip, icon
from servicedesk.lib.translated import in_readers_language
from sla.availability.models import Outage
from sla.availability.status import serving
from sla.availability.status.facts import ServiceFact
from sla.availability.table import published_lines
from sla.availability.wording import STAGES, STATES, failure_words
from sla.reports.months import Month

register = template.Library()

#: More than this at once is a bad day: the status page has them all.
MOST_KNOWN = 3


@register.simple_tag
def state_chip(state: str) -> SafeString:
    """`{% state_chip "down" %}`: works, degraded, down, maintenance, no_data."""
    pill = STATES[str(state)]
    return chip(pill.tone, pill.icon, pill.label)


@register.simple_tag
def in_dutch(english: str) -> SafeString:
    """`<h2{% in_dutch outage.title_en %}>`: says the language of words that nobody wrote in
    English, on a page in English, so that they are read aloud as what they are.
    """
    reads_english = bool(in_readers_language("", "yes"))
    return SafeString(' lang="nl"' if reads_english and not english else "")


@register.simple_tag
def stage_chip(stage: str) -> SafeString:
    """`{% stage_chip outage.stage %}`: how far the desk is with it."""
    tone, icon_name = STAGES[str(stage)]
    return chip(tone, icon_name, Outage.Stage(stage).label)


@register.simple_tag
def state_icon(state: str) -> SafeString:
    """`{% state_icon "down" %}`: the sign of a state, in its colour."""
    pill = STATES[str(state)]
    return icon(pill.icon, f"t-{pill.tone}" if pill.tone != "line" else "faint")


@register.filter
def stage_word(stage: str) -> str:
    """How far the desk is with it, as a word."""
    return str(Outage.Stage(stage).label)


register.filter("failure_words", failure_words)


@register.simple_tag
def known_outages(user: User) -> list[Outage]:
    """`{% known_outages user as outages %}`: what is going on, for `_known.html`. One query."""
    return list(Outage.objects.open().visible_to(user).for_reader(user)[:MOST_KNOWN])


@register.simple_tag
def services_now() -> list[ServiceFact]:
    """`{% services_now as services %}`: how each service of the status page is. None while
    nothing recent is known: what is not known is never shown as working."""
    snapshot = serving.current()
    return [] if snapshot is None or serving.is_stale(snapshot) else snapshot.services


@register.inclusion_tag("availability/_table_rows.html")
def availability_rows(months: list[Month], service: Service | None) -> dict[str, object]:
    """`{% availability_rows dashboard.months scope.service %}`: lines of the SLA table.

    A constant number of queries, whatever the number of months.
    """
    return {"lines": published_lines(months, service)}
