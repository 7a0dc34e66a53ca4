"""The fields of a form as somebody typed them, before anything is checked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.http import QueryDict

#: What a form carries besides what somebody types.
CARRIED = frozenset(
    {"csrfmiddlewaretoken", "token", "next", "seen", "files", "asked", "keep", "switch"}
)

Typed = dict[str, str | list[str]]


def typed(posted: QueryDict) -> Typed:
    """Name → text, or texts where several boxes are ticked. Empty ones are left out."""
    lists = {n.replace("\0", ""): posted.getlist(n) for n in posted if n not in CARRIED}
    clean = {name: [text.replace("\0", "") for text in texts] for name, texts in lists.items()}
    kept = {name: [text for text in texts if text.strip()] for name, texts in clean.items()}
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in kept.items() if texts}


def as_posted(data: Mapping[str, str | list[str]]) -> QueryDict:
    """The same as a form would post it."""
    posted = QueryDict(mutable=True)
    for name, value in data.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    return posted


def token_in(posted: QueryDict) -> uuid.UUID | None:
    """The token of the form, or None when it is not one of ours."""
    try:
        return uuid.UUID(posted.get("token", ""))
    except ValueError:
        return None
