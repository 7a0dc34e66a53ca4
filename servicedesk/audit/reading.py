"""Entries as people read them: the action in words, and the name of what it was about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst

from servicedesk.audit.models import AuditEntry
from servicedesk.audit.vocabulary import ACTIONS, WORDS, Group

ICONS = {
    Group.SIGNING_IN: "box-arrow-in-right",
    Group.PEOPLE: "people",
    Group.CONFIGURATION: "gear",
    Group.DATA: "file-earmark",
}


@dataclass(frozen=True)
class Line:
    """One entry, ready to be shown."""

    entry: AuditEntry
    label: str
    icon: str
    #: What sort of thing it was about, and its name today; '' when there is none.
    kind: str
    name: str
    details: str


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """The entries in words, with one query for each sort of thing they are about."""
    rows = list(entries)
    names = _names(rows)
    return [_line(entry, names) for entry in rows]


def batches(entries: Iterator[AuditEntry], size: int) -> Iterator[list[AuditEntry]]:
    """The entries in lists of `size`, so that memory does not grow with their number."""
    batch: list[AuditEntry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _line(entry: AuditEntry, names: dict[tuple[str, str], str]) -> Line:
    action = ACTIONS.get(entry.action)
    model = _model(entry.about_kind)
    kind = capfirst(str(model._meta.verbose_name)) if model else entry.about_kind
    known = names.get((entry.about_kind, entry.about_id))
    return Line(
        entry=entry,
        label=str(action.label) if action else entry.action,
        icon=ICONS[action.group] if action else "journal-text",
        kind=kind,
        name=known or (f"#{entry.about_id}" if entry.about_id else ""),
        details=" · ".join(_details(entry.data, model)),
    )


def _details(data: dict[str, Any], model: Any) -> Iterator[str]:
    """In the order of the vocabulary: the database keeps none."""
    for key in sorted(data, key=lambda key: (list(WORDS).index(key) if key in WORDS else 999, key)):
        yield f"{WORDS.get(key, key)}: {_said(data[key], key, model)}"


def _said(value: Any, key: str, model: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(one, key, model) for one in value) or "–"
    if value in (None, ""):
        return "–"
    if key == "fields" and model is not None:
        return _field_name(value, model)
    return str(WORDS.get(value, value)) if isinstance(value, str) else str(value)


def _field_name(name: str, model: Any) -> str:
    try:
        return str(model._meta.get_field(name).verbose_name)
    except (FieldDoesNotExist, AttributeError):  # of a form, or of rows beside it
        return name


def _names(entries: list[AuditEntry]) -> dict[tuple[str, str], str]:
    keys: dict[str, set[str]] = {}
    for entry in entries:
        if entry.about_kind:
            keys.setdefault(entry.about_kind, set()).add(entry.about_id)
    return {
        (kind, str(pk)): str(row)
        for kind, ids in keys.items()
        if (model := _model(kind)) is not None
        for pk, row in model._base_manager.in_bulk(ids).items()
    }


def _model(label: str) -> Any:
    try:
        return apps.get_model(label) if label else None
    except LookupError:  # of a room that is no longer there
        return None
