"""A published figure stays what it was, until somebody signs another one."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from sla.availability.table import published_lines
from sla.business_hours import BusinessHours
from sla.calendar_format import parse_calendar
from sla.exceptions import PromiseError
from sla.models import Clock, FrozenMonth, Statement
from sla.reports.dashboard import Dashboard
from sla.reports.figures import Figure, Scope
from sla.reports.freezing import differences, freeze_months, frozen_from, restate
from sla.reports.ledger import month_lines, months_overview
from sla.reports.months import Month
from tests.sla.availability.test_measuring import down, target
from tests.sla.oracle import at, brussels
from tickets.actions.classifying import set_category
from tickets.actions.rating import rate
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import reopen
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2025, 10), Month(2025, 11)
WEEKDAYS = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def october(asked, agent, bug):
    """One ticket answered and solved in time, one too late."""
    quick, slow = asked("2025-10-06 09:00"), asked("2025-10-06 09:00")
    for ticket, moment in ((quick, "2025-10-06 10:00"), (slow, "2025-10-08 12:00")):
        with at(moment):
            set_category(ticket, bug, by=agent)
            reply(ticket, Text("Klaar"), by=agent, then="solved")
    return quick, slow


@pytest.fixture
def frozen(october):
    (month,) = freeze_months(now=brussels("2025-11-04 00:07"))
    return month


def october_row(manager, name="response"):
    dashboard = Dashboard(Scope(OCTOBER), manager)
    rows = {"response": 0, "resolution": 1}
    return dashboard.promises[rows[name]].latest


@pytest.mark.parametrize(
    ("month", "holidays", "day"),
    [
        (Month(2025, 10), [], "2025-11-04"),  # the first is a Saturday
        (Month(2025, 9), [], "2025-10-02"),
        (Month(2025, 12), ["2026-01-01"], "2026-01-05"),  # Friday the second, then Monday
        (Month(2025, 10), ["2025-11-03", "2025-11-04"], "2025-11-06"),
    ],
)
def test_the_second_business_day_after_a_month(month, holidays, day):
    hours = parse_calendar({"hours": WEEKDAYS, "holidays": holidays})
    assert frozen_from(month, hours) == brussels(f"{day} 00:00")


def test_a_desk_that_never_opens_publishes_too():
    hours = BusinessHours.of(week={})
    assert frozen_from(OCTOBER, hours) > OCTOBER.end


def test_a_month_is_frozen_on_its_day_and_once(october):
    assert freeze_months(now=brussels("2025-11-03 23:59")) == []
    assert [str(m) for m in freeze_months(now=brussels("2025-11-04 00:00"))] == ["2025-10"]
    assert freeze_months(now=brussels("2025-11-04 00:00")) == []
    month = FrozenMonth.objects.get()
    said = {s.figure: (s.counted, s.kept, s.tickets, s.late) for s in month.statements.all()}
    quick, slow = (ticket.pk for ticket in october)
    assert said == {
        "new": (2, None, [quick, slow], []),
        "solved": (2, None, [quick, slow], []),
        "solved/bug": (2, None, [quick, slow], []),
        "backlog": (0, None, [], []),
        "response": (2, 1, [quick], [slow]),
        "resolution": (2, 1, [quick], [slow]),
        "response-times": (2, None, [quick, slow], []),
        "response-times/2": (1, None, [quick], []),
        "response-times/5": (1, None, [slow], []),
        "resolution-times": (2, None, [quick, slow], []),
        "resolution-times/1": (1, None, [quick], []),
        "resolution-times/5": (1, None, [slow], []),
    }
    assert month.statements.get(figure="response-times").median == 3600
    assert month.rests_on["target"] == "80.00"
    assert len(month.rests_on["policy_versions"]) == len(month.rests_on["calendar_versions"]) == 1


def test_a_desk_without_tickets_publishes_nothing(db):
    assert freeze_months(now=brussels("2025-11-04 00:00")) == []


def test_months_that_were_missed_are_frozen_later_the_oldest_first(october):
    months = freeze_months(now=brussels("2026-01-20 10:00"))
    assert [str(month) for month in months] == ["2025-10", "2025-11", "2025-12"]


def test_what_happens_later_does_not_change_what_was_published(frozen, october, manager, agent):
    quick, _slow = october
    with at("2025-11-05 10:00"):
        reopen(quick, by=agent)
    cell = october_row(manager, "resolution")
    assert (cell.count, str(cell.percent), cell.restated) == (2, "50.00", False)
    assert {d.figure: (d.went, d.came) for d in differences(frozen)} == {
        "backlog": ([], [quick.pk]),
        "resolution": ([quick.pk], []),
        "solved": ([quick.pk], []),
        "solved/bug": ([quick.pk], []),
        "resolution-times": ([quick.pk], []),
        "resolution-times/1": ([quick.pk], []),
    }
    for name in ("solved", "resolution", "resolution-kept"):
        figure = Figure(name, Scope(OCTOBER))
        assert quick in figure.tickets(manager)
        assert quick not in figure.found(Ticket.objects.all())


def test_a_restatement_is_signed_and_shown(frozen, october, manager, agent):
    quick, _slow = october
    with at("2025-11-05 10:00"):
        reopen(quick, by=agent)
    with pytest.raises(PromiseError, match="Say why"):
        restate(frozen, by=manager, reason=" ")
    assert restate(frozen, by=manager, reason="Heropend op 5 november.") == 6
    cell = october_row(manager, "resolution")
    assert (cell.count, str(cell.percent), cell.restated) == (1, "0.00", True)
    assert not october_row(manager, "response").restated
    assert differences(frozen) == []
    with pytest.raises(PromiseError, match="still as they were"):
        restate(frozen, by=manager, reason="Nog eens.")
    told = Statement.objects.filter(figure="resolution").values_list(
        "number", "counted", "kept", "by", "reason"
    )
    assert list(told) == [
        (1, 2, 1, None, ""),
        (2, 1, 0, manager.pk, "Heropend op 5 november."),
    ]


def test_a_ticket_that_turns_is_named(frozen, october):
    _quick, slow = october
    Clock.objects.filter(ticket=slow, metric="first_response").update(breached_at=None)
    (difference,) = differences(frozen)
    assert (difference.figure, difference.turned) == ("response", [slow.pk])
    assert difference.came == difference.went == []


def test_the_database_keeps_what_was_published(frozen):
    statement = frozen.statements.first()
    for act in (lambda: statement.delete(), lambda: statement.save()):
        with pytest.raises(DatabaseError, match="restate it"), transaction.atomic():
            act()


def test_a_report_of_one_service_was_never_published(frozen, october, manager, agent, websites):
    quick, _slow = october
    with at("2025-11-05 10:00"):
        reopen(quick, by=agent)
    Ticket.objects.update(service=websites)
    row = Dashboard(Scope(OCTOBER, websites), manager).promises[1].latest
    assert row.count == 1


def test_every_published_figure_equals_the_list_behind_it(frozen, october, manager, agent):
    with at("2025-11-05 10:00"):
        reopen(october[0], by=agent)
    restate(frozen, by=manager, reason="Heropend.")
    dashboard = Dashboard(Scope(OCTOBER), manager)
    rows = [*dashboard.volumes, *dashboard.promises, *dashboard.categories]
    cells = [cell for row in rows for cell in row.cells]
    for cell in [*cells, *dashboard.times.response, *dashboard.times.resolution]:
        assert cell.figure.tickets(manager).count() == cell.count, cell.figure.url


def test_queries_do_not_grow_with_tickets(october, asked, manager):
    def queries(act):
        with CaptureQueriesContext(connection) as captured, transaction.atomic():
            act()
            transaction.set_rollback(True)
        return len(captured)

    def freeze():
        freeze_months(now=brussels("2025-11-04 00:00"))

    one = queries(freeze)
    for _ in range(3):
        asked("2025-10-07 09:00")
    assert queries(freeze) == one


def test_an_opinion_that_changes_later_is_a_difference_until_it_is_signed(
    asked, agent, bug, requester, manager
):
    ticket = asked("2025-10-27 09:00")
    with at("2025-10-28 10:00"):
        set_category(ticket, bug, by=agent)
        reply(ticket, Text("Klaar"), by=agent, then="solved")
    with at("2025-10-29 10:00"):
        rate(ticket, "negative", by=requester)
    (month,) = freeze_months(now=brussels("2025-11-04 00:07"))
    with at("2025-11-05 10:00"):
        assert [state.differing for state in months_overview(manager)[:2]] == [0, 0]
        rate(ticket, "positive", by=requester)
        published = Dashboard(Scope(OCTOBER), manager)
        assert published.satisfaction.latest.percent == Decimal("0.00")
        assert months_overview(manager)[1].differing == 1
        (line,) = [line for line in month_lines(month) if line.difference]
        assert (line.key, line.current.counted, line.difference.went) == (
            "satisfaction", 1, [ticket.pk],
        )  # fmt: skip
        restate(month, by=manager, reason="De melder gaf een ander oordeel.")
        assert months_overview(manager)[1].differing == 0
        restated = Dashboard(Scope(OCTOBER), manager).satisfaction.latest
        assert (restated.count, restated.percent, restated.restated) == (0, None, True)


def test_how_long_it_took_is_published_too(frozen, october, manager, agent, as_user):
    """The medians and the classes of both charts, as everything else of the month."""

    def shown():
        times = Dashboard(Scope(OCTOBER), manager).times
        slices = [part for part in times.resolution if part.count]
        for part in slices:
            assert part.figure.tickets(manager).count() == part.count
        return [part.figure.bucket for part in slices], times.median_resolution.seconds

    quick, slow = october
    assert shown() == ([1, 5], 3600)
    with at("2025-11-05 10:00"):
        reopen(quick, by=agent)
        assert shown() == ([1, 5], 3600)
        assert months_overview(manager)[1].differing == 6
        restate(frozen, by=manager, reason="Heropend.")
        assert months_overview(manager)[1].differing == 0
        slowest = Clock.objects.get(ticket=slow, metric="resolution").used_seconds
        assert shown() == ([5], slowest)
        middle = Dashboard(Scope(OCTOBER), manager).times.median_resolution
        assert (middle.restated, middle.figure.tickets(manager).get()) == (True, slow)
        page = as_user(manager).get(f"{reverse('sla:report-dashboard')}?month=2025-10")
        assert f"{reverse('sla:month-detail', args=['2025-10'])}#resolution-times" in (
            page.content.decode()
        )


def test_a_clock_that_took_another_time_is_a_difference(frozen, october):
    """The class is the same, the middle is not."""
    quick, _slow = october
    Clock.objects.filter(ticket=quick, metric="first_response").update(used_seconds=3700)
    (difference,) = differences(frozen)
    assert (difference.figure, difference.published.median, difference.now.median) == (
        "response-times", 3600, 3700,
    )  # fmt: skip


def test_availability_is_published_too(october, websites, manager):
    """An outage that is found out later changes nothing until somebody signs."""
    wanted = target(websites, percent="99.00")
    row = wanted.key
    (month,) = freeze_months(now=brussels("2025-11-04 00:07"))
    published = month.statements.get(figure=row)
    hours = 745
    assert (published.value, published.counted, published.kept) == (
        Decimal("100.00"), hours * 3600, hours * 3600,
    )  # fmt: skip
    down(websites, "2025-10-06 10:00", "2025-10-06 17:27")
    with at("2025-11-05 10:00"):
        (line,) = published_lines([OCTOBER])
        assert (line.latest.percent, line.latest.differs, line.latest.is_restated) == (
            Decimal("100.00"), True, False,
        )  # fmt: skip
        assert [one.figure for one in differences(month)] == [row]
        restate(month, by=manager, reason="De uitval van 6 oktober ontbrak.")
        (line,) = published_lines([OCTOBER])
    assert (line.latest.percent, line.latest.differs, line.latest.is_restated) == (
        Decimal("99.00"), False, True,
    )  # fmt: skip
