"""The front hall: where each role comes in, and the search that crosses rooms."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from knowledgebase.models import Article
from knowledgebase.spelling import better_spelling
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_read_reports, may_work_at_desk
from servicedesk.accounts.requests import DeskRequest
from tickets import search as ticket_search
from tickets.actions.drafting import draft_of, is_blank
from tickets.models import Draft, Ticket

ON_HOME = 4
MOST_FOUND = 20


@login_required
@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """Agents start in the dispatch queue, managers at the figures, everybody else at the portal."""
    if may_read_reports(request.user):
        return redirect("sla:report-dashboard")
    if may_work_at_desk(request.user):
        return redirect("tickets:queue", "dispatch")
    return render(request, "home.html", _portal(request.user))


@login_required
@require_safe
def search(request: DeskRequest) -> HttpResponse:
    """Articles and tickets for the words of a requester; a number jumps to its ticket.

    Agents search their queue.
    """
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    if may_work_at_desk(request.user):
        return redirect(f"{reverse('tickets:queue-search')}?{urlencode({'q': words})}")
    tickets = Ticket.objects.visible_to(request.user)
    number = ticket_search.number_in(words)
    named = tickets.filter(pk=number).first() if number is not None else None
    if named:
        return redirect(named)
    return render(request, "search.html", _found(request.user, words))


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the desk keeps of people, for everybody to read."""
    return render(request, "about/privacy.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What is done so that everybody can use the desk, and whom to tell when it fails."""
    return render(request, "about/accessibility.html")


def _portal(user: User) -> dict[str, Any]:
    mine = Ticket.objects.visible_to(user, part="own")
    draft = draft_of(user, Draft.Kind.NEW_TICKET)
    return {
        "tickets": list(mine.for_portal().order_by("-pk")[:ON_HOME]),
        "ticket_count": mine.count(),
        "articles": _on_home(user),
        "draft": None if is_blank(draft) else draft,
    }


def _on_home(user: User) -> list[Article]:
    """The articles that the desk put there; without any, those that helped most."""
    readable = Article.objects.visible_to(user).select_related("service")
    return list(readable.on_home()[:ON_HOME]) or list(
        readable.published().with_votes().order_by("-vote_count", "title")[:ON_HOME]
    )


def _found(user: User, words: str) -> dict[str, Any]:
    articles = Article.objects.visible_to(user).published()
    tickets = Ticket.objects.visible_to(user)
    exact = list(articles.matching(words).select_related("service")[:MOST_FOUND])
    # All words in one article are much to ask: then those that share some of them.
    found = exact or list(articles.answering(words).select_related("service")[:ON_HOME])
    own = ticket_search.matching(tickets, words, reader=user).for_portal()
    theirs = list(own.order_by("-pk")[:MOST_FOUND])
    nothing = bool(words) and not found and not theirs
    return {
        "words": words,
        "articles": found,
        "exact": bool(exact),
        "tickets": theirs,
        "nothing": nothing,
        "spelling": better_spelling(words, articles) if nothing else "",
        "suggestions": _on_home(user) if not words or nothing else [],
    }
