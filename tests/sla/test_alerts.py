"""Warnings and breaches: each once, at its true moment, whoever looks and whenever."""

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from servicedesk.accounts.models import Membership
from servicedesk.celery import app as celery
from servicedesk.outbox.models import Notification
from servicedesk.outbox.sentences import sentence
from sla import alerts
from sla.alerts import check
from sla.models import Alert, Clock, PolicyVersion
from sla.tasks import check_sla
from tests.sla.oracle import at, brussels
from tickets.actions.assigning import assign
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import change_status

MONDAY = "2025-11-03 "
TUESDAY = "2025-11-04 "


def raised(moment):
    """What a round at that moment raises: metric, point and true moment."""
    with at(moment):
        return [(alert.metric, alert.point, alert.at) for alert in check()]


@pytest.mark.django_db
class TestPoints:
    def test_each_point_rings_once_at_its_moment(self, asked):
        asked(MONDAY + "09:00")
        assert raised(MONDAY + "11:59:59") == []
        assert raised(MONDAY + "12:00") == [("first_response", "75%", brussels(MONDAY + "12:00"))]
        assert raised(MONDAY + "12:00") == []
        soon = brussels(MONDAY + "12:45")
        assert raised(MONDAY + "12:45:10") == [("first_response", "15min", soon)]
        assert raised(MONDAY + "13:00") == []
        due = brussels(MONDAY + "13:00")
        assert raised(MONDAY + "13:00:01") == [("first_response", "due", due)]
        assert raised(MONDAY + "14:59") == []

    def test_due_at_closing_breaks_only_when_the_desk_is_open_again(self, asked):
        ticket = asked(MONDAY + "13:00")
        raised(MONDAY + "17:00")
        assert raised(TUESDAY + "09:00") == []
        due = brussels(MONDAY + "17:00")
        assert raised(TUESDAY + "09:00:01") == [("first_response", "due", due)]
        clock = ticket.clocks.get(metric="first_response")
        assert (clock.breached_at, clock.counted_at) == (due, due)

    def test_noticed_late_keeps_the_true_moments_and_the_oldest_comes_first(self, asked):
        asked(MONDAY + "10:00")
        asked(MONDAY + "09:00")
        moments = raised(MONDAY + "14:30")
        assert moments == [
            ("first_response", "75%", brussels(MONDAY + "12:00")),
            ("first_response", "15min", brussels(MONDAY + "12:45")),
            ("first_response", "due", brussels(MONDAY + "13:00")),
            ("first_response", "75%", brussels(MONDAY + "13:00")),
            ("first_response", "15min", brussels(MONDAY + "13:45")),
            ("first_response", "due", brussels(MONDAY + "14:00")),
        ]
        breach = Alert.objects.filter(level="breach").first()
        assert breach.raised_at == brussels(MONDAY + "14:30")

    def test_an_answer_in_time_silences_what_was_to_come(self, asked, agent):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "12:30"):
            reply(ticket, Text("Kijk."), by=agent)
        assert raised(MONDAY + "14:00") == []

    def test_a_breach_that_nobody_saw_in_time_is_told_all_the_same(self, asked, agent):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "14:00"):
            reply(ticket, Text("Sorry."), by=agent)
        due = brussels(MONDAY + "13:00")
        assert raised(MONDAY + "14:00:10") == [("first_response", "due", due)]

    def test_a_pause_delays_the_rest_and_repeats_nothing(self, asked, agent, requester):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "16:00"):
            reply(ticket, Text("Welke?"), by=agent, then="pending")
        assert ("resolution", "75%", brussels(MONDAY + "15:00")) in raised(MONDAY + "16:10")
        assert raised(TUESDAY + "12:00") == []
        with at(TUESDAY + "12:00"):
            reply(ticket, Text("Die."), by=requester)
        due = [("resolution", "15min", brussels(TUESDAY + "12:45"))]
        assert raised(TUESDAY + "12:50") == due
        assert raised(TUESDAY + "13:30") == [("resolution", "due", brussels(TUESDAY + "13:00"))]

    def test_a_clock_set_back_raises_nothing_twice(self, asked):
        asked(MONDAY + "09:00")
        raised(MONDAY + "15:30")
        assert raised(MONDAY + "11:00") == []
        assert raised(MONDAY + "15:31") == []

    def test_a_target_shorter_than_the_warning_skips_it(self, asked):
        PolicyVersion.objects.update(first_response=15, resolution=None)
        asked(MONDAY + "09:00")
        assert [point for _metric, point, _at in raised(MONDAY + "10:00")] == ["75%", "due"]

    def test_what_rang_stays_silent_when_the_promise_changes(self, asked, agent):
        ticket = asked(MONDAY + "09:00")
        raised(MONDAY + "14:00")
        Clock.objects.filter(ticket=ticket).delete()
        with at(MONDAY + "14:01"):
            change_status(ticket, "open", by=agent)
            assert list(check()) == []


