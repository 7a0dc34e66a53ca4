"""Published months on their pages: frozen, different, restated, and marked on the dashboard."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.audit.models import AuditEntry
from sla.reports.freezing import freeze_months
from tests.sla.oracle import at, brussels
from tickets.actions.classifying import set_category
from tickets.actions.replying import Text, reply
from tickets.actions.transitions import reopen

pytestmark = pytest.mark.django_db
LIST = reverse("sla:month-list")
OCTOBER = reverse("sla:month-detail", args=["2025-10"])


@pytest.fixture
def browser(manager, as_user):
    manager.language = "en"
    manager.save()
    return as_user(manager)


@pytest.fixture
def solved(asked, agent, bug):
    ticket = asked("2025-10-06 09:00")
    with at("2025-10-06 10:00"):
        set_category(ticket, bug, by=agent)
        reply(ticket, Text("Klaar"), by=agent, then="solved")
    return ticket


@pytest.fixture
def frozen(solved):
    (month,) = freeze_months(now=brussels("2025-11-04 00:07"))
    return month


def test_before_its_day_a_month_says_when_it_will_be_frozen(browser, solved):
    with at("2025-11-03 10:00"):
        shown = browser.get(LIST).content.decode()
        assert browser.get(OCTOBER).status_code == 404
    assert "not frozen yet" in shown


def test_a_later_change_is_a_difference_until_somebody_signs_it(
    browser, frozen, solved, agent, manager
):
    with at("2025-11-05 10:00"):
        assert "as published" in browser.get(LIST).content.decode()
        shown = browser.get(OCTOBER).content.decode()
        assert "All figures still are" in shown
        assert "target 80.00% · versions behind it: 1 of policies, 1 of calendars" in shown
        reopen(solved, by=agent)
        assert "6 figures differ now" in browser.get(LIST).content.decode()
        shown = browser.get(OCTOBER).content.decode()
        assert "6 figures no longer are what was published" in shown
        assert f"#{solved.pk}" in shown
        refused = browser.post(OCTOBER, {"reason": ""})
        assert (refused.status_code, frozen.statements.filter(number=2).exists()) == (422, False)
        answer = browser.post(OCTOBER, {"reason": "Heropend na publicatie."})
        assert answer.status_code == 302
        shown = browser.get(OCTOBER).content.decode()
        assert "Heropend na publicatie." in shown
        assert manager.name in shown
        assert "6 figures restated" in browser.get(LIST).content.decode()
        again = browser.post(OCTOBER, {"reason": "Nog eens."})
        assert "still as they were published" in again.content.decode()
    assert AuditEntry.objects.get(action="month_restated").data == {"figures": 6}


def test_the_dashboard_marks_what_was_restated_with_a_way_to_the_old_figure(
    browser, frozen, solved, agent
):
    dashboard = reverse("sla:report-dashboard") + "?month=2025-10"
    with at("2025-11-05 10:00"):
        assert "restated" not in browser.get(dashboard).content.decode()
        reopen(solved, by=agent)
        assert "restated" not in browser.get(dashboard).content.decode()
        browser.post(OCTOBER, {"reason": "Heropend."})
        assert f'href="{OCTOBER}#resolution"' in browser.get(dashboard).content.decode()


@pytest.mark.parametrize("month", ["2025-09", "2025-13", "x", "9999-99"])
def test_a_month_that_is_not_published_is_not_there(browser, frozen, month):
    assert browser.get(reverse("sla:month-detail", args=[month])).status_code == 404


def test_pages_cost_the_same_for_one_and_for_three(browser, frozen, asked, solved, agent):
    def queries(url):
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    with at("2025-11-05 10:00"):
        reopen(solved, by=agent)
        browser.get(LIST)  # the first visit of a session writes that down
        one = [queries(LIST), queries(OCTOBER)]
        for _more in range(2):
            asked("2025-10-07 09:00")
        assert [queries(LIST), queries(OCTOBER)] == one
