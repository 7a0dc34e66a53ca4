"""Who reads along, as agents manage it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from servicedesk.accounts.models import User
from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from tickets.actions.following import remove_follower
from tickets.forms.people import FollowerForm
from tickets.views import agent_ticket
from tickets.views.at_desk import refusals_shown, ticket_at_desk


@login_required
@require_POST
def follower_add(request: DeskRequest, number: int) -> HttpResponse:
    ticket = ticket_at_desk(request, number)
    form = FollowerForm(request.POST, ticket=ticket, by=request.user)
    if not form.is_valid():
        return agent_ticket.show(request, ticket, changing=form, status=422)
    with refusals_shown(request):
        form.save()
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))


@login_required
@require_POST
def follower_remove(request: DeskRequest, number: int, user: int) -> HttpResponse:
    ticket = ticket_at_desk(request, number)
    follower = get_object_or_404(User, pk=user, following__ticket=ticket)
    with refusals_shown(request):
        remove_follower(ticket, follower, by=request.user)
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))
