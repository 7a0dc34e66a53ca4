"""Keyset pagination: the page after a row is found by that row's keys, however deep it lies."""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

#: What a key of the wrong kind makes of a question.
UNREADABLE = (ValueError, TypeError, OverflowError, ValidationError)


class Cursors(TypedDict):
    """From where: at most one of them is not empty."""

    after: str
    before: str


@dataclass(frozen=True)
class Page:
    """Some rows, and the cursors (`?after=` / `?before=`) of the pages beside them, '' if none."""

    rows: list[Any]
    next_cursor: str
    previous_cursor: str

    def __iter__(self):
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Keyset:
    """The order of a list: names of columns or annotations; '-' in front for descending.

    The last one must be unique, and none may be null.
    """

    order: Sequence[str]

    def page(self, rows: QuerySet, *, after: str = "", before: str = "", size: int = 25) -> Page:
        """The page after (or before) a cursor; the first page for a cursor that makes no sense."""
        backwards = bool(before)
        keys = decode(before or after, len(self.order))
        wanted = rows.order_by(*(self._turned() if backwards else self.order))
        if keys is not None:
            try:
                wanted = wanted.filter(self._beyond(keys, backwards=backwards))
            except UNREADABLE:  # typed into the address by hand
                keys, backwards = None, False
                wanted = rows.order_by(*self.order)
        found = list(wanted[: size + 1])
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        has_next, has_previous = (True, more) if backwards else (more, keys is not None)
        return Page(
            rows=found,
            next_cursor=self.cursor(found[-1]) if found and has_next else "",
            previous_cursor=self.cursor(found[0]) if found and has_previous else "",
        )

    def cursor(self, row: Any) -> str:
        """Where `row` stands in this order, as text for an address."""
        return encode([getattr(row, name.lstrip("-")) for name in self.order])

    def _turned(self) -> list[str]:
        return [name[1:] if name.startswith("-") else f"-{name}" for name in self.order]

    def _beyond(self, keys: Sequence[Any], *, backwards: bool) -> Q:
        beyond = Q()
        for position, name in enumerate(self.order):
            descending = name.startswith("-") != backwards
            compare = f"{name.lstrip('-')}__{'lt' if descending else 'gt'}"
            same = {n.lstrip("-"): k for n, k in zip(self.order[:position], keys, strict=False)}
            beyond |= Q(**same, **{compare: keys[position]})
        # The first key alone bounds the scan, so that an index is entered at the right place.
        first = self.order[0]
        descending = first.startswith("-") != backwards
        return beyond & Q(**{f"{first.lstrip('-')}__{'lte' if descending else 'gte'}": keys[0]})


def encode(keys: Sequence[Any]) -> str:
    plain = [_plain(key) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any] | None:
    """The keys in a cursor, or None when it is empty or not one of ours."""
    if not cursor:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        keys = [_key(one) if isinstance(one, dict) else _storable(one) for one in plain]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return keys if len(keys) == length else None


def _plain(key: Any) -> Any:
    if isinstance(key, dt.datetime):
        return {"t": key.isoformat()}
    return {"d": key.isoformat()} if isinstance(key, dt.date) else key


def _storable(plain: Any) -> Any:
    """Raises ValueError for what PostgreSQL has no place for."""
    words = str(plain)
    words.encode()  # a UnicodeEncodeError is a ValueError
    if "\0" in words or (isinstance(plain, float) and not math.isfinite(plain)):
        raise ValueError
    return plain


def _key(plain: dict[str, str]) -> dt.date:
    if "t" in plain:
        return dt.datetime.fromisoformat(plain["t"])
    return dt.date.fromisoformat(plain["d"])
