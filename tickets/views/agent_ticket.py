"""The agent's page of a ticket: conversation, composer, properties, context."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from servicedesk.accounts.models import User
from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.numbers import whole
from servicedesk.lib.pagination import Keyset
from tickets import articles, case, macros
from tickets.actions.reading import mark_read
from tickets.conversation import MOST_EVENTS, conversation
from tickets.forms.people import FollowerForm, PersonForm, RequesterForm
from tickets.forms.properties import PROPERTIES, PropertyForm
from tickets.forms.reply import ComposerForm
from tickets.history import lines
from tickets.mail.undelivered import failing_address, undelivered
from tickets.models import Ticket, TicketEvent
from tickets.neighbours import neighbours
from tickets.permissions import may_forward
from tickets.views.at_desk import ticket_at_desk
from tickets.views.composing import composer
from tickets.views.origin import come_from, page_of

NEWEST_FIRST = Keyset(["-pk"])


def show(
    request: DeskRequest,
    ticket: Ticket,
    *,
    composing: ComposerForm | None = None,
    changing: PropertyForm | PersonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page. `composing` and `changing` are forms that were refused, with their text."""
    origin = come_from(request)
    filled = macros.for_ticket(ticket, by=request.user)
    beside = case.beside(ticket)
    with_supplier = bool(beside["with_supplier"])
    context = {
        "ticket": ticket,
        "composer": composer(
            request, ticket, filled, with_supplier=with_supplier, refused=composing
        ),
        "macros": filled,
        "origin": origin or "dispatch",
        "here": page_of(ticket, origin),
        "neighbours": neighbours(ticket, queue=origin, reader=request.user),
        **_conversation(request, ticket, composing),
        **_forms(ticket, request.user, changing),
        **_articles(request, ticket),
        "undelivered": undelivered(ticket),
        "failing_address": failing_address(ticket.requester),
        "rating": getattr(ticket, "rating", None),
        "may_forward": not with_supplier and may_forward(request.user, ticket),
        **beside,
    }
    return render(request, "tickets/agent_ticket.html", context, status=status)


@login_required
@require_safe
def conversation_window(request: DeskRequest, number: int) -> HttpResponse:
    """The messages before `?before=`, for the top of the conversation."""
    ticket = ticket_at_desk(request, number)
    talk = conversation(ticket, before=_number(request, "before"))
    context = {"ticket": ticket, "conversation": talk}
    return render(request, "tickets/_conversation.html", context)


@login_required
@require_safe
def ticket_articles(request: DeskRequest, number: int) -> HttpResponse:
    """Articles for what the agent types beside the conversation."""
    ticket = ticket_at_desk(request, number)
    return render(request, "tickets/_articles.html", _articles(request, ticket))


@login_required
@require_safe
def ticket_history(request: DeskRequest, number: int) -> HttpResponse:
    """Everything that ever happened to a ticket, newest first, in pages."""
    ticket = ticket_at_desk(request, number)
    events = TicketEvent.objects.filter(ticket=ticket)
    page = NEWEST_FIRST.page(
        events,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=MOST_EVENTS,
    )
    context = {"ticket": ticket, "page": page, "lines": lines(page.rows)}
    return render(request, "tickets/ticket_history.html", context)


def _conversation(
    request: DeskRequest, ticket: Ticket, composing: ComposerForm | None
) -> dict[str, Any]:
    """What was said, which is read from now on. After a refusal the news is marked."""
    before = _number(request, "before")
    seen = composing.cleaned_data.get("seen") if composing else None
    talk = conversation(ticket, before=before, seen=seen, reader_id=request.user.pk)
    mark_read(ticket, talk.newest, by=request.user)
    return {"conversation": talk, "is_earlier": before > 0}


def _forms(
    ticket: Ticket, user: User, changing: PropertyForm | PersonForm | None
) -> dict[str, Any]:
    """The small forms, fresh but for the one that was refused."""

    def form(kind: type[PropertyForm] | type[PersonForm]) -> PropertyForm | PersonForm:
        return changing if isinstance(changing, kind) else kind(ticket=ticket, by=user)

    return {
        "properties": [form(kind) for kind in PROPERTIES.values()],
        "follower_form": form(FollowerForm),
        "requester_form": form(RequesterForm),
        "changing": changing,
    }


def _articles(request: DeskRequest, ticket: Ticket) -> dict[str, Any]:
    words = request.GET.get("articles", "")
    found = articles.for_ticket(ticket, reader=request.user, words=words)
    return {"articles": found, "article_words": words}


def _number(request: DeskRequest, name: str) -> int:
    return whole(request.GET.get(name, "")) or 0
