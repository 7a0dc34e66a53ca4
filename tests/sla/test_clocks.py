"""Clocks in the database: written by the verbs, always what a replay of the log gives."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.outbox.models import Notification
from sla import clocks
from sla.clocks import refresh_many, replay
from sla.models import (
    SINCE_EVER,
    Alert,
    CalendarVersion,
    Clock,
    Policy,
    PolicyVersion,
    TicketPromise,
)
from sla.rounds import check_and_sweep, stale_tickets
from tests.sla.oracle import at, brussels
from tickets.actions.assigning import take
from tickets.actions.classifying import set_category, set_priority
from tickets.actions.replying import Text, add_note, log_call, reply, thank
from tickets.actions.transitions import change_status, reopen
from tickets.models import Ticket, TicketEvent

pytestmark = pytest.mark.django_db


def clock(ticket, metric, leg=1):
    return Clock.objects.get(ticket=ticket, metric=metric, leg=leg)


class TestPromise:
    def test_a_new_ticket_has_its_clocks_at_once(self, asked):
        ticket = asked("2025-11-03 09:18")
        first, resolution = clock(ticket, "first_response"), clock(ticket, "resolution")
        assert (first.state, first.due_at) == ("running", brussels("2025-11-03 13:18"))
        assert resolution.due_at == brussels("2025-11-04 09:18")
        ticket.refresh_from_db()
        assert ticket.next_due_at == brussels("2025-11-03 13:18")
        assert ticket.at_risk_at == brussels("2025-11-03 12:18")

    def test_holidays_of_belgium_are_closed(self, asked):
        ticket = asked("2025-11-10 16:00")
        assert clock(ticket, "first_response").due_at == brussels("2025-11-12 12:00")

    def test_a_ticket_keeps_the_versions_of_its_creation(self, asked):
        old = asked("2025-11-03 09:00")
        version = PolicyVersion.objects.get()
        PolicyVersion.objects.create(
            policy=version.policy,
            calendar=version.calendar,
            valid_from=brussels("2025-11-03 12:00"),
            first_response=60,
        )
        CalendarVersion.objects.create(
            calendar=version.calendar,
            valid_from=brussels("2025-11-03 12:00"),
            hours={"mon": [["14:00", "15:00"]], "wed": [["14:00", "15:00"]]},
        )
        new = asked("2025-11-03 14:30")
        refresh_many([old.pk, new.pk], now=brussels("2025-11-03 14:30"))
        assert clock(old, "first_response").due_at == brussels("2025-11-03 13:00")
        assert clock(new, "first_response").due_at == brussels("2025-11-05 14:30")
        assert not Clock.objects.filter(ticket=new, metric="resolution").exists()

    def test_the_first_matching_policy_counts_with_the_parts_of_its_service(self, asked, websites):
        part = type(websites).objects.create(name="Zoekvak", slug="zoekvak", parent=websites)
        default = PolicyVersion.objects.get()
        for position, fields, minutes in (
            (1, {"channel": "mail"}, 10),
            (2, {"service": websites, "priority": "normal"}, 20),
            (3, {"service": websites}, 30),
        ):
            PolicyVersion.objects.create(
                policy=Policy.objects.create(name=str(position), position=position),
                calendar=default.calendar,
                valid_from=SINCE_EVER,
                first_response=minutes,
                **fields,
            )
        Policy.objects.create(name="off", position=0, is_active=False)

        def minutes(**fields):
            ticket = asked("2025-11-03 10:00", **fields)
            return clock(ticket, "first_response").target_seconds // 60

        assert minutes() == 240
        assert minutes(channel="mail", service=part) == 10
        assert minutes(service=part) == 20
        assert minutes(service=part, impact="blocked") == 30

    def test_without_a_policy_nothing_is_promised(self, asked):
        Policy.objects.update(is_active=False)
        ticket = asked("2025-11-03 10:00")
        assert not ticket.clocks.exists()
        assert ticket.next_due_at is None
        assert stale_tickets() == set()

    def test_targets_by_priority_follow_the_priority(self, asked, agent):
        PolicyVersion.objects.update(
            by_priority={"urgent": {"first_response": 30, "resolution": None, "assignment": 10}}
        )
        ticket = asked("2025-11-03 10:00")
        with at("2025-11-03 10:05"):
            set_priority(ticket, "urgent", by=agent, reason="De balie staat stil.")
        assert {(c.metric, c.target_seconds) for c in ticket.clocks.all()} == {
            ("first_response", 1800),
            ("assignment", 600),
        }
        with at("2025-11-03 10:06"):
            set_priority(ticket, "normal", by=agent, reason="Toch niet.")
        assert {c.metric for c in ticket.clocks.all()} == {"first_response", "resolution"}


class TestVerbs:
    def test_the_life_of_a_ticket(self, asked, requester, agent, bug):
        ticket = asked("2025-11-03 09:18")
        with at("2025-11-03 10:00"):
            reply(ticket, Text("Welke printer?"), by=agent, then="pending")
        first = clock(ticket, "first_response")
        assert (first.state, first.used_seconds, first.met) == ("stopped", 42 * 60, True)
        assert first.counted_at == brussels("2025-11-03 10:00")
        assert clock(ticket, "resolution").state == "paused"
        ticket.refresh_from_db()
        assert (ticket.next_due_at, ticket.at_risk_at) == (None, None)

        with at("2025-11-04 09:31"):
            reply(ticket, Text("Die aan de balie."), by=requester)
        ticket.refresh_from_db()
        assert ticket.next_due_at == brussels("2025-11-04 16:49")
        assert clock(ticket, "next_response").state == "running"

        with at("2025-11-04 10:31"):
            set_category(ticket, bug, by=agent)
            reply(ticket, Text("Opgelost."), by=agent, then="solved")
        resolution = clock(ticket, "resolution")
        assert (resolution.state, resolution.used_seconds, resolution.met) == (
            "stopped",
            102 * 60,
            True,
        )
        assert [(row["state"], row["seconds"]) for row in resolution.ledger] == [
            ("running", 42 * 60),
            ("paused", (7 * 60 + 31) * 60),
            ("running", 60 * 60),
        ]
        assert clock(ticket, "next_response").used_seconds == 60 * 60

        with at("2025-11-04 11:00"):
            thank(ticket, Text("Bedankt"), by=requester)
            reopen(ticket, by=requester)
        resolution = clock(ticket, "resolution")
        assert (resolution.state, resolution.counted_at) == ("running", None)
        assert resolution.due_at == brussels("2025-11-05 09:18")

    def test_a_phone_call_that_an_agent_logs_is_answered_at_creation(self, asked, agent):
        ticket = asked("2025-11-03 09:18", by=agent, channel="phone")
        first = clock(ticket, "first_response")
        assert (first.state, first.used_seconds, first.met) == ("stopped", 0, True)
        assert not ticket.clocks.filter(metric="next_response").exists()

    def test_a_call_answers(self, asked, agent):
        ticket = asked("2025-11-03 09:18")
        with at("2025-11-03 09:30"):
            log_call(ticket, Text("Gebeld."), by=agent)
        assert clock(ticket, "first_response").used_seconds == 12 * 60

    def test_one_verb_is_one_reckoning_with_few_queries(self, asked, agent):
        ticket = asked("2025-11-03 09:18")
        with CaptureQueriesContext(connection) as few:
            clocks.refresh(ticket.pk)
        for number in range(6):
            add_note(ticket, Text(f"Nota {number}"), by=agent)
            log_call(ticket, Text(f"Gebeld {number}"), by=agent)
        with CaptureQueriesContext(connection) as many:
            clocks.refresh(ticket.pk)
        assert len(many) == len(few) <= 7

    def test_what_is_no_matter_of_a_clock_folds_nothing(self, asked, agent):
        ticket = asked("2025-11-03 09:18")
        folded = TicketPromise.objects.get(ticket=ticket).folded
        with at("2025-11-03 09:20"):
            add_note(ticket, Text("Lijkt op gisteren."), by=agent)
        assert TicketPromise.objects.get(ticket=ticket).folded == folded

    def test_the_stored_clocks_are_a_replay_of_the_log(self, asked, requester, agent, bug):
        ticket = asked("2025-11-03 09:18")
        with at("2025-11-05 10:00"):
            take(ticket, by=agent)
            change_status(ticket, "on_hold", by=agent)
        for _again in range(2):
            stored = {(c.metric, c.leg): c for c in Clock.objects.filter(ticket=ticket)}
            for then in replay([ticket.pk]):
                now = stored.pop((then.metric, then.leg))
                for name in ("state", "used_seconds", "due_at", "ledger", "at_risk_at"):
                    assert getattr(then, name) == getattr(now, name), name
            assert stored == {}
            refresh_many([ticket.pk])


class TestBulk:
    def test_many_at_once_are_what_one_by_one_gives(self, asked, agent):
        tickets = [asked(f"2025-11-03 09:{minute:02d}") for minute in range(5)]
        with at("2025-11-03 10:00"):
            reply(tickets[0], Text("Ja."), by=agent, then="pending")
        before = list(Clock.objects.order_by("ticket", "metric").values_list("ticket", "ledger"))
        columns = list(Ticket.objects.order_by("pk").values_list("next_due_at", "at_risk_at"))
        Clock.objects.all().delete()
        TicketPromise.objects.all().delete()
        Ticket.objects.update(next_due_at=None, at_risk_at=None)
        assert stale_tickets() == {ticket.pk for ticket in tickets}
        assert refresh_many(stale_tickets(), now=brussels("2025-11-03 10:00")) == 5
        after = list(Clock.objects.order_by("ticket", "metric").values_list("ticket", "ledger"))
        assert after == before
        assert columns == list(
            Ticket.objects.order_by("pk").values_list("next_due_at", "at_risk_at")
        )
        assert stale_tickets() == set()

    def test_the_number_of_queries_does_not_grow(self, asked):
        for minute in range(2):
            asked(f"2025-11-03 09:{minute:02d}")
        with CaptureQueriesContext(connection) as two:
            refresh_many(Ticket.objects.values_list("pk", flat=True))
        for minute in range(3):
            asked(f"2025-11-03 09:{minute:02d}")
        with CaptureQueriesContext(connection) as five:
            refresh_many(Ticket.objects.values_list("pk", flat=True))
        assert len(two) == len(five)

    def test_history_is_noted_without_telling_anybody(self, asked, agent, first_line):
        ticket = asked("2025-11-03 09:00")
        refresh_many([ticket.pk], now=brussels("2025-11-10 10:00"), quietly=True)
        assert set(Alert.objects.values_list("metric", "point")) == {
            (metric, point)
            for metric in ("first_response", "resolution")
            for point in ("75%", "15min", "due")
        }
        assert list(check_and_sweep(now=brussels("2025-11-10 10:01"))) == []
        assert not Notification.objects.filter(kind__startswith="sla").exists()
        assert clock(ticket, "first_response").breached_at == brussels("2025-11-03 13:00")

    def test_an_event_that_came_past_the_verbs_is_found(self, asked, agent):
        ticket = asked("2025-11-03 09:00")
        TicketEvent.objects.create(
            ticket=ticket,
            kind="call_logged",
            at=brussels("2025-11-03 09:30"),
            actor=agent,
            data={"message": 1},
        )
        assert stale_tickets() == {ticket.pk}
        list(check_and_sweep(now=brussels("2025-11-03 09:31")))
        assert clock(ticket, "first_response").used_seconds == 30 * 60


def test_the_figures_of_a_month(asked, agent):
    """A late answer counts where it became late, a timely one where it was given."""
    late, timely = asked("2025-10-31 10:00"), asked("2025-10-31 16:30")
    with at("2025-11-03 10:00"):
        reply(late, Text("Sorry."), by=agent)
        reply(timely, Text("Kijk hier."), by=agent)
    october = brussels("2025-10-01 00:00"), brussels("2025-11-01 00:00")
    november = brussels("2025-11-01 00:00"), brussels("2025-12-01 00:00")
    figures = Clock.objects.counted_between("first_response", *october)
    assert [c.ticket_id for c in figures.broken()] == [late.pk]
    assert not figures.kept().exists()
    figures = Clock.objects.counted_between("first_response", *november)
    assert [c.ticket_id for c in figures.kept()] == [timely.pk]
    assert not figures.broken().exists()
