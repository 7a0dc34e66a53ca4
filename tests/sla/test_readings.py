"""The fold from a ticket's log to its clocks, told as short stories and checked as laws."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.business_hours import BusinessHours
from sla.legs import LogEntry, Metric, PauseRules
from sla.readings import State, Targets, fold
from tests.sla.oracle import brussels, examples

HOUR = 3600
MINUTE = 60
OFFICE = BusinessHours.of(week={key: [(9 * HOUR, 17 * HOUR)] for key in range(5)})
ALWAYS = BusinessHours.of(week={key: [(0, 24 * HOUR)] for key in range(7)})
TARGETS = Targets(
    first_response=4 * HOUR, next_response=8 * HOUR, resolution=8 * HOUR, assignment=HOUR
)

SOFIE, NOOR = 1, 2


def log(*lines):
    """A log from lines of (moment, kind, data); ids in order, the requester opens."""
    return [
        LogEntry(number, kind, brussels(at), SOFIE if kind == "opened" else NOOR, data)
        for number, (at, kind, data) in enumerate(lines, start=1)
    ]


def opened(at, **data):
    return at, "opened", {"status": "new", "answered": False, **data}


def answered(at, *, automatic=False):
    return at, "public_reply_added", {"message": 7, "side": "desk", "automatic": automatic}


def asked(at, *, automatic=False):
    return at, "public_reply_added", {"message": 8, "side": "requester", "automatic": automatic}


def moved(at, old, new):
    return at, "status_changed", {"from": old, "to": new, "cause": "agent"}


def assigned(at):
    return at, "assigned", {"from_team": None, "to_team": 3, "to_assignee": None}


def read(entries, *, now, targets=TARGETS, on_hold=False, hours=OFFICE):
    """The readings by (metric, leg)."""
    readings = fold(
        entries, targets=targets, pauses=PauseRules(on_hold), hours=hours, now=brussels(now)
    )
    return {(reading.metric, reading.leg): reading for reading in readings}


def rows_of(reading):
    return [(row.start, row.end, row.seconds, row.state, row.event) for row in reading.rows]


MONDAY = "2025-11-03 "
TUESDAY = "2025-11-04 "
WEDNESDAY = "2025-11-05 "


class TestFirstResponse:
    def test_runs_from_creation(self):
        clock = read(log(opened(MONDAY + "09:18")), now=MONDAY + "10:00")["first_response", 1]
        assert clock.state == State.RUNNING
        assert clock.used == 42 * MINUTE
        assert clock.due_at == brussels(MONDAY + "13:18")
        assert clock.at_risk_at == brussels(MONDAY + "12:18")
        assert clock.warn_at == brussels(MONDAY + "13:03")
        assert clock.met is None
        assert clock.breached_at is None

    def test_stops_at_the_first_answer_of_a_person(self):
        entries = log(
            opened(MONDAY + "09:18"),
            answered(MONDAY + "09:18:05", automatic=True),
            answered(MONDAY + "10:00"),
            answered(MONDAY + "11:00"),
        )
        clock = read(entries, now=TUESDAY + "10:00")["first_response", 1]
        assert (clock.state, clock.used, clock.met) == (State.STOPPED, 42 * MINUTE, True)
        assert clock.stopped_at == brussels(MONDAY + "10:00")
        assert clock.due_at == brussels(MONDAY + "13:18")

    @pytest.mark.parametrize(
        "ending",
        [
            (MONDAY + "10:00", "call_logged", {"message": 5}),
            moved(MONDAY + "10:00", "new", "solved"),
        ],
    )
    def test_stops_at_a_call_and_at_a_solve(self, ending):
        clock = read(log(opened(MONDAY + "09:18"), ending), now=TUESDAY + "10:00")
        assert clock["first_response", 1].used == 42 * MINUTE

    @pytest.mark.parametrize("status", ["pending", "on_hold"])
    def test_is_never_paused(self, status):
        entries = log(opened(MONDAY + "09:00"), moved(MONDAY + "09:10", "new", status))
        clock = read(entries, now=MONDAY + "12:00", on_hold=True)["first_response", 1]
        assert (clock.state, clock.used) == (State.RUNNING, 3 * HOUR)

    def test_registered_during_a_call_is_answered_at_creation(self):
        clock = read(log(opened(MONDAY + "09:18", answered=True)), now=TUESDAY + "10:00")
        first = clock["first_response", 1]
        assert (first.state, first.used, first.met) == (State.STOPPED, 0, True)
        assert first.stopped_at == first.started_at == brussels(MONDAY + "09:18")
        assert first.rows == ()

    def test_a_note_and_a_message_of_the_requester_are_no_answer(self):
        entries = log(
            opened(MONDAY + "09:00"),
            (MONDAY + "09:30", "internal_note_added", {"message": 4}),
            asked(MONDAY + "09:40"),
        )
        clocks = read(entries, now=MONDAY + "10:00")
        assert clocks["first_response", 1].used == HOUR
        assert ("next_response", 1) not in clocks

    def test_opened_at_night_begins_at_the_opening(self):
        clock = read(log(opened("2025-11-01 23:10")), now="2025-11-02 12:00")["first_response", 1]
        assert clock.used == 0
        assert clock.due_at == brussels(MONDAY + "13:00")


class TestBreach:
    def test_an_answer_at_the_last_second_is_met(self):
        entries = log(opened(MONDAY + "09:00"), answered(MONDAY + "13:00"))
        clock = read(entries, now=TUESDAY + "10:00")["first_response", 1]
        assert (clock.used, clock.met, clock.breached_at) == (4 * HOUR, True, None)

    def test_a_second_later_is_not(self):
        entries = log(opened(MONDAY + "09:00"), answered(MONDAY + "13:00:01"))
        clock = read(entries, now=TUESDAY + "10:00")["first_response", 1]
        assert (clock.met, clock.breached_at) == (False, brussels(MONDAY + "13:00"))

    def test_due_at_closing_and_answered_before_the_next_opening_is_met(self):
        entries = log(opened(MONDAY + "13:00"), answered(TUESDAY + "08:59"))
        clock = read(entries, now=TUESDAY + "10:00")["first_response", 1]
        assert clock.due_at == brussels(MONDAY + "17:00")
        assert clock.met is True

    def test_a_running_clock_is_breached_once_more_than_the_target_is_used(self):
        entries = log(opened(MONDAY + "13:00"))
        assert read(entries, now=TUESDAY + "09:00")["first_response", 1].breached_at is None
        late = read(entries, now=WEDNESDAY + "15:00")["first_response", 1]
        assert late.breached_at == brussels(MONDAY + "17:00")
        assert late.overdue_at == brussels(TUESDAY + "09:00:01")

    def test_stays_breached_when_resumed_after_a_pause(self):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(TUESDAY + "10:00", "new", "pending"),
            moved(WEDNESDAY + "10:00", "pending", "open"),
        )
        clock = read(entries, now=WEDNESDAY + "11:00")["resolution", 1]
        assert clock.used == 10 * HOUR
        assert clock.breached_at == clock.due_at == brussels(MONDAY + "17:00")


class TestNextResponse:
    def test_one_leg_for_the_oldest_unanswered_message(self):
        entries = log(
            opened(MONDAY + "09:00"),
            answered(MONDAY + "10:00"),
            asked(MONDAY + "11:00"),
            asked(MONDAY + "12:00"),
            answered(MONDAY + "13:00"),
            asked(MONDAY + "14:00"),
        )
        clocks = read(entries, now=MONDAY + "15:00")
        first, second = clocks["next_response", 1], clocks["next_response", 2]
        assert (first.state, first.used, first.met) == (State.STOPPED, 2 * HOUR, True)
        assert (second.state, second.used) == (State.RUNNING, HOUR)
        assert ("next_response", 3) not in clocks

    def test_a_call_answers_the_first_question_and_no_later_one(self):
        entries = log(
            opened(MONDAY + "09:00"),
            (MONDAY + "10:00", "call_logged", {"message": 5}),
            asked(MONDAY + "11:00"),
            (MONDAY + "12:00", "call_logged", {"message": 7}),
        )
        clocks = read(entries, now=MONDAY + "13:00")
        assert clocks["first_response", 1].used == HOUR
        later = clocks["next_response", 1]
        assert (later.state, later.used) == (State.RUNNING, 2 * HOUR)

    def test_thanks_and_machine_mail_ask_nothing(self):
        entries = log(
            opened(MONDAY + "09:00"),
            answered(MONDAY + "10:00"),
            (MONDAY + "11:00", "thanked", {"message": 9}),
            asked(MONDAY + "12:00", automatic=True),
        )
        assert ("next_response", 1) not in read(entries, now=MONDAY + "15:00")

    def test_a_solve_ends_it_and_a_question_after_the_solve_begins_another(self):
        entries = log(
            opened(MONDAY + "09:00"),
            answered(MONDAY + "10:00"),
            asked(MONDAY + "11:00"),
            moved(MONDAY + "12:00", "open", "solved"),
            asked(TUESDAY + "09:00"),
            moved(TUESDAY + "09:00", "solved", "open"),
        )
        clocks = read(entries, now=TUESDAY + "10:00")
        assert clocks["next_response", 1].used == HOUR
        assert clocks["next_response", 2].used == HOUR

    def test_goes_on_while_the_ticket_waits(self):
        entries = log(
            opened(MONDAY + "09:00"),
            answered(MONDAY + "10:00"),
            asked(MONDAY + "11:00"),
            moved(MONDAY + "12:00", "open", "pending"),
        )
        assert read(entries, now=MONDAY + "13:00")["next_response", 1].used == 2 * HOUR


class TestResolution:
    def test_the_story_of_the_code_that_did_not_come(self):
        entries = log(
            opened(MONDAY + "09:18"),
            assigned(MONDAY + "09:22"),
            moved(MONDAY + "09:22", "new", "open"),
            answered(MONDAY + "10:00"),
            moved(MONDAY + "10:00", "open", "pending"),
            (MONDAY + "14:20", "internal_note_added", {"message": 3}),
            asked(TUESDAY + "09:31"),
            moved(TUESDAY + "09:31", "pending", "open"),
        )
        clock = read(entries, now=TUESDAY + "10:06")["resolution", 1]
        assert (clock.state, clock.used) == (State.RUNNING, 77 * MINUTE)
        assert clock.due_at == brussels(TUESDAY + "16:49")
        start, pause, resume = MONDAY + "09:18", MONDAY + "10:00", TUESDAY + "09:31"
        assert rows_of(clock) == [
            (brussels(start), brussels(pause), 42 * MINUTE, State.RUNNING, 1),
            (brussels(pause), brussels(resume), 7 * HOUR + 31 * MINUTE, State.PAUSED, 5),
            (brussels(resume), None, 35 * MINUTE, State.RUNNING, 8),
        ]
        assert [row.actor for row in clock.rows] == [SOFIE, NOOR, NOOR]

    def test_a_paused_clock_foresees_nothing(self):
        entries = log(opened(MONDAY + "09:00"), moved(MONDAY + "10:00", "new", "pending"))
        clock = read(entries, now=TUESDAY + "10:00")["resolution", 1]
        assert (clock.state, clock.used) == (State.PAUSED, HOUR)
        assert (clock.due_at, clock.at_risk_at, clock.warn_at) == (None, None, None)

    def test_a_paused_clock_keeps_what_it_passed(self):
        entries = log(opened(MONDAY + "09:00"), moved(MONDAY + "16:00", "new", "pending"))
        clock = read(entries, now=TUESDAY + "10:00")["resolution", 1]
        assert clock.at_risk_at == brussels(MONDAY + "15:00")
        assert clock.due_at is None

    @pytest.mark.parametrize(("pauses", "used"), [(False, 3 * HOUR), (True, 2 * HOUR)])
    def test_waiting_for_a_supplier_is_a_matter_of_the_policy(self, pauses, used):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(MONDAY + "10:00", "new", "on_hold"),
            moved(MONDAY + "11:00", "on_hold", "open"),
        )
        clock = read(entries, now=MONDAY + "12:00", on_hold=pauses)["resolution", 1]
        assert clock.used == used

    def test_a_pause_breaks_when_somebody_else_is_waited_for(self):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(MONDAY + "10:00", "new", "pending"),
            moved(MONDAY + "11:00", "pending", "on_hold"),
        )
        clock = read(entries, now=MONDAY + "12:00", on_hold=True)["resolution", 1]
        assert [row.waiting for row in clock.rows] == ["", "pending", "on_hold"]

    def test_reopening_resumes_the_same_leg_with_the_time_used(self):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(MONDAY + "11:00", "new", "solved"),
            moved(TUESDAY + "09:00", "solved", "open"),
            moved(TUESDAY + "10:00", "open", "solved"),
            moved("2025-11-19 00:00", "solved", "closed"),
        )
        early = read(entries[:3], now=TUESDAY + "09:30")
        assert early["resolution", 1].met is None
        assert early["resolution", 1].due_at == brussels(TUESDAY + "15:00")
        clocks = read(entries, now="2025-11-20 00:00")
        clock = clocks["resolution", 1]
        assert (clock.state, clock.used, clock.met) == (State.STOPPED, 3 * HOUR, True)
        assert clock.stopped_at == brussels(TUESDAY + "10:00")
        assert ("resolution", 2) not in clocks

    def test_reopening_undoes_met_but_a_breach_is_for_ever(self):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(MONDAY + "17:00", "new", "solved"),
            moved(TUESDAY + "10:00", "solved", "open"),
            moved(TUESDAY + "10:01", "open", "solved"),
        )
        assert read(entries[:2], now=TUESDAY + "09:00")["resolution", 1].met is True
        clock = read(entries, now=TUESDAY + "12:00")["resolution", 1]
        assert clock.met is False
        assert clock.breached_at == brussels(MONDAY + "17:00")

    def test_a_solve_out_of_a_pause(self):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(MONDAY + "10:00", "new", "pending"),
            moved(TUESDAY + "10:00", "pending", "solved"),
        )
        clock = read(entries, now=WEDNESDAY + "10:00")["resolution", 1]
        assert (clock.used, clock.met) == (HOUR, True)
        assert [row.state for row in clock.rows] == [State.RUNNING, State.PAUSED]


class TestAssignment:
    def test_ends_at_the_first_assignment(self):
        entries = log(
            opened(MONDAY + "09:18"), assigned(MONDAY + "09:22"), assigned(MONDAY + "12:00")
        )
        clock = read(entries, now=TUESDAY + "10:00")["assignment", 1]
        assert (clock.state, clock.used) == (State.STOPPED, 4 * MINUTE)

    def test_ends_when_the_requester_solves_it_alone(self):
        entries = log(opened(MONDAY + "09:00"), moved(MONDAY + "09:30", "new", "solved"))
        assert read(entries, now=TUESDAY + "10:00")["assignment", 1].used == 30 * MINUTE


class TestPoints:
    def test_a_short_target_has_no_moment_of_fifteen_minutes(self):
        targets = Targets(first_response=15 * MINUTE)
        clock = read(log(opened(MONDAY + "10:00")), now=MONDAY + "10:00", targets=targets)
        assert clock["first_response", 1].warn_at is None

    def test_three_quarters_of_an_odd_target_is_the_next_whole_second(self):
        targets = Targets(first_response=5)
        clock = read(log(opened(MONDAY + "10:00")), now=MONDAY + "10:00", targets=targets)
        assert clock["first_response", 1].at_risk_at == brussels(MONDAY + "10:00:04")

    def test_a_target_of_nothing_is_due_at_once(self):
        targets = Targets(first_response=0)
        entries = log(opened(MONDAY + "10:00"))
        clock = read(entries, now=MONDAY + "10:00", targets=targets)["first_response", 1]
        assert clock.due_at == brussels(MONDAY + "10:00")
        assert clock.breached_at is None
        clock = read(entries, now=MONDAY + "10:00:01", targets=targets)["first_response", 1]
        assert clock.breached_at == brussels(MONDAY + "10:00")

    def test_no_open_moment_ever_is_never_due(self):
        closed = BusinessHours.of(week={})
        clock = read(log(opened(MONDAY + "10:00")), now="2026-11-03 10:00", hours=closed)
        first = clock["first_response", 1]
        assert (first.due_at, first.at_risk_at, first.used, first.breached_at) == (
            None,
            None,
            0,
            None,
        )


class TestOddLogs:
    def test_no_target_no_clock(self):
        targets = Targets(resolution=8 * HOUR)
        clocks = read(log(opened(MONDAY + "09:00")), now=MONDAY + "10:00", targets=targets)
        assert list(clocks) == [("resolution", 1)]

    def test_an_empty_log_has_no_clocks(self):
        assert read([], now=MONDAY + "10:00") == {}
        assert read(log(answered(MONDAY + "10:00")), now=MONDAY + "10:00") == {}

    def test_entries_count_in_the_order_of_their_ids(self):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(MONDAY + "10:00", "new", "pending"),
            moved(MONDAY + "11:00", "pending", "open"),
        )
        assert read(reversed(entries), now=MONDAY + "12:00") == read(entries, now=MONDAY + "12:00")

    def test_a_clock_that_was_set_back_makes_no_negative_time(self):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(MONDAY + "12:00", "new", "pending"),
            moved(MONDAY + "10:00", "pending", "open"),
        )
        clock = read(entries, now=MONDAY + "11:00")["resolution", 1]
        assert clock.used == 3 * HOUR
        assert all(row.seconds >= 0 for row in clock.rows)
        assert read(entries, now=MONDAY + "13:00")["resolution", 1].used == 4 * HOUR

    def test_a_pause_within_one_second_leaves_no_row(self):
        entries = log(
            opened(MONDAY + "09:00"),
            moved(MONDAY + "10:00:00.200", "new", "pending"),
            moved(MONDAY + "10:00:00.900", "pending", "open"),
        )
        clock = read(entries, now=MONDAY + "11:00")["resolution", 1]
        assert [row.state for row in clock.rows] == [State.RUNNING, State.RUNNING]
        assert clock.used == 2 * HOUR

    def test_the_stored_row_of_a_running_clock_does_not_age(self):
        entries = log(opened(MONDAY + "09:00"))
        early = read(entries, now=MONDAY + "10:00")["resolution", 1]
        late = read(entries, now=TUESDAY + "16:00")["resolution", 1]
        assert [row.as_json() for row in early.rows] == [row.as_json() for row in late.rows]
        assert early.settled == late.settled == 0


STATUSES = ("open", "pending", "on_hold", "solved")
UNRELATED = ("internal_note_added", "category_changed", "follower_added", "thanked")


@st.composite
def logs(draw):
    """Any life of a ticket: up to twelve acts, minutes or days apart."""
    at, status = datetime(2025, 10, 24, 8, 0, tzinfo=UTC), "new"
    entries = [
        LogEntry(10, "opened", at, SOFIE, {"status": "new", "answered": draw(st.booleans())})
    ]
    for number in range(draw(st.integers(0, 12))):
        at += timedelta(seconds=draw(st.one_of(st.integers(0, 90), st.integers(0, 3 * 86_400))))
        act = draw(st.sampled_from((*STATUSES, "desk", "requester", "call_logged", "assigned")))
        if act in STATUSES:
            kind, data = "status_changed", {"from": status, "to": act}
            status = act
        elif act in ("desk", "requester"):
            kind = "public_reply_added"
            data = {"side": act, "automatic": draw(st.integers(0, 4)) == 0}
        else:
            kind, data = act, {}
        entries.append(LogEntry(20 + 10 * number, kind, at, NOOR, data))
    return entries


def after(entries, seconds):
    return max(entry.at for entry in entries) + timedelta(seconds=seconds)


def fold_of(entries, *, now, hours=OFFICE, on_hold=True, targets=TARGETS):
    return fold(entries, targets=targets, pauses=PauseRules(on_hold), hours=hours, now=now)


class TestLaws:
    @examples(60)
    @given(entries=logs(), wait=st.integers(0, 10**6), on_hold=st.booleans())
    def test_the_rows_add_up_and_follow_each_other(self, entries, wait, on_hold):
        now = after(entries, wait)
        for reading in fold_of(entries, now=now, on_hold=on_hold):
            running = [row for row in reading.rows if row.state == State.RUNNING]
            assert reading.used == sum(row.seconds for row in running)
            assert all(
                row.seconds == OFFICE.elapsed(row.start, row.end or now) for row in reading.rows
            )
            ends = [row.end for row in reading.rows]
            assert None not in ends[:-1]
            following = zip(ends, reading.rows[1:], strict=False)
            assert all(end <= row.start for end, row in following)
            assert (reading.state == State.STOPPED) == (reading.stopped_at is not None)
            assert (reading.met is None) == (reading.stopped_at is None)

    @examples(60)
    @given(entries=logs(), wait=st.integers(0, 10**6))
    def test_time_spent_waiting_is_what_the_statuses_say(self, entries, wait):
        """Resolution, counted straight from the statuses: an independent walk over the log."""
        now, status, used = after(entries, wait), "new", 0
        moments = [(entry.at, entry) for entry in entries] + [(now, None)]
        for (start, entry), (end, _next) in itertools.pairwise(moments):
            status = entry.data["to"] if entry.kind == "status_changed" else status
            used += OFFICE.elapsed(start, end) if status in ("new", "open") else 0
        resolution = [r for r in fold_of(entries, now=now) if r.metric == Metric.RESOLUTION]
        assert [reading.used for reading in resolution] == [used]

    @examples(60)
    @given(entries=logs(), data=st.data())
    def test_what_is_no_matter_of_a_clock_changes_nothing(self, entries, data):
        added = list(entries)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.sampled_from(entries))
            number = at.id + data.draw(st.integers(1, 9))
            added.append(LogEntry(number, data.draw(st.sampled_from(UNRELATED)), at.at, SOFIE))
        now = after(entries, HOUR)
        assert fold_of(added, now=now) == fold_of(entries, now=now)

    @examples(60)
    @given(entries=logs(), wait=st.integers(0, 10**6), longer=st.integers(0, 10**6))
    def test_reading_later_changes_no_finished_row_and_no_moment(self, entries, wait, longer):
        early = fold_of(entries, now=after(entries, wait))
        late = fold_of(entries, now=after(entries, wait + longer))
        for before, then in zip(early, late, strict=True):
            assert [row.as_json() for row in before.rows] == [row.as_json() for row in then.rows]
            assert (before.due_at, before.at_risk_at, before.warn_at, before.overdue_at) == (
                (then.due_at, then.at_risk_at, then.warn_at, then.overdue_at)
            )
            assert before.used <= then.used
            assert before.breached_at in (None, then.breached_at)

    @examples(60)
    @given(entries=logs(), wait=st.integers(0, 10**6), target=st.integers(0, 10**5))
    def test_the_moments_are_where_the_used_time_says(self, entries, wait, target):
        """Read at the due moment, exactly the target is used; a second past overdue, more."""
        targets = Targets(resolution=target)
        now = after(entries, wait)
        (reading,) = fold_of(entries, now=now, targets=targets)
        assert (reading.breached_at is not None) == (reading.used > target)
        if reading.state == State.RUNNING and reading.due_at and reading.due_at >= now:
            (then,) = fold_of(entries, now=reading.due_at, targets=targets)
            assert (then.used, then.breached_at) == (target, None)
            (over,) = fold_of(entries, now=reading.overdue_at, targets=targets)
            assert (over.used, over.breached_at) == (target + 1, reading.due_at)

    @examples(30)
    @given(entries=logs(), shift=st.integers(-999_999, 999_999))
    def test_fractions_of_a_second_never_add_up(self, entries, shift):
        later = [
            replace(entry, at=entry.at.replace(microsecond=abs(shift) % 10**6)) for entry in entries
        ]
        now = after(entries, HOUR)
        assert fold_of(later, now=now) == fold_of(entries, now=now)

    @examples(30)
    @given(entries=logs(), wait=st.integers(0, 10**6))
    def test_around_the_clock_the_rows_fill_the_life_of_the_clock(self, entries, wait):
        now = after(entries, wait)
        for reading in fold_of(entries, now=now, hours=ALWAYS):
            wall = sum(((row.end or now) - row.start).total_seconds() for row in reading.rows)
            assert wall == sum(row.seconds for row in reading.rows)
