"""What the requester's side fills in about our help. Nothing is preselected."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.actions.rating import LONGEST_COMMENT
from tickets.models import Rating


class RatingForm(forms.Form):
    """Satisfied or not: the button that is pressed says it. Words beside it are welcome."""

    verdict = forms.ChoiceField(
        label=_("Were you satisfied with our help?"),
        choices=Rating.Verdict.choices,
        error_messages={
            "required": _("Choose whether you were satisfied."),
            "invalid_choice": _("Choose whether you were satisfied."),
        },
    )
    comment = forms.CharField(
        label=_("Do you want to say why? (not needed)"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


class LinkForm(forms.Form):
    """What is written behind the link of a solved mail, beside the choice."""

    body = forms.CharField(
        label=_("What does not work yet?"),
        required=False,
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )
