"""Monitors for administrators, and the address that a service calls as its sign of life."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.audit.recording import record
from servicedesk.lib.pagination import Keyset
from sla.availability.forms.monitors import MonitorForm
from sla.availability.models import Monitor
from sla.availability.monitors.blindness import going_on
from sla.availability.monitors.probing import ask
from sla.availability.monitors.rounds import question_of
from sla.availability.monitors.watching import beat
from sla.availability.permissions import may_manage_monitors

BY_NAME = Keyset(["name", "id"])


@login_required
@require_safe
def monitor_list(request: DeskRequest) -> HttpResponse:
    """All monitors with what they saw last."""
    _administrators_only(request)
    page = BY_NAME.page(
        Monitor.objects.select_related("service", "outage"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=50,
    )
    now = timezone.now()
    rows = [(monitor, monitor.is_silent(now)) for monitor in page]
    context = {"page": page, "rows": rows, "blind_spell": going_on()}
    return render(request, "availability/monitor_list.html", context)


@login_required
def monitor_create(request: DeskRequest) -> HttpResponse:
    """A new monitor; it is asked for the first time within seconds."""
    _administrators_only(request)
    return _edit(request, Monitor())


@login_required
def monitor_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Changes a monitor, or tries what is typed without keeping it."""
    _administrators_only(request)
    return _edit(request, get_object_or_404(Monitor.objects.select_related("service"), pk=pk))


@login_required
@require_POST
def monitor_delete(request: DeskRequest, pk: int) -> HttpResponse:
    """Stops watching; outages it opened stay."""
    _administrators_only(request)
    monitor = get_object_or_404(Monitor, pk=pk)
    with transaction.atomic():
        record("configuration_deleted", by=request.user, about=monitor)
        monitor.delete()
    messages.success(request, _("The monitor %(name)s is gone.") % {"name": monitor.name})
    return redirect("availability:monitor-list")


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def heartbeat(request: HttpRequest, token: str) -> HttpResponse:
    """A service says that it lives. The one address where a GET changes something, by its token."""
    if not beat(token):
        raise Http404
    return HttpResponse("ok\n", content_type="text/plain")


def _administrators_only(request: DeskRequest) -> None:
    if not may_manage_monitors(request.user):
        raise Http404


def _edit(request: DeskRequest, monitor: Monitor) -> HttpResponse:
    form = MonitorForm(request.POST or None, instance=monitor)
    context = {"form": form, "monitor": monitor, "heartbeat_url": _heartbeat_url(monitor)}
    if request.method != "POST":
        return render(request, "availability/monitor_form.html", context)
    if not form.is_valid():
        return render(request, "availability/monitor_form.html", context, status=422)
    if "test" in request.POST:
        if form.cleaned_data["kind"] != Monitor.Kind.HEARTBEAT:
            context["answer"] = ask(question_of(form.instance))
        return render(request, "availability/monitor_form.html", context)
    form.saved(by=request.user)
    messages.success(request, _("The monitor is kept."))
    return redirect("availability:monitor-list")


def _heartbeat_url(monitor: Monitor) -> str:
    page = reverse("availability:heartbeat", kwargs={"token": monitor.token})
    return settings.DESK_BASE_URL + page
