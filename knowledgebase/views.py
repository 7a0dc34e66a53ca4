"""Reading, searching, rating and writing articles."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knowledgebase import publishing
from knowledgebase.exceptions import ArticleError
from knowledgebase.forms import ArticleForm, PictureForm, VoteForm
from knowledgebase.models import Article, ArticlePicture, ArticleRevision
from knowledgebase.permissions import may_write_articles
from servicedesk.accounts.requests import DeskRequest
from servicedesk.catalogue.models import Service
from servicedesk.lib.http import opened_or_404
from servicedesk.lib.pagination import Cursors, Keyset

BY_TITLE = Keyset(["title", "id"])
MOST_FOUND = 30


@login_required
@require_safe
def article_list(request: DeskRequest) -> HttpResponse:
    """All articles by title, those of one service, or what a search finds."""
    words = request.GET.get("q", "").strip()
    articles = Article.objects.visible_to(request.user).select_related("service").with_votes()
    readable = Q(articles__in=Article.objects.visible_to(request.user))
    services = Service.objects.visible_to(request.user).annotate(
        article_count=Count("articles", filter=readable)
    )
    chosen = services.filter(slug=request.GET.get("service", "")).first()
    if chosen:
        articles = articles.filter(service=chosen)
    page = None if words else BY_TITLE.page(articles, **_cursors(request))
    context = {
        "words": words,
        "services": [service for service in services if service.article_count],
        "chosen": chosen,
        "articles": page.rows if page else list(articles.matching(words)[:MOST_FOUND]),
        "page": page,
        "may_write": may_write_articles(request.user),
    }
    return render(request, "knowledgebase/article_list.html", context)


@login_required
@require_safe
def article_detail(request: DeskRequest, slug: str) -> HttpResponse:
    """One article, what is like it, and the question whether it helped."""
    article = _article(request, slug)
    others = Article.objects.visible_to(request.user).exclude(pk=article.pk)
    context = {
        "article": article,
        "related": others.answering(article.title, service_id=article.service_id)[:4],
        "my_vote": article.votes.filter(user=request.user).first(),
        "may_write": may_write_articles(request.user),
    }
    return render(request, "knowledgebase/article_detail.html", context)


@login_required
@require_POST
def article_vote(request: DeskRequest, slug: str) -> HttpResponse:
    """Keeps one's answer; after “no” asks what was missing."""
    article = _article(request, slug)
    form = VoteForm(request.POST)
    if form.is_valid():
        my_vote = publishing.vote(article, by=request.user, **form.cleaned_data)
        if request.htmx:
            context = {"article": article, "my_vote": my_vote, "form": VoteForm()}
            return render(request, "knowledgebase/_vote.html", context)
        messages.success(request, _("Thank you: we improve our articles with it."))
    return redirect("knowledgebase:article-detail", slug)


@login_required
def article_create(request: DeskRequest) -> HttpResponse:
    """Writes a new article; it begins as a draft."""
    _writers_only(request)
    return _write(request, None)


@login_required
def article_edit(request: DeskRequest, slug: str) -> HttpResponse:
    """Changes an article; each save is a revision."""
    _writers_only(request)
    return _write(request, _article(request, slug))


@login_required
@require_POST
def article_publish(request: DeskRequest, slug: str) -> HttpResponse:
    """Publishes, or with `withdraw` makes it a draft again."""
    _writers_only(request)
    act = publishing.withdraw if "withdraw" in request.POST else publishing.publish
    article = act(_article(request, slug), by=request.user)
    published = article.status == Article.Status.PUBLISHED
    messages.success(
        request,
        _("The article is published.") if published else _("The article is a draft again."),
    )
    return redirect("knowledgebase:article-detail", slug)


@login_required
@require_safe
def revision_list(request: DeskRequest, slug: str) -> HttpResponse:
    """What the article said before, by whom and why."""
    _writers_only(request)
    article = _article(request, slug)
    page = Keyset(["-number"]).page(
        article.revisions.select_related("by"), size=20, **_cursors(request)
    )
    context = {"article": article, "page": page}
    return render(request, "knowledgebase/revision_list.html", context)


@login_required
@require_POST
def revision_restore(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    """Takes an earlier text back."""
    _writers_only(request)
    revision = get_object_or_404(
        ArticleRevision.objects.select_related("article__service"),
        article=_article(request, slug),
        number=number,
    )
    publishing.restore(revision, by=request.user)
    messages.success(request, _("Revision %s is the text again.") % number)
    return redirect("knowledgebase:article-detail", slug)


@login_required
@require_POST
def picture_add(request: DeskRequest, slug: str) -> HttpResponse:
    """Adds a picture and says what to write in the text to show it."""
    _writers_only(request)
    article = _article(request, slug)
    form = PictureForm(request.POST, request.FILES)
    context: dict[str, Any] = {"article": article, "picture_form": PictureForm()}
    try:
        if form.is_valid():
            upload = form.cleaned_data["picture"]
            added = publishing.add_picture(article, upload, by=request.user)
            context["markdown"] = publishing.markdown_for(added)
        else:
            context["refusal"] = _("Choose a picture first.")
    except ArticleError as error:
        context["refusal"] = str(error)
    if request.htmx:
        return render(request, "knowledgebase/_pictures.html", context)
    messages.info(request, context.get("refusal") or context["markdown"])
    return redirect("knowledgebase:article-edit", slug)


@login_required
@require_safe
def picture(request: DeskRequest, pk: int) -> FileResponse:
    """A picture, for whoever may read its article."""
    readable = Article.objects.visible_to(request.user)
    found = get_object_or_404(ArticlePicture, pk=pk, article__in=readable)
    response = FileResponse(opened_or_404(found.file), content_type=found.content_type)
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _article(request: DeskRequest, slug: str) -> Article:
    readable = Article.objects.visible_to(request.user).select_related("service").with_votes()
    return get_object_or_404(readable, slug=slug)


def _writers_only(request: DeskRequest) -> None:
    if not may_write_articles(request.user):
        raise Http404


def _cursors(request: DeskRequest) -> Cursors:
    return {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}


def _write(request: DeskRequest, article: Article | None) -> HttpResponse:
    form = ArticleForm(request.POST or None, instance=article)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        note = given.pop("note")
        icon = article.icon if article else "book"
        saved = publishing.write_article(
            publishing.Content(**given, icon=icon), by=request.user, article=article, note=note
        )
        messages.success(request, _("Saved."))
        return redirect("knowledgebase:article-detail", saved.slug)
    context = {
        "form": form,
        "article": article,
        "pictures": article.pictures.order_by("pk") if article else [],
        "picture_form": PictureForm(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "knowledgebase/article_form.html", context, status=status)
