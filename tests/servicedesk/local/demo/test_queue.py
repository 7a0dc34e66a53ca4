"""The queue lives at any hour of any day."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from servicedesk.accounts.models import User
from servicedesk.local.demo.filling import Wish
from servicedesk.outbox.models import Notification
from sla.models import Clock
from tests.servicedesk.local.demo.conftest import filled, taken_back
from tickets.models import Message, Ticket, TicketEvent

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
MOMENTS = [
    "2026-11-25T10:06",  # a Wednesday morning
    "2026-11-23T09:04",  # just opened on a Monday
    "2026-11-27T16:55",  # nearly closed on a Friday
    "2026-11-28T21:30",  # Saturday evening
    "2026-11-29T03:00",  # Sunday night
    "2027-01-01T12:00",  # a holiday, the first of a month
    "2026-10-25T02:30",  # the hour that comes twice
    "2025-11-03T00:05",
]


@pytest.fixture(scope="module", params=MOMENTS)
def now(request, django_db_setup, django_db_blocker, _files):
    moment = dt.datetime.fromisoformat(request.param).replace(tzinfo=BRUSSELS)
    with django_db_blocker.unblock(), taken_back():
        filling = filled(Wish(months=1, tickets=80, now=moment))
        yield filling.moment


def test_every_state_stands_in_it(now):
    statuses = set(Ticket.objects.values_list("status", flat=True))
    assert statuses >= {"new", "open", "pending", "on_hold", "solved"}


def test_some_are_late_some_nearly_due_and_some_fine(now):
    unsolved = Ticket.objects.unsolved()
    assert unsolved.filter(next_due_at__lt=now).count() >= 2
    assert unsolved.filter(at_risk_at__lte=now, next_due_at__gt=now).exists()
    assert unsolved.filter(at_risk_at__gt=now).count() >= 5
    assert unsolved.filter(next_due_at__isnull=True).exists()
    assert Clock.objects.filter(state="paused").exists()


def test_some_wait_for_a_first_assignment(now):
    assert 5 <= Ticket.objects.in_dispatch().count() <= 40


def test_some_came_while_the_desk_was_closed(now):
    """Their clocks begin with the next opening, or began with the last one."""
    overnight = Ticket.objects.filter(
        subject__in=["Dubbele titels in zoekresultaat", "Wisselcollectie bestellen"]
    )
    for ticket in overnight:
        local = ticket.created_at.astimezone(BRUSSELS)
        assert local.hour >= 17 or local.hour < 9 or local.weekday() > 4 or local.date().day == 1
    assert overnight.count() == 2


def test_people_wait_for_calls_and_answers(now):
    assert Ticket.objects.to_call_back().count() >= 3
    noor = User.objects.get(email="agent@demo.example")
    mine = Ticket.objects.assigned_to(noor)
    assert mine.count() >= 4
    assert mine.with_unread(noor).filter(unread=True, followers=None).exists()
    assert mine.with_unread(noor).filter(unread=False).exists()
    assert Message.objects.filter(kind="internal_note", ticket__solved_at=None).count() >= 5
    assert Ticket.objects.filter(followers__isnull=False).exists()


def test_whoever_signs_in_has_something_to_see(now):
    for box in ("melder", "collega", "vreemde"):
        person = User.objects.get(email=f"{box}@demo.example")
        assert Ticket.objects.requested_by(person).unsolved().count() >= 2
    melder = User.objects.get(email="melder@demo.example")
    hers = Ticket.objects.requested_by(melder)
    assert set(hers.values_list("status", flat=True)) >= {
        "new", "open", "pending", "on_hold", "solved",
    }  # fmt: skip
    collega = User.objects.get(email="collega@demo.example")
    stranger = User.objects.get(email="vreemde@demo.example")
    seen = Ticket.objects.visible_to(collega)
    assert set(hers) <= set(seen)
    assert not set(hers) & set(Ticket.objects.visible_to(stranger))
    bram = User.objects.get(email="tweedelijn@demo.example")
    assert Ticket.objects.assigned_to(bram).count() >= 3
    assert Notification.objects.filter(user__email="agent@demo.example").exists()


def test_scenes_are_told_in_order(now):
    for ticket in Ticket.objects.unsolved():
        moments = list(ticket.events.order_by("pk").values_list("at", flat=True))
        assert moments == sorted(moments)
    assert not TicketEvent.objects.filter(at__gt=now).exists()
