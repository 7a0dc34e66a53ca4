"""Reading articles: who may read which, and what answers a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchRank, TrigramWordSimilarity
from django.db import models
from django.db.models import Avg, Case, Count, F, FloatField, Q, Value, When

from servicedesk.lib.search import any_word_query, headline, search_query

if TYPE_CHECKING:
    from servicedesk.accounts.models import User

#: How much a title must look like the words when no word of it matches: mends typing errors.
ALIKE = 0.45


class ArticleQuerySet(models.QuerySet):
    def published(self) -> ArticleQuerySet:
        return self.filter(status="published")

    def visible_to(self, user: User) -> ArticleQuerySet:
        """Agents read everything, drafts too; requesters what is published for everyone."""
        if user.is_agent:
            return self
        return self.published().filter(audience="requesters")

    def on_home(self) -> ArticleQuerySet:
        """What the home page of the portal shows, in its order."""
        return self.published().filter(home_position__gt=0).order_by("home_position", "title")

    def matching(self, words: str) -> ArticleQuerySet:
        """Articles for what somebody searches, best first: all words, or a title much like them.

        Each has `title_headline` and `summary_headline`; show them with the filter `marked`.
        """
        words = words.replace("\0", "").strip()[:200]
        if not words:
            return self.none()
        query = search_query(words)
        return (
            self.annotate(
                rank=SearchRank(F("search_vector"), query),
                alike=TrigramWordSimilarity(words, "title"),
                title_headline=headline("title", query),
                summary_headline=headline("summary", query),
            )
            .filter(Q(search_vector=query) | Q(alike__gte=ALIKE))
            .order_by("-rank", "-alike", "title")
        )

    def answering(self, text: str, *, service_id: int | None = None) -> ArticleQuerySet:
        """Published articles that may answer a question still being typed, best first.

        Some of the words are enough; articles of the same service come before equal others.
        """
        query = any_word_query(text)
        if query is None:
            return self.none()
        same_service = Case(
            When(service_id=service_id, then=Value(0.1)),
            default=Value(0.0),
            output_field=FloatField(),
        )
        return (
            self.published()
            .filter(search_vector=query)
            .annotate(
                rank=SearchRank(F("search_vector"), query) + same_service,
                title_headline=headline("title", query),
                summary_headline=headline("summary", query),
            )
            .order_by("-rank", "title")
        )

    def with_votes(self) -> ArticleQuerySet:
        """Each with `vote_count` and `helpful_share` (0–1, None without votes)."""
        helpful = Case(When(votes__helpful=True, then=1.0), default=0.0, output_field=FloatField())
        return self.annotate(
            vote_count=Count("votes"),
            helpful_share=Avg(helpful, filter=Q(votes__isnull=False)),
        )
