"""Satisfied or not: said by the requester's side, followed up by the desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from tickets.actions.rating import follow_up_rating, rate
from tickets.exceptions import TicketError
from tickets.forms.rating import RatingForm
from tickets.models import Ticket
from tickets.permissions import is_requesters_side
from tickets.views import portal_ticket
from tickets.views.at_desk import refusals_shown, ticket_at_desk


@login_required
@require_POST
def rating_give(request: DeskRequest, number: int) -> HttpResponse:
    """The opinion of who asked or reads along."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user).for_rows(), pk=number)
    if not is_requesters_side(request.user, ticket):
        raise Http404
    form = RatingForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            rate(ticket, said["verdict"], by=request.user, comment=said["comment"])
        except TicketError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you, we have your opinion."))
            return redirect(ticket)
    return portal_ticket.show(request, ticket, opinion=form, status=422)


@login_required
@require_POST
def rating_follow_up(request: DeskRequest, number: int) -> HttpResponse:
    """Somebody of the desk did something with a negative opinion."""
    ticket = ticket_at_desk(request, number)
    with refusals_shown(request):
        follow_up_rating(ticket, by=request.user)
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))
