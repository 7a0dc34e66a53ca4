"""Outages as the desk sees them: list, report, tell, end, and set right by a manager."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from servicedesk.lib.pagination import Keyset
from sla.availability import story
from sla.availability.actions import change_severity, confirm_outage, join, leave, unlink_ticket
from sla.availability.exceptions import OutageError
from sla.availability.forms.outages import (
    CorrectionForm,
    EndForm,
    LinkForm,
    OutageForm,
    UpdateForm,
    VerbForm,
    WithdrawForm,
)
from sla.availability.models import Outage
from sla.availability.permissions import may_correct_outage, may_report_outage
from tickets.models import Ticket

LATEST_FIRST = Keyset(["-started_at", "-id"])
MOST_LINKED = 100


@login_required
@require_safe
def outage_list(request: DeskRequest) -> HttpResponse:
    """All outages, the latest first; open ones on top of the page."""
    _desk_only(request)
    outages = Outage.objects.visible_to(request.user).for_rows()
    page = LATEST_FIRST.page(
        outages.exclude(pk__in=Outage.objects.open().values("pk")),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {"page": page, "open_outages": outages.open().order_by("-started_at")}
    return render(request, "availability/outage_list.html", context)


@login_required
def outage_create(request: DeskRequest) -> HttpResponse:
    """An agent reports an outage by hand."""
    _desk_only(request)
    form = OutageForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and (outage := form.saved(by=request.user)):
        messages.success(request, _("The outage stands on the status page."))
        return redirect(outage)
    status = 422 if request.method == "POST" else 200
    return render(request, "availability/outage_form.html", {"form": form}, status=status)


@login_required
@require_safe
def outage_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One outage with everything that was done and told."""
    return _show(request, _outage(request, pk))


@login_required
@require_POST
def outage_update(request: DeskRequest, pk: int) -> HttpResponse:
    """Tells everybody how it stands."""
    outage = _outage(request, pk)
    form = UpdateForm(request.POST, outage=outage)
    return _done(request, outage, form, "update_form", _("Everybody who follows is told."))


@login_required
@require_POST
def outage_end(request: DeskRequest, pk: int) -> HttpResponse:
    """The service is back; may solve the linked tickets with the same text."""
    outage = _outage(request, pk)
    form = EndForm(request.POST, outage=outage, unsolved=_unsolved(outage))
    return _done(request, outage, form, "end_form", _("The outage is over; everybody is told."))


@login_required
@require_POST
def outage_severity(request: DeskRequest, pk: int) -> HttpResponse:
    """From now on it is worse, or better."""
    outage = _outage(request, pk)
    to = request.POST.get("severity", "")
    if to not in Outage.Severity.values:
        return redirect(outage)
    return _acted(request, outage, lambda: change_severity(outage, to, by=request.user))


@login_required
@require_POST
def outage_link(request: DeskRequest, pk: int) -> HttpResponse:
    """A ticket reports this outage."""
    outage = _outage(request, pk)
    form = LinkForm(request.POST, outage=outage, by=request.user)
    return _done(request, outage, form, "link_form", _("The ticket is linked."))


@login_required
@require_POST
def outage_unlink(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """The ticket is about something else."""
    outage = _outage(request, pk)
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), pk=number)
    return _acted(request, outage, lambda: unlink_ticket(outage, ticket, by=request.user))


@login_required
def outage_correct(request: DeskRequest, pk: int) -> HttpResponse:
    """Sets an outage right, or withdraws it, with a reason. For managers."""
    outage = _outage(request, pk, managers=True)
    if request.method != "POST":
        return _correcting(request, outage)
    name, form = ("form", _correction(request, outage))
    if "withdraw" in request.POST:
        name, form = ("withdraw_form", WithdrawForm(request.POST, outage=outage))
    if form.saved(by=request.user) is None:
        return _correcting(request, outage, status=422, **{name: form})
    messages.success(request, _("It is set right; the log says why."))
    return redirect(outage)


