"""The verbs of articles: write, publish, withdraw, restore, vote, add a picture.

Each is one transaction. Every saved state is kept as a revision.
"""

import itertools
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from knowledgebase.exceptions import ArticleError
from knowledgebase.models import Article, ArticlePicture, ArticleRevision, ArticleVote
from knowledgebase.permissions import may_write_articles
from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from servicedesk.lib import html
from servicedesk.lib.pictures import NotAPicture, TooManyPixels, redrawn

#: Words that mean something else in the addresses of articles.
RESERVED = {"new", "pictures"}


@dataclass(frozen=True)
class Content:
    """What an article says and for whom."""

    title: str
    summary: str
    body: str
    audience: str = Article.Audience.REQUESTERS
    service: Service | None = None
    icon: str = "book"
    home_position: int = 0


@transaction.atomic
def write_article(
    content: Content, *, by: User, article: Article | None = None, note: str = ""
) -> Article:
    """Saves an article, a new one as draft, and keeps this state as a revision."""
    _guard(may_write_articles(by))
    if article is None:
        article = Article(slug=_free_slug(content.title))
    else:
        article = Article.objects.select_for_update().get(pk=article.pk)
    for name in ("title", "summary", "body", "audience", "service", "icon", "home_position"):
        setattr(article, name, getattr(content, name))
    article.body_html = html.from_markdown(content.body, pictures=True)
    article.updated_at = timezone.now()
    article.save()
    _keep(article, by=by, note=note)
    return article


@transaction.atomic
def publish(article: Article, *, by: User) -> Article:
    """Readers see it from now on."""
    _guard(may_write_articles(by))
    article.status, article.published_at = Article.Status.PUBLISHED, timezone.now()
    article.save(update_fields=["status", "published_at"])
    return article


@transaction.atomic
def withdraw(article: Article, *, by: User) -> Article:
    """It is a draft again: requesters no longer see it."""
    _guard(may_write_articles(by))
    article.status = Article.Status.DRAFT
    article.save(update_fields=["status"])
    return article


def restore(revision: ArticleRevision, *, by: User) -> Article:
    """The article says again what it said then; that becomes a new revision."""
    article = revision.article
    return write_article(
        Content(
            title=revision.title,
            summary=revision.summary,
            body=revision.body,
            audience=article.audience,
            service=article.service,
            icon=article.icon,
            home_position=article.home_position,
        ),
        by=by,
        article=article,
        note=_("Revision %s restored") % revision.number,
    )


@transaction.atomic
def vote(article: Article, *, by: User, helpful: bool, comment: str = "") -> ArticleVote:
    """“Was dit nuttig?” The last answer of a person counts."""
    row, _made = ArticleVote.objects.update_or_create(
        article=article,
        user=by,
        defaults={"helpful": helpful, "comment": comment[:2000], "at": timezone.now()},
    )
    return row


@transaction.atomic
def add_picture(article: Article, upload: UploadedFile, *, by: User) -> ArticlePicture:
    """A picture of this article, drawn anew so that only the picture remains of the file.

    Raises ArticleError for what is not a PNG, JPEG, GIF or WebP, or too large.
    """
    _guard(may_write_articles(by))
    if (upload.size or 0) > settings.DESK_ATTACHMENT_MAX_BYTES:
        raise ArticleError(_("This picture is too large."))
    data, kind = _drawn_anew(upload)
    picture = ArticlePicture(
        article=article,
        filename=(upload.name or "")[:255],
        content_type=kind,
        size=len(data),
    )
    picture.file.save(secrets.token_hex(16), ContentFile(data), save=True)
    return picture


def markdown_for(picture: ArticlePicture) -> str:
    """What to write in the text to show this picture."""
    address = reverse("knowledgebase:picture", args=[picture.pk])
    return f"![{picture.filename.rpartition('.')[0] or picture.filename}]({address})"


def _drawn_anew(upload: UploadedFile) -> tuple[bytes, str]:
    try:
        return redrawn(upload)
    except TooManyPixels as error:
        raise ArticleError(_("This picture has too many pixels. Make it smaller.")) from error
    except NotAPicture as error:
        raise ArticleError(_("Choose a PNG, JPEG, GIF or WebP picture.")) from error


def _keep(article: Article, *, by: User, note: str) -> None:
    latest = article.revisions.values_list("number", flat=True).first() or 0
    ArticleRevision.objects.create(
        article=article,
        number=latest + 1,
        title=article.title,
        summary=article.summary,
        body=article.body,
        note=note[:200],
        by=by,
    )


def _free_slug(title: str) -> str:
    base = slugify(title)[:140] or "article"
    taken = RESERVED | set(
        Article.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    return next(slug for slug in itertools.chain([base], numbered) if slug not in taken)


def _guard(allowed: bool) -> None:
    if not allowed:
        raise ArticleError(_("You may not do this."))
