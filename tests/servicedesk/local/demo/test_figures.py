"""The published months, to the last ticket and the second decimal."""

import datetime as dt
import time
from collections import Counter

import pytest
from django.db.models import Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from servicedesk.local.demo import figures
from servicedesk.local.demo.figures import month_of
from servicedesk.local.demo.filling import Wish
from servicedesk.local.demo.months import plan
from sla.models import Clock
from tests.faults.rounds import rounds
from tests.servicedesk.local.demo.conftest import TUESDAY, filled, taken_back
from tickets.models import Rating, Ticket, TicketEvent

pytestmark = pytest.mark.django_db
PUBLISHED = sorted(figures.SOLVED)
#: The whole months of the desk and the running one; in a long run all that the report shows.
MONTHS = rounds(6, 14)
SHARED = sorted(figures.ANSWERED_IN_TIME)[1 - MONTHS :]


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker, _files):
    """June to November 2025, in full; in a long run from October 2024 on."""
    with django_db_blocker.unblock(), taken_back():
        began = time.monotonic()
        desk = filled(Wish(months=MONTHS, now=TUESDAY))
        print(f"\n{Ticket.objects.count()} tickets in {time.monotonic() - began:.1f} s")
        yield desk


def start(month: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(figures.first_day(month), dt.time.min))


@pytest.mark.parametrize("month", PUBLISHED)
def test_solved_tickets_by_category(desk, month):
    solved = Ticket.objects.solved_between(start(month), start(month + 1))
    found = Counter(slug or "" for slug in solved.values_list("category__slug", flat=True))
    assert found == +Counter(figures.SOLVED[month])


@pytest.mark.parametrize("month", SHARED)
@pytest.mark.parametrize(
    ("metric", "totals", "shares"),
    [
        ("first_response", figures.ANSWERS, figures.ANSWERED_IN_TIME),
        ("resolution", figures.RESOLUTIONS, figures.SOLVED_IN_TIME),
    ],
)
def test_percentages_come_out_of_the_clocks(desk, month, metric, totals, shares):
    counted = Clock.objects.counted_between(metric, start(month), start(month + 1))
    assert counted.count() == totals.get(month, counted.count())
    assert figures.share(counted.kept().count(), counted.count()) == shares[month]


@pytest.mark.parametrize("month", SHARED)
def test_the_opinions_are_as_published(desk, month):
    given = Rating.objects.filter(answered_at__gte=start(month), answered_at__lt=start(month + 1))
    count = given.count()
    assert (
        figures.share(given.filter(verdict="positive").count(), count) == figures.SATISFIED[month]
    )
    solved = Ticket.objects.solved_between(start(month), start(month + 1)).count()
    assert 0.15 < count / solved < 0.35


def test_opinions_are_told_in_the_log_and_followed_up(desk):
    told = dict(TicketEvent.objects.filter(kind="rated").values_list("ticket", "data__verdict"))
    assert told == dict(Rating.objects.values_list("ticket", "verdict"))
    done = TicketEvent.objects.filter(kind="rating_followed_up").values("ticket")
    negative = Rating.objects.filter(verdict="negative")
    assert negative.filter(ticket__in=done).count() == negative.filter(follow_up_open=False).count()
    assert not Rating.objects.filter(follow_up_open=True, verdict="positive").exists()


def test_all_thirteen_months_can_show_their_share():
    plans = {month.number: month for month in plan(TUESDAY.date(), seed="7")}
    assert {
        number: figures.share(plans[number].satisfied, plans[number].opinions)
        for number in figures.SATISFIED
    } == figures.SATISFIED


def test_every_month_shows_what_its_plan_says(desk):
    """Also those that are not published."""
    months = plan(TUESDAY.date(), seed="1", months=MONTHS)
    solved = Ticket.objects.filter(solved_at__isnull=False)
    by_month = Counter(
        month_of(at.date())
        for at in solved.annotate(month=TruncMonth("solved_at")).values_list("month", flat=True)
    )
    for month in months[:-1]:
        assert by_month[month.number] == sum(month.solved.values())


def test_nobody_solved_without_a_category_but_the_requester_or_a_rule(desk):
    without = Ticket.objects.filter(solved_at__isnull=False, category=None)
    by_others = without.exclude(
        Q(events__kind="status_changed", events__data__to="solved")
        & Q(events__data__cause__in=["requester", "rule"])
    )
    assert without.count() >= sum(figures.SOLVED[month][""] for month in PUBLISHED)
    assert not by_others.exists()


@pytest.mark.parametrize("seed", ["1", "2", "zeven"])
@pytest.mark.parametrize("today", [dt.date(2024, 10, 3), dt.date(2025, 6, 1), dt.date(2029, 2, 28)])
def test_all_thirteen_months_of_the_report_can_be_planned(seed, today):
    months = {month.number: month for month in plan(today, seed=seed)}
    for number, month in months.items():
        answered = figures.share(month.answers_in_time, month.answers)
        solved = figures.share(month.resolutions_in_time, month.resolutions)
        assert answered == figures.ANSWERED_IN_TIME.get(number, answered)
        assert solved == figures.SOLVED_IN_TIME.get(number, solved)
        assert month.solved == figures.SOLVED.get(number, month.solved)
        assert min(month.at_once, month.late, month.waiting, month.late_at_once) >= 0


@pytest.mark.parametrize(("tickets", "months"), [(500, None), (3000, 2), (1_000_000, None)])
def test_other_sizes_keep_the_shares(tickets, months):
    planned = plan(dt.date(2026, 3, 31), seed="1", months=months, tickets=tickets)
    assert sum(month.created for month in planned) == pytest.approx(tickets, rel=0.01)
    for month in planned:
        total = sum(month.solved.values())
        if total > 10_000 and month.number in figures.SOLVED:
            published = figures.SOLVED[month.number]
            for name, count in month.solved.items():
                assert count / total == pytest.approx(
                    published[name] / sum(published.values()), abs=1e-4
                )
