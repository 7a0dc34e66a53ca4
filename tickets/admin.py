"""What administrators set for tickets: the texts agents reuse, and the proposed priorities."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.admin_pages import DeskAdmin
from tickets.models import Macro, PriorityRule, RetentionRule


@admin.register(Macro)
class MacroAdmin(DeskAdmin):
    """Texts with {placeholders}, and what they set on the ticket."""

    fieldsets = (
        (None, {"fields": ("name", "body", "team")}),
        (_("What it sets on the ticket"), {"fields": ("status", "category")}),
        (_("In the list of macros"), {"fields": ("position", "is_active")}),
    )
    list_display = ("name", "team", "status", "category", "position", "is_active")
    list_filter = ("is_active", "team", "status")
    list_select_related = ("team", "category")
    search_fields = ("name", "body")


@admin.register(PriorityRule)
class PriorityRuleAdmin(DeskAdmin):
    """Which priority the desk proposes for an impact: one rule for each, always."""

    fields = ("impact", "priority")
    readonly_fields = ("impact",)
    list_display = ("impact", "priority")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RetentionRule)
class RetentionRuleAdmin(DeskAdmin):
    """How long tickets keep what people told; the closest rule counts."""

    fields = ("organisation_kind", "category", "months")
    list_display = ("kind", "category_name", "months")
    list_select_related = ("category",)

    @admin.display(description=_("kind of organisation"), ordering="organisation_kind")
    def kind(self, rule: RetentionRule) -> str:
        return str(rule.get_organisation_kind_display() or _("every kind"))

    @admin.display(description=_("category"), ordering="category__name")
    def category_name(self, rule: RetentionRule) -> str:
        return str(rule.category or _("every category"))
