"""Calendars and policies in the administration. What was promised is added to, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from servicedesk.accounts.admin_pages import KeptAdmin
from sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion


class VersionInline(admin.StackedInline):
    """The versions of a row, the latest first: a new one may be added, an old one only read."""

    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CalendarVersions(VersionInline):
    model = CalendarVersion
    fields = (("valid_from", "zone"), "hours", "holidays", "exceptions")


class PolicyVersions(VersionInline):
    model = PolicyVersion
    autocomplete_fields = ("service", "organisation")
    fields = (
        ("valid_from", "calendar"),
        ("service", "category"),
        ("organisation", "priority", "channel"),
        ("first_response", "next_response"),
        ("resolution", "assignment"),
        "pause_on_hold",
        ("remind_after", "remind_again_after", "solve_after"),
        "by_priority",
    )


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(KeptAdmin):
    """When the desk is open; another week is another version from a moment on."""

    inlines = (CalendarVersions,)
    list_display = ("name",)
    search_fields = ("name",)


@admin.register(Policy)
class PolicyAdmin(KeptAdmin):
    """Who is promised what; the first active policy that matches a new ticket is its own."""

    fields = ("name", "position", "is_active")
    inlines = (PolicyVersions,)
    list_display = ("name", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
