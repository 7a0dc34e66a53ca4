"""An edit is another version from a moment on; what was promised before stays promised."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.clocks import replay
from sla.exceptions import PromiseError
from sla.models import BusinessCalendar, CalendarVersion, Clock, Policy, PolicyVersion
from sla.policies import PolicyBook
from sla.versions import Edit, edit_calendar, edit_policy, move_policy, withdraw
from tests.sla.oracle import at, brussels, examples

pytestmark = pytest.mark.django_db

WEEK = {"zone": "Europe/Brussels", "hours": {"mon": [["10:00", "12:00"]]}}
CLOCKS = ("metric", "leg", "state", "due_at", "at_risk_at", "target_seconds", "ledger")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def calendar(db):
    return BusinessCalendar.objects.get(name="Kantooruren")


@pytest.fixture
def policy(db):
    return Policy.objects.get()


def says(policy, **changes):
    version = policy.versions.latest("valid_from")
    return {"calendar_id": version.calendar_id, "by_priority": {}, **changes}


def test_a_calendar_says_something_else_from_a_moment_on(calendar, administrator):
    moment = brussels("2025-11-03 12:00")
    edit_calendar(calendar, Edit("Balie", WEEK, moment), by=administrator)
    version = calendar.versions.latest("valid_from")
    assert (version.hours, version.valid_from, version.made_by) == (
        WEEK["hours"], moment, administrator,
    )  # fmt: skip
    assert BusinessCalendar.objects.get(pk=calendar.pk).name == "Balie"


def test_an_edit_leaves_a_policy_where_another_moved_it_meanwhile(policy, administrator):
    edit_policy(None, Edit("Dringend", says(policy, priority="urgent")), by=administrator)
    policy.refresh_from_db()
    move_policy(Policy.objects.get(pk=policy.pk), up=True, by=administrator)
    edit_policy(policy, Edit("Gewoon", says(policy)), by=administrator)
    order = Policy.objects.values_list("position", "name")
    assert list(order) == [(10, "Gewoon"), (20, "Dringend")]


def test_a_new_name_alone_is_no_version(calendar, administrator):
    first = calendar.versions.get()
    same = {name: getattr(first, name) for name in ("zone", "hours", "holidays", "exceptions")}
    edit_calendar(calendar, Edit("Balie", same), by=administrator)
    assert calendar.versions.get() == first


def test_two_versions_of_one_moment_are_refused(calendar, administrator):
    moment = brussels("2026-01-05 00:00")
    edit_calendar(calendar, Edit("Kantooruren", WEEK, moment), by=administrator)
    other = {**WEEK, "hours": {"tue": [["10:00", "12:00"]]}}
    with pytest.raises(PromiseError, match="that very moment"):
        edit_calendar(
            calendar, Edit("Kantooruren", other, moment - dt.timedelta(0)), by=administrator
        )


def test_a_new_policy_comes_first_and_can_be_moved(policy, administrator):
    urgent = edit_policy(None, Edit("Dringend", says(policy, priority="urgent")), by=administrator)
    assert list(Policy.objects.all()) == [urgent, policy]
    move_policy(urgent, up=False, by=administrator)
    assert list(Policy.objects.all()) == [policy, urgent]
    move_policy(urgent, up=False, by=administrator)
    move_policy(policy, up=True, by=administrator)
    assert list(Policy.objects.all()) == [policy, urgent]
    move_policy(urgent, up=True, by=administrator)
    assert list(Policy.objects.all()) == [urgent, policy]


def test_a_policy_is_for_tickets_from_its_first_version_on(asked, policy, administrator):
    edit_policy(
        None,
        Edit("Snel", says(policy, first_response=30), brussels("2025-11-03 12:00")),
        by=administrator,
    )
    before, after = asked("2025-11-03 11:59"), asked("2025-11-03 12:00")
    targets = dict(
        Clock.objects.filter(metric="first_response").values_list("ticket", "target_seconds")
    )
    assert targets == {before.pk: 4 * 3600, after.pk: 1800}


def test_for_whom_a_policy_is_is_part_of_its_version(asked, policy, administrator, websites):
    web = says(policy, service_id=websites.pk, first_response=30)
    quick = edit_policy(None, Edit("Web", web, brussels("2025-11-03 09:00")), by=administrator)
    mail = says(quick, channel="mail", first_response=30)
    edit_policy(quick, Edit("Web", mail, brussels("2025-11-03 12:00")), by=administrator)
    book = PolicyBook.load()
    opened = {"service": websites.pk, "channel": "portal", "priority": "normal"}

    def minutes(moment):
        return book.terms_for(opened, brussels(moment)).policy_version.first_response

    assert [minutes(f"2025-11-03 {time}") for time in ("08:59", "09:00", "11:59", "12:00")] == [
        240, 30, 30, 240,
    ]  # fmt: skip


def test_only_a_version_that_has_not_begun_can_be_taken_back(calendar, administrator):
    with at("2025-11-03 10:00"):
        moment = brussels("2025-12-01 00:00")
        edit_calendar(calendar, Edit("Kantooruren", WEEK, moment), by=administrator)
        version = calendar.versions.latest("valid_from")
    with at("2025-12-01 00:00"), pytest.raises(PromiseError, match="has begun"):
        withdraw(version, by=administrator)
    with at("2025-11-30 23:59"):
        withdraw(version, by=administrator)
    assert calendar.versions.count() == 1


minutes = st.integers(1, 2000)
edits = st.lists(
    st.tuples(st.integers(-5000, 5000), minutes, minutes, st.booleans(), st.integers(0, 5)),
    min_size=1,
    max_size=4,
    unique_by=lambda edit: edit[0],
)


@pytest.mark.filterwarnings("ignore")
@given(edits=edits)
@settings(examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_edit_changes_the_clocks_of_a_ticket_that_is_there(
    asked, calendar, policy, administrator, edits
):
    """Whatever is edited, before or after its creation: its clocks and their replay stay."""
    ticket = asked("2025-11-05 10:00")
    created = brussels("2025-11-05 10:00")
    before = list(Clock.objects.filter(ticket=ticket).values(*CLOCKS))
    for offset, first, resolution, pauses, day in edits:
        moment = created + dt.timedelta(minutes=offset)
        PolicyVersion.objects.filter(valid_from=moment).delete()
        CalendarVersion.objects.filter(valid_from=moment).delete()
        targets = says(policy, first_response=first, resolution=resolution, pause_on_hold=pauses)
        edit_policy(policy, Edit("Standaard", targets, moment), by=administrator)
        week = {"zone": "Europe/Brussels", "hours": {_DAYS[day]: [["01:00", "02:00"]]}}
        edit_calendar(calendar, Edit("Kantooruren", week, moment), by=administrator)
    replayed = [
        {name: getattr(clock, name) for name in CLOCKS}
        for clock in replay([ticket.pk], now=created)
    ]
    key = lambda row: (row["metric"], row["leg"])  # noqa: E731
    assert list(Clock.objects.filter(ticket=ticket).values(*CLOCKS)) == before
    assert sorted(replayed, key=key) == sorted(before, key=key)
    PolicyVersion.objects.filter(made_by=administrator).delete()
    CalendarVersion.objects.filter(made_by=administrator).delete()


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
