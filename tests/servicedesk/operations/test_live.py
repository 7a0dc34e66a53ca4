"""The endpoint that open pages ask each second."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from servicedesk.lib import live
from servicedesk.operations.live import BADGE
from tickets.actions.assigning import assign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_picture_yet():
    live._Memory.redis_from, live._Memory.picture = 0.0, None
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


def test_who_leaves_the_desk_is_out(page, agent):
    assert page.get("/live/").status_code == 200
    type(agent).objects.filter(pk=agent.pk).update(is_active=False)
    live._redis().delete(live.PICTURE)  # as it is by itself after some seconds
    assert page.get("/live/").status_code == 403


def test_signing_out_takes_the_badge_away(page):
    page.post("/accounts/logout/")
    assert page.cookies[BADGE].value == ""


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


def test_nothing_but_reading(page):
    assert page.post("/live/").status_code == 405
