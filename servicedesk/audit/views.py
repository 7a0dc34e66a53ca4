"""The audit trail for administrators, as a page and as CSV."""

from collections.abc import Iterator, Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.audit.forms import AuditFilter
from servicedesk.audit.models import AuditEntry
from servicedesk.audit.querysets import AuditEntryQuerySet, is_administrator
from servicedesk.audit.reading import batches, lines
from servicedesk.audit.recording import record
from servicedesk.lib.csv_export import csv_response
from servicedesk.lib.pagination import Keyset

NEWEST_FIRST = Keyset(["-id"])
BATCH = 500


@login_required
@require_safe
def entry_list(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What was done to the desk, newest first; `?format=csv` for all that was found."""
    if not is_administrator(request.user):
        raise Http404
    form = AuditFilter(request.GET or None)
    entries = AuditEntry.objects.visible_to(request.user).select_related("actor")
    if form.is_bound:
        entries = form.narrowed(entries)
    if request.GET.get("format") == "csv" and request.method == "GET":
        record("exported", by=request.user, what="audit", rows=entries.count())
        return csv_response(f"audit-{timezone.localdate()}.csv", _rows(entries))
    page = NEWEST_FIRST.page(
        entries, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=50
    )
    return render(
        request, "audit/entry_list.html", {"form": form, "page": page, "lines": lines(page.rows)}
    )


def _rows(entries: AuditEntryQuerySet) -> Iterator[Sequence[object]]:
    yield [_("Moment"), _("By"), _("Action"), _("About"), _("Name"), _("Details")]
    for batch in batches(entries.order_by("-pk").iterator(BATCH), BATCH):
        for line in lines(batch):
            entry = line.entry
            at = timezone.localtime(entry.at).isoformat(timespec="seconds")
            by = str(entry.actor or "")
            yield [at, by, line.label, line.kind, line.name, line.details]
