"""“Same problem known”: the open outages of a service, to join in one click."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from sla.availability.actions import join
from sla.availability.exceptions import OutageError
from sla.availability.models import Outage

#: More than this at once is a bad day: the status page has them all.
MOST = 3


@login_required
@require_safe
def known_outages(request: DeskRequest) -> HttpResponse:
    """A fragment for the intake form: what is known of the chosen service (`service`: its slug)."""
    return _show(request, request.GET.get("service", ""))


@login_required
@require_POST
def known_join(request: DeskRequest, pk: int) -> HttpResponse:
    """“Ja, hou me op de hoogte” inside the form, which stays as it is."""
    outage = get_object_or_404(Outage.objects.visible_to(request.user), pk=pk)
    with suppress(OutageError):  # over in this very moment: the fragment no longer shows it
        join(outage, request.user)
    return _show(request, outage.service.slug)


def _show(request: DeskRequest, slug: str) -> HttpResponse:
    outages = Outage.objects.open().visible_to(request.user).of_service(slug)
    context = {"outages": outages.for_reader(request.user)[:MOST], "service": slug}
    return render(request, "availability/_known.html", context)
