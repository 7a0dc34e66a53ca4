"""Reporting an outage, telling of it, ending it, setting it right."""

from __future__ import annotations

import uuid
from abc import abstractmethod
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from sla.availability.actions import (
    Correction,
    Ending,
    NewOutage,
    News,
    correct_outage,
    end_outage,
    link_ticket,
    open_outage,
    post_update,
    withdraw_outage,
)
from sla.availability.exceptions import OutageError
from sla.availability.forms.fields import MomentField, ServiceField, ServicesField
from sla.availability.models import Outage
from tickets.models import Ticket

TEXT = forms.Textarea(attrs={"rows": 3})


class EnglishField(forms.CharField):
    """The same again for people who read English; may stay empty."""

    def __init__(self, **options: Any) -> None:
        label = _("The same in English")
        help_text = _("Shown to people who read English. Empty: what stands above.")
        super().__init__(label=label, required=False, help_text=help_text, **options)


class VerbForm(forms.Form):
    """A form whose verb may still refuse: its sentence stands above what was typed."""

    def begin_with(self, **values: Any) -> None:
        """What stands in it before anybody typed."""
        for name, value in values.items():
            self.initial.setdefault(name, value)

    @abstractmethod
    def save(self, *, by: User) -> Any:
        """Runs the verb with what was filled in."""

    def saved(self, *, by: User) -> Any:
        """What the verb made; None when the form or the verb refuses, and the form says why."""
        if not self.is_valid():
            return None
        try:
            return self.save(by=by)
        except OutageError as refusal:
            self.add_error(None, str(refusal))
            return None


