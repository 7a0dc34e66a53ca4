"""Changing one property of a ticket."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from servicedesk.lib.numbers import whole
from tickets.actions.assigning import take
from tickets.forms.people import RequesterForm
from tickets.forms.properties import PROPERTIES
from tickets.views import agent_ticket
from tickets.views.at_desk import refusals_shown, ticket_at_desk


@login_required
@require_POST
def property_set(request: DeskRequest, number: int, name: str) -> HttpResponse:
    """Status, team, assignee, service, category, KWIS kind or priority."""
    ticket = ticket_at_desk(request, number)
    if name not in PROPERTIES:
        raise Http404
    form = PROPERTIES[name](request.POST, ticket=ticket, by=request.user)
    if not form.is_valid():
        return agent_ticket.show(request, ticket, changing=form, status=422)
    with refusals_shown(request):
        form.save()
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))


@login_required
@require_POST
def ticket_take(request: DeskRequest, number: int) -> HttpResponse:
    """The agent takes the ticket, if it is still with whom it was on the agent's screen."""
    ticket = ticket_at_desk(request, number)
    seen = whole(request.POST.get("seen_assignee", ""))
    with refusals_shown(request):
        take(ticket, by=request.user, seen_assignee=seen)
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))


@login_required
@require_POST
def requester_set(request: DeskRequest, number: int) -> HttpResponse:
    """The ticket is really somebody else's."""
    ticket = ticket_at_desk(request, number)
    form = RequesterForm(request.POST, ticket=ticket, by=request.user)
    if not form.is_valid():
        return agent_ticket.show(request, ticket, changing=form, status=422)
    with refusals_shown(request):
        form.save()
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))
