"""Services with their questions, categories, demand groups and suppliers in the administration."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.admin_pages import SMALL_TEXTS, CheckedRows, DeskAdmin, KeptAdmin
from servicedesk.catalogue.models import Category, DemandGroup, IntakeQuestion, Service, Supplier
from servicedesk.catalogue.tree import in_tree_order

DEEPEST_SHOWN = 5


class IntakeQuestions(admin.StackedInline):
    model = IntakeQuestion
    formset = CheckedRows
    extra = 0
    formfield_overrides = SMALL_TEXTS
    fieldsets = (
        (None, {"fields": (("text", "text_en"), ("help", "help_en"), ("key", "position"))}),
        (
            _("Answer"),
            {"fields": (("kind", "example", "only_disruptions", "is_personal"), "choices")},
        ),
        (
            _("Check of the answer"),
            {"fields": ("pattern", ("pattern_message", "pattern_message_en"))},
        ),
    )


class TreeList(ChangeList):
    """Services in the order of their tree, unless the reader sorts by a column."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[Any]:
        sorted_by_reader = ORDER_VAR in self.params
        return super().get_ordering(request, queryset) if sorted_by_reader else ["place"]


@admin.register(Service)
class ServiceAdmin(KeptAdmin):
    """The services, shown as the tree they are."""

    fieldsets = (
        (None, {"fields": (("name", "name_en"), "slug", "description", "parent", "position")}),
        (_("Who works on it"), {"fields": ("owner_team", "supplier")}),
        (_("Who sees it"), {"fields": ("visibility", "organisations", "is_active")}),
        (_("Access requests"), {"fields": (("access_name", "access_name_en"),)}),
        (
            _("Classification"),
            {
                "fields": (
                    ("complexity", "budget"),
                    "demand_group",
                    "is_standard",
                    "is_critical",
                )
            },
        ),
    )
    prepopulated_fields = {"slug": ("name",)}
    inlines = (IntakeQuestions,)
    list_display = (
        "in_tree",
        "owner_team",
        "supplier",
        "classification",
        "question_count",
        "visibility",
        "is_critical",
        "is_active",
    )
    list_display_links = ("in_tree",)
    list_filter = (
        "is_active",
        "owner_team",
        "supplier",
        "visibility",
        "is_critical",
        "is_standard",
        "complexity",
        "budget",
        "demand_group",
    )
    list_select_related = ("owner_team", "supplier")
    list_per_page = 200
    search_fields = ("name", "name_en", "slug")
    search_help_text = _("Name of the service")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        """In the order of the tree, with the depth of each service."""
        tree = list(in_tree_order(Service.objects.only("pk", "parent_id")))
        order = [When(pk=service.pk, then=Value(n)) for n, (service, _d) in enumerate(tree)]
        depths = [When(pk=service.pk, then=Value(depth)) for service, depth in tree]
        whole = IntegerField()
        return self.model._default_manager.annotate(
            place=Case(*order, default=Value(0), output_field=whole),
            depth=Case(*depths, default=Value(0), output_field=whole),
            question_count=Count("intake_questions"),
        ).order_by("place")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TreeList

    @admin.display(description=_("service"), ordering="place")
    def in_tree(self, service: Any) -> SafeString:
        depth = min(service.depth, DEEPEST_SHOWN)
        return format_html('<span class="in-tree depth-{}">{}</span>', depth, service.label)

    @admin.display(description=_("classification"), ordering="complexity")
    def classification(self, service: Any) -> str:
        return f"{service.get_complexity_display()} · {service.get_budget_display()}"

    @admin.display(description=_("questions"), ordering="question_count")
    def question_count(self, service: Any) -> int:
        return service.question_count


@admin.register(Category)
class CategoryAdmin(KeptAdmin):
    """What kind of ticket it was, and the KWIS kind that follows from it."""

    fields = (("name", "name_en"), "slug", "kwis", "position", "is_active")
    prepopulated_fields = {"slug": ("name",)}
    list_display = ("name", "name_en", "kwis", "position", "is_active")
    list_filter = ("kwis", "is_active")
    search_fields = ("name", "name_en")


@admin.register(Supplier)
class SupplierAdmin(KeptAdmin):
    """The parties behind services."""

    list_display = ("name", "email", "phone", "services_now", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Supplier]:
        return super().get_queryset(request).annotate(services_now=Count("services"))

    @admin.display(description=_("services"), ordering="services_now")
    def services_now(self, supplier: Any) -> int:
        return supplier.services_now


@admin.register(DemandGroup)
class DemandGroupAdmin(DeskAdmin):
    """The kinds of demand as members see them. Only services point to these: they may go."""

    fields = (("name", "name_en"),)
    list_display = ("name", "name_en")
    search_fields = ("name", "name_en")
