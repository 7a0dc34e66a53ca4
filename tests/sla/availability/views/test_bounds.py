"""Years that no desk can mean: refused at every door, and brought back where they came in."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from sla.availability.models import AvailabilityTarget, MaintenanceWindow, Outage
from sla.availability.status import serving

pytestmark = pytest.mark.django_db
MOMENT = "Kies een moment tussen 2000 en 2100."
DAY = "Kies een dag tussen 2000 en 2100."
BROUGHT_BACK = import_module("sla.availability.migrations.0005_bounds").BROUGHT_BACK


@pytest.fixture
def target(websites) -> AvailabilityTarget:
    made = AvailabilityTarget.objects.create(
        name="Websites", percent="99.00", measured_from=dt.date(2024, 1, 1), on_status_page=True
    )
    made.services.add(websites)
    return made


@pytest.fixture
def announce(as_user, manager, websites):
    """Announces work as a manager types it, who has a reason for what has begun."""

    def announce(start: str, end: str):
        typed = {
            "title": "Nieuwe schijven", "services": [websites.pk], "reason": "Vergeten.",
            "starts_at": start, "ends_at": end,
        }  # fmt: skip
        return as_user(manager).post(reverse("availability:maintenance-create"), typed)

    return announce


@pytest.fixture
def answers(as_user, manager, target):
    """The status of the pages that read everything about availability."""

    def answers() -> set[int]:
        serving.refresh()
        own = reverse("availability:target-detail", args=[target.pk])
        pages = ["/status/", "/status/atom.xml", "/status/maintenance.ics", "/maintenance/",
                 "/outages/", "/reports/", own]  # fmt: skip
        return {as_user(manager).get(page).status_code for page in pages}

    return answers


@pytest.mark.parametrize(
    ("start", "end"),
    [("0001-01-01T00:00:00", "2027-01-01T00:00"), ("2027-01-01T00:00", "9999-12-31T23:59:59"),
     ("1999-12-31T23:59:59", "2027-01-01T00:00")],
)  # fmt: skip
def test_maintenance_of_another_age_gets_a_sentence(announce, answers, start, end):
    answer = announce(start, end)
    assert (answer.status_code, MOMENT in answer.text) == (422, True)
    assert MaintenanceWindow.objects.count() == 0
    assert answers() == {200}


def test_the_first_and_the_last_moment_can_be_meant(announce, answers):
    assert announce("2000-01-01T00:00:00", "2100-12-31T23:59:59").status_code == 302
    assert answers() == {200}


def test_an_outage_of_another_age_gets_a_sentence(as_user, agent, websites):
    typed = {"service": websites.pk, "severity": "down", "started_at": "0001-01-01T00:00"}
    answer = as_user(agent).post(reverse("availability:outage-create"), typed)
    assert (answer.status_code, MOMENT in answer.text) == (422, True)
    assert Outage.objects.count() == 0


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
def test_a_target_of_another_age_gets_a_sentence(as_user, administrator, target, day, answers):
    typed = {
        "name": target.name, "services": [target.services.get().pk], "rule": target.rule,
        "percent": "99.00", "measured_from": day, "position": 0, "is_active": "on",
    }  # fmt: skip
    page = reverse("admin:availability_availabilitytarget_change", args=[target.pk])
    assert DAY in as_user(administrator).post(page, typed).text
    assert AvailabilityTarget.objects.get().measured_from == dt.date(2024, 1, 1)
    assert answers() == {200}


@pytest.mark.parametrize(
    "change",
    ["maintenancewindow SET starts_at = '0044-03-15 BC'",
     "maintenancewindow SET ends_at = '9999-12-31'",
     "availabilitytarget SET measured_from = '1999-12-31'",
     "outage SET started_at = '0001-01-01'"],
)  # fmt: skip
def test_the_database_refuses_it_too(announce, target, outage, change):
    announce("2026-01-01T00:00", "2027-01-01T00:00")
    with (
        pytest.raises(IntegrityError, match="within_bounds"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE availability_{change}")


def test_what_came_in_before_is_brought_back(announce, answers, outage, target):
    announce("2026-01-01T00:00", "2027-01-01T00:00")
    checked = (MaintenanceWindow, Outage, AvailabilityTarget)
    checks = [
        (model, one)
        for model in checked
        for one in model._meta.constraints
        if one.name.endswith("within_bounds")
    ]
    with connection.cursor() as cursor:  # what the story wrote is checked at once, not at a commit
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        for model, check in checks:
            editor.remove_constraint(model, check)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE availability_maintenancewindow SET starts_at = '0001-01-01 BC';"
            "UPDATE availability_availabilitytarget SET measured_from = '0001-01-01 BC';"
            "UPDATE availability_outagephase SET started_at = '0001-01-01 BC';"
            "UPDATE availability_outage SET started_at = '0001-01-01 BC';" + BROUGHT_BACK
        )
    with connection.schema_editor() as editor:
        for model, check in checks:
            editor.add_constraint(model, check)
    window, kept = MaintenanceWindow.objects.get(), Outage.objects.get()
    assert (window.starts_at.year, window.ends_at.year) == (2000, 2026)  # midnight in Brussels
    assert (kept.started_at.year, kept.ended_at, kept.is_withdrawn) == (2000, None, False)
    assert kept.phases.get().started_at == kept.started_at
    assert AvailabilityTarget.objects.get().measured_from == dt.date(2000, 1, 1)
    assert answers() == {200}
