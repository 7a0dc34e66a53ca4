"""Alarms at the desk: the banner, taking one, and what each of them did."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import asked_by_itself
from servicedesk.lib.pagination import Keyset
from sla.alarms.actions import ring_now, take
from sla.alarms.links import read_take_link
from sla.alarms.models import Alarm, Delivery
from tickets.views.at_desk import desk_only

LATEST_FIRST = Keyset(["-id"])


@desk_only
@require_safe
def alarm_list(request: DeskRequest) -> HttpResponse:
    """All alarms, the latest first, each with who was told how."""
    told = Prefetch("deliveries", Delivery.objects.select_related("person"))
    page = LATEST_FIRST.page(
        Alarm.objects.visible_to(request.user).for_rows().prefetch_related(told),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "alarms/alarm_list.html", {"page": page})


@desk_only
@require_safe
@asked_by_itself
def alarm_banner(request: DeskRequest) -> HttpResponse:
    """What rings now, on top of every open page."""
    alarms = Alarm.objects.visible_to(request.user).on_pages(timezone.now()).for_rows()
    return render(request, "alarms/_banner.html", {"alarms": alarms})


@desk_only
@require_POST
def alarm_take(request: DeskRequest, pk: int) -> HttpResponse:
    """“Ik neem dit op”: opens the outage, where the next step is to tell everybody."""
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user).for_rows(), pk=pk)
    if take(alarm, by=request.user):
        messages.success(request, _("You take this. Tell everybody how it stands."))
    else:
        alarm.refresh_from_db(fields=["taken_by", "taken_at", "ended_at"])
        messages.info(request, _earlier(alarm))
    return redirect(alarm.outage)


@desk_only
@require_POST
def alarm_ring(request: DeskRequest, pk: int) -> HttpResponse:
    """“Laat nu afgaan”: an alarm that waits for the morning rings in every open page."""
    alarm = get_object_or_404(Alarm.objects.visible_to(request.user).for_rows(), pk=pk)
    if ring_now(alarm, by=request.user):
        messages.success(request, _("It rings in every open page of the desk."))
    return redirect(alarm.outage)


def _earlier(alarm: Alarm) -> str:
    if alarm.taken_by:
        return _("%s took this already.") % alarm.taken_by
    return _("This outage is over.")


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def alarm_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a message at night: shows the alarm; the button takes it, without signing in."""
    found = read_take_link(token)
    if found is None:
        raise Http404
    alarm, person = found
    with override(person.language):
        if request.method == "POST":
            take(alarm, by=person)
            return redirect("alarms:alarm-link", token)
        return render(request, "alarms/alarm_link.html", {"alarm": alarm, "person": person})
