"""Business time by hand, by its laws, and beside an oracle that counts minutes."""

import itertools
import os
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.business_hours import BusinessHours, CalendarError
from tests.sla.oracle import Oracle, brussels, calendars, examples, local, moments

BRUSSELS = "Europe/Brussels"
HOUR = 3600
NINE_TO_FIVE = [(9 * HOUR, 17 * HOUR)]
ALL_DAY = [(0, 24 * HOUR)]


def weekdays(blocks, *, zone=BRUSSELS, **extra):
    return BusinessHours.of(zone=zone, week=dict.fromkeys(range(5), blocks), **extra)


def always(zone=BRUSSELS):
    return BusinessHours.of(zone=zone, week=dict.fromkeys(range(7), ALL_DAY))


@pytest.fixture
def office():
    return weekdays(NINE_TO_FIVE)


class TestElapsed:
    def test_within_a_day(self, office):
        assert office.elapsed(brussels("2025-11-03 09:18"), brussels("2025-11-03 10:00")) == 42 * 60

    def test_only_open_hours_count(self, office):
        friday, monday = brussels("2025-11-07 16:00"), brussels("2025-11-10 10:00")
        assert office.elapsed(friday, monday) == 2 * HOUR

    def test_blocks_are_half_open(self, office):
        closing = brussels("2025-11-03 17:00")
        assert office.elapsed(closing, closing + timedelta(seconds=1)) == 0
        assert office.elapsed(closing - timedelta(seconds=1), closing) == 1
        assert office.is_open(brussels("2025-11-03 09:00"))
        assert not office.is_open(closing)

    def test_nothing_elapses_backwards(self, office):
        assert office.elapsed(brussels("2025-11-04 10:00"), brussels("2025-11-03 10:00")) == 0
        assert office.elapsed(brussels("2025-11-04 10:00"), brussels("2025-11-04 10:00")) == 0

    def test_instants_are_cut_to_the_whole_second(self, office):
        start = brussels("2025-11-03 10:00:00").replace(microsecond=999_999)
        end = brussels("2025-11-03 10:00:01").replace(microsecond=999_999)
        assert office.elapsed(start, end) == 1
        assert office.elapsed(start, start.replace(microsecond=1)) == 0

    def test_the_zone_of_an_instant_does_not_matter(self, office):
        start, end = brussels("2025-11-03 09:18"), brussels("2025-11-04 10:00")
        elsewhere = timezone(timedelta(hours=-9, minutes=-30))
        assert office.elapsed(start.astimezone(elsewhere), end.astimezone(UTC)) == (
            office.elapsed(start, end)
        )

    def test_a_lunch_break_is_closed(self):
        hours = weekdays([(8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)])
        assert hours.elapsed(brussels("2025-03-12 11:30"), brussels("2025-03-12 13:15")) == 45 * 60

    def test_before_1970_and_far_away(self, office):
        assert (
            office.elapsed(brussels("1969-12-31 16:00"), brussels("1970-01-01 10:00")) == 2 * HOUR
        )
        assert office.elapsed(brussels("2400-01-03 08:00"), brussels("2400-01-03 10:00")) == HOUR

    def test_a_warm_calendar_answers_as_a_fresh_one(self, office):
        span = brussels("1999-06-01 00:00"), brussels("2051-06-01 00:00")
        office.elapsed(brussels("2025-01-01 00:00"), brussels("2025-01-02 00:00"))
        assert office.elapsed(*span) == weekdays(NINE_TO_FIVE).elapsed(*span)

    def test_the_windows_of_the_library_system(self):
        week = {key: [(8 * HOUR, 22 * HOUR)] for key in range(5)}
        hours = BusinessHours.of(week=week | {key: [(9 * HOUR, 19 * HOUR)] for key in (5, 6)})
        october = brussels("2025-10-01 00:00"), brussels("2025-11-01 00:00")
        march = brussels("2025-03-01 00:00"), brussels("2025-04-01 00:00")
        assert hours.elapsed(*october) == 402 * HOUR
        assert hours.elapsed(*march) == 394 * HOUR


