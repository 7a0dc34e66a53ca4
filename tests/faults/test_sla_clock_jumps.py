"""The server's clock jumps, the timetable stands still for hours: each alert once, and true."""

import pytest

from servicedesk.outbox.models import Notification, OutgoingEmail
from sla.models import Alert, Clock
from sla.rounds import check_and_sweep
from tests.sla.oracle import at, brussels
from tests.sla.test_replay import check_clocks
from tickets.actions.replying import Text, reply

pytestmark = pytest.mark.django_db
MONDAY = "2025-11-03 "


def round_at(moment):
    with at(MONDAY + moment):
        return [(alert.point, alert.at) for alert in check_and_sweep()]


def test_two_hours_forward_and_back(asked, agent):
    asked(MONDAY + "09:00")
    # At 11:00 the clock says 13:00:01 for a while.
    assert [point for point, _at in round_at("13:00:01")] == ["75%", "15min", "due"]
    for moment in ("11:00", "12:00", "12:45", "13:00:01", "13:30"):
        assert round_at(moment) == []
    assert Alert.objects.count() == 3
    breach = Alert.objects.get(point="due")
    assert breach.at == brussels(MONDAY + "13:00")


def test_two_hours_back_and_forward(asked, agent):
    asked(MONDAY + "11:00")
    assert [point for point, _at in round_at("14:00")] == ["75%"]
    assert round_at("12:00") == []  # the clock was set back
    assert [point for point, _at in round_at("14:45")] == ["15min"]
    assert [point for point, _at in round_at("15:00:01")] == ["due"]
    assert Alert.objects.count() == 3


def test_an_event_of_a_clock_that_was_set_back(asked, agent, requester):
    ticket = asked(MONDAY + "11:00")
    with at(MONDAY + "09:00"):  # two hours back: before the ticket was there
        reply(ticket, Text("Kijk."), by=agent)
        check_clocks(ticket)
    first = Clock.objects.get(ticket=ticket, metric="first_response")
    assert (first.used_seconds, first.met) == (0, True)
    with at(MONDAY + "12:00"):
        reply(ticket, Text("Helpt niet."), by=requester)
        check_clocks(ticket)


def test_three_hours_without_a_round(asked, agent):
    """All that came meanwhile at once, the oldest first, with the true moments; one mail."""
    for minute in range(0, 50, 5):
        asked(f"{MONDAY}09:{minute:02d}")
    moments = [moment for _point, moment in round_at("14:00")]
    assert len(moments) == 30
    assert moments == sorted(moments)
    dues = list(Alert.objects.filter(point="due").order_by("pk").values_list("at", flat=True))
    assert dues == [brussels(f"{MONDAY}13:{minute:02d}") for minute in range(0, 50, 5)]
    assert round_at("14:00:20") == []
    letters = OutgoingEmail.objects.filter(thread=f"alerts:{agent.pk}")
    assert letters.count() == 1
    assert letters.get().body_text.count("/tickets/") == 10
    assert Notification.objects.filter(user=agent, kind__startswith="sla_").count() == 10
