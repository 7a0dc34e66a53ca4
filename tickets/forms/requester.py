"""What the requester's side fills in on the page of a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from tickets.models import Ticket
from tickets.permissions import may_manage_followers


class AnswerForm(forms.Form):
    """An answer to the desk. Empty is fine where a button says enough by itself."""

    body = forms.CharField(
        label=_("Your answer"),
        required=False,
        strip=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ColleagueForm(forms.Form):
    """A colleague of the own organisation who will read along."""

    user = forms.ModelChoiceField(
        label=_("Colleague"),
        queryset=User.objects.none(),
        empty_label=_("Choose a colleague"),
        error_messages={"required": _("Choose a colleague.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, ticket: Ticket, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: Any = self.fields["user"]
        user.queryset = colleagues_to_add(ticket, by)


def colleagues_to_add(ticket: Ticket, by: User) -> QuerySet[User]:
    """Colleagues who do not read along yet."""
    if by.organisation_id is None or not may_manage_followers(by, ticket):
        return User.objects.none()
    theirs = User.objects.active().filter(organisation=by.organisation_id)
    others = theirs.exclude(pk=ticket.requester_id).exclude(following__ticket=ticket)
    return others.order_by("name")
