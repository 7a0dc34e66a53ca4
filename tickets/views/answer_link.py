"""The page behind the link in a solved mail. Reading it changes nothing; a button does."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from servicedesk.accounts.models import User
from tickets.actions.answering import not_yet_by_link, rate_by_link, solved_by_link, thanks_by_link
from tickets.actions.transitions import closes_at, is_confirmed
from tickets.exceptions import TicketError
from tickets.forms.rating import LinkForm, RatingForm
from tickets.mail.links import Expired, read_token
from tickets.models import Rating, Ticket
from tickets.permissions import may_rate


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_link(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever holds the link, in the language of whom it was for, without signing in."""
    try:
        link = read_token(token)
    except Expired:
        return _private(render(request, "tickets/answer_link_expired.html", status=410))
    if link is None:
        raise Http404
    ticket = get_object_or_404(Ticket, pk=link.ticket)
    speaker = link.speaker(ticket)
    if speaker is None:
        context = {"readers_changed": True}
        return _private(render(request, "tickets/answer_link_expired.html", context, status=404))
    with translation.override(speaker.language):
        answer = _post(request, ticket, speaker) if request.method == "POST" else None
        return _private(answer or _page(request, ticket, speaker))


def _post(request: HttpRequest, ticket: Ticket, by: User) -> HttpResponse:
    """One button, one verb. A refusal shows the page again with what was typed."""
    form = RatingForm(request.POST) if "verdict" in request.POST else LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket, by, form=form)
    try:
        choice = request.POST.get("choice", "")
        messages.success(request, _act(ticket, by, choice, form.cleaned_data))
    except TicketError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, ticket, by, form=form)
    return redirect(request.path)


def _act(ticket: Ticket, by: User, choice: str, said: dict[str, Any]) -> str:
    if "verdict" in said:
        rate_by_link(ticket, said["verdict"], said["comment"], by=by)
        return _("Thank you, we have your opinion.")
    if choice == "solved":
        solved_by_link(ticket, by=by)
        return _("Good to hear that it is solved.")
    if choice == "not-yet":
        not_yet_by_link(ticket, said["body"], by=by)
        return _("We go on with it.")
    if choice == "thanks":
        thanks_by_link(ticket, by=by)
        return _("We pass on your thanks. The ticket stays solved.")
    raise TicketError(_("Choose one of the buttons."))


def _page(
    request: HttpRequest, ticket: Ticket, by: User, *, form: RatingForm | LinkForm | None = None
) -> HttpResponse:
    given = Rating.objects.filter(ticket=ticket).first()
    context = {
        "ticket": ticket,
        "solved": ticket.status == Ticket.Status.SOLVED,
        "until": closes_at(ticket),
        "confirmed": is_confirmed(ticket),
        "rating": given,
        "may_rate": may_rate(by, ticket, given),
        "opinion": form if isinstance(form, RatingForm) else RatingForm(),
        "link_form": form if isinstance(form, LinkForm) else LinkForm(),
        "refused": form,
    }
    status = 422 if form is not None else 200
    return render(request, "tickets/answer_link.html", context, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a key: no other site hears of it, no search engine keeps it."""
    # Not “no-referrer”: then a browser names no origin either, and our own form is refused.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
