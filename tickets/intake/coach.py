"""Everything the coach has to say about a question that is being typed."""

from __future__ import annotations

from dataclasses import dataclass

from knowledgebase.models import Article
from servicedesk.accounts.models import User
from tickets.intake.asking import Asking
from tickets.intake.clarity import Verdict, verdict
from tickets.intake.completeness import Completeness, weigh
from tickets.intake.hints import Hint, hints
from tickets.intake.suggestions import suggested


@dataclass(frozen=True)
class Coach:
    completeness: Completeness
    verdict: Verdict | None
    hints: list[Hint]
    articles: list[Article]

    @classmethod
    def of(cls, asking: Asking, *, reader: User) -> Coach:
        """One query, for the articles."""
        return cls(
            completeness=weigh(asking),
            verdict=verdict(asking.text("body"), asking.sort),
            hints=hints(asking),
            articles=suggested(asking, reader=reader),
        )
