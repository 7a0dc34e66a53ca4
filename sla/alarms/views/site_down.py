"""“Site down”: choose the service, see what is known, join or confirm."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import slug_re
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.accounts.models import User
from servicedesk.accounts.requests import DeskRequest
from servicedesk.catalogue.models import Service
from servicedesk.lib.moments import moment
from sla.alarms.actions import mark_site_down
from sla.alarms.forms.site_down import SiteDownForm, reportable
from sla.alarms.models import Alarm
from sla.alarms.reach import hours_of, plan
from sla.availability.models import Outage
from tickets.exceptions import TicketError
from tickets.views.at_desk import desk_only, refusals_shown, ticket_at_desk


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def site_down(request: DeskRequest) -> HttpResponse:
    """The step that confirms: the service as it stands, what is known of it, and the report."""
    slug = request.POST.get("service") or request.GET.get("service", "")
    if not slug:
        return _choose(request)
    service = _service(slug, request.user)
    form = SiteDownForm(request.POST or None, initial={"subject": request.GET.get("subject", "")})
    if request.method == "POST" and form.is_valid():
        try:
            ticket, outage = form.report(service, by=request.user)
        except TicketError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(outage))
            return redirect(ticket)
    return _confirm(request, service, form)


def _said(outage: Outage) -> str:
    """What applies now: the desk knows already, it rings, or it rings later."""
    alarm = Alarm.objects.filter(outage=outage).first()
    if alarm is None or not alarm.is_waiting:
        return _("We know of it and are working on it. We keep you informed here.")
    if alarm.is_ringing:
        return _("The alarm is raised. We keep you informed here.")
    words = {"at": moment(alarm.rings_at)}
    return _("Your report is kept; the alarm rings %(at)s. We keep you informed here.") % words


def _service(slug: str, user: User) -> Service:
    if slug_re.fullmatch(slug) is None:
        raise Http404
    return get_object_or_404(reportable(user), slug=slug)


def _choose(request: DeskRequest) -> HttpResponse:
    services = reportable(request.user).order_by("-is_critical", "position", "name")
    down = set(Outage.objects.open().values_list("service", flat=True))
    context = {"services": services, "hit": down}
    return render(request, "alarms/site_down_choose.html", context)


def _confirm(request: DeskRequest, service: Service, form: SiteDownForm) -> HttpResponse:
    known = Outage.objects.visible_to(request.user).open().hitting([service.pk]).for_rows()
    given = plan()
    context = {
        "service": service,
        "form": form,
        "known": known.first(),
        "plan": given,
        "reach": hours_of(given).reach(timezone.now(), critical=service.is_critical),
    }
    status = 422 if form.is_bound else 200
    return render(request, "alarms/site_down.html", context, status=status)


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_site_down(request: DeskRequest, number: int) -> HttpResponse:
    """An agent says that a ticket from mail or a call means that a service is down."""
    ticket = ticket_at_desk(request, number)
    if request.method == "POST":
        with refusals_shown(request):
            outage = mark_site_down(ticket, by=request.user)
            messages.success(request, _("The alarm is raised and the ticket is linked."))
            return redirect(outage)
        return redirect(ticket)
    known = Outage.objects.open().filter(service=ticket.service).for_rows().first()
    return render(request, "alarms/ticket_site_down.html", {"ticket": ticket, "known": known})