class TestDue:
    def test_within_a_day(self, office):
        assert office.due(brussels("2025-11-03 09:18"), 4 * HOUR) == brussels("2025-11-03 13:18")

    def test_over_a_weekend(self, office):
        assert office.due(brussels("2025-11-07 16:00"), 2 * HOUR) == brussels("2025-11-10 10:00")

    def test_ending_at_closing_time_is_due_at_that_closing(self, office):
        assert office.due(brussels("2025-11-07 09:00"), 8 * HOUR) == brussels("2025-11-07 17:00")
        one_more = brussels("2025-11-10 09:00:01")
        assert office.due(brussels("2025-11-07 09:00"), 8 * HOUR + 1) == one_more

    def test_ending_at_the_start_of_lunch_is_due_then(self):
        hours = weekdays([(8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)])
        assert hours.due(brussels("2025-03-12 11:00"), HOUR) == brussels("2025-03-12 12:00")
        assert hours.due(brussels("2025-03-12 11:00"), 90 * 60) == brussels("2025-03-12 13:30")

    def test_started_while_closed_waits_for_the_opening(self, office):
        assert office.due(brussels("2025-11-08 03:00"), 1) == brussels("2025-11-10 09:00:01")

    @pytest.mark.parametrize("start", ["2025-11-08 03:00:00", "2025-11-03 10:00:00"])
    def test_nothing_is_due_at_once_open_or_not(self, office, start):
        assert office.due(brussels(start).replace(microsecond=7), 0) == brussels(start)
        assert BusinessHours.of(week={}).due(brussels(start), 0) == brussels(start)

    def test_the_answer_is_in_utc(self, office):
        due = office.due(brussels("2025-11-03 09:00"), 60)
        assert due.tzinfo is UTC

    def test_around_the_clock(self):
        start = brussels("2025-11-03 23:59:59")
        assert always().due(start, 10**8) == start + timedelta(seconds=10**8)

    def test_years_ahead(self, office):
        start = brussels("2025-01-01 00:00")
        due = office.due(start, 20 * 2088 * 8 * HOUR)
        assert due > brussels("2044-12-01 00:00")
        assert office.elapsed(start, due) == 20 * 2088 * 8 * HOUR


class TestMovedClocks:
    """Brussels goes from 02:00 to 03:00 on 30 March 2025, and from 03:00 to 02:00 on 26 October."""

    def test_october_has_745_hours(self):
        first, last = brussels("2025-10-01 00:00"), brussels("2025-11-01 00:00")
        assert always().elapsed(first, last) == 745 * HOUR
        assert always().elapsed(brussels("2025-03-01 00:00"), brussels("2025-04-01 00:00")) == (
            743 * HOUR
        )

    def test_the_skipped_hour_counts_nothing(self):
        night = BusinessHours.of(week={6: [(2 * HOUR, 3 * HOUR)]})
        sunday = brussels("2025-03-30 00:00"), brussels("2025-03-31 00:00")
        assert night.elapsed(*sunday) == 0
        assert night.due(sunday[0], 1) == brussels("2025-04-06 02:00:01")

    def test_a_block_over_the_gap_is_an_hour_shorter(self):
        night = BusinessHours.of(week={6: [(90 * 60, 4 * HOUR)]})
        sunday = brussels("2025-03-30 00:00"), brussels("2025-03-31 00:00")
        assert night.elapsed(*sunday) == 90 * 60
        assert night.due(sunday[0], 30 * 60) == datetime(2025, 3, 30, 1, 0, tzinfo=UTC)
        assert night.due(sunday[0], 30 * 60 + 1) == brussels("2025-03-30 03:00:01")

    def test_a_block_that_begins_in_the_gap_begins_after_it(self):
        night = BusinessHours.of(week={6: [(150 * 60, 4 * HOUR)]})
        assert night.next_opening(brussels("2025-03-30 00:00")) == brussels("2025-03-30 03:00")
        assert night.due(brussels("2025-03-30 00:00"), HOUR) == brussels("2025-03-30 04:00")

    def test_the_repeated_hour_counts_twice(self):
        night = BusinessHours.of(week={6: [(2 * HOUR, 3 * HOUR)]})
        sunday = brussels("2025-10-26 00:00"), brussels("2025-10-27 00:00")
        assert night.elapsed(*sunday) == 2 * HOUR
        assert night.due(sunday[0], 90 * 60) == brussels("2025-10-26 02:30", fold=1)

    def test_a_block_inside_the_repeated_hour_opens_twice(self):
        night = BusinessHours.of(week={6: [(2 * HOUR + 900, 2 * HOUR + 1800)]})
        start, end = brussels("2025-10-26 00:00"), brussels("2025-10-27 00:00")
        assert list(night.open_spans(start, end)) == [
            (brussels("2025-10-26 02:15"), brussels("2025-10-26 02:30")),
            (brussels("2025-10-26 02:15", fold=1), brussels("2025-10-26 02:30", fold=1)),
        ]

    def test_both_readings_of_an_ambiguous_time(self):
        first = datetime(2025, 10, 26, 2, 30, tzinfo=ZoneInfo(BRUSSELS))
        second = first.replace(fold=1)
        assert always().elapsed(first, second) == HOUR

    def test_half_an_hour_on_lord_howe(self):
        zone = "Australia/Lord_Howe"
        day = local(zone, "2025-10-05 00:00"), local(zone, "2025-10-06 00:00")
        assert always(zone).elapsed(*day) == 23 * HOUR + 1800
        day = local(zone, "2025-04-06 00:00"), local(zone, "2025-04-07 00:00")
        assert always(zone).elapsed(*day) == 24 * HOUR + 1800

    def test_a_midnight_that_does_not_exist_in_sao_paulo(self):
        zone = "America/Sao_Paulo"
        hours = BusinessHours.of(zone=zone, week={6: [(0, 2 * HOUR)]})
        assert hours.due(local(zone, "2018-11-03 12:00"), 1) == local(zone, "2018-11-04 01:00:01")
        assert (
            hours.elapsed(local(zone, "2018-11-03 12:00"), local(zone, "2018-11-05 00:00")) == HOUR
        )

    def test_a_day_that_does_not_exist_in_samoa(self):
        zone = "Pacific/Apia"  # went from Thursday 29 to Saturday 31 December 2011
        hours = BusinessHours.of(zone=zone, week={4: ALL_DAY})
        assert hours.next_opening(local(zone, "2011-12-29 12:00")) == local(
            zone, "2012-01-06 00:00"
        )

    def test_an_offset_of_half_an_hour(self):
        hours = weekdays(NINE_TO_FIVE, zone="Asia/Kolkata")
        assert hours.next_opening(datetime(2025, 11, 3, 0, 0, tzinfo=UTC)) == (
            datetime(2025, 11, 3, 3, 30, tzinfo=UTC)
        )

    def test_local_mean_time_with_odd_seconds(self):
        start = datetime(1870, 1, 3, 0, 0, tzinfo=UTC)
        assert weekdays(NINE_TO_FIVE).next_opening(start) == start.replace(
            hour=8, minute=42, second=30
        )


