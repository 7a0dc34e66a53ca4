"""“Did you mean …?”: words of the articles that look like what somebody typed."""

from __future__ import annotations

import re
from difflib import get_close_matches

from knowledgebase.querysets import ArticleQuerySet

#: How alike a word must be (0–1), and how many articles lend their words.
ALIKE, MOST_ARTICLES = 0.72, 1000
_WORD = re.compile(r"[^\W\d_]{3,}")


def better_spelling(words: str, articles: ArticleQuerySet) -> str:
    """`words` with unknown ones replaced by known ones that look alike; '' when none does.

    One query, over titles and summaries only: they hold the words people search for.
    """
    texts = articles.values_list("title", "summary")[:MOST_ARTICLES]
    known = {word for pair in texts for text in pair for word in _WORD.findall(text.lower())}
    offered = _WORD.sub(lambda found: _known_like(found.group(), known), words)
    return offered if offered.lower() != words.lower() else ""


def _known_like(word: str, known: set[str]) -> str:
    if word.lower() in known:
        return word
    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=ALIKE)), word)
