"""A ticket goes to a supplier, is written about once more, and comes back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.http import where_next
from tickets.actions.forwarding import end_forwarding, take_for_supplier_answer
from tickets.exceptions import ChangedMeanwhile, TicketError
from tickets.forms.forwarding import ForwardForm, SupplierForm
from tickets.models import Forwarding, Message
from tickets.views.at_desk import desk_only, refusals_shown, ticket_at_desk
from tickets.views.replying import send_from


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_forward(request: DeskRequest, number: int) -> HttpResponse:
    """Says what goes along and what happens, and forwards. A dialog, or a page of its own."""
    ticket = ticket_at_desk(request, number)
    form = ForwardForm(
        request.POST if request.method == "POST" else None,
        ticket=ticket,
        by=request.user,
        supplier=request.GET.get("supplier", ""),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                forwarding = form.save()
            except TicketError as refusal:
                form.add_error(None, str(refusal))
                status = 409 if isinstance(refusal, ChangedMeanwhile) else 422
            else:
                said = _("Forwarded to %(name)s: the answer comes back to this ticket.")
                messages.success(request, said % {"name": forwarding.supplier})
                return redirect(forwarding.ticket)
    template = "tickets/_forward.html"
    context = {"ticket": ticket, "form": form, "body": template}
    alone = status != 200 or not request.htmx
    return render(request, "tickets/ticket_act.html" if alone else template, context, status=status)


@desk_only
@require_POST
def supplier_write(request: DeskRequest, number: int) -> HttpResponse:
    """A further message to the supplier, from the composer."""
    return send_from(request, number, SupplierForm)


@desk_only
@require_POST
def forwarding_end(request: DeskRequest, number: int, pk: int) -> HttpResponse:
    """The supplier solved it, or it is taken back."""
    ticket = ticket_at_desk(request, number)
    threads = Forwarding.objects.visible_to(request.user)
    forwarding = get_object_or_404(threads, pk=pk, ticket=ticket)
    with refusals_shown(request):
        end_forwarding(forwarding, request.POST.get("how", ""), by=request.user)
    return redirect(where_next(request, otherwise=ticket.get_absolute_url()))


@desk_only
@require_POST
def forwarding_answer(request: DeskRequest, number: int, pk: int, message: int) -> HttpResponse:
    """A mail that became a ticket of its own is the supplier's answer."""
    ticket = ticket_at_desk(request, number)
    threads = Forwarding.objects.visible_to(request.user)
    forwarding = get_object_or_404(threads, pk=pk, ticket=ticket)
    mail = get_object_or_404(Message.objects.visible_to(request.user), pk=message)
    with refusals_shown(request):
        take_for_supplier_answer(mail, forwarding, by=request.user)
        said = _("Added as the answer of %(name)s. Ticket #%(number)s is still there: close it.")
        messages.success(request, said % {"name": forwarding.supplier, "number": mail.ticket_id})
    return redirect(ticket)
