"""Reporting that nobody can use a service any more."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from servicedesk.catalogue.querysets import ServiceQuerySet
from sla.alarms.actions import SiteDown, report_site_down
from sla.availability.models import Outage
from tickets.models import Ticket


def reportable(user: User) -> ServiceQuerySet:
    """What this person may say is down."""
    return Service.objects.visible_to(user).active()


class SiteDownForm(forms.Form):
    """The one confirming step: what is seen, and that it is really for everybody."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    subject = forms.CharField(
        label=_("What do you see?"),
        max_length=120,
        help_text=_("In a few words, such as: white page after signing in."),
    )
    body = forms.CharField(
        label=_("What else should we know?"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Since when, at which branches, the text of the error."),
    )
    sure = forms.BooleanField(
        label=_("Nobody can use this service any more"),
        error_messages={"required": _("Tick this only when it is down for everybody.")},
        help_text=_("The whole team is alarmed at once."),
    )

    def report(self, service: Service, *, by: User) -> tuple[Ticket, Outage]:
        """What the valid form makes. Raises TicketError."""
        given = self.cleaned_data
        text = given["body"].strip() or given["subject"]
        report = SiteDown(service, given["subject"], text, token=given["token"])
        return report_site_down(report, by=by)
