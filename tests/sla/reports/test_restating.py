"""What a manager sets right about an outage is set right in months that are published already."""

import datetime as dt
from decimal import Decimal

import pytest

from sla.availability.actions import (
    Correction,
    NewOutage,
    Work,
    announce_maintenance,
    correct_outage,
    open_outage,
    withdraw_outage,
)
from sla.availability.models import Outage
from sla.availability.table import published_lines
from sla.reports.freezing import differences, freeze_months
from sla.reports.months import Month
from tests.sla.availability.test_measuring import target
from tests.sla.oracle import at, brussels

pytestmark = pytest.mark.django_db
OCTOBER = Month(2025, 10)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def outage(asked, websites, agent) -> Outage:
    """One hour in October, which is published on the fourth of November."""
    target(websites, percent="99.00")
    asked("2025-10-06 09:00")
    start = brussels("2025-10-08 10:00")
    with at("2025-10-08 12:00"):
        new = NewOutage(websites, title="Plat", started_at=start, ended_at=start + HOUR)
        made = open_outage(new, by=agent)
    freeze_months(now=brussels("2025-11-04 00:07"))
    return made


def corrected(outage: Outage, hours: float, **more) -> Correction:
    end = outage.started_at + hours * HOUR
    given = {"title": outage.title, "started_at": outage.started_at, "ended_at": end,
             "severity": None, "is_planned": False, "cause": "", **more}  # fmt: skip
    return Correction(**given)


def published():
    (line,) = published_lines([OCTOBER])
    return line.latest.published


def test_a_correction_restates_the_published_month_with_its_reason(outage, manager):
    assert published().percent == Decimal("99.87")
    with at("2025-11-05 10:00"):
        correct_outage(outage, corrected(outage, 7.45), by=manager, reason="Het duurde langer.")
        said = published()
    assert (said.percent, said.number, said.by, said.reason) == (
        Decimal("99.00"), 2, manager, "Het duurde langer.",
    )  # fmt: skip
    assert list(differences(said.month)) == []


def test_moved_to_another_month_it_leaves_the_published_one(outage, manager):
    november = brussels("2025-11-03 10:00")
    right = corrected(outage, 1, started_at=november, ended_at=november + HOUR)
    with at("2025-11-05 10:00"):
        correct_outage(outage, right, by=manager, reason="Verkeerde maand.")
        assert published().percent == Decimal("100.00")


def test_a_withdrawal_and_maintenance_afterwards_too(outage, manager, websites):
    with at("2025-11-05 10:00"):
        withdraw_outage(outage, by=manager, reason="Het was een test.")
        assert (published().percent, published().reason) == (
            Decimal("100.00"), "Het was een test.",
        )  # fmt: skip
        start = brussels("2025-10-20 10:00")
        work = Work("Onderhoud", [websites], start, start + HOUR)
        announce_maintenance(work, by=manager, reason="Was afgesproken.")
        assert published().reason == "Was afgesproken."
        assert published().counted == 744 * 3600


def test_a_correction_that_changes_no_figure_restates_nothing(outage, manager):
    with at("2025-11-05 10:00"):
        right = corrected(outage, 1, title="Websites plat", cause="Een volle schijf.")
        correct_outage(outage, right, by=manager, reason="De oorzaak.")
    assert published().number == 1
