"""Handing over the tickets of somebody who is away: chosen, previewed, done, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.accounts.requests import DeskRequest
from tickets.actions.handing_over import take_back_handover
from tickets.exceptions import TicketError
from tickets.forms.handover import HandoverForm
from tickets.models import Handover
from tickets.permissions import may_hand_over, may_hand_over_any
from tickets.queues import Board
from tickets.views.at_desk import desk_only, refusals_shown

RECENT = 20


@desk_only
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: DeskRequest) -> HttpResponse:
    """For managers and team leads. A GET with `?absent=` previews, a POST does it."""
    if not may_hand_over_any(request.user):
        raise Http404
    chosen = request.POST if request.method == "POST" else request.GET
    form = HandoverForm(chosen if "absent" in chosen else None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            done = form.save()
        except TicketError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _done(done))
            return redirect("tickets:handover")
    context = {"form": form, "board": Board(request.user).count(), "recent": _recent(request)}
    status = 422 if request.method == "POST" else 200
    return render(request, "tickets/handover.html", context, status=status)


@desk_only
@require_POST
def handover_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Gives back what nobody has passed on since."""
    done = get_object_or_404(Handover.objects.select_related("absent", "to"), pk=pk)
    if not may_hand_over(request.user, done.absent):
        raise Http404
    with refusals_shown(request):
        count = take_back_handover(done, by=request.user)
        words = ngettext(
            "%(count)d ticket of %(name)s is back.",
            "%(count)d tickets of %(name)s are back.",
            count,
        )
        messages.success(request, words % {"count": count, "name": done.absent})
    return redirect("tickets:handover")


def _recent(request: DeskRequest) -> list[Handover]:
    rows = Handover.objects.select_related("absent", "to", "by").order_by("-pk")[:RECENT]
    return [row for row in rows if request.user.is_manager or row.by_id == request.user.pk]


def _done(done: Handover) -> str:
    words = ngettext(
        "%(count)d ticket of %(name)s was handed over.",
        "%(count)d tickets of %(name)s were handed over.",
        done.count,
    )
    return words % {"count": done.count, "name": done.absent}
