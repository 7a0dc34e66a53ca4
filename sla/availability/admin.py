"""Targets and rules for monitoring mail in the administration."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from servicedesk.accounts.admin_pages import KeptAdmin
from sla.availability.models import AvailabilityTarget, MonitoringMailRule
from sla.availability.promising import keep_former
from sla.models import Statement


@admin.register(AvailabilityTarget)
class AvailabilityTargetAdmin(KeptAdmin):
    """What is promised. Another percentage holds from this month on; once a month is published,
    another promise (services, hours) is another target."""

    fields = (
        ("name", "name_en"), "services", "rule", ("calendar", "is_complement"), "percent",
        "measured_from", ("window_name", "window_name_en"), ("in_report", "on_status_page"),
        ("position", "is_active"),
    )  # fmt: skip
    autocomplete_fields = ("services",)
    list_display = ("name", "percent", "calendar", "in_report", "on_status_page", "is_active")
    list_filter = ("is_active", "in_report", "on_status_page")
    list_select_related = ("calendar",)
    search_fields = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What the published months rest on."""
        if obj is None or not Statement.objects.filter(figure=obj.key).exists():
            return ()
        return ("services", "rule", "calendar", "is_complement", "measured_from")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and "percent" in form.changed_data:
            keep_former(obj, form.initial["percent"])
        super().save_model(request, obj, form, change)


@admin.register(MonitoringMailRule)
class MonitoringMailRuleAdmin(KeptAdmin):
    """Which mail of a monitoring system opens and closes outages of which service."""

    autocomplete_fields = ("service",)
    list_display = ("sender", "words", "service", "severity", "position", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("service",)
    search_fields = ("sender", "words")
