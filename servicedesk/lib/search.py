"""Full-text search in Dutch: the text search configuration and queries people type.

The configuration `desk` is Dutch stemming after taking accents off; a migration of this room
makes it, so that every search column of the house means the same.
"""

import re

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

CONFIGURATION = "desk"


def search_query(words: str) -> SearchQuery:
    """The query for what somebody typed: all words, "a phrase", -without, or."""
    return SearchQuery(words, search_type="websearch", config=CONFIGURATION)


def any_word_query(text: str, *, most: int = 30) -> SearchQuery | None:
    """A query for texts that share some words with `text`; None when it has none worth it."""
    words = list(dict.fromkeys(re.findall(r"[^\W_]{3,40}", text.lower())))[:most]
    if not words:
        return None
    return SearchQuery(" | ".join(words), search_type="raw", config=CONFIGURATION)


#: Signs of no language around what was found; they cannot stand in a text by chance.
START, STOP = "\ue000", "\ue001"


def headline(column: str, query: SearchQuery) -> SearchHeadline:
    """The whole text of a column with what matches marked; show it through `marked`."""
    return SearchHeadline(
        column, query, config=CONFIGURATION, start_sel=START, stop_sel=STOP, highlight_all=True
    )


def marked(text: str) -> SafeString:
    """HTML of a headline: everything escaped, what matched inside <mark>."""
    return mark_safe(  # noqa: S308 (escaped first)
        escape(text).replace(START, "<mark>").replace(STOP, "</mark>")
    )
