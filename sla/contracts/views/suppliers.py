"""Suppliers: what they have of ours, what they promised and how they kept it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.audit.recording import record
from servicedesk.catalogue.models import Supplier
from servicedesk.lib.csv_export import csv_response
from sla.contracts.forms.contracts import DocumentForm
from sla.contracts.models import Compensation, Contract
from sla.contracts.overview import agreements, open_forwardings, rows
from sla.contracts.permissions import may_see_contracts
from sla.contracts.table import MONTHS, Line, lines
from sla.reports.months import Month
from tickets.views.at_desk import desk_only

#: Compensations shown on the page of a supplier.
LATEST = 6


@desk_only
@require_safe
def supplier_list(request: DeskRequest) -> HttpResponse:
    """All suppliers with their contracts, their notice dates and the tickets they have."""
    context: dict[str, Any] = {"rows": rows(), "sees_contracts": may_see_contracts(request.user)}
    if context["sees_contracts"]:
        context["open_claims"] = Compensation.objects.visible_to(request.user).open().count()
    return render(request, "contracts/supplier_list.html", context)


@desk_only
@require_safe
def supplier_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One supplier. Figures, money and documents are for managers."""
    supplier = get_object_or_404(Supplier, pk=pk)
    contracts = list(Contract.objects.visible_to(request.user).with_versions().filter(supplier=pk))
    context: dict[str, Any] = {
        "supplier": supplier,
        "agreements": agreements(contracts),
        "waiting": open_forwardings(supplier),
        "sees_contracts": may_see_contracts(request.user),
    }
    if context["sees_contracts"]:
        months = Month.of(timezone.now()).series(MONTHS)
        claims = Compensation.objects.visible_to(request.user).for_rows()
        context |= {
            "months": months,
            "lines": lines(contracts, months),
            "compensations": claims.filter(contract__supplier=pk)[:LATEST],
            "document_form": DocumentForm(),
        }
    return render(request, "contracts/supplier_detail.html", context)


@desk_only
@require_safe
def supplier_csv(request: DeskRequest, pk: int) -> HttpResponseBase:
    """The figures of a supplier's thirteen months as a file."""
    if not may_see_contracts(request.user):
        raise Http404
    supplier = get_object_or_404(Supplier, pk=pk)
    months = Month.of(timezone.now()).series(MONTHS)
    contracts = Contract.objects.visible_to(request.user).with_versions().filter(supplier=supplier)
    table = list(_csv_rows(lines(contracts, months), months))
    record("exported", by=request.user, what="supplier", rows=len(table))
    return csv_response(f"supplier-{supplier.pk}.csv", table)


def _csv_rows(found: list[Line], months: list[Month]) -> Iterator[list[object]]:
    yield [_("Contract"), _("Figure"), _("Target"), *map(str, months)]
    for line in found:
        cells = [cell.figure for cell in line.cells]
        yield [
            line.contract.name, f"{line.label} (%)", line.target,
            *(figure.percent if figure else None for figure in cells),
        ]  # fmt: skip
        for name, column in ((_("counted"), "counted"), (_("kept"), "kept")):
            yield [
                line.contract.name, f"{line.label} ({name})", "",
                *(getattr(figure, column) if figure else None for figure in cells),
            ]  # fmt: skip
