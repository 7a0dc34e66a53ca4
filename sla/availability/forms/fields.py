"""Fields that several forms of availability share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.catalogue.models import Service
from servicedesk.lib.bounds import within_bounds

BROWSER_FORMAT = "%Y-%m-%dT%H:%M:%S"


class MomentField(forms.DateTimeField):
    """A moment on the clock of the desk, to the second, with the picker of the browser."""

    default_validators = [within_bounds]

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(
            format=BROWSER_FORMAT, attrs={"type": "datetime-local", "step": "1"}
        )
        options.setdefault("error_messages", {"invalid": _("Give a day and a time.")})
        formats = [BROWSER_FORMAT, "%Y-%m-%dT%H:%M"]
        super().__init__(widget=widget, input_formats=formats, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime) and timezone.is_aware(value):
            return timezone.make_naive(value).replace(microsecond=0)
        return value


class ServicesField(forms.ModelMultipleChoiceField):
    """Some active services, as boxes to tick."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=Service.objects.active(), widget=forms.CheckboxSelectMultiple, **options
        )

    def label_from_instance(self, obj: Any) -> str:
        return obj.label


class ServiceField(forms.ModelChoiceField):
    """One active service."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("empty_label", _("Choose a service"))
        super().__init__(queryset=Service.objects.active(), **options)

    def label_from_instance(self, obj: Any) -> str:
        return obj.label
