"""A requester who does not answer is reminded twice, and then the ticket is solved. Once each."""

import threading
from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.outbox.models import OutgoingEmail
from sla.business_hours import BusinessHours
from sla.models import SINCE_EVER, BusinessCalendar, Policy, PolicyVersion
from sla.steps import take_steps
from sla.waiting import after_days
from tests.sla.oracle import at, brussels, calendars, examples, moments
from tests.sla.test_business_hours import built
from tickets.actions.replying import Text, reply
from tickets.actions.setting_aside import set_aside
from tickets.actions.transitions import change_status, close_solved, closes_at, confirm
from tickets.models import Ticket

WEEK = dict.fromkeys(range(5), ((9 * 3600, 17 * 3600),))
OFFICE = BusinessHours.of(week=WEEK)


class TestBusinessDays:
    @pytest.mark.parametrize(
        ("start", "days", "end"),
        [
            ("2025-11-03 15:00", 3, "2025-11-06 15:00"),
            ("2025-11-06 15:00", 3, "2025-11-11 15:00"),
            ("2025-11-03 20:00", 3, "2025-11-07 09:00"),
            ("2025-11-08 12:00", 1, "2025-11-11 09:00"),
            ("2025-03-28 10:00", 1, "2025-03-31 10:00"),
            ("2025-11-03 17:00", 1, "2025-11-05 09:00"),
        ],
    )
    def test_the_same_time_on_a_later_open_day(self, start, days, end):
        assert after_days(brussels(start), days, hours=OFFICE) == brussels(end)

    def test_holidays_are_no_business_days(self):
        hours = BusinessHours.of(week=WEEK, holidays=[date(2025, 11, 11)])
        moment = after_days(brussels("2025-11-10 10:00"), 1, hours=hours)
        assert moment == brussels("2025-11-12 10:00")

    def test_a_shorter_day_waits_for_the_next_opening(self):
        hours = BusinessHours.of(week={0: [(9 * 3600, 17 * 3600)], 1: [(9 * 3600, 12 * 3600)]})
        moment = after_days(brussels("2025-11-03 15:00"), 1, hours=hours)
        assert moment == brussels("2025-11-10 09:00")

    def test_never(self):
        assert after_days(brussels("2025-11-03 15:00"), 1, hours=BusinessHours.of(week={})) is None
        once = BusinessHours.of(week={}, exceptions={date(2025, 11, 3): [(0, 86_400)]})
        assert after_days(brussels("2025-11-03 15:00"), 1, hours=once) is None

    @examples(30)
    @given(calendar=calendars(), start=moments(), days=st.integers(1, 20))
    def test_it_is_open_then_and_later_for_more_days(self, calendar, start, days):
        hours = built(calendar)
        moment = after_days(start, days, hours=hours)
        if moment is not None:
            assert hours.is_open(moment)
            assert moment >= start.replace(microsecond=0)
            further = after_days(start, days + 1, hours=hours)
            assert further is None or further >= moment


def steps_at(moment):
    with at(moment):
        return take_steps()


def reminders(ticket):
    return list(ticket.events.filter(kind="reminded").values_list("data__step", flat=True))


@pytest.fixture
def waiting(asked, agent):
    """A ticket that waits for its requester since Monday 3 November, 10:00."""
    ticket = asked("2025-11-03 09:00")
    with at("2025-11-03 10:00"):
        reply(ticket, Text("Welke printer?"), by=agent, then="pending")
    OutgoingEmail.objects.all().delete()
    return ticket


