"""Articles beside a question that is being typed, and the questions they made needless."""

from __future__ import annotations

from knowledgebase.models import Article
from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from tickets.intake.asking import Asking
from tickets.models import Deflection

MOST, SHORTEST = 3, 4


def suggested(asking: Asking, *, reader: User) -> list[Article]:
    """The articles that answer these words best; none while hardly anything is typed."""
    if len(asking.words) < SHORTEST:
        return []
    service = asking.service.pk if asking.service else None
    readable = Article.objects.visible_to(reader)
    return list(readable.answering(asking.words, service_id=service)[:MOST])


def deflect(article: Article, *, by: User, service: Service | None) -> Deflection:
    """Remembers that the article answered a question before it was sent."""
    return Deflection.objects.create(article=article, user=by, service=service)
