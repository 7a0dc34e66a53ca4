"""The published availability of thirteen months comes out of outages and hours, to two decimals."""

import datetime as dt
import time
from decimal import Decimal
from random import Random

import pytest
import time_machine
from django.urls import reverse

from servicedesk.local.demo.catalogue import make_catalogue
from servicedesk.local.demo.outages import make_outages
from servicedesk.local.demo.people import make_people
from servicedesk.outbox.models import OutgoingEmail
from sla.availability.models import MaintenanceWindow, Outage
from sla.availability.table import lines
from sla.availability.telling import tell_waiting
from sla.reports.months import Month
from tests.servicedesk.local.demo.conftest import TUESDAY

pytestmark = pytest.mark.django_db
#: October 2025 first, as published.
PUBLISHED = [
    "99.76 100.00 99.88 100.00 100.00 100.00 100.00 96.89 99.52 99.34 100.00 100.00 100.00",
    "99.98 100.00 100.00 100.00 100.00 99.98 100.00 99.61 99.98 99.98 99.96 100.00 100.00",
    "99.99 99.94 99.80 99.99 99.99 99.99 99.90 99.97 100.00 99.96 100.00 99.89 99.96",
]
OCTOBER = Month(2025, 10)


@pytest.fixture
def told():
    make_people(Random("people"), since=TUESDAY - dt.timedelta(days=400))
    make_catalogue()
    began = time.monotonic()
    make_outages("1", now=TUESDAY)
    print(f"\n{Outage.objects.count()} outages in {time.monotonic() - began:.2f} s")


def test_the_three_published_lines(told):
    with time_machine.travel(TUESDAY, tick=False):
        found = lines(OCTOBER.series(13))
    assert [line.target.percent for line in found] == [
        Decimal("99.60"), Decimal("99.00"), Decimal("99.00"),
    ]  # fmt: skip
    assert [" ".join(str(cell.percent) for cell in line.cells) for line in found] == PUBLISHED
    missed = [[str(cell.month) for cell in line.cells if cell.is_missed] for line in found]
    assert missed == [["2025-03", "2025-02", "2025-01"], [], []]


def test_it_is_computed_from_the_outages(told):
    Outage.objects.filter(title="Wise niet beschikbaar").update(withdrawn_at=TUESDAY)
    with time_machine.travel(TUESDAY, tick=False):
        wise = lines(OCTOBER.series(1))[0]
    assert wise.latest.percent == Decimal("100.00")


def test_nothing_lies_in_the_future_and_nobody_is_mailed(told):
    assert not Outage.objects.filter(started_at__gt=TUESDAY).exists()
    assert not Outage.objects.filter(ended_at__gt=TUESDAY).exists()
    assert MaintenanceWindow.objects.filter(starts_at__gt=TUESDAY).exists()
    assert tell_waiting() == 0
    assert OutgoingEmail.objects.count() == 0
    open_now = Outage.objects.open().get()
    assert (open_now.service.slug, open_now.severity) == ("websites", "degraded")


def test_again_changes_nothing(told):
    before = Outage.objects.count()
    make_outages("1", now=TUESDAY)
    assert Outage.objects.count() == before


def test_from_a_percentage_to_its_minutes(told, as_user, manager):
    browser = as_user(manager)
    with time_machine.travel(TUESDAY, tick=False):
        page = browser.get(reverse("sla:report-dashboard"), {"month": "2025-10"}).text
        wise = lines(OCTOBER.series(1))[0]
        detail = browser.get(wise.latest.url).text
        table = b"".join(browser.get(f"{wise.latest.url}&format=csv")).decode("utf-8-sig")
        report = b"".join(browser.get(reverse("sla:report-csv"), {"month": "2025-10"})).decode()
    assert wise.latest.url.replace("&", "&amp;") in page
    assert "Wise niet beschikbaar" in detail
    assert "57,88" in detail  # the minutes of 3473 seconds
    assert "99,76" in detail
    assert ";3473;" in table
    assert (
        'Beschikbaarheid van het bibliotheeksysteem in de openingsuren (%)";99.60;99.76' in report
    )