class TestSpecialDays:
    def test_a_holiday_closes_its_local_date(self):
        hours = weekdays(NINE_TO_FIVE, holidays=[date(2025, 11, 11)])
        assert hours.due(brussels("2025-11-10 16:00"), 2 * HOUR) == brussels("2025-11-12 10:00")
        around = BusinessHours.of(
            week=dict.fromkeys(range(7), ALL_DAY), holidays=[date(2025, 11, 11)]
        )
        span = brussels("2025-11-10 23:00"), brussels("2025-11-12 01:00")
        assert around.elapsed(*span) == 2 * HOUR

    def test_an_exception_gives_a_date_its_own_blocks(self):
        hours = weekdays(
            NINE_TO_FIVE,
            exceptions={date(2025, 12, 24): [(8 * HOUR, 12 * HOUR)], date(2025, 12, 26): []},
        )
        assert hours.due(brussels("2025-12-24 08:00"), 5 * HOUR) == brussels("2025-12-25 10:00")
        assert hours.elapsed(brussels("2025-12-26 00:00"), brussels("2025-12-27 00:00")) == 0

    def test_an_exception_comes_before_a_holiday(self):
        day = date(2025, 12, 25)
        hours = weekdays(NINE_TO_FIVE, holidays=[day], exceptions={day: [(10 * HOUR, 11 * HOUR)]})
        assert hours.elapsed(brussels("2025-12-25 00:00"), brussels("2025-12-26 00:00")) == HOUR
        assert hours.blocks_on(day) == ((10 * HOUR, 11 * HOUR),)

    def test_an_exception_opens_a_sunday(self):
        hours = weekdays(NINE_TO_FIVE, exceptions={date(2025, 11, 9): [(10 * HOUR, 12 * HOUR)]})
        assert hours.next_opening(brussels("2025-11-07 17:00")) == brussels("2025-11-09 10:00")


