"""Choices out of the database, read once and only where a control is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet

Option = tuple[Any, Any]


class Select(forms.Select):
    """Leaves asking for a choice to the server: the browser's way would read all of them twice."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


def offer(
    field: forms.ModelChoiceField,
    rows: QuerySet[Any],
    *,
    empty: Any = None,
    label: Callable[[Any], str] = str,
) -> None:
    """Lets `field` accept `rows`, shown in their order; `empty` is the words for none of them.

    One plain query when it is shown, where Django would open a cursor.
    """
    field.queryset = rows
    field.choices = partial(_options, rows, empty, label)


def _options(rows: QuerySet[Any], empty: Any, label: Callable[[Any], str]) -> list[Option]:
    first: list[Option] = [] if empty is None else [("", empty)]
    return first + [(row.pk, label(row)) for row in rows.all()]