@pytest.mark.django_db
class TestSteps:
    def test_two_reminders_and_a_solve_each_once(self, waiting, requester):
        assert steps_at("2025-11-06 09:59") == 0
        assert (steps_at("2025-11-06 10:00"), steps_at("2025-11-06 10:01")) == (1, 0)
        assert (steps_at("2025-11-12 09:59"), steps_at("2025-11-12 10:00")) == (0, 1)
        assert reminders(waiting) == [1, 2]
        assert [mail.to for mail in OutgoingEmail.objects.all()] == [[requester.email]] * 2
        assert (steps_at("2025-11-17 09:59"), steps_at("2025-11-17 10:00")) == (0, 1)
        waiting.refresh_from_db()
        assert (waiting.status, waiting.category_id) == ("solved", None)
        event = waiting.events.latest("pk")
        assert (event.data["cause"], event.actor_id) == ("rule", None)
        assert steps_at("2025-12-17 10:00") == 0

    def test_an_answer_ends_it_and_a_new_wait_begins_anew(self, waiting, requester, agent):
        steps_at("2025-11-06 10:00")
        with at("2025-11-07 10:00"):
            reply(waiting, Text("Die op de gang."), by=requester)
        assert steps_at("2025-11-28 10:00") == 0
        with at("2025-12-01 10:00"):
            change_status(waiting, "pending", by=agent)
        assert steps_at("2025-12-04 10:00") == 1
        assert reminders(waiting) == [1, 1]

    def test_noticed_late_they_come_a_day_apart_and_in_office_hours(self, waiting):
        assert steps_at("2025-11-15 12:00") == 0  # a Saturday
        assert steps_at("2025-11-17 09:30") == 1
        assert steps_at("2025-11-17 16:00") == 0
        assert steps_at("2025-11-18 09:30") == 1
        assert steps_at("2025-11-19 09:30") == 1
        assert Ticket.objects.get(pk=waiting.pk).status == "solved"

    def test_rules_may_be_off(self, asked, agent):
        PolicyVersion.objects.update(remind_after=None, remind_again_after=2, solve_after=None)
        ticket = asked("2025-11-03 09:00")
        with at("2025-11-03 10:00"):
            change_status(ticket, "pending", by=agent)
        assert steps_at("2025-11-05 10:00") == 1
        assert steps_at("2026-02-02 10:00") == 0
        assert reminders(ticket) == [2]

    def test_spam_waits_for_nobody(self, waiting, agent):
        set_aside(waiting, "spam", by=agent)
        assert steps_at("2025-11-17 10:00") == 0

    def test_the_column_follows_the_log(self, waiting, agent):
        waiting.promise.refresh_from_db()
        assert waiting.promise.next_step_at == brussels("2025-11-06 10:00")
        with at("2025-11-04 10:00"):
            change_status(waiting, "open", by=agent)
        waiting.promise.refresh_from_db()
        assert waiting.promise.next_step_at is None


@pytest.mark.django_db
class TestClosing:
    """A solved ticket can be reopened for as many days as its policy says; then it closes."""

    def solved(self, asked, requester, **kwargs):
        ticket = asked("2025-11-03 09:00", **kwargs)
        with at("2025-11-03 10:00"):
            return confirm(ticket, by=requester)

    def closed_at(self, moment):
        with at(moment):
            return close_solved()

    def test_each_by_its_own_policy(self, asked, requester, websites):
        calendar = BusinessCalendar.objects.earliest("pk")
        policy = Policy.objects.create(name="Websites", position=0)
        PolicyVersion.objects.create(
            policy=policy, calendar=calendar, service=websites, valid_from=SINCE_EVER, close_after=3
        )
        usual = self.solved(asked, requester)
        soon = self.solved(asked, requester, service=websites)
        assert (soon.reopen_days, usual.reopen_days) == (3, 14)
        assert closes_at(soon) == brussels("2025-11-07 00:00")
        assert (self.closed_at("2025-11-06 23:59"), self.closed_at("2025-11-07 00:00")) == (0, 1)
        assert (self.closed_at("2025-11-17 23:59"), self.closed_at("2025-11-18 00:00")) == (0, 1)
        assert set(Ticket.objects.values_list("pk", "status")) == {
            (usual.pk, "closed"), (soon.pk, "closed"),
        }  # fmt: skip

    def test_a_ticket_keeps_the_version_of_its_creation(self, asked, requester):
        solved = self.solved(asked, requester)
        version = PolicyVersion.objects.get()
        version.pk, version.valid_from, version.close_after = None, brussels("2025-11-04 00:00"), 2
        version.save()
        assert self.closed_at("2025-11-10 12:00") == 0
        with at("2025-11-10 12:00"):
            later = asked("2025-11-10 12:00")
        days = dict(Ticket.objects.values_list("pk", "reopen_days"))
        assert days == {solved.pk: 14, later.pk: 2}

    def test_the_requester_reads_the_day(self, asked, requester, as_user):
        PolicyVersion.objects.update(close_after=5)
        solved = self.solved(asked, requester)
        with at("2025-11-04 10:00"):
            shown = as_user(requester).get(solved.get_absolute_url()).content.decode()
        assert "8 november 2025" in shown


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_take_each_step_once(asked, agent):
    tickets = []
    with at("2025-11-03 10:00"):
        for _number in range(4):
            ticket = asked("2025-11-03 10:00")
            change_status(ticket, "pending", by=agent)
            tickets.append(ticket.pk)

    def run():
        try:
            take_steps(now=brussels("2025-11-06 10:00"))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while take_steps(now=brussels("2025-11-06 10:00")):
        pass
    for pk in tickets:
        assert reminders(Ticket.objects.get(pk=pk)) == [1]
