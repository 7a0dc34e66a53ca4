"""When it is a supplier's turn: told as short stories, and compared with a slow oracle."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sla.business_hours import BusinessHours
from sla.contracts.legs import handed
from sla.legs import LogEntry, Metric
from sla.readings import State, read
from tests.sla.oracle import brussels, examples

HOUR = 3600
OFFICE = BusinessHours.of(week={key: [(9 * HOUR, 17 * HOUR)] for key in range(5)})
MONDAY, TUESDAY = "2025-11-03 ", "2025-11-04 "
FIRST, SOLVED = Metric.FIRST_RESPONSE, Metric.RESOLUTION


def log(*lines):
    """A log from lines of (moment, kind, data), ids in order."""
    return [
        LogEntry(number, kind, brussels(at), 2, data)
        for number, (at, kind, data) in enumerate(lines, start=1)
    ]


def opened(at, *, priority="normal", service=None):
    return at, "opened", {"status": "new", "priority": priority, "service": service}


def forwarded(at, *, forwarding=7, promise=""):
    return at, "forwarded", {"forwarding": forwarding, "supplier": 3, "promise": promise}


def answered(at, *, forwarding=7, automatic=False):
    return at, "supplier_answered", {"forwarding": forwarding, "automatic": automatic}


def held(at):
    return at, "status_changed", {"to": "on_hold"}


def moved(at, to):
    return at, "status_changed", {"to": to}


def ended(at, how="solved", *, forwarding=7):
    return at, "forwarding_ended", {"forwarding": forwarding, "how": how}


def used(entries, metric, *, now):
    """Business seconds of a leg, and what its clock does."""
    told = handed(entries, 7)
    leg = next(leg for leg in told.legs if leg.metric == metric)
    reading = read(leg, 8 * HOUR, OFFICE, brussels(now))
    return reading.used, reading.state


def test_both_clocks_run_from_the_forwarding_on():
    entries = log(opened(MONDAY + "09:00"), forwarded(MONDAY + "10:00"), held(MONDAY + "10:00"))
    assert used(entries, FIRST, now=MONDAY + "12:00") == (2 * HOUR, State.RUNNING)
    assert used(entries, SOLVED, now=MONDAY + "12:00") == (2 * HOUR, State.RUNNING)


def test_an_answer_stops_the_first_clock_and_the_second_waits_for_the_desk():
    entries = log(
        opened(MONDAY + "09:00"), forwarded(MONDAY + "10:00"), answered(MONDAY + "11:00"),
        moved(MONDAY + "11:00", "open"),
    )  # fmt: skip
    assert used(entries, FIRST, now=TUESDAY + "12:00") == (HOUR, State.STOPPED)
    assert used(entries, SOLVED, now=TUESDAY + "12:00") == (HOUR, State.PAUSED)


def test_on_hold_again_is_the_suppliers_turn_again():
    entries = log(
        opened(MONDAY + "09:00"), forwarded(MONDAY + "10:00"), answered(MONDAY + "11:00"),
        moved(MONDAY + "11:00", "open"), held(MONDAY + "14:00"), ended(MONDAY + "16:00"),
    )  # fmt: skip
    assert used(entries, FIRST, now=TUESDAY + "12:00") == (HOUR, State.STOPPED)
    assert used(entries, SOLVED, now=TUESDAY + "12:00") == (3 * HOUR, State.STOPPED)


def test_a_machine_answers_nothing():
    entries = log(
        opened(MONDAY + "09:00"),
        forwarded(MONDAY + "10:00"),
        answered(MONDAY + "10:01", automatic=True),
    )
    assert used(entries, FIRST, now=MONDAY + "12:00") == (2 * HOUR, State.RUNNING)


def test_the_end_answers_what_was_not_answered():
    entries = log(opened(MONDAY + "09:00"), forwarded(MONDAY + "16:00"), ended(TUESDAY + "10:00"))
    assert used(entries, FIRST, now=TUESDAY + "12:00") == (2 * HOUR, State.STOPPED)
    assert handed(entries, 7).cut == frozenset()


def test_what_the_desk_cut_short_is_named():
    before = [opened(MONDAY + "09:00"), forwarded(MONDAY + "10:00")]
    answer = answered(MONDAY + "11:00")
    cut = {
        how: handed(log(*before, *acts, ended(MONDAY + "12:00", how.split()[0])), 7).cut
        for how, acts in {
            "taken_back unanswered": [],
            "taken_back answered": [answer],
            "with_ticket unanswered": [],
            "with_ticket answered": [answer],
            "with_ticket asked-again": [answer, held(MONDAY + "11:30")],
        }.items()
    }
    assert cut == {
        "taken_back unanswered": {FIRST, SOLVED},
        "taken_back answered": {SOLVED},
        "with_ticket unanswered": {FIRST, SOLVED},
        "with_ticket answered": frozenset(),
        "with_ticket asked-again": {SOLVED},
    }


def test_only_the_own_forwarding_counts():
    entries = log(
        opened(MONDAY + "09:00"), forwarded(MONDAY + "09:30", forwarding=6),
        ended(MONDAY + "09:40", forwarding=6), forwarded(MONDAY + "10:00"),
        answered(MONDAY + "11:00", forwarding=6),
    )  # fmt: skip
    assert used(entries, FIRST, now=MONDAY + "12:00") == (2 * HOUR, State.RUNNING)


def test_what_was_known_when_it_was_forwarded():
    entries = log(
        opened(MONDAY + "09:00", service=4),
        (MONDAY + "09:10", "priority_changed", {"to": "high"}),
        (MONDAY + "09:20", "service_changed", {"to": 5}),
        forwarded(MONDAY + "10:00", promise="1.high"),
        (MONDAY + "10:10", "priority_changed", {"to": "urgent"}),
        (MONDAY + "10:20", "service_changed", {"to": 6}),
    )
    told = handed(entries, 7)
    assert (told.service, told.priority, told.promise) == (5, "high", "1.high")
    assert (told.supplier, told.at) == (3, brussels(MONDAY + "10:00"))


def test_nothing_is_told_without_a_beginning():
    assert handed(log(opened(MONDAY + "09:00"), answered(MONDAY + "10:00")), 7) is None


def test_a_clock_that_was_set_back_never_runs_backwards():
    entries = log(opened(MONDAY + "09:00"), forwarded(MONDAY + "10:00"), answered(MONDAY + "09:00"))
    assert used(entries, FIRST, now=MONDAY + "12:00") == (0, State.STOPPED)


ACTS = st.sampled_from(["answered", "automatic", "held", "moved", "ended"])


@given(acts=st.lists(st.tuples(st.integers(0, 300), ACTS), max_size=8), until=st.integers(0, 3000))
@examples(200)
def test_the_turns_are_those_of_a_slow_oracle(acts, until):
    """Minute by minute: whose turn was it, and was the desk open?"""
    start = brussels(MONDAY + "09:30")
    lines, at = [("forwarded", start)], start
    for minutes, act in acts:
        at += timedelta(minutes=minutes)
        lines.append((act, at))
    made = {
        "forwarded": ("forwarded", {"forwarding": 7, "supplier": 3, "promise": ""}),
        "answered": ("supplier_answered", {"forwarding": 7, "automatic": False}),
        "automatic": ("supplier_answered", {"forwarding": 7, "automatic": True}),
        "held": ("status_changed", {"to": "on_hold"}),
        "moved": ("status_changed", {"to": "open"}),
        "ended": ("forwarding_ended", {"forwarding": 7, "how": "solved"}),
    }
    entries = [
        LogEntry(number, made[act][0], moment, 1, made[act][1])
        for number, (act, moment) in enumerate(lines, start=1)
    ]
    now = at + timedelta(minutes=until)
    response = resolution = 0
    minute = start
    while minute < now:
        passed = [act for act, moment in lines if moment <= minute]
        if OFFICE.is_open(minute) and "ended" not in passed:
            turns = [act for act in passed if act in ("forwarded", "answered", "held")]
            resolution += 60 * (turns[-1] != "answered")
            response += 60 * ("answered" not in passed)
        minute += timedelta(minutes=1)
    told = handed(entries, 7)
    found = [read(leg, 8 * HOUR, OFFICE, now).used for leg in told.legs]
    assert found == [response, resolution]
