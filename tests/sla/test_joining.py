"""Whose time counts where, when tickets are merged and messages go elsewhere."""

from datetime import timedelta

import pytest

from sla.models import Clock
from tests.sla.oracle import at, brussels
from tests.sla.test_replay import check_clocks
from tickets.actions.assigning import take
from tickets.actions.merging import merge, undo_merge
from tickets.actions.moving import move_message, split
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, log_call, reply
from tickets.actions.setting_aside import set_aside, take_back
from tickets.actions.transitions import change_status
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = "2025-11-03 ", "2025-11-04 "


def clock(ticket, metric, leg=1):
    return Clock.objects.get(ticket=ticket, metric=metric, leg=leg)


def rows(ticket, metric="resolution"):
    """The ledger: times of day, business minutes and what it waited for."""
    return [
        (row["from"][11:16], row["to"] and row["to"][11:16], (row["seconds"] or 0) // 60,
         row["waiting"])
        for row in clock(ticket, metric).ledger
    ]  # fmt: skip


class TestMerged:
    def test_the_earliest_creation_and_the_earliest_answer_count(self, asked, agent):
        older, target = asked(MONDAY + "09:00"), asked(MONDAY + "10:00")
        with at(MONDAY + "11:00"):
            reply(older, Text("Kijk."), by=agent)
        with at(MONDAY + "12:00"):
            merge(older, into=target, by=agent)
        first = clock(target, "first_response")
        assert first.started_at == brussels(MONDAY + "09:00")
        assert (first.stopped_at, first.used_seconds) == (brussels(MONDAY + "11:00"), 7200)
        assert clock(target, "resolution").due_at == brussels(MONDAY + "17:00")
        check_clocks(target)

    def test_a_younger_source_answers_for_the_older_target(self, asked, agent):
        target, younger = asked(MONDAY + "09:00"), asked(MONDAY + "10:00")
        with at(MONDAY + "10:30"):
            reply(younger, Text("Kijk."), by=agent)
        with at(MONDAY + "12:00"):
            merge(younger, into=target, by=agent)
        first = clock(target, "first_response")
        assert (first.started_at, first.used_seconds) == (brussels(MONDAY + "09:00"), 5400)

    def test_the_source_leaves_all_counts_and_undo_brings_it_back(self, asked, agent):
        source, target = asked(MONDAY + "09:00"), asked(MONDAY + "10:00")
        before = list(Clock.objects.order_by("ticket", "metric").values())
        with at(MONDAY + "12:00"):
            merge(source, into=target, by=agent)
        source.refresh_from_db()
        assert not source.clocks.exists()
        assert (source.next_due_at, source.at_risk_at) == (None, None)
        with at(MONDAY + "12:30"):
            undo_merge(source, by=agent)
        after = list(Clock.objects.order_by("ticket", "metric").values())
        for one in (*before, *after):
            del one["id"]
        assert after == before
        check_clocks(Ticket.objects.get(pk=source.pk))

    def test_the_older_one_waited_for_its_requester(self, asked, agent):
        older = asked(MONDAY + "09:00")
        with at(MONDAY + "10:00"):
            reply(older, Text("Welke printer?"), by=agent, then="pending")
        target = asked(MONDAY + "14:00")
        with at(MONDAY + "15:00"):
            merge(older, into=target, by=agent)
        assert rows(target) == [
            ("08:00", "09:00", 60, ""),
            ("09:00", "13:00", 240, "pending"),
            ("13:00", None, 0, ""),
        ]

    def test_what_became_of_the_younger_source_does_not_stop_the_target(self, asked, agent, bug):
        target, younger = asked(MONDAY + "09:00"), asked(MONDAY + "10:00")
        with at(MONDAY + "11:00"):
            change_status(younger, "solved", by=agent, category=bug)
            merge(younger, into=target, by=agent)
        assert clock(target, "resolution").state == "running"
        assert clock(target, "first_response").stopped_at == brussels(MONDAY + "11:00")

    def test_over_generations(self, asked, agent):
        oldest, middle, target = (asked(MONDAY + f"{hour}:00") for hour in ("09", "10", "11"))
        with at(MONDAY + "12:00"):
            log_call(oldest, Text("Gebeld."), by=agent)
            merge(oldest, into=middle, by=agent)
            merge(middle, into=target, by=agent)
        first = clock(target, "first_response")
        assert first.started_at == brussels(MONDAY + "09:00")
        assert first.stopped_at == brussels(MONDAY + "12:00")
        assert Clock.objects.values_list("ticket", flat=True).distinct().get() == target.pk

    def test_the_first_assignment_of_both(self, asked, agent):
        from sla.models import PolicyVersion

        PolicyVersion.objects.update(assignment=60)
        older, target = asked(MONDAY + "09:00"), asked(MONDAY + "10:00")
        with at(MONDAY + "09:30"):
            take(older, by=agent)
        with at(MONDAY + "11:00"):
            merge(older, into=target, by=agent)
        assert clock(target, "assignment").used_seconds == 1800


