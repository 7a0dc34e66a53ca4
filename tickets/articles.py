"""Articles that may answer a ticket, and how an answer refers to one."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from knowledgebase.models import Article
from knowledgebase.querysets import ArticleQuerySet
from servicedesk.accounts.models import User
from tickets.models import Ticket

MOST = 4


def for_ticket(ticket: Ticket, *, reader: User, words: str = "") -> ArticleQuerySet:
    """Published articles for the words an agent typed, or for the subject. One query."""
    readable = Article.objects.visible_to(reader)
    if words.strip():
        return readable.published().matching(words)[:MOST]
    return readable.answering(ticket.subject, service_id=ticket.service_id)[:MOST]


def link(article: Article) -> str:
    """Markdown that links to the article by its whole address, for it is also mailed."""
    title = article.title.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    address = reverse("knowledgebase:article-detail", args=[article.slug])
    return f"[{title}]({settings.DESK_BASE_URL}{address})"


def link_for(slug: str, *, reader: User) -> str:
    """The same for an article that everybody may read, by its short name; '' for any other."""
    article = Article.objects.visible_to(reader).published().filter(slug=slug).first()
    if article is None or article.audience == Article.Audience.AGENTS:
        return ""
    return link(article)
