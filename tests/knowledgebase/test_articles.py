"""Articles: who reads what, what search finds, how they are written and rated."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from knowledgebase import publishing
from knowledgebase.exceptions import ArticleError
from knowledgebase.models import Article
from knowledgebase.publishing import Content

pytestmark = pytest.mark.django_db


@pytest.fixture
def cache_article(agent, websites) -> Article:
    content = Content(
        title="De cache van je website wissen",
        summary="Wijzigingen komen 's nachts door op de website.",
        body="1. Ga naar `Site instellingen`\n2. Kies **Alle caches legen**",
        service=websites,
    )
    return publishing.publish(publishing.write_article(content, by=agent), by=agent)


@pytest.fixture
def secret_article(agent) -> Article:
    content = Content(
        title="Kanarieprocedure voor agenten",
        summary="kanarie",
        body="kanariewachtwoord",
        audience=Article.Audience.AGENTS,
    )
    return publishing.publish(publishing.write_article(content, by=agent), by=agent)


def png(width: int = 4) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, 4), "red").save(out, format="PNG")
    return out.getvalue()


def test_requesters_read_what_is_published_for_everyone(
    cache_article, secret_article, requester, agent
):
    draft = publishing.write_article(Content("Concept", "s", "b"), by=agent)
    assert list(Article.objects.visible_to(requester)) == [cache_article]
    assert set(Article.objects.visible_to(agent)) == {cache_article, secret_article, draft}


def test_search_stems_dutch_words_and_marks_them(cache_article, requester):
    (found,) = Article.objects.visible_to(requester).matching("wijziging")
    assert found == cache_article
    assert found.summary_headline.startswith("\ue000Wijzigingen\ue001")


def test_search_mends_a_typing_error_in_a_title(cache_article, requester):
    assert list(Article.objects.visible_to(requester).matching("websit wisen")) == [cache_article]


@pytest.mark.parametrize("words", ["", "   ", "\0", "'", "a & | !", "\\", "zzz" * 200, "%", ":*"])
def test_search_survives_whatever_is_typed(cache_article, requester, words):
    assert list(Article.objects.matching(words)) in ([], [cache_article])
    assert list(Article.objects.answering(words)) in ([], [cache_article])


def test_an_article_answers_a_question_that_shares_some_words(cache_article, websites):
    text = "Onze nieuwe uren staan nog niet op de website, hoe komt dat?"
    assert list(Article.objects.answering(text, service_id=websites.pk)) == [cache_article]


def test_each_save_is_a_revision_that_can_be_restored(cache_article, agent):
    publishing.write_article(Content("Andere titel", "s", "nieuw"), by=agent, article=cache_article)
    first = cache_article.revisions.get(number=1)
    article = publishing.restore(first, by=agent)
    assert article.title == "De cache van je website wissen"
    assert [r.number for r in article.revisions.all()] == [3, 2, 1]


def test_only_agents_write(cache_article, requester):
    with pytest.raises(ArticleError):
        publishing.write_article(Content("t", "s", "b"), by=requester)


def test_equal_titles_get_addresses_of_their_own(agent):
    slugs = [publishing.write_article(Content("New", "s", "b"), by=agent).slug for _ in range(3)]
    assert slugs == ["new-2", "new-3", "new-4"]


def test_scripts_in_an_article_do_not_survive(agent):
    body = "<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://evil.example/p.png)"
    html = publishing.write_article(Content("t", "s", body), by=agent).body_html
    assert "<script" not in html
    assert "javascript:" not in html.replace("[x](javascript:alert(1))", "")
    assert "evil.example" not in html or "<img" not in html


def test_the_last_vote_of_a_person_counts(cache_article, requester, colleague):
    publishing.vote(cache_article, by=requester, helpful=True)
    publishing.vote(cache_article, by=requester, helpful=False, comment="Stap 2 ontbreekt")
    publishing.vote(cache_article, by=colleague, helpful=True)
    rated = Article.objects.with_votes().get(pk=cache_article.pk)
    assert (rated.vote_count, rated.helpful_share) == (2, 0.5)


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", png()[:20]]
)
def test_only_pictures_become_pictures(cache_article, agent, content):
    with pytest.raises(ArticleError):
        publishing.add_picture(cache_article, SimpleUploadedFile("x.png", content), by=agent)


def test_pictures_are_for_readers_of_the_article(secret_article, agent, requester, as_user):
    picture = publishing.add_picture(secret_article, SimpleUploadedFile("a.png", png()), by=agent)
    url = reverse("knowledgebase:picture", args=[picture.pk])
    assert as_user(requester).get(url).status_code == 404
    response = as_user(agent).get(url)
    assert response["Content-Type"] == "image/png"
    assert publishing.markdown_for(picture) == f"![a]({url})"


def test_a_picture_whose_file_is_gone_is_not_found(cache_article, agent, as_user, caplog):
    picture = publishing.add_picture(cache_article, SimpleUploadedFile("a.png", png()), by=agent)
    picture.file.storage.delete(picture.file.name)
    url = reverse("knowledgebase:picture", args=[picture.pk])
    assert as_user(agent).get(url).status_code == 404
    assert picture.file.name in caplog.text


def test_pages_for_requesters(cache_article, secret_article, requester, as_user):
    browser = as_user(requester)
    page = browser.get(reverse("knowledgebase:article-list")).content.decode()
    assert cache_article.title in page
    assert "anarie" not in page
    url = reverse("knowledgebase:article-list")
    found = browser.get(url, {"q": "kanarie"}).content.decode()
    assert secret_article.title not in found
    assert (
        browser.get(reverse("knowledgebase:article-detail", args=[cache_article.slug])).status_code
        == 200
    )
    for name in ("article-detail", "article-edit", "revision-list"):
        assert (
            browser.get(reverse(f"knowledgebase:{name}", args=[secret_article.slug])).status_code
            == 404
        )
    assert browser.get(reverse("knowledgebase:article-create")).status_code == 404
    assert (
        browser.post(
            reverse("knowledgebase:article-publish", args=[cache_article.slug])
        ).status_code
        == 404
    )


def test_an_agent_writes_publishes_and_withdraws(agent, websites, as_user):
    browser = as_user(agent)
    data = {"title": "Nieuw artikel", "summary": "Kort", "body": "Tekst", "audience": "requesters",
            "home_position": 0, "service": websites.pk, "note": "eerste"}  # fmt: skip
    assert browser.post(reverse("knowledgebase:article-create"), data).status_code == 302
    article = Article.objects.get(title="Nieuw artikel")
    publish = reverse("knowledgebase:article-publish", args=[article.slug])
    browser.post(publish)
    article.refresh_from_db()
    assert article.status == "published"
    browser.post(publish, {"withdraw": "1"})
    article.refresh_from_db()
    assert article.status == "draft"
    bad = browser.post(reverse("knowledgebase:article-create"), {**data, "title": ""})
    assert bad.status_code == 422
    assert "Tekst" in bad.content.decode()


def test_voting_on_the_page(cache_article, requester, as_user):
    url = reverse("knowledgebase:article-vote", args=[cache_article.slug])
    answer = as_user(requester).post(url, {"helpful": "no"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert cache_article.votes.get().helpful is False


def test_lists_cost_the_same_for_one_and_three(
    cache_article, agent, requester, as_user, django_assert_num_queries
):
    browser = as_user(requester)
    for query in ({}, {"q": "website"}):
        with CaptureQueriesContext(connection) as one:
            browser.get(reverse("knowledgebase:article-list"), query)
        for n in range(2):
            publishing.publish(
                publishing.write_article(Content(f"Website {n}", "s", "b"), by=agent), by=agent
            )
        with django_assert_num_queries(len(one)):
            browser.get(reverse("knowledgebase:article-list"), query)
