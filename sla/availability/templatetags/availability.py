"""States of services and stages of outages as chips: `{% load availability %}`."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from servicedesk.catalogue.models import Service
from servicedesk.lib.templatetags.ui import chip
from sla.availability.models import Outage
from sla.availability.table import lines
from sla.availability.wording import STAGES, STATES
from sla.reports.months import Month

register = template.Library()


@register.simple_tag
def state_chip(state: str) -> SafeString:
    """`{% state_chip "down" %}`: works, degraded, down, maintenance, no_data."""
    pill = STATES[str(state)]
    return chip(pill.tone, pill.icon, pill.label)


@register.simple_tag
def stage_chip(stage: str) -> SafeString:
    """`{% stage_chip outage.stage %}`: how far the desk is with it."""
    tone, icon_name = STAGES[str(stage)]
    return chip(tone, icon_name, Outage.Stage(stage).label)


@register.inclusion_tag("availability/_table_rows.html")
def availability_rows(months: list[Month], service: Service | None) -> dict[str, object]:
    """`{% availability_rows dashboard.months scope.service %}`: lines of the SLA table.

    A constant number of queries, whatever the number of months.
    """
    return {"lines": lines(months, service)}
