"""How lists and forms of the administration look and behave, in every room."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets, TabularInline
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Field, TextField
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from servicedesk.audit.recording import record

ROW_NUMBER = re.compile(r"[0-9]{1,18}")
SAVE_AS_ANOTHER = "_saveasnew"
#: What stands behind the name of a filter: of values, of rows, of moments.
ASKED_BY_FILTERS = {"", "__exact", "__id__exact", "__isnull", "__gte", "__lt"}
#: Room for a few lines; whoever writes more can drag it open.
SMALL_TEXTS: dict[type[Field], Any] = {
    TextField: {"widget": AdminTextareaWidget(attrs={"rows": 4})}
}


class DeskAdmin(ModelAdmin):
    """A list that is called what it lists. Other rows are made in their own list."""

    formfield_overrides = SMALL_TEXTS
    show_facets = ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        _keep_row_numbers(request)
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """What the filters beside the list can ask, and nothing that somebody made up.

        Django lets an address ask anything of a column; a broken pattern or the year 99999 is
        then an error of the database.
        """
        filters = map(_filter_name, self.get_list_filter(request))
        asked = any(lookup.removeprefix(name) in ASKED_BY_FILTERS for name in filters)
        return asked and super().lookup_allowed(lookup, value, request)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if SAVE_AS_ANOTHER in request.POST:  # Django does it, even without the button
            form = request.POST.copy()
            del form[SAVE_AS_ANOTHER]
            request.POST = form  # type: ignore[assignment]
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:  # somebody added the same at this very instant
            messages.error(request, _("This row is there already."))
            return redirect(request.get_full_path())

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return _without_shortcuts(super().formfield_for_dbfield(db_field, request, **kwargs))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.record_save(request, form, formsets, change=change)

    def record_save(self, request: HttpRequest, form: Any, formsets: Any, *, change: bool) -> None:
        """What the audit trail keeps. Django's own log is only for "what you changed last"."""
        changed = changed_names(form, formsets)
        if not change:
            record("configuration_added", by=request.user, about=form.instance)
        elif changed:
            record("configuration_changed", by=request.user, about=form.instance, fields=changed)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            record("configuration_deleted", by=request.user, about=obj)
        return super().log_deletions(request, queryset)


def _filter_name(item: Any) -> str:
    """By which name a filter beside a list asks."""
    name = item[0] if isinstance(item, list | tuple) else item
    return str(getattr(name, "parameter_name", name))


def changed_names(form: Any, formsets: Any) -> list[str]:
    """The names of the fields that were changed, and of the rows below the form."""
    rows = [formset.model._meta.model_name for formset in formsets if formset.has_changed()]
    return [*form.changed_data, *rows]


class KeptAdmin(DeskAdmin):
    """Rows that tickets of years ago still point to: switched off, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CheckedRows(BaseInlineFormSet):
    """A row that is there already is an error of the form.

    Django leaves out what a row belongs to when it checks constraints, and with that all that may
    be there only once in what it belongs to.
    """

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if form.has_changed() and not form.errors and not form.cleaned_data.get("DELETE"):
                fields = form.instance._meta.fields
                left_out = {field.name for field in fields if field.name not in form.fields}
                try:
                    form.instance.validate_constraints(exclude=left_out)
                except ValidationError:
                    form.add_error(None, _("This row is there already."))


class LabelledRows(CheckedRows):
    """Says aloud what the box at the end of a row does."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = form.fields["DELETE"].label


class LabelledInline(TabularInline):
    """Rows in a table, where only the column has a heading: each field names itself too."""

    formset = LabelledRows
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = _without_shortcuts(super().formfield_for_dbfield(db_field, request, **kwargs))
        if field is not None:
            field.widget.attrs.setdefault("aria-label", field.label)
        return field


class _RowNumbers(AutocompleteMixin):
    """Draws what was chosen again, but for what never was the number of a row."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_row_number(one)], attr)


class _OneRow(_RowNumbers, AutocompleteSelect):
    pass


class _SeveralRows(_RowNumbers, AutocompleteSelectMultiple):
    pass


PATIENT = {AutocompleteSelect: _OneRow, AutocompleteSelectMultiple: _SeveralRows}


def is_row_number(text: object) -> bool:
    """It can be the number of a row of PostgreSQL; Django asks for whatever it is given."""
    return bool(ROW_NUMBER.fullmatch(str(text)))


def _keep_row_numbers(request: HttpRequest) -> None:
    """What was ticked in a list, without what is no number."""
    if ACTION_CHECKBOX_NAME in request.POST:
        form = request.POST.copy()
        ticked = filter(is_row_number, form.getlist(ACTION_CHECKBOX_NAME))
        form.setlist(ACTION_CHECKBOX_NAME, list(ticked))
        request.POST = form  # type: ignore[assignment]


def _without_shortcuts(field: Any) -> Any:
    """A choice of other rows without the buttons that open them in a window of their own."""
    if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    if field is not None and type(field.widget) in PATIENT:
        field.widget.__class__ = PATIENT[type(field.widget)]  # Django offers no place to say it
    return field
