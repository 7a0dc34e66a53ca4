"""A monitor, and whether what it asks can be meant."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.availability.models import Monitor
from sla.availability.monitors.probing import host_and_port

FIELDS = (
    "name", "service", "kind", "target", "expected_status", "expected_text", "tls_days", "interval",
    "timeout", "retries", "failures_to_confirm", "successes_to_confirm", "severity", "is_active",
)  # fmt: skip


class MonitorForm(forms.ModelForm):
    """Everything an administrator decides about a monitor."""

    class Meta:
        model = Monitor
        fields = FIELDS
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        service: Any = self.fields["service"]
        service.queryset = service.queryset.active()
        service.label_from_instance = lambda one: one.label
        service.empty_label = _("Choose a service")

    @transaction.atomic
    def saved(self, *, by: User) -> Monitor:
        """The monitor, with its line in the audit trail.

        Only what is typed is written: what the monitor saw is the round's, which goes on meanwhile.
        """
        is_new = self.instance.pk is None
        monitor = self.save(commit=False)
        monitor.save(update_fields=None if is_new else FIELDS)
        if is_new:
            record("configuration_added", by=by, about=monitor)
        elif self.changed_data:
            record("configuration_changed", by=by, about=monitor, fields=self.changed_data)
        return monitor

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind, target = given.get("kind"), given.get("target", "").strip()
        if kind == Monitor.Kind.HTTP and not _is_web_address(target):
            self.add_error("target", _("Give a web address that begins with https:// or http://."))
        if kind == Monitor.Kind.TCP and not _is_host_and_port(target):
            self.add_error("target", _("Give a host and a port, such as mail.example.org:25."))
        return given


def _is_web_address(target: str) -> bool:
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def _is_host_and_port(target: str) -> bool:
    try:
        host_and_port(target)
    except ValueError:
        return False
    return True
