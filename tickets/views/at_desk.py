"""What every page and form of the desk's side begins and ends with."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404

from servicedesk.accounts.requests import DeskRequest
from tickets.exceptions import TicketError
from tickets.models import Ticket
from tickets.permissions import may_work

P = ParamSpec("P")


def desk_only(
    view: Callable[Concatenate[DeskRequest, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A view for people of the desk. Others get 404, who is not signed in the sign-in page."""

    @login_required
    @functools.wraps(view)
    def guarded(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_work(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def ticket_at_desk(request: DeskRequest, number: int) -> Ticket:
    """The ticket, for people of the desk. Others get 404, whether it exists or not."""
    if not may_work(request.user):
        raise Http404
    readable = Ticket.objects.visible_to(request.user).for_rows().select_related("rating")
    return get_object_or_404(readable, pk=number)


@contextmanager
def refusals_shown(request: DeskRequest) -> Iterator[None]:
    """What a verb refuses inside becomes a notice on the next page."""
    try:
        yield
    except TicketError as refusal:
        messages.error(request, str(refusal))
