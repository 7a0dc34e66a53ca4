"""What administrators set for tickets: the texts agents reuse, and the proposed priorities."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.admin_pages import DeskAdmin
from tickets.forms.mailbox import MailboxForm
from tickets.mail.imap import probe
from tickets.models import Macro, Mailbox, MailPolicy, PriorityRule


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


@admin.register(Mailbox)
class MailboxAdmin(DeskAdmin):
    """Where the desk fetches mail. Saving tries the connection and says how it went."""

    form = MailboxForm
    fieldsets = (
        (None, {"fields": ("name", "is_active")}),
        (
            _("Connection"),
            {"fields": ("host", "port", "security", "username", "password", "folder")},
        ),
        (_("What is done"), {"fields": ("interval", "afterwards", "move_to")}),
        (_("How it goes"), {"fields": ("connected_at", "last_success_at", "error")}),
    )
    readonly_fields = ("connected_at", "last_success_at", "error")
    list_display = ("name", "host", "username", "is_active", "last_success_at", "error")
    actions = ("test_connection",)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._tell(request, form.instance)

    @admin.action(description=_("Test the connection"))
    def test_connection(self, request: HttpRequest, mailboxes: QuerySet[Mailbox]) -> None:
        for mailbox in mailboxes:
            self._tell(request, mailbox)

    def _tell(self, request: HttpRequest, mailbox: Mailbox) -> None:
        fault = probe(mailbox)
        if fault:
            words = {"name": mailbox, "fault": fault}
            self.message_user(request, _("%(name)s: %(fault)s") % words, messages.WARNING)
        else:
            said = _("%(name)s: the connection works.") % {"name": mailbox}
            self.message_user(request, said, messages.SUCCESS)


@admin.register(MailPolicy)
class MailPolicyAdmin(DeskAdmin):
    """What the desk does with mail that comes in: one row, always."""

    fields = (
        "cc_become_followers",
        "receipts_per_sender",
        "receipts_in_total",
        "mails_per_ticket",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not MailPolicy.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
