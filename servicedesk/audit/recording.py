"""The only door to the audit trail."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Model

from servicedesk.audit.models import AuditEntry
from servicedesk.audit.vocabulary import ACTIONS

#: A code, a number, a network, a slug; never a sentence, a name or an address of a person.
VALUE = re.compile(r"[\w.:/+-]{0,80}")


def record(action: str, *, by: Any, about: Model | None = None, **data: Any) -> AuditEntry:
    """Writes one entry, in the transaction of what it tells of.

    `by` is who did it: None for the desk itself or who is not signed in. Raises ValueError for
    an action or data that are not in the vocabulary, and for values that are texts: the trail
    outlives people and holds nothing that would have to be erased.
    """
    known = ACTIONS.get(action)
    if known is None or known.keys != data.keys():
        raise ValueError(f"action {action!r} with {sorted(data)} is not in the vocabulary")
    texts = [name for name, value in data.items() if not _is_value(value)]
    if texts:
        raise ValueError(f"action {action!r}: {texts} hold texts, not ids or values")
    return AuditEntry.objects.create(
        action=action,
        actor_id=by.pk if by is not None else None,
        about_kind=about._meta.label_lower if about is not None else "",
        about_id=str(about.pk) if about is not None else "",
        data=data,
    )


def _is_value(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_value(one) for one in value)
    if isinstance(value, str):
        return VALUE.fullmatch(value) is not None
    return value is None or isinstance(value, int | float)
