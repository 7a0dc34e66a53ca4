"""The dashboard of managers, the tickets behind each figure, and both as CSV."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from servicedesk.accounts.permissions import may_read_reports
from servicedesk.accounts.requests import DeskRequest
from servicedesk.audit.recording import record
from servicedesk.catalogue.models import Service
from servicedesk.lib.csv_export import csv_response
from servicedesk.lib.pagination import Keyset
from servicedesk.lib.replica import reads_replica
from sla.availability.table import csv_rows
from sla.reports.charts import bar_chart, count_chart, percent_chart
from sla.reports.dashboard import Dashboard
from sla.reports.figures import Figure, Scope
from sla.reports.months import Month
from tickets.models import Rating, Ticket

NEWEST_FIRST = Keyset(["-id"])
MONTHS_TO_CHOOSE = 26


@login_required
@require_safe
@reads_replica
def report_dashboard(request: DeskRequest) -> HttpResponse:
    """One month beside the twelve before it; every number links to its tickets."""
    scope = _scope(request)
    dashboard = Dashboard(scope, request.user)
    context = {
        "dashboard": dashboard,
        "scope": scope,
        "months": Month.of(timezone.now()).series(MONTHS_TO_CHOOSE),
        "services": Service.objects.filter(parent=None),
        "volume_chart": count_chart([row.cells for row in dashboard.volumes[:2]]),
        "promise_chart": percent_chart([row.cells for row in dashboard.promises], dashboard.target),
        "response_chart": bar_chart(dashboard.times.response),
        "resolution_chart": bar_chart(dashboard.times.resolution),
    }
    return render(request, "sla/report_dashboard.html", context)


@login_required
@require_safe
@reads_replica
def report_tickets(request: DeskRequest) -> HttpResponseBase:
    """The tickets behind one figure; with `format=csv` all of them as a file."""
    scope = _scope(request)
    figure = Figure.parse(request.GET, scope)
    if figure is None:
        raise Http404
    tickets = figure.tickets(request.user).for_rows()
    if figure.is_of_opinions:
        tickets = tickets.select_related("rating")
    if request.GET.get("format") == "csv":
        record("exported", by=request.user, what="tickets", rows=tickets.count())
        return csv_response(
            f"tickets-{figure.name}-{scope.month}.csv", _ticket_rows(tickets, figure)
        )
    page = NEWEST_FIRST.page(
        tickets, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {"figure": figure, "scope": scope, "count": tickets.count(), "page": page}
    return render(request, "sla/report_tickets.html", context)


@login_required
@require_safe
@reads_replica
def report_csv(request: DeskRequest) -> HttpResponseBase:
    """The tables of the dashboard as a file."""
    scope = _scope(request)
    rows = list(_figure_rows(Dashboard(scope, request.user)))
    record("exported", by=request.user, what="report", rows=len(rows))
    return csv_response(f"report-{scope.month}.csv", rows)


def _scope(request: DeskRequest) -> Scope:
    if not may_read_reports(request.user):
        raise Http404
    month = Month.parse(request.GET.get("month", "")) or Month.last_full()
    service = Service.objects.filter(slug=request.GET.get("service", "")).first()
    return Scope(month, service)


def _figure_rows(dashboard: Dashboard) -> Iterator[list[object]]:
    yield [_("Figure"), _("Target"), *map(str, dashboard.months)]
    for row in dashboard.volumes:
        yield [str(row.name), "", *(cell.count for cell in row.cells)]
    yield from csv_rows(dashboard.months, dashboard.scope.service)
    for row in dashboard.promises:
        yield [f"{row.name} (%)", row.target, *(cell.percent for cell in row.cells)]
        yield [f"{row.name} ({_('counted')})", "", *(cell.count for cell in row.cells)]
    satisfaction = dashboard.satisfaction
    percents = (cell.percent for cell in satisfaction.cells)
    yield [f"{satisfaction.name} (%)", satisfaction.target, *percents]
    yield [str(dashboard.opinions.name), "", *(cell.count for cell in dashboard.opinions.cells)]
    yield [f"{_('Opinions given')} (%)", "", *(cell.percent for cell in dashboard.opinions.cells)]
    yield []
    months = dashboard.months[: len(dashboard.category_totals.cells)]
    yield [_("Category"), *(head for month in months for head in (str(month), "%"))]
    for row in [*dashboard.categories, dashboard.category_totals]:
        name = str(row.name) or _("Without category")
        yield [name, *(value for cell in row.cells for value in (cell.count, cell.percent))]


def _ticket_rows(tickets, figure: Figure) -> Iterator[list[object]]:
    yield [
        _("Number"), _("Subject"), _("Organisation"), _("Service"), _("Category"), _("Status"),
        _("Created"), _("Solved"),
        *([_("Opinion"), _("Why"), pgettext("opinion", "Given")] if figure.is_of_opinions else []),
    ]  # fmt: skip
    for ticket in tickets.order_by("-pk").iterator(chunk_size=2000):
        yield [*_ticket_row(ticket), *(_opinion(ticket.rating) if figure.is_of_opinions else [])]


def _opinion(rating: Rating) -> list[object]:
    given = timezone.localtime(rating.answered_at).isoformat()
    return [rating.get_verdict_display(), rating.comment, given]


def _ticket_row(ticket: Ticket) -> list[object]:
    solved = timezone.localtime(ticket.solved_at).isoformat() if ticket.solved_at else ""
    return [
        ticket.pk,
        ticket.subject,
        str(ticket.organisation or ""),
        str(ticket.service or ""),
        str(ticket.category or ""),
        ticket.get_status_display(),
        timezone.localtime(ticket.created_at).isoformat(),
        solved,
    ]
