"""One person as the administrator sees them: what they may, why, and how they leave."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk import access
from servicedesk.accounts import second_step
from servicedesk.accounts.actions import activate
from servicedesk.accounts.exceptions import AccountError
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_administer, may_reset_second_step
from servicedesk.accounts.requests import DeskRequest
from tickets.actions.leaving import leave, team_after
from tickets.mail.undelivered import failing_address
from tickets.models import Ticket


@login_required
@require_safe
def person_access(request: DeskRequest, pk: int) -> HttpResponse:
    """What somebody may see and do, and why."""
    person = _person(request, pk)
    context = {
        "person": person,
        "teams": person.teams.all(),
        "answers": access.answers(person),
        "sights": access.sights(person),
        "failing_address": failing_address(person),
        "may_reset_second_step": may_reset_second_step(request.user, person)
        and second_step.has_any(person),
    }
    return render(request, "person_access.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request: DeskRequest, pk: int) -> HttpResponse:
    """Asks first, telling what will happen; then switches the person off."""
    person = _person(request, pk)
    if person.pk == request.user.pk or not person.is_active:
        raise Http404
    if request.method == "POST":
        try:
            count = leave(person, by=request.user)
        except AccountError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _told(person, count))
        return redirect("person-access", person.pk)
    open_tickets = Ticket.objects.assigned_to(person).for_rows().order_by("pk")
    context = {
        "person": person,
        "tickets": open_tickets[:20],
        "ticket_count": open_tickets.count(),
        "team": team_after(person),
    }
    return render(request, "person_leave.html", context)


@login_required
@require_POST
def person_return(request: DeskRequest, pk: int) -> HttpResponse:
    """Switches somebody on again."""
    person = _person(request, pk)
    activate(person, by=request.user)
    messages.success(request, _("%(name)s can sign in again.") % {"name": person.name})
    return redirect("person-access", person.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_second_step_reset(request: DeskRequest, pk: int) -> HttpResponse:
    """Asks whether it is really them, then takes the second steps of this person away."""
    person = _person(request, pk)
    if not may_reset_second_step(request.user, person):
        raise Http404
    if request.method == "POST":
        second_step.reset(person, by=request.user)
        said = _("%(name)s signs in with a password, and then sets up another second step.")
        messages.success(request, said % {"name": person.name})
        return redirect("person-access", person.pk)
    return render(request, "person_second_step_reset.html", {"person": person})


def _person(request: DeskRequest, pk: int) -> User:
    if not may_administer(request.user):
        raise Http404
    return get_object_or_404(User.objects.select_related("organisation"), pk=pk)


def _told(person: User, count: int) -> str:
    said = ngettext(
        "%(name)s is switched off; %(count)d ticket went back to its team.",
        "%(name)s is switched off; %(count)d tickets went back to their teams.",
        count,
    )
    return said % {"name": person.name, "count": count}
