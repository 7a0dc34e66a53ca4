"""A machine that does whatever people may do to tickets, in any order, and after each step looks:
the stored clocks are a replay of the log, every ledger adds up, the queue columns are right, and
what has nothing to do with time changes no time.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from servicedesk.accounts.models import Membership, User
from servicedesk.catalogue.models import Category, Service
from sla.business_hours import BusinessHours
from sla.exceptions import PromiseError
from sla.legs import LogEntry, PauseRules
from sla.logs import Logs
from sla.models import (
    BusinessCalendar,
    Clock,
    Policy,
    PolicyVersion,
    Recompute,
    TicketPromise,
)
from sla.overriding import override_policy
from sla.readings import Targets, fold
from sla.recomputing import apply, ask, walk
from sla.rounds import check_and_sweep
from sla.steps import take_steps
from sla.versions import POLICY_FIELDS, Edit, edit_calendar, edit_policy
from sla.waiting import next_step
from tests.conftest import person
from tests.sla.oracle import THOROUGHNESS, brussels, examples
from tests.sla.test_replay import check_clocks
from tickets.actions.assigning import take
from tickets.actions.classifying import set_category, set_kwis, set_priority, set_service
from tickets.actions.following import add_follower, remove_follower
from tickets.actions.handing_over import hand_over, take_back_handover
from tickets.actions.merging import merge, undo_merge
from tickets.actions.moving import move_message, split
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, log_call, reply, thank
from tickets.actions.setting_aside import set_aside, take_back
from tickets.actions.transitions import change_status, close_solved, confirm, reopen
from tickets.exceptions import TicketError
from tickets.models import Handover, Message, Ticket

TEXT = Text("Tekst")
TICKETS = st.integers(0, 3)


class Desk(RuleBasedStateMachine):
    """Up to four tickets of two requesters, two agents and a manager; time goes on."""

    @initialize(
        pauses=st.booleans(),
        assignment=st.sampled_from([None, 60]),
        next_=st.sampled_from([None, 90]),
    )
    def open_the_desk(self, pauses, assignment, next_):
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.clock = time_machine.travel(brussels("2025-10-24 15:00"), tick=False)
        self.now = self.clock.start()
        PolicyVersion.objects.update(
            pause_on_hold=pauses,
            assignment=assignment,
            next_response=next_,
            by_priority={"urgent": {"first_response": 60, "resolution": None}},
        )
        self.agents = list(User.objects.filter(email__endswith="@desk.example").order_by("email"))
        self.requesters = list(User.objects.filter(role="requester").order_by("email"))
        self.policies = list(Policy.objects.order_by("pk"))
        self.category = Category.objects.first()
        self.numbers = []
        self.ask(0, False)

    def teardown(self):
        if hasattr(self, "clock"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # --- what happens -----------------------------------------------------------------------

    def ticket(self, index):
        return Ticket.objects.get(pk=self.numbers[index % len(self.numbers)])

    def act(self, verb, *args, **kwargs):
        """Refusals are part of life."""
        try:
            with transaction.atomic():
                return verb(*args, **kwargs)
        except TicketError:
            return None

    @rule(seconds=st.sampled_from([0, 1, 40, 900, 3_000, 40_000, 90_000, 300_000]))
    def time_passes(self, seconds):
        self.now.shift(timedelta(seconds=seconds))

    @precondition(lambda self: len(self.numbers) < 4)
    @rule(who=st.integers(0, 1), imported=st.booleans())
    def ask(self, who, imported):
        new = NewTicket(self.requesters[who], "Printer", "Hij print niet.", imported=imported)
        self.numbers.append(open_ticket(new, by=self.requesters[who]).pk)

    @rule(on=TICKETS, then=st.sampled_from(["", "pending", "on_hold", "solved"]))
    def answer(self, on, then):
        outcome = {"then": then, "category": self.category}
        self.act(reply, self.ticket(on), TEXT, by=self.agents[0], **outcome)

    @rule(on=TICKETS)
    def question(self, on):
        ticket = self.ticket(on)
        self.act(reply, ticket, TEXT, by=ticket.requester)

    @rule(on=TICKETS, verb=st.sampled_from([thank, log_call, add_note]))
    def write(self, on, verb):
        ticket = self.ticket(on)
        self.act(verb, ticket, TEXT, by=ticket.requester if verb is thank else self.agents[0])

    @rule(on=TICKETS, to=st.sampled_from(["open", "pending", "on_hold", "solved"]))
    def status(self, on, to):
        self.act(change_status, self.ticket(on), to, by=self.agents[0], category=self.category)

    @rule(on=TICKETS, verb=st.sampled_from([confirm, reopen]))
    def says(self, on, verb):
        ticket = self.ticket(on)
        self.act(verb, ticket, by=ticket.requester)

    @rule(on=TICKETS, priority=st.sampled_from(["low", "high", "urgent"]))
    def priority(self, on, priority):
        self.act(set_priority, self.ticket(on), priority, by=self.agents[0], reason="Zomaar.")

    @rule(on=TICKETS, policy=st.integers(0, 1))
    def promise(self, on, policy):
        other = self.policies[policy % len(self.policies)]
        self.act(override_policy, self.ticket(on), other, by=self.agents[0], reason="Zomaar.")

    @rule(on=TICKETS, by=st.integers(0, 1))
    def assignment(self, on, by):
        self.act(take, self.ticket(on), by=self.agents[by])

    @rule(on=TICKETS, into=TICKETS)
    def merging(self, on, into):
        one, other = self.ticket(on), self.ticket(into)
        self.act(merge, one, into=other, by=self.agents[0], agreed=True)

    @rule(on=TICKETS)
    def parting(self, on):
        self.act(undo_merge, self.ticket(on), by=self.agents[0])

    @rule(on=TICKETS, to=TICKETS)
    def moving(self, on, to):
        message = Message.objects.filter(ticket=self.ticket(on)).last()
        if message:
            self.act(move_message, message, to=self.ticket(to), by=self.agents[0], agreed=True)

    @precondition(lambda self: len(self.numbers) < 4)
    @rule(on=TICKETS)
    def splitting(self, on):
        message = Message.objects.filter(ticket=self.ticket(on), side="requester").last()
        if message and (new := self.act(split, message, subject="Nieuw", by=self.agents[0])):
            self.numbers.append(new.pk)

    @rule(on=TICKETS, why=st.sampled_from(["spam", "test", ""]))
    def aside(self, on, why):
        verb = (set_aside, self.ticket(on), why) if why else (take_back, self.ticket(on))
        self.act(*verb, by=self.agents[0])

    @rule(back=st.booleans())
    def handover(self, back):
        manager = User.objects.get(role="manager")
        if back and (done := Handover.objects.first()):
            self.act(take_back_handover, done, by=manager)
        else:
            self.act(hand_over, self.agents[0], to=self.agents[1], by=manager)

    @rule(opens=st.sampled_from(["07:00", "09:00", "13:00"]), lunch=st.booleans())
    def another_week(self, opens, lunch):
        """From now on the desk has other hours; what is promised already stays as it is."""
        blocks = [[opens, "15:00"], ["15:30", "18:00"]] if lunch else [[opens, "17:00"]]
        says = {
            "zone": "Europe/Brussels",
            "hours": dict.fromkeys(("mon", "tue", "wed", "thu", "sun"), blocks),
            "holidays": [],
            "exceptions": {"2025-10-27": [["00:00", "24:00"]]},
        }
        calendar = BusinessCalendar.objects.first()
        before = [ledgers(self.ticket(index)) for index in range(len(self.numbers))]
        with contextlib.suppress(PromiseError):  # another edit at the very same moment
            edit_calendar(calendar, Edit(calendar.name, says), by=self.agents[0])
        assert [ledgers(self.ticket(index)) for index in range(len(self.numbers))] == before

    @rule(policy=st.integers(0, 1), hours=st.integers(1, 4), pauses=st.booleans())
    def another_promise(self, policy, hours, pauses):
        """From now on a policy promises something else; what is promised already stays."""
        edited = self.policies[policy % len(self.policies)]
        said = {name: getattr(edited.versions.first(), name) for name in POLICY_FIELDS}
        says = said | {"first_response": 30 * hours, "pause_on_hold": pauses}
        before = [ledgers(self.ticket(index)) for index in range(len(self.numbers))]
        with contextlib.suppress(PromiseError):  # another edit at the very same moment
            edit_policy(edited, Edit(edited.name, says), by=self.agents[0])
        assert [ledgers(self.ticket(index)) for index in range(len(self.numbers))] == before

    @rule(asked=st.booleans())
    def recomputing(self, asked):
        manager = User.objects.get(role="manager")
        rules = Recompute.Rules.ASKED if asked else Recompute.Rules.NOW
        recompute = ask(by=manager, rules=rules)
        while walk(recompute.pk):
            pass
        apply(recompute, by=manager, reason="Zomaar.")
        while walk(recompute.pk):
            pass

    @rule()
    def the_timetable_comes_round(self):
        list(check_and_sweep())
        take_steps()
        close_solved()

    @rule(on=TICKETS, order=st.permutations(range(5)))
    def what_is_no_matter_of_time(self, on, order):
        """Whatever its order, it changes no second of any clock."""
        ticket, agent = self.ticket(on), self.agents[0]
        before = ledgers(ticket)
        unrelated = [
            lambda: set_service(ticket, Service.objects.first(), by=agent),
            lambda: set_category(ticket, self.category, by=agent),
            lambda: set_kwis(ticket, "wish", by=agent),
            lambda: add_follower(ticket, self.requesters[1], by=agent),
            lambda: remove_follower(ticket, self.requesters[1], by=agent),
        ]
        for index in order:
            self.act(unrelated[index])
        assert ledgers(ticket) == before

    # --- what holds -------------------------------------------------------------------------

    @invariant()
    def clocks_are_a_replay_and_ledgers_add_up(self):
        for number in getattr(self, "numbers", ()):
            check_clocks(Ticket.objects.get(pk=number))

    @invariant()
    def the_next_step_follows_the_log(self):
        for number in getattr(self, "numbers", ()):
            promise = TicketPromise.objects.get(ticket=number)
            log = Logs.read([number]).of[number]
            hours = promise.calendar_version.business_hours
            step = next_step(log, rules=promise.policy_version.waiting, hours=hours)
            assert promise.next_step_at == (step.at if step else None)

    @invariant()
    def what_is_outside_has_no_clock(self):
        outside = Ticket.objects.filter(pk__in=getattr(self, "numbers", ())).outside()
        assert not Clock.objects.filter(ticket__in=outside).exists()
        assert not outside.exclude(next_due_at=None).exists()


def ledgers(ticket):
    clocks = Clock.objects.filter(ticket=ticket).order_by("metric", "leg")
    return list(clocks.values("leg", "ledger"))


@pytest.mark.django_db
def test_whatever_people_do(first_line, web_team, websites):
    for address, team in (("noor", first_line), ("bram", web_team)):
        agent = person(f"{address}@desk.example", address.title(), role="agent", line=1)
        Membership.objects.create(user=agent, team=team)
    person("karin@elders.example", "Karin", role="manager")
    for address in ("sofie", "vera"):
        person(f"{address}@bib.example", address.title())
    swift = Policy.objects.create(name="Snel", position=30_000)
    PolicyVersion.objects.create(
        policy=swift,
        valid_from=brussels("2024-01-01 00:00"),
        calendar=BusinessCalendar.objects.first(),
        first_response=30,
        resolution=90,
        remind_after=1,
        remind_again_after=None,
        solve_after=2,
    )
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=6 * THOROUGHNESS,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# --- the same, pure: the order of what does not matter ------------------------------------------

OFFICE = BusinessHours.of(week=dict.fromkeys(range(5), ((9 * 3600, 17 * 3600),)))
STATUSES = st.sampled_from(["open", "pending", "on_hold", "solved"])
UNRELATED = st.sampled_from(
    ["service_changed", "category_changed", "kwis_changed", "follower_added", "internal_note_added"]
)


@examples(60)
@given(
    changes=st.lists(st.tuples(st.integers(0, 200_000), STATUSES), max_size=8),
    others=st.lists(st.tuples(st.integers(0, 1_600_000), UNRELATED), max_size=8),
    order=st.randoms(use_true_random=False),
)
def test_unrelated_changes_change_no_time(changes, others, order):
    start = brussels("2025-10-24 15:00")
    at, log = start, [(start, "opened", {"status": "new"})]
    for seconds, status in changes:
        at += timedelta(seconds=seconds)
        log.append((at, "status_changed", {"to": status}))
    whole = log + [(start + timedelta(seconds=s), kind, {}) for s, kind in others]
    order.shuffle(whole)
    whole.sort(key=lambda entry: entry[0])
    whole.sort(key=lambda entry: (entry[0], log.index(entry) if entry in log else -1))
    opened = whole.index(log[0])
    whole.insert(0, whole.pop(opened))
    assert rows_of(whole) == rows_of(log)


def rows_of(log):
    entries = [LogEntry(i, kind, at, None, data) for i, (at, kind, data) in enumerate(log, 1)]
    readings = fold(
        entries,
        targets=Targets(first_response=3600, resolution=7200),
        pauses=PauseRules(on_hold=True),
        hours=OFFICE,
        now=brussels("2025-12-01 12:00"),
    )
    return [
        (one.metric, one.used, [(row.start, row.end, row.seconds, row.waiting) for row in one.rows])
        for one in readings
    ]
