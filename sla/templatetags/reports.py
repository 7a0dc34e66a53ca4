"""Showing figures."""

from django import template
from django.utils.translation import gettext as _

from servicedesk.catalogue.models import Category
from servicedesk.lib.moments import month
from sla.reports.buckets import BUCKETS
from sla.reports.charts import sparks
from sla.reports.figures import FIGURES, NO_CATEGORY, Figure

register = template.Library()
register.filter("sparks", sparks)


@register.filter
def limits(figure: Figure) -> str:
    """What a figure is limited to, in words: month, service, category, class of time."""
    parts = [month(figure.scope.month.first_day)]
    if figure.scope.service:
        parts.append(figure.scope.service.label)
    if figure.category == NO_CATEGORY:
        parts.append(_("without category"))
    elif figure.category:
        found = Category.objects.filter(slug=figure.category).first()
        parts.append(found.label if found else figure.category)
    if figure.bucket is not None:
        parts.append(str(BUCKETS[FIGURES[figure.name].metric][figure.bucket].label))
    return " · ".join(parts)
