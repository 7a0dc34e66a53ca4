"""Finding people and their organisation while somebody types."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from servicedesk.accounts.actions import organisation_of
from servicedesk.accounts.models import User
from servicedesk.accounts.requests import DeskRequest
from tickets.forms.whose import WhoseForm, called
from tickets.views.at_desk import desk_only

MOST = 8
SHORTEST = 2


@desk_only
@require_safe
def person_search(request: DeskRequest) -> HttpResponse:
    """People for `?person=`: by name, address, phone or organisation."""
    words = request.GET.get("person", "").strip()[:200]
    found: list[tuple[User, str]] = []
    if len(words) >= SHORTEST:
        people = User.objects.visible_to(request.user).active().matching(words)
        some = people.select_related("organisation").order_by("name", "pk")[: MOST + 1]
        found = [(person, called(person)) for person in some]
    context = {"found": found[:MOST], "more": len(found) > MOST, "words": words}
    return render(request, "tickets/_people.html", context)


@desk_only
@require_safe
def organisation_suggest(request: DeskRequest) -> HttpResponse:
    """The field of the organisation, with the one that the address of `?new_email=` belongs to."""
    suggested = organisation_of(request.GET.get("new_email", "")[:254])
    form = WhoseForm(initial={"new_organisation": suggested})
    return render(request, "tickets/_log_organisation.html", {"form": form, "suggested": suggested})