@login_required
@require_POST
def outage_confirm(request: DeskRequest, pk: int) -> HttpResponse:
    """A manager says: this is what counts."""
    outage = _outage(request, pk, managers=True)
    return _acted(request, outage, lambda: confirm_outage(outage, by=request.user))


@login_required
@require_POST
def outage_join(request: DeskRequest, pk: int) -> HttpResponse:
    """“Ja, hou me op de hoogte”: every update by mail, no ticket needed."""
    outage = get_object_or_404(Outage.objects.visible_to(request.user), pk=pk)
    try:
        join(outage, request.user)
        messages.success(request, _("You get every update by mail. You need not report it."))
    except OutageError as refusal:
        messages.error(request, str(refusal))
    return redirect(where_next(request, otherwise=reverse("availability:status-outage", args=[pk])))


@login_required
@require_POST
def outage_leave(request: DeskRequest, pk: int) -> HttpResponse:
    """No longer."""
    outage = get_object_or_404(Outage.objects.visible_to(request.user), pk=pk)
    leave(outage, request.user)
    messages.success(request, _("You get no more updates of this outage."))
    return redirect(where_next(request, otherwise=reverse("availability:status-outage", args=[pk])))


# --- the page -------------------------------------------------------------------------------


def _desk_only(request: DeskRequest) -> None:
    if not may_report_outage(request.user):
        raise Http404


def _outage(request: DeskRequest, pk: int, *, managers: bool = False) -> Outage:
    """The outage, for people of the desk. Others get 404, whether it exists or not."""
    _desk_only(request)
    if managers and not may_correct_outage(request.user):
        raise Http404
    return get_object_or_404(Outage.objects.visible_to(request.user).for_rows(), pk=pk)


def _unsolved(outage: Outage) -> int:
    return outage.ticket_links.filter(ticket__status__in=Ticket.UNSOLVED).count()


def _show(request: DeskRequest, outage: Outage, *, status: int = 200, **forms: Any) -> HttpResponse:
    links = outage.ticket_links.select_related("ticket__organisation", "ticket__requester")
    context = {
        "outage": outage,
        "updates": outage.updates.select_related("author").order_by("-pk"),
        "phases": outage.phases.all(),
        "parts": outage.components.all(),
        "links": links[:MOST_LINKED],
        "followers": outage.followers.count(),
        "story": story.lines(outage.events.select_related("actor").order_by("-pk")[:200]),
        "may_correct": may_correct_outage(request.user),
        "severities": Outage.Severity,
        "link_form": LinkForm(outage=outage, by=request.user),
    }
    if outage.is_open:
        context["update_form"] = UpdateForm(outage=outage, auto_id="update_%s")
        context["end_form"] = EndForm(outage=outage, unsolved=_unsolved(outage), auto_id="end_%s")
    return render(request, "availability/outage_detail.html", context | forms, status=status)


def _done(
    request: DeskRequest, outage: Outage, form: VerbForm, name: str, sentence: str
) -> HttpResponse:
    """After a form of the page: on with its sentence, or the page again with what was typed."""
    form.auto_id = f"{name.removesuffix('_form')}_%s"
    if form.saved(by=request.user) is None:
        return _show(request, outage, status=422, **{name: form})
    messages.success(request, sentence)
    return redirect(outage)


def _acted(request: DeskRequest, outage: Outage, act: Any) -> HttpResponse:
    """After a button: a refusal is a notice on the page."""
    try:
        act()
    except OutageError as refusal:
        messages.error(request, str(refusal))
    return redirect(outage)


def _correction(request: DeskRequest, outage: Outage) -> VerbForm:
    return CorrectionForm(request.POST, outage=outage)


def _correcting(
    request: DeskRequest, outage: Outage, *, status: int = 200, **forms: Any
) -> HttpResponse:
    context = {
        "outage": outage,
        "form": CorrectionForm(outage=outage),
        "withdraw_form": WithdrawForm(outage=outage, auto_id="withdraw_%s"),
    } | forms
    return render(request, "availability/outage_correct.html", context, status=status)
