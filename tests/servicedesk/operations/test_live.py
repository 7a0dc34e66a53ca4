"""The endpoint that open pages ask each second."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from servicedesk.accounts.actions import deactivate, set_role
from servicedesk.accounts.models import SignIn
from servicedesk.accounts.sessions import end_session
from servicedesk.lib import live
from servicedesk.operations.live import BADGE, at_once
from tickets.actions.assigning import assign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_picture_yet():
    live.forget()
    live._redis().delete(live.COUNT, live.PICTURE)


@pytest.fixture
def page(as_user, agent) -> Client:
    """A browser of an agent with a page of the desk open."""
    browser = as_user(agent)
    browser.get("/queue/dispatch/")
    return browser


def test_a_page_hears_once_and_then_nothing(page):
    first = page.get("/live/")
    assert first.status_code == 200
    assert first.headers["Desk-Every"] == "1000"
    assert first.json()["alarms"] == []
    assert page.get("/live/", {"seen": first.json()["tag"]}).status_code == 204


def test_what_was_seen_costs_no_query(page):
    tag = page.get("/live/").json()["tag"]
    with CaptureQueriesContext(connection) as queries:
        assert page.get("/live/", {"seen": tag}).status_code == 204
    assert len(queries) == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_is_heard_at_once(page, ticket, agent):
    tag = page.get("/live/").json()["tag"]
    assign(ticket, assignee=agent, team=None, by=agent)
    answer = page.get("/live/", {"seen": tag})
    assert answer.status_code == 200
    assert answer.json()["tag"] != tag


def test_only_people_of_the_desk_get_a_badge(as_user, requester):
    browser = as_user(requester)
    assert browser.get("/").status_code == 200
    assert BADGE not in browser.cookies
    assert browser.get("/live/").status_code == 403
    assert Client().get("/live/").status_code == 403


@pytest.mark.parametrize("badge", ["", "1", "1:xx:yy", "١:1:1", "\x00"])
def test_a_badge_of_ones_own_making_opens_nothing(badge):
    stranger = Client()
    stranger.cookies[BADGE] = badge
    assert stranger.get("/live/").status_code == 403


def leaves(agent, administrator, page):
    deactivate(agent, by=administrator)


def becomes_a_requester(agent, administrator, page):
    set_role(agent, "requester", by=administrator)


def ends_the_session_elsewhere(agent, administrator, page):
    end_session(SignIn.objects.get(user=agent), by=agent)


def signs_out(agent, administrator, page):
    badge = page.cookies[BADGE].value
    page.post("/accounts/logout/")
    assert page.cookies[BADGE].value == ""
    page.cookies[BADGE] = badge  # somebody kept it


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act", [leaves, becomes_a_requester, ends_the_session_elsewhere, signs_out]
)
def test_who_may_no_longer_read_is_out_at_once(act, page, agent, administrator):
    assert page.get("/live/").status_code == 200
    act(agent, administrator, page)
    assert page.get("/live/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_who_signs_in_hears_at_once(page, as_user, second_line):
    page.get("/live/")
    other = as_user(second_line)
    other.get("/queue/dispatch/")
    assert other.get("/live/").status_code == 200


def test_the_status_page_takes_no_badge_away(page):
    badge = page.cookies[BADGE].value
    assert page.get("/status/").status_code in (200, 503)
    assert page.cookies[BADGE].value == badge


def test_a_hundred_pages_cost_one_look_into_redis(page, monkeypatch):
    monkeypatch.setattr(live, "GOOD_IN_MEMORY", 60)
    tag = page.get("/live/").json()["tag"]
    monkeypatch.setattr(live, "_redis", lambda: pytest.fail("looked into Redis again"))
    for _page in range(100):
        assert page.get("/live/", {"seen": tag}).status_code == 204


def test_without_redis_it_goes_on_from_the_database(page, settings, ticket, agent):
    live._redis.cache_clear()
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    try:
        first = page.get("/live/")
        assert first.status_code == 200
        assert first.headers["Desk-Every"] == "4000"
        assert page.get("/live/", {"seen": first.json()["tag"]}).status_code == 204
    finally:
        live._redis.cache_clear()


def test_it_has_the_locks_of_every_page(page, client):
    for browser in (page, client):
        assert browser.get("/live/", HTTP_HOST="evil.example").status_code == 400
        headers = browser.get("/live/").headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_nothing_but_reading(page):
    assert page.post("/live/").status_code == 405


def head(page: Client, seen: str, badge: str = "") -> bytes:
    """The request of an open page as it comes over the line."""
    shown = badge or page.cookies[BADGE].value
    return (
        f"GET /live/?seen={seen} HTTP/1.1\r\nHost: desk\r\nCookie: theme=dark; {BADGE}={shown}\r\n"
    ).encode()


def test_what_is_known_by_heart_is_that_nothing_is_new(page, agent, monkeypatch):
    monkeypatch.setattr(live, "GOOD_IN_MEMORY", 60)
    assert at_once(head(page, "0" * 16)) is None, "nothing is known yet"
    tag = page.get("/live/").json()["tag"]
    assert at_once(head(page, tag)).startswith(b"HTTP/1.1 204 No Content\r\n")
    for other in (
        head(page, "0" * 16),
        head(page, tag, badge="1:xx:yy"),
        head(page, tag).replace(b"GET", b"POST"),
        head(page, tag).replace(b"/live/", b"/queue/"),
        head(page, tag).replace(b"Cookie", b"X-Cookie"),
    ):
        assert at_once(other) is None
    live.forget()
    assert at_once(head(page, tag)) is None


def test_without_redis_nothing_is_known_by_heart(page, settings):
    live._redis.cache_clear()
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    try:
        assert at_once(head(page, page.get("/live/").json()["tag"])) is None
    finally:
        live._redis.cache_clear()
