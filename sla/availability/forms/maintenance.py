"""Announcing work, changing and cancelling it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from sla.availability.actions import (
    Work,
    announce_maintenance,
    cancel_maintenance,
    change_maintenance,
)
from sla.availability.forms.fields import MomentField, ServicesField
from sla.availability.forms.outages import EnglishField, VerbForm
from sla.availability.models import MaintenanceWindow


class MaintenanceForm(VerbForm):
    """What is done to which services, when; with a reason once it has begun."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        error_messages={"required": _("Give the maintenance a title.")},
    )
    title_en = EnglishField(max_length=120)
    text = forms.CharField(
        label=_("What will people notice?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    text_en = EnglishField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    services = ServicesField(
        label=_("Services"), error_messages={"required": _("Choose at least one service.")}
    )
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(label=_("Until"))
    reason = forms.CharField(
        label=_("Why afterwards?"),
        required=False,
        max_length=500,
        help_text=_("Only needed for what has begun already: it changes figures."),
    )

    def __init__(self, *args: Any, window: MaintenanceWindow | None = None, **options: Any) -> None:
        self.window = window
        super().__init__(*args, **options)
        if window is not None:
            names = ("title", "title_en", "text", "text_en", "starts_at", "ends_at")
            self.begin_with(**{name: getattr(window, name) for name in names})
            self.begin_with(services=[service.pk for service in window.services.all()])

    def save(self, *, by: User) -> MaintenanceWindow:
        given = dict(self.cleaned_data)
        reason = given.pop("reason")
        if self.window is None:
            return announce_maintenance(Work(**given), by=by, reason=reason)
        return change_maintenance(self.window, Work(**given), by=by, reason=reason)


class CancelForm(VerbForm):
    """It does not happen."""

    reason = forms.CharField(label=_("Why?"), required=False, max_length=500)

    def __init__(self, *args: Any, window: MaintenanceWindow, **options: Any) -> None:
        self.window = window
        super().__init__(*args, **options)

    def save(self, *, by: User) -> MaintenanceWindow:
        return cancel_maintenance(self.window, by=by, reason=self.cleaned_data["reason"])
