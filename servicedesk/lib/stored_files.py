"""Which files the rows of the whole desk point to, and which there are.

Every file field of every model counts, so that a new room need not be told to anybody. Both lists
come in the same order, so that two of any length can be compared without holding either.
"""

import os
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import connections, models
from django.db.models import F, QuerySet
from django.db.models.functions import Collate

AT_ONCE = 2000


def file_fields() -> list[models.FileField]:
    """The fields of all models that keep their files in the default storage."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField) and field.storage == default_storage
    ]


def files_pointed_to(*, using: str = "default") -> Iterator[str]:
    """The names that rows point to, in the order of their bytes; a name may come twice.

    A database that is yet to be brought up to date may lack some of the columns.
    """
    fields = _fields_there(using)
    if not fields:
        return
    first, *others = [_names(field, using) for field in fields]
    ordered = first.union(*others, all=True) if others else first
    yield from ordered.order_by("in_order").values_list("in_order", flat=True).iterator(AT_ONCE)


def is_pointed_to(name: str) -> bool:
    """Some row points to this file now."""
    return any(
        field.model._base_manager.filter(**{field.name: name}).exists()
        for field in _fields_there("default")
    )


def pointed_to_among(names: list[str]) -> set[str]:
    """Those of `names` that some row points to."""
    return {
        name
        for field in file_fields()
        for name in field.model._base_manager.filter(**{f"{field.name}__in": names})
        .order_by()
        .values_list(field.name, flat=True)
    }


def folders_of_rows() -> set[str]:
    """The outermost folders in which rows keep their files; nothing else belongs in them."""
    names = [field.generate_filename(field.model(), "name") for field in file_fields()]
    return {name.split("/")[0] for name in names if "/" in name}


def files_there(storage: Storage = default_storage, folder: str = "") -> Iterator[str]:
    """The names of all stored files, in the order of their bytes."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for entry in sorted([*files, *(f"{name}/" for name in folders)], key=os.fsencode):
        name = f"{folder}{entry}"
        if entry.endswith("/"):
            yield from files_there(storage, name)
        else:
            yield name


def only_in_one(left: Iterable[str], right: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Of two ordered lists what is in one only; True when that is the left one."""
    lefts, rights = iter(left), iter(right)
    mine, theirs = next(lefts, None), next(rights, None)
    while mine is not None or theirs is not None:
        if theirs is None or (mine is not None and mine.encode() < theirs.encode()):
            yield str(mine), True
            mine = _after(mine, lefts)
        elif mine is None or theirs.encode() < mine.encode():
            yield theirs, False
            theirs = _after(theirs, rights)
        else:
            mine, theirs = _after(mine, lefts), _after(theirs, rights)


def _after(name: str | None, names: Iterator[str]) -> str | None:
    """The next one that is another one."""
    return next((other for other in names if other != name), None)


def _fields_there(using: str) -> list[models.FileField]:
    """The file fields that the database knows as it is now."""
    fields = file_fields()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = ANY(%s)",
            [[field.model._meta.db_table for field in fields]],
        )
        known = set(cursor.fetchall())
    return [field for field in fields if (field.model._meta.db_table, field.column) in known]


def _names(field: models.FileField, using: str) -> QuerySet:
    # Greater than empty: a row may have no name yet (NULL), which is no file either.
    rows = field.model._base_manager.using(using).filter(**{f"{field.name}__gt": ""}).order_by()
    return rows.annotate(in_order=Collate(F(field.name), "C")).values("in_order")
