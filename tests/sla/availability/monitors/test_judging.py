"""From single answers to a verdict, against the definition in words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.availability.monitors.judging import Limits, Verdict, Watch, judge
from tests.sla.oracle import examples

START = dt.datetime(2025, 10, 6, 8, 0, tzinfo=dt.UTC)


def outages(answers: str, limits: Limits) -> list[tuple[int, int | None]]:
    """The outages in a row of answers (`+` or `-`, one a minute), as minutes."""
    watch, found = Watch(), []
    for minute, sign in enumerate(answers):
        moment = START + dt.timedelta(minutes=minute)
        watch, verdict, since = judge(watch, ok=sign == "+", at=moment, limits=limits)
        at = None if since is None else (since - START) // dt.timedelta(minutes=1)
        if verdict is Verdict.DOWN:
            found.append((at, None))
        elif verdict is Verdict.UP:
            found[-1] = (found[-1][0], at)
    return found


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("+++", []),
        ("++--++", []),  # two failures are not confirmed
        ("++---", [(2, None)]),  # begins at the first failure
        ("++---+", [(2, None)]),  # one success is not confirmed
        ("++---++", [(2, 5)]),  # ends at the first success
        ("+-+-+-+-+-+", []),  # flaps, but never fails three times in a row
        ("---+-+--+-++", [(0, 10)]),  # flaps within one outage
        ("---++---++", [(0, 3), (5, 8)]),
    ],
)
def test_rows_of_answers(answers, expected):
    assert outages(answers, Limits(3, 2)) == expected


def by_definition(answers: str, limits: Limits) -> list[tuple[int, int | None]]:
    """The slow way: looks for the next row that is long enough, from the last one on."""
    found: list[tuple[int, int | None]] = []
    at = 0
    while True:
        begin = answers.find("-" * limits.failures, at)
        if begin < 0:
            return found
        end = answers.find("+" * limits.successes, begin + limits.failures)
        if end < 0:
            return [*found, (begin, None)]
        found.append((begin, end))
        at = end + limits.successes


@examples(300)
@given(st.text("+-", max_size=40), st.integers(min_value=1, max_value=4), st.integers(1, 4))
def test_any_row_of_answers(answers, failures, successes):
    limits = Limits(failures, successes)
    assert outages(answers, limits) == by_definition(answers, limits)
