"""How long what kind of tickets keep what people told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import Organisation
from tickets.models import RetentionRule


class RetentionRuleForm(forms.ModelForm):
    """One rule: for a kind of organisation, a category, both, or all tickets."""

    organisation_kind = forms.ChoiceField(
        label=_("Kind of organisation"),
        choices=[("", _("every kind, and people without one")), *Organisation.Kind.choices],
        required=False,
    )

    class Meta:
        model = RetentionRule
        fields = ("organisation_kind", "category", "months")
        labels = {"category": _("Category"), "months": _("Months after the solution")}
        help_texts = {"category": "", "months": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.empty_label = _("every category, and tickets without one")
