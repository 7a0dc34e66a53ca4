"""Figures of a month: right to the ticket, and each traceable to exactly its tickets."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.lib.csv_export import harmless
from servicedesk.lib.percentages import share
from sla.reports.dashboard import Dashboard
from sla.reports.figures import FIGURES, Figure, Scope
from sla.reports.months import Month
from tickets.actions.classifying import set_category
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.rating import rate
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import confirm, reopen

OCTOBER = Month(2025, 10)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(837, 1927, "43.44"), (324, 1927, "16.81"), (193, 1927, "10.02"), (0, 1927, "0.00"),
     (1, 8, "12.50"), (1, 3, "33.33"), (2, 3, "66.67"), (1, 200, "0.50"), (1, 800, "0.13"),
     (5, 5, "100.00")],
)  # fmt: skip
def test_shares_are_rounded_half_up(part, whole, percent):
    assert share(part, whole) == Decimal(percent)


def test_a_share_of_nothing_is_none():
    assert share(0, 0) is None


@given(st.integers(1, 10**7), st.data())
def test_shares_equal_exact_decimal_arithmetic(whole, data):
    part = data.draw(st.integers(0, whole))
    exact = Decimal(part) * 100 / Decimal(whole)
    assert abs(share(part, whole) - exact) <= Decimal("0.005") + Decimal("1e-20")


def test_a_month_begins_at_local_midnight():
    assert OCTOBER.start.isoformat() == "2025-10-01T00:00:00+02:00"
    assert OCTOBER.end.isoformat() == "2025-11-01T00:00:00+01:00"
    assert [str(m) for m in Month(2025, 1).series(3)] == ["2025-01", "2024-12", "2024-11"]
    assert Month.parse("2025-13") is None
    assert Month.parse("٢٠٢٥-10") is None


@pytest.mark.parametrize("cell", ["=1+1", "+32", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell):
    assert harmless(cell) == "'" + cell
    assert harmless("gewoon = dit") == "gewoon = dit"
    assert harmless(-5) == -5


@pytest.fixture
def october(time_machine, requester, agent, bug, websites):
    """Three tickets: one answered and solved in time, one late, one solved by the requester."""

    def make(subject: str, moment: str) -> object:
        time_machine.move_to(moment, tick=False)
        return open_ticket(
            NewTicket(requester=requester, subject=subject, body="x", service=websites),
            by=requester,
        )

    quick = make("snel", "2025-10-06T09:00:00+02:00")
    slow = make("traag", "2025-10-06T09:00:00+02:00")
    own = make("=zelf opgelost", "2025-10-07T09:00:00+02:00")
    time_machine.move_to("2025-10-06T10:00:00+02:00", tick=False)
    set_category(quick, bug, by=agent)
    reply(quick, Text(body="Klaar"), by=agent, then="solved")
    time_machine.move_to("2025-10-07T12:00:00+02:00", tick=False)
    confirm(own, by=requester)
    time_machine.move_to("2025-10-08T12:00:00+02:00", tick=False)
    set_category(slow, bug, by=agent)
    reply(slow, Text(body="Klaar"), by=agent, then="solved")
    time_machine.move_to("2025-11-03T10:00:00+01:00", tick=False)
    make("open", "2025-11-03T10:00:00+01:00")
    return quick, slow, own


def figures_of(dashboard: Dashboard) -> dict[str, int]:
    rows = [*dashboard.volumes, *dashboard.promises, dashboard.satisfaction]
    cells = [cell for row in rows for cell in row.cells]
    cells += [cell for row in dashboard.categories for cell in row.cells]
    slices = dashboard.times.response + dashboard.times.resolution
    return {cell.figure.url: cell.count for cell in [*cells, *slices]}


def test_the_figures_of_a_month(october, manager):
    dashboard = Dashboard(Scope(OCTOBER), manager)
    assert [row.latest.count for row in dashboard.volumes] == [3, 3, 0]
    response, resolution = dashboard.promises
    assert (response.latest.count, response.latest.percent) == (3, Decimal("66.67"))
    assert (resolution.latest.count, resolution.latest.percent) == (3, Decimal("66.67"))
    assert response.latest.missed
    shares = {row.name: row.latest.percent for row in dashboard.categories if row.latest.count}
    assert shares == {"Bug": Decimal("66.67"), "": Decimal("33.33")}
    november = Dashboard(Scope(Month(2025, 11)), manager)
    assert [row.latest.count for row in november.volumes] == [1, 0, 1]


def test_satisfaction_by_the_month_of_the_last_opinion(october, manager, requester, agent):
    quick, slow, own = october
    for ticket, verdict in ((quick, "positive"), (slow, "negative"), (own, "negative")):
        rate(ticket, verdict, by=requester, comment="=Omdat")
    october_rows = Dashboard(Scope(OCTOBER), manager)
    assert (october_rows.satisfaction.latest.count, october_rows.opinions.latest.percent) == (
        0, Decimal("0.00"),
    )  # fmt: skip
    assert october_rows.satisfaction.latest.percent is None
    november = Dashboard(Scope(Month(2025, 11)), manager)
    latest = november.satisfaction.latest
    assert (latest.count, latest.percent, latest.missed) == (3, Decimal("33.33"), True)
    for name, count in (("satisfaction", 3), ("satisfaction-kept", 1), ("satisfaction-late", 2)):
        assert Figure(name, Scope(Month(2025, 11))).tickets(manager).count() == count


def test_the_list_behind_satisfaction_shows_what_was_said(october, manager, requester, as_user):
    rate(october[0], "negative", by=requester, comment="=Omdat het traag ging")
    url = Figure("satisfaction", Scope(Month(2025, 11))).url
    browser = as_user(manager)
    page = browser.get(url).content.decode()
    assert "niet tevreden" in page
    assert "=Omdat het traag ging" in page
    table = b"".join(browser.get(f"{url}&format=csv").streaming_content).decode("utf-8-sig")
    (row,) = list(csv.reader(io.StringIO(table), delimiter=";"))[1:]
    assert row[8:10] == ["niet tevreden", "'=Omdat het traag ging"]


def test_a_reopened_ticket_no_longer_counts_as_solved(october, manager, agent):
    quick, _slow, _own = october
    reopen(quick, by=agent)
    volumes = Dashboard(Scope(OCTOBER), manager).volumes
    assert [row.latest.count for row in volumes] == [3, 2, 1]


def test_every_figure_equals_the_list_behind_it(october, manager, agent, websites):
    for scope in (Scope(OCTOBER), Scope(OCTOBER, websites), Scope(Month(2025, 11))):
        for url, count in figures_of(Dashboard(scope, manager)).items():
            query = QueryDict(url.partition("?")[2])
            month = Month.parse(query["month"])
            figure = Figure.parse(query, scope.at(month))
            assert figure.tickets(manager).count() == count, url
            assert figure.url == url


def test_the_pages_are_for_managers(october, agent, requester, manager, administrator, as_user):
    urls = [
        reverse("sla:report-dashboard"),
        reverse("sla:report-csv"),
        reverse("sla:report-tickets") + "?figure=new",
    ]
    for url in urls:
        assert as_user(requester).get(url).status_code == 404
        assert as_user(agent).get(url).status_code == 404
        assert as_user(manager).get(url).status_code == 200
        assert as_user(administrator).get(url).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["month=x", "month=2025-99", "service=nee", "figure=x", "figure=new&month=9999-99",
     "figure=response-times&bucket=99", "figure=solved&category=%00", "figure=new&after=%00",
     "figure=response-times&bucket=²", "figure=new&after=W10", "month=2999-12",
     "figure=response-times&bucket=" + "9" * 5_000],
)  # fmt: skip
def test_addresses_that_make_no_sense_are_no_errors(october, manager, as_user, query):
    for name in ("report-dashboard", "report-tickets", "report-csv"):
        assert as_user(manager).get(reverse(f"sla:{name}") + "?" + query).status_code in {
            200,
            400,
            404,
        }


def test_the_list_shows_the_number_and_its_tickets(october, manager, as_user):
    url = Figure("response-late", Scope(OCTOBER)).url
    page = as_user(manager).get(url).content.decode()
    assert ": 1</h1>" in page
    assert "traag" in page
    assert "snel" not in page


def test_csv_of_figures_and_of_tickets(october, manager, as_user):
    browser = as_user(manager)
    text = browser.get(reverse("sla:report-csv") + "?month=2025-10").getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[1][2] == "3"
    listed = browser.get(Figure("solved", Scope(OCTOBER)).url + "&format=csv").getvalue()
    subjects = [
        row[1] for row in csv.reader(io.StringIO(listed.decode("utf-8-sig")), delimiter=";")
    ]
    assert "'=zelf opgelost" in subjects
    assert len(subjects) == 4


def test_figures_cost_the_same_for_one_and_more(october, manager, as_user, requester):
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_user(manager).get(url).status_code == 200
        return len(captured)

    urls = [
        reverse("sla:report-dashboard") + "?month=2025-10",
        Figure("new", Scope(Month(2025, 11))).url,
    ]
    before = [queries(url) for url in urls]
    for n in range(3):
        open_ticket(NewTicket(requester=requester, subject=f"v{n}", body="x"), by=requester)
    assert [queries(url) for url in urls] == before


def test_every_kind_of_figure_has_a_list(october, manager):
    for name in FIGURES:
        assert Figure(name, Scope(OCTOBER)).tickets(manager).count() >= 0


def test_without_data_there_is_a_dash(manager, as_user):
    page = as_user(manager).get(reverse("sla:report-dashboard")).content.decode()
    assert "–" in page
