"""What everybody may see of the state of services, without signing in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import feedgenerator
from django.views.decorators.http import require_safe

from servicedesk.catalogue.querysets import ServiceQuerySet
from servicedesk.lib.pagination import Keyset
from sla.availability.models import Outage
from sla.availability.status import feeds, serving
from sla.availability.status.drawing import bars, headline
from sla.availability.status.facts import Snapshot

LATEST_FIRST = Keyset(["-started_at", "-id"])


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Now, the last ninety days, what is announced and what was. Needs no database."""
    snapshot = serving.current()
    context: dict[str, Any] = {"snapshot": snapshot}
    if snapshot is not None:
        context["is_stale"] = serving.is_stale(snapshot)
        context["headline"] = headline(snapshot)
        context["rows"] = [(service, bars(service)) for service in snapshot.services]
    answer = render(request, "availability/status.html", context, status=200 if snapshot else 503)
    answer["Cache-Control"] = "private, max-age=15"
    return answer


@require_safe
def status_service(request: HttpRequest, slug: str) -> HttpResponse:
    """One service day by day, in words. Needs no database."""
    snapshot = _snapshot()
    service = snapshot.service(slug)
    if service is None:
        raise Http404
    context = {"snapshot": snapshot, "service": service, "days": service.days[::-1]}
    return render(request, "availability/status_service.html", context)


@require_safe
def status_outages(request: HttpRequest) -> HttpResponse:
    """All outages that everybody may read, the latest first."""
    page = LATEST_FIRST.page(
        Outage.objects.public().select_related("service"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "availability/status_outages.html", {"page": page})


@require_safe
def status_outage(request: HttpRequest, pk: int) -> HttpResponse:
    """One outage: what people notice, what was told, and how to be told of more."""
    seen = Outage.objects.visible_to(request.user).standing()
    outage = get_object_or_404(seen.select_related("service"), pk=pk)
    context = {
        "outage": outage,
        "parts": _seen(request, outage.components.all()),
        "updates": outage.updates.order_by("-pk"),
        "following": request.user.is_authenticated
        and outage.followers.filter(user=request.user.pk).exists(),
    }
    return render(request, "availability/status_outage.html", context)


def _seen(request: HttpRequest, services: ServiceQuerySet) -> ServiceQuerySet:
    if request.user.is_authenticated:
        return services.visible_to(request.user)
    return services.filter(visibility="everyone")


@require_safe
def status_atom(request: HttpRequest) -> HttpResponse:
    """The facts as an Atom feed."""
    kind = feedgenerator.Atom1Feed
    return _file(lambda snapshot: feeds.feed(snapshot, kind), kind.content_type)


@require_safe
def status_rss(request: HttpRequest) -> HttpResponse:
    """The facts as an RSS feed."""
    kind = feedgenerator.Rss201rev2Feed
    return _file(lambda snapshot: feeds.feed(snapshot, kind), kind.content_type)


@require_safe
def status_calendar(request: HttpRequest) -> HttpResponse:
    """Announced maintenance for a calendar."""
    return _file(feeds.calendar, "text/calendar; charset=utf-8")


@require_safe
def status_json(request: HttpRequest) -> HttpResponse:
    """The facts for machines."""
    answer = JsonResponse(feeds.as_json(_snapshot()), json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _file(make: Callable[[Snapshot], str | bytes], content_type: str) -> HttpResponse:
    return HttpResponse(make(_snapshot()), content_type=content_type)


def _snapshot() -> Snapshot:
    """The newest there is; 404 where there never was any."""
    snapshot = serving.current()
    if snapshot is None:
        raise Http404
    return snapshot
