"""Articles people read before they ask."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledgebase.querysets import ArticleQuerySet
from servicedesk.catalogue.models import Service
from servicedesk.lib.search import CONFIGURATION


class Article(models.Model):
    """What is known about one question. `body` is Markdown; `body_html` is made from it."""

    class Audience(models.TextChoices):
        REQUESTERS = "requesters", _("everyone")
        AGENTS = "agents", _("agents only")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(_("short name in addresses"), max_length=160, unique=True)
    summary = models.CharField(
        _("summary"),
        max_length=240,
        help_text=_("One sentence under the title and in search results."),
    )
    body = models.TextField(_("text"), help_text=_("Markdown: headings, lists, links, pictures."))
    body_html = models.TextField(editable=False)
    audience = models.CharField(
        _("for"), max_length=20, choices=Audience, default=Audience.REQUESTERS
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="articles",
    )
    icon = models.CharField(_("icon"), max_length=40, default="book")
    #: Searched for often: shown on the portal's home in this order; 0 = not shown there.
    home_position = models.PositiveSmallIntegerField(
        _("place on the home page"), default=0, help_text=_("0: not on the home page.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_vector = models.GeneratedField(
        expression=(
            SearchVector("title", weight="A", config=CONFIGURATION)
            + SearchVector("summary", weight="B", config=CONFIGURATION)
            + SearchVector("body", weight="C", config=CONFIGURATION)
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [GinIndex(F("search_vector"), name="article_search")]

    def __str__(self) -> str:
        return self.title


class ArticleRevision(models.Model):
    """One saved state of an article. Never changed afterwards."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=240)
    body = models.TextField()
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"


class ArticlePicture(models.Model):
    """A picture inside an article, stored under a random name, served behind an access check."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="pictures")
    file = models.FileField(upload_to="articles/")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.filename


class ArticleVote(models.Model):
    """One person's answer to “was dit nuttig?”; the last answer counts."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="article_votes"
    )
    helpful = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="article_vote_once")
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.helpful}"
