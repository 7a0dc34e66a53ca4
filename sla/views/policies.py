"""Policies in the administration: their order, the editor, and trying them on a ticket."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from sla.exceptions import PromiseError
from sla.forms.policies import PolicyForm
from sla.models import Policy, PolicyVersion, TicketPromise
from sla.policies import PolicyBook
from sla.policy_words import exceptions, hours_words, sentence, try_on
from sla.versions import edit_policy, move_policy, withdraw
from sla.views.calendars import administrators_only
from tickets.models import Ticket

PARTS = ("service", "category", "organisation", "calendar")


@login_required
@require_safe
def policy_list(request: DeskRequest) -> HttpResponse:
    """Every policy in order with its promise in one sentence; with `ticket` tried on that one."""
    administrators_only(request)
    context = {"policies": _told(), **_tried(request, request.GET)}
    page = "sla/_policy_trial.html" if request.htmx else "sla/policy_list.html"
    return render(request, page, context)


@login_required
def policy_create(request: DeskRequest) -> HttpResponse:
    """A new policy; it comes first in order."""
    administrators_only(request)
    return _edit(request, None)


@login_required
def policy_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Another version of a policy, its sentence, how it works out for the ticket `ticket`, and
    what it promised before.
    """
    administrators_only(request)
    return _edit(request, get_object_or_404(Policy, pk=pk))


@login_required
@require_POST
def policy_move(request: DeskRequest, pk: int) -> HttpResponse:
    """One place up, or with `down` one place down."""
    administrators_only(request)
    policy = get_object_or_404(Policy, pk=pk)
    move_policy(policy, up="down" not in request.POST, by=request.user)
    messages.success(request, _("The order is changed: the first policy that matches counts."))
    return redirect("promises:policy-list")


@login_required
@require_POST
def policy_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Takes back a version that has not begun."""
    administrators_only(request)
    version = get_object_or_404(PolicyVersion, pk=pk)
    try:
        withdraw(version, by=request.user)
        messages.success(request, _("The version is taken back."))
    except PromiseError as error:
        messages.error(request, str(error))
    return redirect("promises:policy-edit", version.policy_id)


def _told() -> list[dict[str, Any]]:
    """All policies with what they promise now. A constant number of queries."""
    now = timezone.now()
    versions = PolicyVersion.objects.filter(valid_from__lte=now).select_related(*PARTS)
    current = {
        version.policy_id: version
        for version in versions.order_by("policy_id", "-valid_from").distinct("policy_id")
    }
    book = PolicyBook.load()
    return [
        {"policy": policy, **_words(current[policy.pk], book)}
        if policy.pk in current
        else {"policy": policy, "sentence": _("promises nothing yet")}
        for policy in Policy.objects.all()
    ]


def _words(version: PolicyVersion, book: PolicyBook) -> dict[str, Any]:
    hours = hours_words(book, version, timezone.now())
    return {"sentence": sentence(version, hours), "exceptions": exceptions(version)}


def _edit(request: DeskRequest, policy: Policy | None) -> HttpResponse:
    versions = list(policy.versions.select_related("made_by", *PARTS)) if policy else []
    current = next((v for v in versions if v.valid_from <= timezone.now()), None)
    version = current or next(iter(versions), None)
    data = request.POST if request.method == "POST" else None
    form = PolicyForm(data, policy=policy, version=version)
    context: dict[str, Any] = {"form": form, "policy": policy, "current": current}
    if data is None:
        context |= _words(version, PolicyBook.load()) if version else {}
        context |= {"versions": _history(versions), "running": _running(versions)}
        context |= _tried(request, request.GET)
        return render(request, "sla/policy_form.html", context)
    context["versions"] = _history(versions)
    if "draw" in data:
        page = "sla/_policy_drawn.html" if request.htmx else "sla/policy_form.html"
        return render(request, page, context | _typed(request, form))
    return _save(request, form, policy) or render(
        request, "sla/policy_form.html", context | _typed(request, form), status=422
    )


def _save(request: DeskRequest, form: PolicyForm, policy: Policy | None) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        is_active = form.cleaned_data["is_active"]
        saved = edit_policy(policy, form.edit, is_active=is_active, by=request.user)
    except PromiseError as error:
        form.add_error("valid_from", str(error))
        return None
    messages.success(request, _("Saved. Tickets that are there keep what they were promised."))
    return redirect("promises:policy-edit", saved.pk)


def _typed(request: DeskRequest, form: PolicyForm) -> dict[str, Any]:
    if not form.is_valid():
        return {"typed_wrong": True}
    draft = form.version
    words = _words(draft, PolicyBook.load())
    return {**words, **_tried(request, request.POST, draft), "typed": True}


def _tried(
    request: DeskRequest, asked: QueryDict, draft: PolicyVersion | None = None
) -> dict[str, Any]:
    """How the policies, perhaps with one as it is typed, work out for the ticket that is asked."""
    wanted = asked.get("ticket", "").strip()
    ticket = _ticket(request, wanted) if wanted else None
    trial = try_on(ticket, now=timezone.now(), draft=draft) if ticket else None
    return {"wanted": wanted, "trial": trial}


def _history(versions: list[PolicyVersion]) -> list[dict[str, Any]]:
    return [{"version": version, "sentence": sentence(version)} for version in versions]


def _running(versions: list[PolicyVersion]) -> int:
    held = TicketPromise.objects.filter(policy_version__in=[version.pk for version in versions])
    return held.filter(ticket__in=Ticket.objects.unsolved().order_by().values("pk")).count()


def _ticket(request: DeskRequest, text: str) -> Ticket | None:
    digits = text.lstrip("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        return None
    return Ticket.objects.visible_to(request.user).filter(pk=int(digits)).first()
