"""Compensations: what suppliers owe, why, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.audit.recording import record
from servicedesk.lib.csv_export import csv_response
from servicedesk.lib.pagination import Keyset
from sla.contracts.attainment import month_page
from sla.contracts.forms.claims import MoveForm
from sla.contracts.models import Compensation, Measure
from sla.contracts.permissions import may_change_contracts, may_see_contracts
from sla.reports.months import Month
from tickets.models import Ticket
from tickets.views.at_desk import desk_only

LATEST_FIRST = Keyset(["-first_day", "-id"])


@desk_only
@require_safe
def compensation_list(request: DeskRequest) -> HttpResponseBase:
    """Everything that was proposed, or what is in one state; with `format=csv` as a file."""
    _managers_only(request)
    state = request.GET.get("state", "")
    state = state if state in Compensation.State.values else ""
    found = Compensation.objects.visible_to(request.user).in_state(state).for_rows()
    if request.GET.get("format") == "csv":
        rows = list(_rows(found))
        record("exported", by=request.user, what="compensations", rows=len(rows))
        return csv_response("compensations.csv", rows)
    page = LATEST_FIRST.page(
        found, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {"page": page, "state": state, "states": Compensation.State.choices}
    return render(request, "contracts/compensation_list.html", context)


@desk_only
@require_safe
def compensation_detail(request: DeskRequest, pk: int) -> HttpResponseBase:
    """One compensation with its evidence, as it was frozen; with `format=csv` as a file."""
    compensation = _compensation(request, pk)
    if request.GET.get("format") == "csv":
        rows = list(_evidence_rows(compensation))
        record("exported", by=request.user, what="compensation", rows=len(rows))
        return csv_response(f"compensation-{compensation.pk}.csv", rows)
    return _page(request, compensation, MoveForm())


@desk_only
@require_POST
def compensation_move(request: DeskRequest, pk: int) -> HttpResponse:
    """It was sent, accepted or refused."""
    compensation = _compensation(request, pk)
    if not may_change_contracts(request.user):
        raise Http404
    form = MoveForm(request.POST)
    moved = form.saved(compensation, request.POST.get("to", ""), by=request.user)
    if moved is None:
        return _page(request, compensation, form, status=422)
    words = {"state": moved.get_state_display().lower()}
    messages.success(request, _("The compensation is %(state)s.") % words)
    return redirect(moved)


def _managers_only(request: DeskRequest) -> None:
    if not may_see_contracts(request.user):
        raise Http404


def _compensation(request: DeskRequest, pk: int) -> Compensation:
    _managers_only(request)
    found = Compensation.objects.visible_to(request.user).for_rows().select_related("review")
    return get_object_or_404(found, pk=pk)


def _page(
    request: DeskRequest, compensation: Compensation, form: MoveForm, status: int = 200
) -> HttpResponse:
    month = Month.of_day(compensation.first_day)
    late = compensation.evidence.get("late", [])
    tickets = Ticket.objects.visible_to(request.user).in_bulk([line["ticket"] for line in late])
    context = {
        "compensation": compensation,
        "month": month,
        "month_page": month_page(compensation.contract, month),
        "outages": [_outage(line) for line in compensation.evidence.get("outages", [])],
        "late": [_late(line) | {"ticket": tickets.get(line["ticket"])} for line in late],
        "moves": compensation.moves.select_related("by"),
        "form": form,
    }
    return render(request, "contracts/compensation_detail.html", context, status=status)


def _outage(line: dict) -> dict:
    return line | {"start": _moment(line["start"]), "end": _moment(line["end"])}


def _late(line: dict) -> dict:
    moments = {name: _moment(line[name]) for name in ("start", "due", "stop")}
    return line | moments | {"number": line["ticket"]}


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _rows(found) -> Iterator[list[object]]:
    yield [
        _("Supplier"), _("Contract"), _("Month"), _("Figure"), _("Attained (%)"), _("Target"),
        _("Monthly fee"), _("Share of the fee (%)"), _("Compensation"), _("State"),
    ]  # fmt: skip
    one: Compensation
    for one in found.order_by("-first_day", "-pk"):
        yield [
            one.contract.supplier.name, one.contract.name, f"{one.first_day:%Y-%m}",
            one.get_measure_display(), one.attained, one.target, one.fee, one.percent,
            one.amount, one.get_state_display(),
        ]  # fmt: skip


def _evidence_rows(one: Compensation) -> Iterator[list[object]]:
    if one.measure == Measure.AVAILABILITY:
        yield [_("Outage"), _("Start"), _("End"), _("Seconds that count")]
        for line in one.evidence["outages"]:
            yield [line["title"], line["start"], line["end"] or "", line["seconds"]]
        yield [_("Total"), "", "", one.evidence["down_seconds"]]
        yield [_("Promised"), "", "", one.evidence["window_seconds"]]
    else:
        yield [
            _("Number"), _("Level"), _("Forwarded"), _("Due"), _("Stopped"), _("Seconds used"),
            _("Seconds promised"),
        ]  # fmt: skip
        for line in one.evidence["late"]:
            yield [
                line["ticket"], line["level"], line["start"], line["due"], line["stop"] or "",
                line["used_seconds"], line["target_seconds"],
            ]  # fmt: skip
        yield [_("kept"), one.evidence["kept"]]
        yield [_("counted"), one.evidence["counted"]]
    yield [_("Attained (%)"), one.attained]
    yield [_("Compensation"), one.amount]