@pytest.mark.django_db
class TestBell:
    def test_the_assignee_and_the_team_hear_once_of_the_gravest(
        self, asked, agent, second_line, web_team, manager
    ):
        Membership.objects.create(user=manager, team=web_team, is_lead=True)
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "09:10"):
            assign(ticket, team=web_team, assignee=second_line, by=agent)
        Notification.objects.all().delete()
        raised(MONDAY + "14:45")
        lines = Notification.objects.filter(ticket=ticket.pk)
        assert Counter(line.user for line in lines) == {second_line: 1, manager: 1}
        assert {line.kind for line in lines} == {"sla_due_first_response"}
        assert f"#{ticket.pk}" in sentence(lines[0])

    def test_without_a_team_the_first_line_hears(self, asked, agent, second_line):
        asked(MONDAY + "09:00")
        raised(MONDAY + "12:00")
        assert [line.user for line in Notification.objects.all()] == [agent]

    def test_where_nobody_is_left_the_first_line_hears(self, asked, agent, second_line, web_team):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "09:10"):
            assign(ticket, team=web_team, assignee=second_line, by=agent)
        second_line.is_active = False
        second_line.save()
        Notification.objects.all().delete()
        raised(MONDAY + "12:00")
        assert [line.user for line in Notification.objects.all()] == [agent]

    def test_who_left_hears_nothing(self, asked, agent):
        agent.is_active = False
        agent.save()
        asked(MONDAY + "09:00")
        raised(MONDAY + "12:00")
        assert not Notification.objects.exists()

    def test_every_point_of_every_clock_has_its_sentence(self):
        for point in Alert.Point:
            for metric in ("first_response", "next_response", "resolution", "assignment"):
                line = Notification(kind=f"sla_{point.name.lower()}_{metric}", ticket=10001)
                assert line.kind not in sentence(line)

    def test_the_number_of_queries_does_not_grow(self, asked, django_assert_num_queries):
        def queries(minutes):
            for minute in minutes:
                asked(f"2025-11-03 09:{minute:02d}")
            with django_assert_num_queries(12), at(MONDAY + "15:00"):
                list(check())

        queries([1])
        queries([2, 3, 4])


@pytest.mark.django_db
def test_the_timetable_runs_the_same_round(asked):
    tasks = [entry["task"] for entry in celery.conf.beat_schedule.values()]
    assert check_sla.name in tasks
    asked(MONDAY + "09:00")
    with at(MONDAY + "12:50"):
        assert check_sla() == 2
        assert check_sla() == 0


@pytest.mark.django_db
def test_the_command_says_what_this_round_raised(asked):
    ticket = asked(MONDAY + "09:00")
    out = StringIO()
    with at(MONDAY + "12:50"):
        call_command("check_sla", "--json", stdout=out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["ticket"], line["kind"], line["leg"], line["point"]) for line in lines] == [
        (str(ticket.pk), "first_response", 1, "75%"),
        (str(ticket.pk), "first_response", 1, "15min"),
    ]
    assert {line["level"] for line in lines} == {"warning"}
    assert {line["due"] for line in lines} == {"2025-11-03T12:00:00+00:00"}
    out = StringIO()
    with at(MONDAY + "12:50"):
        call_command("check_sla", stdout=out)
    assert out.getvalue() == ""


TICKETS = 24
ROUNDS = 8

together = pytest.mark.django_db(transaction=True)


def ready_to_ring(asked):
    """Tickets that all have three points to raise, and how many that makes."""
    for minute in range(TICKETS):
        asked(f"2025-11-03 09:{minute:02d}")
    return 3 * TICKETS


@together
def test_eight_rounds_at_once_raise_each_alert_once(asked, agent, monkeypatch):
    monkeypatch.setattr(alerts, "BATCH", 3)  # so that rounds meet often
    expected, found = ready_to_ring(asked), []

    def one_round(start):
        start.wait()
        found.extend(check(now=brussels(MONDAY + "14:45")))
        connection.close()

    start = threading.Barrier(ROUNDS)
    threads = [threading.Thread(target=one_round, args=[start]) for _ in range(ROUNDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == Alert.objects.count() == expected
    assert len({(alert.promise_id, alert.point) for alert in found}) == expected
    assert Notification.objects.filter(kind__startswith="sla_").count() == TICKETS


@together
def test_eight_processes_at_once_raise_each_alert_once(asked, agent):
    """Processes of their own, as beats and support start them; all points have passed by now."""
    least = ready_to_ring(asked)
    database = connection.get_connection_params()
    url = f"postgres://{database['user']}@/{database['dbname']}?host={database['host']}"
    settings = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    command = [sys.executable, "-m", "django", "check_sla", "--json"]
    processes = [
        subprocess.Popen(
            command,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(ROUNDS)
    ]
    found = [
        line for process in processes for line in process.communicate(timeout=120)[0].splitlines()
    ]
    assert len(set(found)) == len(found) == Alert.objects.count() >= least


@together
def test_a_round_that_dies_leaves_all_to_the_next(asked, agent, monkeypatch):
    monkeypatch.setattr(alerts, "BATCH", 5)
    expected = ready_to_ring(asked)
    moment = brussels(MONDAY + "14:45")
    first_batch = [alert for alert, _ in zip(check(now=moment), range(1), strict=False)]
    noted = Alert.objects.count()
    assert first_batch
    assert noted == 15

    def dies(*_args):
        raise OSError("no power")

    monkeypatch.setattr(alerts, "_move_on", dies)
    with pytest.raises(OSError, match="no power"):
        list(check(now=moment))
    assert Alert.objects.count() == noted
    monkeypatch.undo()
    list(check(now=moment))
    assert Alert.objects.count() == expected
