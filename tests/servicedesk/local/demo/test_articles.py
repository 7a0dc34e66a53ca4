"""The first articles are there, written and published."""

import pytest
from django.conf import settings

from knowledgebase.models import Article
from servicedesk.accounts.models import User
from tickets.models import Macro

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_desk")]


def test_four_stand_on_the_home_page_in_their_order():
    home = Article.objects.published().filter(home_position__range=(1, 4)).order_by("home_position")
    assert [article.title for article in home] == [
        "Lener ontvangt de mail met de verificatiecode niet",
        "Openingsuren en sluitingsdagen aanpassen",
        "De cache van je website wissen",
        "Toegang aanvragen",
    ]


def test_requesters_do_not_read_what_is_for_agents():
    melder = User.objects.get(email="melder@demo.example")
    theirs = set(Article.objects.visible_to(melder))
    for_agents = set(Article.objects.filter(audience="agents"))
    assert len(for_agents) == 2
    assert len(theirs) == 6
    assert not theirs & for_agents


def test_articles_hold_steps_and_pictures():
    code = Article.objects.get(home_position=1)
    assert "<ol>" in code.body_html
    assert "pcbmail" in code.body_html
    picture = code.pictures.get()
    assert f"/articles/pictures/{picture.pk}/" in code.body_html
    assert picture.file.read().startswith(b"\x89PNG")
    assert not Article.objects.filter(body__contains="{picture}").exists()


def test_each_article_has_an_icon_that_can_be_drawn():
    wanted = set(Article.objects.values_list("icon", flat=True))
    assert wanted
    sprite = (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text("utf-8")
    assert {icon for icon in wanted if f'<symbol id="{icon}"' not in sprite} == set()


def test_readers_said_whether_it_helped():
    for article in Article.objects.all():
        votes = article.votes.values_list("helpful", flat=True)
        assert votes
        assert sum(votes) / len(votes) > 0.75


def test_macros_hold_only_known_placeholders():
    known = {"requester", "organisation", "number", "service", "agent"}
    for macro in Macro.objects.all():
        macro.body.format(**dict.fromkeys(known, "x"))
