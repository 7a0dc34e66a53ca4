"""“Did you mean …?”"""

import pytest

from knowledgebase.models import Article
from knowledgebase.spelling import better_spelling

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    Article.objects.create(
        title="Openingsuren en sluitingsdagen aanpassen",
        slug="uren",
        summary="Vestigingsbeheer, tabblad Openingstijden.",
        body="x",
        body_html="",
        status="published",
    )
    return Article.objects.all()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("opneingsuren", "openingsuren"),
        ("vestigingsbeher openen", "vestigingsbeheer openen"),
        ("sluitingsdag aanpasen", "sluitingsdagen aanpassen"),
        ("openingsuren", ""),
        ("xyzzy", ""),
        ("12345678", ""),
        ("", ""),
    ],
)
def test_unknown_words_give_way_to_known_ones_that_look_alike(articles, typed, meant):
    assert better_spelling(typed, articles) == meant
