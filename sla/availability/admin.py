"""Targets and rules for monitoring mail in the administration."""

from django.contrib import admin

from servicedesk.accounts.admin_pages import KeptAdmin
from sla.availability.models import AvailabilityTarget, MonitoringMailRule


@admin.register(AvailabilityTarget)
class AvailabilityTargetAdmin(KeptAdmin):
    """What is promised; another promise is another target from its day on."""

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


@admin.register(MonitoringMailRule)
class MonitoringMailRuleAdmin(KeptAdmin):
    """Which mail of a monitoring system opens and closes outages of which service."""

    autocomplete_fields = ("service",)
    list_display = ("sender", "words", "service", "severity", "position", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("service",)
    search_fields = ("sender", "words")
