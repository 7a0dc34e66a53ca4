"""The requester's page of a ticket: what happens next and by when, the conversation, an answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from servicedesk.accounts.models import User
from servicedesk.accounts.requests import DeskRequest
from servicedesk.lib.numbers import whole
from tickets import articles
from tickets.actions import drafting
from tickets.actions.transitions import is_confirmed
from tickets.case import followers
from tickets.forms.rating import RatingForm
from tickets.forms.requester import AnswerForm, ColleagueForm
from tickets.intake import answers
from tickets.models import Draft, Message, Rating, Ticket
from tickets.permissions import (
    may_confirm,
    may_follow_up,
    may_manage_followers,
    may_rate,
    may_reply,
)
from tickets.standing import standing
from tickets.story import story

RELATED = 3


def show(
    request: DeskRequest,
    ticket: Ticket,
    *,
    answer: AnswerForm | None = None,
    colleague: ColleagueForm | None = None,
    opinion: RatingForm | None = None,
    faults: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """The whole page. `answer`, `colleague`, `opinion` are forms that were refused, as typed."""
    user = request.user
    draft = drafting.draft_of(user, Draft.Kind.PUBLIC_REPLY, ticket)
    context = {
        "ticket": ticket,
        "standing": standing(ticket, contacts=_contacts(ticket)),
        "story": story(ticket, reader=user, before=_before(request)),
        "draft": draft,
        "answer": answer or AnswerForm(initial=draft.data),
        "faults": faults,
        "confirmed": is_confirmed(ticket),
        **_opinion(ticket, user, opinion),
        **_permitted(ticket, user),
        **_beside(ticket, user, colleague),
    }
    return render(request, "tickets/portal_ticket.html", context, status=status)


def _opinion(ticket: Ticket, user: User, form: RatingForm | None) -> dict[str, Any]:
    """Whether we ask how satisfied they are, and what they said before."""
    given = Rating.objects.filter(ticket=ticket).first() if ticket.is_solved else None
    return {
        "rating": given,
        "may_rate": may_rate(user, ticket, given),
        "opinion": form or RatingForm(initial={"comment": given.comment if given else ""}),
    }


def _before(request: DeskRequest) -> int:
    return whole(request.GET.get("before", "")) or 0


def _contacts(ticket: Ticket) -> int:
    """How often a person of the desk answered."""
    return ticket.messages.public().filter(side=Message.Side.DESK, is_automatic=False).count()


def _permitted(ticket: Ticket, user: User) -> dict[str, bool]:
    return {
        "may_reply": may_reply(user, ticket),
        "may_confirm": may_confirm(user, ticket),
        "may_follow_up": may_follow_up(user, ticket),
        "may_share": may_manage_followers(user, ticket),
    }


def _beside(ticket: Ticket, user: User, colleague: ColleagueForm | None) -> dict[str, Any]:
    """What stands beside the conversation."""
    seen = Ticket.objects.visible_to(user)
    return {
        "answers": answers.shown(ticket),
        "sort": answers.sort_label(ticket),
        "followers": followers(ticket),
        "colleague": colleague or ColleagueForm(ticket=ticket, by=user),
        "related": articles.for_ticket(ticket, reader=user)[:RELATED],
        "follow_ups": list(seen.filter(follows_up=ticket).order_by("pk")[:10]),
        "follows_up": seen.filter(pk=ticket.follows_up_id).first()
        if ticket.follows_up_id
        else None,
    }