class TestMoved:
    def test_a_split_counts_from_when_it_was_written(self, asked, requester, agent):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "10:00"):
            reply(ticket, Text("Kijk."), by=agent)
        with at(MONDAY + "11:00"):
            said = reply(ticket, Text("Ook de lift."), by=requester)
        assert clock(ticket, "next_response").state == "running"
        with at(MONDAY + "14:00"):
            new = split(said, subject="Lift", by=agent)
        assert not Clock.objects.filter(ticket=ticket, metric="next_response").exists()
        first = clock(new, "first_response")
        assert (first.started_at, first.due_at) == (
            brussels(MONDAY + "11:00"), brussels(MONDAY + "15:00"),
        )  # fmt: skip
        check_clocks(ticket)
        check_clocks(new)

    def test_a_moved_question_waits_there_since_it_was_written(self, asked, requester, agent):
        ticket, other = asked(MONDAY + "09:00"), asked(MONDAY + "09:00")
        with at(MONDAY + "10:00"):
            reply(ticket, Text("Kijk."), by=agent)
            reply(other, Text("Kijk."), by=agent, then="pending")
        with at(MONDAY + "11:00"):
            said = reply(ticket, Text("Dit gaat over de printer."), by=requester)
        with at(MONDAY + "12:00"):
            move_message(said, to=other, by=agent)
        assert not Clock.objects.filter(ticket=ticket, metric="next_response").exists()
        assert clock(other, "next_response").started_at == brussels(MONDAY + "11:00")
        assert rows(other)[-2:] == [("09:00", "11:00", 120, "pending"), ("11:00", None, 0, "")]
        with at(MONDAY + "13:00"):
            move_message(Message.objects.get(pk=said.pk), to=ticket, by=agent)
        assert clock(ticket, "next_response").started_at == brussels(MONDAY + "11:00")
        assert not Clock.objects.filter(ticket=other, metric="next_response").exists()


class TestOutside:
    @pytest.mark.parametrize("as_", ["spam", "test"])
    def test_nothing_is_promised_until_it_is_taken_back(self, asked, agent, as_):
        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "10:00"):
            set_aside(ticket, as_, by=agent)
        ticket.refresh_from_db()
        assert (ticket.clocks.count(), ticket.next_due_at) == (0, None)
        with at(TUESDAY + "10:00"):
            take_back(ticket, by=agent)
        # The requester waited all the time.
        assert clock(ticket, "first_response").due_at == brussels(MONDAY + "13:00")
        check_clocks(ticket)

    def test_an_imported_ticket_has_no_clocks(self, requester, agent):
        with at(MONDAY + "09:00"):
            new = NewTicket(requester, "Oud", "Oud.", imported=True)
            ticket = open_ticket(new, by=agent)
            reply(ticket, Text("Kijk."), by=agent)
        assert not ticket.clocks.exists()

    def test_no_alert_rings_for_it(self, asked, agent):
        from sla.alerts import check

        ticket = asked(MONDAY + "09:00")
        with at(MONDAY + "09:05"):
            set_aside(ticket, "spam", by=agent)
        with at(TUESDAY + "12:00"):
            assert list(check()) == []
            take_back(ticket, by=agent)
        with at(TUESDAY + "12:00:01"):
            breaches = [alert for alert in check() if alert.level == "breach"]
        assert [alert.at for alert in breaches] == [
            brussels(MONDAY + "13:00"), brussels(MONDAY + "17:00"),
        ]  # fmt: skip
        assert breaches[0].raised_at - breaches[0].at > timedelta(hours=20)
