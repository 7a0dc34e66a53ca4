"""The months of the demo are frozen as they should be, and one was honestly restated."""

import datetime as dt

import pytest
from django.urls import reverse

from servicedesk.accounts.models import User
from servicedesk.local.demo.filling import Wish
from sla.models import FrozenMonth, Statement
from sla.reports.freezing import differences, freeze_months
from tests.servicedesk.local.demo.conftest import filled, taken_back

pytestmark = pytest.mark.django_db
#: April was published on Tuesday the fifth: the first of May is a holiday.
NOW = dt.datetime(2026, 5, 12, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker, _files):
    with django_db_blocker.unblock(), taken_back():
        yield filled(Wish(months=6, tickets=2500, now=NOW))


def test_each_month_was_frozen_on_its_day(desk):
    frozen = dict(FrozenMonth.objects.values_list("first_day", "frozen_at"))
    days = {f"{day:%Y-%m}": f"{at.astimezone():%m-%d}" for day, at in frozen.items()}
    assert {month: days[month] for month in ("2025-12", "2026-03", "2026-04")} == {
        "2025-12": "01-05",
        "2026-03": "04-02",
        "2026-04": "05-05",
    }
    assert "2026-05" not in days
    assert freeze_months(now=NOW) == []


def test_one_ticket_got_another_category_after_its_month_and_somebody_signed_for_it(desk):
    restated = Statement.objects.filter(number__gt=1).select_related("by", "month")
    assert {str(one.month) for one in restated} == {"2026-02"}
    assert {one.figure for one in restated} == {"solved/bug", "solved/kennisvraag"}
    for one in restated:
        published = Statement.objects.get(month=one.month, figure=one.figure, number=1)
        assert abs(one.counted - published.counted) == 1
        assert one.by.role == User.Role.MANAGER
        assert published.at < one.at < NOW


def test_nothing_is_different_that_was_not_signed(desk):
    assert [month for month in FrozenMonth.objects.all() if differences(month)] == []


def test_the_report_shows_the_mark(desk, as_user):
    manager = User.objects.filter(role=User.Role.MANAGER).earliest("pk")
    shown = as_user(manager).get(reverse("sla:report-dashboard") + "?month=2026-04")
    assert f"{reverse('sla:month-detail', args=['2026-02'])}#solvedbug" in shown.content.decode()
