"""The page of one ticket: one address, the page that fits the reader."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from servicedesk.accounts.requests import DeskRequest
from tickets.models import Ticket
from tickets.permissions import may_work
from tickets.views import agent_ticket, portal_ticket


@login_required
@require_safe
def ticket_detail(request: DeskRequest, number: int) -> HttpResponse:
    """The agent's page for agents, the plain page for everybody else who may see the ticket."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user).for_rows(), pk=number)
    page = agent_ticket if may_work(request.user) else portal_ticket
    return page.show(request, ticket)
