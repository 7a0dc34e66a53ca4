"""Another promise for one ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import User
from sla.models import Policy
from sla.overriding import override_policy, policy_of
from tickets.forms.choosing import Select, offer
from tickets.models import Ticket


class PolicyForm(forms.Form):
    """Which policy, and why. The reason is counted and listed for managers."""

    policy = forms.ModelChoiceField(
        Policy.objects.none(),
        label=gettext_lazy("SLA policy"),
        widget=Select(attrs={"class": "form-select"}),
        error_messages={"required": gettext_lazy("Choose a policy.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say why: another promise needs a reason.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, ticket: Ticket, by: User) -> None:
        super().__init__(data, initial={"policy": policy_of(ticket)}, auto_id="act-%s")
        self.ticket, self.by = ticket, by
        field = cast(forms.ModelChoiceField, self.fields["policy"])
        offer(field, Policy.objects.filter(is_active=True, versions__isnull=False).distinct())

    def save(self) -> Ticket:
        """Calls the verb. Raises TicketError."""
        chosen = self.cleaned_data
        return override_policy(self.ticket, chosen["policy"], by=self.by, reason=chosen["reason"])
