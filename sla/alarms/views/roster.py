"""Who is on call when: the roster, one's own channels, the plan behind both, the feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.accounts.requests import DeskRequest
from sla.alarms.channels import delete_channel, keep_result
from sla.alarms.feed import shifts_as_calendar
from sla.alarms.forms.roster import ChannelForm, PlanForm, ShiftForm
from sla.alarms.gaps import gaps
from sla.alarms.links import feed_link, read_feed_link, renew_feed_link
from sla.alarms.models import Channel, OnCallPlan, Shift
from sla.alarms.permissions import may_change_plan, may_plan
from sla.alarms.reach import Hours, hours_of, plan
from sla.alarms.roster import Duty, duties, special_days, withdraw_shift
from sla.alarms.sending import push
from sla.calendars import hours_named
from sla.open_time import Block
from tickets.views.at_desk import desk_only, refusals_shown

WEEKS = 6


@dataclass(frozen=True)
class Shown:
    """A day of the roster with its on-call hours, and what is special about it."""

    duty: Duty
    blocks: Sequence[Block]
    is_holiday: bool
    has_own_hours: bool


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: DeskRequest) -> HttpResponse:
    """The coming weeks day by day; managers put people on it."""
    if request.method == "POST" and not may_plan(request.user):
        raise Http404
    form = ShiftForm(request.POST or None)
    if request.method == "POST" and (shift := form.saved(by=request.user)):
        messages.success(request, _("%s stands on the roster.") % shift.person)
        return redirect("alarms:roster")
    status = 422 if form.is_bound else 200
    return render(request, "alarms/roster.html", _around(request, form), status=status)


def _around(request: DeskRequest, form: ShiftForm) -> dict[str, Any]:
    today = timezone.localdate()
    monday = today - dt.timedelta(days=today.weekday())
    days = duties(monday, monday + dt.timedelta(days=7 * WEEKS - 1))
    given = plan()
    hours = hours_of(given)
    opening = hours_named(given.opening.name) if given.opening else None
    weeks = [days[start : start + 7] for start in range(0, len(days), 7)]
    special = special_days(given, hours, today)
    return {
        "form": form,
        "weeks": [[_shown(duty, hours, given) for duty in week] for week in weeks],
        "special": [_shown(duty, hours, given) for duty in special],
        "today": today,
        "gaps": gaps(opening, hours) if opening else None,
        "plan": given,
        "may_plan": may_plan(request.user),
        "may_change_plan": may_change_plan(request.user),
        "shifts": Shift.objects.standing().touching(today, today + dt.timedelta(days=366)),
    }


def _shown(duty: Duty, hours: Hours, given: OnCallPlan) -> Shown:
    day = duty.day
    return Shown(
        duty,
        hours.on_call.blocks_on(day),
        is_holiday=day in hours.office.holidays,
        has_own_hours=day.isoformat() in given.days,
    )


@desk_only
@require_POST
def shift_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Takes a shift off the roster."""
    if not may_plan(request.user):
        raise Http404
    with refusals_shown(request):
        withdraw_shift(get_object_or_404(Shift.objects.standing(), pk=pk), by=request.user)
        messages.success(request, _("The shift is taken off the roster."))
    return redirect("alarms:roster")


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: DeskRequest) -> HttpResponse:
    """Hours, phone number and waiting time, for administrators."""
    if not may_change_plan(request.user):
        raise Http404
    form = PlanForm(request.POST or None, instance=plan())
    if request.method == "POST" and form.saved(by=request.user):
        messages.success(request, _("The plan is kept."))
        return redirect("alarms:roster")
    status = 422 if form.is_bound else 200
    return render(request, "alarms/plan_form.html", {"form": form}, status=status)


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def channel_list(request: DeskRequest) -> HttpResponse:
    """How one is reached oneself; more can be added and tried."""
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and (channel := form.saved(by=request.user)):
        messages.success(request, _("“%s” is kept. Try it now.") % channel)
        return redirect("alarms:channel-list")
    context = {
        "form": form,
        "channels": Channel.objects.visible_to(request.user),
        "feed": feed_link(request.user),
    }
    status = 422 if form.is_bound else 200
    return render(request, "alarms/channel_list.html", context, status=status)


@desk_only
@require_POST
def channel_test(request: DeskRequest, pk: int) -> HttpResponse:
    """Sends a message by one of one's own channels, and keeps whether that went."""
    channel = get_object_or_404(Channel.objects.visible_to(request.user), pk=pk)
    body = _("When there is an alarm, it reaches you like this.")
    error = push(channel, title=_("Test of the service desk"), body=body)
    keep_result(channel, works=not error)
    if error:
        messages.error(request, error)
    else:
        messages.success(request, _("The message went out. Did you get it?"))
    return redirect("alarms:channel-list")


@desk_only
@require_POST
def channel_delete(request: DeskRequest, pk: int) -> HttpResponse:
    """Takes one of one's own channels away."""
    delete_channel(get_object_or_404(Channel.objects.visible_to(request.user), pk=pk))
    messages.success(request, _("The channel is gone."))
    return redirect("alarms:channel-list")


@desk_only
@require_POST
def feed_renew(request: DeskRequest) -> HttpResponse:
    """Another secret link; the old one shows nothing any more."""
    renew_feed_link(request.user)
    messages.success(request, _("The old link no longer works."))
    return redirect("alarms:channel-list")


@require_safe
def roster_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's shifts for a calendar program, by a secret link."""
    person = read_feed_link(token)
    if person is None:
        raise Http404
    with override(person.language):
        body = shifts_as_calendar(person, now=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="on-call.ics"'
    response.headers["Cache-Control"] = "private, max-age=900"
    return response
