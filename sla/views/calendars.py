"""Calendars in the administration: all of them, and the editor with its pictures."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.accounts.permissions import may_administer
from servicedesk.accounts.requests import DeskRequest
from sla.business_hours import BusinessHours
from sla.calendar_pictures import special_days, week_in_words, week_lines, week_total, year_picture
from sla.exceptions import PromiseError
from sla.forms.calendars import CalendarForm
from sla.models import BusinessCalendar, CalendarVersion, PolicyVersion, TicketPromise
from sla.versions import edit_calendar, withdraw
from sla.what_if import what_if
from tickets.models import Ticket

#: The lists in the form that get an empty row on request.
GROWING = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "exceptions")


@login_required
@require_safe
def calendar_list(request: DeskRequest) -> HttpResponse:
    """Each calendar with its week as it is now."""
    administrators_only(request)
    versions = CalendarVersion.objects.filter(valid_from__lte=timezone.now())
    current = versions.order_by("calendar_id", "-valid_from").distinct("calendar_id")
    policies = PolicyVersion.objects.order_by().values_list("calendar")
    used = dict(policies.annotate(Count("policy", distinct=True)))
    calendars = [
        {
            "calendar": version.calendar,
            "lines": week_lines(version.business_hours),
            "words": week_in_words(version.business_hours),
            "zone": version.zone,
            "policies": used.get(version.calendar_id, 0),
        }
        for version in current.select_related("calendar")
    ]
    return render(request, "sla/calendar_list.html", {"calendars": calendars})


@login_required
def calendar_create(request: DeskRequest) -> HttpResponse:
    """A new calendar."""
    administrators_only(request)
    return _edit(request, None)


@login_required
def calendar_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Another version of a calendar, what it would look like, and what it said before."""
    administrators_only(request)
    return _edit(request, get_object_or_404(BusinessCalendar, pk=pk))


@login_required
@require_POST
def calendar_withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """Takes back a version that has not begun."""
    administrators_only(request)
    version = get_object_or_404(CalendarVersion, pk=pk)
    try:
        withdraw(version, by=request.user)
        messages.success(request, _("The version is taken back."))
    except PromiseError as error:
        messages.error(request, str(error))
    return redirect("promises:calendar-edit", version.calendar_id)


def administrators_only(request: DeskRequest) -> None:
    """404 for everybody else."""
    if not may_administer(request.user):
        raise Http404


def _edit(request: DeskRequest, calendar: BusinessCalendar | None) -> HttpResponse:
    versions = list(calendar.versions.select_related("made_by")) if calendar else []
    current = next((v for v in versions if v.valid_from <= timezone.now()), None)
    version = current or next(iter(versions), None)
    data = request.POST if request.method == "POST" else None
    form = CalendarForm(data, calendar=calendar, version=version)
    context: dict[str, Any] = {
        "form": form,
        "calendar": calendar,
        "versions": versions,
        "current": current,
    }
    if data is None:
        context |= _picture(version) if version else {}
        context["running"] = _running(versions)
        return render(request, "sla/calendar_form.html", context)
    if (growing := data.get("more", "")) in GROWING:
        context |= {"growing": growing}
        if request.htmx:
            return render(request, "sla/_calendar_rows.html", context | {"field": form[growing]})
        return render(request, "sla/calendar_form.html", context | _typed(form))
    if "draw" in data:
        context |= _typed(form)
        page = "sla/_calendar_picture.html" if request.htmx else "sla/calendar_form.html"
        return render(request, page, context)
    return _save(request, form, calendar) or render(
        request, "sla/calendar_form.html", context | _typed(form), status=422
    )


def _save(
    request: DeskRequest, form: CalendarForm, calendar: BusinessCalendar | None
) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        saved = edit_calendar(calendar, form.edit, by=request.user)
    except PromiseError as error:
        form.add_error("valid_from", str(error))
        return None
    messages.success(request, _("Saved. Tickets that are there keep what they were promised."))
    return redirect("promises:calendar-edit", saved.pk)


def _typed(form: CalendarForm) -> dict[str, Any]:
    """The pictures of what was typed; none while something is wrong with it."""
    if not form.is_valid():
        return {"typed_wrong": True}
    hours, given = form.hours(), form.cleaned_data
    context = {**_drawn(hours, _year(form.data.get("draw", ""))), "typed": True}
    if given["target"]:
        context["answer"] = what_if(hours, given["start"] or timezone.now(), given["target"] * 60)
    return context


def _picture(version: CalendarVersion) -> dict[str, Any]:
    hours = version.business_hours
    return {
        **_drawn(hours, timezone.localdate().year),
        "answer": what_if(hours, timezone.now(), 240 * 60),
    }


def _year(text: str) -> int:
    """The year that was asked to be drawn; this one for what is no year."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    return number if 2000 <= number <= 2100 else timezone.localdate().year


def _drawn(hours: BusinessHours, year: int) -> dict[str, Any]:
    return {
        "hours": hours,
        "year": year,
        "week": week_lines(hours),
        "words": week_in_words(hours),
        "total": week_total(hours),
        "months": year_picture(hours, year),
        "special": special_days(hours, year),
    }


def _running(versions: list[CalendarVersion]) -> int:
    """How many unsolved tickets keep a version of this calendar when it changes."""
    held = TicketPromise.objects.filter(calendar_version__in=[version.pk for version in versions])
    return held.filter(ticket__in=Ticket.objects.unsolved().order_by().values("pk")).count()
