"""One day of the roster, such as a holiday: managers give it other hours and other people."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.accounts.requests import DeskRequest
from sla.alarms.days import may_be_planned, usual_hours
from sla.alarms.forms.day import DayForm
from sla.alarms.permissions import may_plan
from sla.alarms.reach import hours_of, plan
from sla.alarms.roster import duties
from tickets.views.at_desk import desk_only


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def day_edit(request: DeskRequest, day: dt.date) -> HttpResponse:
    """Other hours, or another person, on that day alone; or the usual hours again."""
    if not may_plan(request.user) or not may_be_planned(day):
        raise Http404
    given = plan()
    if "usual" in request.POST:
        usual_hours(day, by=request.user)
        messages.success(request, _("That day has the usual hours again."))
        return redirect("alarms:roster")
    hours = hours_of(given)
    blocks = hours.on_call.blocks_on(day)
    form = DayForm(request.POST or None, duty=duties(day, day)[0], blocks=blocks)
    if request.method == "POST" and form.saved(by=request.user):
        messages.success(request, _("The roster of that day is kept."))
        return redirect("alarms:roster")
    context = {
        "day": day,
        "form": form,
        "is_holiday": day in hours.office.holidays,
        "has_own_hours": day.isoformat() in given.days,
    }
    status = 422 if form.is_bound else 200
    return render(request, "alarms/day_form.html", context, status=status)
