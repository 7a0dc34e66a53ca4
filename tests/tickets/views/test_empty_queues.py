"""A queue with nothing in it says so, and where there is something to do."""

import pytest
from django.utils.html import strip_tags

from tickets.actions.assigning import take
from tickets.queues import Board

pytestmark = pytest.mark.django_db


def words_of(client, slug: str) -> str:
    answer = client.get(f"/queue/{slug}/")
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode()).split())


def test_every_queue_can_be_empty(as_user, agent):
    client = as_user(agent)
    for entry in Board(agent).entries:
        words_of(client, entry.queue.slug)


def test_an_empty_queue_names_what_waits_in_dispatch(as_user, agent, ticket):
    assert "(1)" in words_of(as_user(agent), "mine")


def test_an_empty_dispatch_queue_names_ones_own_tickets(as_user, agent, ticket):
    take(ticket, by=agent)
    assert "(1)" in words_of(as_user(agent), "dispatch")