class TestNeverDue:
    def test_a_closed_calendar(self):
        assert BusinessHours.of(week={}).due(brussels("2025-01-01 00:00"), 1) is None

    def test_a_holiday_each_week_in_the_only_weekday_that_opens(self):
        mondays = [date(2025, 1, 6) + timedelta(weeks=week) for week in range(300)]
        hours = BusinessHours.of(week={0: NINE_TO_FIVE}, holidays=mondays)
        assert hours.due(brussels("2025-01-01 00:00"), 1) is None
        assert hours.due(brussels("2028-01-01 00:00"), 1) == brussels("2030-10-07 09:00:01")

    def test_opening_only_after_four_years_cold_or_warm(self):
        hours = BusinessHours.of(week={}, exceptions={date(2030, 6, 3): NINE_TO_FIVE})
        start = brussels("2025-01-01 00:00")
        assert hours.due(start, 60) is None
        assert hours.due(brussels("2030-01-01 00:00"), 60) == brussels("2030-06-03 09:01")
        assert hours.due(start, 60) is None

    def test_opening_just_within_four_years(self):
        hours = BusinessHours.of(week={}, exceptions={date(2028, 12, 29): NINE_TO_FIVE})
        assert hours.due(brussels("2025-01-01 00:00"), 60) == brussels("2028-12-29 09:01")

    def test_more_than_the_last_open_day_holds(self):
        hours = BusinessHours.of(week={}, exceptions={date(2025, 6, 3): NINE_TO_FIVE})
        start = brussels("2025-01-01 00:00")
        assert hours.due(start, 8 * HOUR) == brussels("2025-06-03 17:00")
        assert hours.due(start, 8 * HOUR + 1) is None
        assert hours.next_opening(brussels("2025-06-03 17:00")) is None

    def test_beyond_the_year_9999_is_an_error(self, office):
        with pytest.raises(CalendarError, match="9999"):
            office.due(brussels("2025-01-01 00:00"), 10**12)
        with pytest.raises(CalendarError, match="years"):
            office.due(datetime.max.replace(tzinfo=UTC), 1)


class TestRefused:
    @pytest.mark.parametrize("block", [(10, 9), (9, 9), (-1, 5), (0, 24 * HOUR + 1)])
    def test_blocks_that_are_none(self, block):
        with pytest.raises(CalendarError, match="block"):
            BusinessHours.of(week={0: [block]})
        with pytest.raises(CalendarError, match="block"):
            BusinessHours.of(week={}, exceptions={date(2025, 1, 1): [block]})

    @pytest.mark.parametrize(
        "zone", ["Europe/Brussel", "", "Europe", "../etc/passwd", "right/Europe/Brussels", "a\0b"]
    )
    def test_zones_that_are_none(self, zone):
        with pytest.raises(CalendarError, match="time zone"):
            BusinessHours.of(zone=zone, week={})

    def test_naive_instants(self, office):
        naive = datetime(2025, 1, 1)
        for ask in (
            lambda: office.due(naive, 1),
            lambda: office.elapsed(naive, brussels("2025-01-01 00:00")),
            lambda: office.elapsed(brussels("2025-01-01 00:00"), naive),
            lambda: office.is_open(naive),
        ):
            with pytest.raises(CalendarError, match="no time zone"):
                ask()

    @pytest.mark.parametrize("seconds", [-1, 1.0, True, "1", None])
    def test_targets_that_are_none(self, office, seconds):
        with pytest.raises(CalendarError, match="whole number"):
            office.due(brussels("2025-01-01 00:00"), seconds)


class TestAsValue:
    def test_overlapping_and_touching_blocks_are_united(self):
        hours = BusinessHours.of(week={0: [(13, 20), (5, 10), (8, 13), (30, 40)]})
        assert hours.week[0] == ((5, 20), (30, 40))

    def test_equal_calendars_are_equal_and_hash_alike(self, office):
        other = weekdays([(12 * HOUR, 17 * HOUR), (9 * HOUR, 12 * HOUR)])
        office.due(brussels("2025-01-01 00:00"), 1)
        assert other == office
        assert hash(other) == hash(office)

    def test_open_spans_are_cut_to_the_question(self, office):
        spans = office.open_spans(brussels("2025-11-07 16:00"), brussels("2025-11-10 10:00"))
        assert list(spans) == [
            (brussels("2025-11-07 16:00"), brussels("2025-11-07 17:00")),
            (brussels("2025-11-10 09:00"), brussels("2025-11-10 10:00")),
        ]
        assert (
            list(office.open_spans(brussels("2025-11-10 10:00"), brussels("2025-11-07 16:00")))
            == []
        )


def built(oracle: Oracle) -> BusinessHours:
    def seconds(blocks):
        return [(opens * 60, closes * 60) for opens, closes in blocks]

    return BusinessHours.of(
        zone=oracle.zone,
        week={day: seconds(blocks) for day, blocks in oracle.week.items()},
        exceptions={day: seconds(blocks) for day, blocks in oracle.exceptions.items()},
        holidays=oracle.holidays,
    )