class OutageForm(VerbForm):
    """What an agent knows of an outage; one that is over already may be told too."""

    service = ServiceField(label=_("Service"))
    severity = forms.ChoiceField(
        label=_("How bad is it?"),
        choices=Outage.Severity.choices,
        initial=Outage.Severity.DOWN,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=_("What do people notice?"),
        max_length=120,
        required=False,
        help_text=_("Short, such as “Websites load slowly”. Empty: we write it."),
    )
    title_en = EnglishField(max_length=120)
    text = forms.CharField(
        label=_("First update"),
        required=False,
        max_length=5000,
        widget=TEXT,
        help_text=_("Everybody reads this on the status page; who follows gets it by mail."),
    )
    text_en = EnglishField(max_length=5000, widget=TEXT)
    started_at = MomentField(label=_("Since when?"))
    ended_at = MomentField(
        label=_("Until when?"), required=False, help_text=_("Empty: it goes on.")
    )
    components = ServicesField(label=_("Parts that are hit too"), required=False)
    is_planned = forms.BooleanField(
        label=_("It was planned"),
        required=False,
        help_text=_("Then it does not count as unavailable."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.begin_with(started_at=timezone.now(), token=uuid.uuid4())
        parts: Any = self.fields["components"]
        parts.queryset = Service.objects.active().exclude(parent=None)
        if not parts.queryset.exists():
            del self.fields["components"]

    def save(self, *, by: User) -> Outage:
        return open_outage(NewOutage(**self.cleaned_data), by=by)


class UpdateForm(VerbForm):
    """News for everybody."""

    stage = forms.ChoiceField(
        label=_("Where are we?"),
        choices=[
            (stage.value, stage.label) for stage in Outage.Stage if stage != Outage.Stage.ENDED
        ],
    )
    text = forms.CharField(
        label=_("What do we know?"),
        max_length=5000,
        widget=TEXT,
        error_messages={"required": _("Write in a sentence what is known.")},
    )
    text_en = EnglishField(max_length=5000, widget=TEXT)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, outage: Outage, **options: Any) -> None:
        self.outage = outage
        super().__init__(*args, **options)
        reported = outage.stage == Outage.Stage.REPORTED  # who writes is looking into it
        stage = Outage.Stage.INVESTIGATING if reported else outage.stage
        self.begin_with(stage=stage, token=uuid.uuid4())

    def save(self, *, by: User) -> Any:
        return post_update(self.outage, News(**self.cleaned_data), by=by)


class EndForm(VerbForm):
    """The service is back."""

    at = MomentField(label=_("Since when is it back?"))
    text = forms.CharField(
        label=_("What do we tell everybody?"),
        max_length=5000,
        widget=TEXT,
        error_messages={"required": _("Write in a sentence what is known.")},
    )
    text_en = EnglishField(max_length=5000, widget=TEXT)
    cause = forms.CharField(
        label=_("What was the cause?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    solves_tickets = forms.BooleanField(required=False)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, outage: Outage, unsolved: int = 0, **options: Any) -> None:
        self.outage = outage
        super().__init__(*args, **options)
        self.begin_with(
            at=timezone.now(), cause=outage.cause, token=uuid.uuid4(), solves_tickets=True
        )
        if unsolved:
            self.fields["solves_tickets"].label = _(
                "Answer and solve the %(count)s linked tickets with this text"
            ) % {"count": unsolved}
        else:
            del self.fields["solves_tickets"]

    def save(self, *, by: User) -> Any:
        return end_outage(self.outage, Ending(**self.cleaned_data), by=by)


class CorrectionForm(VerbForm):
    """How it really was. For managers."""

    title = forms.CharField(label=_("What do people notice?"), max_length=120)
    title_en = EnglishField(max_length=120)
    started_at = MomentField(label=_("Since when?"))
    ended_at = MomentField(
        label=_("Until when?"), required=False, help_text=_("Empty: it goes on.")
    )
    severity = forms.ChoiceField(
        label=_("How bad was it?"),
        required=False,
        choices=[("", _("As it says, phase by phase")), *Outage.Severity.choices],
        help_text=_("A choice here holds for the whole outage."),
    )
    is_planned = forms.BooleanField(
        label=_("It was planned"),
        required=False,
        help_text=_("Then it does not count as unavailable."),
    )
    cause = forms.CharField(
        label=_("What was the cause?"), required=False, max_length=2000, widget=TEXT
    )
    components = ServicesField(label=_("Parts that are hit too"), required=False)
    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=500,
        help_text=_("Stays in the log, with your name; published months are restated with it."),
        error_messages={"required": _("Say why it is corrected.")},
    )

    def __init__(self, *args: Any, outage: Outage, **options: Any) -> None:
        self.outage = outage
        super().__init__(*args, **options)
        names = ("title", "title_en", "started_at", "ended_at", "is_planned", "cause")
        self.begin_with(**{name: getattr(outage, name) for name in names})
        self.begin_with(components=[part.pk for part in outage.components.all()])
        parts: Any = self.fields["components"]
        parts.queryset = Service.objects.active().exclude(parent=None)

    def save(self, *, by: User) -> Any:
        given = dict(self.cleaned_data)
        reason, severity = given.pop("reason"), given.pop("severity") or None
        return correct_outage(
            self.outage, Correction(severity=severity, **given), by=by, reason=reason
        )


class WithdrawForm(VerbForm):
    """It was no outage. For managers."""

    reason = forms.CharField(
        label=_("Why was it no outage?"),
        max_length=500,
        error_messages={"required": _("Say why it was no outage.")},
    )

    def __init__(self, *args: Any, outage: Outage, **options: Any) -> None:
        self.outage = outage
        super().__init__(*args, **options)

    def save(self, *, by: User) -> Any:
        return withdraw_outage(self.outage, by=by, reason=self.cleaned_data["reason"])


class LinkForm(VerbForm):
    """A ticket that reports this outage, by its number."""

    number = forms.IntegerField(
        label=_("Number of a ticket"),
        min_value=1,
        max_value=2**63 - 1,
        error_messages={"required": _("Give the number of a ticket.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, outage: Outage, by: User, **options: Any) -> None:
        self.outage, self.by = outage, by
        super().__init__(*args, **options)

    def clean_number(self) -> Ticket:
        ticket = Ticket.objects.visible_to(self.by).filter(pk=self.cleaned_data["number"]).first()
        if ticket is None:
            raise forms.ValidationError(_("There is no ticket with this number."))
        return ticket

    def save(self, *, by: User) -> Any:
        return link_ticket(self.outage, self.cleaned_data["number"], by=by)
