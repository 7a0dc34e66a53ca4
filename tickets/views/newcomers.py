"""People who wrote for the first time and belong nowhere yet: one click places them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.pagination import Keyset
from tickets.forms.placing import PlacingForm
from tickets.models import Newcomer
from tickets.permissions import may_work

NEWEST_FIRST = Keyset(["-pk"])


@login_required
@require_safe
def newcomer_list(request: DeskRequest) -> HttpResponse:
    """Who is to be placed, the latest first."""
    return _list(request)


@login_required
@require_POST
def newcomer_place(request: DeskRequest, pk: int) -> HttpResponse:
    """Places one person, with the tickets."""
    if not may_work(request.user):
        raise Http404
    newcomer = get_object_or_404(Newcomer.objects.select_related("user"), pk=pk)
    form = PlacingForm(request.POST, person=newcomer.user)
    if not form.is_valid():
        return _list(request, refused=form, status=422)
    form.save(by=request.user)
    words = {"person": newcomer.user, "organisation": form.cleaned_data["organisation"]}
    messages.success(request, _("%(person)s works for %(organisation)s.") % words)
    return redirect("tickets:newcomer-list")


def _list(
    request: DeskRequest, *, refused: PlacingForm | None = None, status: int = 200
) -> HttpResponse:
    if not may_work(request.user):
        raise Http404
    page = NEWEST_FIRST.page(
        Newcomer.objects.select_related("user"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    for row in page.rows:
        kept = refused is not None and refused.person.pk == row.user_id
        row.form = refused if kept else PlacingForm(person=row.user)
    return render(request, "tickets/newcomer_list.html", {"page": page}, status=status)
