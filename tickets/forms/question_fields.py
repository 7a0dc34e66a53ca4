"""All fields of the guided form; `tickets.forms.intake` leaves out what is not asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import Branch
from servicedesk.catalogue.models import IntakeQuestion
from tickets.intake import questions
from tickets.intake.questions import Card

LOCAL = "%Y-%m-%dT%H:%M"

#: Everybody is asked these.
ALWAYS = frozenset(
    {
        "kind",
        "service",
        "branch",
        "wants_callback",
        "callback_phone",
        "callback_when",
        "follows",
        "article",
    }
)


def cards(given: Iterable[Card]) -> list[tuple[str, Any]]:
    """The choices of a field that is drawn as cards."""
    return [(card.value, card.title) for card in given]


class QuestionFields(forms.Form):
    """Only the declarations."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of question"),
        choices=cards(questions.KINDS),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what kind of question it is.")},
    )
    variant = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of these.")},
    )
    service = forms.ChoiceField(
        label=gettext_lazy("Service"),
        error_messages={
            "required": gettext_lazy("Choose a service, or “I do not know”."),
            "invalid_choice": gettext_lazy("Choose a service from the list."),
        },
    )
    branch = forms.ModelChoiceField(
        label=gettext_lazy("Branch"),
        queryset=Branch.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not about one branch"),
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give your question a subject in a few words.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Describe your question in your own words.")},
    )
    since = forms.DateTimeField(
        label=gettext_lazy("Since when?"),
        required=False,
        input_formats=[LOCAL, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        error_messages={"invalid": gettext_lazy("Give a day and an hour.")},
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        required=False,
        choices=cards(questions.FREQUENCIES),
        widget=forms.RadioSelect,
    )
    impact = forms.ChoiceField(
        label=gettext_lazy("What is the impact?"),
        required=False,
        choices=cards(questions.IMPACTS),
        widget=forms.RadioSelect,
    )
    steps = forms.CharField(
        label=gettext_lazy("Steps already taken"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "placeholder": gettext_lazy(
                    "For example cache cleared, signed in again, other browser"
                ),
            }
        ),
    )
    version = forms.CharField(
        label=gettext_lazy("Version"),
        required=False,
        max_length=120,
        widget=forms.TextInput(
            attrs={"placeholder": gettext_lazy("Of the program, app or browser")}
        ),
    )
    systems = forms.MultipleChoiceField(
        label=gettext_lazy("Access to what?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick what access is needed to.")},
    )
    for_whom = forms.ChoiceField(
        label=gettext_lazy("For whom?"),
        choices=cards(questions.FOR_WHOM),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose for whom the access is.")},
    )
    colleague = forms.CharField(
        label=gettext_lazy("Name and e-mail address of your colleague"),
        required=False,
        max_length=200,
    )
    same_as = forms.CharField(
        label=gettext_lazy("The same access as"),
        help_text=gettext_lazy("Somebody who has the right access already."),
        required=False,
        max_length=200,
    )
    approved_by = forms.CharField(
        label=gettext_lazy("Who agrees to it?"),
        help_text=gettext_lazy("The librarian in charge, or who decides about it where you work."),
        required=False,
        max_length=200,
    )
    wants_callback = forms.BooleanField(
        label=gettext_lazy("Call me if that is faster"),
        help_text=gettext_lazy("Give a number and when you can be reached."),
        required=False,
    )
    callback_phone = forms.CharField(
        label=gettext_lazy("Phone number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "placeholder": "0470 00 00 00"}
        ),
    )
    callback_when = forms.CharField(label=gettext_lazy("When?"), required=False, max_length=120)
    follows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    article = forms.SlugField(required=False, max_length=160, widget=forms.HiddenInput)


def number_field(question: IntakeQuestion) -> forms.Field:
    """The field for one of the service's own questions."""
    words: dict[str, Any] = {
        "label": question.label,
        "help_text": question.explanation,
        "required": False,
    }
    if question.kind == IntakeQuestion.Kind.CHOICE:
        options = [(line, line) for line in question.choices.splitlines() if line.strip()]
        return forms.ChoiceField(choices=[("", _("Choose")), *options], **words)
    hints = {"placeholder": question.example, "autocomplete": "off"}
    if question.kind == IntakeQuestion.Kind.NUMBER:
        hints["inputmode"] = "numeric"
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs=hints), **words)
