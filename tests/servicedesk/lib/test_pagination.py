"""A cursor that somebody typed into the address is the first page, never a fault."""

import base64
import json

import pytest
from django.urls import reverse

from servicedesk.lib.pagination import decode, encode

pytestmark = pytest.mark.django_db

NONSENSE = [
    "[1e400]", "[-1e400]", "[NaN]", '["a\\u0000b"]', '["\\ud800"]', "[[1]]", "[{}]", "[null]", "{}",
    "[99999999999999999999]", '["x"]', "[true]", '[{"t": "x"}]', "[" * 3_000, "", "1",
]  # fmt: skip
LISTS = ["tickets:ticket-list", "availability:status-outages", "knowledgebase:article-list"]


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("way", ["after", "before"])
def test_nonsense_is_the_first_page(as_user, requester, page, way):
    browser = as_user(requester)
    for text in NONSENSE:
        # Each list has keys of its own: one, or two, of which one may be a moment or a word.
        inner = text[1:-1] or "1"
        others = ("1", '"a"', '{"t": "2020-01-01T00:00:00+00:00"}', inner)
        pairs = [f"[{one}, {inner}]" for one in others] + [f"[{inner}, {one}]" for one in others]
        for said in (text, *pairs):
            assert browser.get(reverse(page), {way: cursor(said)}).status_code == 200, said


def test_what_it_holds_comes_back():
    assert decode(encode(["a", 3, None]), 3) == ["a", 3, None]
    assert decode(cursor(json.dumps(["a"])), 2) is None
