"""The rules of retention: what each would take now, and how far the rounds of the night came."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.accounts.permissions import may_administer
from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.numbers import whole
from tickets.exceptions import MoreIsTaken
from tickets.forms.retention import RetentionRuleForm
from tickets.models import RetentionRule, RetentionRun
from tickets.privacy.retention import due
from tickets.privacy.rules import remove_rule, set_rule


@login_required
@require_safe
def retention(request: DeskRequest) -> HttpResponse:
    """Each rule with the count of what it would take now. Nothing is taken by looking."""
    _administrators_only(request)
    rows = [(one, one.tickets.count()) for one in due()]
    context = {
        "rows": rows,
        "total": sum(count for _one, count in rows),
        "run": RetentionRun.objects.first(),
    }
    return render(request, "tickets/retention.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retention_add(request: DeskRequest) -> HttpResponse:
    """A new rule."""
    _administrators_only(request)
    return _edit(request, RetentionRule())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retention_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Another number of months, or for other tickets."""
    _administrators_only(request)
    return _edit(request, get_object_or_404(RetentionRule, pk=pk))


@login_required
@require_POST
def retention_remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Takes a rule away; asks first when a wider rule then takes more."""
    _administrators_only(request)
    try:
        remove_rule(
            get_object_or_404(RetentionRule, pk=pk), by=request.user, agreed=_agreed(request)
        )
    except MoreIsTaken as asked:
        rule = get_object_or_404(RetentionRule, pk=pk)
        form = RetentionRuleForm(instance=rule)
        return _show(request, form, rule, removing=asked.count, status=422)
    messages.success(request, _("The rule is removed."))
    return redirect("tickets:retention")


def _edit(request: DeskRequest, rule: RetentionRule) -> HttpResponse:
    """Asks first when the rule takes tickets that no rule takes now."""
    form = RetentionRuleForm(request.POST or None, instance=rule)
    if not form.is_bound:
        return _show(request, form, rule)
    if not form.is_valid():
        return _show(request, form, rule, status=422)
    try:
        set_rule(form.instance, by=request.user, agreed=_agreed(request))
    except MoreIsTaken as asked:
        return _show(request, form, rule, saving=asked.count, status=422)
    messages.success(request, _("The rule counts from the coming night on."))
    return redirect("tickets:retention")


def _show(
    request: DeskRequest,
    form: RetentionRuleForm,
    rule: RetentionRule,
    *,
    status: int = 200,
    **asked: int,
) -> HttpResponse:
    """`asked`: how many tickets `saving` or `removing` takes."""
    context = {"form": form, "rule": rule, **asked}
    return render(request, "tickets/retention_form.html", context, status=status)


def _agreed(request: DeskRequest) -> int:
    """The count that the page showed beside the button."""
    return whole(request.POST.get("agreed", "")) or 0


def _administrators_only(request: DeskRequest) -> None:
    if not may_administer(request.user):
        raise Http404
