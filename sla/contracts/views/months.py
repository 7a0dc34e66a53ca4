"""One month of a contract: its figures, what is behind each, what it costs the supplier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.audit.recording import record
from servicedesk.lib.csv_export import csv_response
from servicedesk.lib.pagination import Keyset
from sla.contracts.attainment import METRICS, Figure, list_page, live, month_page, owed, terms_in
from sla.contracts.clocks import hours_of
from sla.contracts.evidence import counted_clocks
from sla.contracts.forms.claims import ReasonForm
from sla.contracts.models import (
    Compensation,
    Contract,
    Measure,
    MonthReview,
    SupplierClock,
)
from sla.contracts.permissions import may_see_contracts
from sla.contracts.reviewing import review_again, review_by_hand
from sla.panel import face
from sla.reports.months import Month
from tickets.views.at_desk import desk_only, refusals_shown

OLDEST_FIRST = Keyset(["counted_at", "id"])


@desk_only
@require_safe
def month_detail(request: DeskRequest, pk: int, month: Month) -> HttpResponse:
    """The figures of a month; of a reviewed one as they were reviewed."""
    contract = _contract(request, pk)
    return render(request, "contracts/month_detail.html", _context(contract, month, ReasonForm()))


@desk_only
@require_POST
def month_review(request: DeskRequest, pk: int, month: Month) -> HttpResponse:
    """Reviews a month by hand, or again with a reason."""
    contract = _contract(request, pk)
    review = contract.reviews.filter(first_day=month.first_day).first()
    if review is None:
        with refusals_shown(request):
            review_by_hand(contract, month, by=request.user)
            messages.success(request, _("The month is reviewed."))
        return redirect(month_page(contract, month))
    form = ReasonForm(request.POST)
    if not form.is_valid():
        context = _context(contract, month, form)
        return render(request, "contracts/month_detail.html", context, status=422)
    with refusals_shown(request):
        review_again(review, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The month is reviewed again."))
    return redirect(month_page(contract, month))


@desk_only
@require_safe
def month_tickets(request: DeskRequest, pk: int, month: Month, measure: str) -> HttpResponseBase:
    """The tickets that a figure counts, or only the late ones; with `format=csv` as a file."""
    contract = _contract(request, pk)
    if measure not in METRICS:
        raise Http404
    clocks, late = counted_clocks(contract, month, measure).for_rows(), "late" in request.GET
    if late:
        clocks = clocks.late()
    if request.GET.get("format") == "csv":
        rows = list(_rows(clocks.order_by("counted_at", "pk")))
        record("exported", by=request.user, what="supplier_tickets", rows=len(rows))
        return csv_response(f"{measure}-{contract.pk}-{month}.csv", rows)
    page = OLDEST_FIRST.page(
        clocks, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    now = timezone.now()
    context = {
        "contract": contract,
        "month": month,
        "label": Measure(measure).label,
        "late": late,
        "count": clocks.count(),
        "page": page,
        "faces": [face(clock, hours_of(clock), now) for clock in page],
    }
    return render(request, "contracts/month_tickets.html", context)


def _contract(request: DeskRequest, pk: int) -> Contract:
    if not may_see_contracts(request.user):
        raise Http404
    return get_object_or_404(Contract.objects.visible_to(request.user).with_versions(), pk=pk)


def _context(contract: Contract, month: Month, form: ReasonForm) -> dict[str, Any]:
    if terms_in(contract, month) is None:
        raise Http404
    reviews = contract.reviews.select_related("made_by", "terms")
    review = reviews.filter(first_day=month.first_day).first()
    now = live(contract, month)
    compensations = list(review.compensations.all()) if review else []
    claimed = {one.measure: one for one in compensations}
    return {
        "contract": contract,
        "month": month,
        "months": [one for one in Month.of(timezone.now()).series(26) if terms_in(contract, one)],
        "review": review,
        "told": [_told(contract, month, one, review, claimed) for one in now],
        "differs": review is not None and _differs(review, now),
        "is_settled": any(one.state != "proposed" for one in compensations),
        "is_running": month.end > timezone.now(),
        "form": form,
    }


def _told(
    contract: Contract,
    month: Month,
    figure: Figure,
    review: MonthReview | None,
    claims: Mapping[str, Compensation],
) -> dict[str, Any]:
    """A figure with what is behind it, what the scale says of it and what was claimed."""
    terms = review.terms if review else terms_in(contract, month)
    said = figure
    if review and figure.measure in review.figures:
        said = Figure.from_json(figure.measure, review.figures[figure.measure])
    is_of_tickets = figure.measure in METRICS
    return {
        "figure": said,
        "now": figure,
        "owed": owed(said, terms) if terms else None,
        "steps": terms.steps(figure.measure) if terms else [],
        "compensation": claims.get(figure.measure),
        "url": list_page(contract, month, figure.measure) if is_of_tickets else "",
        "late_url": list_page(contract, month, figure.measure, late=True) if is_of_tickets else "",
    }


def _differs(review: MonthReview, now: list[Figure]) -> bool:
    return {figure.measure: figure.as_json() for figure in now} != review.figures


def _rows(clocks) -> Iterator[list[object]]:
    yield [
        _("Number"), _("Subject"), _("Level"), _("Forwarded"), _("Due"), _("Stopped"),
        _("Seconds used"), _("Seconds promised"), _("In time"),
    ]  # fmt: skip
    clock: SupplierClock
    for clock in clocks.iterator(chunk_size=2000):
        yield [
            clock.ticket_id,
            clock.ticket.subject,
            clock.level,
            timezone.localtime(clock.started_at).isoformat(),
            timezone.localtime(clock.due_at).isoformat() if clock.due_at else "",
            timezone.localtime(clock.stopped_at).isoformat() if clock.stopped_at else "",
            clock.used_seconds,
            clock.target_seconds,
            _("no") if clock.breached_at else _("yes"),
        ]
