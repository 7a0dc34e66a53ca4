"""What everybody may see of the state of services, without signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sla.availability.models import Outage


@require_safe
def status_outage(request: HttpRequest, pk: int) -> HttpResponse:
    """One outage: what people notice, what was told, and how to be told of more."""
    seen = Outage.objects.visible_to(request.user).standing()
    outage = get_object_or_404(seen.select_related("service"), pk=pk)
    context = {
        "outage": outage,
        "parts": outage.components.all(),
        "updates": outage.updates.order_by("-pk"),
        "following": request.user.is_authenticated
        and outage.followers.filter(user=request.user.pk).exists(),
    }
    return render(request, "availability/status_outage.html", context)