class TestLaws:
    """What holds for every calendar."""

    @settings(max_examples=10_000 if os.environ.get("DESK_TEST_LONG") else 40, deadline=None)
    @given(oracle=calendars(), start=moments(), target=st.integers(1, 20 * HOUR))
    def test_any_calendar_counts_and_finds_as_the_oracle(self, oracle, start, target):
        hours = built(oracle)
        end = start + timedelta(days=1, seconds=1234)
        assert hours.elapsed(start, end) == oracle.elapsed(start, end)
        due = hours.due(start, target)
        assert due is None or hours.elapsed(start, due) == target

    @examples(40)
    @given(oracle=calendars(), start=moments(), length=st.integers(0, 3 * 86_400))
    def test_elapsed_is_what_the_oracle_counts(self, oracle, start, length):
        end = start + timedelta(seconds=length)
        assert built(oracle).elapsed(start, end) == oracle.elapsed(start, end)

    @examples(40)
    @given(oracle=calendars(), start=moments(), target=st.integers(0, 30 * HOUR))
    def test_due_is_what_the_oracle_finds(self, oracle, start, target):
        patience = timedelta(days=4)
        due = built(oracle).due(start, target)
        found = oracle.due(start, target, patience)
        if found is None:
            assert due is None or due >= start + patience - timedelta(minutes=1)
        else:
            assert due == found

    @examples(50)
    @given(oracle=calendars(), start=moments(), target=st.integers(0, 10**8))
    def test_the_target_has_elapsed_when_it_is_due_and_not_before(self, oracle, start, target):
        hours = built(oracle)
        due = hours.due(start, target)
        if due is not None:
            assert due >= start.replace(microsecond=0)
            assert hours.elapsed(start, due) == target
            if target:
                assert hours.elapsed(start, due - timedelta(seconds=1)) == target - 1

    @examples(50)
    @given(oracle=calendars(), start=moments(), lengths=st.lists(st.integers(0, 10**7), max_size=6))
    def test_elapsed_adds_up_over_any_split(self, oracle, start, lengths):
        hours = built(oracle)
        cuts = [start]
        for length in lengths:
            cuts.append(cuts[-1] + timedelta(seconds=length))
        parts = sum(hours.elapsed(a, b) for a, b in itertools.pairwise(cuts))
        assert parts == hours.elapsed(cuts[0], cuts[-1])

    @examples(50)
    @given(
        oracle=calendars(),
        start=moments(),
        target=st.integers(0, 10**6),
        later=st.integers(0, 10**5),
        more=st.integers(0, 10**5),
    )
    def test_later_starts_and_larger_targets_are_never_due_sooner(
        self, oracle, start, target, later, more
    ):
        hours = built(oracle)
        due = hours.due(start, target)
        if due is not None and (shifted := hours.due(start + timedelta(seconds=later), target)):
            assert shifted >= due
        if due is not None and (longer := hours.due(start, target + more)):
            assert longer >= due

    @examples(40)
    @given(oracle=calendars(), start=moments(), length=st.integers(0, 10**7))
    def test_the_spans_hold_what_elapses(self, oracle, start, length):
        hours, end = built(oracle), start + timedelta(seconds=length)
        spans = list(hours.open_spans(start, end))
        assert sum((b - a).total_seconds() for a, b in spans) == hours.elapsed(start, end)
        assert all(a[1] < b[0] for a, b in itertools.pairwise(spans))

    @examples(40)
    @given(oracle=calendars(), start=moments(), length=st.integers(0, 10**9))
    def test_around_the_clock_is_the_complement_added(self, oracle, start, length):
        end = start + timedelta(seconds=length)
        every = BusinessHours.of(zone=oracle.zone, week=dict.fromkeys(range(7), ALL_DAY))
        assert every.elapsed(start, end) == length
        assert built(oracle).elapsed(start, end) <= length

    @examples(40)
    @given(oracle=calendars(), near=moments(), far=st.integers(-(10**10), 10**10))
    def test_what_was_asked_before_changes_no_answer(self, oracle, near, far):
        warm, cold = built(oracle), built(oracle)
        warm.elapsed(near + timedelta(seconds=min(far, 0)), near + timedelta(seconds=max(far, 0)))
        assert warm.due(near, HOUR) == cold.due(near, HOUR)
