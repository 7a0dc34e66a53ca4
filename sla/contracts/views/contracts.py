"""The editor of contracts, and their documents."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.audit.recording import record
from servicedesk.catalogue.models import Supplier
from servicedesk.lib.http import opened_or_404
from sla.contracts.book import held_on
from sla.contracts.documents import add_document, remove_document
from sla.contracts.forms.contracts import ContractForm, DocumentForm
from sla.contracts.models import Contract, ContractDocument
from sla.contracts.permissions import may_change_contracts, may_see_contracts
from tickets.views.at_desk import desk_only, refusals_shown


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def contract_create(request: DeskRequest, pk: int) -> HttpResponse:
    """A new contract of a supplier."""
    _managers_only(request)
    return _edit(request, get_object_or_404(Supplier, pk=pk), None)


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def contract_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Another frame of a contract, or another version of what it promises."""
    _managers_only(request)
    contract = _contract(request, pk)
    return _edit(request, contract.supplier, contract)


@desk_only
@require_POST
def document_add(request: DeskRequest, pk: int) -> HttpResponse:
    """Keeps a file with a contract."""
    _managers_only(request)
    contract, form = _contract(request, pk), DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors.get("file", []))))
        return redirect(contract.get_absolute_url())
    with refusals_shown(request):
        document = add_document(contract, form.cleaned_data["file"], by=request.user)
        messages.success(request, _("“%s” is kept with the contract.") % document.filename)
    return redirect(contract.get_absolute_url())


@desk_only
@require_safe
def document_download(request: DeskRequest, pk: int) -> FileResponse:
    """Saved, byte for byte; that somebody read it stays in the audit trail."""
    document = _document(request, pk)
    content = opened_or_404(document.file)
    record("contract_document_read", by=request.user, about=document.contract, document=document.pk)
    response = FileResponse(
        content,
        as_attachment=True,
        filename=document.filename,
        content_type="application/octet-stream",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@desk_only
@require_POST
def document_remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Takes a document away."""
    document = _document(request, pk)
    _managers_only(request)
    with refusals_shown(request):
        remove_document(document, by=request.user)
        messages.success(request, _("“%s” is gone.") % document.filename)
    return redirect(document.contract.get_absolute_url())


def _managers_only(request: DeskRequest) -> None:
    if not may_change_contracts(request.user):
        raise Http404


def _contract(request: DeskRequest, pk: int) -> Contract:
    contracts = Contract.objects.visible_to(request.user).with_versions()
    return get_object_or_404(contracts, pk=pk)


def _document(request: DeskRequest, pk: int) -> ContractDocument:
    if not may_see_contracts(request.user):
        raise Http404
    return get_object_or_404(ContractDocument.objects.select_related("contract"), pk=pk)


def _edit(request: DeskRequest, supplier: Supplier, contract: Contract | None) -> HttpResponse:
    terms = None
    if contract is not None:
        terms = held_on(contract, max(timezone.localdate(), contract.starts_on))
    data = request.POST if request.method == "POST" else None
    form = ContractForm(data, supplier=supplier, contract=contract, terms=terms)
    if data is not None:
        saved = form.saved(by=request.user)
        if saved is not None:
            messages.success(request, _("“%s” is kept.") % saved)
            return redirect(saved.get_absolute_url())
    context = {
        "form": form,
        "supplier": supplier,
        "contract": contract,
        "versions": sorted(contract.versions.all(), key=lambda v: v.valid_from) if contract else [],
        "current": terms,
    }
    return render(
        request, "contracts/contract_form.html", context, status=422 if form.is_bound else 200
    )
