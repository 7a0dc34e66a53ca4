"""Importing people and organisations: upload, look, then do it or throw it away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.accounts.exceptions import UnreadableFile
from servicedesk.accounts.importing import running
from servicedesk.accounts.models import Import
from servicedesk.accounts.permissions import may_administer
from servicedesk.accounts.requests import DeskRequest


class ImportForm(forms.Form):
    """A file, and what is in it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the file?"),
        choices=Import.Kind.choices,
        widget=forms.RadioSelect,
        initial=Import.Kind.PEOPLE,
    )
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("As Excel saves it: with ; or , and the names of columns on top."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_start(request: DeskRequest) -> HttpResponse:
    """The file to import. Nothing happens yet."""
    _administrators_only(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            kept = running.keep(given["file"], given["kind"], by=request.user)
        except UnreadableFile as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("accounts:import-detail", kept.pk)
    status = 422 if form.errors else 200
    return render(request, "accounts/import_start.html", {"form": form}, status=status)


@login_required
@require_safe
def import_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """What would happen, row by row. Looking changes nothing."""
    kept = _waiting(request, pk)
    context: dict[str, Any] = {"kept": kept}
    try:
        context |= {"outcome": running.rehearse(kept), "aside": running.unknown_columns(kept)}
    except UnreadableFile as refused:
        context["refused"] = str(refused)
    return render(request, "accounts/import_detail.html", context)


@login_required
@require_POST
def import_apply(request: DeskRequest, pk: int) -> HttpResponse:
    """Does it."""
    kept = _waiting(request, pk)
    try:
        outcome = running.apply(kept, by=request.user)
    except UnreadableFile as refused:
        messages.error(request, str(refused))
        return redirect("accounts:import-start")
    said = _("Done: %(created)d new, %(changed)d changed, %(refused)d refused.")
    counts = {"created": outcome.created, "changed": outcome.changed}
    messages.success(request, said % {**counts, "refused": outcome.refused_count})
    return redirect("accounts:import-start")


@login_required
@require_POST
def import_discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Throws the file away."""
    running.discard(_waiting(request, pk), by=request.user)
    messages.success(request, _("The file is thrown away; nothing was imported."))
    return redirect("accounts:import-start")


def _administrators_only(request: DeskRequest) -> None:
    if not may_administer(request.user):
        raise Http404


def _waiting(request: DeskRequest, pk: int) -> Import:
    _administrators_only(request)
    return get_object_or_404(Import, pk=pk, applied_at=None)
